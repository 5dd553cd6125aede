import os
import time as machine
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.recurrence import Recurrence, next_time, next_times
from tests.coherence.recurrences import by_hand, moments, recurrences

BREATH = timedelta(microseconds=1)
quickly = settings(max_examples=150, deadline=None)


@quickly
@given(recurrences(), moments)
def test_times_strictly_increase_and_come_strictly_after(
    recurrence: Recurrence, after: datetime
) -> None:
    times = next_times(recurrence, after, 6)
    assert len(times) == 6
    assert all(earlier < later for earlier, later in zip([after, *times], times, strict=False))
    assert {moment.tzinfo for moment in times} == {UTC}


@quickly
@given(recurrences(), moments)
def test_asking_for_many_is_asking_for_one_again_and_again(
    recurrence: Recurrence, after: datetime
) -> None:
    moment = after
    for expected in next_times(recurrence, after, 4):
        found = next_time(recurrence, moment)
        assert found == expected
        assert found is not None
        assert next_time(recurrence, found - BREATH) == found
        moment = found


@quickly
@given(recurrences(), moments)
def test_the_wall_clock_shows_the_time_asked_for_unless_it_skips_it(
    recurrence: Recurrence, after: datetime
) -> None:
    zone = ZoneInfo(recurrence.zone)
    for moment in next_times(recurrence, after, 6):
        local = moment.astimezone(zone).replace(tzinfo=None)
        if local.time() != recurrence.time:
            day_long = timedelta(days=1)
            earlier = (moment - day_long).astimezone(zone).utcoffset()
            later = (moment + day_long).astimezone(zone).utcoffset()
            assert earlier is not None
            assert later is not None
            asked = local - (later - earlier)
            assert asked.time() == recurrence.time
            assert (
                asked.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
                == local
            )


@quickly
@given(recurrences(), moments)
def test_nothing_is_left_out_or_added_against_a_count_of_all_days(
    recurrence: Recurrence, after: datetime
) -> None:
    expected = by_hand(recurrence, after, days=200)
    times = next_times(recurrence, after, len(expected) + 1)
    assert times[: len(expected)] == expected
    assert not times[len(expected) :] or times[-1] > after + timedelta(days=195)


@quickly
@given(recurrences(with_holidays=False), moments)
def test_the_rrule_means_the_same_to_whoever_reads_it(
    recurrence: Recurrence, after: datetime
) -> None:
    begins = datetime.combine(recurrence.start, recurrence.time)
    rule = rrulestr(f"RRULE:{recurrence.rrule}", dtstart=begins)
    assert isinstance(rule, rrule)
    zone = ZoneInfo(recurrence.zone)
    since = after.astimezone(zone).replace(tzinfo=None) - timedelta(days=2)
    expected = [
        moment
        for local in rule.xafter(since, count=10, inc=True)
        if (moment := local.replace(tzinfo=zone).astimezone(UTC)) > after
    ]
    assert next_times(recurrence, after, 5) == list(dict.fromkeys(expected))[:5]


@quickly
@given(recurrences(), moments)
def test_a_recurrence_survives_json(recurrence: Recurrence, after: datetime) -> None:
    again = Recurrence.model_validate(recurrence.model_dump(mode="json"))
    assert again == recurrence
    assert Recurrence.model_validate_json(recurrence.model_dump_json()) == recurrence
    assert next_time(again, after) == next_time(recurrence, after)


@settings(max_examples=40, deadline=None)
@given(recurrences(), moments, st.sampled_from(["America/New_York", "Pacific/Kiritimati"]))
def test_the_zone_of_the_machine_does_not_matter(
    recurrence: Recurrence, after: datetime, zone: str
) -> None:
    expected = next_times(recurrence, after, 3)
    with machine_in(zone):
        assert next_times(recurrence, after, 3) == expected
        assert next_times(recurrence, after.astimezone(ZoneInfo(zone)), 3) == expected


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    machine.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        machine.tzset()
