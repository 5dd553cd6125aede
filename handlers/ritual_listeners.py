"""What people do in rituals, a line for each trigger."""

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from coherence.clock import Clock
from coherence.rituals.access import RitualAccess
from coherence.rituals.setup import RitualSetup
from coherence.rituals.summary import RitualSummaries
from handlers.answers import Answers
from handlers.blocks import ritual_actions, ritual_form
from handlers.blocks import rituals as blocks
from handlers.matching import says
from handlers.rituals import RitualSetupHandlers


@dataclass(frozen=True)
class RitualUseCases:
    """What the handlers of rituals call."""

    access: RitualAccess
    setup: RitualSetup
    summaries: RitualSummaries
    now: Clock


def register_rituals(app: AsyncApp, rituals: RitualUseCases, answers: Answers) -> None:
    """Register the listeners of rituals."""
    _register_setup(app, rituals)
    _register_answers(app, rituals)
    _register_review(app, rituals)


def _register_setup(app: AsyncApp, rituals: RitualUseCases) -> None:
    """Setting up, the list, and what comes next."""
    setup = RitualSetupHandlers(rituals.setup, rituals.now)
    app.command("/coherence", matchers=[says("rituals")])(setup.on_command)
    app.action(re.compile(f"^{blocks.ADD_PREFIX}"))(setup.on_add)
    app.action(ritual_actions.EDIT)(setup.on_edit)
    app.action(ritual_actions.COMING)(setup.on_coming)
    app.action(ritual_actions.PAUSE)(setup.on_pause)
    app.action(ritual_actions.RESUME)(setup.on_resume)
    app.action(ritual_actions.END)(setup.on_end)
    app.view(ritual_form.FORM_CALLBACK)(setup.on_form_submitted)
    app.view(blocks.PREVIEW_CALLBACK)(setup.on_saved)


def _register_answers(app: AsyncApp, rituals: RitualUseCases) -> None:
    """Answering, reminders, and closing early."""


def _register_review(app: AsyncApp, rituals: RitualUseCases) -> None:
    """What happens once a round has closed."""
