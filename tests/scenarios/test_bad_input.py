"""What people send that cannot be checked: one clear sentence each, nothing half-written."""

from typing import Any

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from bot.clock import system_clock
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.check import CheckFinding, NarrativeCheck
from tests.support.people import ONBOARDING, RANDOM, Person, text_of

EMPTY = "There is nothing to check yet: the draft is empty."
WORDLESS = "There are no words in this draft to check."


async def nothing_is_recorded(bot: Application) -> bool:
    async with bot.database.reading() as session:
        rows = [(await session.exec(select(kind))).all() for kind in (NarrativeCheck, CheckFinding)]
    return not any(rows)


@pytest.mark.usefixtures("onboarding")
@pytest.mark.parametrize(
    ("draft", "sentence"),
    [(":tada: :+1::skin-tone-2:", WORDLESS), ("🎉 👩‍💻", WORDLESS), ("…", WORDLESS)],
)
async def test_a_draft_without_words_is_refused_in_one_sentence(
    bot: Application, maya: Person, draft: str, sentence: str
) -> None:
    await maya.command(f"check {draft}")
    answer = await maya.private_answer()
    assert (answer.text, len(answer.blocks)) == (sentence, 1)
    assert await nothing_is_recorded(bot)


@pytest.mark.usefixtures("onboarding")
@pytest.mark.parametrize(("draft", "sentence"), [("  ", EMPTY), (":tada:", WORDLESS)])
async def test_the_form_stays_open_with_the_text_and_the_sentence_under_the_field(
    bot: Application, maya: Person, draft: str, sentence: str
) -> None:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    refused = await maya.submit(form, draft=draft)
    assert refused["errors"] == {"draft": sentence}
    assert maya.modal is form
    assert await nothing_is_recorded(bot)


@pytest.mark.usefixtures("onboarding")
@pytest.mark.parametrize(
    "draft",
    [
        "نضمن أن العملاء يدفعون guaranteed",
        "gua\u0301ranteed? Wir garantieren nichts.",
        "tab\there, bell\x07, escape\x1b[31m, nul\x00",
        "a lone surrogate \ud83d here",
        "right-to-left mark \u202egnihtemos\u202c",
    ],
    ids=["right-to-left", "combining", "control", "surrogate", "bidi"],
)
async def test_unusual_characters_are_checked_like_any_others(maya: Person, draft: str) -> None:
    await maya.command(f"check {draft}")
    answer = await maya.private_answer()
    assert "Checked against" in text_of(answer.blocks)


@pytest.mark.usefixtures("onboarding")
async def test_forty_thousand_characters_are_checked_and_shown_read_only(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    draft = ("We guarantee it. " * 2_353)[:40_000]
    message = Message(ONBOARDING, "1700000000.000100", "U0TOM", draft)
    slack.world.messages.add(message)
    await maya.shortcut("check_message", message)
    answer = await maya.modal_showing("“guarantee”")
    await maya.press(answer, "check_edit")
    await maya.modal_showing("longer than the 3,000 characters that fit into a Slack form")


@pytest.mark.usefixtures("onboarding")
async def test_more_than_slack_keeps_of_a_message_is_refused(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.command("check " + "word " * 8_001)
    answer = await maya.private_answer()
    assert answer.text.startswith("This draft has 40,004 characters; up to 40,000 can be checked")
    assert await nothing_is_recorded(bot)


@pytest.mark.usefixtures("onboarding")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}]},
            "I can't read messages that an app has laid out; paste the words you want checked.",
        ),
        (
            {"text": "", "files": [{"id": "F1", "name": "logo.png"}]},
            "This message is a file without a text; paste the words you want checked.",
        ),
    ],
    ids=["only blocks", "a file"],
)
async def test_a_message_without_text_is_refused_in_one_sentence(
    bot: Application, maya: Person, tom: Person, said: dict[str, Any], sentence: str
) -> None:
    message = tom.say(channel=ONBOARDING, **said)
    await maya.shortcut("check_message", message)
    await maya.modal_showing(sentence)
    assert await nothing_is_recorded(bot)


@pytest.mark.usefixtures("onboarding")
async def test_a_deleted_message_is_refused_in_one_sentence(bot: Application, maya: Person) -> None:
    message = maya.say("gone soon", ONBOARDING)
    message.subtype, message.text = "tombstone", "This message was deleted."
    await maya.shortcut("check_message", message)
    await maya.modal_showing("This message was deleted, so there is nothing left to check.")
    assert await nothing_is_recorded(bot)


async def test_no_published_narrative_is_said_as_it_is(
    bot: Application, slack: RunningSandbox
) -> None:
    maya = Person(slack)
    stacks = Stacks(bot.database, system_clock)
    await stacks.import_draft(slack.world.team.id, example_stack(), author="hanna")
    await maya.command("check We guarantee it")
    answer = await maya.private_answer()
    assert answer.text == (
        "“New customer onboarding” has no published narrative yet. "
        "You are a steward, so you can set it up; it takes about five minutes."
    )
    await maya.command("check")
    await maya.modal_showing("There is no published narrative to check against yet")


@pytest.fixture
async def renewal(bot: Application, slack: RunningSandbox, onboarding: object) -> None:
    """A second journey beside onboarding, linked to no channel."""
    second = example_stack().model_copy(update={"journey": "Renewal"})
    stacks = Stacks(bot.database, system_clock)
    await stacks.import_draft(slack.world.team.id, second, author="hanna", publish_note="Second")


@pytest.mark.usefixtures("renewal")
async def test_a_channel_of_no_journey_among_several_lets_the_person_choose(maya: Person) -> None:
    await maya.command("check We guarantee it", RANDOM)
    answer = await maya.private_answer(RANDOM)
    assert answer.text == (
        "There are several journeys (“New customer onboarding”, “Renewal”); please say which one. "
        "`/coherence check` without a text lets you choose."
    )
    await maya.command("check", RANDOM)
    form = await maya.modal_showing("Which story, and where will it be used?")
    groups = form.blocks[1]["element"]["option_groups"]
    assert [group["label"]["text"] for group in groups] == ["New customer onboarding", "Renewal"]
    renewal = groups[1]["options"][0]["value"]
    await maya.submit(form, draft="We guarantee it", touchpoint=renewal)
    await maya.modal_showing("Checked against “Renewal”")


@pytest.mark.usefixtures("renewal")
async def test_a_linked_channel_offers_its_own_journey_only(maya: Person) -> None:
    await maya.command("check", ONBOARDING)
    form = await maya.modal_showing("Where will it be used?")
    assert "Renewal" not in text_of([form.content])
