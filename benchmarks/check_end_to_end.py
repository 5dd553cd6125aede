"""One check by Socket Mode through the local Slack, against a bare Bolt app that only acks.

Both run in this process on the same event loop, one after the other, a command at a time. The
check's time runs until its answer stands in the channel: ack, rules, a commit to SQLite, and the
call to the response_url.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import Measure
from benchmarks.local_bot import CHANNEL, USER, local_bot, local_slack
from sandbox.server import RunningSandbox

ROUNDS = 60
WARM_UP = 5
DRAFT = "With Larkfield you are guaranteed to get your money, and our project team helps 24/7."


def run() -> list[Measure]:
    """Measure both and compare."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    bare = await _bare_acks()
    acks, answers = await _checks()
    return [
        Measure("bare Bolt handler, ack", bare * 1_000, "ms", "median; the floor"),
        Measure("check, ack", acks / bare, "×", "against the bare handler's ack"),
        Measure("check, answer in the channel", answers / bare, "×", "against the same"),
    ]


async def _bare_acks() -> float:
    async with local_slack() as slack, _bare_bolt(slack):
        return await _median(lambda: _timed(slack, "check", answered=False))


async def _checks() -> tuple[float, float]:
    async with local_slack() as slack, local_bot(slack):
        text = f"check {DRAFT}"
        acks = await _median(lambda: _timed(slack, text, answered=False))
        return acks, await _median(lambda: _timed(slack, text, answered=True))


async def _median(measure: Callable[[], Awaitable[float]]) -> float:
    times = [await measure() for _ in range(WARM_UP + ROUNDS)]
    return statistics.median(times[WARM_UP:])


async def _timed(slack: RunningSandbox, text: str, *, answered: bool) -> float:
    before = _answers(slack)
    began = time.perf_counter()
    acked = await slack.people.command(USER, CHANNEL, "/coherence", text)
    assert acked == {"ok": True}, acked
    took = time.perf_counter() - began
    if answered:
        while _answers(slack) == before:  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0)
        took = time.perf_counter() - began
    return took


def _answers(slack: RunningSandbox) -> int:
    seen = slack.world.messages.seen_by(USER, CHANNEL)
    return sum(message.visible_to == USER for message in seen)


@asynccontextmanager
async def _bare_bolt(slack: RunningSandbox) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as session:
        token = slack.environment["SLACK_BOT_TOKEN"]
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=session)
        app = AsyncApp(client=client, signing_secret="unused")  # noqa: S106 - Socket Mode signs nothing

        async def only_ack(ack: AsyncAck) -> None:
            await ack()

        app.command("/coherence")(only_ack)
        web_client = AsyncWebClient(base_url=slack.api_url, session=session)
        handler = AsyncSocketModeHandler(
            app, slack.environment["SLACK_APP_TOKEN"], web_client=web_client
        )
        await handler.client.connect()  # type: ignore[no-untyped-call]
        await slack.until_connected()
        try:
            yield
        finally:
            await handler.client.close()  # type: ignore[no-untyped-call]
