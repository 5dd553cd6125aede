"""Ways into the set-up, the narrative and its examples under every fault of Slack's."""

import pytest

from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider
from tests.support.people import ONBOARDING

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."


async def command_narrative(maya: Insider) -> Act:
    return lambda: maya.command("narrative")


async def command_setup(maya: Insider) -> Act:
    return lambda: maya.command("setup")


async def command_edit(maya: Insider) -> Act:
    return lambda: maya.command("edit")


async def setup_form_opened(maya: Insider) -> Act:
    await maya.command("setup")
    overview = await with_action(maya, "setup_add")
    return lambda: maya.press(overview, "setup_add")


async def setup_form_submitted(maya: Insider) -> Act:
    press = await setup_form_opened(maya)
    await press()
    form = await maya.modal_showing("Which customer journey?")
    return lambda: maya.submit(form, name="Renewal")


async def edit_form_submitted(maya: Insider) -> Act:
    form = await maya.form(await maya.editor("promises"), "P1", "promises")
    return lambda: maya.save(form, text="Free for three months.")


async def edit_published(maya: Insider) -> Act:
    editor = await maya.editor("promises")
    await maya.save(await maya.form(editor, "P1", "promises"), text="Free for three months.")
    await maya.modal_showing("Saved P1")
    changes = await maya.changes(editor)
    return lambda: maya.submit(changes, note="Longer trial")


async def pin_shortcut(maya: Insider) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("pin_example", message)


async def pin_form_submitted(maya: Insider) -> Act:
    await (await pin_shortcut(maya))()
    form = await maya.filled_form()
    return lambda: maya.save(form, verdict="conflict")


async def pin_from_an_answer(maya: Insider) -> Act:
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    return lambda: maya.choose_first(answer, "example_pin")


async def narrative_test_opened(maya: Insider) -> Act:
    editor = await maya.editor()
    return lambda: maya.use(editor, "evaluation_open", "open")


async def narrative_test_run(maya: Insider) -> Act:
    await (await narrative_test_opened(maya))()
    window = await with_action(maya, "evaluation_run")
    return lambda: maya.use(window, "evaluation_run", "run")


WAYS_IN: dict[WayIn, str] = {
    command_narrative: "StackHandlers.on_command",
    command_setup: "SetupHandlers.on_command",
    command_edit: "StackEditingHandlers.on_command",
    setup_form_opened: "SetupHandlers.on_add",
    setup_form_submitted: "SetupHandlers.on_journey_submitted",
    edit_form_submitted: "StackEditingHandlers.on_form_submitted",
    edit_published: "StackEditingHandlers.on_publish",
    pin_shortcut: "ExampleHandlers.on_message_shortcut",
    pin_form_submitted: "ExampleHandlers.on_form_submitted",
    pin_from_an_answer: "ExampleHandlers.on_answer",
    narrative_test_opened: "EvaluationHandlers.on_open",
    narrative_test_run: "EvaluationHandlers.on_run",
}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_into_the_narrative_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault)
