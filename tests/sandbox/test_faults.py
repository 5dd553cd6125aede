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


async def test_a_stuck_answer_means_the_work_was_done_and_nobody_says_so(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("faults", method="chat.postMessage", kind="stuck_answer", seconds=0)
    with pytest.raises(aiohttp.ClientError):
        await post(app, "said after all")
    assert (await controls.messages("U0MAYA", SALES))[-1]["text"] == "said after all"


async def test_hanging_ends_when_the_caller_has_gone(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="hang", seconds=600)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await post(app)
    async with asyncio.timeout(40):
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


async def test_a_dropped_call_is_not_done(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="dropped")
    with pytest.raises(aiohttp.ClientError):
        await post(app, "never said")
    assert (await controls.messages("U0MAYA", SALES))[-1]["text"] != "never said"


@pytest.mark.parametrize(("kind", "expected"), [("http_502", 502), ("http_503", 503)])
async def test_servers_fail_in_several_ways(
    app: MinimalApp, controls: Controls, kind: str, expected: int
) -> None:
    await controls.post("faults", method="*", kind=kind)
    assert (await post(app))[0] == expected


async def test_a_storm_lasts_until_it_is_cleared(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="*", kind="ratelimited", times=None)
    assert [(await post(app))[0] for _ in range(3)] == [429] * 3
    await controls.post("faults", clear=True)
    assert (await post(app))[0] == 200


@pytest.mark.parametrize(
    ("method", "kind"), [("views.open", "is_archived"), ("*", "is_archved"), ("users.info", "slw")]
)
async def test_a_fault_that_slack_never_answers_is_refused(
    controls: Controls, method: str, kind: str
) -> None:
    status, body = await controls.try_post("faults", method=method, kind=kind)
    assert (status, "never answers" in body["error"]) == (400, True)


async def test_a_missing_scope_names_the_scope(app: MinimalApp, controls: Controls) -> None:
    await controls.post("faults", method="chat.postMessage", kind="missing_scope")
    answer = await app.call("chat.postMessage", channel=SALES, text="x")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")


async def test_the_lab_knows_what_is_armed_and_what_could_be(controls: Controls) -> None:
    await controls.post("faults", method="users.info", kind="slow", times=2)
    lab = await controls.get("lab")
    assert [(fault["method"], fault["times"]) for fault in lab["faults"]] == [("users.info", 2)]
    assert "not_in_channel" in lab["errors"]["chat.postMessage"]
    assert "token_revoked" in lab["common_errors"]
    assert (lab["rate_limits"], lab["last_event"], lab["transport"]) == (False, None, "socket")


async def test_faults_can_be_listed_and_cleared(app: MinimalApp, controls: Controls) -> None:
    listed = await controls.post("faults", method="chat.postMessage", kind="slow", times=3)
    assert [(fault["kind"], fault["times"]) for fault in listed["faults"]] == [("slow", 3)]
    assert (await controls.post("faults", clear=True))["faults"] == []
    assert (await post(app))[0] == 200
