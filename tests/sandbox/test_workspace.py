"""What admins do to a workspace, and what the app gets to know of it."""

import base64
import json
from dataclasses import replace

import aiohttp
import pytest

from sandbox.local_slack import Settings
from sandbox.server import RunningSandbox
from tests.sandbox.blocks import input_block, modal
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.minimal_app import Controls, Json, MinimalApp

MAYA, HANNA, APP, SALES = "U0MAYA", "U0HANNA", "U0CHAMPION", "C0SALES"
EVENTS = [
    *("app_uninstalled", "tokens_revoked", "user_change"),
    *("channel_archive", "channel_unarchive", "channel_rename", "channel_left", "group_left"),
    *("member_joined_channel", "member_left_channel", "message.im"),
]
SCOPES = [*("chat:write", "commands", "users:read", "channels:read", "groups:read"), "files:read"]


@pytest.fixture
def sandbox_settings(sandbox_settings: Settings) -> Settings:
    manifest = {
        **MANIFEST,
        "oauth_config": {"scopes": {"bot": SCOPES}},
        "settings": {"event_subscriptions": {"bot_events": EVENTS}},
    }
    path = sandbox_settings.manifest.with_name("workspace.yml")
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return replace(sandbox_settings, manifest=path)


async def test_the_app_is_told_that_it_was_removed_and_may_no_longer_post(
    app: MinimalApp, controls: Controls
) -> None:
    await controls.post("channel/members", user=HANNA, channel=SALES, remove=[APP])
    left = await app.next_event()
    assert (left["type"], left["channel"], left["actor_id"]) == ("channel_left", SALES, HANNA)
    answer = await app.call("chat.postMessage", channel=SALES, text="hi")
    assert answer["error"] == "not_in_channel"
    await controls.post("channel/members", user=HANNA, channel=SALES, add=[APP])
    joined = await app.next_event()
    assert (joined["type"], joined["user"], joined["inviter"]) == (
        "member_joined_channel",
        APP,
        HANNA,
    )
    assert (await app.call("chat.postMessage", channel=SALES, text="hi"))["ok"]


async def test_an_archived_channel_takes_no_messages(app: MinimalApp, controls: Controls) -> None:
    await controls.post("channel/archive", user=HANNA, channel=SALES)
    assert (await app.next_event())["type"] == "channel_archive"
    assert (await app.call("chat.postMessage", channel=SALES, text="hi"))["error"] == "is_archived"
    assert (await app.call("conversations.info", channel=SALES))["channel"]["is_archived"]
    place = {"user": MAYA, "channel": SALES}
    assert (await controls.try_post("message", **place, text="hi"))[0] == 400
    assert (await controls.try_post("command", **place, command="/try"))[0] == 400
    await controls.post("channel/archive", user=HANNA, channel=SALES, archived=False)
    assert (await app.next_event())["type"] == "channel_unarchive"
    assert (await app.call("chat.postMessage", channel=SALES, text="hi"))["ok"]


async def test_a_renamed_channel_keeps_its_id(app: MinimalApp, controls: Controls) -> None:
    await controls.post("channel/rename", user=HANNA, channel=SALES, name="deals")
    event = await app.next_event()
    assert (event["type"], event["channel"]["name"]) == ("channel_rename", "deals")
    assert (await app.call("conversations.info", channel=SALES))["channel"]["name"] == "deals"


@pytest.mark.parametrize("name", ["General", "two words", "general", ""])
async def test_a_name_that_slack_would_not_take_is_refused(controls: Controls, name: str) -> None:
    status, body = await controls.try_post("channel/rename", user=MAYA, channel=SALES, name=name)
    assert (status, list(body)) == (400, ["error"])


async def test_a_private_channel_exists_for_its_members_only(
    app: MinimalApp, controls: Controls
) -> None:
    made = await controls.post("channel/create", user=MAYA, name="secret", is_private=True)
    channel = made["channel"]
    asked: Json = {"types": "private_channel"}
    assert (await app.call("conversations.list", **asked))["channels"] == []
    assert (await app.call("conversations.info", channel=channel))["error"] == "channel_not_found"
    await controls.post("channel/members", user=MAYA, channel=channel, add=[APP])
    assert (await app.next_event())["channel_type"] == "G"
    shown = (await app.call("conversations.info", channel=channel))["channel"]
    assert (shown["is_private"], shown["is_group"], shown["is_channel"]) == (True, True, False)
    listed = (await app.call("conversations.list", **asked))["channels"]
    assert [each["id"] for each in listed] == [channel]
    assert channel not in {c["id"] for c in (await controls.get("state", user="U0TOM"))["channels"]}
    await controls.post("channel/members", user=MAYA, channel=channel, remove=[APP])
    assert (await app.next_event())["type"] == "group_left"


async def test_roles_are_told_and_shown(app: MinimalApp, controls: Controls) -> None:
    await controls.post("member", user="U0TOM", is_admin=True, is_restricted=True)
    told = (await app.next_event())["user"]
    asked = (await app.call("users.info", user="U0TOM"))["user"]
    assert told == asked
    assert (asked["is_admin"], asked["is_owner"], asked["is_restricted"]) == (True, False, True)
    await controls.post("member", user="U0TOM", deleted=True)
    gone = (await app.call("users.info", user="U0TOM"))["user"]
    assert gone["deleted"]
    assert "is_admin" not in gone
    assert gone in (await app.call("users.list"))["members"]


async def test_uninstalling_is_told_and_ends_the_tokens(
    app: MinimalApp, controls: Controls, sandbox: RunningSandbox
) -> None:
    await controls.post("app", installed=False)
    assert {(await app.next_event())["type"] for _ in range(2)} == {
        "app_uninstalled",
        "tokens_revoked",
    }
    assert (await app.call("auth.test"))["error"] == "account_inactive"
    status, _ = await controls.try_post("command", user=MAYA, channel=SALES, command="/try")
    assert status == 400
    assert (await controls.get("state"))["app"]["commands"] == []
    sandbox.people.say(MAYA, "D0MAYA", "anybody there?")
    await sandbox.settle()
    assert app.none_waiting()
    await controls.post("app", installed=True)
    assert (await app.call("auth.test"))["ok"]


async def test_a_file_handed_over_in_a_modal_can_be_fetched_with_the_token(
    app: MinimalApp, controls: Controls, sandbox: RunningSandbox
) -> None:
    content = base64.b64encode(b"format: 1\n").decode()
    sent = await controls.post("file", user=MAYA, name="story.yml", content=content)
    sandbox.slack.views.open(MAYA, modal(input_block({"type": "file_input"})))
    view_id = (await controls.views(MAYA))[-1]["id"]
    state = {"field": {"entered": [sent["file"]]}}
    assert (await controls.post("view/submit", user=MAYA, view_id=view_id, state=state))["ok"]
    values = (await app.next_payload())["view"]["state"]["values"]
    [file] = values["field"]["entered"]["files"]
    assert (await app.call("files.info", file=file["id"]))["file"] == file
    token = sandbox.environment["SLACK_BOT_TOKEN"]
    url = file["url_private_download"]
    async with app.session.get(url, headers={"Authorization": f"Bearer {token}"}) as response:
        assert await response.read() == b"format: 1\n"
    async with app.session.get(url) as response:
        assert response.content_type == "text/html"


async def test_a_required_file_is_asked_for(
    sandbox: RunningSandbox, controls: Controls, app: MinimalApp
) -> None:
    sandbox.slack.views.open(MAYA, modal(input_block({"type": "file_input"})))
    view_id = (await controls.views(MAYA))[-1]["id"]
    refused = await controls.post("view/submit", user=MAYA, view_id=view_id)
    assert refused["errors"] == {"field": "Please complete this required field."}
    assert app.none_waiting()


async def test_rich_text_that_is_typed_arrives_as_a_block(
    sandbox: RunningSandbox, controls: Controls, app: MinimalApp
) -> None:
    sandbox.slack.views.open(MAYA, modal(input_block({"type": "rich_text_input"})))
    view_id = (await controls.views(MAYA))[-1]["id"]
    state = {"field": {"entered": "a < b"}}
    await controls.post("view/submit", user=MAYA, view_id=view_id, state=state)
    entered = (await app.next_payload())["view"]["state"]["values"]["field"]["entered"]
    block = entered["rich_text_value"]
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "a < b"}]


async def test_dropped_sockets_end_the_connection(
    app: MinimalApp, controls: Controls, sandbox: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    await controls.post("connections", do="drop")
    assert not sandbox.slack.delivery.connected
    again = MinimalApp(sandbox, session)
    async with again.connected():
        sandbox.people.say(MAYA, "D0MAYA", "hello")
        assert (await again.next_event())["text"] == "hello"
    assert app.none_waiting()
