"""What people see of what is kept, and what a departure leaves."""

import asyncio
import io
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.privacy import FORMER
from sandbox.delivery import Envelope
from sandbox.server import RunningSandbox
from storage.database import Database
from tests.storage.holdings import everything_written, tables_of
from tests.support.people import ONBOARDING, Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")


async def tell(slack: RunningSandbox, event: dict[str, Any], **envelope: Any) -> None:
    """Deliver an event about the app itself."""
    payload = {**slack.slack.payloads.event(event), **envelope}
    slack.slack.events.in_background(
        slack.slack.events._deliver_with_retries(Envelope("events_api", payload))
    )
    await slack.settle()


async def test_privacy_says_what_is_kept_about_the_person_who_asks(maya: Person, tom: Person) -> None:
    await maya.command("check Guaranteed.")
    await maya.private_answer()
    await tom.command("privacy")
    assert "No checks" in text_of((await tom.private_answer()).blocks)
    await maya.command("privacy")
    shown = text_of((await eventually(lambda: maya.private_answers()[1:]))[0].blocks)
    assert "1 check: the text, where you asked" in shown
    assert FORMER in shown


async def test_the_button_erases_the_person_and_says_so_in_its_place(
    bot: Application, maya: Person, tom: Person
) -> None:
    for person in (maya, tom):
        await person.command("check Ask Maya Okafor <@U0MAYA|maya>, guaranteed.")
        await person.private_answer()
    await maya.command("privacy")
    [_, kept] = await eventually(lambda: maya.private_answers() if len(maya.private_answers()) > 1 else [])
    await maya.press(kept, "privacy_erase")
    await bot.in_flight.drain()
    answers = [message.text for message in maya.private_answers()]
    assert answers[1].startswith("Done. Nothing of yours is on record any more.")
    assert len(answers) == 2
    written = await everything_written(bot.database)
    assert "U0MAYA" not in written
    assert "Okafor" not in written
    assert "U0TOM" in written


async def test_the_button_asks_once_more(maya: Person) -> None:
    await maya.command("privacy")
    [button] = (await maya.private_answer()).blocks[-1]["elements"]
    assert button["confirm"]["confirm"]["text"] == "Yes, erase them"
    assert button["confirm"]["deny"]["text"] == "Keep them"


async def test_a_check_after_erasing_is_held_against_the_narrative_as_it_is_now(
    bot: Application, maya: Person
) -> None:
    await maya.command("check Guaranteed.")
    await maya.private_answer()
    await maya.command("privacy")
    [_, kept] = await eventually(lambda: maya.private_answers() if len(maya.private_answers()) > 1 else [])
    await maya.press(kept, "privacy_erase")
    await bot.in_flight.drain()
    await maya.command("check Guaranteed.")
    await bot.in_flight.drain()
    assert "Guaranteed" in text_of(maya.private_answers()[-1].blocks)


async def test_who_uninstalls_leaves_nothing(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.command("check Guaranteed.")
    await maya.private_answer()
    await tell(slack, {"type": "app_uninstalled"}, event_time=int(time.time()) + 1)
    assert not any((await tables_of(bot.database)).values())


async def test_an_erasure_that_fails_is_told_again_by_slack_and_then_done(
    bot: Application, slack: RunningSandbox, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    transaction, calls = Database.transaction, []

    def fail_once(self: Database) -> Any:
        calls.append(self)
        if len(calls) == 1:
            raise OperationalError("", {}, Exception("disk full"))
        return transaction(self)

    slack.slack.events._retry_seconds = (0.0, 0.0)
    slack.slack.settings = replace(slack.slack.settings)
    monkeypatch.setattr(Database, "transaction", fail_once)
    slack.slack.socket_mode._ack_seconds = 0.2  # type: ignore[attr-defined]
    await tell(slack, {"type": "app_uninstalled"}, event_time=int(time.time()) + 1)
    assert not any((await tables_of(bot.database)).values())
    assert "failed" in logged.getvalue()


async def test_a_departure_told_again_after_a_new_start_changes_nothing(
    bot: Application, slack: RunningSandbox, settings: Settings, maya: Person
) -> None:
    left = int(time.time()) + 1
    await tell(slack, {"type": "app_uninstalled"}, event_time=left)
    later = bot.clock_now() if hasattr(bot, "clock_now") else None
    del later


@pytest.mark.parametrize("tokens", [{"bot": ["U0CHAMPION"]}, {"oauth": ["U0MAYA"]}])
async def test_a_revoked_token_erases_nothing(
    bot: Application, slack: RunningSandbox, tokens: dict[str, list[str]], logged: io.StringIO
) -> None:
    before = await tables_of(bot.database)
    await tell(slack, {"type": "tokens_revoked", "tokens": tokens})
    await bot.in_flight.drain()
    assert await tables_of(bot.database) == before
    assert ("bot_token_revoked" in logged.getvalue()) == ("bot" in tokens)
