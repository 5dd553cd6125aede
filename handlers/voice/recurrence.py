"""How the bot says when something repeats."""

from collections.abc import Sequence
from datetime import datetime

from coherence.recurrence import (
    Daily,
    DayOfMonth,
    Monthly,
    OnDate,
    OnWeekday,
    OnWorkingDay,
    Pattern,
    Quarterly,
    Recurrence,
    Weekday,
    Weekly,
    next_times,
)
from coherence.working_days import place_name
from coherence.zones import zone_info
from handlers.voice.dates import plain_day
from handlers.voice.mrkdwn import in_a_row

NEVER = "It does not come again."

_WEEKDAYS: dict[Weekday, str] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORTEST_MONTH = 28
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_EVERY = {1: "every", 2: "every second", 3: "every third"}
_EVERY = {1: "every", 2: "every second", 3: "every third"}
_WORKING_WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


def describe(recurrence: Recurrence) -> str:
    """A phrase such as “every second Tuesday at 09:30, Europe/London”; raises UnknownCountry."""
    phrase = f"{how_often(recurrence.pattern)} at {recurrence.time:%H:%M}, {recurrence.zone}"
    return f"{phrase}, {holidays}" if (holidays := _holidays(recurrence)) else phrase


def coming(recurrence: Recurrence, after: datetime, count: int = 5) -> list[str]:
    """The next times after an aware moment, a line each, or a sentence where none comes.

    Raises UnknownZone and UnknownCountry.
    """
    return times(next_times(recurrence, after, count), recurrence.zone) or [NEVER]


def times(moments: Sequence[datetime], zone: str) -> list[str]:
    """Moments as the clocks of a zone show them: “Tue 24 Nov 2026, 09:30”; raises UnknownZone.

    Where clocks change between them, each says which time it is: “09:30 GMT”, “09:30 BST”.
    """
    zone_rules = zone_info(zone)
    local = [moment.astimezone(zone_rules) for moment in moments]
    if len({moment.utcoffset() for moment in local}) <= 1:
        return [_time(moment) for moment in local]
    return [f"{_time(moment)} {_abbreviation(moment)}" for moment in local]


def _time(local: datetime) -> str:
    return f"{plain_day(local.date())} {local.year}, {local:%H:%M}"


def _abbreviation(local: datetime) -> str:
    """“BST”; where a zone has no letters of its own, its distance, such as “UTC+10:30”."""
    name = local.tzname() or ""
    if name[:1] not in {"+", "-"}:
        return name
    hours, minutes = int(name[1:3]), name[3:5]
    return f"UTC{name[0]}{hours}:{minutes}" if minutes else f"UTC{name[0]}{hours}"


def how_often(pattern: Pattern) -> str:
    """A phrase such as “every second Tuesday” or “on the first working day of each month”."""
    match pattern:
        case Daily(every=every):
            return _every(every, "day")
        case Weekly(every=every, weekdays=weekdays):
            return _weekly(every, weekdays)
        case Monthly(on=on):
            return f"on {_day_of_month(on)} of each month"
        case Quarterly() as quarterly:
            return _quarterly(quarterly)


def _every(number: int, what: str) -> str:
    return f"{_EVERY[number]} {what}" if number in _EVERY else f"every {number} {what}s"


def _weekly(every: int, weekdays: Sequence[Weekday]) -> str:
    names = in_a_row([_WEEKDAYS[day] for day in weekdays])
    if tuple(weekdays) == _WORKING_WEEK:
        names = "Monday to Friday"
    if every == 1 or (every in _EVERY and len(weekdays) == 1):
        return _every(every, names if len(weekdays) < len(_WEEKDAYS) else "day")
    return f"{_every(every, 'week')} on {names}"


def _quarterly(pattern: Quarterly) -> str:
    months = in_a_row([_MONTHS[month - 1] for month in pattern.months])
    usual = pattern.months == Quarterly(on=pattern.on).months
    if isinstance(pattern.on, OnDate) or not usual:
        return f"on {_day_of_month(pattern.on)} of {months}"
    return f"on {_day_of_month(pattern.on)} of each quarter"


def _day_of_month(on: DayOfMonth) -> str:
    match on:
        case OnDate(day=31):
            return "the last day"
        case OnDate(day=day):
            return (
                f"the {_ordinal(day)}"
                if day <= _SHORTEST_MONTH
                else f"the {_ordinal(day)}, or else the last day,"
            )
        case OnWeekday(nth=nth, weekday=weekday):
            return f"the {_ORDINALS[nth]} {_WEEKDAYS[weekday]}"
        case OnWorkingDay(which=which):
            return f"the {which} working day"


def _ordinal(day: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}th" if day in {11, 12, 13} else f"{day}{ending}"


def _holidays(recurrence: Recurrence) -> str:
    """What becomes of days on which nobody works, where it matters."""
    place = f" ({place_name(recurrence.country)})" if recurrence.country else ""
    on = getattr(recurrence.pattern, "on", None)
    match recurrence.on_holiday:
        case _ if isinstance(on, OnWorkingDay):
            return f"public holidays kept free{place}" if place else ""
        case "skip":
            return f"not on public holidays{place}"
        case "move" if isinstance(on, OnDate):
            left = f"weekends and public holidays{place}" if place else "weekends"
            return f"moved from {left} to the next working day"
        case "move":
            return f"moved from public holidays{place} to the next working day"
        case _:
            return ""
