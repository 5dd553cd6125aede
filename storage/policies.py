"""How long a workspace keeps what was checked, and how much of it."""

from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


class CheckPolicy(SQLModel, table=True):
    """A workspace's choice: `keep` is texts, fingerprints or nothing; older checks go after `keep_days`."""

    __tablename__ = "check_policy"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    keep: str
    keep_days: int


async def find_policy(session: AsyncSession, workspace_id: str) -> CheckPolicy | None:
    """A workspace's choice, or None if it has made none."""
    return await session.get(CheckPolicy, workspace_id)


async def save_policy(session: AsyncSession, policy: CheckPolicy) -> None:
    """Put a choice in the place of the one before."""
    await session.merge(policy)
    await session.flush()
