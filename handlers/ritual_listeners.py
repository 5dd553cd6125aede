"""What people do in rituals, a line for each trigger."""

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.clock import Clock
from coherence.rituals.access import RitualAccess
from coherence.rituals.review import RitualReviews
from coherence.rituals.summary import RitualSummaries
from handlers.answers import Answers
from handlers.blocks import ritual_actions as actions
from handlers.blocks import ritual_review, ritual_summary
from handlers.ritual_review import RitualReviewHandlers


@dataclass(frozen=True)
class RitualUseCases:
    """What the handlers of rituals call."""

    access: RitualAccess
    summaries: RitualSummaries
    reviews: RitualReviews
    now: Clock


def register_rituals(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Register the listeners of rituals."""
    _register_setup(app, rituals, answers)
    _register_answers(app, rituals)
    _register_review(app, rituals, answers)


def _register_setup(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Setting up, the list, and what comes next."""


def _register_answers(app: AsyncApp, rituals: RitualUseCases) -> None:
    """Answering, reminders, and closing early."""


def _register_review(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """What happens once a round has closed."""
    review = RitualReviewHandlers(rituals.reviews, answers)
    app.action(re.compile(f"^{actions.EXPLAIN_PREFIX}"))(review.on_explain)
    app.action(actions.CONCLUDE)(review.on_conclude)
    app.view(ritual_review.CONCLUDE_CALLBACK)(review.on_concluded)
    for settle in ritual_summary.SETTLES.values():
        app.action(settle)(review.on_settle)
    app.action(ritual_summary.TAKE_OVER)(review.on_take_over)
    app.action(actions.RETIRE)(review.on_retire)
