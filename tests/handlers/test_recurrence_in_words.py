from datetime import UTC, date, datetime, time

import pytest

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
    next_times,
)
from handlers.voice import recurrence as voice

IN_DAYS = [
    (Daily(), "every day"),
    (Daily(every=2), "every second day"),
    (Daily(every=10), "every 10 days"),
    (Weekly(weekdays=("tue",)), "every Tuesday"),
    (Weekly(weekdays=("tue",), every=2), "every second Tuesday"),
    (Weekly(weekdays=("tue",), every=3), "every third Tuesday"),
    (Weekly(weekdays=("tue",), every=6), "every 6 weeks on Tuesday"),
    (Weekly(weekdays=("thu", "mon")), "every Monday and Thursday"),
    (Weekly(weekdays=("thu", "mon"), every=2), "every second week on Monday and Thursday"),
    (Weekly(weekdays=("mon", "tue", "wed", "thu", "fri")), "every Monday to Friday"),
    (Weekly(weekdays=("mon", "tue", "wed", "thu", "fri", "sat", "sun")), "every day"),
    (Monthly(on=OnDate(day=1)), "on the 1st of each month"),
    (Monthly(on=OnDate(day=12)), "on the 12th of each month"),
    (Monthly(on=OnDate(day=23)), "on the 23rd of each month"),
    (Monthly(on=OnDate(day=30)), "on the 30th, or else the last day, of each month"),
    (Monthly(on=OnDate(day=31)), "on the last day of each month"),
    (Monthly(on=OnWeekday(nth=2, weekday="wed")), "on the second Wednesday of each month"),
    (Monthly(on=OnWeekday(nth=-1, weekday="fri")), "on the last Friday of each month"),
    (Monthly(on=OnWorkingDay(which="first")), "on the first working day of each month"),
    (Quarterly(on=OnWorkingDay(which="last")), "on the last working day of each quarter"),
    (Quarterly(on=OnWeekday(nth=1, weekday="mon")), "on the first Monday of each quarter"),
    (Quarterly(on=OnDate(day=15)), "on the 15th of January, April, July and October"),
    (
        Quarterly(on=OnWorkingDay(which="first"), month=2),
        "on the first working day of February, May, August and November",
    ),
]


def repeating(pattern: Pattern, **others: str) -> Recurrence:
    return Recurrence.model_validate(
        {
            "pattern": pattern,
            "start": date(2026, 1, 1),
            "time": time(9, 30),
            "zone": "Europe/London",
        }
        | others
    )


@pytest.mark.parametrize(("pattern", "words"), IN_DAYS)
def test_every_pattern_has_its_words(pattern: Pattern, words: str) -> None:
    assert voice.describe(repeating(pattern)) == f"{words} at 09:30, Europe/London"


@pytest.mark.parametrize(
    ("pattern", "others", "words"),
    [
        (
            Monthly(on=OnWorkingDay(which="last")),
            {"country": "DE"},
            "public holidays kept free (Germany)",
        ),
        (
            Weekly(weekdays=("mon",)),
            {"country": "GB-SCT", "on_holiday": "skip"},
            "not on public holidays (United Kingdom, Scotland)",
        ),
        (
            Weekly(weekdays=("mon",)),
            {"country": "US", "on_holiday": "move"},
            "moved from public holidays (United States) to the next working day",
        ),
        (
            Monthly(on=OnDate(day=15)),
            {"country": "BA", "on_holiday": "move"},
            "moved from weekends and public holidays (Bosnia and Herzegovina) to the next working day",
        ),
        (
            Monthly(on=OnDate(day=15)),
            {"on_holiday": "move"},
            "moved from weekends to the next working day",
        ),
    ],
)
def test_what_becomes_of_holidays_is_said(
    pattern: Pattern, others: dict[str, str], words: str
) -> None:
    assert voice.describe(repeating(pattern, **others)).endswith(f"09:30, Europe/London, {words}")


def test_holidays_that_change_nothing_are_not_mentioned() -> None:
    recurrence = repeating(Weekly(weekdays=("mon",)), country="DE")
    assert voice.describe(recurrence) == "every Monday at 09:30, Europe/London"


def test_a_country_that_is_not_known_is_named() -> None:
    with pytest.raises(UnknownCountry, match="“XX”"):
        voice.describe(repeating(Monthly(on=OnWorkingDay(which="last")), country="XX"))


def test_the_next_five_times_read_like_a_calendar() -> None:
    recurrence = repeating(Weekly(weekdays=("tue",), every=2), start="2026-11-24")
    assert voice.coming(recurrence, datetime(2026, 11, 22, tzinfo=UTC)) == [
        "Tue 24 Nov 2026, 09:30",
        "Tue 8 Dec 2026, 09:30",
        "Tue 22 Dec 2026, 09:30",
        "Tue 5 Jan 2027, 09:30",
        "Tue 19 Jan 2027, 09:30",
    ]


@pytest.mark.parametrize(
    ("zone", "after", "words"),
    [
        ("Europe/London", datetime(2026, 3, 27, 12, tzinfo=UTC), ["GMT", "BST"]),
        ("Australia/Lord_Howe", datetime(2026, 10, 2, 12, tzinfo=UTC), ["UTC+10:30", "UTC+11"]),
        ("Africa/Casablanca", datetime(2026, 2, 13, 12, tzinfo=UTC), ["UTC+1", "UTC+0"]),
    ],
)
def test_times_tell_their_zone_where_clocks_change_among_them(
    zone: str, after: datetime, words: list[str]
) -> None:
    coming = next_times(repeating(Daily(), zone=zone), after, 2)
    assert [said.partition(", ")[2] for said in voice.times(coming, zone)] == [
        f"09:30 {word}" for word in words
    ]


def test_what_does_not_come_again_is_said_to() -> None:
    after = datetime(2999, 12, 31, 12, tzinfo=UTC)
    assert voice.coming(repeating(Daily()), after) == ["It does not come again."]


def test_times_in_a_zone_that_is_no_more_are_refused_in_a_sentence() -> None:
    with pytest.raises(UnknownZone, match="did you mean"):
        voice.times([], "Europe/Londn")
