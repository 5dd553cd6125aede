"""When the digests of a journey are due, and what time each one is about.

Each journey has two schedules from its beginning on; they follow its zone and its working hours.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.errors import InvalidRecurrence
from coherence.local_time import to_utc
from coherence.recurrence import Monthly, OnWorkingDay, Pattern, Recurrence, Weekly, next_time
from coherence.zones import zone_info
from storage.journeys import Journey, list_journeys, lock_journey
from storage.schedules import Schedule, add_schedule, lock_schedule

WEEKLY: Final = "drift_weekly"
MONTHLY: Final = "drift_monthly"

_USUAL: Final = time(9)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)
_PATTERNS: Final[dict[str, Pattern]] = {
    WEEKLY: Weekly(weekdays=("mon",)),
    MONTHLY: Monthly(on=OnWorkingDay(which="first")),
}

log = structlog.get_logger(__name__)


async def arrange_digests(session: AsyncSession, journey: Journey, *, now: datetime) -> None:
    """Have a journey's digests due as its settings say; nothing happens where they are already."""
    for kind, rule in _rules(journey):
        document = rule.model_dump(mode="json")
        schedule_id = f"{kind}:{journey.id}"
        kept = await lock_schedule(session, journey.workspace_id, schedule_id)
        if kept is None:
            new = Schedule(
                workspace_id=journey.workspace_id,
                id=schedule_id,
                kind=kind,
                subject_id=journey.id,
                recurrence=document,
                zone=journey.zone,
                next_run_at=next_time(rule, now),
            )
            await add_schedule(session, new)
        elif kept.recurrence != document:
            kept.recurrence, kept.zone = document, journey.zone
            kept.next_run_at = next_time(rule, now)


async def arrange_all_digests(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """The same for every journey; one whose zone is no longer known holds up no other."""
    for journey in await list_journeys(session, workspace_id):
        # Bots that start at the same time would both find that there is none yet.
        await lock_journey(session, workspace_id, journey.id)
        try:
            await arrange_digests(session, journey, now=now)
        except InvalidRecurrence:
            log.warning("digests_not_arranged", journey=journey.id)


def stretch_before(kind: str, due_at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The week, or the month, before the one in which a digest is due, by the calendar on the wall.

    Those of two digests in a row meet, however clocks change in between.
    """
    rules = zone_info(zone)
    day = due_at.astimezone(rules).date()
    if kind == WEEKLY:
        end = day - _DAY * day.weekday()
        begin = end - _WEEK
    else:
        end = day.replace(day=1)
        begin = (end - _DAY).replace(day=1)
    return (
        to_utc(datetime.combine(begin, time()), rules),
        to_utc(datetime.combine(end, time()), rules),
    )


def _rules(journey: Journey) -> Iterator[tuple[str, Recurrence]]:
    begins, ends = time.fromisoformat(journey.work_start), time.fromisoformat(journey.work_end)
    at = _USUAL if begins <= _USUAL < ends else begins
    start = journey.created_at.astimezone(UTC).date()
    for kind, pattern in _PATTERNS.items():
        yield kind, Recurrence(pattern=pattern, start=start, time=at, zone=journey.zone)
