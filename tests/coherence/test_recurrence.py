import sys
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from coherence.errors import UnknownCountry, UnknownZone
from coherence.recurrence import (
    Daily,
    Monthly,
    OnDate,
    OnWeekday,
    OnWorkingDay,
    Pattern,
    Quarterly,
    Recurrence,
    Weekly,
    next_time,
    next_times,
)
from tests.coherence.recurrences import at, repeating

MONDAY_TO_FRIDAY = ("mon", "tue", "wed", "thu", "fri")


def dates(recurrence: Recurrence, after: str, count: int) -> list[str]:
    """The next dates on the wall of the recurrence's own zone."""
    zone = ZoneInfo(recurrence.zone)
    times = next_times(recurrence, at(after), count)
    return [moment.astimezone(zone).date().isoformat() for moment in times]


def times(recurrence: Recurrence, after: str, count: int) -> list[str]:
    """The next moments, in UTC."""
    return [f"{moment:%Y-%m-%dT%H:%M}" for moment in next_times(recurrence, at(after), count)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (Daily(), ["2026-11-23", "2026-11-24", "2026-11-25"]),
        (Daily(every=10), ["2026-11-27", "2026-12-07", "2026-12-17"]),
        (Weekly(weekdays=("tue", "mon")), ["2026-11-23", "2026-11-24", "2026-11-30"]),
        (Monthly(on=OnDate(day=15)), ["2026-12-15", "2027-01-15", "2027-02-15"]),
        (Monthly(on=OnDate(day=31)), ["2026-11-30", "2026-12-31", "2027-01-31"]),
        (
            Monthly(on=OnWeekday(nth=2, weekday="tue")),
            ["2026-12-08", "2027-01-12", "2027-02-09"],
        ),
        (
            Monthly(on=OnWeekday(nth=-1, weekday="fri")),
            ["2026-11-27", "2026-12-25", "2027-01-29"],
        ),
        (Monthly(on=OnWorkingDay(which="first")), ["2026-12-01", "2027-01-01", "2027-02-01"]),
        (Monthly(on=OnWorkingDay(which="last")), ["2026-11-30", "2026-12-31", "2027-01-29"]),
        (Quarterly(on=OnWorkingDay(which="first")), ["2027-01-01", "2027-04-01", "2027-07-01"]),
        (Quarterly(on=OnWorkingDay(which="last")), ["2026-12-31", "2027-03-31", "2027-06-30"]),
        (Quarterly(on=OnDate(day=30), month=2), ["2026-11-30", "2027-02-28", "2027-05-30"]),
        (
            Quarterly(on=OnWeekday(nth=-1, weekday="thu")),
            ["2026-12-31", "2027-03-25", "2027-06-24"],
        ),
        (
            Quarterly(on=OnWeekday(nth=1, weekday="mon")),
            ["2027-01-04", "2027-04-05", "2027-07-05"],
        ),
    ],
)
def test_patterns_come_when_a_calendar_says(pattern: Pattern, expected: list[str]) -> None:
    assert dates(repeating(pattern), "2026-11-22T12:00", 3) == expected


def test_every_second_week_is_counted_from_the_week_of_the_start() -> None:
    recurrence = repeating(Weekly(weekdays=("mon", "thu"), every=2), start="2026-01-07")
    expected = ["2026-01-08", "2026-01-19", "2026-01-22", "2026-02-02"]
    assert dates(recurrence, "2026-01-01T00:00", 4) == expected
    assert dates(recurrence, "2026-01-19T12:00", 2) == expected[2:]


def test_a_year_of_53_weeks_does_not_shift_every_second_week() -> None:
    recurrence = repeating(Weekly(weekdays=("wed",), every=2), start="2026-01-07")
    assert datetime(2026, 12, 31, tzinfo=UTC).isocalendar().week == 53
    expected = ["2026-12-23", "2027-01-06", "2027-01-20"]
    assert dates(recurrence, "2026-12-20T00:00", 3) == expected


def test_nothing_comes_before_the_start() -> None:
    recurrence = repeating(Weekly(weekdays=MONDAY_TO_FRIDAY), start="2026-06-03")
    assert dates(recurrence, "2020-01-01T00:00", 1) == ["2026-06-03"]
    assert next_time(recurrence, datetime.min.replace(tzinfo=UTC)) == at("2026-06-03T08:30")


def test_the_29th_is_february_s_last_day_in_common_years_and_its_own_in_leap_years() -> None:
    recurrence = repeating(Monthly(on=OnDate(day=29)))
    assert dates(recurrence, "2027-02-01T00:00", 1) == ["2027-02-28"]
    assert dates(recurrence, "2028-02-01T00:00", 1) == ["2028-02-29"]


def test_a_time_is_not_after_itself() -> None:
    recurrence = repeating(Daily())
    moment = at("2026-11-23T09:30")
    assert next_time(recurrence, moment - timedelta(microseconds=1)) == moment
    assert next_time(recurrence, moment) == at("2026-11-24T09:30")


# Days on which clocks change.


@pytest.mark.parametrize(
    ("zone", "clock", "after", "expected"),
    [
        # Berlin, 29 March 2026: 02:00 to 03:00 is skipped.
        (
            "Europe/Berlin",
            "02:30",
            "2026-03-28T00:00",
            ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"],
        ),
        # Berlin, 25 October 2026: 02:00 to 03:00 comes twice.
        (
            "Europe/Berlin",
            "02:30",
            "2026-10-24T00:00",
            ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
        ),
        # New York, 8 March and 1 November 2026.
        ("America/New_York", "02:30", "2026-03-08T00:00", ["2026-03-08T07:30", "2026-03-09T06:30"]),
        ("America/New_York", "01:30", "2026-11-01T00:00", ["2026-11-01T05:30", "2026-11-02T06:30"]),
        # Lord Howe moves by half an hour: skipped from 02:00 on 4 October, twice from 01:30 on 5 April.
        (
            "Australia/Lord_Howe",
            "02:15",
            "2026-10-03T00:00",
            ["2026-10-03T15:45", "2026-10-04T15:15"],
        ),
        (
            "Australia/Lord_Howe",
            "01:45",
            "2026-04-04T00:00",
            ["2026-04-04T14:45", "2026-04-05T15:15"],
        ),
        # São Paulo had summer time from midnight, for the last time on 4 November 2018.
        (
            "America/Sao_Paulo",
            "00:00",
            "2018-11-03T12:00",
            ["2018-11-04T03:00", "2018-11-05T02:00"],
        ),
        ("America/Sao_Paulo", "00:00", "2019-11-03T12:00", ["2019-11-04T03:00"]),
        # Istanbul stayed on summer time when 30 October 2016 came.
        (
            "Europe/Istanbul",
            "09:00",
            "2016-10-29T12:00",
            ["2016-10-30T06:00", "2016-10-31T06:00"],
        ),
        # Casablanca leaves its summer time for Ramadan, from 15 February to 22 March 2026.
        (
            "Africa/Casablanca",
            "09:00",
            "2026-02-14T00:00",
            ["2026-02-14T08:00", "2026-02-15T09:00"],
        ),
        # Pyongyang went half an hour ahead at the end of 4 May 2018: 23:30 to 24:00 is skipped.
        (
            "Asia/Pyongyang",
            "23:45",
            "2018-05-03T00:00",
            ["2018-05-03T15:15", "2018-05-04T15:15", "2018-05-05T14:45"],
        ),
    ],
)
def test_the_wall_clock_counts_when_clocks_change(
    zone: str, clock: str, after: str, expected: list[str]
) -> None:
    recurrence = repeating(Daily(), zone=zone, time=clock, start="2016-01-01")
    assert times(recurrence, after, len(expected)) == expected


def test_a_day_that_a_zone_left_out_falls_together_with_the_next() -> None:
    recurrence = repeating(Daily(), zone="Pacific/Apia", start="2011-01-01")
    assert dates(recurrence, "2011-12-29T00:00", 3) == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_a_weekly_time_on_a_day_that_a_zone_left_out_comes_the_day_after() -> None:
    recurrence = repeating(Weekly(weekdays=("fri",)), zone="Pacific/Apia", start="2011-01-01")
    assert dates(recurrence, "2011-12-29T00:00", 2) == ["2011-12-31", "2012-01-06"]
    # Asked when it is the 31st already.
    assert dates(recurrence, "2011-12-30T12:00", 1) == ["2011-12-31"]


# Holidays.


@pytest.mark.parametrize(
    ("country", "which", "after", "expected"),
    [
        ("DE", "first", "2026-12-15T00:00", "2027-01-04"),
        ("DE", "first", "2026-04-15T00:00", "2026-05-04"),
        ("DE-BY", "first", "2025-10-15T00:00", "2025-11-03"),
        ("SA", "last", "2026-01-15T00:00", "2026-01-29"),
        ("EG", "last", "2026-07-01T00:00", "2026-07-30"),
        ("US", "last", "2027-05-01T00:00", "2027-05-28"),
    ],
)
def test_a_working_day_is_one_in_the_country(
    country: str, which: Any, after: str, expected: str
) -> None:
    recurrence = repeating(
        Monthly(on=OnWorkingDay(which=which)), country=country, start="2025-01-01"
    )
    assert dates(recurrence, after, 1) == [expected]


@pytest.mark.parametrize(
    ("on_holiday", "expected"),
    [
        ("keep", ["2026-12-18", "2026-12-25", "2027-01-01"]),
        ("skip", ["2026-12-18", "2027-01-08", "2027-01-15"]),
        ("move", ["2026-12-18", "2026-12-28", "2027-01-04"]),
    ],
)
def test_a_holiday_is_kept_skipped_or_moved(on_holiday: str, expected: list[str]) -> None:
    recurrence = repeating(Weekly(weekdays=("fri",)), country="DE", on_holiday=on_holiday)
    assert dates(recurrence, "2026-12-15T00:00", 3) == expected


def test_what_moves_onto_the_next_one_comes_once() -> None:
    weekdays = repeating(Weekly(weekdays=MONDAY_TO_FRIDAY), country="DE", on_holiday="move")
    expected = ["2026-04-02", "2026-04-07", "2026-04-08"]
    assert dates(weekdays, "2026-04-02T00:00", 3) == expected


def test_what_moved_past_the_moment_asked_about_is_still_to_come() -> None:
    month_end = repeating(Monthly(on=OnDate(day=31)), on_holiday="move")
    assert dates(month_end, "2026-02-02T06:00", 1) == ["2026-02-02"]
    recurrence = repeating(Weekly(weekdays=("fri",)), country="DE", on_holiday="move")
    assert dates(recurrence, "2026-04-07T06:00", 1) == ["2026-04-07"]
    assert dates(recurrence, "2026-04-07T12:00", 1) == ["2026-04-10"]


def test_a_daily_holiday_moves_to_the_very_next_day_even_at_a_weekend() -> None:
    recurrence = repeating(Daily(), country="DE", on_holiday="move")
    expected = ["2026-04-02", "2026-04-04", "2026-04-05", "2026-04-07"]
    assert dates(recurrence, "2026-04-02T00:00", 4) == expected


def test_a_date_of_the_month_moves_from_weekends_too() -> None:
    recurrence = repeating(Monthly(on=OnDate(day=15)), on_holiday="move")
    assert dates(recurrence, "2026-08-01T00:00", 2) == ["2026-08-17", "2026-09-15"]


def test_a_weekday_that_is_asked_for_does_not_move_from_the_weekend() -> None:
    recurrence = repeating(Weekly(weekdays=("sat",)), country="DE", on_holiday="move")
    expected = ["2026-12-19", "2026-12-28", "2027-01-02"]
    assert dates(recurrence, "2026-12-15T00:00", 3) == expected


def test_holidays_are_loaded_only_for_who_has_a_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    recurrence = repeating(Monthly(on=OnWorkingDay(which="last")))
    assert dates(recurrence, "2026-11-22T12:00", 1) == ["2026-11-30"]
    with pytest.raises(ImportError):
        dates(repeating(Monthly(on=OnWorkingDay(which="last")), country="ZW"), "2026-11-22", 1)


# What cannot be.


def test_after_the_end_of_the_calendar_nothing_comes() -> None:
    recurrence = repeating(Daily())
    assert len(next_times(recurrence, at("2999-12-29T12:00"), 5)) == 2
    assert next_time(recurrence, at("2999-12-31T12:00")) is None
    assert next_time(recurrence, datetime.max.replace(tzinfo=UTC)) is None


def test_what_comes_seldom_is_found_for_decades() -> None:
    recurrence = repeating(Quarterly(on=OnDate(day=15)), country="DE", on_holiday="skip")
    all_dates = [f"{year}-{month:02}-15" for year in range(2026, 2056) for month in (1, 4, 7, 10)]
    # Good Friday, Good Friday and Easter Monday.
    holidays = {"2033-04-15", "2044-04-15", "2047-04-15"}
    expected = [day for day in all_dates if day not in holidays]
    assert dates(recurrence, "2026-01-01T00:00", len(expected)) == expected


def test_what_is_skipped_every_time_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def always(day: object, country: object) -> bool:
        asked.append(day)
        return True

    monkeypatch.setattr("coherence.recurrence.is_holiday", always)
    recurrence = repeating(Weekly(weekdays=("sun",)), country="NO", on_holiday="skip")
    assert next_time(recurrence, at("2026-11-22T12:00")) is None
    assert len(asked) < 600


def test_a_zone_that_is_no_more_is_named_when_a_time_is_asked_for() -> None:
    recurrence = repeating(Daily(), zone="Europe/Atlantis")
    with pytest.raises(UnknownZone, match="“Europe/Atlantis”"):
        next_time(recurrence, at("2026-11-22T12:00"))


@pytest.mark.parametrize("on_holiday", ["skip", "move"])
def test_a_country_that_is_not_known_is_named_when_a_time_is_asked_for(on_holiday: str) -> None:
    recurrence = repeating(Daily(), country="XX", on_holiday=on_holiday)
    with pytest.raises(UnknownCountry, match="“XX”"):
        next_time(recurrence, at("2026-11-22T12:00"))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has a zone"):
        next_time(repeating(Daily()), at("2026-11-22T12:00").replace(tzinfo=None))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"pattern": {"kind": "weekly", "weekdays": []}}, "at least 1"),
        ({"pattern": {"kind": "weekly", "weekdays": ["mon"], "every": 0}}, "greater than or equal"),
        ({"pattern": {"kind": "monthly", "on": {"kind": "date", "day": 32}}}, "less than or equal"),
        (
            {"pattern": {"kind": "monthly", "on": {"kind": "weekday", "nth": 5, "weekday": "mon"}}},
            "1, 2, 3, 4 or -1",
        ),
        ({"pattern": {"kind": "hourly"}}, "hourly"),
        ({"time": "09:30:15"}, "whole minutes"),
        ({"time": "09:30+01:00"}, "without a zone"),
        ({"start": "1969-12-31"}, "1970"),
        ({"on_holiday": "skip"}, "country"),
        ({"on_holiday": "move"}, "country"),
        ({"every": 2}, "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], said: str) -> None:
    sound = {"pattern": {"kind": "daily"}, "start": "2026-01-01", "time": "09:30", "zone": "UTC"}
    Recurrence.model_validate(sound)
    with pytest.raises(ValidationError, match=said):
        Recurrence.model_validate(sound | values)


@pytest.mark.parametrize(
    "pattern",
    [
        Daily(every=3),
        Weekly(weekdays=("tue",), every=2),
        Monthly(on=OnDate(day=31)),
        Quarterly(on=OnWorkingDay(which="last")),
    ],
)
def test_a_start_long_ago_is_no_more_work(pattern: Pattern) -> None:
    lately, long_ago = repeating(pattern), repeating(pattern, start="1970-01-01")
    assert _calls(long_ago) < 1.5 * _calls(lately)


def _calls(recurrence: Recurrence) -> int:
    """How many function calls the next time takes."""
    calls = 0

    def count(_frame: object, _event: str, _arg: object) -> None:
        nonlocal calls
        calls += 1

    next_time(recurrence, at("2026-11-22T12:00"))
    sys.setprofile(count)
    try:
        next_time(recurrence, at("2026-11-22T12:00"))
    finally:
        sys.setprofile(None)
    return calls


# As others write it.


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        (Daily(every=3), "FREQ=DAILY;INTERVAL=3"),
        (Weekly(weekdays=("thu", "mon"), every=2), "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"),
        (
            Monthly(on=OnDate(day=30)),
            "FREQ=MONTHLY;BYSETPOS=-1;BYMONTHDAY=28,29,30",
        ),
        (Monthly(on=OnWeekday(nth=-1, weekday="fri")), "FREQ=MONTHLY;BYDAY=-1FR"),
        (
            Quarterly(on=OnWorkingDay(which="last")),
            "FREQ=MONTHLY;BYSETPOS=-1;BYMONTH=3,6,9,12;BYDAY=MO,TU,WE,TH,FR",
        ),
    ],
)
def test_calendars_can_read_it(pattern: Pattern, rule: str) -> None:
    assert repeating(pattern).rrule == rule


def test_no_rrule_pretends_to_know_holidays() -> None:
    assert repeating(Monthly(on=OnWorkingDay(which="last")), country="DE").rrule is None
    assert repeating(Daily(), country="DE", on_holiday="skip").rrule is None
    assert repeating(Daily(), country="DE").rrule == "FREQ=DAILY"


def test_it_is_kept_as_plain_json() -> None:
    recurrence = repeating(Weekly(weekdays=("fri", "mon")), time=time(16))
    assert recurrence.model_dump(mode="json") == {
        "pattern": {"kind": "weekly", "weekdays": ["mon", "fri"], "every": 1},
        "start": "2026-01-01",
        "time": "16:00:00",
        "zone": "Europe/London",
        "country": None,
        "on_holiday": "keep",
    }
