"""Schedules: what is due when, and what has already happened of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, and_, delete, or_, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import Json, UTCDateTime, insert_new

Document: TypeAlias = dict[str, Any]


class Schedule(SQLModel, table=True):
    """Something that happens again and again: its rule, and when it is due next.

    `next_run_at` is None once the rule has come to its end. `held_until`, by the machine's own clock,
    keeps a schedule that failed out of the way for a while.
    """

    __table_args__ = (Index("ix_schedule_due", "workspace_id", "next_run_at"),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    kind: str
    subject_id: str | None = None
    recurrence: Document = Field(sa_type=Json)
    zone: str
    next_run_at: datetime | None = Field(sa_type=UTCDateTime)
    paused: bool = False
    held_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Occurrence(SQLModel, table=True):
    """One time that a schedule was due: it was acted on, or it was missed since it came too late."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "schedule_id"],
            ["schedule.workspace_id", "schedule.id"],
            ondelete="CASCADE",
        ),
        Index("ix_occurrence_due_at", "due_at"),
    )

    workspace_id: str = Field(primary_key=True)
    schedule_id: str = Field(primary_key=True)
    due_at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    missed: bool = False
    recorded_at: datetime = Field(sa_type=UTCDateTime)


async def add_schedule(session: AsyncSession, schedule: Schedule) -> None:
    """Add a schedule."""
    session.add(schedule)
    await session.flush()


async def find_schedule(
    session: AsyncSession, workspace_id: str, schedule_id: str
) -> Schedule | None:
    """A schedule, or None."""
    return await session.get(Schedule, (workspace_id, schedule_id))


async def lock_schedule(
    session: AsyncSession, workspace_id: str, schedule_id: str
) -> Schedule | None:
    """A schedule to be changed, or None: nobody else changes it before this transaction ends."""
    return await session.get(Schedule, (workspace_id, schedule_id), with_for_update=True)


async def list_schedules(session: AsyncSession, workspace_id: str) -> Sequence[Schedule]:
    """The schedules of a workspace, what is due next first."""
    query = select(Schedule).where(col(Schedule.workspace_id) == workspace_id)
    return (await session.exec(query.order_by(col(Schedule.next_run_at), col(Schedule.id)))).all()


async def list_held_schedules(
    session: AsyncSession, workspace_id: str, kinds: Sequence[str], *, now: datetime
) -> Sequence[Schedule]:
    """The schedules of some kinds that are due and were held, since they could not be planned."""
    query = select(Schedule).where(
        col(Schedule.workspace_id) == workspace_id,
        col(Schedule.next_run_at) <= now,
        col(Schedule.kind).in_(kinds),
        col(Schedule.paused).is_(False),
        col(Schedule.held_until).is_not(None),
    )
    return (await session.exec(query.order_by(col(Schedule.id)))).all()


@dataclass(frozen=True)
class Due:
    """What is due now: of which workspace, of which kinds, at what time by both clocks."""

    workspace_id: str
    kinds: Sequence[str]
    now: datetime
    machine_now: datetime

    def condition(self) -> ColumnElement[bool]:
        """What is due, neither paused nor held."""
        return and_(
            col(Schedule.workspace_id) == self.workspace_id,
            col(Schedule.next_run_at) <= self.now,
            col(Schedule.paused).is_(False),
            col(Schedule.kind).in_(self.kinds),
            or_(col(Schedule.held_until).is_(None), col(Schedule.held_until) <= self.machine_now),
        )


async def any_due_schedules(session: AsyncSession, due: Due) -> bool:
    """Whether anything is due: looking holds up nobody."""
    return (
        await session.exec(select(Schedule.id).where(due.condition()).limit(1))
    ).first() is not None


async def claim_due_schedules(session: AsyncSession, due: Due, *, limit: int) -> Sequence[Schedule]:
    """The schedules that are due and that nobody else is working on, longest due first.

    They are this transaction's until it ends, whichever way: on PostgreSQL by row locks that others
    pass by, on SQLite since it has one writer.
    """
    query = select(Schedule).where(due.condition())
    query = query.order_by(col(Schedule.next_run_at), col(Schedule.id)).limit(limit)
    return (await session.exec(query.with_for_update(skip_locked=True))).all()


async def record_occurrences(
    session: AsyncSession, occurrences: Iterable[Occurrence]
) -> set[tuple[str, datetime]]:
    """Record occurrences; return schedule and due time of those that were not on record before."""
    rows = [each.model_dump() for each in occurrences]
    if not rows:
        return set()
    connection = await session.connection()
    statement = insert_new(connection, Occurrence)
    key = (col(Occurrence.schedule_id), col(Occurrence.due_at))
    recorded = await connection.execute(statement.returning(*key), rows)
    return {(schedule_id, due_at) for schedule_id, due_at in recorded}


async def list_occurrences(
    session: AsyncSession, workspace_id: str, schedule_id: str
) -> Sequence[Occurrence]:
    """What has happened of a schedule, oldest first."""
    query = select(Occurrence).where(
        col(Occurrence.workspace_id) == workspace_id, col(Occurrence.schedule_id) == schedule_id
    )
    return (await session.exec(query.order_by(col(Occurrence.due_at)))).all()


async def hold_schedule(
    session: AsyncSession, workspace_id: str, schedule_id: str, *, until: datetime
) -> None:
    """Keep a schedule from being claimed until a moment of the machine's own clock."""
    held = update(Schedule).where(
        col(Schedule.workspace_id) == workspace_id, col(Schedule.id) == schedule_id
    )
    await session.exec(held.values(held_until=until))


async def remove_schedule(session: AsyncSession, workspace_id: str, schedule_id: str) -> None:
    """Remove a schedule with what has happened of it."""
    for column, table in ((Occurrence.schedule_id, Occurrence), (Schedule.id, Schedule)):
        own = delete(table).where(
            col(table.workspace_id) == workspace_id, col(column) == schedule_id
        )
        await session.exec(own)


async def forget_occurrences(session: AsyncSession, *, before: datetime) -> None:
    """Drop what was due before a moment, in all workspaces; schedules never go back to it."""
    await session.exec(delete(Occurrence).where(col(Occurrence.due_at) < before))
