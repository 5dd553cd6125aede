"""What a round came to, put together for whoever reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.accounts import IsHere, everybody_is_here
from coherence.drift.report import OPEN
from coherence.outbox import Claim, message_to_change
from coherence.rituals.action import Action, action_value
from coherence.rituals.counting import count_round
from coherence.rituals.letters import summary_key
from coherence.rituals.over_time import MOST_REVIEWS, LayersOverTime, layers_over_time
from coherence.rituals.results import QuestionResult, RoundResults, most_disagreed
from coherence.rituals.ritual import (
    Question,
    Ritual,
    RitualKind,
    Round,
    ritual_value,
    round_value,
)
from coherence.rituals.wearing import worn_out
from coherence.stack.document import Layer
from storage import ritual_review
from storage import rituals as table
from storage.database import Database
from storage.drift_digest import count_drift_by_layer

DISAGREEMENT: Final = 2
"""Steps between the lowest rating and the highest from which on people see something differently."""

MOST_ACTIONS: Final = 6
"""Actions of earlier reviews in one summary; how many more there are is said."""

_OPEN: Final = tuple(sorted(state.value for state in OPEN))


@dataclass(frozen=True)
class Rated:
    """What a review found of one question, by how much its mean changed, and who offers to explain.

    The change is since the last review that shows the same; None where there is none.
    """

    result: QuestionResult
    change: float | None = None
    explaining: tuple[str, ...] = ()

    @property
    def is_disagreed_on(self) -> bool:
        """Whether people see it differently."""
        return self.result.spread >= DISAGREEMENT


@dataclass(frozen=True)
class Review:
    """What a monthly review has beyond its results.

    `rated` begins with what people disagree on most. `drift` counts open reports by layer, under None
    those that nobody has placed. `before` are the actions that the last review decided or left open,
    `more` how many of them are left out; `decided` are its own. `gone` are owners of open
    actions who have no account any more.
    """

    rated: tuple[Rated, ...]
    drift: Mapping[Layer | None, int]
    before: tuple[Action, ...]
    more: int
    decided: tuple[Action, ...]
    over_time: LayersOverTime
    gone: frozenset[str] = frozenset()

    @property
    def disagreed(self) -> tuple[Rated, ...]:
        """What people see differently, most of all first."""
        return tuple(each for each in self.rated if each.is_disagreed_on)


@dataclass(frozen=True)
class Summary:
    """A round that has closed, with its results as everybody may see them.

    `worn_out` are questions that propose their retirement; `is_last` is whether nothing was asked since.
    """

    ritual: Ritual
    asked: Round
    results: RoundResults
    worn_out: tuple[Question, ...] = ()
    is_last: bool = True
    review: Review | None = None

    @property
    def has_results(self) -> bool:
        """Whether there is anything that people answered to show."""
        return bool(self.results.people) and not self.results.hidden

    def is_retired(self, question: Question) -> bool:
        """Whether a question has been retired since it was asked."""
        return all(each.id != question.id for each in self.ritual.asked)


class RitualSummaries:
    """Reads what rounds came to."""

    def __init__(self, database: Database, is_here: IsHere = everybody_is_here) -> None:
        self._database = database
        self._is_here = is_here

    async def of(self, workspace_id: str, round_id: str) -> Summary | None:
        """A closed round's summary; None while it is open, or where it is no longer on record."""
        async with self._database.reading() as session:
            row = await table.find_round(session, workspace_id, round_id)
            if row is None or row.closed_at is None:
                return None
            ritual = await table.find_ritual(session, workspace_id, row.ritual_id)
            if ritual is None:
                return None
            summary = await _summary(session, row, ritual_value(ritual))
        return await self._with_who_is_gone(summary)

    async def posted(self, claim: Claim) -> str | None:
        """The ts of the summary that a delivery changes; None for a new one. Raises NotSentYet."""
        async with self._database.reading() as session:
            return await message_to_change(
                session, claim, summary_key(str(claim.facts["round_id"]))
            )

    async def _with_who_is_gone(self, summary: Summary) -> Summary:
        review = summary.review
        if review is None:
            return summary
        actions = (*review.before, *review.decided)
        owners = sorted({each.owner for each in actions if each.is_open})
        gone = frozenset([each for each in owners if not await self._is_here(each)])
        return replace(summary, review=replace(review, gone=gone))


async def _summary(session: AsyncSession, row: table.RitualRound, ritual: Ritual) -> Summary:
    asked = round_value(row)
    results = await count_round(session, asked)
    newest = await table.list_rounds(session, asked.workspace_id, ritual.id, limit=1)
    is_review = ritual.kind is RitualKind.MONTHLY_REVIEW
    return Summary(
        ritual,
        asked,
        results,
        worn_out=await worn_out(session, asked),
        is_last=all(each.number <= asked.number for each in newest),
        review=await _review(session, row, ritual, results) if is_review else None,
    )


async def _review(
    session: AsyncSession, row: table.RitualRound, ritual: Ritual, results: RoundResults
) -> Review:
    closed = await ritual_review.list_closed_rounds(
        session, row.workspace_id, ritual.id, limit=MOST_REVIEWS, up_to=row.number
    )
    asked, *earlier = [round_value(each) for each in closed]
    over_time = await layers_over_time(session, [*earlier[::-1], asked])
    explaining = await _explaining(session, asked)
    count, before = await _before(session, closed[1:])
    decided = await ritual_review.list_actions(session, row.workspace_id, row.id)
    drift = await count_drift_by_layer(session, row.workspace_id, ritual.journey_id, _OPEN)
    return Review(
        rated=tuple(
            Rated(
                each,
                _change(each, asked, earlier, over_time),
                tuple(explaining.get(each.question.id, ())),
            )
            for each in most_disagreed(results)
        ),
        drift={Layer(layer) if layer else None: count for layer, count in drift.items()},
        before=tuple(map(action_value, before)),
        more=count - len(before),
        decided=tuple(map(action_value, decided)),
        over_time=over_time,
    )


async def _before(
    session: AsyncSession, earlier: Sequence[table.RitualRound]
) -> tuple[int, Sequence[ritual_review.RitualAction]]:
    if not earlier:
        return 0, ()
    return await ritual_review.list_actions_before(session, earlier[0], limit=MOST_ACTIONS)


async def _explaining(session: AsyncSession, asked: Round) -> Mapping[str, Sequence[str]]:
    rows = await ritual_review.list_explanations(session, asked.workspace_id, asked.id)
    people: dict[str, list[str]] = {}
    for row in rows:
        people.setdefault(row.question_id, []).append(row.user_id)
    return people


def _change(
    result: QuestionResult, asked: Round, earlier: Sequence[Round], over_time: LayersOverTime
) -> float | None:
    layer = result.question.layer
    if layer is None:
        return None
    now = over_time.mean(layer, asked)
    shown = (over_time.mean(layer, each) for each in earlier)
    before = next((mean for mean in shown if mean is not None), None)
    return now - before if now is not None and before is not None else None
