"""When a question proposes its own retirement. Pure but for `worn_out`, which reads."""

from collections.abc import Sequence
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rituals.counting import rating_history, ratings_of
from coherence.rituals.results import QuestionResult
from coherence.rituals.ritual import Question, Round, round_value
from coherence.rituals.rotation import LOOKED_BACK, has_worn_out
from storage import ritual_review as table

MOST_PROPOSALS: Final = 3
"""A question that a team keeps that often is meant to stay; it is left in peace until its answers move."""

ROUNDS_BETWEEN: Final = 4
"""From one proposal to the next, in rounds of that question."""

_LOOKED_AT: Final = LOOKED_BACK + MOST_PROPOSALS * ROUNDS_BETWEEN
_MOST_ROUNDS: Final = 200


def proposes_retirement(results: Sequence[QuestionResult]) -> bool:
    """Whether a question proposes its retirement in its last round; `results` are oldest first.

    Whoever wants to keep it does nothing. It then proposes it again after four more rounds in which
    nothing changed, three times at most.
    """
    last, kept = -ROUNDS_BETWEEN, 0
    for end in range(LOOKED_BACK, len(results) + 1):
        if not has_worn_out(results[end - LOOKED_BACK : end][::-1]):
            kept = 0
        elif kept < MOST_PROPOSALS and end - last >= ROUNDS_BETWEEN:
            last, kept = end, kept + 1
    return last == len(results)


async def worn_out(session: AsyncSession, asked: Round) -> tuple[Question, ...]:
    """The questions of a closed round that propose their retirement in it; what is hidden there doesn't.

    A layer of the stack is looked at as long as there is one: what a review asks of it never wears out.
    """
    rated = [each for each in asked.questions if each.takes_rating and each.layer is None]
    if not rated:
        return ()
    rows = await table.list_closed_rounds(
        session, asked.workspace_id, asked.ritual_id, limit=_MOST_ROUNDS, up_to=asked.number
    )
    rounds = [round_value(row) for row in rows]
    ratings = await ratings_of(session, rounds)
    shown = [each for each in rated if rating_history([asked], each, ratings)]
    return tuple(
        question
        for question in shown
        if proposes_retirement(rating_history(_last_asked(rounds, question), question, ratings))
    )


def _last_asked(rounds: Sequence[Round], question: Question) -> list[Round]:
    """The last rounds that asked a question, oldest first; `rounds` are newest first."""
    return [each for each in rounds if each.question(question.id)][:_LOOKED_AT][::-1]
