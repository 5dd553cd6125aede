"""When handovers come."""

from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile, islice, pairwise, takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.rota.cadence import handover_dates, handovers
from tests.coherence.rota.rotas import after, rota, timings

WORKING_DAYS = ["mon", "tue", "wed", "thu", "fri"]


def dates(start: str, cadence: dict[str, Any], **changed: Any) -> list[str]:
    content = rota("ana", start=start, cadence=cadence, **changed)
    return [f"{day:%m-%d}" for day in islice(handover_dates(content), 4)]


def moments(zone: str, start: str, handover: str, count: int = 3) -> list[datetime]:
    content = rota(
        "ana", zone=zone, start=start, handover=handover, cadence={"every": 1, "unit": "day"}
    )
    return list(islice(handovers(content), count))


@pytest.mark.parametrize(
    ("start", "cadence", "expected"),
    [
        ("2026-03-02", {"every": 3, "unit": "day"}, ["03-02", "03-05", "03-08", "03-11"]),
        ("2026-03-02", {"every": 2, "unit": "week"}, ["03-02", "03-16", "03-30", "04-13"]),
        ("2026-03-15", {"every": 3, "unit": "month"}, ["03-15", "06-15", "09-15", "12-15"]),
        ("2026-01-31", {"every": 1, "unit": "month"}, ["01-31", "02-28", "03-31", "04-30"]),
        ("2028-01-29", {"every": 1, "unit": "month"}, ["01-29", "02-29", "03-31", "04-30"]),
        (
            "2026-03-02",
            {"nth": 1, "weekday": "mon", "unit": "month"},
            ["03-02", "04-06", "05-04", "06-01"],
        ),
        (
            "2026-03-02",
            {"nth": -1, "weekday": "fri", "unit": "month"},
            ["03-02", "03-27", "04-24", "05-29"],
        ),
        (
            "2026-03-30",
            {"nth": 5, "weekday": "mon", "unit": "month"},
            ["03-30", "06-29", "08-31", "11-30"],
        ),
    ],
)
def test_handovers_follow_the_cadence(
    start: str, cadence: dict[str, Any], expected: list[str]
) -> None:
    assert dates(start, cadence) == expected


def test_a_handover_on_a_day_that_is_not_allowed_moves_to_the_next_and_the_rest_stays() -> None:
    monthly = {"every": 1, "unit": "month"}
    found = dates("2026-02-01", monthly, weekdays=WORKING_DAYS)
    assert found == ["02-02", "03-02", "04-01", "05-01"]


def test_a_cadence_of_days_counts_only_the_allowed_ones() -> None:
    every_other = {"every": 2, "unit": "day"}
    found = dates("2026-03-05", every_other, weekdays=WORKING_DAYS)
    assert found == ["03-05", "03-09", "03-11", "03-13"]


def test_a_first_handover_that_moves_onto_the_next_one_is_one_handover() -> None:
    found = dates(
        "2026-05-30", {"nth": 1, "weekday": "mon", "unit": "month"}, weekdays=WORKING_DAYS
    )
    assert found == ["06-01", "07-06", "08-03", "09-07"]


def test_a_handover_stays_at_its_time_on_the_wall_when_clocks_change() -> None:
    hours = [moment.hour for moment in moments("Europe/London", "2026-03-28", "09:00")]
    assert hours == [9, 8, 8]


def test_a_time_that_clocks_skip_moves_forward_by_what_they_skip() -> None:
    skipped = moments("Europe/London", "2026-03-29", "01:30")[0]
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    half_an_hour = moments("Australia/Lord_Howe", "2026-10-04", "02:15")[0]
    assert half_an_hour == datetime(2026, 10, 3, 15, 45, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    repeated = moments("Europe/London", "2026-10-25", "01:30")[0]
    assert repeated == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_a_zone_left_out_has_no_term() -> None:
    found = moments("Pacific/Apia", "2011-12-29", "09:00")
    assert [(later - earlier).total_seconds() / 3600 for earlier, later in pairwise(found)] == [
        24,
        24,
    ]


def test_handovers_end_a_century_after_the_last_year_that_may_be_asked_for() -> None:
    content = rota("ana", start="2200-01-01", cadence={"every": 1000, "unit": "month"})
    assert list(handover_dates(content)) == [date(2200, 1, 1), date(2283, 5, 1)]


@settings(max_examples=60, deadline=None)
@given(timings, st.integers(-20, 6_000), st.integers(-1, 1))
def test_the_handovers_from_a_moment_on_are_those_of_all_from_the_start_on(
    timing: dict[str, Any], days: int, seconds: int
) -> None:
    content = rota("ana", **timing)
    reached = list(takewhile(lambda each: each < after(content, days), handovers(content)))
    since = (reached[-1] if reached else after(content, days)) + timedelta(seconds=seconds)
    later = dropwhile(lambda each: each < since, handovers(content))
    assert list(islice(handovers(content, since), 5)) == list(islice(later, 5))
