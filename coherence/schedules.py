"""What is due, and what follows from it: occurrences and deliveries, exactly once each.

A kind of schedule says how late is still of use, and plans what to send. What it plans is written in
the transaction that records the occurrence and moves the schedule on, so that a process which dies
leaves either all of it or nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.outbox import NewDelivery
from coherence.recurrence import Recurrence, next_time
from storage import schedules as table
from storage.database import Database
from storage.outbox import Delivery, add_deliveries, drop_deliveries_of
from storage.schedules import Document, Occurrence, Schedule

MOST_AT_ONCE = 20
"""Schedules in one transaction: others who write wait no longer than for these."""

MOST_MISSED_AT_ONCE = 100
"""Missed times of one schedule in one transaction."""

HOLD_FAILED = timedelta(minutes=1)
"""How long a schedule that could not be planned is left alone."""

log = structlog.get_logger(__name__)

NextTime: TypeAlias = Callable[[Document, datetime], datetime | None]
"""The first time of a rule strictly after a moment; None if there is none."""


def next_time_by_rule(rule: Document, after: datetime) -> datetime | None:
    """The next time of a `Recurrence` as JSON. Raises what a rule that cannot be read raises."""
    return next_time(Recurrence.model_validate(rule), after)


@dataclass(frozen=True)
class Occasion:
    """One time that a schedule is due, as its kind sees it."""

    workspace_id: str
    schedule_id: str
    subject_id: str | None
    due_at: datetime


Plan: TypeAlias = Callable[[AsyncSession, Occasion], Awaitable[Sequence[NewDelivery]]]
"""What to send on an occasion; it may write rows of its own in the same transaction."""


@dataclass(frozen=True)
class ScheduleKind:
    """A kind of schedule; an occasion later than `useful_for` is recorded as missed and no more."""

    name: str
    useful_for: timedelta
    plan: Plan


@dataclass(frozen=True)
class NewSchedule:
    """A schedule to be added, with its rule as JSON."""

    workspace_id: str
    id: str
    kind: str
    recurrence: Document
    zone: str
    subject_id: str | None = None


class PlanFailed(Exception):
    """One schedule of several could not be planned; the cause is the error."""

    def __init__(self, schedule: Schedule) -> None:
        # Plain values: the row itself cannot be read once the transaction is undone.
        self.workspace_id, self.schedule_id = schedule.workspace_id, schedule.id
        self.kind = schedule.kind
        super().__init__(f"a schedule of the kind {schedule.kind} could not be planned")


@dataclass(frozen=True)
class _Turn:
    """What is done about a schedule in one transaction: of its due times, only the newest may fire."""

    schedule: Schedule
    times: tuple[datetime, ...]
    next_run_at: datetime | None
    fires: bool

    @property
    def occasion(self) -> Occasion | None:
        if not self.fires:
            return None
        schedule = self.schedule
        return Occasion(schedule.workspace_id, schedule.id, schedule.subject_id, self.times[-1])

    def occurrences(self, now: datetime) -> list[Occurrence]:
        newest = self.times[-1] if self.fires else None
        return [
            Occurrence(
                workspace_id=self.schedule.workspace_id,
                schedule_id=self.schedule.id,
                due_at=due_at,
                missed=due_at != newest,
                recorded_at=now,
            )
            for due_at in self.times
        ]


class Schedules:
    """The use cases around schedules. `machine_now` is the machine's clock, which nobody moves."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        machine_now: Clock,
        kinds: Iterable[ScheduleKind],
        next_time: NextTime,
    ) -> None:
        self._database = database
        self._now = now
        self._machine_now = machine_now
        self._kinds: Mapping[str, ScheduleKind] = {kind.name: kind for kind in kinds}
        self._next_time = next_time

    async def add(self, session: AsyncSession, new: NewSchedule) -> None:
        """Add a schedule, due from now on; in the caller's transaction."""
        schedule = Schedule(
            workspace_id=new.workspace_id,
            id=new.id,
            kind=new.kind,
            subject_id=new.subject_id,
            recurrence=new.recurrence,
            zone=new.zone,
            next_run_at=self._next_time(new.recurrence, self._now()),
        )
        await table.add_schedule(session, schedule)

    async def change(
        self, session: AsyncSession, workspace_id: str, schedule_id: str, recurrence: Document
    ) -> None:
        """Give a schedule another rule, from now on; what was due before stays as it was."""
        schedule = await table.lock_schedule(session, workspace_id, schedule_id)
        if schedule is not None:
            schedule.recurrence = recurrence
            schedule.next_run_at = self._next_time(recurrence, self._now())

    async def pause(self, session: AsyncSession, workspace_id: str, schedule_id: str) -> None:
        """Let a schedule rest."""
        schedule = await table.lock_schedule(session, workspace_id, schedule_id)
        if schedule is not None:
            schedule.paused = True

    async def resume(self, session: AsyncSession, workspace_id: str, schedule_id: str) -> None:
        """Wake a schedule; what it slept through is not made up for."""
        schedule = await table.lock_schedule(session, workspace_id, schedule_id)
        if schedule is not None and schedule.paused:
            schedule.paused = False
            schedule.next_run_at = self._next_time(schedule.recurrence, self._now())

    async def remove(self, session: AsyncSession, workspace_id: str, schedule_id: str) -> None:
        """Remove a schedule, and let go of what it still had to say."""
        await drop_deliveries_of(session, workspace_id, schedule_id, now=self._now())
        await table.remove_schedule(session, workspace_id, schedule_id)

    async def fire_due(self, workspace_id: str, *, within: timedelta | None = None) -> int:
        """Record what is due, with what follows from it; return how many occasions were acted on.

        Where that takes longer than `within`, the rest is left for the next time.
        """
        acted_on = 0
        until = self._machine_now() + within if within is not None else None
        while await self._any_due(workspace_id):
            try:
                claimed, fired = await self._fire_some(workspace_id)
            except PlanFailed as failure:
                await self._hold(failure)
                continue
            acted_on += fired
            if not claimed:
                # Another process is at work on what is left.
                break
            if until is not None and self._machine_now() >= until:
                break
        return acted_on

    async def _any_due(self, workspace_id: str) -> bool:
        async with self._database.reading() as session:
            return await table.any_due_schedules(session, self._due(workspace_id))

    def _due(self, workspace_id: str) -> table.Due:
        kinds = tuple(self._kinds)
        return table.Due(workspace_id, kinds, now=self._now(), machine_now=self._machine_now())

    async def _fire_some(self, workspace_id: str) -> tuple[int, int]:
        due = self._due(workspace_id)
        async with self._database.transaction() as session:
            claimed = await table.claim_due_schedules(session, due, limit=MOST_AT_ONCE)
            turns = [self._turn(schedule, due.now) for schedule in claimed]
            acted_on = await self._record(session, turns, due.now)
            for turn in turns:
                turn.schedule.next_run_at = turn.next_run_at
                turn.schedule.held_until = None
        return len(claimed), acted_on

    async def _record(self, session: AsyncSession, turns: Sequence[_Turn], now: datetime) -> int:
        occurrences = [each for turn in turns for each in turn.occurrences(now)]
        new = await table.record_occurrences(session, occurrences)
        planned: list[Delivery] = []
        acted_on = 0
        for turn in turns:
            occasion = turn.occasion
            if occasion is not None and (occasion.schedule_id, occasion.due_at) in new:
                planned += await self._plan(session, turn.schedule, occasion, now)
                acted_on += 1
        await add_deliveries(session, planned, machine_now=self._machine_now())
        return acted_on

    def _turn(self, schedule: Schedule, now: datetime) -> _Turn:
        assert schedule.next_run_at is not None  # noqa: S101 - what is claimed is due
        times = [schedule.next_run_at]
        try:
            following = self._next_time(schedule.recurrence, times[-1])
            while following is not None and following <= now and len(times) < MOST_MISSED_AT_ONCE:
                times.append(following)
                following = self._next_time(schedule.recurrence, times[-1])
        except Exception as error:
            raise PlanFailed(schedule) from error
        caught_up = following is None or following > now
        useful = caught_up and now - times[-1] <= self._kinds[schedule.kind].useful_for
        return _Turn(schedule, tuple(times), following, fires=useful)

    async def _plan(
        self, session: AsyncSession, schedule: Schedule, occasion: Occasion, now: datetime
    ) -> list[Delivery]:
        kind = self._kinds[schedule.kind]
        try:
            new = await kind.plan(session, occasion)
        except Exception as error:
            raise PlanFailed(schedule) from error
        return [
            each.row(
                occasion.workspace_id,
                due_at=occasion.due_at,
                now=now,
                expires_at=occasion.due_at + kind.useful_for,
                schedule_id=schedule.id,
            )
            for each in new
        ]

    async def _hold(self, failure: PlanFailed) -> None:
        log.error("schedule_failed", kind=failure.kind, exc_info=failure.__cause__)
        until = self._machine_now() + HOLD_FAILED
        async with self._database.transaction() as session:
            await table.hold_schedule(
                session, failure.workspace_id, failure.schedule_id, until=until
            )
