"""Whoever leads a journey sets up its rituals, sees what would come, and everybody may look."""

import asyncio
from typing import Any

import pytest

from bot.bootstrap import Application
from coherence.recurrence import Weekly
from coherence.rituals.ritual import Form, Ritual, RitualKind, Visibility, ritual_value
from coherence.stack.document import Layer
from coherence.stack.versions import PublishedStack
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.rituals import list_rituals
from tests.support.people import ONBOARDING, RANDOM, Person, text_of
from tests.support.rotas import add_rota

pytestmark = pytest.mark.usefixtures("onboarding")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Person:
    return Person(slack, "U0HANNA")


async def form_of(person: Person, kind: str = "stand_up") -> View:
    await person.command("rituals")
    overview = await person.modal_showing("Add a ritual")
    await person.press(overview, f"ritual_set_up_{kind}")
    return await person.modal_showing("Nothing is posted or saved before")


def typed(seen: int = 0, **fields: Any) -> dict[str, Any]:
    """Values by block, whose ids carry the revision of the ritual."""
    return {f"{name}@{seen}": value for name, value in fields.items()}


async def preview_of(person: Person, kind: str = "stand_up", **fields: Any) -> View:
    form = await form_of(person, kind)
    await person.submit(form, **typed(**fields))
    return await person.modal_showing("Before anybody answers, they read")


async def set_up(person: Person, kind: str = "stand_up", **fields: Any) -> None:
    await person.submit(await preview_of(person, kind, **fields))
    await person.modal_showing("is saved")
    person.slack.slack.views.close_all(person.id)


async def rituals(bot: Application, slack: RunningSandbox) -> list[Ritual]:
    async with bot.database.reading() as session:
        return [ritual_value(row) for row in await list_rituals(session, slack.world.team.id)]


async def test_a_stand_up_question_is_set_up_with_what_is_offered(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await set_up(maya)
    [found] = await rituals(bot, slack)
    assert (found.kind, found.visibility) == (RitualKind.STAND_UP, Visibility.NAMED)
    assert found.channel_id == ONBOARDING
    assert f"{found.recurrence.time:%H:%M}" == "09:30"
    assert len(found.questions) >= 6
    assert {each.form for each in found.questions} == set(Form)
    await maya.command("rituals")
    await maya.modal_showing("Next: ")


async def test_the_preview_says_when_what_in_which_channel_and_who_is_champion(
    bot: Application, onboarding: PublishedStack, maya: Person
) -> None:
    await add_rota(bot.database, onboarding.journey_id, ["U0TOM"])
    preview = await preview_of(maya, zone="berlin", country="DE", holidays="skip")
    said = text_of(preview.blocks)
    assert f"*Stand-up question* in <#{ONBOARDING}>, for *New customer onboarding*" in said
    assert "Every Monday at 09:30, Europe/Berlin, not on public holidays (Germany)" in said
    assert said.count("<@U0TOM> is champion then.") == 5
    assert "Everybody in this channel sees your answer and your name once it closes." in said
    rounds = [b for b in preview.blocks if b["block_id"].startswith("coming_")]
    asked = [text_of([b]).splitlines()[1] for b in rounds]
    assert len(set(asked)) == 5


async def test_the_preview_says_once_what_it_does_not_know(
    bot: Application, onboarding: PublishedStack, maya: Person
) -> None:
    said = text_of((await preview_of(maya, country="")).blocks)
    unknown = "It comes on public holidays too, since its form names no country."
    nobody = "`/coherence champion rota` begins one."
    assert (said.count(unknown), said.count(nobody), said.count("champion then")) == (1, 1, 0)
    await add_rota(bot.database, onboarding.journey_id, ["U0TOM"])
    maya.slack.slack.views.close_all(maya.id)
    said = text_of((await preview_of(maya, country="DE")).blocks)
    assert unknown not in said
    assert nobody not in said


async def test_nothing_is_kept_before_save(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await preview_of(maya)
    assert await rituals(bot, slack) == []


async def test_pressing_save_twice_keeps_one(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    preview = await preview_of(maya)
    again = maya.slack.surfaces.submit(preview, {})
    await asyncio.gather(maya.submit(preview), again)
    await maya.modal_showing("is saved")
    [found] = await rituals(bot, slack)
    assert found.revision == 1


async def test_questions_are_written_a_line_each_with_how_they_are_answered(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    lines = (
        "Does it fit? [1-5]\n\nWhy? [1–5 and words]\nWho <knew>? [words]\nA list [of things]\n"
        "Short? [1\u20115]\nLong? [1 TO 5]"
    )
    await set_up(maya, "free", questions=lines, name="Ours & theirs")
    [found] = await rituals(bot, slack)
    assert [(each.text, each.form) for each in found.questions] == [
        ("Does it fit?", Form.RATING),
        ("Why?", Form.BOTH),
        ("Who <knew>?", Form.WORDS),
        ("A list [of things]", Form.WORDS),
        ("Short?", Form.RATING),
        ("Long?", Form.RATING),
    ]
    await maya.command("rituals")
    overview = await maya.modal_showing("*Ours &amp; theirs*")
    await maya.press(overview, "ritual_coming")
    await maya.modal_showing("Who &lt;knew&gt;?")


async def test_the_monthly_review_asks_for_each_layer_and_may_leave_one_out(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    preview = await preview_of(maya, "monthly_review", layer_system="")
    assert "Only" in text_of([b for b in preview.blocks if b["block_id"] == "told"])
    await maya.submit(preview)
    await maya.modal_showing("is saved")
    [found] = await rituals(bot, slack)
    assert [each.layer for each in found.questions] == [
        Layer.VISION,
        Layer.NARRATIVE,
        Layer.TOUCHPOINT,
    ]
    assert found.visibility is Visibility.CHAMPION


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("questions", "[1-5]", "at least one question"),
        ("questions", "\n".join(f"Number {n}?" for n in range(13)), "too many"),
        ("questions", "Why? [1-5]\nWho?\nwhy?", "“why?” is there twice"),
        ("questions", "How sure? [1-10]", "[1-10]"),
        ("zone", "Berln", "Europe/Berlin"),
        ("country", "XX", "not known"),
        ("weekdays", [], "at least one day"),
        ("holidays", "skip", "Whose public holidays?"),
    ],
)
async def test_what_cannot_be_is_said_under_its_field(
    maya: Person, field: str, value: Any, said: str
) -> None:
    form = await form_of(maya)
    answer = await maya.submit(form, **typed(**{field: value}))
    [(block_id, sentence)] = answer["errors"].items()
    assert block_id == ("country@0" if field == "holidays" else f"{field}@0")
    assert said in sentence


async def test_all_that_cannot_be_is_said_at_once(maya: Person) -> None:
    form = await form_of(maya)
    wrong: dict[str, Any] = {
        "name": " ",
        "questions": "[1-5]",
        "weekdays": [],
        "zone": "Berln",
        "country": "XX",
    }
    answer = await maya.submit(form, **typed(**wrong))
    assert set(answer["errors"]) == set(typed(**wrong))


async def test_as_many_and_as_long_questions_as_are_taken_fit_into_the_windows(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    lines = "\n".join(f"{chr(65 + n) * 146} [1-5 and words]" for n in range(12))
    await set_up(maya, questions=lines, name='"' * 75, country="DE-BY", holidays="move")
    [found] = await rituals(bot, slack)
    assert len(found.questions) == 12


async def test_a_change_is_made_in_a_form_that_shows_what_is(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await set_up(maya, weekdays=["tue", "thu"])
    form = await change_form(maya)
    await maya.submit(form, **typed(1, name="Tuesdays and Thursdays"))
    await maya.submit(await maya.modal_showing("Before anybody answers, they read"))
    await maya.modal_showing("*Tuesdays and Thursdays* is saved.")
    [found] = await rituals(bot, slack)
    assert found.revision == 2
    assert found.recurrence.pattern == Weekly(weekdays=("tue", "thu"))


async def test_of_two_who_change_it_the_second_sees_it_anew(maya: Person, hanna: Person) -> None:
    await set_up(maya)
    mine, theirs = await change_form(maya), await change_form(hanna)
    for person, form, name in ((maya, mine, "Mine"), (hanna, theirs, "Theirs")):
        await person.submit(form, **typed(1, name=name))
    second = await hanna.modal_showing("Before anybody answers, they read")
    await maya.submit(await maya.modal_showing("Before anybody answers, they read"))
    await maya.modal_showing("is saved")
    await hanna.submit(second)
    form = await hanna.modal_showing("Somebody else has changed this ritual meanwhile.")
    [block] = [b for b in form.blocks if b["block_id"] == "name@2"]
    assert block["element"]["initial_value"] == "Mine"


async def test_a_ritual_is_paused_resumed_and_ended_in_the_list(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await set_up(maya)
    await maya.command("rituals")
    overview = await maya.modal_showing("Next: ")
    await maya.press(overview, "ritual_pause")
    overview = await maya.modal_showing("Paused.")
    await maya.press(overview, "ritual_resume")
    overview = await maya.modal_showing("comes again.")
    await maya.press(overview, "ritual_end")
    await maya.modal_showing("no rituals yet")
    assert await rituals(bot, slack) == []


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        ("archived", "stays paused: the channel is archived."),
        ("deleted", "stays paused: I can't see the channel any more."),
        ("bot_left", "stays paused: I am not in the channel."),
        ("all_left", "stays paused: nobody but me is in the channel."),
    ],
)
async def test_resume_says_what_is_still_in_the_way(
    maya: Person, slack: RunningSandbox, happens: str, why: str
) -> None:
    await set_up(maya)
    await maya.command("rituals")
    overview = await maya.modal_showing("Next: ")
    await maya.press(overview, "ritual_pause")
    overview = await maya.modal_showing("Paused.")
    channel, bot_user_id = slack.world.channels[ONBOARDING], slack.world.app.bot_user_id
    if happens == "archived":
        channel.archived = True
    elif happens == "deleted":
        del slack.world.channels[ONBOARDING]
    elif happens == "bot_left":
        channel.members.discard(bot_user_id)
    else:
        channel.members.clear()
        channel.members.add(bot_user_id)
    await maya.press(overview, "ritual_resume")
    await maya.modal_showing(why)


async def test_where_slack_does_not_tell_a_ritual_is_resumed(
    maya: Person, slack: RunningSandbox
) -> None:
    slack.slack.faults.add(Fault("conversations.info", "missing_scope", times=None))
    await set_up(maya)
    await maya.command("rituals")
    await maya.press(await maya.modal_showing("Next: "), "ritual_pause")
    await maya.press(await maya.modal_showing("Paused."), "ritual_resume")
    await maya.modal_showing("comes again.")


async def test_everybody_may_look_and_only_look(maya: Person, tom: Person) -> None:
    await set_up(maya)
    await tom.command("rituals")
    overview = await tom.modal_showing("Ask who is champion, or a steward.")
    assert {e["action_id"] for b in overview.blocks for e in b.get("elements", [])} == {
        "ritual_coming"
    }
    await tom.press(overview, "ritual_coming")
    await tom.modal_showing("Before anybody answers, they read")


async def test_where_there_is_neither_champion_nor_steward_it_says_who_can_name_one(
    maya: Person,
) -> None:
    await maya.command("rituals")
    overview = await maya.modal_showing("Add a ritual")
    maya.slack.slack.workspace.set_roles("U0MAYA", is_admin=False)
    await maya.press(overview, "ritual_set_up_free")
    shown = await maya.modal_showing(
        "and there is neither at the moment. Ask a workspace admin: <@"
    )
    assert "Admins can do it too, and name stewards with `/coherence setup`" in text_of(
        shown.blocks
    )
    assert shown.content["title"]["text"] == "Ask somebody else"


async def test_a_channel_without_the_bot_can_be_chosen_and_how_to_invite_it_is_said(
    maya: Person, slack: RunningSandbox
) -> None:
    preview = await preview_of(maya, channel=RANDOM)
    said = text_of([b for b in preview.blocks if b["block_id"] == "invite"])
    assert f"*/invite* <@{slack.world.app.bot_user_id}>" in said
    await maya.submit(preview)
    await maya.modal_showing("is saved")


async def change_form(person: Person) -> View:
    await person.command("rituals")
    overview = await person.modal_showing("Next: ")
    await person.press(overview, "ritual_edit")
    return await person.modal_showing("A change counts from the next time on.")


async def test_asked_for_in_a_direct_message_the_form_offers_no_channel(maya: Person) -> None:
    await maya.command("rituals", maya.direct_channel)
    overview = await maya.modal_showing("Add a ritual")
    await maya.press(overview, "ritual_set_up_free")
    form = await maya.modal_showing("Nothing is posted or saved before")
    [channel] = [b for b in form.blocks if b["block_id"] == "channel@0"]
    assert "initial_conversation" not in channel["element"]
