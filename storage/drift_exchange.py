"""Drift reports by the hundred, with all that belongs to them: for files, and for reading back.

Each query answers for a stretch of reports, so that however many there are, few are in memory.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import insert, text
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.drift import (
    SEARCH_INDEX,
    DriftEvent,
    DriftEvidence,
    DriftLink,
    DriftMeToo,
    DriftReport,
    DriftWords,
)

_LOG: Final[tuple[type[SQLModel], ...]] = (
    DriftReport,
    DriftEvidence,
    DriftEvent,
    DriftLink,
    DriftMeToo,
    DriftWords,
)

Part = TypeVar("Part", DriftEvidence, DriftEvent, DriftLink, DriftMeToo)


async def list_drift_after(
    session: AsyncSession,
    workspace_id: str,
    number: int,
    *,
    journey_id: str | None = None,
    limit: int,
) -> Sequence[DriftReport]:
    """The reports after a number, lowest first; of one journey where it is named."""
    query = select(DriftReport).where(
        col(DriftReport.workspace_id) == workspace_id, col(DriftReport.number) > number
    )
    if journey_id is not None:
        query = query.where(col(DriftReport.journey_id) == journey_id)
    return (await session.exec(query.order_by(col(DriftReport.number)).limit(limit))).all()


async def list_drift_parts(
    session: AsyncSession, part: type[Part], workspace_id: str, numbers: Collection[int]
) -> Mapping[int, Sequence[Part]]:
    """What belongs to these reports, by their number and in the order of its keys."""
    query = select(part).where(
        col(part.workspace_id) == workspace_id, col(part.number).in_(numbers)
    )
    parts: dict[int, list[Part]] = {}
    for each in await session.exec(query.order_by(*part.metadata.tables[_name(part)].primary_key)):
        parts.setdefault(each.number, []).append(each)
    return parts


async def known_drift(
    session: AsyncSession, workspace_id: str, numbers: Collection[int]
) -> Mapping[int, tuple[str, datetime]]:
    """Of these numbers, those that are given: what was reported under them, and when."""
    query = select(DriftReport.number, DriftReport.summary, DriftReport.reported_at).where(
        col(DriftReport.workspace_id) == workspace_id, col(DriftReport.number).in_(numbers)
    )
    return {number: (summary, at) for number, summary, at in await session.exec(query)}


async def add_drift_rows(
    session: AsyncSession, rows: Mapping[type[SQLModel], Sequence[Mapping[str, Any]]]
) -> None:
    """Put rows of the drift log on record as they are, each with its workspace, kind by kind."""
    connection = await session.connection()
    for model, values in rows.items():
        if values:
            table = model.metadata.tables[_name(model)]
            await connection.execute(insert(table), list(values))


async def learn_sizes(session: AsyncSession) -> None:
    """Have PostgreSQL learn how large the log has become, of all workspaces.

    It learns by itself, but minutes later: until then it takes the log for empty, and may read all of it to
    look up a key or a word; and what is new stands in no order yet, so that each search reads all of that.
    SQLite's planner goes by the indexes alone.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"ANALYZE {', '.join(_name(model) for model in _LOG)}"))
        await connection.execute(text(f"SELECT gin_clean_pending_list('{SEARCH_INDEX}')"))


def _name(model: type[SQLModel]) -> str:
    return str(model.__tablename__)
