import aiohttp

from sandbox.server import RunningSandbox
from tests.sandbox.minimal_app import Controls, MinimalApp

MAYA, SALES = "U0MAYA", "C0SALES"


async def test_a_command_arrives_complete(app: MinimalApp, controls: Controls) -> None:
    answer = await controls.post(
        "command", user=MAYA, channel=SALES, command="/try", text="A & B @tom"
    )
    assert answer == {"ok": True}
    envelope = await app.next()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert "retry_attempt" not in envelope
    payload = envelope["payload"]
    assert payload["text"] == "A &amp; B <@U0TOM>"
    assert payload["response_url"].startswith(app.sandbox.url)
    assert set(payload) == {
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "is_enterprise_install",
        "response_url",
        "trigger_id",
    }


async def test_a_command_that_is_not_escaped_keeps_names(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("command", user=MAYA, channel=SALES, command="/raw", text="@tom & co")
    assert (await app.next_payload())["text"] == "@tom &amp; co"


async def test_a_command_without_ack_times_out(
    impatient: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    app, controls = MinimalApp(impatient, session), Controls(impatient, session)
    app.silent = True
    async with app.connected():
        answer = await controls.post("command", user=MAYA, channel=SALES, command="/try")
    assert answer == {"ok": False, "error": "operation_timeout"}


async def test_a_command_without_connection_times_out(
    impatient: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    controls = Controls(impatient, session)
    answer = await controls.post("command", user=MAYA, channel=SALES, command="/try")
    assert answer["error"] == "operation_timeout"


async def test_an_unknown_command_is_refused(app: MinimalApp, controls: Controls) -> None:
    status, body = await controls.try_post("command", user=MAYA, channel=SALES, command="/no")
    assert (status, body) == (400, {"error": "/no is not a valid command."})


async def test_connections_take_turns(
    app: MinimalApp, sandbox: RunningSandbox, session: aiohttp.ClientSession, controls: Controls
) -> None:
    other = MinimalApp(sandbox, session)
    async with other.connected():
        assert other.hello["num_connections"] == 2
        for _ in range(2):
            await controls.post("command", user=MAYA, channel=SALES, command="/try")
        await app.next()
        await other.next()


async def test_an_event_without_ack_is_told_three_more_times(
    impatient: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    app = MinimalApp(impatient, session)
    app.silent = True
    async with app.connected():
        impatient.people.say(MAYA, "D0MAYA", "hello")
        envelopes = [await app.next() for _ in range(4)]
        await impatient.settle()
    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert [envelope["retry_reason"] for envelope in envelopes] == ["", *["timeout"] * 3]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert app.none_waiting()


async def test_an_event_is_redelivered_on_demand(app: MinimalApp, controls: Controls) -> None:
    await controls.post("message", user=MAYA, channel="D0MAYA", text="hello")
    first = await app.next()
    await controls.post("redeliver", times=2, kind="event")
    again = [await app.next(), await app.next()]
    assert [envelope["payload"] for envelope in again] == [first["payload"]] * 2
    assert sorted(envelope["retry_attempt"] for envelope in again) == [1, 2]


async def test_a_message_shortcut_carries_its_message(app: MinimalApp, controls: Controls) -> None:
    message = (await controls.messages(MAYA, SALES))[0]
    await controls.post("shortcut", user=MAYA, callback_id="on_it", channel=SALES, ts=message["ts"])
    payload = await app.next_payload()
    assert payload["type"] == "message_action"
    assert payload["message"]["text"] == message["text"]
    assert payload["channel"] == {"id": SALES, "name": "sales"}
    assert payload["message_ts"] == message["ts"]
    assert payload["response_url"]


async def test_a_global_shortcut_has_no_place_to_respond_to(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("shortcut", user=MAYA, callback_id="anywhere")
    payload = await app.next_payload()
    assert payload["type"] == "shortcut"
    assert not {"response_url", "channel", "message"} & set(payload)


async def test_the_app_is_asked_to_reconnect(app: MinimalApp, sandbox: RunningSandbox) -> None:
    await sandbox.slack.socket_mode.ask_to_reconnect()
    assert (await app.next())["reason"] == "refresh_requested"


async def test_the_state_says_whether_the_app_is_connected(
    sandbox: RunningSandbox, session: aiohttp.ClientSession, controls: Controls
) -> None:
    assert (await controls.get("state", user=MAYA))["app"]["connected"] is False
    async with MinimalApp(sandbox, session).connected():
        assert (await controls.get("state", user=MAYA))["app"]["connected"] is True
