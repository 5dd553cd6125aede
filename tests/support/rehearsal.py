"""A kind of schedule and of delivery of the tests' own, registered as the product's are."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import SectionBlock
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.worker import Timetable
from coherence.outbox import Claim, NewDelivery, Pace
from coherence.schedules import Occasion, ScheduleKind
from handlers.outbox import DeliveryKind
from storage.schedules import Document

REHEARSAL = "rehearsal"
USEFUL_FOR = timedelta(hours=24)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
QUICK = Pace(
    call=timedelta(seconds=0.5),
    lease=timedelta(seconds=1.5),
    settling=timedelta(seconds=0.2),
    between=timedelta(seconds=0.02),
    first_pause=timedelta(seconds=0.05),
)


def every(hours: float, offset: float = 0) -> Document:
    """A rule: every so many hours."""
    return {"hours": hours, "offset": offset}


def next_time(rule: Document, after: datetime) -> datetime | None:
    """The first time of such a rule after a moment."""
    step, start = timedelta(hours=rule["hours"]), EPOCH + timedelta(hours=rule["offset"])
    return start + ((after - start) // step + 1) * step


def key_of(schedule_id: str, due_at: datetime) -> str:
    return f"{schedule_id}@{due_at:%Y-%m-%dT%H:%M}"


async def plan(_session: AsyncSession, occasion: Occasion) -> Sequence[NewDelivery]:
    """One post to the channel, or to the person, that is the schedule's subject."""
    assert occasion.subject_id is not None
    key = key_of(occasion.schedule_id, occasion.due_at)
    facts = {"due": occasion.due_at.isoformat()}
    if occasion.subject_id.startswith("U"):
        return [NewDelivery(key, REHEARSAL, facts, user_id=occasion.subject_id)]
    return [NewDelivery(key, REHEARSAL, facts, channel_id=occasion.subject_id)]


async def render(claim: Claim) -> dict[str, Any] | None:
    """What is said; facts of the tests' own make it fail or have nothing to say."""
    if claim.facts.get("fail"):
        raise ValueError("cannot be written")
    if claim.facts.get("silent"):
        return None
    text = f"Rehearsal {claim.key}, due {claim.facts.get('due')}"
    said: dict[str, Any] = {"text": text, "blocks": [SectionBlock(text=text).to_dict()]}
    return said | {"ts": claim.facts["ts"]} if "ts" in claim.facts else said


def timetable(pace: Pace = QUICK, tick_seconds: float = 0.05) -> Timetable:
    return Timetable(
        schedules=[ScheduleKind(REHEARSAL, USEFUL_FOR, plan)],
        deliveries=[DeliveryKind(REHEARSAL, "a rehearsal", render)],
        next_time=next_time,
        pace=pace,
        tick_seconds=tick_seconds,
    )
