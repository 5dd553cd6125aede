"""Ids of what Slack has already delivered, so that a redelivery changes nothing."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime


class ProcessedId(SQLModel, table=True):
    """An `event_id` or `trigger_id` whose work is done."""

    __tablename__ = "processed_id"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    processed_at: datetime = Field(sa_type=UTCDateTime, index=True)


async def claim(
    session: AsyncSession, workspace_id: str, delivery_id: str, *, now: datetime
) -> bool:
    """Note that a delivery is being processed; False if it was before.

    Of two that claim at once the second waits for the first, and gets False if that one commits.
    """
    values = {"workspace_id": workspace_id, "id": delivery_id, "processed_at": now}
    connection = await session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(ProcessedId).values(values).on_conflict_do_nothing()
    claimed = await session.exec(statement.returning(col(ProcessedId.id)))
    return claimed.first() is not None


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    """Drop the ids processed before a moment: Slack redelivers for an hour at most."""
    await session.exec(delete(ProcessedId).where(col(ProcessedId.processed_at) < moment))
