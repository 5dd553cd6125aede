"""Drift reports as CSV: a row for each report, as a spreadsheet shows them.

Statements stand in one cell with spaces between; evidence, history, links and who noticed the same are
lists as JSON, each in a cell of its own.
"""

import csv
import io
import json
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from coherence import record_files
from coherence.drift.exchange import Entry
from coherence.drift.json_file import NOT_UTF_8
from coherence.drift.record import PARTS, ReportRecord, UnusableRecord, read_record
from coherence.record_files import Record, defused, plain_cell, restored, written

COLUMNS: Final = tuple(ReportRecord.model_fields)

_DELIMITERS: Final = (",", ";", "\t")
_MOST_LETTERS: Final = 20_000_000
"""Letters of one row: a quote that is never closed must not swallow the file."""


class UnusableHeader(ValueError):
    """The first row names no columns of ours; the sentence says what is wrong."""


def write_csv(records: AsyncIterator[Record]) -> AsyncIterator[str]:
    """The file: the row of column names, then a row a report."""
    return record_files.write_csv(records, COLUMNS, _cell)


def read_csv(lines: Iterable[tuple[int, str | None]], *, now: datetime) -> Iterator[Entry]:
    """The reports of a file whose first row names the columns, which may come in any order.

    Between cells stands a comma, a semicolon or a tab. Raises UnusableHeader.
    """
    source = _Lines(lines)
    number, header = next(source.rows(None), (1, None))
    names, delimiter = _header(header)
    for number, row in source.rows((len(names), delimiter)):
        if row is None:
            yield Entry(number, fault=source.fault)
        else:
            yield _entry(number, dict(zip(names, row, strict=True)), now)


class _Lines:
    """Lines as rows; what can't be a row gives up its first line, and the rest is read on its own."""

    def __init__(self, lines: Iterable[tuple[int, str | None]]) -> None:
        self._source = iter(lines)
        self._again: deque[tuple[int, str | None]] = deque()
        self.fault = ""

    def rows(self, shape: tuple[int, str] | None) -> Iterator[tuple[int, list[str] | None]]:
        """Each row with the number of its first line, None for one that isn't any.

        `shape` says how many cells there are and what stands between; without, a row is its text.
        """
        while (taken := self._take()) is not None:
            number, line = taken
            if line is not None and not line.strip():
                continue
            if line is None:
                self.fault = NOT_UTF_8
                yield number, None
            else:
                yield number, self._row(number, line, shape)
            if shape is None:
                return

    def _take(self) -> tuple[int, str | None] | None:
        return self._again.popleft() if self._again else next(self._source, None)

    def _row(self, number: int, line: str, shape: tuple[int, str] | None) -> list[str] | None:
        if shape is None:
            return [line]
        more = self._until_closed(line)
        if more is not None:
            cells = next(
                csv.reader(io.StringIO("".join([line, *more]), newline=""), delimiter=shape[1])
            )
            if len(cells) == shape[0]:
                return cells
            self.fault = f"there are {len(cells)} cells and {shape[0]} columns"
            self._again.extendleft(reversed([(number + i, each) for i, each in enumerate(more, 1)]))
        return None

    def _until_closed(self, line: str) -> list[str] | None:
        """The lines that follow up to the end of the row; None, and back they go, if it has no end."""
        open_, letters = line.count('"') % 2, len(line)
        followed: list[tuple[int, str | None]] = []
        while open_:
            taken = self._take()
            if taken is not None:
                followed.append(taken)
            if taken is None or taken[1] is None or letters > _MOST_LETTERS:
                self.fault = "a quotation mark is not closed"
                self._again.extendleft(reversed(followed))
                return None
            letters += len(taken[1])
            open_ ^= taken[1].count('"') % 2
        return [line for _, line in followed if line is not None]


def _header(row: Sequence[str] | None) -> tuple[list[str], str]:
    if row is None:
        raise UnusableHeader("this file holds no text that can be read")
    line = row[0].lstrip("\ufeff").strip()
    delimiter = max(_DELIMITERS, key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    unknown = [name for name in names if name not in COLUMNS]
    if "summary" not in names or unknown or len(set(names)) < len(names):
        raise UnusableHeader(
            "the first row has to name the columns, “summary” among them, each once and none but ours"
        )
    return names, delimiter


def _entry(number: int, row: Mapping[str, str], now: datetime) -> Entry:
    try:
        values = {name: _value(name, restored(cell)) for name, cell in row.items() if cell.strip()}
        return Entry(number, record=read_record(values, now=now))
    except UnusableRecord as fault:
        return Entry(number, fault=str(fault))


def _value(name: str, cell: str) -> object:
    if name == "statement_ids":
        return cell.split()
    if name not in PARTS:
        return cell
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise UnusableRecord(f"{name}: this is not JSON; a spreadsheet may have cut it") from None


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    if value is None or value == []:
        return ""
    if name == "statement_ids":
        return defused(" ".join(value))
    if name in PARTS:
        return json.dumps(value, ensure_ascii=False, default=written)
    return plain_cell(name, value)
