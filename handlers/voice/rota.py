"""What the bot says of a rota."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from textwrap import wrap
from zoneinfo import ZoneInfo

from coherence.rota.term import Term

_WIDTH = 96
_WHEN_WIDTH = len("  Mon 30  09:00  ")
_WHO_WIDTH = 28
_NOBODY = "nobody"


def calendar(terms: Sequence[Term], zone: ZoneInfo) -> list[str]:
    """Terms, at least one, as a calendar: a block for each month, a line for each handover; times are local."""
    width = min(max(len(_who(term)) for term in terms), _WHO_WIDTH)
    lines = [f"Times are those of {zone.key}."]
    for month, handovers in groupby(terms, lambda term: f"{_local(term.start, zone):%B %Y}"):
        lines += ["", month]
        for term in handovers:
            lines += _rows(term, zone, width)
    return [*lines, "", f"Until {_moment(terms[-1].end, zone)}."]


def one_term(term: Term, zone: ZoneInfo) -> list[str]:
    """Who serves in a term, from when until when, and why."""
    start, end = _moment(term.start, zone), _moment(term.end, zone)
    return [f"{_who(term)}: {start} until {end} ({zone.key})", term.why]


def not_begun(first: datetime, zone: ZoneInfo) -> str:
    """Say that nobody serves yet, and from when on somebody does."""
    return f"Nobody serves then: the rota begins on {_moment(first, zone)} ({zone.key})."


def no_days() -> str:
    """Say that a range has no days."""
    return "No days lie between --from and --to."


def _rows(term: Term, zone: ZoneInfo, width: int) -> Iterator[str]:
    start = _local(term.start, zone)
    when = f"  {start:%a} {start.day:>2}  {start:%H:%M}  "
    who = _who(term)
    left = " " * (_WHEN_WIDTH + width + 2)
    if len(who) > width:
        yield f"{when}{who}"
        yield from wrap(term.why, _WIDTH, initial_indent=left, subsequent_indent=left)
        return
    yield from wrap(
        f"{term.why}", _WIDTH, initial_indent=f"{when}{who:<{width}}  ", subsequent_indent=left
    )


def _who(term: Term) -> str:
    return ", ".join(term.users) or _NOBODY


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = _local(moment, zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone)
