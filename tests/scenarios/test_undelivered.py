"""What could not be delivered: a steward sees it in words, sends it again or lets it go."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.outbox import Claim, NewDelivery
from handlers.outbox import DeliveryKind
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.outbox import State
from tests.scenarios.test_outbox import TEAM, in_state, posts, send
from tests.support.people import Person, eventually, text_of
from tests.support.rehearsal import QUICK, REHEARSAL, timetable

SALES = "C0SALES"


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    async with start(settings, timetable=timetable()) as application:
        await slack.until_connected()
        yield application


async def stuck(bot: Application, slack: RunningSandbox, *keys: str) -> None:
    """Give up deliveries to #sales."""
    slack.slack.faults.add(Fault("chat.postMessage", "is_archived", times=len(keys)))
    await send(bot, *(NewDelivery(key, REHEARSAL, channel_id=SALES) for key in keys))
    for key in keys:
        await in_state(bot, State.DEAD, key)


async def the_list(maya: Person) -> View:
    await maya.command("undelivered")
    return await maya.modal_showing("could not be delivered")


async def test_a_steward_reads_what_where_and_why_in_words(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await stuck(bot, slack, "k1")
    shown = text_of([(await the_list(maya)).content])
    assert "*a rehearsal* in <#C0SALES>, due" in shown
    assert "That channel is archived." in shown
    assert "is_archived" not in shown


async def test_send_again_sends_once_and_takes_it_off_the_list(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await stuck(bot, slack, "k1")
    view = await the_list(maya)
    await maya.press(view, "undelivered_again")
    await in_state(bot, State.SENT)
    await maya.modal_showing("Nothing is stuck")
    assert posts(slack, SALES) == ["k1"]


async def test_what_is_let_go_is_never_sent(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await stuck(bot, slack, "k1", "k2")
    view = await the_list(maya)
    await maya.press(view, "undelivered_let_go")
    await in_state(bot, State.DROPPED)
    await eventually(lambda: maya.modal and str(maya.modal.content).count("Let it go") == 2)
    assert posts(slack, SALES) == []


async def test_one_that_may_have_arrived_is_looked_for_before_it_is_sent_again(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "lost_answer"))
    slack.slack.faults.add(Fault("conversations.history", "fatal_error", times=None))
    async with bot.database.transaction() as session:
        await bot.use_cases.outbox.add(
            session, TEAM, [NewDelivery("k1", REHEARSAL, channel_id=SALES)]
        )
    await _run_out_of_attempts(bot)
    await in_state(bot, State.DEAD)
    slack.slack.faults.clear()
    view = await the_list(maya)
    assert "It may have arrived all the same" in text_of([view.content])
    await maya.press(view, "undelivered_again")
    await in_state(bot, State.SENT)
    assert posts(slack, SALES) == ["k1"]


async def test_what_has_been_overtaken_is_not_sent_and_that_is_said(
    slack: RunningSandbox, settings: Settings, logged: io.StringIO, maya: Person
) -> None:
    said: list[dict[str, Any] | None] = [{"text": "k1"}, None]

    async def once(_claim: Claim) -> dict[str, Any] | None:
        return said.pop(0)

    overtaken = Timetable(
        deliveries=(DeliveryKind(REHEARSAL, "a rehearsal", once),), pace=QUICK, tick_seconds=0.05
    )
    async with start(settings, timetable=overtaken) as bot:
        await slack.until_connected()
        await stuck(bot, slack, "k1")
        await maya.press(await the_list(maya), "undelivered_again")
        await maya.modal_showing("There is nothing to send any more of *a rehearsal*")
        await in_state(bot, State.DROPPED)
        assert posts(slack, SALES) == []


async def test_others_learn_whom_to_ask(bot: Application, tom: Person) -> None:
    await tom.command("undelivered")
    await tom.modal_showing("Only a steward can do this")


async def test_where_nothing_is_stuck_the_list_says_so(bot: Application, maya: Person) -> None:
    await maya.command("undelivered")
    await maya.modal_showing("Nothing is stuck")


async def _run_out_of_attempts(bot: Application) -> None:
    """As if it had been looked for in vain for hours."""
    await in_state(bot, State.SENDING)
    async with bot.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE delivery SET attempts = 99")
