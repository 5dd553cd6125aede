"""Secret addresses of calendars, and what calendars last said of each term of a rota.

The second is what lets a calendar program tell a new version of an entry from the one it has.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.champion import ChampionFeed
from storage.types import UTCDateTime


class ChampionCalendarEntry(SQLModel, table=True):
    """A term as calendars have it: `sequence` counts its changes from 0, the last of them at `changed_at`."""

    __tablename__ = "champion_calendar_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name="fk_champion_calendar_entry_rota",
            ondelete="CASCADE",
        ),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    fingerprint: str
    sequence: int = 0
    changed_at: datetime = Field(sa_type=UTCDateTime)


async def list_calendar_entries(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str]
) -> Sequence[ChampionCalendarEntry]:
    """What calendars have of some rotas."""
    query = select(ChampionCalendarEntry).where(
        col(ChampionCalendarEntry.workspace_id) == workspace_id,
        col(ChampionCalendarEntry.journey_id).in_(journey_ids),
    )
    return (await session.exec(query.order_by(col(ChampionCalendarEntry.start)))).all()


async def forget_calendar_entries(
    session: AsyncSession, workspace_id: str, journey_id: str, *, before: datetime
) -> None:
    """Forget the entries of terms that began before a moment."""
    gone = delete(ChampionCalendarEntry).where(
        col(ChampionCalendarEntry.workspace_id) == workspace_id,
        col(ChampionCalendarEntry.journey_id) == journey_id,
        col(ChampionCalendarEntry.start) < before,
    )
    await session.exec(gone)


async def find_own_feed(
    session: AsyncSession, workspace_id: str, user_id: str, feed_id: str
) -> ChampionFeed | None:
    """One of a person's own addresses, or None."""
    feed = await session.get(ChampionFeed, (workspace_id, feed_id))
    return feed if feed is not None and feed.user_id == user_id else None
