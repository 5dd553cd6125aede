"""What is due is said in Slack once, whatever Slack does in between."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import Application, start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.outbox import Method, NewDelivery
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.outbox import Delivery, State, find_delivery
from tests.support.people import Person, text_of
from tests.support.rehearsal import QUICK, REHEARSAL, timetable

SALES, SUPPORT, RANDOM = "C0SALES", "C0SUPPORT", "C0RANDOM"
TEAM = "T0LARKFIELD"


class MovableClock:
    """The application's clock, moved by a test."""

    def __init__(self) -> None:
        self.shift = timedelta(0)

    def __call__(self) -> datetime:
        return system_clock() + self.shift


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: MovableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    async with start(settings, clock, timetable()) as application:
        await slack.until_connected()
        yield application


async def send(bot: Application, *new: NewDelivery) -> None:
    async with bot.database.transaction() as session:
        await bot.use_cases.outbox.add(session, TEAM, new)


def to(channel: str, key: str = "k1", thread_ts: str | None = None) -> NewDelivery:
    return NewDelivery(key, REHEARSAL, channel_id=channel, thread_ts=thread_ts)


def posts(slack: RunningSandbox, channel: str) -> list[str]:
    """The keys of what was posted in a channel, in order."""
    return [_key(m) for m in slack.world.messages.public(channel) if m.metadata]


def _key(message: Message) -> str:
    assert message.metadata is not None
    return str(message.metadata["event_payload"]["key"])


async def in_state(bot: Application, state: State, key: str = "k1") -> Delivery:
    """The delivery, once it has come so far."""
    async with asyncio.timeout(40):
        while True:
            async with bot.database.reading() as session:
                delivery = await find_delivery(session, TEAM, key)
            if delivery is not None and delivery.state == state:
                return delivery
            await asyncio.sleep(0.01)


async def test_what_is_put_into_the_outbox_is_posted_with_its_key(
    bot: Application, slack: RunningSandbox
) -> None:
    await send(bot, to(SALES))
    delivery = await in_state(bot, State.SENT)
    [message] = [m for m in slack.world.messages.public(SALES) if m.metadata]
    assert (message.ts, _key(message)) == (delivery.ts, "k1")


async def test_the_same_key_is_sent_once(bot: Application, slack: RunningSandbox) -> None:
    await send(bot, to(SALES))
    await send(bot, to(SALES), to(SALES, "k2"))
    await in_state(bot, State.SENT, "k2")
    assert posts(slack, SALES) == ["k1", "k2"]


async def test_a_person_is_written_to_directly(bot: Application, slack: RunningSandbox) -> None:
    maya = Person(slack)
    await send(bot, NewDelivery("k1", REHEARSAL, user_id=maya.id))
    await in_state(bot, State.SENT)
    assert "Rehearsal k1" in text_of((await maya.direct_answer()).blocks)


@pytest.mark.parametrize("kind", ["stuck_answer", "lost_answer"])
@pytest.mark.parametrize("threaded", [False, True], ids=["channel", "thread"])
async def test_a_post_that_slack_took_without_saying_so_is_found_and_not_repeated(
    bot: Application, slack: RunningSandbox, kind: str, *, threaded: bool
) -> None:
    parent = Person(slack).say("A thread?", SALES) if threaded else None
    slack.slack.faults.add(Fault("chat.postMessage", kind))
    await send(bot, to(SALES, thread_ts=parent.ts if parent else None))
    delivery = await in_state(bot, State.SENT)
    places = slack.world.messages.replies(parent) if parent else slack.world.messages.public(SALES)
    [message] = [m for m in places if m.metadata]
    assert message.ts == delivery.ts


@pytest.mark.parametrize("kind", ["hang", "dropped", "http_500", "http_503", "fatal_error"])
async def test_a_post_that_slack_did_not_take_is_sent_after_looking(
    bot: Application, slack: RunningSandbox, kind: str
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", kind, times=2))
    await send(bot, to(SALES))
    await in_state(bot, State.SENT)
    assert posts(slack, SALES) == ["k1"]
    names = [entry["name"] for entry in slack.slack.traffic.since()]
    assert names.count("conversations.history") == 2


async def test_where_history_cannot_be_read_an_unclear_post_is_sent_again(
    bot: Application, slack: RunningSandbox
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "lost_answer"))
    slack.slack.faults.add(Fault("conversations.history", "missing_scope", times=None))
    await send(bot, to(SALES))
    await in_state(bot, State.SENT)
    assert posts(slack, SALES) == ["k1", "k1"]


async def test_looking_is_tried_again_while_slack_has_a_bad_day(
    bot: Application, slack: RunningSandbox
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "lost_answer"))
    slack.slack.faults.add(Fault("conversations.history", "http_500"))
    await send(bot, to(SALES))
    await in_state(bot, State.SENT)
    assert posts(slack, SALES) == ["k1"]


async def test_a_direct_message_is_looked_for_where_an_earlier_one_was_posted(
    bot: Application, slack: RunningSandbox
) -> None:
    maya = Person(slack)
    await send(bot, NewDelivery("k1", REHEARSAL, user_id=maya.id))
    await in_state(bot, State.SENT)
    slack.slack.faults.add(Fault("chat.postMessage", "lost_answer"))
    await send(bot, NewDelivery("k2", REHEARSAL, user_id=maya.id))
    await in_state(bot, State.SENT, "k2")
    assert posts(slack, maya.direct_channel) == ["k1", "k2"]


async def test_a_long_wait_that_slack_asks_for_is_kept_and_counts_as_no_attempt(
    bot: Application, slack: RunningSandbox, clock: MovableClock
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "ratelimited", retry_after=7200))
    await send(bot, to(SALES))
    delivery = await in_state(bot, State.FAILED)
    assert delivery.attempts == 0
    assert delivery.next_attempt_at > clock() + timedelta(minutes=119)
    clock.shift = timedelta(hours=2)
    await in_state(bot, State.SENT)
    assert posts(slack, SALES) == ["k1"]


@pytest.mark.parametrize("error", ["is_archived", "channel_not_found", "msg_too_long", "no_text"])
async def test_what_slack_will_never_take_is_given_up_at_once(
    bot: Application, slack: RunningSandbox, error: str
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", error))
    await send(bot, to(SALES))
    delivery = await in_state(bot, State.DEAD)
    assert (delivery.error, delivery.attempts, delivery.unsure_since) == (error, 1, None)


async def test_a_token_that_is_refused_for_a_while_loses_nothing(
    bot: Application, slack: RunningSandbox
) -> None:
    slack.slack.faults.add(Fault("chat.postMessage", "token_revoked", times=3))
    await send(bot, to(SALES))
    delivery = await in_state(bot, State.SENT)
    assert delivery.attempts == 4


async def test_a_channel_that_hangs_holds_up_no_other(
    slack: RunningSandbox, settings: Settings, clock: MovableClock, logged: io.StringIO
) -> None:
    patient = replace(QUICK, call=timedelta(seconds=20), lease=timedelta(seconds=30))
    slack.slack.faults.add(Fault("chat.postMessage", "hang", seconds=3))
    async with start(settings, clock, timetable(patient)) as bot:
        await send(bot, to(SALES))
        await in_state(bot, State.SENDING)
        await send(bot, *(to(SUPPORT, f"s{n}") for n in range(3)))
        await in_state(bot, State.SENT, "s2")
        await in_state(bot, State.SENDING)
    assert posts(slack, SUPPORT) == ["s0", "s1", "s2"]


async def test_a_message_that_cannot_be_written_is_given_up_and_holds_up_no_other(
    bot: Application,
) -> None:
    broken = NewDelivery("broken", REHEARSAL, {"fail": True}, channel_id=SALES)
    await send(bot, broken, to(SUPPORT))
    await in_state(bot, State.SENT)
    delivery = await in_state(bot, State.DEAD, "broken")
    assert delivery.error == "render_failed"


async def test_what_has_nothing_to_say_any_more_is_dropped(
    bot: Application, slack: RunningSandbox
) -> None:
    await send(bot, NewDelivery("k1", REHEARSAL, {"silent": True}, channel_id=SALES))
    await in_state(bot, State.DROPPED)
    assert posts(slack, SALES) == []


async def test_a_channel_gets_one_message_and_then_has_a_rest(
    slack: RunningSandbox, settings: Settings, clock: MovableClock, logged: io.StringIO
) -> None:
    pace = replace(QUICK, between=timedelta(hours=1))
    async with start(settings, clock, timetable(pace)) as bot:
        await send(bot, to(SALES), to(SALES, "k2"), to(SUPPORT, "k3"))
        await in_state(bot, State.SENT)
        await in_state(bot, State.SENT, "k3")
        await in_state(bot, State.DUE, "k2")
        assert posts(slack, SALES) == ["k1"]


async def test_a_message_is_changed_in_place(bot: Application, slack: RunningSandbox) -> None:
    await send(bot, to(SALES))
    first = await in_state(bot, State.SENT)
    slack.slack.faults.add(Fault("chat.update", "lost_answer"))
    change = NewDelivery("k2", REHEARSAL, {"ts": first.ts}, channel_id=SALES)
    await send(bot, replace(change, method=Method.UPDATE))
    await in_state(bot, State.SENT, "k2")
    [message] = [m for m in slack.world.messages.public(SALES) if m.metadata]
    assert message.text.startswith("Rehearsal k2")


def test_a_client_of_the_outbox_tries_nothing_again(bot: Application) -> None:
    client: AsyncWebClient = bot.worker._sender._client
    assert client.retry_handlers == []
