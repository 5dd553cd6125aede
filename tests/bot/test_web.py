"""Slack over HTTP: only signed, fresh and reasonably sized requests get through."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot import impatience, web
from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.web import MAX_BODY_BYTES
from sandbox.server import RunningSandbox
from storage.database import Database
from tests.support.people import eventually
from tests.support.web import served


@pytest.fixture
async def http_bot(slack: RunningSandbox, sqlite_url: str) -> AsyncIterator[Application]:
    settings = Settings.model_validate(
        {**slack.environment, "DATABASE_URL": sqlite_url, "COHERENCE_TRANSPORT": "http"}
    )
    async with start(settings) as application:
        yield application


@pytest.fixture
async def url(http_bot: Application) -> AsyncIterator[str]:
    """The address of the bot's web server."""
    async with served(http_bot) as address:
        yield address


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def signed(secret: str, body: bytes, *, age: int = 0) -> dict[str, str]:
    timestamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }


@pytest.fixture
def secret(slack: RunningSandbox) -> str:
    return slack.environment["SLACK_SIGNING_SECRET"]


def command(slack: RunningSandbox, text: str) -> bytes:
    """A slash command as Slack sends it, answering to a response_url of the sandbox."""
    url = slack.slack.response_urls.make("U0MAYA", "C0ONBOARD")
    url.acknowledged.set()
    fields = {
        "command": "/coherence",
        "text": text,
        "team_id": slack.world.team.id,
        "user_id": "U0MAYA",
        "channel_id": "C0ONBOARD",
        "trigger_id": "1.2.3",
        "response_url": url.address,
    }
    return urlencode(fields).encode()


async def test_a_signed_command_is_acked_and_answered(
    http: aiohttp.ClientSession, url: str, secret: str, slack: RunningSandbox
) -> None:
    body = command(slack, "help")
    async with http.post(f"{url}/slack/events", data=body, headers=signed(secret, body)) as answer:
        assert (answer.status, await answer.text()) == (200, "")
    seen = await eventually(
        lambda: [m for m in slack.world.messages.seen_by("U0MAYA", "C0ONBOARD") if m.visible_to]
    )
    assert "What I keep" in str(seen[0].blocks)


@pytest.mark.parametrize("forgery", [("another", 0), (None, 301)], ids=["forged", "stale"])
async def test_a_forged_or_stale_signature_is_refused_and_nothing_happens(
    http: aiohttp.ClientSession,
    url: str,
    secret: str,
    slack: RunningSandbox,
    http_bot: Application,
    forgery: tuple[str | None, int],
) -> None:
    body = command(slack, "help")
    headers = signed(forgery[0] or secret, body, age=forgery[1])
    async with http.post(f"{url}/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 401
    await http_bot.in_flight.drain()
    assert not any(m.visible_to for m in slack.world.messages.seen_by("U0MAYA", "C0ONBOARD"))


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_request_without_a_signature_is_refused(
    http: aiohttp.ClientSession, url: str, secret: str, slack: RunningSandbox, missing: str
) -> None:
    body = command(slack, "help")
    headers = {name: v for name, v in signed(secret, body).items() if name != missing}
    async with http.post(f"{url}/slack/events", data=body, headers=headers) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(("extra", "status"), [(0, 401), (1, 413)])
async def test_a_body_over_four_megabytes_is_refused_before_it_is_read(
    http: aiohttp.ClientSession, url: str, extra: int, status: int
) -> None:
    body = io.BytesIO(b"x" * (MAX_BODY_BYTES + extra))
    async with http.post(f"{url}/slack/events", data=body) as answer:
        assert answer.status == status


async def test_a_body_that_is_no_utf8_is_refused(http: aiohttp.ClientSession, url: str) -> None:
    async with http.post(f"{url}/slack/events", data=b"\xff\xfe") as answer:
        assert answer.status == 400


async def test_health_and_readiness_are_told(http: aiohttp.ClientSession, url: str) -> None:
    async with http.get(f"{url}/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    async with http.get(f"{url}/ready") as answer:
        assert answer.status == 200
        assert await answer.json() == {
            "ready": True,
            "database": True,
            "worker": True,
            "last_event_seconds": None,
        }


async def test_readiness_tells_how_long_ago_slack_last_sent_something(
    http: aiohttp.ClientSession, url: str, secret: str, slack: RunningSandbox
) -> None:
    for key, seen in (("another", False), (secret, True)):
        body = command(slack, "help")
        await http.post(f"{url}/slack/events", data=body, headers=signed(key, body))
        async with http.get(f"{url}/ready") as answer:
            age = (await answer.json())["last_event_seconds"]
        assert (age is not None and 0 <= age < 60) == seen


async def test_readiness_notices_a_worker_that_stopped(
    http: aiohttp.ClientSession, url: str, http_bot: Application
) -> None:
    await http_bot.worker.stop()
    async with http.get(f"{url}/ready") as answer:
        said = await answer.json()
    assert (answer.status, said["ready"], said["worker"]) == (503, False, False)


async def test_readiness_notices_a_database_that_does_not_answer(
    http: aiohttp.ClientSession,
    url: str,
    http_bot: Application,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "broken.db").write_bytes(b"no database")
    broken = Database(f"sqlite:///{tmp_path / 'broken.db'}")
    # Closing the bot's own would leave open what its worker has in hand.
    with monkeypatch.context() as patched:
        patched.setattr(http_bot.database, "engine", broken.engine)
        async with http.get(f"{url}/ready") as answer:
            said = await answer.json()
    await broken.close()
    assert (answer.status, said["database"], said["worker"]) == (503, False, True)


async def test_readiness_notices_a_socket_that_is_gone(bot: Application) -> None:
    assert (await bot.readiness()).parts["socket"]
    assert bot.socket is not None
    await bot.socket.client.disconnect()  # type: ignore[no-untyped-call]
    assert not (await bot.readiness()).parts["socket"]


HALF_A_HEADER = b"POST /slack/events HTTP/1.1\r\nHost: here\r\n"


@pytest.mark.parametrize(
    "begun",
    [b"", HALF_A_HEADER, HALF_A_HEADER + b"Content-Length: 9\r\n\r\nhalf"],
    ids=["nothing", "half a header", "half a body"],
)
async def test_a_request_that_never_ends_is_cut_off(
    url: str, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(impatience, "HEADERS_SECONDS", 0.2)
    monkeypatch.setattr(web, "BODY_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(begun)
    async with asyncio.timeout(4):
        await reader.read()
    writer.close()


async def test_a_second_request_that_never_ends_is_cut_off_too(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatience, "HEADERS_SECONDS", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n")
    await reader.readuntil(b'{"status":"ok"}')
    writer.write(HALF_A_HEADER)
    async with asyncio.timeout(4):
        await reader.read()
    writer.close()
