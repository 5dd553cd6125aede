"""What the values of a rota file may be: days, times, zones, weekdays, people, countries."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from coherence.stack.fields import Name
from coherence.zones import find_zone, similar_zones

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
"""Dates lie between these years, both included; that bounds the work for any rota."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_TIME: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}")


class Entry(BaseModel):
    """What every mapping of the file has: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Weekday(StrEnum):
    """The days of the week, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """As `date.weekday()` counts: Monday is 0."""
        return list(Weekday).index(self)


def parse_date(written: str) -> date:
    """Read a date such as 2026-03-02. Raises ValueError with a sentence's end: “must be …”."""
    if not _DATE.fullmatch(written):
        raise ValueError("must be a date such as 2026-03-02")
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise ValueError("must be a date that the calendar has") from None
    return _within_years(day)


def parse_moment(written: str) -> datetime:
    """Read a time such as 2026-03-02T09:00: naive where it has no offset. Raises ValueError as above."""
    if not _MOMENT.fullmatch(written):
        raise ValueError("must be a date and a time such as 2026-03-02T09:00")
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError:
        raise ValueError("must be a date and a time that exist") from None
    return _within_years(moment)


_Dated = TypeVar("_Dated", date, datetime)
_Entries = TypeVar("_Entries", bound=Collection[object])


def _within_years(value: _Dated) -> _Dated:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _day(value: object) -> object:
    return _told(parse_date, value) if not isinstance(value, date) else value


def _moment(value: object) -> object:
    return _told(parse_moment, value) if not isinstance(value, datetime) else value


def _told(parse: Callable[[str], object], value: object) -> object:
    # What pydantic would say of a ValueError begins with words that only a programmer knows.
    # No text is no date either: to ask for quotes around 20260302 would be of no help.
    try:
        return parse(value if isinstance(value, str) else "")
    except ValueError as error:
        raise PydanticCustomError("told", "{told}", {"told": str(error)}) from None


def _time_of_day(value: object) -> object:
    if isinstance(value, time):
        return value
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            return time.fromisoformat(value.zfill(5))
    except ValueError:
        pass
    raise PydanticCustomError("told", "{told}", {"told": "must be a time such as 09:00"})


def _zone(value: str) -> str:
    name = find_zone(value)
    if name is None:
        raise PydanticCustomError("told", "{told}", {"told": _unknown_zone(value)})
    return name


def _unknown_zone(value: str) -> str:
    similar = similar_zones(value)
    hint = f"; similar ones are {', '.join(similar)}" if similar else ", such as Europe/London"
    return f"must be a time zone that exists{hint}"


def _country(value: str) -> str:
    if not _has_holidays(value):
        told = "must be the two letters of a country whose holidays are known, such as GB"
        raise PydanticCustomError("told", "{told}", {"told": told})
    return value


@cache
def _has_holidays(country: str) -> bool:
    # A library of hundreds of calendars, which only rotas with countries need.
    import holidays  # noqa: PLC0415

    try:
        holidays.country_holidays(country)
    except NotImplementedError:
        return False
    return True


def not_empty(entries: _Entries) -> _Entries:
    """Validate that there is an entry, after the entries themselves, so that their faults come first."""
    if not entries:
        raise PydanticCustomError("too_short", "needs at least one entry")
    return entries


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
ZoneName = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(_country)]
UserName = Name
