"""What people do in rituals, a line for each trigger."""

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.clock import Clock
from coherence.rituals.answering import RitualAnswers
from coherence.rituals.closing import RitualClosing
from coherence.rituals.names import RitualNames
from coherence.rituals.owners import RitualOwners
from coherence.rituals.posting import RitualPosting
from coherence.rituals.prompts import RitualPrompts
from coherence.rituals.reminders import RitualReminders
from coherence.rituals.review import RitualReviews
from coherence.rituals.rounds import RitualRounds
from coherence.rituals.setup import RitualSetup
from coherence.rituals.summary import RitualSummaries
from handlers.answers import Answers
from handlers.blocks import ritual_actions as actions
from handlers.blocks import ritual_answers as answer_blocks
from handlers.blocks import ritual_form, ritual_review, ritual_summary
from handlers.blocks import ritual_reminder as reminder_blocks
from handlers.blocks import rituals as blocks
from handlers.home import HomeHandlers
from handlers.matching import says
from handlers.ritual_answers import RitualAnswerHandlers
from handlers.ritual_review import RitualReviewHandlers
from handlers.ritual_rounds import RitualRoundHandlers
from handlers.rituals import RitualSetupHandlers


@dataclass(frozen=True)
class RitualUseCases:
    """What the handlers of rituals call."""

    setup: RitualSetup
    summaries: RitualSummaries
    answers: RitualAnswers
    names: RitualNames
    posting: RitualPosting
    prompts: RitualPrompts
    rounds: RitualRounds
    closing: RitualClosing
    reminders: RitualReminders
    reviews: RitualReviews
    owners: RitualOwners
    now: Clock


def register_rituals(
    app: AsyncApp, rituals: RitualUseCases, answers: Answers, home: HomeHandlers
) -> None:
    """Register the listeners of rituals."""
    _register_setup(app, rituals)
    _register_answers(app, rituals, answers)
    _register_rounds(app, rituals, answers)
    _register_review(app, rituals, answers, home)


def _register_setup(app: AsyncApp, rituals: RitualUseCases) -> None:
    """Setting up, the list, and what comes next."""
    setup = RitualSetupHandlers(rituals.setup, rituals.now)
    app.command("/coherence", matchers=[says("rituals")])(setup.on_command)
    app.action(actions.OPEN)(setup.on_open)
    app.action(re.compile(f"^{blocks.ADD_PREFIX}"))(setup.on_add)
    app.action(actions.EDIT)(setup.on_edit)
    app.action(actions.COMING)(setup.on_coming)
    app.action(actions.PAUSE)(setup.on_pause)
    app.action(actions.RESUME)(setup.on_resume)
    app.action(actions.END)(setup.on_end)
    app.view(ritual_form.FORM_CALLBACK)(setup.on_form_submitted)
    app.view(blocks.PREVIEW_CALLBACK)(setup.on_saved)


def _register_answers(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Answering, and who answered what."""
    answering = RitualAnswerHandlers(rituals.answers, rituals.names, answers)
    app.action(actions.ANSWER)(answering.on_answer)
    app.view(answer_blocks.ANSWER_CALLBACK)(answering.on_answered)
    app.action(re.compile(f"^{actions.RATE_PREFIX}"))(answering.on_rate)
    app.action(actions.NAMES)(answering.on_names)
    app.action(re.compile(f"^{answer_blocks.NAMES_PAGE_ACTION}_"))(answering.on_names_page)


def _register_rounds(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Closing early, and reminders."""
    rounds = RitualRoundHandlers(rituals.closing, rituals.reminders, answers)
    app.action(actions.CLOSE)(rounds.on_close)
    app.action(actions.REMIND)(rounds.on_remind)
    app.view(reminder_blocks.CALLBACK)(rounds.on_reminded)


def _register_review(
    app: AsyncApp, rituals: RitualUseCases, answers: Answers, home: HomeHandlers
) -> None:
    """What happens once a round has closed."""
    review = RitualReviewHandlers(rituals.reviews, answers)
    app.action(re.compile(f"^{actions.EXPLAIN_PREFIX}"))(review.on_explain)
    app.action(actions.CONCLUDE)(review.on_conclude)
    app.view(ritual_review.CONCLUDE_CALLBACK)(review.on_concluded)
    for settle in ritual_summary.SETTLES.values():
        app.action(settle)(home.then_home(review.on_settle))
    app.action(ritual_summary.TAKE_OVER)(review.on_take_over)
    app.action(actions.RETIRE)(review.on_retire)
