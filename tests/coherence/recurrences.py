"""Recurrences for the tests, and a second, plainer account of when they happen."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from coherence.recurrence import (
    WEEKDAYS,
    Daily,
    DayOfMonth,
    Monthly,
    OnDate,
    OnWeekday,
    OnWorkingDay,
    Pattern,
    Quarterly,
    Recurrence,
    Weekly,
)
from coherence.working_days import is_holiday, is_working_day

ZONES = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Istanbul",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
]
PLACES = ["DE", "DE-BY", "GB-ENG", "EG", "CN", "US"]
DAY = timedelta(days=1)


def repeating(pattern: Pattern, **others: Any) -> Recurrence:
    values = {"pattern": pattern, "start": "2026-01-01", "time": "09:30", "zone": "Europe/London"}
    return Recurrence.model_validate(values | others)


def at(text: str) -> datetime:
    """A moment in UTC, such as 2026-03-29T01:30."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


days_of_month: st.SearchStrategy[DayOfMonth] = st.one_of(
    st.builds(OnDate, day=st.integers(1, 31)),
    st.builds(OnWeekday, nth=st.sampled_from([1, 2, 3, 4, -1]), weekday=st.sampled_from(WEEKDAYS)),
    st.builds(OnWorkingDay, which=st.sampled_from(["first", "last"])),
)
patterns: st.SearchStrategy[Pattern] = st.one_of(
    st.builds(Daily, every=st.integers(1, 20)),
    st.builds(
        Weekly,
        weekdays=st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple),
        every=st.integers(1, 6),
    ),
    st.builds(Monthly, on=days_of_month),
    st.builds(Quarterly, on=days_of_month, month=st.sampled_from([None, 1, 2, 3])),
)
moments = st.floats(0, 22 * 365).map(lambda days: at("2009-01-01") + timedelta(days=days))


@st.composite
def recurrences(draw: st.DrawFn, *, with_holidays: bool = True) -> Recurrence:
    country = draw(st.sampled_from(PLACES)) if with_holidays else None
    kept = st.sampled_from(["keep", "skip", "move"]) if with_holidays else st.just("keep")
    return repeating(
        draw(patterns),
        start=draw(st.dates(date(2009, 1, 1), date(2030, 1, 1))),
        time=time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 1, 15, 30, 45, 59]))),
        zone=draw(st.sampled_from(ZONES)),
        country=country,
        on_holiday=draw(kept),
    )


def by_hand(recurrence: Recurrence, after: datetime, days: int) -> list[datetime]:
    """All times of so many days after a moment, found by asking every single day."""
    zone = ZoneInfo(recurrence.zone)
    found: set[datetime] = set()
    day = after.astimezone(zone).date() - 60 * DAY
    for _ in range(60 + days):
        landing = _landing(recurrence, day) if _asks(recurrence, day) else None
        if landing:
            found.add(_moment(landing, recurrence.time, zone))
        day += DAY
    return sorted(moment for moment in found if after < moment)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first minute of UTC that shows this time; where none does, as if the clock had not moved."""
    wanted = datetime.combine(day, at)
    around = [wanted.replace(tzinfo=UTC) - timedelta(minutes=15 * step) for step in range(-60, 61)]
    shown = [moment for moment in around if moment.astimezone(zone).replace(tzinfo=None) == wanted]
    if shown:
        return min(shown)
    before = next(m for m in around if m.astimezone(zone).replace(tzinfo=None) < wanted)
    offset = before.astimezone(zone).utcoffset()
    assert offset is not None
    return wanted.replace(tzinfo=UTC) - offset


def _asks(recurrence: Recurrence, day: date) -> bool:
    start = recurrence.start
    if day < start:
        return False
    match recurrence.pattern:
        case Daily(every=every):
            return (day - start).days % every == 0
        case Weekly(every=every, weekdays=weekdays):
            weeks = (_monday(day) - _monday(start)).days // 7
            return WEEKDAYS[day.weekday()] in weekdays and weeks % every == 0
        case Monthly(on=on):
            return day == _within_month(on, day, recurrence.country)
        case Quarterly(on=on, month=month):
            late = on == OnWorkingDay(which="last") or (isinstance(on, OnWeekday) and on.nth == -1)
            nth = (day.month - 1) % 3 + 1
            return nth == (month or (3 if late else 1)) and day == _within_month(
                on, day, recurrence.country
            )


def _monday(day: date) -> date:
    return day - DAY * day.weekday()


def _within_month(on: DayOfMonth, month: date, country: str | None) -> date | None:
    days = list(_month(month))
    match on:
        case OnDate(day=number):
            return days[min(number, len(days)) - 1]
        case OnWeekday(nth=nth, weekday=weekday):
            named = [day for day in days if WEEKDAYS[day.weekday()] == weekday]
            return named[nth - 1 if nth > 0 else -1]
        case OnWorkingDay(which=which):
            working = [day for day in days if is_working_day(day, country)]
            return working[0 if which == "first" else -1] if working else None


def _month(day: date) -> Iterator[date]:
    for number in range(1, monthrange(day.year, day.month)[1] + 1):
        yield day.replace(day=number)


def _landing(recurrence: Recurrence, day: date) -> date | None:
    country = recurrence.country
    if recurrence.on_holiday == "skip" and is_holiday(day, country):
        return None
    if recurrence.on_holiday == "move":
        while not is_working_day(day, country):
            if not is_holiday(day, country) and _asks_for_its_weekday(recurrence.pattern, day):
                break
            day += DAY
    return day


def _asks_for_its_weekday(pattern: Pattern, day: date) -> bool:
    named = WEEKDAYS[day.weekday()]
    match pattern:
        case Weekly(weekdays=weekdays):
            return named in weekdays
        case Monthly(on=OnWeekday(weekday=weekday)) | Quarterly(on=OnWeekday(weekday=weekday)):
            return named == weekday
        case _:
            return isinstance(pattern, Daily)
