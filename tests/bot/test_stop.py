"""A signal ends the bot politely: what is under way is finished, nothing new is begun."""

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from tests.bot.cli import ROOT, clean_environment
from tests.bot.test_web import command, signed
from tests.support.people import ONBOARDING, Person

PATIENCE = 20.0
SLOW = 1.0
_WRONG = re.compile(r"\[error|Traceback|unfinished")


@asynccontextmanager
async def running_bot(
    slack: RunningSandbox, database_url: str, transport: str, **more: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`coherence run` as a process of its own, ready, and the address of its web server."""
    port = _free_port()
    environment = clean_environment(
        **slack.environment,
        DATABASE_URL=database_url,
        COHERENCE_TRANSPORT=transport,
        COHERENCE_PORT=str(port),
        **more,
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        await _until_ready(process, url)
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_bot_with_nothing_to_do_stops_with_zero(
    slack: RunningSandbox, sqlite_url: str, number: int
) -> None:
    async with running_bot(slack, sqlite_url, "socket") as (process, _):
        process.send_signal(number)
        assert await _ended(process) == (0, "")


async def test_over_a_socket_an_answer_under_way_is_sent_and_no_other_is_begun(
    slack: RunningSandbox, sqlite_url: str
) -> None:
    maya, tom = Person(slack, "U0MAYA"), Person(slack, "U0TOM")
    async with running_bot(slack, sqlite_url, "socket") as (process, url):
        slack.slack.faults.add(Fault("response_url", "slow", seconds=SLOW))
        await maya.command("help")
        process.send_signal(signal.SIGTERM)
        await eventually_async(lambda: _refuses(url))
        late = asyncio.create_task(slack.people.command(tom.id, ONBOARDING, "/coherence", "help"))
        assert await _ended(process) == (0, "")
    late.cancel()
    assert len(maya.private_answers()) == 1
    assert not tom.private_answers()


async def test_over_http_an_answer_under_way_is_sent_and_no_other_is_begun(
    slack: RunningSandbox, sqlite_url: str
) -> None:
    maya = Person(slack, "U0MAYA")
    async with running_bot(slack, sqlite_url, "http") as (process, url):
        slack.slack.faults.add(Fault("response_url", "slow", seconds=SLOW))
        body = command(slack, "help")
        headers = signed(slack.environment["SLACK_SIGNING_SECRET"], body)
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{url}/slack/events", data=body, headers=headers) as answer:
                assert answer.status == 200
            process.send_signal(signal.SIGTERM)
            await eventually_async(lambda: _refuses(url))
        assert await _ended(process) == (0, "")
    assert len(maya.private_answers()) == 1


async def test_a_client_that_never_finishes_its_request_does_not_hold_the_stop(
    slack: RunningSandbox, sqlite_url: str
) -> None:
    async with running_bot(slack, sqlite_url, "http") as (process, url):
        port = int(url.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: here\r\n")
        await writer.drain()
        process.send_signal(signal.SIGTERM)
        assert (await _ended(process))[0] == 0
        writer.close()


async def eventually_async(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await look():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.005)


async def _until_ready(process: asyncio.subprocess.Process, url: str) -> None:
    async with aiohttp.ClientSession() as http:

        async def ready() -> bool:
            assert process.returncode is None, await _errors(process)
            try:
                async with http.get(f"{url}/ready") as answer:
                    return answer.status == 200
            except aiohttp.ClientError:
                return False

        await eventually_async(ready)


async def _refuses(url: str) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    except ConnectionError:
        return True
    writer.close()
    return False


async def _ended(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """The exit code, and what went wrong by the log."""
    async with asyncio.timeout(PATIENCE):
        logged = await _errors(process)
        code = await process.wait()
    return code, "\n".join(line for line in logged.splitlines() if _WRONG.search(line))


async def _errors(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    return (await process.stderr.read()).decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
