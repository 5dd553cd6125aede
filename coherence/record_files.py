"""Records as files: JSON with one a line, CSV with one a row; nobody has to hold all of them.

Cells that a spreadsheet would take for a formula are written with an apostrophe in front, which reading
takes off again (OWASP, “CSV Injection”).
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import regex

_FORMULA: Final = regex.compile(r"[\s']*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[ ']*[\t\r\n]")

Record = Mapping[str, Any]
"""Plain values by name."""


async def write_json(records: AsyncIterator[Record]) -> AsyncIterator[str]:
    """The file as a list, a piece a record."""
    before = "[\n"
    async for record in records:
        # Nothing is written before the first record is there, or it is clear that there is none.
        yield f"{before}{json.dumps(record, ensure_ascii=False, default=written)}"
        before = ",\n"
    yield "[\n]\n" if before == "[\n" else "\n]\n"


def plain_cell(_name: str, value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """A single value as a cell; empty for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    return defused(str(value) if isinstance(value, int) else written(value))


async def write_csv(
    records: AsyncIterator[Record],
    columns: Sequence[str],
    cell: Callable[[str, Any], str] = plain_cell,
) -> AsyncIterator[str]:
    """The file: the row of column names, then a row a record; `cell` makes text of a column's value."""
    header = _rows([columns])
    async for record in records:
        cells = _rows([[cell(name, record[name]) for name in columns]])
        # As with JSON.
        yield header + cells
        header = ""
    if header:
        yield header


def defused(cell: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before `defused`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def written(value: object) -> str:
    """A moment or a date as a file has it. Raises TypeError for anything else."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a file has no way to write {type(value).__name__}")


def _rows(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue()
