"""The ways into a judged check crossed with each fault of Slack: an answer or a sentence, nothing lost."""

import io
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from sqlmodel import select

from bot import slack as bot_slack
from bot.bootstrap import Application
from bot.settings import Settings
from handlers import answers
from storage.check import NarrativeCheck
from tests.support import model_scripts as scripts
from tests.support.crossing import FAULTS, PASSING, Act, react, works_again
from tests.support.honest_model import answer_honestly
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "You can call us at the weekend."
WAITING = "reading for meaning now"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: what is crossed here are ways in and faults."""
    return sqlite_url


@pytest.fixture
def settings(judged_settings: Settings, monkeypatch: pytest.MonkeyPatch, fault: str) -> Settings:
    """A bot that asks the local model, and waits only a moment for a Slack that doesn't answer."""
    if "hang" in fault:
        monkeypatch.setattr(bot_slack, "REQUEST_TIMEOUT", aiohttp.ClientTimeout(total=1.5))
    monkeypatch.setattr(bot_slack, "PAUSES", FixedValueRetryIntervalCalculator(fixed_internal=0))
    monkeypatch.setattr(answers, "PAUSES", (0.0, 0.0))
    return judged_settings


async def command(maya: Person, _model: ModelServer) -> Act:
    return lambda: maya.command(f"check {DRAFT}")


async def form(maya: Person, _model: ModelServer) -> Act:
    await maya.shortcut("check_draft")
    opened = await maya.modal_showing("Your draft")
    return lambda: maya.submit(opened, draft=DRAFT)


async def message_shortcut(maya: Person, _model: ModelServer) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("check_message", message)


async def direct_message(maya: Person, _model: ModelServer) -> Act:
    async def say() -> None:
        maya.say(DRAFT)
        await maya.slack.settle()

    return say


async def check_again(maya: Person, model: ModelServer) -> Act:
    model.script(scripts.refuses())
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    await eventually(lambda: "Rules only" in text_of(maya.private_answers()[-1].blocks))
    return lambda: maya.press(maya.private_answers()[-1], "check_meaning_again")


async def use_rewrite(maya: Person, model: ModelServer) -> Act:
    model.always(scripts.replies(answer_honestly))
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    await eventually(lambda: "Another wording" in text_of(maya.private_answers()[-1].blocks))
    return lambda: maya.press(maya.private_answers()[-1], "check_rewrite")


WAYS_IN = (command, form, message_shortcut, direct_message, check_again, use_rewrite)


@pytest.mark.parametrize("fault", FAULTS, ids=[name.replace(" ", "_") for name in FAULTS])
@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_to_a_judged_answer_stands_up_to_every_fault(
    bot: Application,
    maya: Person,
    model: ModelServer,
    logged: io.StringIO,
    way_in: Callable[[Person, ModelServer], Awaitable[Act]],
    fault: str,
) -> None:
    reaction = await react(bot, maya, await way_in(maya, model), fault)
    reaction.hold_up(fault, logged.getvalue(), silence=("reference=", "not_renewed"))
    if fault in PASSING:
        assert WAITING not in reaction.answered[0]
    assert await all_judged(bot)
    await works_again(maya)


async def all_judged(bot: Application) -> bool:
    """Whatever was shown, what the model said is on record, where it was asked."""
    async with bot.database.reading() as session:
        checks = (await session.exec(select(NarrativeCheck))).all()
    return all(check.reason in {None, "pending", "refused"} for check in checks)
