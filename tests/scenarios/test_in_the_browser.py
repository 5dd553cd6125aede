"""The first things a new user does, in a real browser, against the real bot."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect

from sandbox.server import RunningSandbox
from tests.support.browser import needs_browser, open_browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("onboarding"),
    needs_browser,
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: the other scenarios play on both."""
    return sqlite_url


@pytest.fixture
async def page(slack: RunningSandbox) -> AsyncIterator[Page]:
    async with open_browser() as browser:
        page = await browser.new_page(viewport={"width": 1200, "height": 800})
        await page.goto(f"{slack.url}/#C0SALES/U0MAYA")
        yield page


async def type_into(composer: Locator, text: str) -> None:
    await composer.fill(text)
    await composer.press("Enter")


async def test_a_draft_is_checked_edited_and_checked_again(page: Page) -> None:
    composer = page.get_by_role("combobox", name="Message #sales")
    await type_into(composer, "/coherence check You are guaranteed to get paid.")
    answer = page.get_by_role("article").filter(has_text="Only visible to you").last
    await expect(answer).to_contain_text("“guaranteed”")
    await expect(answer).to_contain_text("Narrative X1")

    await answer.get_by_role("button", name="Edit and check again").click()
    form = page.get_by_role("dialog", name="Check a draft")
    draft = form.get_by_label("Your draft")
    await expect(draft).to_have_value("You are guaranteed to get paid.")
    await expect(form.get_by_role("option", name="No particular touchpoint")).to_have_count(1)
    await draft.fill("We remind customers kindly.")
    await form.get_by_role("button", name="Check", exact=True).click()
    result = page.get_by_role("dialog", name="Does it fit our story?")
    await expect(result).to_contain_text("Not judged: the rules found nothing")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_message_is_checked_from_its_menu(page: Page) -> None:
    message = page.get_by_role("article").filter(has_text="24/7").first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Check against narrative").click()
    result = page.get_by_role("dialog", name="Does it fit our story?")
    await expect(result).to_contain_text("“24/7”")


async def test_the_narrative_is_read_in_a_window(page: Page) -> None:
    composer = page.get_by_role("combobox", name="Message #sales")
    await type_into(composer, "/coherence narrative")
    playbook = page.get_by_role("dialog", name="Our narrative")
    await expect(playbook).to_contain_text("Playbook: New customer onboarding")
    await playbook.get_by_role("button", name="Close").last.click()
    await expect(playbook).to_be_hidden()
