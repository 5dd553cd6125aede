"""Which questions a round asks, and which of them have worn out. Pure."""

from collections.abc import Sequence
from typing import Final

from coherence.rituals.results import QuestionResult
from coherence.rituals.ritual import Question, RitualKind

LOOKED_BACK: Final = 4
"""Rounds of a question that have to be alike before it proposes its own retirement."""

FEWEST_ANSWERS: Final = 3
"""Rounds with fewer ratings say nothing about a question."""

HARDLY: Final = 0.5
"""How far apart the means of rounds that are alike may be: half of a step of the scale."""


def choose_questions(
    kind: RitualKind, questions: Sequence[Question], asked_before: Sequence[Sequence[str]]
) -> tuple[Question, ...]:
    """The questions that a round asks; `asked_before` are the ids of earlier rounds, newest first.

    A stand-up asks one: of those not asked the last time, the one whose turn is longest ago, in the order
    in which they are written. Every other ritual asks all. Retired questions are never asked.
    """
    asked = [each for each in questions if not each.retired]
    if kind is not RitualKind.STAND_UP or len(asked) <= 1:
        return tuple(asked)
    last_asked = {
        question_id: number
        for number, ids in reversed(list(enumerate(asked_before)))
        for question_id in ids
    }
    never = len(asked_before)
    return (max(asked, key=lambda each: last_asked.get(each.id, never)),)


def has_worn_out(results: Sequence[QuestionResult]) -> bool:
    """Whether a question's answers don't change any more; `results` are its rounds, newest first.

    That is so when its last four rounds had at least three ratings each, with means that lie within half
    a step. A question that is answered in words only never wears out by itself.
    """
    last = results[:LOOKED_BACK]
    if len(last) < LOOKED_BACK or any(each.rated < FEWEST_ANSWERS for each in last):
        return False
    means = [each.mean or 0.0 for each in last]
    return max(means) - min(means) <= HARDLY
