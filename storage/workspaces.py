"""Workspaces: the Slack teams that this deployment serves."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime


class Workspace(SQLModel, table=True):
    """A Slack workspace; its id is Slack's team id."""

    id: str = Field(primary_key=True)
    name: str
    created_at: datetime = Field(sa_type=UTCDateTime)


async def register_workspace(
    session: AsyncSession, workspace_id: str, name: str, *, now: datetime
) -> Workspace:
    """Return the workspace with this id, made or renamed as needed."""
    workspace = await session.get(Workspace, workspace_id)
    if workspace is None:
        workspace = Workspace(id=workspace_id, name=name, created_at=now)
        session.add(workspace)
    elif workspace.name != name:
        workspace.name = name
    await session.flush()
    return workspace


async def find_workspace(session: AsyncSession, workspace_id: str) -> Workspace | None:
    """The workspace with this id, or None."""
    return await session.get(Workspace, workspace_id)


async def list_workspaces(session: AsyncSession) -> Sequence[Workspace]:
    """All workspaces of this deployment, oldest first: the one query that no workspace scopes."""
    return (await session.exec(select(Workspace).order_by(col(Workspace.created_at)))).all()
