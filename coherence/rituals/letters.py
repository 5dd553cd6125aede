"""What rituals have sent: the kinds of deliveries, and the keys that keep each from being said twice."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from coherence.champion.letters import mark
from coherence.outbox import Method, NewDelivery
from coherence.rituals.action import Action
from storage.outbox import Delivery
from storage.rituals import RitualRound

EVERY: Final = timedelta(seconds=20)
"""A round's post changes at most this often: whoever answers in between is shown with the next change."""


CLOSED: Final = "closed"
"""What has changed, in the key of the post that says so."""


class Letter(StrEnum):
    """A kind of delivery; `round_id` is among its facts."""

    PROMPT = "ritual_prompt"
    """The one message of a round, in the channel; the same kind updates it in place."""
    SUMMARY = "ritual_summary"
    """In the prompt's thread once a round has closed; the same kind updates it in place."""
    REMINDER = "ritual_reminder"
    """To somebody who asked for it and has not answered."""
    TROUBLE = "ritual_trouble"
    """To stewards: a ritual can't be posted and rests. Its facts have `ritual_id` and `error`."""
    OWNER = "ritual_owner"
    """To whoever was named as the owner of an action; the same kind updates it in place."""


ACTION_ID: Final = "action_id"
MADE_AT: Final = "made_at"
"""When the action was written down: one that takes the place of another is not the same one."""
NAMED_BY: Final = "named_by"
POSTED: Final = "posted"
"""The key of the message that an update changes."""


def prompt_key(round_id: str) -> str:
    """The key of the post that asks."""
    return f"ritual:{round_id}:prompt"


def summary_key(round_id: str) -> str:
    """The key of the summary in its thread."""
    return f"ritual:{round_id}:summary"


def closing_key(round_id: str) -> str:
    """The key of the change of the post that says that the round has closed."""
    return f"{prompt_key(round_id)}:{CLOSED}"


def reminder_key(round_id: str, user_id: str, number: int) -> str:
    """The key of somebody's reminder of a round, from 0 on."""
    return f"ritual:{round_id}:remind:{user_id}:{number}"


def prompt(row: RitualRound) -> NewDelivery:
    """The post that asks."""
    return _about(row, Letter.PROMPT, prompt_key(row.id))


def prompt_again(row: RitualRound, what: str) -> NewDelivery:
    """The same post with what is true now; `what` has changed: of two with the same, one is sent."""
    return _again(prompt(row), what)


def summary(row: RitualRound, thread_ts: str) -> NewDelivery:
    """What a round came to, in the thread of its post."""
    return replace(_about(row, Letter.SUMMARY, summary_key(row.id)), thread_ts=thread_ts)


def summary_again(row: RitualRound, what: str) -> NewDelivery:
    """The summary with what is true now; `what` as in `prompt_again`."""
    return _again(_about(row, Letter.SUMMARY, summary_key(row.id)), what)


def trouble(ritual_id: str, error: str, about: str, user_id: str) -> NewDelivery:
    """To a steward: a ritual rests. `about` is the time at which it could not be asked."""
    key = f"ritual:{ritual_id}:trouble:{about}:{user_id}"
    return NewDelivery(
        key, Letter.TROUBLE, {"ritual_id": ritual_id, "error": error}, user_id=user_id
    )


def owner(row: RitualRound, action: Action, named_by: str) -> NewDelivery:
    """To an action's owner, whom `named_by` has named in the round's revision of now."""
    facts = {
        "round_id": row.id,
        ACTION_ID: action.id,
        MADE_AT: mark(action.made_at),
        NAMED_BY: named_by,
    }
    key = f"ritual:{action.id}:owner:{row.revision}"
    return NewDelivery(key, Letter.OWNER, facts, user_id=action.owner)


def owner_again(posted: Delivery, what: str) -> NewDelivery:
    """What somebody was told as an owner with what is true now; `what` as in `prompt_again`."""
    facts = {**posted.facts, POSTED: posted.key}
    first = NewDelivery(posted.key, posted.kind, facts, user_id=posted.lane)
    return _again(first, what)


def _about(row: RitualRound, letter: Letter, key: str) -> NewDelivery:
    return NewDelivery(key, letter, {"round_id": row.id}, channel_id=row.channel_id)


def _again(first: NewDelivery, what: str) -> NewDelivery:
    return replace(first, key=f"{first.key}:{what}", method=Method.UPDATE)
