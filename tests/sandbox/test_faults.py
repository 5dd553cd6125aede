import asyncio

import aiohttp
import pytest

from tests.sandbox.minimal_app import Controls, Json, MinimalApp

SALES = "C0SALES"


async def post(app: MinimalApp, text: str = "hello") -> tuple[int, dict[str, str], str]:
    token = app.sandbox.environment["SLACK_BOT_TOKEN"]
    async with app.session.post(
        f"{app.sandbox.api_url}chat.postMessage",
        json={"channel": SALES, "text": text},
        headers={"Authorization": f"Bearer {token}"},
    ) as response:
        return response.status, dict(response.headers), await response.text()


async def logged(controls: Controls) -> list[Json]:
    entries = (await controls.get("traffic"))["entries"]
    return [entry for entry in entries if entry["name"] == "chat.postMessage"]


async def test_a_rate_limit_says_how_long_to_wait(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="ratelimited", retry_after=7)
    status, headers, body = await post(app)
    assert (status, headers["Retry-After"]) == (429, "7")
    assert "ratelimited" in body
    assert (await post(app))[0] == 200


async def test_a_server_error_is_not_json(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="*", kind="http_500", times=2)
    for _ in range(2):
        status, _, body = await post(app)
        assert (status, body[:9]) == (500, "<!DOCTYPE")
    assert (await post(app))[0] == 200


async def test_any_slack_error_can_be_asked_for(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="is_archived")
    assert (await app.call("chat.postMessage", channel=SALES, text="x"))["error"] == "is_archived"


async def test_a_lost_answer_means_the_work_was_done(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="lost_answer")
    with pytest.raises(aiohttp.ClientError):
        await post(app, "said after all")
    assert (await controls.messages("U0MAYA", SALES))[-1]["text"] == "said after all"
    assert (await logged(controls))[-1]["status"] == "no answer"


async def test_hanging_ends_when_the_seconds_have_passed(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("faults", method="chat.postMessage", kind="hang", seconds=0)
    with pytest.raises(aiohttp.ClientError):
        await post(app, "never said")
    assert (await controls.messages("U0MAYA", SALES))[-1]["text"] != "never said"


async def test_hanging_ends_when_the_caller_has_gone(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="hang", seconds=600)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await post(app)
    async with asyncio.timeout(5):
        while not await logged(controls):
            continue


async def test_a_slow_answer_is_a_right_one(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="slow", seconds=0.05)
    assert (await post(app))[0] == 200
    assert (await logged(controls))[-1]["ms"] >= 50


async def test_response_urls_and_connections_can_fail_too(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("command", user="U0MAYA", channel=SALES, command="/try")
    url = (await app.next_payload())["response_url"]
    await controls.post("faults", method="response_url", kind="http_500")
    async with app.session.post(url, json={"text": "x"}) as response:
        assert response.status == 500
    await controls.post("faults", method="apps.connections.open", kind="internal_error")
    assert (await app.call("apps.connections.open"))["error"] == "internal_error"


async def test_faults_can_be_listed_and_cleared(app: MinimalApp, controls: Controls) -> None:
    listed = await controls.post("faults", method="chat.postMessage", kind="slow", times=3)
    assert [(fault["kind"], fault["times"]) for fault in listed["faults"]] == [("slow", 3)]
    assert (await controls.post("faults", clear=True))["faults"] == []
    assert (await post(app))[0] == 200
