"""Digests: what came, what ended and what waits, of one journey and one week or month.

They are made of what everybody may read: no evidence, and nobody's name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.duty import on_duty_and_told
from coherence.clock import Clock
from coherence.drift.digest_times import MONTHLY, WEEKLY, stretch_before
from coherence.drift.records import report_value
from coherence.drift.report import OPEN, Report, Severity
from coherence.drift.settings import digest_channels, has_digest
from coherence.errors import NoJourney
from coherence.journeys import journey_by_id
from coherence.outbox import NewDelivery
from coherence.schedules import Occasion, ScheduleKind
from coherence.stack.document import Layer
from coherence.stewards import named_stewards
from storage import drift_digest as table
from storage.database import Database
from storage.drift import DriftReport
from storage.journeys import Journey, find_journey

MOST_LISTED: Final = 5
"""Reports under one heading; how many more there are is said."""

CHAMPION: Final = "champion"

_JUST_BEGUN: Final = timedelta(days=3)
"""A weekend: a briefing of a handover since then has come on this working day or the one before."""

"""Among the facts of a week's digest: whether it goes to who is on duty, and not to a steward."""

_OPEN: Final = tuple(sorted(state.value for state in OPEN))
_WORST_FIRST: Final = (Severity.SERIOUS, Severity.NOTICEABLE, Severity.SMALL)


@dataclass(frozen=True)
class Some:
    """How many reports there are, and the first of them."""

    count: int
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Digest:
    """What is to be said of a journey: what is new and what was resolved since then, and what is open.

    `open_by_layer` counts what is open, under None what nobody has placed yet, and `put_off` how many of
    it are put off. `waiting` are open from before that time and aren't put off, the oldest first.
    `to_champion` is whether who is on duty reads it.
    """

    journey: str
    kind: str
    since: datetime
    until: datetime
    new: Some
    resolved: Some
    waiting: Some
    open_by_layer: Mapping[Layer | None, int]
    put_off: int
    now: datetime
    to_champion: bool = False

    @property
    def open_count(self) -> int:
        """How many are open."""
        return sum(self.open_by_layer.values())


class DriftDigests:
    """The use cases around digests. `appointed` are the stewards whom the settings name."""

    def __init__(self, database: Database, now: Clock, appointed: Collection[str] = ()) -> None:
        self._database = database
        self._now = now
        self._appointed = tuple(appointed)

    @property
    def kinds(self) -> Sequence[ScheduleKind]:
        """What is due: a week's digest until Wednesday, a month's for five days."""
        return (
            ScheduleKind(WEEKLY, timedelta(days=2), self.plan_weekly),
            ScheduleKind(MONTHLY, timedelta(days=5), self.plan_monthly),
        )

    async def plan_weekly(self, session: AsyncSession, occasion: Occasion) -> list[NewDelivery]:
        """A direct message to who is on duty; while nobody is, to each steward who was named.

        A champion who wants no messages doesn't get this one either, and stewards do instead. Who has
        just begun has what is open in their briefing.
        """
        if await _wanting(session, occasion, WEEKLY) is None:
            return []
        now = self._now()
        champions = await _champions(session, occasion, now)
        people: Sequence[str]
        if champions:
            known = await _champions(session, occasion, now - _JUST_BEGUN)
            people = [each for each in champions if each in known]
        else:
            people = await named_stewards(session, occasion.workspace_id, self._appointed)
        facts = {**_facts(occasion), CHAMPION: bool(champions)}
        return [
            NewDelivery(_key(occasion, person), WEEKLY, facts, user_id=person) for person in people
        ]

    async def plan_monthly(self, session: AsyncSession, occasion: Occasion) -> list[NewDelivery]:
        """A post to each channel of the journey, or to the one that was chosen."""
        journey = await _wanting(session, occasion, MONTHLY)
        channels = await digest_channels(session, journey) if journey else ()
        return [
            NewDelivery(_key(occasion, each), MONTHLY, _facts(occasion), channel_id=each)
            for each in channels
        ]

    async def digest(
        self, workspace_id: str, journey_id: str, kind: str, due_at: datetime
    ) -> Digest | None:
        """What is to be said as of now; None if that is nothing, or nobody wants it any more."""
        async with self._database.reading() as session:
            try:
                journey = await journey_by_id(session, workspace_id, journey_id)
            except NoJourney:
                return None
            if not has_digest(journey, kind):
                return None
            since, until = stretch_before(kind, due_at, journey.zone)
            stretch = table.Stretch(workspace_id, journey_id, since, until)
            digest = Digest(
                journey=journey.name,
                kind=kind,
                since=since,
                until=until,
                new=await _new(session, stretch),
                resolved=_some(
                    await table.list_drift_resolved(session, stretch, limit=MOST_LISTED)
                ),
                waiting=await self._waiting(session, stretch),
                open_by_layer=await _open(session, stretch),
                put_off=await table.count_drift_put_off(
                    session, workspace_id, journey_id, _OPEN, beyond=self._now().date()
                ),
                now=self._now(),
            )
        return digest if _says_something(digest) else None

    async def _waiting(self, session: AsyncSession, stretch: table.Stretch) -> Some:
        return _some(
            await table.list_drift_waiting(
                session, stretch, _OPEN, awake_on=self._now().date(), limit=MOST_LISTED
            )
        )


async def _champions(session: AsyncSession, occasion: Occasion, moment: datetime) -> list[str]:
    journey_id = occasion.subject_id
    if journey_id is None:
        return []
    return await on_duty_and_told(session, occasion.workspace_id, journey_id, now=moment)


async def _wanting(session: AsyncSession, occasion: Occasion, kind: str) -> Journey | None:
    """The journey of an occasion, if its stewards want this digest."""
    journey = await find_journey(session, occasion.workspace_id, occasion.subject_id or "")
    return journey if journey and has_digest(journey, kind) else None


def _says_something(digest: Digest) -> bool:
    """A channel hears of a month in which something happened; stewards also of what only waits."""
    happened = bool(digest.new.count or digest.resolved.count)
    return happened or (digest.kind == WEEKLY and digest.waiting.count > 0)


async def _new(session: AsyncSession, stretch: table.Stretch) -> Some:
    return _some(
        await table.list_drift_reported(session, stretch, limit=MOST_LISTED, first=_WORST_FIRST)
    )


async def _open(session: AsyncSession, of: table.Stretch) -> Mapping[Layer | None, int]:
    counts = await table.count_drift_by_layer(session, of.workspace_id, of.journey_id, _OPEN)
    return {Layer(name) if name else None: count for name, count in counts.items()}


def _some(found: tuple[int, Sequence[DriftReport]]) -> Some:
    count, rows = found
    return Some(count, tuple(map(report_value, rows)))


def _key(occasion: Occasion, whom: str) -> str:
    return f"{occasion.schedule_id}@{occasion.due_at:%Y-%m-%dT%H:%M}:{whom}"


def _facts(occasion: Occasion) -> dict[str, object]:
    return {"journey_id": occasion.subject_id}
