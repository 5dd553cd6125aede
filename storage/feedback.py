"""What people say about findings: helpful, or not a problem in this wording."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime

EVERYBODY = ""
"""The `user_id` of a dismissal that counts for all."""


class Dismissal(SQLModel, table=True):
    """A wording that somebody has marked as no problem for a line of the narrative or a house rule.

    `sentence` is a fingerprint, not the words. `user_id` is whom it counts for; a steward's counts for
    EVERYBODY.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    line_id: str = Field(primary_key=True)
    sentence: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    dismissed_by: str
    reason: str | None = None
    dismissed_at: datetime = Field(sa_type=UTCDateTime)


class FindingFeedback(SQLModel, table=True):
    """Whether a person found one finding of a check helpful."""

    __tablename__ = "finding_feedback"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "check_id", "position"],
            ["check_finding.workspace_id", "check_finding.check_id", "check_finding.position"],
            name="fk_finding_feedback_check_finding",
            ondelete="CASCADE",
        ),
    )

    workspace_id: str = Field(primary_key=True)
    check_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    helpful: bool
    given_at: datetime = Field(sa_type=UTCDateTime)


async def list_dismissals(
    session: AsyncSession,
    workspace_id: str,
    journey_id: str,
    user_id: str,
    sentences: Collection[str],
) -> Sequence[Dismissal]:
    """What counts for a person among these fingerprints of sentences."""
    query = select(Dismissal).where(
        col(Dismissal.workspace_id) == workspace_id,
        col(Dismissal.journey_id) == journey_id,
        col(Dismissal.user_id).in_([user_id, EVERYBODY]),
        col(Dismissal.sentence).in_(sentences),
    )
    return (await session.exec(query)).all()


async def forget_reasons_of(session: AsyncSession, workspace_id: str, user_id: str) -> int:
    """Take out the reasons that a person has given for what they dismissed for all; return how many."""
    query = update(Dismissal).where(
        col(Dismissal.workspace_id) == workspace_id,
        col(Dismissal.dismissed_by) == user_id,
        col(Dismissal.reason).is_not(None),
    )
    return (await session.exec(query.values(reason=None))).rowcount


async def add_dismissals(session: AsyncSession, dismissals: Sequence[Dismissal]) -> None:
    """Record dismissals; one that is on record stays as it is, with its reason."""
    await _insert_new(session, dismissals)


async def remove_dismissals(session: AsyncSession, dismissals: Sequence[Dismissal]) -> None:
    """Take dismissals back, as far as they are still on record."""
    for row in dismissals:
        this = (
            col(Dismissal.workspace_id) == row.workspace_id,
            col(Dismissal.journey_id) == row.journey_id,
            col(Dismissal.line_id) == row.line_id,
            col(Dismissal.sentence) == row.sentence,
            col(Dismissal.user_id) == row.user_id,
        )
        await session.exec(delete(Dismissal).where(*this))


async def list_feedback(
    session: AsyncSession, workspace_id: str, check_id: str, user_id: str
) -> Sequence[FindingFeedback]:
    """What a person has said of one check's findings."""
    query = select(FindingFeedback).where(
        col(FindingFeedback.workspace_id) == workspace_id,
        col(FindingFeedback.check_id) == check_id,
        col(FindingFeedback.user_id) == user_id,
    )
    return (await session.exec(query.order_by(col(FindingFeedback.position)))).all()


async def set_feedback(session: AsyncSession, feedback: Sequence[FindingFeedback]) -> None:
    """Record what a person says of findings, in place of what they said of them before."""
    for row in feedback:
        this = (
            col(FindingFeedback.workspace_id) == row.workspace_id,
            col(FindingFeedback.check_id) == row.check_id,
            col(FindingFeedback.position) == row.position,
            col(FindingFeedback.user_id) == row.user_id,
        )
        await session.exec(delete(FindingFeedback).where(*this))
    await _insert_new(session, feedback)


async def _insert_new(session: AsyncSession, rows: Sequence[SQLModel]) -> None:
    connection = await session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for row in rows:
        await session.exec(
            dialect.insert(type(row)).values(row.model_dump()).on_conflict_do_nothing()
        )
