"""What models have cost: calls and tokens per workspace, day and model."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

_COUNTED = ("calls", "failures", "prompt_tokens", "cached_tokens", "completion_tokens")


class ModelUsage(SQLModel, table=True):
    """One day's calls of one model; days are UTC's. `cached_tokens` are part of `prompt_tokens`."""

    __tablename__ = "model_usage"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    day: date = Field(primary_key=True)
    model: str = Field(primary_key=True)
    calls: int = 0
    failures: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


async def add_usage(session: AsyncSession, usage: ModelUsage) -> None:
    """Add to the day's counts, also where several processes add at once."""
    connection = await session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(ModelUsage).values(usage.model_dump())
    added = {name: getattr(ModelUsage, name) + getattr(insert.excluded, name) for name in _COUNTED}
    await session.exec(
        insert.on_conflict_do_update(index_elements=["workspace_id", "day", "model"], set_=added)
    )


async def tokens_on(session: AsyncSession, workspace_id: str, day: date) -> int:
    """All tokens of a day, of whatever model."""
    spent = func.coalesce(
        func.sum(col(ModelUsage.prompt_tokens) + col(ModelUsage.completion_tokens)), 0
    )
    query = select(spent).where(
        col(ModelUsage.workspace_id) == workspace_id, col(ModelUsage.day) == day
    )
    return int((await session.exec(query)).one())


async def list_usage(session: AsyncSession, workspace_id: str, since: date) -> Sequence[ModelUsage]:
    """The days from `since` on, oldest first."""
    query = select(ModelUsage).where(
        col(ModelUsage.workspace_id) == workspace_id, col(ModelUsage.day) >= since
    )
    return (await session.exec(query.order_by(col(ModelUsage.day), col(ModelUsage.model)))).all()
