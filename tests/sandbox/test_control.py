import asyncio
import json

import aiohttp
import pytest

from sandbox.local_slack import Settings
from sandbox.server import RunningSandbox
from tests.sandbox.minimal_app import Controls, MinimalApp

MAYA, SALES = "U0MAYA", "C0SALES"


async def test_the_state_shows_what_a_member_sees(controls: Controls) -> None:
    state = await controls.get("state", user=MAYA)
    assert state["team"]["name"] == "Larkfield"
    assert state["app"]["commands"][0]["command"] == "/try"
    assert [s["callback_id"] for s in state["app"]["message_shortcuts"]] == ["on_it"]
    direct = [channel for channel in state["channels"] if channel["is_im"]]
    assert [(channel["id"], channel["with"]) for channel in direct] == [("D0MAYA", "U0CHAMPION")]
    maya = next(member for member in state["members"] if member["id"] == MAYA)
    assert (maya["real_name"], maya["is_admin"]) == ("Maya Okafor", True)


async def test_without_a_member_the_state_is_that_of_the_first_person(controls: Controls) -> None:
    assert (await controls.get("state"))["me"] == MAYA


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("message", {"channel": SALES, "text": "x"}, 400, "user: Field required."),
        ("message", {"user": "U0NOBODY", "channel": SALES, "text": "x"}, 404,
         "There is no member 'U0NOBODY'."),
        ("message", {"user": MAYA, "channel": "D0TOM", "text": "x"}, 404,
         "U0MAYA sees no channel 'D0TOM'."),
        ("message", {"user": MAYA, "channel": SALES, "text": " "}, 400,
         "A message needs text, blocks or files."),
        ("message", {"user": MAYA, "channel": SALES, "txt": "x"}, 400,
         "txt: Extra inputs are not permitted."),
        ("action", {"user": MAYA, "action_id": "a", "block_id": "b"}, 400,
         "Name a view_id, or a channel and ts."),
        ("shortcut", {"user": MAYA, "callback_id": "nope"}, 404,
         "The app has no global shortcut 'nope'."),
        ("faults", {"kind": "slow", "times": 0}, 400,
         "times: Input should be greater than or equal to 1."),
    ],
)  # fmt: skip
async def test_a_wrong_call_is_told_in_one_sentence(
    controls: Controls, path: str, body: dict[str, object], status: int, sentence: str
) -> None:
    assert await controls.try_post(path, **body) == (status, {"error": sentence})


async def test_a_body_that_is_no_json_is_told(
    sandbox: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{sandbox.url}/sandbox/message", data="{") as response:
        assert response.status == 400
        assert (await response.json())["error"].startswith("body: Invalid JSON")


async def test_a_thread_shows_its_parent_first(controls: Controls) -> None:
    parent = (await controls.post("message", user=MAYA, channel=SALES, text="one"))["message"]
    await controls.post("message", user="U0TOM", channel=SALES, text="two", thread_ts=parent["ts"])
    thread = await controls.messages(MAYA, SALES, thread_ts=parent["ts"])
    assert [message["text"] for message in thread] == ["one", "two"]
    top = (await controls.messages(MAYA, SALES))[-1]
    assert (top["text"], top["reply_count"]) == ("one", 1)


async def test_a_deleted_parent_leaves_a_tombstone(controls: Controls) -> None:
    parent = (await controls.post("message", user=MAYA, channel=SALES, text="one"))["message"]
    await controls.post("message", user=MAYA, channel=SALES, text="two", thread_ts=parent["ts"])
    await controls.post("message/delete", user=MAYA, channel=SALES, ts=parent["ts"])
    top = (await controls.messages(MAYA, SALES))[-1]
    assert (top["deleted"], top["text"], top["reply_count"]) == (True, "", 1)


async def test_only_ones_own_messages_can_be_changed(controls: Controls) -> None:
    said = (await controls.post("message", user=MAYA, channel=SALES, text="mine"))["message"]
    status, _ = await controls.try_post(
        "message/edit", user="U0TOM", channel=SALES, ts=said["ts"], text="his"
    )
    assert status == 403


async def test_the_clock_moves_for_messages_and_for_the_bot(
    controls: Controls, sandbox_settings: Settings
) -> None:
    before = (await controls.get("state", user=MAYA))["now"]
    now = (await controls.post("clock", advance=3600))["now"]
    said = (await controls.post("message", user=MAYA, channel=SALES, text="later"))["message"]
    assert 3600 <= now - before < 3660
    assert float(said["ts"]) >= now
    assert sandbox_settings.clock_file is not None
    assert float(sandbox_settings.clock_file.read_text()) == 3600


async def test_timestamps_are_unique(sandbox: RunningSandbox) -> None:
    stamps = [sandbox.people.say(MAYA, SALES, str(n)).ts for n in range(200)]
    assert stamps == sorted(set(stamps))


async def test_the_traffic_log_shows_both_directions_without_tokens(
    app: MinimalApp, controls: Controls
) -> None:
    await app.call("chat.postMessage", channel=SALES, text=app.sandbox.slack.credentials.bot_token)
    await controls.post("command", user=MAYA, channel=SALES, command="/try")
    entries = (await controls.get("traffic"))["entries"]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    named = {(entry["direction"], entry["name"]): entry for entry in entries}
    assert named["to_slack", "chat.postMessage"]["response"]["ok"] is True
    assert named["to_app", "slash_commands /try"]["status"] == "ack"
    credentials = app.sandbox.slack.credentials
    written = json.dumps(entries)
    for secret in (credentials.bot_token, credentials.app_token, credentials.verification_token):
        assert secret not in written
    since = (await controls.get("traffic", since=str(entries[-2]["n"])))["entries"]
    assert [entry["n"] for entry in since] == [entries[-1]["n"]]


async def test_changes_reach_those_who_see_them(
    app: MinimalApp, sandbox: RunningSandbox, session: aiohttp.ClientSession, controls: Controls
) -> None:
    url = f"{sandbox.url}/sandbox/events"
    async with (
        session.get(url, params={"user": MAYA}) as mayas,
        session.get(url, params={"user": "U0TOM"}) as toms,
    ):
        await app.call("chat.postEphemeral", channel=SALES, user=MAYA, text="for Maya")
        await controls.post("message", user="U0TOM", channel="C0RANDOM", text="for all")
        assert await _next_change(mayas) == {"type": "messages", "channel": SALES}
        assert await _next_change(mayas) == {"type": "messages", "channel": "C0RANDOM"}
        assert await _next_change(toms) == {"type": "messages", "channel": "C0RANDOM"}


async def _next_change(stream: aiohttp.ClientResponse) -> object:
    async with asyncio.timeout(40):
        while True:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                return json.loads(line[6:])


async def test_reset_goes_back_to_the_example_company(controls: Controls) -> None:
    before = [m["text"] for m in await controls.messages(MAYA, SALES)]
    await controls.post("message", user=MAYA, channel=SALES, text="new")
    await controls.post("clock", advance=86_400)
    await controls.post("faults", method="*", kind="http_500")
    await controls.post("reset")
    assert [m["text"] for m in await controls.messages(MAYA, SALES)] == before
    assert (await controls.post("faults"))["faults"] == []


async def test_the_page_is_served(sandbox: RunningSandbox, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{sandbox.url}/") as response:
        assert response.status == 200
        assert "text/html" in response.headers["Content-Type"]
    async with session.get(f"{sandbox.url}/page/main.js") as response:
        assert response.status == 200
        assert response.content_type == "text/javascript"
        assert response.headers["Cache-Control"] == "no-cache"
