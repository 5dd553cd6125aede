"""Journeys of a workspace, and the channels that belong to them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime


class Journey(SQLModel, table=True):
    """A customer journey, with one Coherence Stack."""

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    name: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    # The team's zone as an IANA name, and its working hours by the clock on the wall, "09:00" to "17:00".
    zone: str = "UTC"
    work_start: str = "09:00"
    work_end: str = "17:00"
    # Whether drift may be reported without a name.
    anonymous_drift: bool = False
    # Whether there is a digest of drift each week and each month, and the only channel that gets the
    # month's; None for all of the journey's.
    weekly_drift_digest: bool = True
    monthly_drift_digest: bool = True
    drift_digest_channel: str | None = None


class JourneyChannel(SQLModel, table=True):
    """A channel that belongs to a journey; a channel belongs to one."""

    __tablename__ = "journey_channel"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
    )

    workspace_id: str = Field(primary_key=True)
    channel_id: str = Field(primary_key=True)
    journey_id: str


async def list_journeys(session: AsyncSession, workspace_id: str) -> Sequence[Journey]:
    """The journeys of a workspace, by name."""
    query = select(Journey).where(col(Journey.workspace_id) == workspace_id)
    return (await session.exec(query.order_by(col(Journey.name)))).all()


async def find_journey(session: AsyncSession, workspace_id: str, journey_id: str) -> Journey | None:
    """The journey with this id, or None."""
    return await session.get(Journey, (workspace_id, journey_id))


async def lock_journey(session: AsyncSession, workspace_id: str, journey_id: str) -> Journey | None:
    """The journey with this id, which nobody else changes meanwhile, or None."""
    query = select(Journey).where(
        col(Journey.workspace_id) == workspace_id, col(Journey.id) == journey_id
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def find_journey_by_name(
    session: AsyncSession, workspace_id: str, name: str
) -> Journey | None:
    """The journey of this name, or None."""
    query = select(Journey).where(
        col(Journey.workspace_id) == workspace_id, col(Journey.name) == name
    )
    return (await session.exec(query)).one_or_none()


async def journey_of_channel(
    session: AsyncSession, workspace_id: str, channel_id: str
) -> Journey | None:
    """The journey that a channel belongs to, or None."""
    query = (
        select(Journey)
        .join(
            JourneyChannel,
            (col(JourneyChannel.workspace_id) == col(Journey.workspace_id))
            & (col(JourneyChannel.journey_id) == col(Journey.id)),
        )
        .where(
            col(JourneyChannel.workspace_id) == workspace_id,
            col(JourneyChannel.channel_id) == channel_id,
        )
    )
    return (await session.exec(query)).one_or_none()


async def list_linked_channels(session: AsyncSession, workspace_id: str) -> Sequence[str]:
    """The ids of all channels of a workspace that belong to a journey."""
    query = select(JourneyChannel.channel_id).where(
        col(JourneyChannel.workspace_id) == workspace_id
    )
    return (await session.exec(query.order_by(col(JourneyChannel.channel_id)))).all()


async def add_journey(
    session: AsyncSession,
    workspace_id: str,
    name: str,
    *,
    now: datetime,
    journey_id: str | None = None,
) -> Journey:
    """Add a journey to a workspace, under a new id unless one is given."""
    journey = Journey(
        workspace_id=workspace_id, id=journey_id or uuid4().hex, name=name, created_at=now
    )
    session.add(journey)
    await session.flush()
    return journey


async def link_channel(
    session: AsyncSession, workspace_id: str, channel_id: str, journey_id: str
) -> None:
    """Make a channel belong to a journey, and to no other."""
    link = await session.get(JourneyChannel, (workspace_id, channel_id))
    if link is None:
        link = JourneyChannel(
            workspace_id=workspace_id, channel_id=channel_id, journey_id=journey_id
        )
        session.add(link)
    link.journey_id = journey_id
    await session.flush()


async def list_channels(session: AsyncSession, workspace_id: str) -> Sequence[JourneyChannel]:
    """Every channel of a workspace that belongs to a journey."""
    query = select(JourneyChannel).where(col(JourneyChannel.workspace_id) == workspace_id)
    return (await session.exec(query.order_by(col(JourneyChannel.channel_id)))).all()


async def set_channels(
    session: AsyncSession, workspace_id: str, journey_id: str, channel_ids: Sequence[str]
) -> None:
    """Make exactly these channels belong to a journey, and to no other."""
    others = delete(JourneyChannel).where(
        col(JourneyChannel.workspace_id) == workspace_id,
        col(JourneyChannel.journey_id) == journey_id,
        col(JourneyChannel.channel_id).not_in(channel_ids),
    )
    await session.exec(others)
    for channel_id in dict.fromkeys(channel_ids):
        await link_channel(session, workspace_id, channel_id, journey_id)
