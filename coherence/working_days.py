"""Which days are working days: weekends, and public holidays by country or region.

A place is an ISO 3166 code: a country (“DE”) or a region of one (“DE-BY”, “GB-ENG”). Without one,
Monday to Friday are the working days. Weekends are those of the place, and so are the Saturdays
that some countries work in exchange for a bridge day.
"""

import re
import warnings
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from coherence.errors import UnknownCountry

if TYPE_CHECKING:
    from holidays import HolidayBase

_DAY = timedelta(days=1)
_SATURDAY = 5
# Longer than any country rests in a row; the longest, of the years 2020 to 2035, is twelve days.
_LONGEST_REST = 60


def is_holiday(day: date, place: str | None) -> bool:
    """Whether it is a public holiday there; raises UnknownCountry."""
    return place is not None and day in _year(place, day.year).holidays


def is_working_day(day: date, place: str | None, also: Collection[int] = ()) -> bool:
    """Whether people work on that day there; raises UnknownCountry.

    `also` are weekdays (0 is Monday) on which they do so even at a weekend, only not on a holiday.
    """
    if place is None:
        return day.weekday() < _SATURDAY or day.weekday() in also
    year = _year(place, day.year)
    return day not in year.off or (day.weekday() in also and day not in year.holidays)


def first_working_day(since: date, place: str | None, also: Collection[int] = ()) -> date | None:
    """The first working day on or after a day; None where nobody works for two months."""
    return next((day for day in _days(since, _DAY) if is_working_day(day, place, also)), None)


def last_working_day(until: date, place: str | None) -> date | None:
    """The last working day on or before a day; None where nobody works for two months."""
    return next((day for day in _days(until, -_DAY) if is_working_day(day, place)), None)


@cache
def place_name(place: str) -> str:
    """The place as people call it, such as “Germany” or “Germany, Bayern”; raises UnknownCountry."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - only where there is a place

    entity = _entity(place)
    country, _, region = place.partition("-")
    name = next((names[0] for names in COUNTRIES.values() if country in names[1:3]), country)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    words = re.sub(r" (And|Da|Of|The)\b", lambda word: word[0].lower(), words)
    regions = {code: alias for alias, code in entity.subdivisions_aliases.items()}
    return f"{words}, {regions.get(region, region)}" if region else words


class _Year(NamedTuple):
    holidays: frozenset[date]
    off: frozenset[date]


def _days(day: date, step: timedelta) -> Iterator[date]:
    return (day + step * number for number in range(_LONGEST_REST))


@lru_cache(maxsize=512)
def _year(place: str, year: int) -> _Year:
    entity = _entity(place, year)
    first = date(year, 1, 1)
    days = [first + _DAY * number for number in range((date(year + 1, 1, 1) - first).days)]
    return _Year(
        holidays=frozenset(day for day in days if day in entity),
        off=frozenset(day for day in days if not entity.is_working_day(day)),
    )


def _entity(place: str, year: int | None = None) -> "HolidayBase":
    from holidays import country_holidays, list_supported_countries  # noqa: PLC0415 - slow

    country, dash, region = place.partition("-")
    regions = list_supported_countries().get(country)
    if regions is None or (dash and region not in regions):
        raise UnknownCountry(place)
    with warnings.catch_warnings():
        # For a few countries the library warns of years that it has no decrees for yet.
        warnings.simplefilter("ignore")
        return country_holidays(country, subdiv=region or None, years=year)
