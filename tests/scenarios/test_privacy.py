"""What people see of what is kept, and what a departure leaves."""

import io
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.bootstrap import Application
from coherence.privacy import FORMER
from sandbox import server
from sandbox.delivery import AckTimeoutError, Envelope
from sandbox.local_slack import Settings
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from tests.storage.holdings import everything_written, tables_of
from tests.support.people import Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

UNINSTALLED = {"type": "app_uninstalled"}


@pytest.fixture
async def slack() -> AsyncIterator[RunningSandbox]:
    """A local Slack that does not wait long for an ack."""
    running = await server.start(Settings(ack_seconds=1.5))
    yield running
    await running.stop()


def told(slack: RunningSandbox, event: dict[str, Any]) -> Envelope:
    """An event about the app itself, of a moment after the installation."""
    payload = {**slack.slack.payloads.event(event), "event_time": int(time.time()) + 1}
    return Envelope("events_api", payload)


async def answers(person: Person, count: int) -> list[Message]:
    return await eventually(
        lambda: found if len(found := person.private_answers()) == count else []
    )


async def press_erase(bot: Application, person: Person, place: int) -> None:
    await person.command("privacy")
    await person.press((await answers(person, place + 1))[place], "privacy_erase")
    await bot.in_flight.drain()


async def test_privacy_says_what_is_kept_about_the_person_who_asks(
    maya: Person, tom: Person
) -> None:
    await maya.command("check Guaranteed.")
    await answers(maya, 1)
    await tom.command("privacy")
    assert "No checks" in text_of((await tom.private_answer()).blocks)
    await maya.command("privacy")
    shown = text_of((await answers(maya, 2))[1].blocks)
    assert "1 check: the text, where you asked" in shown
    assert FORMER in shown


async def test_the_button_asks_once_more(maya: Person) -> None:
    await maya.command("privacy")
    [button, *_] = (await maya.private_answer()).blocks[-1]["elements"]
    assert button["confirm"]["confirm"]["text"] == "Yes, erase them"
    assert button["confirm"]["deny"]["text"] == "Keep them"


async def test_the_button_erases_the_person_and_says_so_in_its_place(
    bot: Application, maya: Person, tom: Person
) -> None:
    for person in (maya, tom):
        await person.command("check Ask Maya Okafor <@U0MAYA|maya>, guaranteed.")
        await answers(person, 1)
    await press_erase(bot, maya, 1)
    [_, done] = maya.private_answers()
    assert done.text.startswith("Done. Nothing of yours is on record any more.")
    written = await everything_written(bot.database)
    assert "U0MAYA" not in written
    assert "Okafor" not in written
    assert "U0TOM" in written


async def test_who_was_erased_may_ask_again(bot: Application, maya: Person) -> None:
    await press_erase(bot, maya, 0)
    await maya.command("check Guaranteed.")
    assert "“Guaranteed”" in text_of((await answers(maya, 2))[1].blocks)


async def test_who_uninstalls_leaves_nothing(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.command("check Guaranteed.")
    await answers(maya, 1)
    await slack.slack.socket_mode.deliver(told(slack, UNINSTALLED))
    assert not any((await tables_of(bot.database)).values())


async def test_an_erasure_that_fails_is_not_acked_and_done_when_slack_tells_again(
    bot: Application, slack: RunningSandbox, logged: io.StringIO
) -> None:
    departure = told(slack, UNINSTALLED)
    await _execute(bot, "ALTER TABLE steward RENAME TO hidden")
    with pytest.raises(AckTimeoutError):
        await slack.slack.socket_mode.deliver(departure)
    await _execute(bot, "ALTER TABLE hidden RENAME TO steward")
    assert "failed" in logged.getvalue()
    assert any((await tables_of(bot.database)).values())
    await slack.slack.socket_mode.deliver(departure)
    assert not any((await tables_of(bot.database)).values())


@pytest.mark.parametrize("tokens", [{"bot": ["U0CHAMPION"]}, {"oauth": ["U0MAYA"]}])
async def test_a_revoked_token_erases_nothing(
    bot: Application, slack: RunningSandbox, logged: io.StringIO, tokens: dict[str, list[str]]
) -> None:
    before = await tables_of(bot.database)
    event = {"type": "tokens_revoked", "tokens": tokens}
    await slack.slack.socket_mode.deliver(told(slack, event))
    await bot.in_flight.drain()
    assert await tables_of(bot.database) == before
    assert ("bot_token_revoked" in logged.getvalue()) == ("bot" in tokens)


async def _execute(bot: Application, statement: str) -> None:
    async with bot.database.engine.begin() as connection:
        await connection.execute(text(statement))
