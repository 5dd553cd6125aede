"""When something that repeats comes next.

A pattern asks for dates in the team's own calendar; each date, at the wall-clock time, becomes a
moment in UTC last of all, so that 09:30 stays 09:30 when clocks change. Dates come from dateutil's
rrule; what an RRULE cannot say, such as the last working day in Germany, is laid over them.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from coherence.local_time import to_utc
from coherence.working_days import (
    first_working_day,
    is_holiday,
    last_working_day,
)
from coherence.zones import zone_info

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = dt.timedelta(days=1)
_FIRST = dt.date(1970, 1, 1)
_LAST = dt.date(2999, 12, 31)
# What has not come for so long (Sundays only, skipped where every Sunday is a holiday) never will.
_PATIENCE = dt.timedelta(days=3653)
_SHORTEST_MONTH = 28


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OnDate(_Value):
    """A date of the month; 29 to 31 mean the last day of a month that is shorter."""

    kind: Literal["date"] = "date"
    day: int = Field(ge=1, le=31)


class OnWeekday(_Value):
    """The first to fourth Monday (or another weekday) of the month; -1 is the last."""

    kind: Literal["weekday"] = "weekday"
    nth: Literal[1, 2, 3, 4, -1]
    weekday: Weekday


class OnWorkingDay(_Value):
    """The first or last working day of the month."""

    kind: Literal["working_day"] = "working_day"
    which: Literal["first", "last"]


DayOfMonth = Annotated[OnDate | OnWeekday | OnWorkingDay, Field(discriminator="kind")]


class Daily(_Value):
    """Every day, or every so many days from the start."""

    kind: Literal["daily"] = "daily"
    every: int = Field(default=1, ge=1, le=366)


class Weekly(_Value):
    """On these weekdays, in every week or every so many; weeks begin on Monday."""

    kind: Literal["weekly"] = "weekly"
    weekdays: tuple[Weekday, ...] = Field(min_length=1)
    every: int = Field(default=1, ge=1, le=52)

    @field_validator("weekdays")
    @classmethod
    def _in_order(cls, weekdays: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        return tuple(day for day in WEEKDAYS if day in weekdays)


class Monthly(_Value):
    """Once a month."""

    kind: Literal["monthly"] = "monthly"
    on: DayOfMonth

    @property
    def months(self) -> None:
        """Not only some months, but all."""
        return


class Quarterly(_Value):
    """Once a quarter of the calendar year, in its first, second or third month.

    Unless told, that is the third for what is counted from the end, and the first for all else.
    """

    kind: Literal["quarterly"] = "quarterly"
    on: DayOfMonth
    month: Literal[1, 2, 3] | None = None

    @property
    def months(self) -> tuple[int, ...]:
        """The four months, 1 to 12."""
        return tuple(range(self.month or self._usual_month, 13, 3))

    @property
    def _usual_month(self) -> int:
        match self.on:
            case OnWeekday(nth=-1) | OnWorkingDay(which="last"):
                return 3
            case _:
                return 1


Pattern = Annotated[Daily | Weekly | Monthly | Quarterly, Field(discriminator="kind")]


class Recurrence(_Value):
    """What repeats: a pattern from a start on, at a wall-clock time somewhere.

    `start` is the first date possible and what every second, third … week or day is counted from:
    weeks from the Monday of its week. `country` (ISO 3166, “DE” or a region's “DE-BY”) says which
    days are holidays. `on_holiday` says what becomes of a date that is one: it stays, is left out,
    or moves to the next working day. Moving leaves weekends too, unless the pattern itself asks for
    that weekday; a weekday it asks for is as good as a working day to move to.

    A zone or country is looked up when a time is asked for, not here, so that a row that outlived
    its zone can still be read, shown and mended.
    """

    pattern: Pattern
    start: dt.date = Field(ge=_FIRST, le=_LAST)
    time: dt.time
    zone: str = Field(min_length=1)
    country: str | None = Field(default=None, min_length=1)
    on_holiday: Literal["keep", "skip", "move"] = "keep"

    @field_validator("time")
    @classmethod
    def _whole_minutes(cls, time: dt.time) -> dt.time:
        if time != dt.time(time.hour, time.minute):
            msg = "a time is given in whole minutes and without a zone"
            raise ValueError(msg)
        return time

    @model_validator(mode="after")
    def _knows_its_holidays(self) -> Self:
        moves_by_date = self.on_holiday == "move" and _by_date(self.pattern)
        if self.on_holiday != "keep" and self.country is None and not moves_by_date:
            msg = "holidays can be skipped or moved only where a country says which they are"
            raise ValueError(msg)
        return self

    @property
    def rrule(self) -> str | None:
        """RFC 5545's RRULE, with `start` as DTSTART; None where holidays count, which it cannot say."""
        if self.on_holiday != "keep" or (self.country and _by_working_day(self.pattern)):
            return None
        return str(_rule(self.pattern, self.start)).partition("RRULE:")[2]


def next_time(recurrence: Recurrence, after: dt.datetime) -> dt.datetime | None:
    """The first time strictly after an aware moment, in UTC; None if it never comes.

    Raises UnknownZone and UnknownCountry, and ValueError if `after` is naive.
    """
    return next(_times(recurrence, after), None)


def next_times(recurrence: Recurrence, after: dt.datetime, count: int) -> list[dt.datetime]:
    """The first `count` times strictly after an aware moment, in UTC; fewer if no more come.

    Raises what `next_time` raises.
    """
    return list(islice(_times(recurrence, after), count))


def _times(recurrence: Recurrence, after: dt.datetime) -> Iterator[dt.datetime]:
    if after.tzinfo is None:
        msg = f"A moment has a zone: {after!r}"
        raise ValueError(msg)
    zone = zone_info(recurrence.zone)
    for day in _dates(recurrence, _earliest(recurrence, after, zone)):
        moment = to_utc(dt.datetime.combine(day, recurrence.time), zone)
        # Dates meet where a holiday moves onto the next one, or where a zone left a day out.
        if moment > after:
            after = moment
            yield moment


def _earliest(recurrence: Recurrence, after: dt.datetime, zone: ZoneInfo) -> dt.date:
    """A date before which nothing can come after that moment: a skipped day moves on to the next."""
    start = recurrence.start
    if after < dt.datetime(start.year, start.month, start.day, tzinfo=dt.UTC):
        return start
    if after.year > _LAST.year:
        return _LAST + _DAY
    return max(start, after.astimezone(zone).date() - _DAY)


def _dates(recurrence: Recurrence, since: dt.date) -> Iterator[dt.date]:
    """The dates on which it happens, in order, from about `since` on; a date may come twice."""
    last = since
    for asked in _asked(recurrence, since):
        if asked > min(last + _PATIENCE, _LAST):
            return
        day = _landing(recurrence, asked)
        if day is not None:
            yield day
            last = day


def _asked(recurrence: Recurrence, since: dt.date) -> Iterator[dt.date]:
    """The dates that the pattern asks for, from the last one on that may land on or after `since`."""
    pattern, place = recurrence.pattern, recurrence.country
    if recurrence.on_holiday == "move":
        since = last_working_day(since - _DAY, place) or since
    begin = _anchor(recurrence, max(since, recurrence.start))
    match pattern:
        case Monthly(on=OnWorkingDay() as on) | Quarterly(on=OnWorkingDay() as on) if place:
            days = _working_days(on, pattern.months, begin, place)
        case _:
            days = _days(_rule(pattern, begin))
    return (day for day in days if day >= recurrence.start)


def _landing(recurrence: Recurrence, day: dt.date) -> dt.date | None:
    """The day on which a date that the pattern asks for happens, if at all; later for later dates."""
    country = recurrence.country
    match recurrence.on_holiday:
        case "keep":
            return day
        case "skip":
            return None if is_holiday(day, country) else day
        case "move":
            return first_working_day(day, country, _weekdays(recurrence.pattern))


def _weekdays(pattern: Pattern) -> Collection[int]:
    """The weekdays that the pattern itself asks for; 0 is Monday."""
    match pattern:
        case Daily():
            return range(len(WEEKDAYS))
        case Weekly(weekdays=weekdays):
            return [WEEKDAYS.index(day) for day in weekdays]
        case Monthly(on=OnWeekday(weekday=day)) | Quarterly(on=OnWeekday(weekday=day)):
            return [WEEKDAYS.index(day)]
        case _:
            return ()


def _by_date(pattern: Pattern) -> bool:
    return isinstance(pattern, Monthly | Quarterly) and isinstance(pattern.on, OnDate)


def _by_working_day(pattern: Pattern) -> bool:
    return isinstance(pattern, Monthly | Quarterly) and isinstance(pattern.on, OnWorkingDay)


def _anchor(recurrence: Recurrence, since: dt.date) -> dt.date:
    """The last date, on or before `since`, from which the pattern counts as it does from its start."""
    passed = (since - recurrence.start).days
    match recurrence.pattern:
        case Daily(every=every):
            return since - _DAY * (passed % every)
        case Weekly(every=every):
            return since - _DAY * (passed % (len(WEEKDAYS) * every))
        case Monthly() | Quarterly():
            return since.replace(day=1)


def _rule(pattern: Pattern, begin: dt.date) -> rrule:
    begins = dt.datetime.combine(begin, dt.time())
    match pattern:
        case Daily(every=every):
            return rrule(DAILY, dtstart=begins, interval=every)
        case Weekly(every=every):
            days = _weekdays(pattern)
            return rrule(WEEKLY, dtstart=begins, interval=every, byweekday=days, wkst=0)
        case Monthly(on=on, months=months) | Quarterly(on=on, months=months):
            return rrule(MONTHLY, dtstart=begins, bymonth=months, **_within_month(on))


def _within_month(on: DayOfMonth) -> dict[str, Any]:
    match on:
        case OnDate(day=day) if day > _SHORTEST_MONTH:
            return {"bymonthday": range(_SHORTEST_MONTH, day + 1), "bysetpos": -1}
        case OnDate(day=day):
            return {"bymonthday": day}
        case OnWeekday(nth=nth, weekday=name):
            return {"byweekday": weekday(WEEKDAYS.index(name), nth)}
        case OnWorkingDay(which=which):
            return {"byweekday": range(5), "bysetpos": 1 if which == "first" else -1}


def _days(rule: rrule) -> Iterator[dt.date]:
    return (moment.date() for moment in rule)


def _working_days(
    on: OnWorkingDay, months: tuple[int, ...] | None, begin: dt.date, place: str
) -> Iterator[dt.date]:
    """The first or last working day of each of these months; one without any is left out."""
    edge, nearest = (1, first_working_day) if on.which == "first" else (-1, last_working_day)
    begins = dt.datetime.combine(begin, dt.time())
    for end in _days(rrule(MONTHLY, dtstart=begins, bymonth=months, bymonthday=edge)):
        day = nearest(end, place)
        if day and day.month == end.month:
            yield day
