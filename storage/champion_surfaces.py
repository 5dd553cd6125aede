"""The places in Slack that follow the duty: which are to be looked at, and whose turn that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.champion import ChampionSurface


@dataclass(frozen=True)
class Due:
    """The places of a workspace at which something may have changed, and that nobody is busy with.

    Nothing is put off for longer than `longest`: what is, stems from a clock that was moved back.
    """

    workspace_id: str
    now: datetime
    machine_now: datetime
    longest: timedelta

    def condition(self) -> ColumnElement[bool]:
        """As a condition on their rows."""
        look_at, try_after = col(ChampionSurface.look_at), col(ChampionSurface.try_after)
        return and_(
            col(ChampionSurface.workspace_id) == self.workspace_id,
            or_(look_at.is_(None), look_at <= self.now, look_at > self.now + self.longest),
            or_(try_after.is_(None), try_after <= self.machine_now),
        )


async def any_surface_due(session: AsyncSession, due: Due) -> bool:
    """Whether any place is to be looked at."""
    query = select(ChampionSurface.journey_id).where(due.condition())
    return (await session.exec(query.limit(1))).first() is not None


async def claim_surfaces(
    session: AsyncSession, due: Due, *, look_at: datetime
) -> Sequence[ChampionSurface]:
    """The places to be looked at, this transaction's; others come back to them at `look_at`."""
    query = select(ChampionSurface).where(due.condition())
    query = query.order_by(col(ChampionSurface.journey_id), col(ChampionSurface.kind))
    found = (await session.exec(query.with_for_update(skip_locked=True))).all()
    for each in found:
        each.look_at = look_at
    await session.flush()
    return found


async def lock_surfaces_looked_at(
    session: AsyncSession, workspace_id: str, *, look_at: datetime
) -> Sequence[ChampionSurface]:
    """Those to which somebody means to come back at a moment, and that nobody changes right now."""
    query = select(ChampionSurface).where(
        col(ChampionSurface.workspace_id) == workspace_id,
        col(ChampionSurface.look_at) == look_at,
    )
    query = query.order_by(col(ChampionSurface.journey_id), col(ChampionSurface.kind))
    return (await session.exec(query.with_for_update(skip_locked=True))).all()


async def lock_surface(
    session: AsyncSession, workspace_id: str, journey_id: str, kind: str
) -> ChampionSurface | None:
    """A place to be changed, or None: nobody else changes it before this transaction ends."""
    return await session.get(
        ChampionSurface,
        (workspace_id, journey_id, kind),
        with_for_update=True,
        populate_existing=True,
    )


async def look_at_surfaces(session: AsyncSession, workspace_id: str, journey_id: str) -> None:
    """Have the places that follow a rota looked at now."""
    theirs = update(ChampionSurface).where(
        col(ChampionSurface.workspace_id) == workspace_id,
        col(ChampionSurface.journey_id) == journey_id,
    )
    await session.exec(theirs.values(look_at=None))


async def remove_surface(
    session: AsyncSession, workspace_id: str, journey_id: str, kind: str
) -> None:
    """Have a place follow the duty no longer."""
    gone = delete(ChampionSurface).where(
        col(ChampionSurface.workspace_id) == workspace_id,
        col(ChampionSurface.journey_id) == journey_id,
        col(ChampionSurface.kind) == kind,
    )
    await session.exec(gone)
