"""Reads drift reports as JSON: a list with one report a line, so that nobody has to hold all of it."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from coherence.drift.exchange import Entry
from coherence.drift.record import UnusableRecord, read_record

_BRACKETS = ("", "[", "]", ",")


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
