"""Lists of drift reports, newest first, by filters and by words.

Words are looked up in the index of the database: SQLite's FTS5, PostgreSQL's tsvector with GIN. They come
folded and split (`coherence/drift/words.py`), never as anybody's query syntax.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    TextClause,
    and_,
    column,
    or_,
    table,
    text,
    union,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.drift import PLACE_BITS, SEARCH_INDEX, DriftReport, DriftWords, drift_place

_INDEX = table(SEARCH_INDEX, column("rowid", BigInteger))
"""SQLite's index."""

_LEXEMES = "array_to_tsvector(string_to_array(drift_words.words, ' '))"
"""Exactly as the index has it, so that PostgreSQL takes the index."""

_BEGINNING = 3
"""Letters from which on the beginning of a word finds it; in other scripts one says enough."""

_FEW = 1_000
"""Reports with a word up to which they are sorted; of more, the newest come along soon."""


@dataclass(frozen=True)
class Wanted:
    """Which reports of a workspace are wanted; None leaves a question open.

    `concerning` is their reporter or owner, `awake_on` leaves out what is snoozed beyond that day.
    `words` have to occur, all of them or, with `any_word`, one: as given or at the beginning of a word.
    """

    workspace_id: str
    journey_id: str | None = None
    states: Collection[str] | None = None
    concerning: str | None = None
    layer: str | None = None
    touchpoint_id: str | None = None
    severity: str | None = None
    since: datetime | None = None
    awake_on: date | None = None
    words: Sequence[str] | None = None
    any_word: bool = False
    before: int | None = None


async def list_drift(session: AsyncSession, wanted: Wanted, *, limit: int) -> Sequence[DriftReport]:
    """The newest reports that are wanted; `wanted.before` is the number to go on below."""
    query = select(DriftReport).where(*_filters(wanted))
    newest: ColumnElement[Any] = col(DriftReport.number).desc()
    if wanted.words is not None:
        if not wanted.words:
            return []
        query, newest = await _found(session, query, wanted)
    return (await session.exec(query.order_by(newest).limit(limit))).all()


async def list_drift_by_number(
    session: AsyncSession, workspace_id: str, numbers: Collection[int]
) -> Sequence[DriftReport]:
    """The reports with these numbers, newest first."""
    query = select(DriftReport).where(
        col(DriftReport.workspace_id) == workspace_id, col(DriftReport.number).in_(numbers)
    )
    return (await session.exec(query.order_by(col(DriftReport.number).desc()))).all()


async def list_drift_answered(
    session: AsyncSession, workspace_id: str, journey_id: str, version_number: int
) -> Sequence[DriftReport]:
    """The reports that a published narrative answers, oldest first."""
    query = select(DriftReport).where(
        col(DriftReport.workspace_id) == workspace_id,
        col(DriftReport.journey_id) == journey_id,
        col(DriftReport.version_number) == version_number,
    )
    return (await session.exec(query.order_by(col(DriftReport.number)))).all()


async def set_drift_words(
    session: AsyncSession, workspace_id: str, number: int, words: Sequence[str]
) -> None:
    """Have a report found by these words from now on."""
    row = await session.get(DriftWords, (workspace_id, number))
    if row is None:
        place = await drift_place(session, workspace_id, number)
        row = DriftWords(workspace_id=workspace_id, number=number, place=place, words="")
        session.add(row)
    row.words = " ".join(words)
    await session.flush()


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal: dict[Any, object] = {
        col(DriftReport.journey_id): wanted.journey_id,
        col(DriftReport.touchpoint_id): wanted.touchpoint_id,
        col(DriftReport.severity): wanted.severity,
    }
    conditions = [col(DriftReport.workspace_id) == wanted.workspace_id]
    conditions += [field == value for field, value in equal.items() if value is not None]
    if wanted.states is not None:
        conditions.append(col(DriftReport.state).in_(wanted.states))
    if wanted.concerning is not None:
        conditions.append(_concerns(wanted.workspace_id, wanted.concerning))
    if wanted.layer is not None:
        conditions.append(_layer_is(wanted.layer))
    if wanted.since is not None:
        conditions.append(col(DriftReport.reported_at) >= wanted.since)
    if wanted.awake_on is not None:
        until = col(DriftReport.snoozed_until)
        conditions.append(or_(until.is_(None), until <= wanted.awake_on))
    if wanted.before is not None:
        conditions.append(col(DriftReport.number) < wanted.before)
    return conditions


def _concerns(workspace_id: str, user_id: str) -> ColumnElement[bool]:
    """Two look-ups: for an OR over two columns, SQLite would read every report."""
    own, other = (
        select(DriftReport.number).where(
            col(DriftReport.workspace_id) == workspace_id, col(column) == user_id
        )
        for column in (DriftReport.owner, DriftReport.reporter)
    )
    return col(DriftReport.number).in_(union(own, other))


def _layer_is(layer: str) -> ColumnElement[bool]:
    """What was decided, else what was guessed."""
    guessed = and_(col(DriftReport.layer).is_(None), col(DriftReport.layer_guess) == layer)
    return or_(col(DriftReport.layer) == layer, guessed)


async def _found(
    session: AsyncSession, query: SelectOfScalar[DriftReport], wanted: Wanted
) -> tuple[SelectOfScalar[DriftReport], ColumnElement[Any]]:
    """The query narrowed to what has the words, and what puts the newest first."""
    words = wanted.words or ()
    if (await session.connection()).dialect.name == "postgresql":
        return await _found_by_lexemes(session, query, wanted), col(DriftReport.number).desc()
    # Walked from its end the index gives the newest first, so that it can stop after a page.
    first = await drift_place(session, wanted.workspace_id, 0)
    last = first + (wanted.before or 1 << PLACE_BITS) - 1
    query = query.where(
        col(DriftReport.number) == _INDEX.c.rowid - first,
        _INDEX.c.rowid.between(first, last),
        text("drift_index MATCH :words").bindparams(words=_fts5(words, any_word=wanted.any_word)),
    )
    return query, _INDEX.c.rowid.desc()


async def _found_by_lexemes(
    session: AsyncSession, query: SelectOfScalar[DriftReport], wanted: Wanted
) -> SelectOfScalar[DriftReport]:
    match = text(f"{_LEXEMES} @@ CAST(:words AS tsquery)").bindparams(
        words=_tsquery(wanted.words or (), any_word=wanted.any_word)
    )
    few = await _few_matching(session, wanted.workspace_id, match)
    if len(few) <= _FEW:
        return query.where(col(DriftReport.number).in_(few))
    same = and_(
        col(DriftWords.workspace_id) == col(DriftReport.workspace_id),
        col(DriftWords.number) == col(DriftReport.number),
    )
    return query.join(DriftWords, same).where(match)


async def _few_matching(
    session: AsyncSession, workspace_id: str, match: TextClause
) -> Sequence[int]:
    """The numbers of up to `_FEW` reports that match, and one more where there are more."""
    matching = select(DriftWords.number).where(col(DriftWords.workspace_id) == workspace_id, match)
    connection = await session.connection()
    # PostgreSQL takes taking words apart for cheap and the beginning of a word for common: left to itself,
    # it would look for a rare one in every report.
    await connection.execute(text("SET LOCAL enable_seqscan = off"))
    found = (await session.exec(matching.limit(_FEW + 1))).all()
    await connection.execute(text("SET LOCAL enable_seqscan = on"))
    return found


def _fts5(words: Sequence[str], *, any_word: bool) -> str:
    quoted = (_quoted(word, '"') + ("*" if _begins(word) else "") for word in words)
    return (" OR " if any_word else " AND ").join(quoted)


def _tsquery(words: Sequence[str], *, any_word: bool) -> str:
    quoted = (_quoted(word, "'") + (":*" if _begins(word) else "") for word in words)
    return (" | " if any_word else " & ").join(quoted)


def _begins(word: str) -> bool:
    return len(word) >= _BEGINNING or not word.isascii()


def _quoted(word: str, mark: str) -> str:
    plain = word.replace("\\", "").replace(mark, mark * 2)
    return f"{mark}{plain}{mark}"
