"""Rituals: what a team is asked again and again, and each time that it was asked.

What the words in the columns may be is known one layer up, in `coherence/rituals/`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import Json, UTCDateTime


class Ritual(SQLModel, table=True):
    """Questions that are put to a channel again and again.

    Its schedule has the id `ritual:<id>`; `recurrence` is that schedule's rule, kept here too so that
    one that has ended can still be shown. `open_minutes` is how long answers are taken. `revision` counts
    edits from 1: who edits says which one they saw. `paused_for` is Slack's name for the trouble that
    paused it, None where a person did.
    """

    __tablename__ = "ritual"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
        Index("ix_ritual_journey", "workspace_id", "journey_id"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    journey_id: str
    kind: str
    name: str
    channel_id: str
    recurrence: dict[str, object] = Field(sa_type=Json)
    visibility: str
    questions: list[dict[str, object]] = Field(sa_type=Json)
    open_minutes: int
    revision: int = 1
    paused: bool = False
    paused_for: str | None = None
    created_by: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RitualRound(SQLModel, table=True):
    """One time that a ritual was asked, as it was asked then: an edit of the ritual changes no round.

    `champions` were on duty when it was posted. `shown` is how many had answered when the post last said
    so. `taken_part` is how many had answered an anonymous one when it closed: who they were is not kept.
    `revision` counts what the summary has to show anew. `drifted` and `conclusion` are what a review came
    to: the layer, and a sentence.
    """

    __tablename__ = "ritual_round"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "ritual_id"],
            ["ritual.workspace_id", "ritual.id"],
            name="fk_ritual_round_ritual",
            ondelete="CASCADE",
        ),
        UniqueConstraint("workspace_id", "ritual_id", "number", name="uq_ritual_round_number"),
        Index("ix_ritual_round_open", "workspace_id", "closed_at", "closes_at"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    ritual_id: str
    number: int
    due_at: datetime = Field(sa_type=UTCDateTime)
    closes_at: datetime = Field(sa_type=UTCDateTime)
    channel_id: str
    visibility: str
    questions: list[dict[str, object]] = Field(sa_type=Json)
    champions: list[str] = Field(default_factory=list, sa_type=Json)
    shown: int = 0
    shown_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_by: str | None = None
    taken_part: int | None = None
    revision: int = 0
    drifted: str | None = None
    conclusion: str | None = None
    concluded_by: str | None = None
    concluded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


async def find_ritual(session: AsyncSession, workspace_id: str, ritual_id: str) -> Ritual | None:
    """A ritual, or None."""
    return await session.get(Ritual, (workspace_id, ritual_id))


async def lock_ritual(session: AsyncSession, workspace_id: str, ritual_id: str) -> Ritual | None:
    """A ritual to be changed, or None: nobody else changes it before this transaction ends."""
    return await session.get(
        Ritual, (workspace_id, ritual_id), with_for_update=True, populate_existing=True
    )


async def list_rituals(
    session: AsyncSession, workspace_id: str, journey_id: str | None = None
) -> Sequence[Ritual]:
    """The rituals of a journey, or of a workspace, that have not ended, by name."""
    query = select(Ritual).where(
        col(Ritual.workspace_id) == workspace_id, col(Ritual.ended_at).is_(None)
    )
    if journey_id is not None:
        query = query.where(col(Ritual.journey_id) == journey_id)
    return (await session.exec(query.order_by(col(Ritual.name), col(Ritual.id)))).all()


async def find_round(session: AsyncSession, workspace_id: str, round_id: str) -> RitualRound | None:
    """A round, or None."""
    return await session.get(RitualRound, (workspace_id, round_id))


async def lock_round(session: AsyncSession, workspace_id: str, round_id: str) -> RitualRound | None:
    """A round to be changed, or None: nobody else changes it before this transaction ends."""
    return await session.get(
        RitualRound, (workspace_id, round_id), with_for_update=True, populate_existing=True
    )


async def list_rounds(
    session: AsyncSession, workspace_id: str, ritual_id: str, *, limit: int
) -> Sequence[RitualRound]:
    """The newest rounds of a ritual, newest first."""
    query = (
        select(RitualRound)
        .where(
            col(RitualRound.workspace_id) == workspace_id, col(RitualRound.ritual_id) == ritual_id
        )
        .order_by(col(RitualRound.number).desc())
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def list_open_rounds(
    session: AsyncSession, workspace_id: str, ritual_ids: Collection[str] | None = None
) -> Sequence[RitualRound]:
    """The rounds that still take answers, of all rituals or of those named; the first to close first."""
    query = select(RitualRound).where(
        col(RitualRound.workspace_id) == workspace_id, col(RitualRound.closed_at).is_(None)
    )
    if ritual_ids is not None:
        query = query.where(col(RitualRound.ritual_id).in_(ritual_ids))
    return (await session.exec(query.order_by(col(RitualRound.closes_at)))).all()


async def next_round_number(session: AsyncSession, workspace_id: str, ritual_id: str) -> int:
    """The number of the round that comes next, from 1."""
    query = select(func.max(RitualRound.number)).where(
        col(RitualRound.workspace_id) == workspace_id, col(RitualRound.ritual_id) == ritual_id
    )
    return ((await session.exec(query)).one() or 0) + 1
