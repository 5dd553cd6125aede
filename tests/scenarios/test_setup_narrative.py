"""How a narrative begins: questions, example, file; the preview; published and checked against."""

import pytest

from bot.bootstrap import Application
from coherence.stack.example import example_bytes
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage import stack as stack_table
from storage.journeys import list_journeys
from tests.support.people import ONBOARDING, Person, text_of

pytestmark = pytest.mark.usefixtures("bot")

NAME = "New customer onboarding"
ANSWERS = {
    "vision": "Every small workshop is paid on time, without losing a Sunday to it.",
    "start": "Invoices are written on Sunday nights.",
    "end": "The invoice is out before the van leaves the yard.",
    "promise_1": "You can send a first invoice within ten minutes.",
    "limits_1": "Once your company details are filled in.",
    "avoid": "seamless, revolution*, world-class",
}


async def choice_of(person: Person) -> View:
    """The choice of beginnings for a new journey."""
    await person.command("setup")
    await person.press(await person.modal_showing("Let's set up your story"), "setup_add")
    form = await person.modal_showing("Which customer journey?")
    await person.submit(form, name=NAME, channels=[ONBOARDING])
    return await person.modal_showing("How shall the narrative of")


async def interview_of(person: Person) -> View:
    await person.submit(await choice_of(person), source="interview")
    return await person.modal_showing("Vision: what changes")


async def file_form_of(person: Person) -> View:
    await person.submit(await choice_of(person), source="file")
    return await person.modal_showing("Paste the whole file.")


async def versions(bot: Application, slack: RunningSandbox) -> int:
    async with bot.database.reading() as session:
        return len(await stack_table.list_latest_versions(session, slack.world.team.id))


async def test_from_nothing_to_a_checked_message(maya: Person) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    preview = await maya.modal_showing("Every small workshop is paid on time")
    assert "Limits: Once your company details are filled in." in text_of(preview.blocks)
    await maya.submit(preview)
    done = await maya.modal_showing(f"Version 1 of “{NAME}” is published.")
    assert f"In <#{ONBOARDING}>, type `/coherence check`" in text_of(done.blocks)
    maya.slack.surfaces.close(done)
    assert maya.modal is None
    await maya.command("check Our seamless invoices are great.")
    shown = text_of((await maya.private_answer()).blocks)
    assert "“seamless”" in shown
    assert "We do without “seamless”, “revolution*”, “world-class”." in shown


async def test_nothing_is_published_before_publish_is_pressed(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    await maya.modal_showing("Before you publish")
    assert await versions(bot, slack) == 0
    await tom.command("narrative")
    await tom.modal_showing(f"“{NAME}” has no published narrative yet. Ask a steward")


async def test_going_back_from_the_preview_finds_the_answers_as_they_were(maya: Person) -> None:
    interview = await interview_of(maya)
    await maya.submit(interview, **ANSWERS)
    preview = await maya.modal_showing("Before you publish")
    maya.slack.surfaces.close(preview)
    assert maya.modal is interview
    assert interview.values["vision"]["value"]["value"] == ANSWERS["vision"]
    await maya.submit(interview, vision="A calmer Sunday.")
    await maya.modal_showing("A calmer Sunday.")


async def test_who_closes_everything_goes_on_with_the_draft_later(maya: Person) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    maya.slack.surfaces.close(await maya.modal_showing("Before you publish"), clear=True)
    await maya.command("setup")
    overview = await maya.modal_showing("Narrative: a draft by <@U0MAYA>, not published yet")
    await maya.press(overview, "setup_narrative")
    choice = await maya.modal_showing("There is a draft by <@U0MAYA>.")
    await maya.submit(choice, source="interview")
    interview = await maya.modal_showing("Vision: what changes")
    given = {b["block_id"]: b["element"].get("initial_value") for b in interview.blocks[1:]}
    assert given["vision"] == ANSWERS["vision"]
    assert given["limits_1"] == ANSWERS["limits_1"]
    assert given["avoid"] == ANSWERS["avoid"]


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"promise_1": None}, "promise_1", "This limit has no promise yet"),
        ({"avoid": "***"}, "avoid", "There is nothing to look for in"),
        ({"avoid": "x" * 201}, "avoid", "put commas between them"),
        ({"start": "\u2060"}, "start", "Please write a sentence here."),
    ],
    ids=["limit alone", "no word", "long word", "invisible"],
)
async def test_answers_that_cannot_be_used_are_said_under_their_field(
    maya: Person, answers: dict[str, str | None], field: str, sentence: str
) -> None:
    interview = await interview_of(maya)
    refused = await maya.submit(interview, **{**ANSWERS, **answers})
    assert sentence in refused["errors"][field]
    assert interview.values["end"]["value"]["value"] == ANSWERS["end"]


async def test_the_example_begins_under_the_journeys_own_name(maya: Person) -> None:
    await maya.submit(await choice_of(maya), source="example")
    preview = await maya.modal_showing("Invoices are written on Sunday nights")
    await maya.submit(preview, note="To learn from")
    await maya.modal_showing("is published")
    await maya.command("narrative")
    shown = await maya.modal_showing(f"Playbook: {NAME}")
    assert "by <@U0MAYA>: To learn from" in text_of(shown.blocks)


async def test_a_file_in_parts_is_read_as_one(maya: Person) -> None:
    lines = example_bytes().decode().splitlines(keepends=True)
    parts = [""]
    for line in lines:
        parts = [*parts, line] if len(parts[-1] + line) > 3_000 else [*parts[:-1], parts[-1] + line]
    form = await file_form_of(maya)
    await maya.press(form, "setup_part", {"part_1": parts[0]})
    form = await maya.modal_showing("Part 3")
    assert form.values["part_1"]["value"]["value"] == parts[0]
    await maya.submit(form, **{f"part_{n}": part for n, part in enumerate(parts[1:], start=2)})
    await maya.modal_showing("Checklist: Welcome email")


async def test_a_file_with_a_fault_names_the_line_and_keeps_the_text(maya: Person) -> None:
    form = await file_form_of(maya)
    text = "format: 1\njourney: Ours\nlanguage: en\nvisions: []\n"
    refused = await maya.submit(form, part_1=text)
    assert refused["errors"]["part_1"].startswith("line 4: “visions” is not a key")
    assert form.values["part_1"]["value"]["value"] == text


async def test_a_fault_is_said_under_the_part_that_holds_its_line(maya: Person) -> None:
    form = await file_form_of(maya)
    parts = {"part_1": "format: 1\njourney: Ours", "part_2": "language: en\nvisions: []"}
    refused = await maya.submit(form, **parts)
    assert list(refused["errors"]) == ["part_2"]


async def test_a_published_first_version_can_be_answered_anew(maya: Person) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    await maya.submit(await maya.modal_showing("Before you publish"))
    await maya.modal_showing("Version 1 of")
    await maya.command("setup")
    await maya.press(await maya.modal_showing("version 1 is published"), "setup_narrative")
    choice = await maya.modal_showing("Version 1 stays published until you publish a new one.")
    await maya.submit(choice, source="interview")
    await maya.submit(
        await maya.modal_showing("Vision: what changes"), promise_2="We answer in a day."
    )
    preview = await maya.modal_showing("We answer in a day.")
    answer = await maya.submit(preview)
    assert list(answer["errors"]) == ["note"]
    await maya.submit(preview, note="How fast we answer")
    await maya.modal_showing("Version 2 of")


async def test_publishing_the_same_preview_twice_makes_one_version(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    preview = await maya.modal_showing("Before you publish")
    content = dict(preview.content)
    await maya.submit(preview)
    await maya.modal_showing("Version 1 of")
    preview.replace(content)
    await maya.submit(preview)
    await maya.modal_showing("Version 1 of")
    assert await versions(bot, slack) == 1


async def test_a_draft_that_somebody_changed_is_shown_again_before_it_is_published(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    preview = await maya.modal_showing("Before you publish")
    hanna = Person(slack, "U0HANNA")
    await hanna.command("setup")
    await hanna.press(await hanna.modal_showing("a draft by <@U0MAYA>"), "setup_narrative")
    await hanna.submit(await hanna.modal_showing("Begin with"), source="example")
    await hanna.modal_showing("Before you publish")
    await maya.submit(preview, note="Mine")
    again = await maya.modal_showing("Somebody has changed this draft")
    assert await versions(bot, slack) == 0
    await maya.submit(again)
    await maya.modal_showing("Version 1 of")


async def test_what_people_write_never_pings_in_the_preview(maya: Person) -> None:
    await maya.submit(await interview_of(maya), **{**ANSWERS, "vision": "<!channel> hurry"})
    shown = text_of((await maya.modal_showing("Before you publish")).blocks)
    assert "&lt;!channel&gt; hurry" in shown
    assert "<!channel>" not in shown


async def test_a_renamed_journey_publishes_its_draft_under_the_new_name(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.submit(await interview_of(maya), **ANSWERS)
    await maya.modal_showing("Before you publish")
    await maya.command("setup")
    await maya.press(await maya.modal_showing("a draft by <@U0MAYA>"), "setup_change")
    await maya.submit(await maya.modal_showing("Which customer journey?"), name="Onboarding")
    await maya.press(await maya.modal_showing("*Onboarding*"), "setup_narrative")
    await maya.submit(await maya.modal_showing("Begin with"), source="draft")
    await maya.submit(await maya.modal_showing("Before you publish"))
    await maya.modal_showing("Version 1 of “Onboarding” is published.")
    async with bot.database.reading() as session:
        assert len(await list_journeys(session, slack.world.team.id)) == 1
