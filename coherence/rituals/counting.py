"""Counts what was answered in rounds, and shows as much of it as was promised."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rituals.results import (
    QuestionResult,
    RoundResults,
    Said,
    is_too_few,
    round_results,
)
from coherence.rituals.ritual import Question, Round, Visibility
from storage import ritual_answers as table
from storage.ritual_answers import RitualAnswer, RitualBallot

MOST_SAID: Final = 10
"""Answers in words to one question, in one summary; how many more there are is said."""

Ratings: TypeAlias = Mapping[tuple[str, str], Mapping[int, int]]
"""How many gave each rating, by the ids of the round and of the question."""


def answers_table(visibility: Visibility) -> table.Answers:
    """Where the answers of such a round are."""
    return RitualBallot if visibility is Visibility.ANONYMOUS else RitualAnswer


async def count_round(
    session: AsyncSession, asked: Round, *, names: bool = False, most_said: int = MOST_SAID
) -> RoundResults:
    """The results of a round. With `names`, as who is on duty sees them where names are theirs only."""
    kept_in = answers_table(asked.visibility)
    ratings = await table.count_ratings(session, kept_in, asked.workspace_id, [asked.id])
    worded = await table.count_words(session, kept_in, asked.workspace_id, asked.id)
    shown = asked.visibility is Visibility.NAMED or (
        names and asked.visibility is Visibility.CHAMPION
    )
    results = [
        await _result(
            session,
            asked,
            question,
            _Counted(ratings.get((asked.id, question.id), {}), worded.get(question.id, 0)),
            names=shown,
            most_said=most_said,
        )
        for question in asked.questions
    ]
    people, late = await _people(session, asked)
    return round_results(asked.visibility, results, people=people, late=late)


async def ratings_of(session: AsyncSession, rounds: Sequence[Round]) -> Ratings:
    """The ratings in rounds that have closed, in a query for each visibility; what is hidden is left out."""
    found: dict[tuple[str, str], Mapping[int, int]] = {}
    for visibility in Visibility:
        own = [each for each in rounds if each.visibility is visibility and _is_shown(each)]
        if own:
            kept_in, ids = answers_table(visibility), [each.id for each in own]
            counted = await table.count_ratings(session, kept_in, own[0].workspace_id, ids)
            found |= {
                asked: ratings
                for asked, ratings in counted.items()
                if not is_too_few(visibility, sum(ratings.values()))
            }
    return found


def rating_history(
    rounds: Sequence[Round], question: Question, ratings: Ratings
) -> list[QuestionResult]:
    """The ratings of one question in those rounds that asked it and may show it, in their order.

    Without names, one that nobody answered is like one that few did: neither is among them.
    """
    came = (
        (each, QuestionResult(question, ratings.get((each.id, question.id), {})))
        for each in rounds
        if not each.is_open and each.question(question.id) is not None
    )
    return [result for each, result in came if not is_too_few(each.visibility, result.rated)]


class _Counted(NamedTuple):
    """How many gave each rating, and how many answers have words."""

    ratings: Mapping[int, int]
    worded: int


async def _result(
    session: AsyncSession,
    asked: Round,
    question: Question,
    counted: _Counted,
    *,
    names: bool,
    most_said: int,
) -> QuestionResult:
    rows = (
        await table.list_words(
            session,
            answers_table(asked.visibility),
            asked.workspace_id,
            asked.id,
            question.id,
            in_order=names,
            limit=most_said,
        )
        if counted.worded and most_said
        else ()
    )
    said = tuple(_said(row, names=names) for row in rows)
    return QuestionResult(question, counted.ratings, said, counted.worded - len(said))


def _said(row: RitualAnswer | RitualBallot, *, names: bool) -> Said:
    if isinstance(row, RitualBallot):
        return Said(row.rating, row.words)
    return Said(row.rating, row.words, row.user_id if names else None, row.late)


async def _people(session: AsyncSession, asked: Round) -> tuple[int, int]:
    if asked.taken_part is not None:
        return asked.taken_part, 0
    counts = await table.count_people(session, asked.workspace_id, [asked.id])
    late = await table.count_late(session, asked.workspace_id, asked.id)
    return counts.get(asked.id, 0), late


def _is_shown(asked: Round) -> bool:
    """Whether anything that was rated may be shown: once it has closed, and unless too few took part."""
    return not asked.is_open and not is_too_few(asked.visibility, asked.taken_part or 0)
