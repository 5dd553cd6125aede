import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.error_names import COMMON, OWN
from sandbox.methods import METHODS, MISSING
from sandbox.server import RunningSandbox
from tests.sandbox.blocks import modal, section
from tests.sandbox.minimal_app import MinimalApp

Json = dict[str, Any]
FACTS = Path(__file__).parents[3] / "shared" / "data" / "slack_methods.json"
# Names under which the facts list any argument; Slack takes them everywhere.
EVERYWHERE = {"token", "team_id"}


@pytest.fixture(scope="module")
def facts() -> dict[str, Json]:
    if not FACTS.is_file():
        pytest.skip(f"{FACTS} is not there: the facts about Slack's methods are kept elsewhere")
    methods: dict[str, Json] = json.loads(FACTS.read_text(encoding="utf-8"))["methods"]
    return methods


@pytest.mark.parametrize("name", sorted(METHODS))
def test_each_method_agrees_with_slacks_scopes(name: str, facts: dict[str, Json]) -> None:
    ours = METHODS[name]
    expected = set() if ours.caller != "bot" else set(facts[name]["bot_scopes"] or [])
    assert set(ours.scopes) == expected


@pytest.mark.parametrize("name", sorted(METHODS))
def test_each_method_agrees_with_slacks_arguments_and_tier(
    name: str, facts: dict[str, Json]
) -> None:
    ours = METHODS[name]
    assert set(ours.required) == set(facts[name]["required"])
    assert {*ours.required, *ours.optional} | EVERYWHERE == set(facts[name]["args"]) | EVERYWHERE
    assert ours.tier == facts[name]["tier"]


@pytest.mark.parametrize("name", sorted(METHODS))
def test_each_method_knows_slacks_own_errors_and_no_others(
    name: str, facts: dict[str, Json]
) -> None:
    assert OWN[name] == set(facts[name]["errors"])


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_missing_argument_and_a_renamed_error_are_answered_with_a_name_of_slacks(
    name: str, facts: dict[str, Json]
) -> None:
    ours, possible = METHODS[name], COMMON | set(facts[name]["errors"])
    assert set(ours.renamed.values()) <= possible
    missing = {MISSING.get(argument, "invalid_arguments") for argument in ours.required}
    assert {ours.renamed.get(error, error) for error in missing} <= possible


WRONG_TYPES: list[tuple[str, Json, str]] = [
    ("chat.postMessage", {"channel": "C0SALES", "text": 5}, "string [json-pointer:/text]"),
    ("chat.postMessage", {"channel": ["C0SALES"], "text": "x"}, "string [json-pointer:/channel]"),
    ("chat.update", {"channel": "C0SALES", "ts": 1.5, "text": "x"}, "string [json-pointer:/ts]"),
    (
        "conversations.list",
        {"exclude_archived": "maybe"},
        "boolean [json-pointer:/exclude_archived]",
    ),
    ("conversations.list", {"limit": [1]}, "integer [json-pointer:/limit]"),
    ("users.info", {"user": {"id": "U0MAYA"}}, "string [json-pointer:/user]"),
]


@pytest.mark.parametrize(("method", "arguments", "problem"), WRONG_TYPES)
async def test_an_argument_of_another_type_is_refused_with_its_place(
    app: MinimalApp, method: str, arguments: Json, problem: str
) -> None:
    answer = await app.call(method, **arguments)
    assert answer["error"] == "invalid_arguments"
    [told] = answer["response_metadata"]["messages"]
    assert told.endswith(problem)


OWN_NAMES: list[tuple[str, Json, str]] = [
    ("chat.update", {"text": "x", "blocks": [section("x" * 2700)] * 5}, "msg_too_long"),
    ("chat.update", {"text": "x" * 40_001}, "msg_too_long"),
    ("conversations.history", {"limit": 5000}, "invalid_arguments"),
    ("conversations.members", {"limit": 5000}, "invalid_limit"),
    ("conversations.replies", {"ts": ""}, "thread_not_found"),
    ("blocks.validate", {"channel": None, "message": {"text": ""}}, "invalid_message"),
    ("blocks.validate", {"channel": None, "blocks": {"type": "section"}}, "invalid_blocks"),
    ("blocks.validate", {"channel": None, "view": modal(title=None)}, "invalid_view"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), OWN_NAMES)
async def test_the_same_mistake_has_the_name_that_the_method_gives_it(
    app: MinimalApp, method: str, arguments: Json, error: str
) -> None:
    posted = await app.call("chat.postMessage", channel="C0SALES", text="one")
    place: Json = {"channel": "C0SALES", "ts": posted["ts"]} if "chat" in method else {}
    sent = {"channel": "C0SALES", **place, **arguments}
    answer = await app.call(method, **{k: v for k, v in sent.items() if v is not None})
    assert answer["error"] == error


async def test_a_post_that_is_too_long_is_cut(app: MinimalApp) -> None:
    posted = await app.call("chat.postMessage", channel="C0SALES", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000


async def test_an_unknown_method_is_named(app: MinimalApp) -> None:
    answer = await app.call("chat.shout", text="hello")
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


@pytest.mark.parametrize(
    ("authorization", "error"),
    [
        (None, "not_authed"),
        ("Bearer xoxb-of-somebody-else", "invalid_auth"),
        ("Bearer {app}", "not_allowed_token_type"),
    ],
)
async def test_a_call_needs_the_right_token(
    app: MinimalApp, authorization: str | None, error: str
) -> None:
    token = app.sandbox.environment["SLACK_APP_TOKEN"]
    headers = {"Authorization": authorization.format(app=token)} if authorization else {}
    async with app.session.post(f"{app.sandbox.api_url}auth.test", headers=headers) as response:
        assert await response.json() == {"ok": False, "error": error}


async def test_the_token_may_come_as_an_argument(app: MinimalApp) -> None:
    token = app.sandbox.environment["SLACK_BOT_TOKEN"]
    url = f"{app.sandbox.api_url}auth.test"
    async with app.session.post(url, data={"token": token}) as response:
        answer = await response.json()
    assert (answer["ok"], answer["team"], answer["bot_id"]) == (True, "Larkfield", "B0CHAMPION")


async def test_a_scope_that_was_not_granted_is_named(app: MinimalApp) -> None:
    answer = await app.call("conversations.list", types="private_channel")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:read")
    assert "chat:write" in answer["provided"].split(",")


async def test_answers_carry_the_granted_scopes(app: MinimalApp) -> None:
    async with app.session.post(f"{app.sandbox.api_url}api.test") as response:
        assert "chat:write" in response.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"text": "hello"}, "channel_not_found"),
        ("chat.update", {"channel": "C0SALES", "text": "hello"}, "message_not_found"),
        ("users.info", {}, "user_not_found"),
        ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
        ("conversations.open", {}, "users_list_not_supplied"),
    ],
)
async def test_a_missing_argument_is_refused_in_slacks_words(
    app: MinimalApp, method: str, arguments: Json, error: str
) -> None:
    assert (await app.call(method, **arguments))["error"] == error


async def test_arguments_may_come_as_json_form_or_query(app: MinimalApp) -> None:
    url = f"{app.sandbox.api_url}api.test"
    for sent in ({"json": {"a": "1"}}, {"data": {"a": "1"}}, {"params": {"a": "1"}}):
        async with app.session.post(url, **sent) as response:  # type: ignore[arg-type]
            assert (await response.json())["args"] == {"a": "1"}


async def test_blocks_in_a_form_are_read_as_json(app: MinimalApp) -> None:
    form = {
        "token": app.sandbox.environment["SLACK_BOT_TOKEN"],
        "channel": "C0SALES",
        "text": "A line",
        "blocks": '[{"type": "divider"}]',
    }
    url = f"{app.sandbox.api_url}chat.postMessage"
    async with app.session.post(url, data=form) as response:
        answer = await response.json()
    assert answer["message"]["blocks"][0]["type"] == "divider"


async def test_broken_json_is_refused(app: MinimalApp) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{app.sandbox.api_url}api.test"
    async with app.session.post(url, data="{", headers=headers) as response:
        assert (await response.json())["error"] == "invalid_json"


async def test_an_argument_that_the_method_does_not_know_is_warned_about(app: MinimalApp) -> None:
    answer = await app.call("chat.postMessage", channel="C0SALES", text="hello", txet="hi")
    assert answer["response_metadata"]["warnings"] == ["unknown_argument: txet"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("C0RANDOM", "not_in_channel"),
        ("C0ARCHIVED", "is_archived"),
        ("C0SECRET", "channel_not_found"),
    ],
)
async def test_the_app_posts_only_where_it_may(
    app: MinimalApp, sandbox: RunningSandbox, channel: str, error: str
) -> None:
    archived = sandbox.world.channels["C0SALES"]
    sandbox.world.channels["C0ARCHIVED"] = type(archived)(
        "C0ARCHIVED", "old", members=set(archived.members), archived=True
    )
    sandbox.world.channels["C0SECRET"] = type(archived)(
        "C0SECRET", "secret", kind="private_channel", members={"U0MAYA"}
    )
    assert (await app.call("chat.postMessage", channel=channel, text="hi"))["error"] == error


async def test_a_posted_message_can_be_updated_linked_and_deleted(app: MinimalApp) -> None:
    posted = await app.call("chat.postMessage", channel="C0SALES", text="one")
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    assert (await app.call("chat.update", **place, text="two"))["text"] == "two"
    link = await app.call("chat.getPermalink", channel="C0SALES", message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/C0SALES/p{posted['ts'].replace('.', '')}")
    assert (await app.call("chat.delete", **place))["ok"]
    assert (await app.call("chat.update", **place, text="three"))["error"] == "message_not_found"


async def test_members_messages_are_not_the_apps_to_change(
    app: MinimalApp, sandbox: RunningSandbox
) -> None:
    ts = sandbox.people.say("U0MAYA", "C0SALES", "mine").ts
    place = {"channel": "C0SALES", "ts": ts}
    assert (await app.call("chat.update", **place, text="x"))["error"] == "cant_update_message"
    assert (await app.call("chat.delete", **place))["error"] == "cant_delete_message"


async def test_history_pages_backwards_and_shows_metadata_only_when_asked(app: MinimalApp) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"key": "k1"}}
    await app.call("chat.postMessage", channel="C0SALES", text="one", metadata=metadata)
    await app.call("chat.postMessage", channel="C0SALES", text="two")
    first = await app.call("conversations.history", channel="C0SALES", limit=1)
    assert [m["text"] for m in first["messages"]] == ["two"]
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    asked: Json = {"channel": "C0SALES", "limit": 1, "cursor": cursor}
    second = await app.call("conversations.history", **asked)
    assert "metadata" not in second["messages"][0]
    second = await app.call("conversations.history", **asked, include_all_metadata=True)
    assert second["messages"][0]["metadata"] == metadata


async def test_history_is_bounded_by_oldest_and_latest(app: MinimalApp) -> None:
    stamps = []
    for text in ("one", "two", "three"):
        posted = await app.call("chat.postMessage", channel="C0SALES", text=text)
        stamps.append(posted["ts"])
    asked = {"channel": "C0SALES", "oldest": stamps[0], "latest": stamps[2]}
    between = await app.call("conversations.history", **asked)
    assert [m["text"] for m in between["messages"]] == ["two"]
    inclusive = await app.call("conversations.history", **asked, inclusive=True)
    assert [m["text"] for m in inclusive["messages"]] == ["three", "two", "one"]


async def test_a_thread_reads_with_its_parent_first(app: MinimalApp) -> None:
    parent = await app.call("chat.postMessage", channel="C0SALES", text="parent")
    await app.call("chat.postMessage", channel="C0SALES", text="reply", thread_ts=parent["ts"])
    thread = await app.call("conversations.replies", channel="C0SALES", ts=parent["ts"])
    assert [m["text"] for m in thread["messages"]] == ["parent", "reply"]
    assert thread["messages"][0]["reply_count"] == 1


async def test_a_direct_message_is_opened_once(app: MinimalApp) -> None:
    first = await app.call("conversations.open", users="U0MAYA")
    again = await app.call("conversations.open", users="U0MAYA", return_im=True)
    assert first["channel"]["id"] == again["channel"]["id"] == "D0MAYA"
    assert again["channel"]["user"] == "U0MAYA"


async def test_channels_and_people_are_listed(app: MinimalApp) -> None:
    names = {c["name"] for c in (await app.call("conversations.list"))["channels"]}
    own = {c["name"] for c in (await app.call("users.conversations"))["channels"]}
    assert {"general", "sales"} <= names
    assert "sales" in own
    assert "general" not in own
    people = (await app.call("users.list"))["members"]
    maya = (await app.call("users.info", user="U0MAYA"))["user"]
    assert maya in people
    assert "U0MAYA" in (await app.call("conversations.members", channel="C0SALES"))["members"]
    assert (await app.call("conversations.info", channel="C0SALES"))["channel"]["is_member"]


async def test_an_odd_cursor_is_refused(app: MinimalApp) -> None:
    assert (await app.call("users.list", cursor="xyz!"))["error"] == "invalid_cursor"


async def test_a_connection_needs_the_app_token(app: MinimalApp) -> None:
    assert (await app.call("apps.connections.open"))["error"] == "not_allowed_token_type"


async def test_a_ticket_opens_one_connection(
    sandbox: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    url = f"{sandbox.url}/link/?ticket={sandbox.slack.socket_mode.new_ticket()}"
    async with session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)
