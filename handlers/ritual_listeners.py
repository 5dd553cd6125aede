"""What people do in rituals, a line for each trigger."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.clock import Clock
from coherence.rituals.access import RitualAccess
from coherence.rituals.summary import RitualSummaries
from handlers.answers import Answers


@dataclass(frozen=True)
class RitualUseCases:
    """What the handlers of rituals call."""

    access: RitualAccess
    summaries: RitualSummaries
    now: Clock


def register_rituals(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Register the listeners of rituals."""
    _register_setup(app, rituals, answers)
    _register_answers(app, rituals)
    _register_review(app, rituals)


def _register_setup(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Setting up, the list, and what comes next."""


def _register_answers(app: AsyncApp, rituals: RitualUseCases) -> None:
    """Answering, reminders, and closing early."""


def _register_review(app: AsyncApp, rituals: RitualUseCases) -> None:
    """What happens once a round has closed."""
