"""The same bot over HTTP: Slack's requests come signed, and its answers are the acks."""

import io
from collections.abc import AsyncIterator

import pytest

from bot.bootstrap import Application
from bot.settings import Settings
from handlers.blocks.check_answer import EDIT_ACTION
from sandbox import local_slack
from sandbox import server as sandbox_server
from sandbox.server import RunningSandbox
from tests.support.http_bot import bot_over_http
from tests.support.people import Person, text_of

DRAFT = "With Larkfield you are guaranteed to get your money."

pytestmark = pytest.mark.usefixtures("onboarding")


@pytest.fixture
async def slack() -> AsyncIterator[RunningSandbox]:
    """A local Slack that reaches the bot over HTTP."""
    running = await sandbox_server.start(local_slack.Settings(transport="http"))
    yield running
    await running.stop()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    async with bot_over_http(slack, settings) as application:
        yield application


async def test_a_draft_is_checked_and_edited_in_a_form(maya: Person) -> None:
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    assert "“guaranteed”" in text_of(answer.blocks)
    await maya.press(answer, EDIT_ACTION)
    form = await maya.modal_showing("Your draft")
    assert form.blocks


async def test_a_submitted_form_is_answered_in_its_place(maya: Person) -> None:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    await maya.submit(form, draft=DRAFT)
    assert "“guaranteed”" in text_of([(await maya.modal_showing("“guaranteed”")).content])


async def test_a_direct_message_is_answered_once_however_often_it_is_told(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    maya.say(DRAFT)
    await maya.direct_answer()
    slack.slack.events.send_again(3)
    await slack.settle()
    await bot.in_flight.drain()
    assert len(maya.direct_answers()) == 1


async def test_requests_with_another_secret_reach_nobody(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    slack.slack.http._secret = b"another"
    refused = await slack.people.command(maya.id, "C0ONBOARD", "/coherence", "help")
    assert refused == {"ok": False, "error": "http_client_error"}
    await bot.in_flight.drain()
    assert not maya.private_answers()
