"""Looks for ways from an anonymous answer to a person, in a database as it lies on the disk.

It knows the schema by reflection only, so that it finds what somebody adds to it.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from storage.database import Database

Rows = Mapping[str, list[Mapping[str, Any]]]

SAME_FOR_ALL = {"workspace_id", "round_id", "question_id", "rating"}
"""What many answers share tells none from another."""

ANSWERS, PARTS = "ritual_ballot", "ritual_part"
COLUMNS = {
    ANSWERS: {"workspace_id", "id", "round_id", "question_id", "rating", "words"},
    PARTS: {"workspace_id", "round_id", "user_id", "done"},
}
_LONG_ENOUGH = 8
"""Shorter values are found within others by chance."""


async def everything(database: Database) -> Rows:
    """Every row of every table."""
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        found: dict[str, list[Mapping[str, Any]]] = {}
        for name in names:
            rows = await connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608 - from the schema
            found[name] = [dict(row) for row in rows.mappings()]
    return found


async def faults(
    database: Database, round_id: str, people: Collection[str], *, closed: bool = True
) -> list[str]:
    """Everything by which somebody could find out who gave an anonymous answer."""
    rows = await everything(database)
    answers = [row for row in rows[ANSWERS] if row["round_id"] == round_id]
    assert answers, "nobody has answered: there is nothing to find"
    found = [*_columns(rows), *_times(rows)]
    for answer in answers:
        found += _ways(rows, answer, people)
    if closed:
        found += [f"{PARTS} still has {row}" for row in rows[PARTS] if row["round_id"] == round_id]
        found += await _order(database, round_id)
    return found


def mentions(rows: Rows, words: str) -> list[str]:
    """The tables that have these words anywhere."""
    return [name for name, held in rows.items() if any(words in str(row) for row in held)]


def _columns(rows: Rows) -> Iterator[str]:
    for table, known in COLUMNS.items():
        for row in rows[table][:1]:
            for column in set(row) - known:
                yield f"{table} has got a column “{column}”: what does it tell?"


def _times(rows: Rows) -> Iterator[str]:
    for table in COLUMNS:
        for row in rows[table]:
            for column, value in row.items():
                if _is_time(value):
                    yield f"{table}.{column} is a time"


def _is_time(value: object) -> bool:
    if isinstance(value, date):
        return True
    if not isinstance(value, str):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _ways(rows: Rows, answer: Mapping[str, Any], people: Collection[str]) -> Iterator[str]:
    """Follow equal values from an answer to all rows that have them, and on from those."""
    way = {value: f"{ANSWERS}.{column}" for column, value in _telling(answer)}
    coming = list(way)
    seen = {id(answer)}
    while coming:
        value = coming.pop()
        reached = [person for person in people if person in str(value)]
        yield from (f"{way[value]} leads to {person}" for person in reached)
        if reached:
            continue
        for table, row in _having(rows, value):
            if id(row) in seen:
                continue
            seen.add(id(row))
            for column, further in _telling(row):
                if further not in way:
                    way[further] = f"{way[value]} → {table}.{column}"
                    coming.append(further)


def _having(rows: Rows, value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for table, held in rows.items():
        for row in held:
            if any(_are_same(value, other) for _, other in _telling(row)):
                yield table, row


def _telling(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for column, value in row.items():
        if column not in SAME_FOR_ALL and value is not None and not isinstance(value, bool):
            yield column, value if isinstance(value, int | float | str | date) else str(value)


def _are_same(one: object, other: object) -> bool:
    if type(one) is not str or type(other) is not str:
        return one == other
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _LONG_ENOUGH and short in long)


async def _order(database: Database, round_id: str) -> list[str]:
    """Whether rows lie in another order than that of their keys, which are random."""
    async with database.engine.connect() as connection:
        if database.url.get_backend_name() == "postgresql":
            query = "SELECT xmin::text, id FROM ritual_ballot WHERE round_id = :id ORDER BY ctid"
            found = (await connection.execute(text(query), {"id": round_id})).all()
            ids = [row.id for row in found]
            together = len({row.xmin for row in found}) == 1
            return [] if together and ids == sorted(ids) else ["answers lie as they came"]
        return await connection.run_sync(_row_numbers)


def _row_numbers(connection: Connection) -> list[str]:
    found = []
    for table in COLUMNS:
        try:
            connection.execute(text(f"SELECT rowid FROM {table}"))  # noqa: S608 - our own names
        except OperationalError:
            continue
        found.append(f"{table} numbers its rows as they come")
    return found
