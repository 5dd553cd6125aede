"""What people do in rituals, a line for each trigger."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.clock import Clock
from coherence.rituals.access import RitualAccess
from coherence.rituals.closing import RitualClosing
from coherence.rituals.posting import RitualPosting
from coherence.rituals.prompts import RitualPrompts
from coherence.rituals.reminders import RitualReminders
from coherence.rituals.rounds import RitualRounds
from coherence.rituals.summary import RitualSummaries
from handlers.answers import Answers
from handlers.blocks import ritual_actions as actions
from handlers.blocks import ritual_reminder as reminder_blocks
from handlers.ritual_rounds import RitualRoundHandlers


@dataclass(frozen=True)
class RitualUseCases:
    """What the handlers of rituals call."""

    access: RitualAccess
    summaries: RitualSummaries
    posting: RitualPosting
    prompts: RitualPrompts
    rounds: RitualRounds
    closing: RitualClosing
    reminders: RitualReminders
    now: Clock


def register_rituals(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Register the listeners of rituals."""
    _register_setup(app, rituals, answers)
    _register_rounds(app, rituals, answers)
    _register_answers(app, rituals)
    _register_review(app, rituals)


def _register_setup(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Setting up, the list, and what comes next."""


def _register_rounds(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Closing early, and reminders."""
    rounds = RitualRoundHandlers(rituals.closing, rituals.reminders, answers)
    app.action(actions.CLOSE)(rounds.on_close)
    app.action(actions.REMIND)(rounds.on_remind)
    app.view(reminder_blocks.CALLBACK)(rounds.on_reminded)


def _register_answers(app: AsyncApp, rituals: RitualUseCases) -> None:
    """Answering."""


def _register_review(app: AsyncApp, rituals: RitualUseCases) -> None:
    """What happens once a round has closed."""
