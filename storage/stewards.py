"""Stewards: the people that other stewards have named to keep the narrative."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime


class Steward(SQLModel, table=True):
    """A member named as a steward, by whom and when."""

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    user_id: str = Field(primary_key=True)
    named_by: str
    named_at: datetime = Field(sa_type=UTCDateTime)


async def list_stewards(session: AsyncSession, workspace_id: str) -> Sequence[Steward]:
    """The stewards named in a workspace, in the order they were named."""
    query = select(Steward).where(col(Steward.workspace_id) == workspace_id)
    return (await session.exec(query.order_by(col(Steward.named_at), col(Steward.user_id)))).all()


async def find_steward(session: AsyncSession, workspace_id: str, user_id: str) -> Steward | None:
    """A person's entry as a steward, or None."""
    return await session.get(Steward, (workspace_id, user_id))


async def set_stewards(
    session: AsyncSession,
    workspace_id: str,
    user_ids: Sequence[str],
    *,
    named_by: str,
    now: datetime,
) -> None:
    """Make exactly these people the named stewards; who was one before keeps the entry."""
    wanted = dict.fromkeys(user_ids)
    known = {steward.user_id for steward in await list_stewards(session, workspace_id)}
    gone = delete(Steward).where(
        col(Steward.workspace_id) == workspace_id, col(Steward.user_id).not_in(wanted)
    )
    await session.exec(gone)
    session.add_all(
        Steward(workspace_id=workspace_id, user_id=user_id, named_by=named_by, named_at=now)
        for user_id in wanted
        if user_id not in known
    )
    await session.flush()
