import io

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from bot.clock import system_clock
from coherence.stack.versions import Stacks
from sandbox.server import RunningSandbox
from storage.check import CheckFinding, NarrativeCheck
from storage.journeys import Journey
from storage.processed import ProcessedId
from tests.coherence.stack.stacks import small
from tests.support.people import ONBOARDING, RANDOM, Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."


async def recorded(bot: Application) -> list[NarrativeCheck]:
    async with bot.database.reading() as session:
        return list((await session.exec(select(NarrativeCheck))).all())


async def test_a_draft_in_a_command_is_answered_to_the_asker_alone(
    bot: Application, maya: Person, tom: Person
) -> None:
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    shown = text_of(answer.blocks)
    assert "“guaranteed”" in shown
    assert "Narrative X1: Nobody guarantees that customers will pay." in shown
    assert "Instead:" in shown
    assert "Checked against “New customer onboarding”, version 1." in shown
    assert "Rules only: meaning not checked" in shown
    assert answer.text == "Conflict: 1 thing clashes with our story."
    assert not tom.private_answers()
    [check] = await recorded(bot)
    assert (check.user_id, check.channel_id, check.text) == ("U0MAYA", ONBOARDING, DRAFT)
    assert check.verdict == "conflict"


async def test_findings_are_recorded_with_their_exact_span(bot: Application, maya: Person) -> None:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    async with bot.database.reading() as session:
        [finding] = (await session.exec(select(CheckFinding))).all()
    assert DRAFT[finding.start : finding.end] == finding.quote == "guaranteed"


async def test_what_the_rules_do_not_catch_is_never_called_a_fit(maya: Person) -> None:
    await maya.command("check Send your first invoice from your phone today.")
    answer = await maya.private_answer()
    assert answer.text == "Not judged: the rules found nothing."


async def test_a_command_without_a_draft_opens_the_form(bot: Application, maya: Person) -> None:
    await maya.command("check")
    form = await maya.modal_showing("Your draft")
    touchpoint = f"{(await journey_id(bot))}:C1"
    result = await maya.submit(form, draft="Hello and welcome to Larkfield.", touchpoint=touchpoint)
    assert result["response_action"] == "update"
    answer = await maya.modal_showing("· checklist")
    assert "Narrative C1.1: Names one next step" in text_of([answer.content])
    assert "for Welcome email" in text_of([answer.content])


async def test_the_message_shortcut_answers_in_a_modal(maya: Person, tom: Person) -> None:
    message = tom.say("Our seamless dunning flow takes care of it.", ONBOARDING)
    await maya.shortcut("check_message", message)
    answer = await maya.modal_showing("seamless")
    shown = text_of([answer.content])
    assert "2 suggestions, and no conflict found." in shown
    assert "Use our word, “gentle reminder”." in shown


async def test_the_global_shortcut_opens_the_form(maya: Person) -> None:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    await maya.submit(form, draft=DRAFT)
    await maya.modal_showing("“guaranteed”")


async def test_a_direct_message_is_answered_there(maya: Person) -> None:
    maya.say(DRAFT)
    answer = await maya.direct_answer()
    assert "“guaranteed”" in text_of(answer.blocks)


@pytest.mark.parametrize("greeting", ["help", "Hi!", "Hello"])
async def test_a_greeting_in_a_direct_message_gets_help(maya: Person, greeting: str) -> None:
    maya.say(greeting)
    assert "What I keep" in text_of((await maya.direct_answer()).blocks)


async def test_edit_and_check_again_from_a_message(maya: Person) -> None:
    await maya.command(f"check {DRAFT}")
    await maya.press(await maya.private_answer(), "check_edit")
    form = await maya.modal_showing("Where will it be used?")
    [draft, *_] = form.blocks
    assert draft["element"]["initial_value"] == DRAFT
    await maya.submit(form, draft="With Larkfield you can ask kindly.")
    await maya.modal_showing("Not judged")


async def test_edit_and_check_again_from_a_modal_keeps_the_touchpoint(
    bot: Application, maya: Person
) -> None:
    await maya.command("check")
    form = await maya.modal_showing("Your draft")
    chosen = f"{(await journey_id(bot))}:C2"
    await maya.submit(form, draft="Two weeks in.", touchpoint=chosen)
    answer = await maya.modal_showing("· checklist")
    await maya.press(answer, "check_edit")
    form = await maya.modal_showing("Where will it be used?")
    assert form.blocks[1]["element"]["initial_option"]["value"] == chosen


async def test_only_the_asker_can_open_a_check_again(maya: Person, tom: Person) -> None:
    await maya.command(f"check {DRAFT}")
    button = await maya.private_answer()
    button.visible_to = tom.id
    await tom.press(button, "check_edit")
    shown = await tom.modal_showing("no longer on record")
    assert DRAFT not in text_of([shown.content])


async def test_an_event_delivered_three_times_is_answered_once(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    maya.say(DRAFT)
    await maya.direct_answer()
    slack.slack.events.send_again(2)
    await slack.settle()
    await bot.in_flight.drain()
    assert len(maya.direct_answers()) == 1
    assert len(await recorded(bot)) == 1


async def test_a_draft_that_cannot_be_checked_is_refused_once_however_often_delivered(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    maya.say("", files=[{"id": "F1", "name": "logo.png"}])
    answer = await maya.direct_answer()
    assert answer.text == "This message is a file without a text; paste the words you want checked."
    slack.slack.events.send_again(2)
    await slack.settle()
    await bot.in_flight.drain()
    assert len(maya.direct_answers()) == 1


async def test_processed_ids_are_kept_per_delivery(bot: Application, maya: Person) -> None:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    async with bot.database.reading() as session:
        assert len((await session.exec(select(ProcessedId))).all()) == 1


async def test_people_s_words_come_back_escaped(maya: Person) -> None:
    await maya.command("check Hey <!channel> & friends, our project is guaranteed <b>now</b>")
    answer = await maya.private_answer()
    assert "<!channel>" not in text_of(answer.blocks)


async def test_a_channel_of_no_journey_uses_the_only_one_there_is(maya: Person) -> None:
    await maya.command(f"check {DRAFT}", RANDOM)
    answer = await maya.private_answer(RANDOM)
    assert "Checked against “New customer onboarding”" in text_of(answer.blocks)


async def journey_id(bot: Application) -> str:
    async with bot.database.reading() as session:
        return (await session.exec(select(Journey))).one().id


async def test_what_a_person_wrote_is_not_logged(maya: Person, logged: io.StringIO) -> None:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    await maya.command("check :tada:")
    await eventually(lambda: "refused" in logged.getvalue())
    assert "reference=" in logged.getvalue()
    assert "guaranteed" not in logged.getvalue()
    assert "tada" not in logged.getvalue()


async def test_a_house_rule_is_told_as_one_and_one_that_takes_too_long_is_left_out(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    endless = {"id": "R1", "kind": "existence", "raw": [r"(\w+\s?)+(?:!|\?\?)"]}
    swap = {"id": "R2", "kind": "substitution", "swap": {"utilise": "use"}}
    rules = small(journey="New customer onboarding", rules=[endless, swap])
    stacks = Stacks(bot.database, system_clock)
    await stacks.import_draft(slack.world.team.id, rules, author="ana", publish_note="house rules")
    await maya.command(f"check {'so ' * 12_000}utilise it")
    answer = await maya.private_answer()
    shown = text_of(answer.blocks)
    assert "House rule R2: Write “use”, not “utilise”." in shown
    assert "House rule R1 took too long on this text and did not count" in shown
