from datetime import date

import pytest

from coherence.errors import UnknownCountry
from coherence.working_days import (
    first_working_day,
    is_holiday,
    is_working_day,
    last_working_day,
    place_name,
)


def test_without_a_country_monday_to_friday_are_working_days() -> None:
    days = [date(2026, 12, day) for day in range(21, 28)]
    assert [is_working_day(day, None) for day in days] == [True] * 5 + [False] * 2
    assert not any(is_holiday(day, None) for day in days)


def test_a_region_has_holidays_that_its_country_has_not() -> None:
    epiphany = date(2026, 1, 6)
    assert not is_holiday(epiphany, "DE")
    assert is_holiday(epiphany, "DE-BY")
    assert not is_working_day(epiphany, "DE-BY")


def test_weekends_are_those_of_the_country() -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert not is_working_day(friday, "EG")
    assert is_working_day(sunday, "EG")


def test_a_saturday_worked_for_a_bridge_day_is_a_working_day() -> None:
    assert is_working_day(date(2026, 2, 14), "CN")


def test_the_nearest_working_day_crosses_holidays_and_the_turn_of_the_year() -> None:
    assert first_working_day(date(2026, 12, 25), "DE") == date(2026, 12, 28)
    assert first_working_day(date(2027, 1, 1), "DE") == date(2027, 1, 4)
    assert last_working_day(date(2027, 1, 3), "DE") == date(2026, 12, 31)
    assert first_working_day(date(2026, 12, 28), "DE") == date(2026, 12, 28)


@pytest.mark.parametrize("place", ["XX", "de", "", "DE-XX", "DE-", "Germany", "HolidayBase", "UTC"])
def test_a_place_whose_holidays_nobody_knows_is_refused_in_a_sentence(place: str) -> None:
    with pytest.raises(UnknownCountry, match=f"“{place}” are not known; please use a code"):
        is_working_day(date(2026, 1, 1), place)


@pytest.mark.parametrize("year", [1970, 2036, 2099])
def test_years_without_decrees_yet_are_no_reason_to_warn(year: int) -> None:
    assert is_holiday(date(year, 1, 26), "IN")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("DE", "Germany"),
        ("DE-BY", "Germany, Bayern"),
        ("US", "United States"),
        ("TT", "Trinidad and Tobago"),
        ("IM", "Isle of Man"),
        ("CD", "DR Congo"),
    ],
)
def test_places_have_names(place: str, name: str) -> None:
    assert place_name(place) == name
