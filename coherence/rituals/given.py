"""What somebody answers in one go, before it is written down. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coherence.errors import InvalidAnswers
from coherence.rituals.ritual import RATINGS, Question, Round

MOST_WORDS: Final = 1_000
"""Characters of one answer."""


@dataclass(frozen=True)
class Given:
    """An answer to one question. One that is empty takes back what was answered before."""

    rating: int | None = None
    words: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return self.rating is None and self.words is None


Answered = Mapping[str, Given]
"""Answers by the ids of their questions."""


def require_answers(asked: Round, given: Answered) -> dict[str, Given]:
    """The answers to what this round asked, tidied; raises InvalidAnswers, by the questions' ids.

    Of a question that is answered with a rating, words alone are not enough.
    """
    tidied = {
        each.id: _tidied(each, given[each.id]) for each in asked.questions if each.id in given
    }
    faults = {
        each.id: fault
        for each in asked.questions
        if each.id in tidied and (fault := _fault(each, tidied[each.id]))
    }
    if not faults and all(each.is_empty for each in tidied.values()):
        faults = {asked.questions[0].id: _nothing(asked)}
    if faults:
        raise InvalidAnswers(faults)
    return tidied


def _tidied(question: Question, given: Given) -> Given:
    words = (given.words or "").strip() if question.takes_words else ""
    return Given(given.rating if question.takes_rating else None, words or None)


def _fault(question: Question, given: Given) -> str | None:
    if given.rating is not None and given.rating not in RATINGS:
        return f"Please choose a rating from {RATINGS[0]} to {RATINGS[-1]}."
    if question.takes_rating and given.words and given.rating is None:
        return "Please choose a rating too, or take the words out."
    if given.words and len(given.words) > MOST_WORDS:
        return f"Please keep this under {MOST_WORDS:,} characters."
    return None


def _nothing(asked: Round) -> str:
    if len(asked.questions) == 1:
        return "There is no answer here yet."
    return "Please answer at least one of these questions."
