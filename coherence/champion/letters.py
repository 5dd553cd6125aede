"""What the champion's duty makes the bot say, and the keys by which nothing is said twice.

The words are put together when a message is sent (`handlers/champion_letters.py` and its like); what is
kept with a delivery is the journey, the beginning of the term and whom it is for.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from coherence.outbox import NewDelivery

MARK: Final = "%Y-%m-%dT%H:%M:%SZ"


class Letter(StrEnum):
    """Kinds of deliveries."""

    INVITATION = "champion_invitation"
    """To somebody a steward would like to have in the rota."""
    ANSWERS = "champion_answers"
    """To the steward who asked: who takes turns from now on, and who would rather not."""
    REMOVED = "champion_removed"
    """To somebody whom a steward has taken out of the rota."""
    REMINDER = "champion_reminder"
    """To who serves next, some working days before."""
    NOTES = "champion_notes"
    """To who serves, the day before the handover: what should the next one know?"""
    HANDOVER = "champion_handover"
    """To the journey's channel."""
    INCOMING = "champion_incoming"
    """To who begins: what is open, and what was noted."""
    LOOK_BACK = "champion_look_back"
    """To who has ended: how heavy was it, what should change?"""
    REQUEST = "champion_request"
    """To who is asked to swap or to cover."""
    SETTLED = "champion_settled"
    """To who asked and who answered: what was agreed."""
    CHANGED = "champion_changed"
    """To somebody whose announced term has moved without their doing."""
    STEWARDS = "champion_stewards"
    """To stewards: somebody can't serve any more, or a handle, a topic or a channel can't follow."""


def to_person(
    letter: Letter, journey_id: str, about: str, user_id: str, **facts: object
) -> NewDelivery:
    """A direct message; `about` says what it is about, such as a term's beginning or a request's id."""
    key = f"{letter}:{journey_id}:{about}:{user_id}"
    known = {"journey_id": journey_id, "about": about, **facts}
    return NewDelivery(key, letter, known, user_id=user_id)


def to_channel(
    letter: Letter, journey_id: str, about: str, channel_id: str, **facts: object
) -> NewDelivery:
    """A post in a channel."""
    key = f"{letter}:{journey_id}:{about}:{channel_id}"
    known = {"journey_id": journey_id, "about": about, **facts}
    return NewDelivery(key, letter, known, channel_id=channel_id)


def mark(moment: datetime) -> str:
    """A moment in UTC as part of a key or of facts, to the second."""
    return moment.strftime(MARK)


def unmark(written: str) -> datetime:
    """The moment that was marked. Raises ValueError."""
    return datetime.fromisoformat(written)
