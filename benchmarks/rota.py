"""Who is on duty, for a large rota: how it grows with years, members and absences."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import Measure
from coherence.rota.document import Rota
from coherence.rota.engine import on_duty, term_at, terms, with_overrides

_TIMES = "×"
_START = date(2026, 3, 2)
_YEARS = (1, 10)
_MEMBERS = 1_000
_ENTRIES = 5_000
"""Absences, and overrides."""


def run() -> list[Measure]:
    """Measure everything; takes some seconds."""
    large = _rota(_MEMBERS, _ENTRIES)
    return [
        *_growth_with_years(large),
        *_growth_with("members", _rota(_MEMBERS // 10, _ENTRIES), large),
        *_growth_with("absences and overrides", _rota(_MEMBERS, _ENTRIES // 10), large),
        _planned_once(large),
    ]


def _growth_with_years(rota: Rota) -> list[Measure]:
    few, many = (_seconds(partial(on_duty, rota, _after(years))) for years in _YEARS)
    name = f"who is on duty after {_YEARS[1]} / {_YEARS[0]} years of weekly terms"
    entries = f"{_MEMBERS:,} members, {_ENTRIES:,} absences and overrides"
    return [Measure(name, many / few, _TIMES, f"{many * 1e3:.1f} ms with {entries}")]


def _growth_with(what: str, small: Rota, large: Rota) -> list[Measure]:
    few, many = (_seconds(partial(on_duty, rota, _after(_YEARS[1]))) for rota in (small, large))
    name = f"who is on duty with ten times the {what}"
    return [Measure(name, many / few, _TIMES, f"{many * 1e3:.1f} ms after {_YEARS[1]} years")]


def _planned_once(rota: Rota) -> Measure:
    """Measure asking again about terms that were worked out, against working them out."""
    moment = _after(_YEARS[1])
    whole = _seconds(partial(on_duty, rota, moment))
    planned = with_overrides(rota, terms(rota, until=moment))
    again = _seconds(partial(term_at, planned, moment - timedelta(days=200)))
    name = "who is on duty, terms worked out before / for this question"
    return Measure(name, again / whole, _TIMES, f"{again * 1e6:.1f} µs")


def _after(years: int) -> datetime:
    return datetime(_START.year + years, _START.month, _START.day, 12, tzinfo=UTC)


def _seconds(work: Callable[[], object], *, rounds: int = 5) -> float:
    """Return the median time of one call, after a first one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


def _rota(members: int, entries: int) -> Rota:
    random = Random(7)  # noqa: S311 - the same rota in every run
    days = 366 * _YEARS[1]
    people = [f"member{number}" for number in range(members)]
    return Rota.model_validate(
        {
            "format": 1,
            "zone": "Europe/London",
            "start": _START,
            "handover": "09:00",
            "cadence": {"every": 1, "unit": "week"},
            "rest": {"min_gap_terms": 1, "max_per_year": 6},
            "members": people,
            "absences": [_absence(random, people, days) for _ in range(entries)],
            "overrides": [
                _override(random, people, days, place / entries) for place in range(entries)
            ],
        }
    )


def _absence(random: Random, people: list[str], days: int) -> dict[str, Any]:
    first = _START + timedelta(days=random.randrange(days))
    last = first + timedelta(days=random.randrange(21))
    return {"user": random.choice(people), "from": first, "to": last}


def _override(random: Random, people: list[str], days: int, place: float) -> dict[str, Any]:
    start = datetime.combine(_START, datetime.min.time()) + timedelta(days=place * days)
    return {"from": start, "to": start + timedelta(hours=6), "users": [random.choice(people)]}
