"""Journeys on the sandbox's page, in a real headless Chromium."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, expect

from sandbox.local_slack import Settings
from sandbox.server import RunningSandbox, start
from tests.support.browser import PATIENCE_MS, needs_browser, open_browser

Json = dict[str, Any]
Answer = Callable[["ScriptedApp", Json], Awaitable[Json | None]]


pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    needs_browser,
]


class ScriptedApp:
    """The least Socket Mode app: it acknowledges every envelope with what `answer` returns."""

    def __init__(self, sandbox: RunningSandbox, session: aiohttp.ClientSession) -> None:
        self._sandbox = sandbox
        self._session = session

    async def call(self, method: str, **arguments: object) -> Json:
        token = self._sandbox.environment["SLACK_BOT_TOKEN"]
        return await self._post(method, token, arguments)

    async def run(self, answer: Answer) -> None:
        token = self._sandbox.environment["SLACK_APP_TOKEN"]
        opened = await self._post("apps.connections.open", token, {})
        async with self._session.ws_connect(opened["url"]) as socket:
            async for message in socket:
                envelope = message.json()
                if "envelope_id" not in envelope:
                    continue
                payload = await answer(self, envelope["payload"])
                ack = {"envelope_id": envelope["envelope_id"]}
                await socket.send_json({**ack, "payload": payload} if payload else ack)

    async def _post(self, method: str, token: str, arguments: Json) -> Json:
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self._sandbox.api_url}{method}"
        async with self._session.post(url, json=arguments, headers=headers) as response:
            body: Json = await response.json()
        assert body["ok"], body
        return body


@asynccontextmanager
async def connected_app(sandbox: RunningSandbox, answer: Answer) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(ScriptedApp(sandbox, session).run(answer))
        await sandbox.until_connected()
        yield
        running.cancel()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox() -> AsyncIterator[RunningSandbox]:
    running = await start(Settings(ack_seconds=1.5))
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: RunningSandbox) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1200, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    await page.goto(f"{sandbox.url}/#C0ONBOARD/U0MAYA")
    await expect(page.get_by_role("heading", name="onboarding", level=1)).to_be_visible()
    yield page
    await context.close()
    sandbox.slack.reset()
    assert broken == []


def composer(page: Page, place: str) -> Locator:
    return page.get_by_role("combobox", name=f"Message {place}")


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("article").filter(has_text=text)


async def act_as(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Acting as").click()
    await page.get_by_role("menuitemradio", name=name).click()
    await expect(page.get_by_role("button", name=f"Acting as {name}")).to_be_visible()


async def test_a_member_and_a_channel_are_chosen_and_kept_in_the_address(page: Page) -> None:
    await page.get_by_role("link", name="support").click()
    await act_as(page, "Luis Romero")
    await expect(page).to_have_url(re.compile("#C0SUPPORT/U0LUIS$"))
    await page.reload()
    await expect(page.get_by_role("heading", name="support", level=1)).to_be_visible()
    await expect(page.get_by_role("button", name="Acting as Luis Romero")).to_be_visible()


async def test_a_slash_lists_the_commands_and_tab_completes_them(page: Page) -> None:
    text = composer(page, "#onboarding")
    await text.press_sequentially("/")
    command = page.get_by_role("option", name="/coherence")
    await expect(command).to_contain_text("check [draft]")
    await text.press("Escape")
    await expect(command).to_be_hidden()
    await text.press_sequentially("co")
    await text.press("Tab")
    await expect(text).to_have_value("/coherence ")


async def test_a_message_is_sent_and_answered_in_its_thread(page: Page) -> None:
    text = composer(page, "#onboarding")
    await text.fill("Does the welcome email fit?")
    await text.press("Enter")
    question = said(page, "Does the welcome email fit?")
    await expect(text).to_have_value("")
    await question.hover()
    await question.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("combobox", name="Reply…").fill("It does.")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("It does.")).to_be_visible()
    await expect(question.get_by_role("button", name="1 reply")).to_be_visible()


async def test_the_link_to_a_message_is_copied_and_leads_to_its_channel(page: Page) -> None:
    address = page.url.split("/#")[0]
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    numbers = said(page, "Today's numbers")
    ts = await numbers.get_attribute("data-message-ts")
    assert ts is not None
    await numbers.hover()
    await numbers.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Copy link").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    link = await page.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}/archives/C0ONBOARD/p{ts.replace('.', '')}"
    await page.goto(link)
    await expect(numbers).to_be_visible()


async def test_what_is_typed_survives_a_message_that_arrives(
    page: Page, sandbox: RunningSandbox
) -> None:
    text = composer(page, "#onboarding")
    await text.fill("half a thought")
    sandbox.people.say("U0TOM", "C0ONBOARD", "Somebody else speaks")
    await expect(said(page, "Somebody else speaks")).to_be_visible()
    await expect(text).to_be_focused()
    await expect(text).to_have_value("half a thought")


async def test_what_is_said_before_the_page_listens_is_shown(
    page: Page, sandbox: RunningSandbox
) -> None:
    asked, may_listen = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await may_listen.wait()
        await route.continue_()

    await page.route("**/sandbox/events*", hold)
    await page.reload()
    await asked.wait()
    await expect(said(page, "Today's numbers")).to_be_visible()
    sandbox.people.say("U0TOM", "C0ONBOARD", "Said a moment too early")
    may_listen.set()
    await expect(said(page, "Said a moment too early")).to_be_visible()


async def test_markup_in_a_message_is_shown_as_text(page: Page, sandbox: RunningSandbox) -> None:
    hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    sandbox.people.say("U0TOM", "C0ONBOARD", hostile)
    sandbox.slack.posts.by_app("C0ONBOARD", hostile)
    await expect(said(page, hostile)).to_have_count(2)
    assert await page.locator("article img, article script").count() == 0
    assert await page.evaluate("window.hit") is None


MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Check a draft"},
    "submit": {"type": "plain_text", "text": "Check"},
    "blocks": [
        {
            "type": "input",
            "block_id": "draft",
            "label": {"type": "plain_text", "text": "Your draft"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        }
    ],
}


async def open_and_refuse(app: ScriptedApp, payload: Json) -> Json | None:
    if payload["type"] == "shortcut":
        await app.call("views.open", trigger_id=payload["trigger_id"], view=MODAL)
    if payload["type"] == "view_submission":
        return {"response_action": "errors", "errors": {"draft": "Say it in words."}}
    return None


async def test_a_refused_modal_says_why_and_keeps_the_text(
    page: Page, sandbox: RunningSandbox
) -> None:
    async with connected_app(sandbox, open_and_refuse):
        await page.get_by_role("button", name="Shortcuts").click()
        await page.get_by_role("menuitem", name="Check a draft").click()
        modal = page.get_by_role("dialog", name="Check a draft")
        draft = modal.get_by_role("textbox", name="Your draft")
        await modal.get_by_role("button", name="Check", exact=True).click()
        await expect(modal.get_by_role("alert")).to_have_text(
            "Please complete this required field."
        )
        await draft.fill("!!!")
        await modal.get_by_role("button", name="Check", exact=True).click()
        await expect(modal.get_by_role("alert")).to_have_text("Say it in words.")
        await expect(draft).to_have_value("!!!")
        await expect(draft).to_have_attribute("aria-invalid", "true")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Discard").click()
        await expect(modal).to_be_hidden()


async def answer_privately(app: ScriptedApp, payload: Json) -> Json | None:
    where = {"channel": payload["channel_id"], "user": payload["user_id"]}
    await app.call("chat.postEphemeral", **where, text="Between you and me")
    return None


async def test_a_private_answer_is_marked_and_nobody_else_sees_it(
    page: Page, sandbox: RunningSandbox
) -> None:
    async with connected_app(sandbox, answer_privately):
        text = composer(page, "#onboarding")
        await text.fill("/coherence help")
        await text.press("Enter")
        answer = said(page, "Between you and me")
        await expect(answer).to_contain_text("Only visible to you")
        await expect(answer).to_contain_text("APP")
        await act_as(page, "Tom Bergström")
        await expect(page.get_by_role("article").first).to_be_visible()
        await expect(answer).to_have_count(0)


async def test_a_command_that_is_not_answered_fails_as_in_slack(page: Page) -> None:
    await expect(page.get_by_text("Coherence Champion is not connected.")).to_be_visible()
    text = composer(page, "#onboarding")
    await text.fill("/coherence help")
    await text.press("Enter")
    await expect(
        page.get_by_text("/coherence failed with the error “operation_timeout”")
    ).to_be_visible()


async def open_lab(page: Page, tab: str) -> None:
    await page.get_by_role("button", name="Lab", exact=True).click()
    await page.get_by_role("tab", name=tab).click()


async def post_twice(app: ScriptedApp, _payload: Json) -> Json | None:
    await app.call("chat.postMessage", channel="C0ONBOARD", text="Here it is")
    with contextlib.suppress(AssertionError):
        await app.call("chat.postMessage", channel="C0RANDOM", text="Not there")
    return None


async def test_traffic_is_filtered_unfolded_and_paused(page: Page, sandbox: RunningSandbox) -> None:
    async with connected_app(sandbox, post_twice):
        await sandbox.people.command("U0MAYA", "C0ONBOARD", "/coherence", "help")
        await open_lab(page, "Traffic")
        calls = page.get_by_role("list", name="Traffic, newest first").get_by_role("button")
        await expect(calls.filter(has_text="slash_commands /coherence")).to_be_visible()
        await page.get_by_label("Errors only").check()
        await expect(calls).to_have_count(1)
        await calls.click()
        await expect(page.get_by_text('"error": "not_in_channel"')).to_be_visible()
        await page.get_by_label("Errors only").uncheck()
        await page.get_by_label("Filter calls").fill("Here it is")
        await expect(calls).to_have_count(1)
        await page.get_by_label("Filter calls").fill("")
        await page.get_by_role("button", name="Pause").click()
        before = await calls.count()
        await sandbox.people.command("U0MAYA", "C0ONBOARD", "/coherence", "help")
        await expect(page.get_by_text(f"{before} calls, paused")).to_be_visible()
        await page.get_by_role("button", name="Go on").click()
        await expect(calls).to_have_count(before + 3)


async def test_a_fault_is_armed_seen_and_cleared(page: Page, sandbox: RunningSandbox) -> None:
    await open_lab(page, "Faults")
    await page.get_by_label("Calls of").select_option("chat.postMessage")
    await page.get_by_label("meet").select_option("is_archived")
    await page.get_by_label("how often").select_option("until cleared")
    await page.get_by_role("button", name="Arm", exact=True).click()
    armed = page.get_by_role("list", name="Armed faults")
    await expect(armed).to_have_text("chat.postMessage: is_archived, until cleared")
    assert sandbox.slack.faults.take("chat.postMessage") is not None
    await page.get_by_role("button", name="Lab", exact=True).click()
    await page.get_by_role("button", name="1 fault armed").click()
    await expect(page.get_by_role("button", name="1 fault armed")).to_be_hidden()
    assert sandbox.slack.faults.listed() == []


async def test_the_workspace_is_changed_in_the_lab(page: Page, sandbox: RunningSandbox) -> None:
    await open_lab(page, "Workspace")
    await page.get_by_role("button", name="Remove the app: sales").click()
    await expect(page.get_by_role("button", name="Invite the app: sales")).to_be_visible()
    await page.get_by_label("New name of #random").fill("chatter")
    await page.get_by_label("New name of #random").press("Enter")
    await expect(page.get_by_role("link", name="chatter")).to_be_visible()
    await page.get_by_role("button", name="Archive: general").click()
    await expect(page.get_by_role("link", name="general")).to_be_hidden()
    await page.get_by_label("Tom Bergström: deactivated").check()
    await page.get_by_role("button", name="Uninstall the app").click()
    await expect(page.get_by_text("Coherence Champion is not installed.")).to_be_visible()
    world = sandbox.world
    assert not world.app_is_in(world.channels["C0SALES"])
    assert world.members["U0TOM"].deleted
    assert not world.app_installed


FILE_MODAL: Json = {
    **MODAL,
    "blocks": [
        {
            "type": "input",
            "block_id": "file",
            "label": {"type": "plain_text", "text": "Your story"},
            "element": {"type": "file_input", "action_id": "file", "filetypes": ["yml"]},
        },
        {
            "type": "input",
            "block_id": "people",
            "label": {"type": "plain_text", "text": "Whom to tell"},
            "element": {
                "type": "multi_external_select",
                "action_id": "people",
                "min_query_length": 0,
            },
        },
    ],
}


async def test_a_file_and_several_of_the_apps_options_are_handed_over(
    page: Page, sandbox: RunningSandbox
) -> None:
    submitted: asyncio.Queue[Json] = asyncio.Queue()
    offered = [
        {"text": {"type": "plain_text", "text": name}, "value": name} for name in ("Tom", "Sam")
    ]

    async def answer(app: ScriptedApp, payload: Json) -> Json | None:
        if payload["type"] == "shortcut":
            await app.call("views.open", trigger_id=payload["trigger_id"], view=FILE_MODAL)
        if payload["type"] == "block_suggestion":
            return {"options": offered}
        if payload["type"] == "view_submission":
            submitted.put_nowait(payload["view"]["state"]["values"])
        return None

    async with connected_app(sandbox, answer):
        await page.get_by_role("button", name="Shortcuts").click()
        await page.get_by_role("menuitem", name="Check a draft").click()
        modal = page.get_by_role("dialog", name="Check a draft")
        story: FilePayload = {"name": "story.yml", "mimeType": "text/yaml", "buffer": b"format: 1"}
        await modal.get_by_label("Your story").set_input_files(story)
        await expect(modal.get_by_role("button", name="Remove story.yml")).to_be_visible()
        for name in ("Tom", "Sam"):
            await modal.get_by_label("Whom to tell").click()
            await modal.get_by_role("option", name=name).click()
        await modal.get_by_role("button", name="Check", exact=True).click()
        async with asyncio.timeout(40):
            values = await submitted.get()
    [file] = values["file"]["file"]["files"]
    assert sandbox.slack.files.find(file["id"]).content == b"format: 1"
    chosen = values["people"]["people"]["selected_options"]
    assert [option["value"] for option in chosen] == ["Tom", "Sam"]
