"""Ways into a check, and to what people say of its findings, under every fault of Slack's."""

import pytest

from sandbox.messages import Message
from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider
from tests.support.people import ONBOARDING

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."


async def command_with_draft(maya: Insider) -> Act:
    return lambda: maya.command(f"check {DRAFT}")


async def command_for_form(maya: Insider) -> Act:
    return lambda: maya.command("check")


async def command_refused(maya: Insider) -> Act:
    return lambda: maya.command("check :tada:")


async def global_shortcut(maya: Insider) -> Act:
    return lambda: maya.shortcut("check_draft")


async def message_shortcut(maya: Insider) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("check_message", message)


async def form_submitted(maya: Insider) -> Act:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    return lambda: maya.submit(form, draft=DRAFT)


async def edit_in_a_message(maya: Insider) -> Act:
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    return lambda: maya.press(answer, "check_edit")


async def edit_in_a_modal(maya: Insider) -> Act:
    submit = await form_submitted(maya)
    await submit()
    answer = await maya.modal_showing("“guaranteed”")
    return lambda: maya.press(answer, "check_edit")


async def direct_draft(maya: Insider) -> Act:
    async def say() -> None:
        maya.say(DRAFT)
        await maya.slack.settle()

    return say


async def finding_helpful(maya: Insider) -> Act:
    answer = await checked(maya)
    return lambda: maya.choose(answer, "helpful", "guaranteed")


async def finding_dismissed(maya: Insider) -> Act:
    answer = await checked(maya)
    return lambda: maya.choose(answer, "dismiss", "guaranteed")


async def reason_submitted(maya: Insider) -> Act:
    await maya.choose(await checked(maya), "dismiss", "guaranteed")
    form = await maya.modal_showing("Why is it fine here?")
    return lambda: maya.submit(form, reason="Agreed")


async def set_aside_listed(maya: Insider) -> Act:
    submit = await reason_submitted(maya)
    await submit()
    answer = await maya.message_with("set aside")
    return lambda: maya.press(answer, "check_set_aside")


async def set_aside_restored(maya: Insider) -> Act:
    press = await set_aside_listed(maya)
    await press()
    listed = await with_action(maya, "check_restore")
    return lambda: maya.press(listed, "check_restore")


async def checked(maya: Insider) -> Message:
    await maya.command(f"check {DRAFT}")
    return await maya.private_answer()


WAYS_IN: dict[WayIn, str] = {
    command_with_draft: "CheckHandlers.on_command",
    command_for_form: "CheckHandlers.on_command",
    command_refused: "CheckHandlers.on_command",
    global_shortcut: "CheckHandlers.on_global_shortcut",
    message_shortcut: "CheckHandlers.on_message_shortcut",
    form_submitted: "CheckHandlers.on_form_submitted",
    edit_in_a_message: "CheckHandlers.on_edit",
    edit_in_a_modal: "CheckHandlers.on_edit",
    direct_draft: "CheckHandlers.on_direct_message",
    finding_helpful: "CheckFeedbackHandlers.on_finding",
    finding_dismissed: "CheckFeedbackHandlers.on_finding",
    reason_submitted: "CheckFeedbackHandlers.on_dismissed",
    set_aside_listed: "CheckFeedbackHandlers.on_set_aside",
    set_aside_restored: "CheckFeedbackHandlers.on_restore",
}

# The list and the answer that it is about.
CHANGE_TWO_PLACES = {set_aside_restored}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_into_a_check_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    answers = 2 if way_in in CHANGE_TWO_PLACES else 1
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault, answers=answers)
