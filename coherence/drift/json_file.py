"""Drift reports as JSON: a list with one report a line, so that nobody has to hold all of it."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from coherence.drift.exchange import Entry
from coherence.drift.record import UnusableRecord, read_record

_BRACKETS = ("", "[", "]", ",")


async def write_json(records: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[str]:
    """The file, a piece a report."""
    before = "[\n"
    async for record in records:
        # Nothing is written before the first report is there, or it is clear that there is none.
        yield f"{before}{_line(record)}"
        before = ",\n"
    yield "[\n]\n" if before == "[\n" else "\n]\n"


def read_json(lines: Iterable[tuple[int, str | None]], *, now: datetime) -> Iterator[Entry]:
    """The reports of a list with one report a line; JSON Lines will do as well.

    Each line comes with its number; None for one that is no text.
    """
    for number, line in lines:
        if line is None:
            yield Entry(number, fault=NOT_UTF_8)
            continue
        text = line.strip()
        if text in _BRACKETS:
            continue
        yield _entry(number, text.removeprefix("[").removesuffix("]").strip().strip(","), now)


NOT_UTF_8 = "this is not UTF-8 text"


def _entry(number: int, text: str, now: datetime) -> Entry:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return Entry(number, fault="this is not a report as JSON on one line")
    if not isinstance(values, dict):
        return Entry(number, fault="this is not a report as JSON on one line")
    try:
        return Entry(number, record=read_record(values, now=now))
    except UnusableRecord as fault:
        return Entry(number, fault=str(fault))


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, default=written)


def written(value: object) -> str:
    """A moment or a date as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a file has no way to write {type(value).__name__}")
