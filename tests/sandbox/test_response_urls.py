import pytest

from sandbox.response_urls import ResponseUrls
from sandbox.wire import SlackError
from tests.sandbox.blocks import actions, button, section
from tests.sandbox.minimal_app import Controls, Json, MinimalApp

MAYA, SALES = "U0MAYA", "C0SALES"


@pytest.fixture
async def url(app: MinimalApp, controls: Controls) -> str:
    """The response URL of a command that was answered with an ephemeral message."""
    app.answer = {"text": "Looking …"}
    await controls.post("command", user=MAYA, channel=SALES, command="/try", text="it")
    return str((await app.next_payload())["response_url"])


async def last(controls: Controls, user: str = MAYA) -> Json:
    return (await controls.messages(user, SALES))[-1]


async def test_the_ack_of_a_command_is_shown_to_its_sender_only(
    url: str, controls: Controls
) -> None:
    shown = await last(controls)
    assert (shown["text"], shown["ephemeral"], shown["bot"]) == ("Looking …", True, True)
    assert (await last(controls, "U0TOM"))["text"] != "Looking …"


async def test_a_response_replaces_the_answer_in_its_place(
    url: str, app: MinimalApp, controls: Controls
) -> None:
    before = await last(controls)
    status, _ = await app.respond(url, text="Done", blocks=[section()], replace_original=True)
    after = await last(controls)
    assert status == 200
    assert (after["ts"], after["text"], after["ephemeral"]) == (before["ts"], "Done", True)


async def test_a_response_adds_a_message_unless_told_otherwise(
    url: str, app: MinimalApp, controls: Controls
) -> None:
    await app.respond(url, text="More")
    texts = [message["text"] for message in await controls.messages(MAYA, SALES)]
    assert texts[-2:] == ["Looking …", "More"]


async def test_a_response_may_delete_the_answer(
    url: str, app: MinimalApp, controls: Controls
) -> None:
    await app.respond(url, delete_original=True)
    assert (await last(controls))["text"] != "Looking …"


async def test_a_response_may_be_for_everybody(
    url: str, app: MinimalApp, controls: Controls
) -> None:
    await app.respond(url, text="For all", response_type="in_channel")
    shown = await last(controls, "U0TOM")
    assert (shown["text"], shown["ephemeral"]) == ("For all", False)


async def test_the_sixth_use_is_refused(url: str, app: MinimalApp) -> None:
    for _ in range(5):
        assert (await app.respond(url, text="again"))[0] == 200
    status, body = await app.respond(url, text="again")
    assert (status, body["error"]) == (404, "used_url")


async def test_a_refused_response_is_no_use(url: str, app: MinimalApp) -> None:
    status, body = await app.respond(url, blocks=[section("x" * 3001)], text="x")
    assert (status, body["error"]) == (400, "invalid_blocks")
    for _ in range(5):
        assert (await app.respond(url, text="again"))[0] == 200


def test_a_url_expires() -> None:
    urls = ResponseUrls(lifetime=-1)
    with pytest.raises(SlackError, match="expired_url"):
        urls.look_at(urls.make(MAYA, SALES).token)


async def test_the_answer_to_an_action_replaces_the_message_acted_on(
    app: MinimalApp, controls: Controls
) -> None:
    blocks = [actions(button(value="1"), block_id="a")]
    await app.call("chat.postEphemeral", channel=SALES, user=MAYA, text="Ask", blocks=blocks)
    asked = await last(controls)
    await controls.post(
        "action", user=MAYA, channel=SALES, ts=asked["ts"], block_id="a", action_id="go"
    )
    payload = await app.next_payload()
    await app.respond(payload["response_url"], text="Answered")
    assert ((await last(controls))["text"], (await last(controls))["ts"]) == (
        "Answered",
        asked["ts"],
    )
    await app.respond(payload["response_url"], text="Beside it", replace_original=False)
    assert (await last(controls))["text"] == "Beside it"
