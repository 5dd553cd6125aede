"""What a journey's drafts said at each change, so that two who edit at once can be merged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, delete, func
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.stack import Document
from storage.types import Json, UTCDateTime


class StackRevision(SQLModel, table=True):
    """A draft as one change left it; numbers go on from draft to draft and are never used twice."""

    __tablename__ = "stack_revision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    document: Document = Field(sa_type=Json)
    author: str
    made_at: datetime = Field(sa_type=UTCDateTime)


async def latest_revision(session: AsyncSession, workspace_id: str, journey_id: str) -> int:
    """The number of the newest revision, 0 where there was none."""
    query = select(func.max(col(StackRevision.number))).where(
        col(StackRevision.workspace_id) == workspace_id,
        col(StackRevision.journey_id) == journey_id,
    )
    return (await session.exec(query)).one() or 0


async def find_revision(
    session: AsyncSession, workspace_id: str, journey_id: str, number: int
) -> StackRevision | None:
    """One revision, or None: also where it is no longer kept."""
    return await session.get(StackRevision, (workspace_id, journey_id, number))


async def list_revisions(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> Sequence[StackRevision]:
    """The revisions that are kept of a journey, oldest first."""
    query = select(StackRevision).where(
        col(StackRevision.workspace_id) == workspace_id,
        col(StackRevision.journey_id) == journey_id,
    )
    return (await session.exec(query.order_by(col(StackRevision.number)))).all()


async def forget_revisions(
    session: AsyncSession, workspace_id: str, journey_id: str, *, before: datetime
) -> None:
    """Drop the revisions made before a moment, but for the newest, from which numbers go on."""
    latest = await latest_revision(session, workspace_id, journey_id)
    old = delete(StackRevision).where(
        col(StackRevision.workspace_id) == workspace_id,
        col(StackRevision.journey_id) == journey_id,
        col(StackRevision.number) < latest,
        col(StackRevision.made_at) < before,
    )
    await session.exec(old)
