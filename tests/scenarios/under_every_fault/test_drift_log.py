"""Ways into the drift that was reported, and what becomes of it, under every fault of Slack's."""

import pytest

from coherence.drift.report import EvidenceKind, LinkKind, NewEvidence, NewReport, Resolution
from sandbox.views import View
from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider
from tests.support.people import ONBOARDING
from tests.support.steward import block_of

pytestmark = pytest.mark.usefixtures("onboarding")


async def report_drift(maya: Insider, *, copies: int = 1, own_words: bool = False) -> None:
    """Have a report of one's own on record, or as many; with one's own message as evidence."""
    said = NewEvidence(
        EvidenceKind.MESSAGE, "Free for a month.", author=maya.id, channel_id=ONBOARDING
    )
    new = NewReport(
        maya.team,
        maya.id,
        "Prices clash",
        channel_id=ONBOARDING,
        evidence=(said,) if own_words else (),
    )
    for _ in range(copies):
        await maya.bot.use_cases.drift_reports.report(new)


async def put_drift_off(maya: Insider) -> None:
    """Have the first report rest for a month."""
    await maya.bot.use_cases.drift_triage.snooze(maya.who, 1, maya.in_days(30), seen=1)


async def end_drift(maya: Insider) -> None:
    """Have the first report resolved."""
    triage = maya.bot.use_cases.drift_triage
    await triage.resolve(maya.who, 1, Resolution.FIXED, "Done", seen=1)


async def link_drift(maya: Insider, kind: LinkKind, target: str) -> None:
    """Link the first report to something."""
    await maya.bot.use_cases.drift_links.link(maya.who, 1, {kind: target})


async def drift_listed(maya: Insider) -> Act:
    return lambda: maya.command("drift")


async def drift_over_time(maya: Insider) -> Act:
    await report_drift(maya)
    await maya.command("drift")
    listed = await maya.modal_showing("Find by words")
    return lambda: maya.use(listed, "drift_over_time", "open")


async def drift_over_time_by_touchpoint(maya: Insider) -> Act:
    await (await drift_over_time(maya))()
    shown = await with_action(maya, "drift_over_time_by")
    return lambda: maya.use(shown, "drift_over_time_by", "touchpoint")


async def drift_opened(maya: Insider) -> Act:
    await report_drift(maya)
    return lambda: maya.command("drift 1")


async def drift_found(maya: Insider) -> Act:
    await maya.command("drift")
    listed = await maya.modal_showing("Find by words")
    return lambda: maya.submit(listed, words_0="price")


async def drift_filtered(maya: Insider) -> Act:
    await report_drift(maya)
    listed = await drift_list(maya)
    return lambda: maya.use(listed, "drift_filter_severity", "serious")


async def drift_filters_cleared(maya: Insider) -> Act:
    await (await drift_filtered(maya))()
    listed = await with_action(maya, "drift_clear")
    return lambda: maya.press(listed, "drift_clear")


async def drift_next_page(maya: Insider) -> Act:
    await report_drift(maya, copies=11)
    listed = await drift_list(maya)
    return lambda: maya.press(listed, "drift_page_older")


async def drift_opened_from_the_list(maya: Insider) -> Act:
    await report_drift(maya)
    listed = await drift_list(maya)
    return lambda: maya.use(listed, "drift_open", "1")


async def drift_list(maya: Insider) -> View:
    await maya.command("drift")
    return await maya.modal_showing("Find by words")


async def drift_taken(maya: Insider) -> Act:
    return await drift_pressed(maya, "drift_take")


async def drift_being_fixed(maya: Insider) -> Act:
    return await drift_pressed(maya, "drift_fixing")


async def drift_woken(maya: Insider) -> Act:
    await report_drift(maya)
    await put_drift_off(maya)
    return await drift_pressed(maya, "drift_wake", on_record=True)


async def drift_pressed(maya: Insider, action_id: str, *, on_record: bool = False) -> Act:
    if not on_record:
        await report_drift(maya)
    await maya.command("drift 1")
    report = await with_action(maya, action_id)
    return lambda: maya.press(report, action_id)


async def drift_copy_removed(maya: Insider) -> Act:
    await report_drift(maya, own_words=True)
    await maya.command("drift 1")
    report = await with_action(maya, "drift_remove_copy")
    return lambda: maya.use(report, "drift_remove_copy", "1")


async def drift_form_opened(maya: Insider) -> Act:
    return await drift_pressed(maya, "drift_form_triage")


async def drift_taken_from_the_list(maya: Insider) -> Act:
    await report_drift(maya)
    await maya.command("drift")
    await maya.use(await with_action(maya, "drift_open"), "drift_open", "1")
    report = await with_action(maya, "drift_take")
    return lambda: maya.press(report, "drift_take")


async def drift_unlinked(maya: Insider) -> Act:
    await report_drift(maya)
    await link_drift(maya, LinkKind.TICKET, "https://tickets.example/4")
    await maya.command("drift 1")
    report = await with_action(maya, "drift_unlink")
    [link] = [block["accessory"] for block in report.blocks if "link_" in block["block_id"]]
    return lambda: maya.use(report, "drift_unlink", link["value"])


async def drift_opened_from_a_link(maya: Insider) -> Act:
    await report_drift(maya, copies=2)
    await link_drift(maya, LinkKind.REPORT, "2")
    await maya.command("drift 1")
    report = await with_action(maya, "drift_open_here")
    return lambda: maya.use(report, "drift_open_here", "2")


async def drift_settings_opened(maya: Insider) -> Act:
    await maya.command("drift")
    listed = await with_action(maya, "drift_open_settings")
    return lambda: maya.press(listed, "drift_open_settings")


async def drift_settings_saved(maya: Insider) -> Act:
    await (await drift_settings_opened(maya))()
    form = await maya.modal_showing("Digests")
    chosen = {block_of(form, "reporting"): ["anonymous"], block_of(form, "digests"): []}
    return lambda: maya.submit(form, **chosen)


async def drift_triaged(maya: Insider) -> Act:
    form = await drift_form(maya, "triage")
    return lambda: maya.save(form, severity="serious")


async def drift_resolved(maya: Insider) -> Act:
    form = await drift_form(maya, "resolve")
    return lambda: maya.submit(form, resolution="fixed", note="Done")


async def drift_reopened(maya: Insider) -> Act:
    await report_drift(maya)
    await end_drift(maya)
    form = await drift_form(maya, "reopen", on_record=True)
    return lambda: maya.submit(form, note="It is back")


async def drift_assigned(maya: Insider) -> Act:
    form = await drift_form(maya, "triage")
    return lambda: maya.save(form, owner="U0HANNA")


async def drift_put_off(maya: Insider) -> Act:
    form = await drift_form(maya, "snooze")
    until = maya.day_after(30)
    return lambda: maya.submit(form, until=until)


async def drift_linked(maya: Insider) -> Act:
    form = await drift_form(maya, "link")
    return lambda: maya.submit(form, ticket="https://tickets.example/4")


async def drift_form(maya: Insider, name: str, *, on_record: bool = False) -> View:
    await (await drift_pressed(maya, f"drift_form_{name}", on_record=on_record))()
    return await maya.filled_form()


WAYS_IN: dict[WayIn, str] = {
    drift_listed: "DriftHandlers.on_command",
    drift_over_time: "DriftOverTimeHandlers.on_open",
    drift_over_time_by_touchpoint: "DriftOverTimeHandlers.on_by",
    drift_opened: "DriftHandlers.on_command",
    drift_found: "DriftHandlers.on_find",
    drift_filtered: "DriftHandlers.on_filter",
    drift_filters_cleared: "DriftHandlers.on_clear",
    drift_next_page: "DriftHandlers.on_page",
    drift_opened_from_the_list: "DriftHandlers.on_open",
    drift_taken: "DriftLifeHandlers.on_take",
    drift_being_fixed: "DriftLifeHandlers.on_fixing",
    drift_put_off: "DriftLifeHandlers.on_snoozed",
    drift_woken: "DriftLifeHandlers.on_wake",
    drift_copy_removed: "DriftLifeHandlers.on_remove_copy",
    drift_form_opened: "DriftLifeHandlers.on_form",
    drift_taken_from_the_list: "DriftLifeHandlers.on_take",
    drift_unlinked: "DriftLifeHandlers.on_unlink",
    drift_opened_from_a_link: "DriftHandlers.on_open_here",
    drift_settings_opened: "DriftSettingsHandlers.on_open",
    drift_settings_saved: "DriftSettingsHandlers.on_submitted",
    drift_triaged: "DriftLifeHandlers.on_triaged",
    drift_assigned: "DriftLifeHandlers.on_triaged",
    drift_linked: "DriftLifeHandlers.on_linked",
    drift_resolved: "DriftLifeHandlers.on_resolved",
    drift_reopened: "DriftLifeHandlers.on_reopened",
}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_into_reported_drift_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault)
