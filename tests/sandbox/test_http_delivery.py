"""Slack over HTTP: what is sent, how it is signed, and what the answers mean."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from sandbox.http_delivery import NotVerifiedError
from sandbox.local_slack import Settings
from sandbox.server import RunningSandbox, start
from tests.sandbox.blocks import modal
from tests.sandbox.http_app import HttpApp
from tests.sandbox.minimal_app import Controls

MAYA, SALES = "U0MAYA", "C0SALES"
TRY = {"user": MAYA, "channel": SALES, "command": "/try"}


@pytest.fixture
def sandbox_settings(sandbox_settings: Settings) -> Settings:
    return replace(sandbox_settings, transport="http")


@pytest.fixture
async def app(sandbox: RunningSandbox) -> AsyncIterator[HttpApp]:
    app = HttpApp()
    async with app.served():
        await sandbox.send_to(app.url)
        yield app


@pytest.fixture
async def late_app(sandbox_settings: Settings) -> AsyncIterator[tuple[HttpApp, RunningSandbox]]:
    """An app that holds its answers back, in a sandbox that waits a twentieth of a second."""
    app = HttpApp()
    running = await start(replace(sandbox_settings, ack_seconds=0.05))
    async with app.served():
        await running.send_to(app.url)
        app.open.clear()
        yield app, running
    await running.stop()


def statuses(sandbox: RunningSandbox) -> list[object]:
    entries = sandbox.slack.traffic.since()
    return [entry["status"] for entry in entries if entry["direction"] == "to_app"]


async def test_a_command_is_a_signed_form(
    app: HttpApp, sandbox: RunningSandbox, controls: Controls
) -> None:
    assert await controls.post("command", **TRY, text="A & B") == {"ok": True}
    received = await app.next()
    assert received.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert received.form["text"] == "A &amp; B"
    assert received.form["response_url"].startswith(sandbox.url)
    timestamp = received.headers["X-Slack-Request-Timestamp"]
    assert abs(int(timestamp) - time.time()) < 60
    verifier = SignatureVerifier(sandbox.environment["SLACK_SIGNING_SECRET"])
    assert verifier.is_valid(received.body, timestamp, received.headers["X-Slack-Signature"])
    assert "X-Slack-Retry-Num" not in received.headers


async def test_an_interaction_is_json_inside_a_form(app: HttpApp, controls: Controls) -> None:
    assert await controls.post("shortcut", user=MAYA, callback_id="anywhere") == {"ok": True}
    received = await app.next()
    assert list(received.form) == ["payload"]
    assert received.json["type"] == "shortcut"


async def test_an_event_is_json(app: HttpApp, controls: Controls) -> None:
    await controls.post("message", user=MAYA, channel="D0MAYA", text="hello")
    received = await app.next()
    assert received.headers["Content-Type"] == "application/json"
    assert received.json["event"]["text"] == "hello"


@pytest.mark.parametrize("as_json", [False, True])
async def test_the_answer_to_a_command_is_what_the_member_sees(
    app: HttpApp, controls: Controls, *, as_json: bool
) -> None:
    if as_json:
        app.answers({"text": "Only for you"})
    else:
        app.text = "Only for you"
    assert await controls.post("command", **TRY) == {"ok": True}
    shown = (await controls.messages(MAYA, SALES))[-1]
    assert (shown["text"], shown["ephemeral"]) == ("Only for you", True)


async def test_the_answer_to_a_submission_is_done(
    app: HttpApp, sandbox: RunningSandbox, controls: Controls
) -> None:
    sandbox.slack.views.open(MAYA, modal())
    view_id = (await controls.views(MAYA))[-1]["id"]
    app.answers({"response_action": "errors", "errors": {"field": "Say more."}})
    asked = {"user": MAYA, "view_id": view_id, "state": {"field": {"entered": "x"}}}
    refused = await controls.post("view/submit", **asked)
    assert refused["errors"] == {"field": "Say more."}
    app.text = ""
    assert (await controls.post("view/submit", **asked))["ok"]
    assert await controls.views(MAYA) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, "http_client_error"), (302, "http_client_error"), (500, "http_service_error")],
)
async def test_only_200_is_an_ack(
    app: HttpApp, sandbox: RunningSandbox, controls: Controls, status: int, error: str
) -> None:
    app.status, app.headers = status, {"Location": app.url}
    assert await controls.post("command", **TRY) == {"ok": False, "error": error}
    assert statuses(sandbox) == [status]


async def test_an_app_that_is_gone_is_shown_as_not_connected(
    sandbox: RunningSandbox, controls: Controls
) -> None:
    app = HttpApp()
    async with app.served():
        await sandbox.send_to(app.url)
        assert (await controls.get("state"))["app"]["connected"]
    assert await controls.post("command", **TRY) == {"ok": False, "error": "dispatch_failed"}
    assert not (await controls.get("state"))["app"]["connected"]


async def test_a_late_answer_is_no_ack(
    late_app: tuple[HttpApp, RunningSandbox], session: aiohttp.ClientSession
) -> None:
    _, running = late_app
    answer = await Controls(running, session).post("command", **TRY)
    assert answer == {"ok": False, "error": "operation_timeout"}
    assert statuses(running) == ["no answer"]


async def test_an_event_is_sent_again_with_its_number_and_the_reason(
    late_app: tuple[HttpApp, RunningSandbox],
) -> None:
    app, running = late_app
    running.people.say(MAYA, "D0MAYA", "hello")
    received = [await app.next() for _ in range(4)]
    headers = [(r.headers.get("X-Slack-Retry-Num"), r.headers.get("X-Slack-Retry-Reason"))
               for r in received]  # fmt: skip
    assert headers == [(None, None), *((str(n), "http_timeout") for n in (1, 2, 3))]
    assert len({r.json["event_id"] for r in received}) == 1
    await running.settle()
    assert app.none_waiting()


async def test_an_event_that_the_app_refuses_is_sent_again_as_an_http_error(
    app: HttpApp, sandbox: RunningSandbox
) -> None:
    app.status = 500
    sandbox.people.say(MAYA, "D0MAYA", "hello")
    await app.next()
    assert (await app.next()).headers["X-Slack-Retry-Reason"] == "http_error"


async def test_an_app_may_ask_not_to_be_told_again(app: HttpApp, sandbox: RunningSandbox) -> None:
    app.status, app.headers = 500, {"X-Slack-No-Retry": "1"}
    sandbox.people.say(MAYA, "D0MAYA", "hello")
    await app.next()
    await sandbox.settle()
    assert app.none_waiting()


async def test_the_last_event_is_redelivered_with_the_retry_headers(
    app: HttpApp, sandbox: RunningSandbox, controls: Controls
) -> None:
    sandbox.people.say(MAYA, "D0MAYA", "hello")
    first = await app.next()
    await controls.post("redeliver", times=1)
    again = await app.next()
    assert again.json["event_id"] == first.json["event_id"]
    assert again.headers["X-Slack-Retry-Num"] == "1"


async def test_an_address_that_does_not_give_the_challenge_back_is_refused(
    sandbox: RunningSandbox,
) -> None:
    with pytest.raises(NotVerifiedError, match="did not give the challenge back"):
        await sandbox.send_to(f"{sandbox.url}/sandbox/clock")
    with pytest.raises(NotVerifiedError, match="does not answer"):
        await sandbox.send_to("http://127.0.0.1:9/slack/events")
    assert not sandbox.slack.delivery.connected
