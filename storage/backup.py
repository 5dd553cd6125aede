"""A copy of everything in a file that both kinds of database read: one line of JSON per row.

The first line says what the file is, the last how many rows it holds, so that a file cut short is
noticed. Taken in one transaction: a consistent moment, while others go on writing.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import Column, Table, delete, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.migrations.upgrade import current_revision, newest_revision, upgrade
from storage.tables import metadata
from storage.types import plain_type

FORMAT = 1
_KIND = "coherence backup"
_BATCH = 500
_DATES = {datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat}


class UnusableBackup(ValueError):
    """A file that cannot be restored; the sentence says why."""


class DatabaseNotEmpty(ValueError):
    """The database to restore into holds rows."""


class OldDatabase(ValueError):
    """The database to back up is not at the newest revision."""


async def dump(database: Database, *, now: datetime) -> AsyncIterator[str]:
    """The lines of a backup, made as they are read. Raises OldDatabase."""
    revision = await current_revision(database)
    if revision != newest_revision():
        raise OldDatabase("The database is not at the newest revision; run “coherence db upgrade”.")
    made = now.isoformat()
    yield _line({"kind": _KIND, "format": FORMAT, "revision": revision, "made_at": made})
    rows = 0
    async with database.engine.connect() as connection:
        snapshot = await connection.execution_options(**_snapshot(database))
        for table in metadata().sorted_tables:
            async for row in _rows(snapshot, table):
                rows += 1
                yield _line({"table": table.name, "row": row})
    yield _line({"rows": rows})


async def load(database: Database, lines: Iterable[str], *, replace: bool = False) -> int:
    """Fill a database from the lines of a backup, all or nothing; return the number of rows.

    Raises UnusableBackup, and DatabaseNotEmpty unless `replace` says that what is there may go.
    """
    source = enumerate(lines, start=1)
    _check_header(source)
    await upgrade(database)
    async with database.engine.begin() as connection:
        await _make_room(connection, replace=replace)
        return await _fill(connection, source)


def _snapshot(database: Database) -> dict[str, Any]:
    if database.url.get_backend_name() == "sqlite":
        return {"read_only": True}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key.columns)
    async with connection.stream(query, execution_options={"yield_per": _BATCH}) as result:
        async for row in result.mappings():
            yield dict(row)


def _line(value: object) -> str:
    return json.dumps(value, default=_written, separators=(",", ":")) + "\n"


def _written(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"a backup has no way to write {type(value).__name__}")


def _check_header(source: Iterator[tuple[int, str]]) -> None:
    header = _parse(*next(source, (1, "")))
    if header.get("kind") != _KIND or header.get("format") != FORMAT:
        raise UnusableBackup("This is not a backup that “coherence db backup” has made.")
    if header.get("revision") != newest_revision():
        raise UnusableBackup(
            f"This backup is of database revision {header.get('revision')}, and this version of the bot has "
            f"{newest_revision()}: restore it with the version that made it, then upgrade."
        )


async def _make_room(connection: AsyncConnection, *, replace: bool) -> None:
    for table in reversed(metadata().sorted_tables):
        if replace:
            await connection.execute(delete(table))
        elif (await connection.execute(select(table).limit(1))).first() is not None:
            raise DatabaseNotEmpty("The database is not empty.")


async def _fill(connection: AsyncConnection, source: Iterator[tuple[int, str]]) -> int:
    rows = 0
    while batch := list(islice(source, _BATCH)):
        parsed = [(number, _parse(number, line)) for number, line in batch]
        end = parsed[-1][1].get("rows")
        held = [each for each in parsed if "row" in each[1]]
        await _insert(connection, held)
        rows += len(held)
        if end is not None and end == rows and len(held) == len(parsed) - 1:
            return rows
        if len(held) < len(parsed):
            break
    raise UnusableBackup("This backup is damaged or cut short; nothing was restored.")


async def _insert(connection: AsyncConnection, parsed: list[tuple[int, dict[str, Any]]]) -> None:
    by_table: dict[str, list[dict[str, Any]]] = {}
    for number, line in parsed:
        by_table.setdefault(line["table"], []).append(_read_row(number, line))
    try:
        # Tables are in the file in the order in which their rows need each other.
        for name, rows in by_table.items():
            await connection.execute(insert(metadata().tables[name]), rows)
    except StatementError as error:
        raise UnusableBackup(
            f"The rows of lines {parsed[0][0]} to {parsed[-1][0]} don't fit into this database "
            f"({type(error.orig).__name__}); nothing was restored."
        ) from None


def _parse(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise UnusableBackup(f"Line {number} of the backup can't be read; nothing was restored.")
    return value


def _read_row(number: int, line: dict[str, Any]) -> dict[str, Any]:
    table = metadata().tables.get(line["table"])
    row = line["row"]
    if table is None or not isinstance(row, dict) or set(row) != set(table.c.keys()):
        raise UnusableBackup(
            f"Line {number} of the backup is no row of ours; nothing was restored."
        )
    try:
        return {name: _read(table.c[name], value) for name, value in row.items()}
    except (TypeError, ValueError):
        raise UnusableBackup(
            f"Line {number} of the backup holds a time that can't be read; nothing was restored."
        ) from None


def _read(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    read = _DATES.get(plain_type(column.type).python_type)
    return value if value is None or read is None else read(value)
