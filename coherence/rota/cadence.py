"""When handovers come: dates from the cadence, moments from the zone."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import count, dropwhile, islice, takewhile
from typing import Final

from coherence.local_time import to_utc
from coherence.rota.document import Rota
from coherence.rota.fields import LAST_YEAR, Weekday

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_MONTHS: Final = 12
_EVERY_MONTH_HAS: Final = 28
# A century beyond the last date that may be asked for: room for the end of the longest term.
_HORIZON: Final = date(LAST_YEAR + 100, 1, 1)


def handovers(rota: Rota, since: datetime | None = None) -> Iterator[datetime]:
    """Yield the moments of all handovers, in UTC and each later than the one before.

    From the start on, or from a moment on, which then costs the same however long ago the start is.
    """
    if since is None:
        return _moments(rota, handover_dates(rota))
    # A time that clocks skip may be on the day after its date.
    around = since.astimezone(rota.time_zone).date() - 2 * _DAY
    moments = _moments(rota, handover_dates(rota, around))
    return dropwhile(lambda moment: moment < since, moments)


def _moments(rota: Rota, days: Iterable[date]) -> Iterator[datetime]:
    zone = rota.time_zone
    latest: datetime | None = None
    for day in days:
        moment = to_utc(datetime.combine(day, rota.handover), zone)
        # Two dates are one moment where a zone skipped a whole day.
        if latest is None or moment > latest:
            yield moment
            latest = moment


def handover_dates(rota: Rota, since: date = date.min) -> Iterator[date]:
    """Yield the local dates of all handovers from the start, or from a day, on, in order."""
    latest: date | None = None
    allowed = _allowed(rota)
    for planned in takewhile(lambda day: day < _HORIZON, _planned_dates(rota, since)):
        day = _move_to_allowed(planned, allowed)
        if day >= since and (latest is None or day > latest):
            yield day
            latest = day


def _planned_dates(rota: Rota, since: date) -> Iterator[date]:
    """Yield the dates as the cadence alone has them, some of them before `since`."""
    cadence = rota.cadence
    if cadence.nth is not None and cadence.weekday is not None:
        return _nth_weekdays(rota.start, cadence.nth, cadence.weekday)
    every = cadence.every or 1
    if cadence.unit == "month":
        return _months(rota.start, every)
    start = _near(rota.start, every * _WEEK, since)
    if cadence.unit == "week":
        return _days(start, every * _WEEK)
    allowed = _allowed(rota)
    counted = (day for day in _days(start, 1) if day.weekday() in allowed)
    return islice(counted, 0, None, every)


def _near(start: date, period: int, since: date) -> date:
    """A date whole periods after the start and before `since`, also after moving to an allowed day."""
    ahead = (since - start).days - _WEEK
    return start + timedelta(days=ahead // period * period) if ahead > 0 else start


def _days(start: date, step: int) -> Iterator[date]:
    return (start + timedelta(days=step * number) for number in count())


def _months(start: date, every: int) -> Iterator[date]:
    yield start
    for number in count(1):
        year, month = _month_after(start, every * number)
        last = monthrange(year, month)[1]
        yield date(year, month, start.day if start.day <= _EVERY_MONTH_HAS else last)


def _nth_weekdays(start: date, nth: int, weekday: Weekday) -> Iterator[date]:
    """Yield the start, which is the first handover whatever its weekday, then each month's day."""
    yield start
    for number in count():
        day = _nth_weekday(*_month_after(start, number), nth, weekday)
        if day is not None and day > start:
            yield day


def _nth_weekday(year: int, month: int, nth: int, weekday: Weekday) -> date | None:
    last = monthrange(year, month)[1]
    if nth < 0:
        end = date(year, month, last)
        return end - timedelta(days=(end.weekday() - weekday.number) % _WEEK)
    first = date(year, month, 1)
    day = 1 + (weekday.number - first.weekday()) % _WEEK + (nth - 1) * _WEEK
    return date(year, month, day) if day <= last else None


def _month_after(start: date, months: int) -> tuple[int, int]:
    number = start.year * _MONTHS + start.month - 1 + months
    return number // _MONTHS, number % _MONTHS + 1


def _allowed(rota: Rota) -> frozenset[int]:
    return frozenset(weekday.number for weekday in rota.weekdays or Weekday)


def _move_to_allowed(day: date, allowed: frozenset[int]) -> date:
    while day.weekday() not in allowed:
        day += _DAY
    return day
