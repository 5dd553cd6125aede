"""Slack on a bad day: the person gets an answer or a sentence, and nothing is answered twice."""

import io

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from storage.check import NarrativeCheck
from tests.support.people import Person, eventually, text_of

DRAFT = "With Larkfield you are guaranteed to get your money."


@pytest.fixture(autouse=True)
def _published(onboarding: object) -> None:
    """Every scenario here has a narrative to check against."""


async def checks(bot: Application) -> int:
    async with bot.database.reading() as session:
        return len((await session.exec(select(NarrativeCheck))).all())


@pytest.mark.parametrize("kind", ["ratelimited", "http_500"])
async def test_an_answer_that_slack_refuses_for_a_moment_arrives_once(
    bot: Application, slack: RunningSandbox, maya: Person, kind: str
) -> None:
    slack.slack.faults.add(Fault("response_url", kind, times=1, retry_after=0))
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    assert "“guaranteed”" in text_of(answer.blocks)
    await bot.in_flight.drain()
    assert len(maya.private_answers()) == 1
    assert await checks(bot) == 1


@pytest.mark.parametrize("kind", ["ratelimited", "http_500"])
async def test_a_direct_answer_that_slack_refuses_for_a_moment_arrives_once(
    bot: Application, slack: RunningSandbox, maya: Person, kind: str
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", kind, times=1, retry_after=0))
    maya.say(DRAFT)
    await maya.direct_answer()
    await bot.in_flight.drain()
    assert len(maya.direct_answers()) == 1


async def test_a_post_whose_answer_was_lost_is_not_repeated(
    bot: Application, slack: RunningSandbox, maya: Person, logged: io.StringIO
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "lost_answer", times=1))
    maya.say(DRAFT)
    await maya.direct_answer()
    await bot.in_flight.drain()
    verdicts = [m for m in maya.direct_answers() if "Checked against" in text_of(m.blocks)]
    assert len(verdicts) == 1
    assert "slack_failed" in logged.getvalue()


async def test_a_modal_that_cannot_be_filled_says_so_with_a_reference(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    slack.slack.faults.add(Fault("views.update", "http_500", times=3))
    await maya.command("check")
    shown = await maya.modal_showing("Something went wrong on our side")
    assert "the reference" in text_of([shown.content])


async def test_a_modal_closed_while_loading_is_no_error(
    bot: Application, slack: RunningSandbox, maya: Person, logged: io.StringIO
) -> None:
    slack.slack.faults.add(Fault("views.update", "not_found", times=1))
    await maya.command("check")
    await bot.in_flight.drain()
    assert "failed" not in logged.getvalue()


async def test_a_trigger_that_expired_is_told_where_it_can_be(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    slack.slack.faults.add(Fault("views.open", "expired_trigger_id", times=1))
    await maya.command("narrative")
    answer = await maya.private_answer()
    assert answer.text.startswith("Something went wrong on our side")


async def test_a_database_that_is_gone_is_told_with_a_reference_and_no_words(
    bot: Application, maya: Person, logged: io.StringIO
) -> None:
    async with bot.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE check_finding RENAME TO gone")
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    reference = answer.text.rstrip(".").rpartition(" ")[2]
    assert reference in logged.getvalue()
    assert "guaranteed" not in logged.getvalue()
    assert await checks(bot) == 0


async def test_a_form_keeps_its_text_when_the_database_fails(
    bot: Application, maya: Person
) -> None:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    async with bot.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE check_finding RENAME TO gone")
    refused = await maya.submit(form, draft=DRAFT)
    assert refused["errors"]["draft"].startswith("Something went wrong on our side")
    assert maya.modal is form


async def test_a_dropped_connection_is_opened_again(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await slack.slack.socket_mode.close()
    await slack.until_connected()
    await maya.command("help")
    assert await eventually(maya.private_answers)
