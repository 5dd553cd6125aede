"""Erase a workspace, or one person from a workspace: every table, also those added later."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, String, Table, and_, delete, func, select, update
from sqlalchemy.types import JSON
from sqlmodel import select as select_values
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import metadata
from storage.types import plain_type

OWNER = "user_id"
"""A row of a table with this column belongs to one person."""

_BATCH = 500

Row: TypeAlias = dict[str, Any]

Rewrite: TypeAlias = Callable[[str, str, Any], Any]
"""Table, column and value in; the value without the person out."""


async def erase_workspace(session: AsyncSession, workspace_id: str) -> int:
    """Delete all rows of a workspace; return how many there were."""
    erased = 0
    for table in reversed(metadata().sorted_tables):
        done = await session.exec(delete(table).where(_workspace(table) == workspace_id))
        erased += done.rowcount
    return erased


async def delete_rows_of(session: AsyncSession, workspace_id: str, user_id: str) -> int:
    """Delete the rows that belong to a person; return how many there were."""
    deleted = 0
    for table in reversed(metadata().sorted_tables):
        if OWNER in table.c:
            own = and_(_workspace(table) == workspace_id, table.c[OWNER] == user_id)
            deleted += (await session.exec(delete(table).where(own))).rowcount
    return deleted


async def rewrite_words(session: AsyncSession, workspace_id: str, rewrite: Rewrite) -> int:
    """Let `rewrite` change all texts and documents of a workspace; return how many rows changed.

    Keys stay as they are: what they name belongs to somebody else. All rows are read, since neither
    database searches for words in documents and in any case for all alphabets.
    """
    changed = 0
    for table in metadata().sorted_tables:
        if columns := _words_of(table):
            changes = await _changes(session, table, columns, workspace_id, rewrite)
            for key, values in changes:
                this = and_(*(table.c[name] == value for name, value in key.items()))
                await session.exec(update(table).where(this).values(values))
            changed += len(changes)
    return changed


async def count_rows_of(
    session: AsyncSession, workspace_id: str, user_id: str
) -> Mapping[str, int]:
    """How many rows of each table belong to a person; tables without any are left out."""
    counts = {}
    for table in metadata().sorted_tables:
        if OWNER in table.c:
            own = and_(_workspace(table) == workspace_id, table.c[OWNER] == user_id)
            counted = select_values(func.count()).select_from(table).where(own)
            counts[table.name] = (await session.exec(counted)).one()
    return {name: count for name, count in counts.items() if count}


async def _changes(
    session: AsyncSession, table: Table, columns: list[str], workspace_id: str, rewrite: Rewrite
) -> list[tuple[Row, Row]]:
    """The rows to change: key and new values of each."""
    keys = [column.name for column in table.primary_key.columns]
    query = select(*(table.c[name] for name in {*keys, *columns}))
    rows = await session.stream(
        query.where(_workspace(table) == workspace_id), execution_options={"yield_per": _BATCH}
    )
    changes = []
    async for row in rows.mappings():
        new = {name: rewrite(table.name, name, row[name]) for name in columns if row[name]}
        if changed := {name: value for name, value in new.items() if value != row[name]}:
            changes.append(({name: row[name] for name in keys}, changed))
    return changes


def _words_of(table: Table) -> list[str]:
    keys = {key.parent.name for key in table.foreign_keys}
    return [
        column.name
        for column in table.columns
        if isinstance(plain_type(column.type), String | JSON)
        and not column.primary_key
        and column.name not in keys
    ]


def _workspace(table: Table) -> ColumnElement[str]:
    column: ColumnElement[str] = table.c.id if table.name == "workspace" else table.c.workspace_id
    return column
