"""The drift log: reports of what doesn't fit, with their evidence and all that became of them.

A report is known by its number in its workspace, which is never used twice. What the states and words in
the columns may be is known one layer up, in `coherence/drift/`.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import Json, UTCDateTime, insert_new

SEARCH_INDEX = "drift_index"
"""How the names of all begin that a database keeps for searching; no model describes it."""

PLACE_BITS = 40
"""Of a place in the search index, the bits that hold a report's number."""


class DriftCounter(SQLModel, table=True):
    """The last number that a workspace has given, and the workspace's own place in the search index."""

    __tablename__ = "drift_counter"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    slot: int = Field(unique=True)
    last_number: int = 0


class DriftReport(SQLModel, table=True):
    """Something that doesn't fit our story, as somebody noticed it.

    `reporter` is None for an anonymous one. `layer_guess` is what was offered, `layer` what was decided.
    `came_from_check` and `came_from_finding` name what a check had found (which may have gone since).
    `version_number` is the published narrative that answers it. `revision` counts changes of its state
    and fields from 1: who changes them says which one they saw. `me_too` counts who has noticed it too.
    """

    __tablename__ = "drift_report"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
        *(
            Index(f"ix_drift_report_{column}", "workspace_id", column, "number")
            for column in (
                "journey_id",
                "state",
                "layer",
                "touchpoint_id",
                "severity",
                "owner",
                "reporter",
            )
        ),
        Index("ix_drift_report_reported_at", "workspace_id", "reported_at"),
        Index("ix_drift_report_resolved_at", "workspace_id", "resolved_at"),
        Index("ix_drift_report_version_number", "workspace_id", "journey_id", "version_number"),
    )

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    journey_id: str
    state: str = "reported"
    resolution: str | None = None
    layer_guess: str | None = None
    layer: str | None = None
    severity: str
    touchpoint_id: str | None = None
    statement_ids: list[str] = Field(sa_type=Json)
    summary: str
    reporter: str | None = None
    owner: str | None = None
    snoozed_until: date | None = None
    came_from_check: str | None = None
    came_from_finding: str | None = None
    version_number: int | None = None
    me_too: int = 0
    revision: int = 1
    reported_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime = Field(sa_type=UTCDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


def _of_report(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "number"],
        ["drift_report.workspace_id", "drift_report.number"],
        name=name,
        ondelete="CASCADE",
    )


class DriftEvidence(SQLModel, table=True):
    """One thing that shows the drift: a message, a note or a check's finding; `id` counts from 1.

    `text` is None once the copy was removed, at `removed_at`. `added_by` is None for an anonymous one.
    """

    __tablename__ = "drift_evidence"
    __table_args__ = (
        _of_report("fk_drift_evidence_report"),
        UniqueConstraint(
            "workspace_id", "number", "channel_id", "message_ts", name="uq_drift_evidence_message"
        ),
        Index("ix_drift_evidence_message", "workspace_id", "channel_id", "message_ts"),
        Index("ix_drift_evidence_author", "workspace_id", "author"),
    )

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: int = Field(primary_key=True)
    kind: str
    text: str | None = None
    author: str | None = None
    channel_id: str | None = None
    is_private: bool = False
    permalink: str | None = None
    message_ts: str | None = None
    added_by: str | None = None
    added_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class DriftEvent(SQLModel, table=True):
    """One change of a report: what of it, from what, to what, by whom (None: anonymous), with a note."""

    __tablename__ = "drift_event"
    __table_args__ = (_of_report("fk_drift_event_report"),)

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: int = Field(primary_key=True)
    what: str
    before: str | None = None
    after: str | None = None
    note: str | None = None
    actor: str | None = None
    happened_at: datetime = Field(sa_type=UTCDateTime)


class DriftLink(SQLModel, table=True):
    """What a report is tied to: an item of the stack, another report's number, a ticket's address."""

    __tablename__ = "drift_link"
    __table_args__ = (
        _of_report("fk_drift_link_report"),
        UniqueConstraint("workspace_id", "number", "kind", "target", name="uq_drift_link_target"),
    )

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: int = Field(primary_key=True)
    kind: str
    target: str
    added_by: str
    added_at: datetime = Field(sa_type=UTCDateTime)


class DriftMeToo(SQLModel, table=True):
    """A person who has noticed the same, so that they count once and hear how it ends."""

    __tablename__ = "drift_me_too"
    __table_args__ = (_of_report("fk_drift_me_too_report"),)

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    noticed_at: datetime = Field(sa_type=UTCDateTime)


class DriftWords(SQLModel, table=True):
    """What a report is found by: its words, folded, with one space between two.

    Both databases index them by themselves: SQLite by triggers, under `place`, PostgreSQL by an index.
    """

    __tablename__ = "drift_words"
    __table_args__ = (_of_report("fk_drift_words_report"),)

    workspace_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    place: int = Field(sa_type=BigInteger, unique=True)
    words: str


async def next_drift_number(session: AsyncSession, workspace_id: str) -> int:
    """Take the next number of a workspace; whoever asks meanwhile waits for this transaction."""
    counter = await _lock_counter(session, workspace_id)
    counter.last_number += 1
    await session.flush()
    return counter.last_number


async def keep_drift_number(session: AsyncSession, workspace_id: str, number: int) -> None:
    """Never give this number, or one before it, to a new report: it came with an import."""
    counter = await _lock_counter(session, workspace_id)
    counter.last_number = max(counter.last_number, number)
    await session.flush()


async def drift_place(session: AsyncSession, workspace_id: str, number: int) -> int:
    """Where a report stands in the search index: those of a workspace side by side, by number."""
    counter = await session.get(DriftCounter, workspace_id)
    return ((counter.slot if counter else 0) << PLACE_BITS) + number


async def add_drift(session: AsyncSession, report: DriftReport) -> None:
    """Put a report on record."""
    session.add(report)
    await session.flush()


async def find_drift(session: AsyncSession, workspace_id: str, number: int) -> DriftReport | None:
    """One report, or None."""
    return await session.get(DriftReport, (workspace_id, number))


async def lock_drift(session: AsyncSession, workspace_id: str, number: int) -> DriftReport | None:
    """One report to be changed, or None; whoever else wants to change it waits."""
    return await session.get(
        DriftReport, (workspace_id, number), with_for_update=True, populate_existing=True
    )


async def _lock_counter(session: AsyncSession, workspace_id: str) -> DriftCounter:
    connection = await session.connection()
    while True:
        counter = await session.get(
            DriftCounter, workspace_id, with_for_update=True, populate_existing=True
        )
        if counter is not None:
            return counter
        # Of two workspaces that take the same slot at once, one finds it taken and takes the next.
        slot = select(func.coalesce(func.max(DriftCounter.slot), 0) + 1).scalar_subquery()
        first = {"workspace_id": workspace_id, "slot": slot, "last_number": 0}
        await connection.execute(insert_new(connection, DriftCounter).values(first))
