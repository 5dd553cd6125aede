"""The queries about rituals, as the isolation test asks them: session, workspace, id."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import ritual_answers, ritual_exchange, ritual_review, rituals
from storage.ritual_answers import RitualAnswer, RitualBallot
from storage.rituals import RitualRound
from tests.support.rituals import ritual_row, round_row
from tests.support.times import NOON

Query = Callable[[AsyncSession, str, str], Awaitable[Any]]

QUERIES: dict[Callable[..., Any], Query] = {
    rituals.find_ritual: rituals.find_ritual,
    rituals.list_rituals: lambda s, w, _: rituals.list_rituals(s, w),
    rituals.find_round: rituals.find_round,
    rituals.list_rounds: lambda s, w, i: rituals.list_rounds(s, w, i, limit=9),
    rituals.list_open_rounds: lambda s, w, _: rituals.list_open_rounds(s, w),
    rituals.next_round_number: rituals.next_round_number,
    ritual_answers.count_people: lambda s, w, i: ritual_answers.count_people(s, w, [i]),
    ritual_answers.count_late: ritual_answers.count_late,
    ritual_answers.has_answered: lambda s, w, i: ritual_answers.has_answered(s, w, i, i),
    ritual_answers.list_answers_of: lambda s, w, i: ritual_answers.list_answers_of(s, w, i, i),
    ritual_answers.list_people: lambda s, w, i: ritual_answers.list_people(
        s, w, i, after="", limit=9
    ),
    ritual_answers.list_answers_by: lambda s, w, i: ritual_answers.list_answers_by(s, w, i, [i]),
    ritual_answers.count_ratings: lambda s, w, i: ritual_answers.count_ratings(
        s, RitualBallot, w, [i]
    ),
    ritual_answers.count_words: lambda s, w, i: ritual_answers.count_words(s, RitualAnswer, w, i),
    ritual_answers.list_words: lambda s, w, i: ritual_answers.list_words(
        s, RitualAnswer, w, i, "q", in_order=True, limit=9
    ),
    ritual_exchange.list_rituals_ever: ritual_exchange.list_rituals_ever,
    ritual_exchange.list_closed_rounds: lambda s, w, i: ritual_exchange.list_closed_rounds(
        s, w, ritual_exchange.Asked([i]), limit=9
    ),
    ritual_exchange.list_answers_after: lambda s, w, i: ritual_exchange.list_answers_after(
        s, RitualBallot, (w, i, "q"), limit=9
    ),
    ritual_exchange.list_actions_of: lambda s, w, i: ritual_exchange.list_actions_of(s, w, [i]),
    ritual_answers.find_reminder: lambda s, w, i: ritual_answers.find_reminder(s, w, i, "U0MAYA"),
    ritual_answers.list_reminders: lambda s, w, i: ritual_answers.list_reminders(
        s, w, i, after="", limit=9
    ),
    ritual_review.list_explanations: ritual_review.list_explanations,
    ritual_review.find_explanation: lambda s, w, i: ritual_review.find_explanation(s, w, i, "q", i),
    ritual_review.find_action: ritual_review.find_action,
    ritual_review.list_actions: ritual_review.list_actions,
    ritual_review.list_actions_before: lambda s, w, i: ritual_review.list_actions_before(
        s, _later_round(w, i), limit=9
    ),
    ritual_review.list_open_actions_of: lambda s, w, i: ritual_review.list_open_actions_of(
        s, w, "U0MAYA", limit=9
    ),
    ritual_review.list_closed_rounds: lambda s, w, i: ritual_review.list_closed_rounds(
        s, w, i, limit=9
    ),
}


def _later_round(workspace_id: str, ritual_id: str) -> RitualRound:
    ritual = ritual_row(ritual_id, workspace_id=workspace_id)
    return round_row(ritual, 9, id="later", closed_at=NOON)


WRITES: dict[Callable[..., Any], Query] = {
    rituals.lock_ritual: rituals.lock_ritual,
    rituals.lock_round: rituals.lock_round,
    ritual_answers.close_ballots: ritual_answers.close_ballots,
    ritual_answers.keep_reminder: lambda s, w, i: ritual_answers.keep_reminder(
        s, w, i, "U0MAYA", how_often=None, zone=None
    ),
}
