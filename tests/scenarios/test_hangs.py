"""Slack that takes a request and never answers."""

import io
import re

import aiohttp
import pytest
from sqlmodel import select

from bot import slack as bot_slack
from bot.bootstrap import Application
from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from storage.check import NarrativeCheck
from tests.support.people import Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The bot gives up on Slack after a moment, so that a hang needs no waiting."""
    monkeypatch.setattr(bot_slack, "REQUEST_TIMEOUT", aiohttp.ClientTimeout(total=0.8))
    return settings


@pytest.mark.parametrize("method", ["response_url", "views.open", "views.update"])
async def test_slack_answering_nothing_is_told_once_where_it_can_be(
    slack: RunningSandbox, maya: Person, logged: io.StringIO, method: str
) -> None:
    slack.slack.faults.add(Fault(method, "hang", times=1))
    await maya.command("check" if method.startswith("views") else f"check {DRAFT}")

    def told() -> list[str]:
        modal = [text_of([maya.modal.content])] if maya.modal else []
        said = [*modal, *(message.text for message in maya.private_answers())]
        return re.findall(r"went wrong on our side.*the reference ([0-9a-f]{8})", "\n".join(said))

    [reference] = await eventually(told)
    assert reference in logged.getvalue()


async def test_a_direct_answer_that_slack_never_takes_is_logged_with_a_reference(
    bot: Application, slack: RunningSandbox, maya: Person, logged: io.StringIO
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "hang", times=2))
    maya.say(DRAFT)
    await eventually(lambda: "slack_failed" in logged.getvalue())
    await bot.in_flight.drain()
    assert "reference=" in logged.getvalue()
    assert not maya.direct_answers()
    async with bot.database.reading() as session:
        assert len((await session.exec(select(NarrativeCheck))).all()) == 1
