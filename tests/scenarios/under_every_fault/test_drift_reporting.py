"""Ways to report drift under every fault of Slack's."""

import pytest

from bot.clock import system_clock
from sandbox.messages import Message
from sandbox.views import View
from storage.journeys import Journey
from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider
from tests.support.people import ONBOARDING, SUPPORT

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."


async def add_journey(maya: Insider, name: str) -> None:
    """Have another journey, so that one has to be chosen."""
    journey = Journey(workspace_id=maya.team, id="j2", name=name, created_at=system_clock())
    async with maya.bot.database.transaction() as session:
        session.add(journey)


async def drift_command(maya: Insider) -> Act:
    return lambda: maya.command("drift The page says an hour, support says two days")


async def drift_help(maya: Insider) -> Act:
    return lambda: maya.command("drift help")


async def drift_opened_from_the_thanks(maya: Insider) -> Act:
    await (await drift_submitted(maya))()
    thanks = await with_action(maya, "drift_open_here")
    return lambda: maya.press(thanks, "drift_open_here")


async def drift_global_shortcut(maya: Insider) -> Act:
    return lambda: maya.shortcut("report_drift_anywhere")


async def drift_message_shortcut(maya: Insider) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("report_drift", message)


async def drift_finding(maya: Insider) -> Act:
    await maya.command("check With Larkfield you are guaranteed to get your money.")
    answer = await maya.private_answer()
    return lambda: maya.choose(answer, "drift", "guaranteed")


async def drift_submitted(maya: Insider) -> Act:
    form, link = (
        await drift_report_form(maya),
        linked(maya.say("It takes two days.", SUPPORT), maya),
    )
    return lambda: maya.submit(form, summary="The page and support disagree", other=link)


async def drift_second_message(maya: Insider) -> Act:
    await drift_report_form(maya)
    maya.slack.slack.views.close_all(maya.id)
    message = maya.say("It takes two days.", SUPPORT)
    return lambda: maya.shortcut("report_drift", message)


async def drift_second_added(maya: Insider) -> Act:
    use = await drift_second_message(maya)
    await use()
    offer = await with_action(maya, "drift_report_add")
    return lambda: maya.press(offer, "drift_report_add")


async def drift_asked_for_twice(maya: Insider) -> View:
    for _ in range(2):
        form = await drift_report_form(maya)
        await maya.submit(form, summary="The page and support disagree")
    return await maya.modal_showing("Nothing is saved yet")


async def drift_second_apart(maya: Insider) -> Act:
    use = await drift_second_message(maya)
    await use()
    offer = await with_action(maya, "drift_report_new")
    return lambda: maya.press(offer, "drift_report_new")


async def drift_journey_chosen(maya: Insider) -> Act:
    await add_journey(maya, "Renewal")
    await maya.shortcut("report_drift_anywhere")
    form = await maya.modal_showing("Which journey?")
    act = maya.slack.surfaces.act_in_view
    names = {"block_id": "journey", "action_id": "drift_report_journey", "value": "j2"}
    return lambda: act(form, **names, state={"summary": {"value": "Prices clash"}})


async def drift_me_too(maya: Insider) -> Act:
    asked = await drift_asked_for_twice(maya)
    return lambda: maya.use(asked, "drift_report_me_too", "1")


async def drift_another_thing(maya: Insider) -> Act:
    asked = await drift_asked_for_twice(maya)
    return lambda: maya.submit(asked)


async def drift_back(maya: Insider) -> Act:
    asked = await drift_asked_for_twice(maya)
    return lambda: maya.press(asked, "drift_report_back")


async def drift_report_form(maya: Insider) -> View:
    await maya.shortcut("report_drift_anywhere")
    return await maya.modal_showing("What doesn't fit?")


def linked(message: Message, maya: Insider) -> str:
    return f"{maya.slack.slack.url}/archives/{message.channel}/p{message.ts.replace('.', '')}"


WAYS_IN: dict[WayIn, str] = {
    drift_command: "DriftReportHandlers.on_command",
    drift_help: "HelpHandlers.on_drift",
    drift_global_shortcut: "DriftReportHandlers.on_global_shortcut",
    drift_message_shortcut: "DriftReportHandlers.on_message_shortcut",
    drift_finding: "DriftReportHandlers.on_finding",
    drift_submitted: "DriftReportHandlers.on_submitted",
    drift_opened_from_the_thanks: "DriftHandlers.on_open_here",
    drift_second_message: "DriftReportHandlers.on_message_shortcut",
    drift_second_added: "DriftReportHandlers.on_add",
    drift_second_apart: "DriftReportHandlers.on_apart",
    drift_journey_chosen: "DriftReportHandlers.on_journey",
    drift_me_too: "DriftReportHandlers.on_me_too",
    drift_another_thing: "DriftReportHandlers.on_another_thing",
    drift_back: "DriftReportHandlers.on_back",
}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_to_report_drift_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault)
