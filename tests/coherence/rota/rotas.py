"""Rotas to test with: plain ones, and any that a file may hold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from coherence.rota.document import Rota
from coherence.rota.engine import terms
from coherence.rota.term import Term

MONDAY = date(2026, 3, 2)
ZONES = (
    "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "Asia/Tehran", "UTC",
)  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("ana", "bo", "cy", "di", "eve", "flo", "gil")


def rota(*members: Any, **changed: Any) -> Rota:
    """A weekly rota from a Monday on, at nine in London, unless told otherwise."""
    content = {
        "format": 1,
        "zone": "Europe/London",
        "start": MONDAY,
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
        "members": list(members),
    }
    return Rota.model_validate(content | changed)


def away(user: str, first: date | str, last: date | str) -> dict[str, Any]:
    return {"user": user, "from": first, "to": last}


def day(number: int) -> date:
    """The day so many days after the first handover."""
    return MONDAY + timedelta(days=number)


def after(content: Rota, days: int) -> datetime:
    """The moment so many days after a rota's start."""
    return datetime.combine(content.start, content.handover, UTC) + timedelta(days=days)


def served(content: Rota, count: int) -> list[str]:
    """Who serves in the first terms, those of one term joined by a plus."""
    found = terms(content, until=_far(content, count))
    return ["+".join(term.users) or "-" for term in found[:count]]


def term_days(content: Rota, term: Term) -> list[date]:
    """The local days of a term: all but that of the next handover."""
    first, end = (m.astimezone(content.time_zone).date() for m in (term.start, term.end))
    return [first + timedelta(days=n) for n in range(max((end - first).days, 1))]


cadences = st.one_of(
    st.fixed_dictionaries(
        {"every": st.integers(1, 4), "unit": st.sampled_from(["day", "week", "month"])}
    ),
    st.fixed_dictionaries(
        {
            "nth": st.sampled_from([1, 2, 3, 4, 5, -1]),
            "weekday": st.sampled_from(WEEKDAYS),
            "unit": st.just("month"),
        }
    ),
)
starts = st.dates(date(2010, 1, 1), date(2030, 12, 31))
handovers = st.times().map(lambda time: f"{time:%H:%M}")
rests = st.fixed_dictionaries(
    {}, optional={"min_gap_terms": st.integers(0, 4), "max_per_year": st.integers(1, 8)}
)
timings = st.fixed_dictionaries(
    {"zone": st.sampled_from(ZONES), "start": starts, "handover": handovers, "cadence": cadences},
    optional={"weekdays": st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)},
)


@st.composite
def rotas(draw: st.DrawFn, *, alone: bool = False) -> Rota:
    """Any rota: people who come and go and are away, in pairs, in groups or alone."""
    content: dict[str, Any] = {"format": 1, **draw(timings), "rest": draw(rests)}
    start: date = content["start"]
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    people = [_member(draw, name, start) for name in names]
    if alone or draw(st.booleans()):
        content |= {"members": people, "per_term": 1 if alone else draw(st.sampled_from([1, 2]))}
    else:
        size = draw(st.integers(1, 3))
        content["members"] = [people[n : n + size] for n in range(0, len(people), size)]
    content["absences"] = [
        _absence(draw, draw(st.sampled_from(names)), start) for _ in range(draw(st.integers(0, 6)))
    ]
    content["overrides"] = _overrides(draw, start)
    return Rota.model_validate(content)


def _member(draw: st.DrawFn, name: str, start: date) -> dict[str, Any]:
    joined = draw(st.none() | st.integers(-30, 200))
    stay = draw(st.none() | st.integers(0, 300))
    first = None if joined is None else start + timedelta(days=joined)
    left = None if stay is None else (first or start) + timedelta(days=stay)
    return {"user": name, "joined": first, "left": left}


def _absence(draw: st.DrawFn, name: str, start: date) -> dict[str, Any]:
    first = start + timedelta(days=draw(st.integers(-10, 400)))
    return away(name, first, first + timedelta(days=draw(st.integers(0, 60))))


def _overrides(draw: st.DrawFn, start: date) -> list[dict[str, Any]]:
    begin = datetime.combine(start, datetime.min.time())
    hours = draw(st.lists(st.integers(0, 24 * 300), unique=True, max_size=6))
    # Hours apart, so that a change of the clocks cannot make them overlap.
    edges = [begin + timedelta(days=hour // 24 * 3, hours=hour % 24) for hour in sorted(hours)]
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [
        {"from": first, "to": last, "users": ["zoe"]}
        for first, last in pairs
        if last - first > timedelta(days=2)
    ]


def _far(content: Rota, count: int) -> datetime:
    return after(content, 0) + timedelta(days=31 * 12 * count)
