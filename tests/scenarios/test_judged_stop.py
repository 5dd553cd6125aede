"""A bot that stops while a model is asked: nobody is left waiting."""

import pytest

from bot import bootstrap
from bot.bootstrap import start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox.server import RunningSandbox
from tests.support import model_scripts as scripts
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do."""
    return sqlite_url


async def test_a_bot_that_stops_answers_what_waits_for_a_model_by_the_rules_alone(
    slack: RunningSandbox,
    judged_settings: Settings,
    model: ModelServer,
    maya: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap, "MODEL_GRACE_SECONDS", 0.0)
    model.always(scripts.hangs())
    async with start(judged_settings) as bot:
        await slack.until_connected()
        await Stacks(bot.database, system_clock).import_draft(
            slack.world.team.id,
            example_stack(),
            author="hanna",
            channels=[ONBOARDING],
            publish_note="First",
        )
        await maya.command("check Send your first invoice from your phone today.")
        await eventually(lambda: model.requests)
        assert "reading for meaning now" in text_of((await maya.private_answer()).blocks)
    [answer] = maya.private_answers()
    said = text_of(answer.blocks)
    assert "Rules only: meaning not checked. I was interrupted" in said
    assert "Check the meaning again" in said
