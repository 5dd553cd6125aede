"""What somebody asks of the duty is understood as they mean it."""

from datetime import date

import pytest

from coherence.champion.question import Question, day_meant, read_question
from coherence.errors import InvalidRota

WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("said", "journey", "when"),
    [
        ("", "", ""),
        ("  Table ", "", "table"),
        ("next", "", "next"),
        ("NEXT  Fri", "", "next fri"),
        ("2026-12-24", "", "2026-12-24"),
        ("New customers", "New customers", ""),
        ("New customers next friday", "New customers", "next friday"),
        ("New customers table", "New customers", "table"),
        ("2026-12", "2026-12", ""),
        ("fr", "fr", ""),
    ],
)
def test_a_journey_and_a_day_are_told_apart(said: str, journey: str, when: str) -> None:
    assert read_question(said) == Question(journey, when)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("yesterday", 3),
        ("today", 4),
        ("tomorrow", 5),
        ("wednesday", 4),
        ("next wednesday", 11),
        ("friday", 6),
        ("next friday", 6),
        ("mon", 9),
        ("2026-3-7", 7),
    ],
)
def test_a_weekday_is_the_first_from_today_on(when: str, day: int) -> None:
    assert day_meant(when, WEDNESDAY) == date(2026, 3, day)


def test_a_day_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(InvalidRota, match="2026-02-30"):
        day_meant("2026-02-30", WEDNESDAY)
