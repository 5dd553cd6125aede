"""What people put right in a report, and what the windows show of it then."""

from dataclasses import replace

import pytest

from bot.bootstrap import Application
from coherence.drift.report import Link, LinkKind, NewEvidence
from coherence.errors import NotTheirDrift, NotTheirEvidence
from coherence.stewards import Person as Who
from sandbox.server import RunningSandbox
from sandbox.views import View
from sandbox.world import PRIVATE, Channel
from storage import drift_trail as trail
from storage.drift import DriftLink
from tests.support.drift_reader import Reader, message, reported
from tests.support.people import eventually, text_of
from tests.support.steward import field_value, shown
from tests.support.times import NOON

TICKET = "https://tickets.example/4"


def key(kind: LinkKind, target: str, view: View) -> str:
    """What the button beside a link stands for."""
    wanted = Link(kind, target, added_by="", added_at=NOON).key
    assert f"link_{wanted}" in [block["block_id"] for block in view.blocks]
    return wanted


async def linked(bot: Application, who: Reader, number: int, kind: LinkKind, target: str) -> None:
    person = Who(who.slack.world.team.id, who.id)
    assert await bot.use_cases.drift_links.link(person, number, {kind: target})


async def test_a_link_is_removed_beside_it_and_the_history_says_by_whom(
    bot: Application, maya: Reader, hanna: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    for kind, target in ((LinkKind.ITEM, "P1"), (LinkKind.TICKET, TICKET)):
        await linked(bot, maya, 1, kind, target)
    view = await hanna.report()
    await hanna.do(view, "drift_unlink", key(LinkKind.ITEM, "P1", view))
    assert "*P1*" not in shown(view)
    assert "<@U0HANNA> removed the link to P1 of the narrative · " in shown(view)
    await hanna.do(view, "drift_unlink", key(LinkKind.TICKET, TICKET, view))
    assert "*Linked*" not in shown(view)


async def test_a_link_between_two_reports_goes_from_both(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Another")
    await linked(bot, maya, 1, LinkKind.REPORT, "2")
    view = await maya.report(1)
    await maya.do(view, "drift_unlink", key(LinkKind.REPORT, "2", view))
    other = shown(await maya.report(2))
    assert "*Linked*" not in other
    assert "<@U0MAYA> removed the link to drift 1" in other


async def test_a_linked_report_opens_in_the_same_window_and_leads_back(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Another")
    await linked(bot, maya, 1, LinkKind.REPORT, "2")
    listed = await maya.open_list()
    view = await maya.open_from(listed, 1)
    await maya.do(view, "drift_open_here", "2")
    assert "Another" in shown(view)
    assert maya.modals == [listed, view]
    await maya.form_of(view, "resolve")
    maya.slack.slack.views.close(maya.modals[-1])
    await maya.do(view, "drift_take")
    await eventually(lambda: "Nobody has it yet" in shown(listed) and "<@U0MAYA>" in shown(listed))
    await maya.do(view, "drift_open_here", "1")
    await maya.do(view, "drift_unlink", key(LinkKind.REPORT, "2", view))
    assert "*Linked*" not in shown(view)


async def test_a_linked_report_that_is_not_on_record_can_not_be_opened_but_others_by_everybody(
    bot: Application, maya: Reader, priya: Reader, sam: Reader
) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Another")
    await linked(bot, maya, 1, LinkKind.REPORT, "2")
    async with bot.database.transaction() as session:
        row = DriftLink(
            workspace_id=maya.slack.world.team.id,
            number=1,
            id=0,
            kind="report",
            target="77",
            added_by=maya.id,
            added_at=NOON,
        )
        await trail.add_drift_link(session, row)
    view = await sam.report(1)
    assert buttons(view, "drift_open_here") == ["2"]
    await sam.do(view, "drift_open_here", "2")
    assert "Another" in shown(view)


def buttons(view: View, action_id: str) -> list[str]:
    """The values of all buttons that do this."""
    elements = (e for b in view.blocks for e in (*b.get("elements", ()), b.get("accessory") or {}))
    return [each["value"] for each in elements if each.get("action_id") == action_id]


async def test_of_two_who_remove_a_link_at_once_one_is_in_the_history(
    bot: Application, maya: Reader, hanna: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await linked(bot, maya, 1, LinkKind.TICKET, TICKET)
    hers, theirs = await maya.report(), await hanna.report()
    before = dict(hers.content)
    await maya.do(hers, "drift_unlink", key(LinkKind.TICKET, TICKET, hers))
    await hanna.do(theirs, "drift_unlink", key(LinkKind.TICKET, TICKET, theirs))
    hers.replace(before)
    await maya.do(hers, "drift_unlink", key(LinkKind.TICKET, TICKET, hers))
    assert shown(theirs).count("removed the link") == 1
    assert shown(hers).count("removed the link") == 1


async def test_links_are_removed_only_by_who_may_change_the_report(
    bot: Application, maya: Reader, priya: Reader, sam: Reader
) -> None:
    await reported(bot, priya)
    await linked(bot, maya, 1, LinkKind.TICKET, TICKET)
    view = await sam.report()
    assert "tickets.example/4" in shown(view)
    assert "Unlink" not in shown(view)
    links = bot.use_cases.drift_links
    with pytest.raises(NotTheirDrift):
        await links.unlink(Who(sam.slack.world.team.id, sam.id), 1, LinkKind.TICKET, TICKET)
    # Somebody who looked after it when the window opened, and doesn't any more.
    view.replace(dict((await maya.report()).content))
    await sam.do(view, "drift_unlink", key(LinkKind.TICKET, TICKET, view))
    assert "tickets.example/4" in shown(view)
    assert "removed the link" not in shown(view)


async def test_a_steward_removes_the_copy_of_somebody_elses_message(
    bot: Application, maya: Reader, hanna: Reader, priya: Reader, sam: Reader
) -> None:
    await reported(bot, priya, evidence=(message("U0SAM", "heron"),))
    hers, theirs = await maya.report(), await hanna.report()
    [button] = [b["accessory"] for b in hers.blocks if b["block_id"] == "evidence_1"]
    assert "for good, for everybody" in text_of([button["confirm"]])
    await maya.do(hers, "drift_remove_copy", "1")
    assert "heron" not in shown(hers)
    assert "Remove the copy" not in shown(hers)
    await hanna.do(theirs, "drift_remove_copy", "1")
    assert shown(theirs).count("had the copy of a message removed") == 1
    assert "<@U0MAYA> had the copy" in shown(await sam.report())


async def test_others_are_not_offered_to_remove_a_copy_and_may_not(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya, evidence=(message("U0SAM", "heron"),))
    view = await priya.report()
    assert "Remove the copy" not in shown(view)
    with pytest.raises(NotTheirEvidence):
        await bot.use_cases.drift_reports.remove_copy(
            Who(priya.slack.world.team.id, priya.id), 1, 1
        )
    assert "heron" in shown(await maya.report())


async def test_a_steward_removes_a_copy_from_a_channel_that_they_are_not_in(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader
) -> None:
    private = _private_channel(slack, {"U0PRIYA"}, with_bot=True)
    await reported(bot, priya, evidence=(_secret(private),))
    view = await maya.report()
    assert "heron" not in shown(view)
    await maya.do(view, "drift_remove_copy", "1")
    assert "The copy of these words was removed." in shown(view)
    assert "Remove the copy" not in shown(view)
    assert "heron" not in shown(await priya.report())


async def test_a_layer_is_taken_back_and_the_report_is_no_longer_diagnosed(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    view = await maya.report()
    form = await maya.form_of(view, "triage")
    assert field_value(form, "layer")["text"]["text"] == "Not sure yet"
    await maya.save(form, layer="system")
    await eventually(lambda: "Diagnosed" in shown(view))
    form = await maya.form_of(view, "triage")
    assert field_value(form, "layer")["value"] == "system"
    await maya.save(form, layer="nothing")
    await eventually(lambda: "Layer not known yet" in shown(view))
    assert "Triaged" in shown(view)
    assert "<@U0MAYA> left the layer open" in shown(view)


async def test_a_layer_taken_back_while_it_is_being_fixed_leaves_that_as_it_is(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    view = await maya.report()
    await maya.save(await maya.form_of(view, "triage"), layer="system")
    await eventually(lambda: "Diagnosed" in shown(view))
    await maya.do(view, "drift_fixing")
    await maya.save(await maya.form_of(view, "triage"), layer="nothing")
    await eventually(lambda: "Layer not known yet" in shown(view))
    assert "Being fixed" in shown(view)


async def test_the_list_below_shows_what_was_changed_in_a_report(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Another")
    listed = await maya.open_list()
    view = await maya.open_from(listed)
    await maya.do(view, "drift_take")
    assert "<@U0MAYA> has it" in shown(listed)
    await maya.save(await maya.form_of(view, "triage"), severity="serious")
    await eventually(lambda: "serious" in shown(listed))
    await eventually(lambda: "Serious" in shown(view))
    await maya.submit(await maya.form_of(view, "resolve"), resolution="fixed", note="Done")
    await eventually(lambda: "*Drift 1*" not in shown(listed))
    assert "*Drift 2*" in shown(listed)
    assert maya.modals == [listed, view]


async def test_a_list_that_was_narrowed_meanwhile_stays_as_it_was_narrowed(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Another")
    listed = await maya.open_list()
    view = await maya.open_from(listed)
    # They go back and choose while what they pressed is on its way.
    slack.slack.views.close(view)
    await maya.pick(listed, "severity", "serious")
    await maya.press(view, "drift_take")
    await bot.in_flight.drain()
    assert "No report fits these filters." in shown(listed)


async def test_a_list_that_one_has_gone_back_to_shows_the_change_all_the_same(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    listed = await maya.open_list()
    view = await maya.open_from(listed)
    slack.slack.views.close(view)
    await maya.press(view, "drift_take")
    await eventually(lambda: "<@U0MAYA> has it" in shown(listed))


async def test_after_a_double_press_the_list_still_follows(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    listed = await maya.open_list()
    view = await maya.open_from(listed)
    before = dict(view.content)
    await maya.do(view, "drift_take")
    view.replace(before)
    await maya.do(view, "drift_take")
    await maya.save(await maya.form_of(view, "triage"), severity="serious")
    await eventually(lambda: "serious" in shown(listed))


async def test_evidence_from_where_the_bot_is_not_is_read_by_who_added_it_alone(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader, sam: Reader
) -> None:
    private = _private_channel(slack, {"U0PRIYA", "U0SAM"}, with_bot=False)
    await reported(bot, priya, evidence=(_secret(private),))
    assert "heron" in shown(await priya.report())
    for other in (sam, maya):
        said = shown(await other.report())
        assert "heron" not in said
        assert private not in said


async def test_who_added_evidence_and_has_left_its_channel_reads_it_no_more(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader
) -> None:
    private = _private_channel(slack, {"U0PRIYA"}, with_bot=True)
    await reported(bot, priya, evidence=(_secret(private),))
    assert "heron" in shown(await priya.report())
    slack.world.channels[private].members.discard("U0PRIYA")
    assert "heron" not in shown(await priya.report())


def _private_channel(slack: RunningSandbox, members: set[str], *, with_bot: bool) -> str:
    everybody = members | ({slack.world.app.bot_user_id} if with_bot else set())
    slack.world.channels["C0DEALS"] = Channel("C0DEALS", "deals", kind=PRIVATE, members=everybody)
    return "C0DEALS"


def _secret(channel_id: str) -> NewEvidence:
    return replace(message("U0LUIS", "heron"), channel_id=channel_id, is_private=True)


async def test_lines_that_the_form_can_not_show_stay_when_others_are_chosen(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya, statement_ids=("P1", "gone"))
    view = await maya.report()
    form = await maya.form_of(view, "triage")
    await maya.save(form, statement_ids=["X1"])
    await eventually(lambda: "*X1*" in shown(view))
    who = Who(maya.slack.world.team.id, maya.id)
    report = (await bot.use_cases.drift_log.detail(who, 1)).report
    assert report.statement_ids == ("X1", "gone")
