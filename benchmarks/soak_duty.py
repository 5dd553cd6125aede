"""The champion's duty in the soak: a rota that goes round through the month, and what it should have said."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.letters import Letter, mark, to_channel
from coherence.champion.loading import load_rota
from storage.journeys import Journey
from storage.outbox import Delivery, DeliveryLane, State
from tests.support.keeping import add_in_order
from tests.support.rotas import rota_rows, weekly

JOURNEY, CHANNEL = "soak", "C0ONBOARD"
PEOPLE = ("U0HANNA", "U0MAYA", "U0TOM", "U0PRIYA")
FIRST_HANDOVER = timedelta(hours=6)
TERM_DAYS = 4
"""Longer than the news of a handover is of use, and that is longer than any outage."""

OF_DUTY = tuple(f"{letter}:{JOURNEY}:" for letter in Letter)


async def add_duty(
    session: AsyncSession, team: str, began: datetime, conversations: Mapping[str, str]
) -> None:
    """Add a rota of four people whose first term begins some hours later.

    `conversations` are the channels of their direct messages: each has been written to before, since the
    very first message to somebody may be repeated (docs/time.md).
    """
    session.add_all(
        DeliveryLane(
            workspace_id=team,
            lane=person,
            user_id=person,
            channel_id=conversations[person],
            free_at=began,
        )
        for person in PEOPLE
    )
    first = began + FIRST_HANDOVER
    settings = weekly(
        "UTC",
        start=f"{first:%Y-%m-%d}",
        handover=f"{first:%H:%M}",
        cadence={"every": TERM_DAYS, "unit": "day"},
    )
    whose: dict[str, Any] = {"workspace_id": team, "joined": began.date(), "now": began}
    rota, members = rota_rows(JOURNEY, PEOPLE, settings, **whose, channel_id=CHANNEL, look_at=began)
    journey = Journey(workspace_id=team, id=JOURNEY, name="Soak", created_at=began)
    await add_in_order(session, [journey, rota, *members])


async def handovers_by(session: AsyncSession, team: str, now: datetime) -> list[str]:
    """The keys of the handovers that the channel should have heard of by now."""
    rota = await load_rota(session, team, JOURNEY)
    begun = [term.start for term in [*rota.history, *rota.planned(now)] if term.start < now]
    return [to_channel(Letter.HANDOVER, JOURNEY, mark(start), CHANNEL).key for start in begun]


def outcomes(
    due: list[str], deliveries: Mapping[str, Delivery], posted: Counter[str]
) -> Iterator[tuple[str, str]]:
    """Yield of each message of the duty what became of it: posted, late, twice or lost, and its key.

    All handovers must have been told; of the rest, what was planned is told, or was of no use any more.
    """
    planned = [key for key in deliveries if key.startswith(OF_DUTY)]
    for key in dict.fromkeys([*due, *planned]):
        delivery, times = deliveries.get(key), posted[key]
        if times > 1:
            yield "twice", key
        elif times == 1:
            yield "posted", key
        elif delivery is None or delivery.state == State.SENT:
            yield "lost", key
        else:
            yield "late", key
