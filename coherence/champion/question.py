"""What somebody asks of the duty: a journey, a day, or both, in a few plain words."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta, weekday

from coherence.errors import InvalidRota

TABLE: Final = "table"
NEXT: Final = "next"

_ISO: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST: Final = 2
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Question:
    """A journey by its name, if it is named, and the words for a day, `NEXT` or `TABLE`; maybe neither."""

    journey: str = ""
    when: str = ""


def read_question(said: str) -> Question:
    """Take apart what stands after the command, such as “Onboarding next friday”."""
    words = said.split()
    for cut in range(max(0, len(words) - _LONGEST), len(words)):
        tail = " ".join(words[cut:]).lower()
        if _is_known(tail):
            return Question(" ".join(words[:cut]), tail)
    return Question(" ".join(words))


def day_meant(when: str, today: date) -> date:
    """The day that the words mean: a weekday is the first from today on, “next friday” the first after today.

    Raises InvalidRota for a day that the calendar doesn't have.
    """
    if when in _DAYS:
        return today + timedelta(days=_DAYS[when])
    if _ISO.fullmatch(when):
        return _day_written(when)
    *first, named = when.split()
    start = today + timedelta(days=1) if first == [NEXT] else today
    return start + relativedelta(weekday=weekday(_number(named)))


def _is_known(words: str) -> bool:
    if words in _DAYS or words in {NEXT, TABLE} or _ISO.fullmatch(words):
        return True
    named = words.removeprefix(f"{NEXT} ")
    return _is_weekday(named)


def _is_weekday(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and any(day.startswith(word) for day in _WEEKDAYS)


def _number(word: str) -> int:
    return next(number for number, day in enumerate(_WEEKDAYS) if day.startswith(word))


def _day_written(written: str) -> date:
    try:
        return date(*map(int, written.split("-")))
    except ValueError:
        raise InvalidRota(f"The calendar has no day {written}.") from None
