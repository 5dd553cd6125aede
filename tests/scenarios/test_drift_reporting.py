import asyncio
from typing import Any

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from bot.clock import system_clock
from coherence.check_policy import Keep
from coherence.stack.versions import PublishedStack
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from sandbox.world import PRIVATE
from storage.drift import DriftEvidence, DriftReport
from storage.journeys import Journey
from storage.policies import CheckPolicy
from tests.support.drift_reader import Reader
from tests.support.people import ONBOARDING, RANDOM, SUPPORT, Person, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

SAID = "Set-up takes about an hour, you can do it alone."
SUMMARY = "Support says two days, our page says an hour"


async def reports(bot: Application) -> list[DriftReport]:
    async with bot.database.reading() as session:
        return list((await session.exec(select(DriftReport).order_by("number"))).all())


async def evidence(bot: Application) -> list[DriftEvidence]:
    async with bot.database.reading() as session:
        wanted = select(DriftEvidence).order_by("number", "id")
        return list((await session.exec(wanted)).all())


async def form(person: Person) -> View:
    return await person.modal_showing("What doesn't fit?")


async def test_a_message_is_on_record_with_its_evidence(
    bot: Application, maya: Person, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    await maya.shortcut("report_drift", message)
    view = await form(maya)
    shown = text_of([view.content])
    assert SAID in shown
    assert "Message from <@U0TOM> in <#C0ONBOARD>" in shown
    assert SAID not in str([b for b in view.blocks if b["type"] == "input"])
    await maya.submit(view, summary=SUMMARY, severity="serious")
    done = await maya.modal_showing("Drift 1")
    assert "You will hear how it ends." in text_of([done.content])
    [report] = await reports(bot)
    assert (report.summary, report.severity, report.reporter) == (SUMMARY, "serious", maya.id)
    [kept] = await evidence(bot)
    assert (kept.text, kept.author, kept.channel_id) == (SAID, tom.id, ONBOARDING)
    assert kept.message_ts == message.ts
    assert kept.permalink
    assert kept.permalink.endswith(f"/archives/{ONBOARDING}/p{message.ts.replace('.', '')}")


async def reported(person: Person, summary: str = SUMMARY, **fields: object) -> None:
    """Report something from the shortcuts menu."""
    await person.shortcut("report_drift_anywhere")
    await person.submit(await form(person), summary=summary, **fields)
    await person.modal_showing("is on record")
    await close_all(person)


async def close_all(person: Person) -> None:
    person.slack.slack.views.close_all(person.id)


def block(view: View, name: str) -> dict[str, Any]:
    """The field of this name."""
    return next(b for b in view.blocks if b["block_id"].partition("@")[0] == name)


def initial(view: View, name: str) -> str:
    chosen = block(view, name)["element"].get("initial_option") or {}
    return str(chosen.get("value"))


async def test_the_words_after_the_command_are_in_the_form(
    bot: Application, maya: Person, tom: Person
) -> None:
    await maya.command(f"drift {SUMMARY}")
    view = await form(maya)
    assert block(view, "summary")["element"]["initial_value"] == SUMMARY
    await maya.submit(view)
    await maya.modal_showing("Drift 1")
    [report] = await reports(bot)
    assert report.summary == SUMMARY
    assert not await evidence(bot)
    assert not tom.private_answers()


@pytest.mark.parametrize("word", ["help", "Help?"])
async def test_drift_help_says_what_can_be_done_with_it(
    bot: Application, maya: Person, word: str
) -> None:
    await maya.command(f"drift {word}")
    said = text_of((await maya.private_answer()).blocks)
    assert "`/coherence drift list`" in said
    assert maya.modal is None


async def test_drift_list_opens_the_list(bot: Application, maya: Person) -> None:
    await maya.command("drift List")
    await maya.modal_showing("Find by words")


async def test_a_sentence_that_begins_with_help_or_list_is_reported(
    bot: Application, maya: Person
) -> None:
    for said in ("help pages say an hour", "list prices differ"):
        await maya.command(f"drift {said}")
        view = await form(maya)
        assert block(view, "summary")["element"]["initial_value"] == said
        await close_all(maya)


async def test_a_command_of_40_000_characters_is_kept_whole(bot: Application, maya: Person) -> None:
    said = "The page and the mail disagree. " * 1_250
    await maya.command(f"drift {said}")
    view = await form(maya)
    assert "kept whole" in text_of([view.content])
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    [note] = await evidence(bot)
    assert (note.kind, note.text) == ("note", said.strip())


async def test_the_global_shortcut_opens_an_empty_form(bot: Application, maya: Person) -> None:
    await maya.shortcut("report_drift_anywhere")
    view = await form(maya)
    assert "initial_value" not in block(view, "summary")["element"]
    refused = await maya.submit(view, summary="")
    assert refused["errors"] == {"summary": "Please complete this required field."}
    refused = await maya.submit(view, summary="  \n ")
    assert refused["errors"] == {"summary": "Please say in a few words what doesn't fit."}
    assert not await reports(bot)


async def test_what_a_check_found_is_carried_over(bot: Application, maya: Person) -> None:
    await maya.command("check With Larkfield you are guaranteed to get your money.")
    await maya.choose(await maya.private_answer(), "drift", "guaranteed")
    view = await form(maya)
    assert "guaranteed" in text_of([view.content])
    [chosen] = block(view, "statements")["element"]["initial_options"]
    assert chosen["value"] == "X1"
    assert initial(view, "layer") == "narrative"
    assert "is my guess" in block(view, "layer")["hint"]["text"]
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    [report] = await reports(bot)
    assert report.statement_ids == ["X1"]
    assert (report.layer, report.layer_guess) == (None, "narrative")
    assert report.came_from_check
    [found] = await evidence(bot)
    said = "guaranteed (in: With Larkfield you are guaranteed to get your money.)"
    assert (found.kind, found.text, found.is_private) == ("finding", said, False)


async def test_where_texts_are_not_kept_a_finding_is_reported_without_its_sentence(
    bot: Application, maya: Person
) -> None:
    async with bot.database.transaction() as session:
        row = CheckPolicy(
            workspace_id=maya.slack.world.team.id, keep=Keep.FINGERPRINTS, keep_days=90
        )
        session.add(row)
    await maya.command("check With Larkfield you are guaranteed to get your money.")
    await maya.choose(await maya.private_answer(), "drift", "guaranteed")
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    [found] = await evidence(bot)
    assert found.text == "guaranteed"


async def test_a_finding_in_a_window_is_reported_on_top_of_it(
    bot: Application, maya: Person, tom: Person
) -> None:
    message = tom.say("With Larkfield you are guaranteed to get your money.", ONBOARDING)
    await maya.shortcut("check_message", message)
    await maya.choose(await maya.modal_showing("“guaranteed”"), "drift", "guaranteed")
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert len(maya.slack.slack.views.stack(maya.id)) == 2


async def test_the_report_just_made_opens_from_the_thanks_with_room_for_its_forms(
    bot: Application, slack: RunningSandbox, onboarding: PublishedStack
) -> None:
    tom = Reader(slack, "U0TOM")
    message = tom.say("With Larkfield you are guaranteed to get your money.", ONBOARDING)
    await tom.shortcut("check_message", message)
    await tom.choose(await tom.modal_showing("“guaranteed”"), "drift", "guaranteed")
    await tom.submit(await form(tom), summary=SUMMARY)
    thanks = await tom.modal_showing("*Drift 1* is on record")
    await tom.do(thanks, "drift_open_here", "1")
    assert "*What happened*" in text_of([thanks.content])
    await tom.do(thanks, "drift_take")
    await tom.form_of(thanks, "resolve")
    assert len(tom.modals) == 3


async def test_what_was_chosen_is_kept(bot: Application, maya: Person) -> None:
    await maya.shortcut("report_drift_anywhere")
    view = await form(maya)
    fields = {"summary": SUMMARY, "severity": "small"}
    fields |= {block(view, "touchpoint")["block_id"]: "C1"}
    fields |= {block(view, "statements")["block_id"]: ["P1", "X1"]}
    fields |= {block(view, "layer")["block_id"]: "system"}
    await maya.submit(view, **fields)
    await maya.modal_showing("Drift 1")
    [report] = await reports(bot)
    assert (report.severity, report.touchpoint_id, report.layer) == ("small", "C1", "system")
    assert set(report.statement_ids) == {"P1", "X1"}


async def test_without_a_layer_the_lines_give_a_guess(bot: Application, maya: Person) -> None:
    await maya.shortcut("report_drift_anywhere")
    view = await form(maya)
    lines = {block(view, "statements")["block_id"]: ["S1"]}
    await maya.submit(view, summary=SUMMARY, **lines)
    await maya.modal_showing("Drift 1")
    [report] = await reports(bot)
    assert (report.layer, report.layer_guess) == (None, "system")


async def test_two_submits_make_one_report(bot: Application, maya: Person) -> None:
    await maya.shortcut("report_drift_anywhere")
    view = await form(maya)
    await asyncio.gather(*(maya.submit(view, summary=SUMMARY) for _ in range(3)))
    await bot.in_flight.drain()
    assert len(await reports(bot)) == 1


async def test_the_same_message_is_offered_before_it_is_saved(
    bot: Application, maya: Person, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    await tom.shortcut("report_drift", message)
    await tom.submit(await form(tom), summary="Our own page says two days")
    await tom.modal_showing("Drift 1")

    await maya.shortcut("report_drift", message)
    await maya.submit(await form(maya), summary=SUMMARY)
    asked = await maya.modal_showing("Nothing is saved yet")
    shown = text_of([asked.content])
    assert "About the same message." in shown
    assert "Our own page says two days" in shown
    assert tom.id not in shown
    assert len(await reports(bot)) == 1
    await me_too(maya, asked, 1)
    done = await maya.modal_showing("Noted on *Drift 1*")
    assert "You will hear how it ends." in text_of([done.content])
    [report] = await reports(bot)
    assert report.me_too == 1
    assert [(e.kind, e.added_by) for e in await evidence(bot)] == [
        ("message", tom.id),
        ("note", maya.id),
    ]


async def me_too(person: Person, view: View, number: int) -> None:
    acked = await person.slack.surfaces.act_in_view(
        view,
        block_id=f"report_{number}",
        action_id="drift_report_me_too",
        value=str(number),
        state=None,
    )
    assert acked == {"ok": True}


async def test_another_thing_is_saved_all_the_same(bot: Application, maya: Person) -> None:
    await reported(maya)
    await maya.shortcut("report_drift_anywhere")
    await maya.submit(await form(maya), summary=SUMMARY, severity="small")
    asked = await maya.modal_showing("Nothing is saved yet")
    await asyncio.gather(maya.submit(asked), maya.submit(asked))
    await maya.modal_showing("is on record")
    assert [each.severity for each in await reports(bot)] == ["noticeable", "small"]


async def test_back_from_the_likely_ones_everything_is_as_it_was(
    bot: Application, maya: Person, tom: Person
) -> None:
    await reported(maya)
    await maya.shortcut("report_drift", tom.say(SAID, ONBOARDING))
    view = await form(maya)
    statements = {block(view, "statements")["block_id"]: ["P1"]}
    await maya.submit(view, summary=SUMMARY, severity="serious", **statements)
    await maya.press(await maya.modal_showing("Nothing is saved yet"), "drift_report_back")
    view = await form(maya)
    assert SAID in text_of([view.content])
    assert block(view, "summary")["element"]["initial_value"] == SUMMARY
    assert initial(view, "severity") == "serious"
    assert block(view, "statements")["element"]["initial_options"][0]["value"] == "P1"


async def test_a_second_message_joins_the_report_that_is_being_written(
    bot: Application, maya: Person, tom: Person
) -> None:
    await maya.shortcut("report_drift", tom.say(SAID, ONBOARDING))
    await form(maya)
    await close_all(maya)
    await maya.shortcut("report_drift", tom.say("It takes two days.", SUPPORT))
    offer = await maya.modal_showing("Does this message belong to it?")
    assert SAID in text_of([offer.content])
    await maya.press(offer, "drift_report_add")
    view = await form(maya)
    assert SAID in text_of([view.content])
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == [SAID, "It takes two days."]


async def test_a_second_message_can_be_reported_apart(
    bot: Application, maya: Person, tom: Person
) -> None:
    await maya.shortcut("report_drift", tom.say(SAID, ONBOARDING))
    await form(maya)
    await close_all(maya)
    await maya.shortcut("report_drift", tom.say("It takes two days.", SUPPORT))
    offer = await maya.modal_showing("Does this message belong to it?")
    await maya.press(offer, "drift_report_new")
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == ["It takes two days."]


async def test_nothing_is_offered_once_the_report_is_saved(maya: Person, tom: Person) -> None:
    await maya.shortcut("report_drift", tom.say(SAID, ONBOARDING))
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    await close_all(maya)
    await maya.shortcut("report_drift", tom.say("It takes two days.", SUPPORT))
    await form(maya)


async def linked(person: Person, link: str) -> dict[str, Any]:
    await person.shortcut("report_drift_anywhere")
    return await person.submit(await form(person), summary=SUMMARY, other=link)


def address(slack: RunningSandbox, message: Message) -> str:
    return f"{slack.slack.url}/archives/{message.channel}/p{message.ts.replace('.', '')}"


async def test_the_other_side_of_the_clash_is_read_from_its_link(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    message = tom.say("It takes two days.", SUPPORT)
    await linked(maya, f"<{address(slack, message)}>")
    done = await maya.modal_showing("Drift 1")
    assert "link to it alone" not in text_of([done.content])
    [kept] = await evidence(bot)
    assert (kept.text, kept.author, kept.message_ts) == ("It takes two days.", tom.id, message.ts)


async def test_a_reply_is_read_from_its_thread(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    parent = tom.say("How long is set-up?", SUPPORT)
    reply = tom.say("It takes two days.", SUPPORT, thread_ts=parent.ts)
    await linked(maya, f"{address(slack, reply)}?thread_ts={parent.ts}&cid={SUPPORT}")
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == ["It takes two days."]


async def test_where_we_may_not_read_the_link_alone_is_kept(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    message = tom.say("It takes two days.", RANDOM)
    await linked(maya, address(slack, message))
    done = await maya.modal_showing("Drift 1")
    assert "I have kept the link to it alone" in text_of([done.content])
    [kept] = await evidence(bot)
    assert (kept.text, kept.author) == ("", None)
    assert kept.permalink == address(slack, message)


async def test_what_the_person_may_not_read_is_not_read_for_them(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    message = tom.say("We may close the Leeds office.", SUPPORT)
    channel = slack.world.channels[SUPPORT]
    channel.kind = PRIVATE
    channel.members.discard(maya.id)
    await linked(maya, address(slack, message))
    done = await maya.modal_showing("Drift 1")
    assert "Leeds" not in text_of([done.content])
    assert [each.text for each in await evidence(bot)] == [""]


@pytest.mark.parametrize(
    "link",
    [
        "see Tom's message",
        "https://example.com/archives/C0SUPPORT/p1700000000000100",
        "https://larkfield.slack.com/files/U1/F1",
        "http://[::1/archives/C0SUPPORT/p1700000000000100",
        "\N{THAI CHARACTER KO KAI}",
    ],
)
async def test_what_is_no_link_to_a_message_is_said_under_its_field(
    bot: Application, maya: Person, link: str
) -> None:
    answer = await linked(maya, link)
    assert "I don't recognise this" in answer["errors"]["other"]
    assert not await reports(bot)


async def test_a_link_to_nothing_is_kept_as_it_is(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await linked(maya, f"{slack.slack.url}/archives/{SUPPORT}/p1700000000000100")
    await maya.modal_showing("I have kept the link to it alone")
    assert [each.text for each in await evidence(bot)] == [""]


async def test_the_same_message_by_link_and_by_shortcut_is_kept_once(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    await maya.shortcut("report_drift", message)
    await maya.submit(await form(maya), summary=SUMMARY, other=address(slack, message))
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == [SAID]


async def test_a_slow_slack_does_not_hold_up_the_report(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    message = tom.say("It takes two days.", SUPPORT)
    await maya.shortcut("report_drift_anywhere")
    view = await form(maya)
    slack.slack.faults.add(Fault("conversations.info", "hang", times=9))
    await maya.submit(view, summary=SUMMARY, other=address(slack, message))
    await maya.modal_showing("I have kept the link to it alone")
    assert len(await reports(bot)) == 1


async def test_a_private_message_is_marked_as_private(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    slack.world.channels[SUPPORT].kind = PRIVATE
    await maya.shortcut("report_drift", tom.say(SAID, SUPPORT))
    view = await form(maya)
    assert "Only members of that conversation" in text_of([view.content])
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert [each.is_private for each in await evidence(bot)] == [True]


async def test_a_file_is_kept_by_its_name(bot: Application, maya: Person, tom: Person) -> None:
    files = [{"id": "F1", "title": "brochure <!channel>.pdf"}]
    await maya.shortcut("report_drift", tom.say("", ONBOARDING, files=files))
    view = await form(maya)
    assert "[File: brochure @….pdf]" in text_of([view.content])
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == ["[File: brochure <!channel>.pdf]"]


async def test_what_only_blocks_say_is_kept(bot: Application, maya: Person, tom: Person) -> None:
    said = [{"type": "section", "text": {"type": "mrkdwn", "text": "Set-up: *1 hour*"}}]
    message = tom.say("", ONBOARDING, blocks=said)
    await maya.shortcut("report_drift", message)
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == ["Set-up: *1 hour*"]


async def test_a_deleted_message_leaves_the_form_without_evidence(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    message = tom.say("This message was deleted.", ONBOARDING, subtype="tombstone")
    await maya.shortcut("report_drift", message)
    view = await maya.modal_showing("That message was deleted")
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert not await evidence(bot)


async def test_a_bots_message_and_a_reply_are_kept(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    posted = slack.slack.posts.by_app(ONBOARDING, "Set-up takes an hour.")
    await maya.shortcut("report_drift", posted)
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    await close_all(maya)
    reply = tom.say("Two days, in my eyes.", ONBOARDING, thread_ts=posted.ts)
    await maya.shortcut("report_drift", reply)
    await maya.submit(await form(maya), summary="Tom counts otherwise")
    await maya.modal_showing("Drift 2")
    kept = await evidence(bot)
    assert [each.text for each in kept] == ["Set-up takes an hour.", "Two days, in my eyes."]
    assert kept[0].author == slack.world.app.bot_user_id


@pytest.mark.parametrize("character", ["x", "<", "𝄞", "\N{ARABIC LETTER ALEF}"])
async def test_a_message_of_40_000_characters_is_kept_whole(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person, character: str
) -> None:
    message = slack.slack.posts.by_member(
        ONBOARDING, tom.id, character.replace("<", "&lt;") * 40_000
    )
    await maya.shortcut("report_drift", message)
    await maya.submit(await form(maya), summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    assert [each.text for each in await evidence(bot)] == [character * 40_000]


HOSTILE = "See <!channel> <@U0TOM> <https://evil.example|our page> & *bold*"


async def test_nothing_in_a_summary_or_a_message_acts(
    bot: Application, maya: Person, tom: Person
) -> None:
    message = tom.say("<!channel> &amp; <b>", ONBOARDING)
    await maya.shortcut("report_drift", message)
    view = await form(maya)
    acting = [b for b in view.blocks if b["type"] == "section"]
    assert "<!channel>" not in text_of(acting)
    await maya.submit(view, summary=HOSTILE)
    done = await maya.modal_showing("Drift 1")
    assert "<!channel>" not in text_of([done.content])
    assert "<https://evil" not in text_of([done.content])
    assert "&lt;!channel&gt;" in text_of([done.content])


async def allow_anonymous(bot: Application) -> None:
    async with bot.database.transaction() as session:
        for journey in (await session.exec(select(Journey))).all():
            journey.anonymous_drift = True


async def test_a_name_is_left_out_only_where_stewards_allow_it(
    bot: Application, maya: Person, tom: Person
) -> None:
    await maya.shortcut("report_drift", tom.say(SAID, ONBOARDING))
    view = await form(maya)
    assert not [b for b in view.blocks if b["block_id"] == "anonymous"]
    await close_all(maya)
    await allow_anonymous(bot)
    await maya.shortcut("report_drift", tom.say(SAID, ONBOARDING))
    offer = await maya.modal_showing("Does this message belong to it?")
    await maya.press(offer, "drift_report_new")
    view = await form(maya)
    assert "can't tell you how it goes on" in block(view, "anonymous")["hint"]["text"]
    await maya.submit(view, summary=SUMMARY, anonymous=["anonymous"])
    done = await maya.modal_showing("Drift 1")
    assert "Your name isn't kept" in text_of([done.content])
    [report] = await reports(bot)
    assert report.reporter is None
    assert [each.added_by for each in await evidence(bot)] == [None]


async def test_a_form_that_outlives_the_process_still_has_its_report(
    bot: Application, maya: Person, tom: Person
) -> None:
    await maya.shortcut("report_drift", tom.say("x" * 5_000, ONBOARDING))
    view = await form(maya)
    bot.use_cases.drift_drafts.forget(maya.slack.world.team.id)
    await maya.submit(view, summary=SUMMARY)
    await maya.modal_showing("Drift 1")
    [kept] = await evidence(bot)
    assert kept.text == "x" * 999 + "…"
    assert kept.permalink


async def test_a_journey_without_a_narrative_can_be_reported_on(
    bot: Application, maya: Person
) -> None:
    await add_journey(bot, "Renewal")
    await maya.shortcut("report_drift_anywhere")
    view = await maya.modal_showing("Which journey?")
    options = block(view, "journey")["element"]["options"]
    assert [each["text"]["text"] for each in options] == ["New customer onboarding", "Renewal"]
    assert not [b for b in view.blocks if b["block_id"].startswith("statements")]
    await choose_journey(maya, view, options[1]["value"], SUMMARY)
    view = await maya.modal_showing("has no published narrative yet")
    chosen = {"drift_report_journey": options[1]["value"]}
    await maya.slack.surfaces.submit(view, {"journey": chosen, "summary": {"value": SUMMARY}})
    await maya.modal_showing("Drift 1")
    assert [each.journey_id for each in await reports(bot)] == [options[1]["value"]]


async def test_the_chosen_journey_brings_its_own_lines(bot: Application, maya: Person) -> None:
    await add_journey(bot, "Renewal")
    await maya.shortcut("report_drift_anywhere")
    view = await maya.modal_showing("Which journey?")
    onboarding = block(view, "journey")["element"]["options"][0]["value"]
    await choose_journey(maya, view, onboarding, SUMMARY)
    view = await maya.modal_showing("Which lines of our story")
    assert block(view, "summary")["element"]["initial_value"] == SUMMARY
    refused = await maya.submit(view, summary="")
    assert "summary" in refused["errors"]


async def add_journey(bot: Application, name: str) -> None:
    async with bot.database.transaction() as session:
        session.add(
            Journey(workspace_id="T0LARKFIELD", id="j2", name=name, created_at=system_clock())
        )


async def choose_journey(person: Person, view: View, journey_id: str, summary: str) -> None:
    acked = await person.slack.surfaces.act_in_view(
        view,
        block_id="journey",
        action_id="drift_report_journey",
        value=journey_id,
        state={"summary": {"value": summary}},
    )
    assert acked == {"ok": True}
