"""What people say about findings: helpful, or not a problem in this wording."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
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
