from sandbox.server import RunningSandbox
from tests.sandbox.blocks import actions, button
from tests.sandbox.minimal_app import Controls, MinimalApp

HIDDEN = "Only for Maya"


async def post_hidden(app: MinimalApp, **more: object) -> str:
    answer = await app.call(
        "chat.postEphemeral", channel="C0SALES", user="U0MAYA", text=HIDDEN, **more
    )
    return str(answer["message_ts"])


async def texts(controls: Controls, user: str) -> list[str]:
    return [message["text"] for message in await controls.messages(user, "C0SALES")]


async def test_only_its_reader_sees_it(app: MinimalApp, controls: Controls) -> None:
    await post_hidden(app)
    assert HIDDEN in await texts(controls, "U0MAYA")
    assert HIDDEN not in await texts(controls, "U0TOM")


async def test_history_and_updates_do_not_know_it(app: MinimalApp) -> None:
    ts = await post_hidden(app)
    history = await app.call("conversations.history", channel="C0SALES")
    assert HIDDEN not in [message["text"] for message in history["messages"]]
    updated = await app.call("chat.update", channel="C0SALES", ts=ts, text="changed")
    assert updated["error"] == "message_not_found"


async def test_it_needs_its_reader_in_the_channel(app: MinimalApp, sandbox: RunningSandbox) -> None:
    sandbox.world.channels["C0SALES"].members.discard("U0MAYA")
    answer = await app.call("chat.postEphemeral", channel="C0SALES", user="U0MAYA", text="x")
    assert answer["error"] == "user_not_in_channel"


async def test_its_action_points_at_it_without_carrying_it(
    app: MinimalApp, controls: Controls
) -> None:
    ts = await post_hidden(app, blocks=[actions(button(), block_id="a")])
    await controls.post(
        "action", user="U0MAYA", channel="C0SALES", ts=ts, block_id="a", action_id="go"
    )
    payload = await app.next_payload()
    assert payload["container"]["is_ephemeral"] is True
    assert payload["container"]["message_ts"] == ts
    assert "message" not in payload


async def test_nobody_else_can_act_on_it(app: MinimalApp, controls: Controls) -> None:
    ts = await post_hidden(app, blocks=[actions(button(), block_id="a")])
    status, _ = await controls.try_post(
        "action", user="U0TOM", channel="C0SALES", ts=ts, block_id="a", action_id="go"
    )
    assert status == 404


async def test_no_event_tells_of_it(app: MinimalApp, sandbox: RunningSandbox) -> None:
    await post_hidden(app)
    await sandbox.settle()
    assert app.none_waiting()


async def test_it_vanishes_on_reset(app: MinimalApp, controls: Controls) -> None:
    await post_hidden(app)
    await controls.post("reset")
    assert HIDDEN not in await texts(controls, "U0MAYA")
