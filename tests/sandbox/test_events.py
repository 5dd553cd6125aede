from sandbox.server import RunningSandbox
from tests.sandbox.minimal_app import Controls, MinimalApp

MAYA = "U0MAYA"


async def test_a_direct_message_is_told_with_its_escaped_text(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("message", user=MAYA, channel="D0MAYA", text="a < b")
    envelope = await app.next()
    body = envelope["payload"]
    event = body["event"]
    assert (body["type"], body["authorizations"][0]["is_bot"]) == ("event_callback", True)
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "a &lt; b")
    assert event["blocks"][0]["type"] == "rich_text"
    assert "subtype" not in event


async def test_a_mention_is_told_twice_as_slack_does(app: MinimalApp, controls: Controls) -> None:
    await controls.post("message", user=MAYA, channel="C0SALES", text="hi @test_app")
    told = {(await app.next_event())["type"] for _ in range(2)}
    assert told == {"message", "app_mention"}


async def test_channels_without_the_app_stay_private(
    app: MinimalApp, controls: Controls, sandbox: RunningSandbox
) -> None:
    await controls.post("message", user=MAYA, channel="C0RANDOM", text="psst @test_app")
    await sandbox.settle()
    assert app.none_waiting()


async def test_the_apps_own_posts_are_told_with_their_bot_id(app: MinimalApp) -> None:
    await app.call("chat.postMessage", channel="C0SALES", text="mine")
    assert (await app.next_event())["bot_id"] == "B0CHAMPION"


async def test_edits_and_deletions_are_told_with_what_was_before(
    app: MinimalApp, controls: Controls
) -> None:
    said = await controls.post("message", user=MAYA, channel="C0SALES", text="one")
    await app.next()
    place = {"user": MAYA, "channel": "C0SALES", "ts": said["message"]["ts"]}
    await controls.post("message/edit", **place, text="two")
    changed = await app.next_event()
    assert changed["subtype"] == "message_changed"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")
    await controls.post("message/delete", **place)
    deleted = await app.next_event()
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", place["ts"])


async def test_what_the_manifest_does_not_subscribe_to_is_not_told(
    app: MinimalApp, sandbox: RunningSandbox
) -> None:
    channel = sandbox.world.channels["C0SALES"]
    sandbox.world.channels["C0SECRET"] = type(channel)(
        "C0SECRET", "secret", kind="private_channel", members={MAYA, "U0CHAMPION"}
    )
    sandbox.people.say(MAYA, "C0SECRET", "quiet")
    await sandbox.settle()
    assert app.none_waiting()


async def test_the_app_is_told_which_of_its_tabs_is_looked_at(
    app: MinimalApp, controls: Controls
) -> None:
    for tab in ("messages", "home"):
        await controls.post("home/open", user=MAYA, tab=tab)
        event = await app.next_event()
        assert (event["type"], event["tab"], event["channel"]) == ("app_home_opened", tab, "D0MAYA")
