"""Ways into help, the Home, privacy and what could not be delivered under every fault of Slack's."""

import pytest

from bot.clock import system_clock
from coherence.outbox import NewDelivery
from storage.outbox import State, add_deliveries
from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider
from tests.support.people import ONBOARDING, eventually

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."


async def give_up(maya: Insider, key: str) -> None:
    """Have a delivery to #onboarding given up, as after too many attempts."""
    now = system_clock()
    new = NewDelivery(key, "reminder", channel_id=ONBOARDING)
    row = new.row(maya.team, due_at=now, now=now)
    row.state, row.error, row.settled_at = State.DEAD.value, "is_archived", now
    async with maya.bot.database.transaction() as session:
        await add_deliveries(session, [row], machine_now=now)


async def command_help(maya: Insider) -> Act:
    return lambda: maya.command("help")


async def command_unknown(maya: Insider) -> Act:
    return lambda: maya.command("sing")


async def direct_greeting(maya: Insider) -> Act:
    async def say() -> None:
        maya.say("help")
        await maya.slack.settle()

    return say


async def command_undelivered(maya: Insider) -> Act:
    return lambda: maya.command("undelivered")


async def undelivered_sent_again(maya: Insider) -> Act:
    return await _undelivered_pressed(maya, "undelivered_again")


async def undelivered_let_go(maya: Insider) -> Act:
    return await _undelivered_pressed(maya, "undelivered_let_go")


async def _undelivered_pressed(maya: Insider, action_id: str) -> Act:
    await give_up(maya, "k1")
    await maya.command("undelivered")
    view = await with_action(maya, action_id)
    return lambda: maya.press(view, action_id)


async def command_privacy(maya: Insider) -> Act:
    return lambda: maya.command("privacy")


async def own_words_erased(maya: Insider) -> Act:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    await maya.command("privacy")
    page = await maya.message_with("privacy_erase")
    return lambda: maya.press(page, "privacy_erase")


async def retention_opened(maya: Insider) -> Act:
    await maya.command("privacy")
    page = await maya.message_with("retention_open")
    return lambda: maya.press(page, "retention_open")


async def retention_chosen(maya: Insider) -> Act:
    press = await retention_opened(maya)
    await press()
    form = await maya.modal_showing("What I keep of each check")
    return lambda: maya.submit(form)


async def retention_confirmed(maya: Insider) -> Act:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    press = await retention_opened(maya)
    await press()
    form = await maya.modal_showing("What I keep of each check")
    await maya.submit(form, keep="fingerprints")
    asked = await maya.modal_showing("can't be undone")
    return lambda: maya.submit(asked)


async def home_opened(maya: Insider) -> Act:
    async def open_home() -> None:
        maya.slack.surfaces.open_home(maya.id)
        await maya.slack.settle()

    return open_home


async def home_pressed(maya: Insider) -> Act:
    await (await home_opened(maya))()
    home = await eventually(lambda: maya.slack.slack.views.home(maya.id))
    assert home is not None
    return lambda: maya.use(home, "home_check", "open")


WAYS_IN: dict[WayIn, str] = {
    command_help: "HelpHandlers.on_command",
    command_unknown: "HelpHandlers.on_command",
    direct_greeting: "HelpHandlers.on_direct_message",
    command_privacy: "PrivacyHandlers.on_command",
    command_undelivered: "UndeliveredHandlers.on_command",
    undelivered_sent_again: "UndeliveredHandlers.on_again",
    undelivered_let_go: "UndeliveredHandlers.on_let_go",
    own_words_erased: "PrivacyHandlers.on_erase",
    retention_opened: "RetentionHandlers.on_open",
    retention_chosen: "RetentionHandlers.on_form_submitted",
    retention_confirmed: "RetentionHandlers.on_confirmed",
    home_opened: "HomeHandlers.on_opened",
    home_pressed: "Home: CheckHandlers.on_global_shortcut",
}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_to_help_and_to_what_is_kept_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault)
