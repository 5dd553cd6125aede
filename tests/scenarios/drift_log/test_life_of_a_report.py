"""Reading the drift log and the life of a report, as people in Slack go through them."""

import io
from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from bot.bootstrap import Application
from coherence.drift.report import Severity
from coherence.stewards import Person as Who
from sandbox.server import RunningSandbox
from sandbox.world import PRIVATE, Channel
from storage.outbox import Delivery
from tests.support.drift_reader import PRICES, Reader, message, reported
from tests.support.people import eventually, text_of
from tests.support.steward import field_value, shown


async def test_an_empty_log_says_how_something_gets_into_it(bot: Application, maya: Reader) -> None:
    view = await maya.open_list()
    assert "Nothing open." in shown(view)


async def test_the_list_shows_what_is_open_newest_first(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya, severity=Severity.SERIOUS, touchpoint_id="C1")
    await reported(bot, priya, "Support promises a call <!channel>")
    said = shown(await maya.open_list())
    assert said.index("*Drift 2*") < said.index("*Drift 1*")
    assert "serious · " in said
    assert "Nobody has it yet" in said
    assert "<!channel>" not in said
    assert priya.id not in said


async def test_filters_narrow_the_list_and_are_cleared(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya, severity=Severity.SERIOUS, touchpoint_id="C1")
    await reported(bot, priya, "Support promises a call")
    view = await maya.open_list()
    await maya.pick(view, "severity", "serious")
    assert "*Drift 2*" not in shown(view)
    await maya.pick(view, "touchpoint", "C1")
    await maya.pick(view, "since", "7")
    assert "*Drift 1*" in shown(view)
    await maya.pick(view, "layer", "system")
    assert "No report fits these filters." in shown(view)
    await maya.do(view, "drift_clear")
    assert "*Drift 2*" in shown(view)
    await maya.pick(view, "show", "mine")
    assert "No report fits these filters." in shown(view)


async def test_reports_are_found_by_words(bot: Application, maya: Reader, priya: Reader) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Support promises a call")
    view = await maya.open_list()
    await maya.find(view, 'PRICING "ever')
    assert "*Drift 1*" in shown(view)
    assert "*Drift 2*" not in shown(view)
    await maya.find(view, "")
    assert "*Drift 2*" in shown(view)


async def test_a_long_list_has_pages(bot: Application, maya: Reader, priya: Reader) -> None:
    for n in range(12):
        await reported(bot, priya, f"Clash number {n}")
    view = await maya.open_list()
    assert "*Drift 12*" in shown(view)
    assert "*Drift 2*" not in shown(view)
    await maya.do(view, "drift_page_older")
    assert "*Drift 2*" in shown(view)
    assert "*Drift 12*" not in shown(view)
    await maya.do(view, "drift_page_newer")
    assert "*Drift 12*" in shown(view)


async def test_a_report_shows_its_evidence_and_what_happened(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya, evidence=(message("U0SAM", "Free <!channel> for ever"),))
    view = await maya.open_list()
    await maya.use(view, "drift_open", "1")
    said = shown(await maya.modal_showing("What happened"))
    assert "Free @… for ever" in said or "&lt;!channel&gt;" in said
    assert "<!channel>" not in said
    assert "By <@U0SAM>" in said
    assert "<https://larkfield.slack.com/archives/C0SALES/p1|Open the message>" in said
    assert "<@U0PRIYA> reported it" in said


async def test_private_evidence_is_for_members_of_its_channel(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader, sam: Reader
) -> None:
    members = {"U0PRIYA", slack.world.app.bot_user_id}
    private = Channel("C0DEALS", "deals", kind=PRIVATE, members=members)
    slack.world.channels[private.id] = private
    secret = replace(message("U0LUIS", "heron"), channel_id=private.id, is_private=True)
    await reported(bot, priya, evidence=(secret,))
    assert "heron" in shown(await priya.report())
    said = shown(await sam.report())
    assert "heron" not in said
    assert "U0LUIS" not in said
    assert private.id not in said
    assert "Only its members can read it here." in said


async def test_a_report_goes_from_triage_to_its_end_and_the_reporter_reads_one_message(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    view = await maya.report()
    await maya.do(view, "drift_take")
    assert "<@U0MAYA> has it" in shown(view)
    await priya.letter_saying("<@U0MAYA> looks after it")

    form = await maya.form_of(view, "triage")
    await maya.save(form, severity="serious", layer="narrative", touchpoint_id="C1")
    await eventually(lambda: "Diagnosed" in shown(view))
    assert "Serious · Narrative layer" in shown(view)
    assert "<@U0MAYA> saw the cause in the narrative layer" in shown(view)
    await priya.letter_saying("diagnosed")

    await maya.do(view, "drift_fixing")
    form = await maya.form_of(view, "resolve")
    await maya.submit(form, resolution="fixed", note="The page says “from day two” now")
    await eventually(lambda: "Resolved, fixed" in shown(view))
    letter = await priya.letter_saying("resolved, fixed")
    assert "from day two" in text_of(letter.blocks)
    assert "Drift 1 is resolved, fixed" in letter.text
    assert maya.direct_answers() == []

    await priya.press(letter, "drift_open")
    view = await priya.modal_showing("Resolved, fixed")
    form = await priya.form_of(view, "reopen")
    await priya.submit(form, note="It is back")
    await eventually(lambda: "Reopened" in shown(view))
    await priya.letter_saying("reopened")
    await eventually(
        lambda: "reopened" in text_of([b for m in maya.direct_answers() for b in m.blocks])
    )


async def test_a_report_without_a_name_tells_nobody(
    bot: Application, slack: RunningSandbox, maya: Reader, priya: Reader
) -> None:
    who = Who(slack.world.team.id, "U0MAYA")
    published = await bot.use_cases.stacks.published(who.workspace_id)
    await bot.use_cases.drift_reports.allow_anonymous(who, published.journey_id, allowed=True)
    await reported(bot, priya, anonymous=True)
    view = await maya.report()
    await maya.do(view, "drift_take")
    assert "Somebody reported it" in shown(view)
    assert "U0PRIYA" not in shown(view)
    async with bot.database.reading() as session:
        assert (await session.exec(select(Delivery))).all() == []


async def test_of_two_who_triage_at_once_the_second_sees_both_and_keeps_their_words(
    bot: Application, maya: Reader, hanna: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    hers, theirs = await maya.report(), await hanna.report()
    first, second = await maya.form_of(hers, "triage"), await hanna.form_of(theirs, "triage")
    await maya.save(first, severity="serious", layer="system")
    await hanna.save(second, summary="Prices clash", layer="narrative")
    clash = await hanna.modal_showing("was changed while you were writing")
    assert "<@U0MAYA> called it serious" in shown(clash)
    assert field_value(clash, "summary") == "Prices clash"
    assert field_value(clash, "layer")["value"] == "narrative"
    assert field_value(clash, "severity")["value"] == "serious"
    await hanna.save(clash)
    await eventually(lambda: "Prices clash" in shown(theirs))
    assert "Serious · Narrative layer" in shown(theirs)


async def test_of_two_who_resolve_at_once_the_second_is_told_and_keeps_the_note(
    bot: Application, maya: Reader, hanna: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    first = await maya.form_of(await maya.report(), "resolve")
    second = await hanna.form_of(await hanna.report(), "resolve")
    await maya.submit(first, resolution="accepted", note="Fine as it is")
    await hanna.submit(second, resolution="fixed", note="Done")
    clash = await hanna.modal_showing("resolved it: accepted as it is")
    assert field_value(clash, "note") == "Done"
    refused = await hanna.submit(clash, resolution="fixed", note="Done")
    assert "reopen it first" in str(refused["errors"])


async def test_a_button_that_is_pressed_twice_does_it_once(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    view = await maya.report()
    before = dict(view.content)
    await maya.do(view, "drift_take")
    view.replace(before)
    await maya.do(view, "drift_take")
    assert "changed meanwhile, so I did nothing" in shown(view)
    assert shown(view).count("<@U0MAYA> took it on") == 1


async def test_who_may_not_change_a_report_is_offered_only_what_they_may(
    bot: Application, maya: Reader, priya: Reader, sam: Reader
) -> None:
    await reported(bot, priya)
    view = await sam.report()
    said = shown(view)
    assert "Take it on" in said
    assert "Triage…" not in said
    await sam.do(view, "drift_take")
    assert "Triage…" in shown(view)
    assert "Take it on" not in shown(await priya.report())


async def test_a_report_is_given_to_people_and_a_touchpoint_is_taken_back(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    view = await maya.report()
    form = await maya.form_of(view, "triage")
    fields = {each["block_id"].partition("@")[0]: each["block_id"] for each in form.blocks}
    maya.slack.world.members["U0SAM"].deleted = True
    for nobody in (maya.slack.world.app.bot_user_id, "U0SAM"):
        refused = await maya.submit(form, **{fields["owner"]: nobody})
        assert "choose somebody with an account" in refused["errors"][fields["owner"]]
    await maya.submit(form, **{fields["owner"]: maya.id, fields["touchpoint_id"]: "C1"})
    await eventually(lambda: "saw it at “Welcome email”" in shown(view))
    form = await maya.form_of(view, "triage")
    fields = {each["block_id"].partition("@")[0]: each["block_id"] for each in form.blocks}
    await maya.submit(form, **{fields["touchpoint_id"]: "nothing"})
    await eventually(lambda: "took the touchpoint away" in shown(view))


async def test_a_report_is_put_off_and_taken_up_again(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    view = await maya.report()
    form = await maya.form_of(view, "snooze")
    refused = await maya.submit(form, until="2020-01-01")
    assert refused["errors"] == {
        "until": "Please choose a day from tomorrow on, at most a year ahead."
    }
    until = bot.use_cases.now().date() + timedelta(days=30)
    await maya.submit(form, until=until.isoformat())
    await eventually(lambda: "put off until" in shown(view))
    listed = await maya.open_list()
    assert "*Drift 1*" not in shown(listed)
    await maya.pick(listed, "show", "waiting")
    assert "*Drift 1*" in shown(listed)
    view = await maya.report()
    await maya.do(view, "drift_wake")
    assert "took it up again" in shown(view)


async def test_a_report_is_linked_to_a_line_another_report_and_a_ticket(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await reported(bot, priya, "Another")
    view = await maya.report(2)
    form = await maya.form_of(view, "link")
    assert (await maya.submit(form))["errors"] == {"report": "Please fill this in."}
    refused = await maya.submit(form, ticket="javascript:alert(1)")
    assert "https://" in refused["errors"]["ticket"]
    both = await maya.submit(form, report="1", ticket="jira-1")
    assert set(both["errors"]) == {"ticket"}
    who = Who(maya.slack.world.team.id, maya.id)
    assert not (await bot.use_cases.drift_log.detail(who, 2)).links
    refused = await maya.submit(form, report="77")
    assert refused["errors"]["report"] == "There is no drift report 77."
    assert set(refused["errors"]) == {"ticket", "report"}
    await maya.submit(form, item="P1", report="1", ticket="https://tickets.example/4?a=1&b=2")
    await eventually(lambda: "*Linked*" in shown(view))
    said = shown(view)
    assert "<https://tickets.example/4?a=1&amp;b=2|tickets.example/4>" in said
    assert f"*Drift 1*  {PRICES}\nlinked " in said
    assert "*P1*  " in said
    assert "*Drift 2*  Another\nlinked " in shown(await maya.report(1))


async def test_an_author_has_the_copy_of_their_message_removed(
    bot: Application, maya: Reader, priya: Reader, sam: Reader
) -> None:
    await reported(bot, priya, evidence=(message("U0SAM", "heron"),))
    assert "Remove the copy" not in shown(await priya.report())
    view = await sam.report()
    await sam.do(view, "drift_remove_copy", "1")
    assert "heron" not in shown(view)
    assert "The copy of these words was removed." in shown(view)
    assert "Open the message" in shown(view)


async def test_a_version_made_because_of_a_report_answers_it(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await reported(bot, priya)
    await maya.edit("T1", "tone", "tone", text="Calm.")
    editor = await maya.editor("tone")
    changes = await maya.changes(editor)
    await maya.submit(changes, note="Clearer", because_of=["1"])
    assert "Version 2 is published" in shown(changes)
    await priya.letter_saying("Version 2 of the narrative answers this.")
    assert "answered it with version 2 of the narrative" in shown(await priya.report())


async def test_a_number_that_no_report_has_is_said_so(bot: Application, maya: Reader) -> None:
    await maya.command("drift 9")
    await maya.modal_showing("There is no drift report 9.")


async def test_what_people_write_is_not_logged(
    bot: Application, maya: Reader, priya: Reader, logged: io.StringIO
) -> None:
    await reported(bot, priya, "heron", evidence=(message("U0SAM", "heron"),))
    form = await maya.form_of(await maya.report(), "resolve")
    await maya.submit(form, resolution="fixed", note="heron")
    await priya.letter_saying("resolved")
    assert "heron" not in logged.getvalue()
