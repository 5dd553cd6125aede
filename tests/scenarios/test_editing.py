"""Stewards edit the narrative in modals, alone and at once."""

import io

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from bot.clock import system_clock
from coherence.stack.document import Stack
from coherence.stack.editing import find_item, items_of
from coherence.stack.versions import Stacks
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.stack import StackDraft, StackVersion
from storage.stewards import set_stewards
from tests.coherence.stack.stacks import small
from tests.support.people import RANDOM, Person, eventually
from tests.support.steward import Steward, block_of, field_value, shown
from tests.support.times import NOON

pytestmark = pytest.mark.usefixtures("onboarding")


@pytest.fixture
def maya(slack: RunningSandbox) -> Steward:
    return Steward(slack, "U0MAYA")


@pytest.fixture
async def tom(bot: Application, slack: RunningSandbox) -> Steward:
    """Somebody whom a steward has named."""
    async with bot.database.transaction() as session:
        team = slack.world.team.id
        await set_stewards(session, team, ["U0TOM"], named_by="U0MAYA", now=NOON)
    return Steward(slack, "U0TOM")


async def draft_of(bot: Application) -> StackDraft | None:
    async with bot.database.reading() as session:
        return (await session.exec(select(StackDraft))).first()


async def draft(bot: Application) -> Stack:
    row = await draft_of(bot)
    assert row is not None
    return Stack.model_validate(row.document)


async def versions(bot: Application) -> list[StackVersion]:
    async with bot.database.reading() as session:
        query = select(StackVersion).order_by("number")
        return list((await session.exec(query)).all())


async def import_draft(bot: Application, slack: RunningSandbox, stack: Stack) -> None:
    stacks = Stacks(bot.database, system_clock)
    await stacks.import_draft(slack.world.team.id, stack, author="hanna")


async def publish(steward: Steward, view: View, note: str = "Agreed") -> dict[str, object]:
    return await steward.submit(await steward.changes(view), note=note)


async def test_a_steward_gets_edit_and_history_on_the_narrative(maya: Steward) -> None:
    await maya.command("narrative")
    playbook = await maya.modal_showing("Playbook")
    await maya.use(playbook, "stack_open_editor", "open")
    editor = await maya.modal_showing("version 1, as published")
    assert "The change we want to make" in shown(editor)
    assert maya.modals == [editor]


async def test_others_read_the_narrative_without_the_buttons(slack: RunningSandbox) -> None:
    priya = Person(slack, "U0PRIYA")
    await priya.command("narrative")
    playbook = await priya.modal_showing("Playbook")
    assert not [block for block in playbook.blocks if block["type"] == "actions"]


async def test_others_are_told_whom_to_ask(slack: RunningSandbox, tom: Steward) -> None:
    priya = Person(slack, "U0PRIYA")
    await priya.command("edit")
    await priya.modal_showing("Only a steward can do this. Ask a steward: <@U0TOM>.")


async def test_a_changed_promise_goes_from_form_to_draft_to_version(
    bot: Application, maya: Steward
) -> None:
    editor = await maya.editor("promises")
    form = await maya.form(editor, "P1", "promises")
    assert field_value(form, "text").startswith("The first invoice is ready")
    await maya.save(form, text="Free for three months.")
    await maya.modal_showing("Saved P1 to the draft.")
    assert "draft with 1 change since version 1, last edited by <@U0MAYA>" in shown(editor)
    changes = await maya.changes(editor)
    assert "*P1* changed · Promises" in shown(changes)
    assert "Text, now: “Free for three months.”" in shown(changes)
    await maya.submit(changes, note="Longer trial")
    assert "Version 2 is published" in shown(changes)
    await eventually(lambda: "version 2, as published" in shown(editor))
    [_, second] = await versions(bot)
    assert (second.author, second.note) == ("U0MAYA", "Longer trial")
    assert await draft_of(bot) is None


async def test_an_added_term_gets_its_own_id_and_phrases_by_line(
    bot: Application, maya: Steward
) -> None:
    form = await maya.form(await maya.editor("terms"), "", "terms")
    await maya.save(form, use="estimate", instead_of="quote\n\n quotation \nquote")
    await maya.modal_showing("Added to the draft.")
    assert items_of(await draft(bot), "terms")[-1] == {
        "id": "W4",
        "use": "estimate",
        "instead_of": ["quote", "quotation"],
    }


async def test_a_form_that_is_submitted_twice_adds_once(bot: Application, maya: Steward) -> None:
    form = await maya.form(await maya.editor("tone"), "", "tone")
    for _ in range(2):
        await maya.save(form, text="Calm.")
    assert len(items_of(await draft(bot), "tone")) == 3


async def test_field_errors_say_what_to_do_and_keep_the_form(
    bot: Application, maya: Steward
) -> None:
    form = await maya.form(await maya.editor("never"), "X1", "never")
    refused = await maya.save(form, text="Never that.", patterns="fine\n*")
    assert refused["errors"] == {block_of(form, "patterns"): "This phrase has nothing to look for."}
    assert maya.modal is form
    assert await draft_of(bot) is None


@pytest.mark.parametrize(
    ("section", "layer", "item_id", "fields"),
    [
        ("vision", "vision", "V1", {"text": "New."}),
        ("narrative.from", "narrative", "N0", {"text": "New."}),
        ("narrative.to", "narrative", "N9", {"text": "New."}),
        ("narrative.milestones", "narrative", "N1", {"name": "A", "text": "B", "feeling": "C"}),
        ("promises", "promises", "P1", {"text": "New.", "limits": "Here."}),
        ("never", "never", "X1", {"text": "New.", "patterns": "a\nb"}),
        ("tone", "tone", "T1", {"text": "New.", "avoid": "a\nb"}),
        ("terms", "terms", "W1", {"use": "a", "instead_of": "b\nc", "why": "d"}),
        ("principles", "principles", "D1", {"text": "New."}),
        ("system", "system", "S1", {"text": "New.", "owner": "Us"}),
        (
            "touchpoints",
            "touchpoints",
            "C1",
            {"name": "A", "owner": "B", "milestone": "N2", "max_words": "80", "copy": "Hi."},
        ),
    ],
)
async def test_every_layer_has_a_form_of_its_own(
    bot: Application,
    maya: Steward,
    section: str,
    layer: str,
    item_id: str,
    fields: dict[str, str],
) -> None:
    await maya.edit(item_id, section, layer, **fields)
    await maya.modal_showing(f"Saved {item_id}")
    item = find_item(await draft(bot), section, item_id)
    for key, typed in fields.items():
        value = item[key]
        assert ("\n".join(value) if isinstance(value, list) else str(value)) == typed


async def test_a_touchpoint_keeps_its_checklist_and_the_checklist_its_forms(
    bot: Application, maya: Steward
) -> None:
    editor = await maya.editor("touchpoints")
    await maya.go(editor, "checklist", "0|checklist of C1")
    assert "Checklist: Welcome email" in shown(editor)
    form = await maya.form(editor, "", "checklist of C1")
    await maya.save(form, text="Says hello", requires="hello\nhi")
    await maya.modal_showing("Added")
    assert "*C1.3*  Says hello" in shown(editor)
    await maya.go(editor, "back", "0|touchpoints")
    assert "Checklist (3)" in shown(editor)


async def test_items_move_up_and_down(bot: Application, maya: Steward) -> None:
    editor = await maya.editor("promises")
    await maya.menu(editor, "up", "P2", "promises")
    await maya.menu(editor, "down", "P1", "promises")
    ids = [item["id"] for item in items_of(await draft(bot), "promises")]
    assert ids == ["P2", "P3", "P1", "P4", "P5"]
    assert "Moved P1." in shown(editor)


async def test_a_retired_id_is_not_given_to_the_next(bot: Application, maya: Steward) -> None:
    editor = await maya.editor("promises")
    await maya.menu(editor, "retire", "P5", "promises")
    assert "Retired P5" in shown(editor)
    await maya.save(await maya.form(editor, "", "promises"), text="New.")
    await maya.modal_showing("Added")
    assert [item["id"] for item in items_of(await draft(bot), "promises")][-2:] == ["P4", "P6"]
    assert "*P5* retired · Promises" in shown(await maya.changes(editor))


async def test_a_discarded_draft_leaves_what_is_published(bot: Application, maya: Steward) -> None:
    editor = await maya.editor("tone")
    await maya.menu(editor, "retire", "T1", "tone")
    before = editor.hash
    await maya.use(editor, "stack_discard", "discard")
    await eventually(lambda: editor.hash != before)
    assert "The draft is discarded." in shown(editor)
    assert await draft_of(bot) is None
    assert "*T1*" in shown(editor)


async def test_two_who_edit_different_items_are_merged_silently(
    bot: Application, maya: Steward, tom: Steward
) -> None:
    hers = await maya.form(await maya.editor("promises"), "P1", "promises")
    his = await tom.form(await tom.editor("promises"), "P2", "promises")
    await maya.save(hers, text="Hers.")
    await tom.save(his, text="His.")
    await tom.modal_showing("It also holds what was changed by <@U0MAYA> meanwhile: P1 (changed).")
    merged = await draft(bot)
    assert [find_item(merged, "promises", i)["text"] for i in ("P1", "P2")] == ["Hers.", "His."]


async def test_two_who_edit_the_same_words_see_both_and_choose(
    bot: Application, maya: Steward, tom: Steward
) -> None:
    hers = await maya.form(await maya.editor("promises"), "P1", "promises")
    his = await tom.form(await tom.editor("promises"), "P1", "promises")
    await maya.save(hers, text="Hers.", limits="Her limits.")
    await tom.save(his, text="His.")
    clash = await tom.modal_showing("<@U0MAYA> changed P1 while you were writing")
    assert "&gt;" not in shown(clash)
    assert ">“Hers.”" in shown(clash)
    assert (field_value(clash, "text"), field_value(clash, "limits")) == ("His.", "Her limits.")
    assert find_item(await draft(bot), "promises", "P1")["text"] == "Hers."
    await tom.save(clash, text="Both.")
    await tom.modal_showing("Saved P1")
    saved = find_item(await draft(bot), "promises", "P1")
    assert (saved["text"], saved["limits"]) == ("Both.", "Her limits.")


async def test_an_item_that_was_retired_while_one_wrote_can_be_put_back(
    bot: Application, maya: Steward, tom: Steward
) -> None:
    his = await tom.form(await tom.editor("tone"), "T1", "tone")
    await maya.menu(await maya.editor("tone"), "retire", "T1", "tone")
    await tom.save(his, text="Kept.")
    clash = await tom.modal_showing("<@U0MAYA> retired T1 while you were writing")
    await tom.save(clash)
    await tom.modal_showing("Saved T1")
    assert find_item(await draft(bot), "tone", "T1")["text"] == "Kept."


async def test_what_somebody_has_just_changed_is_not_retired_unseen(
    bot: Application, maya: Steward, tom: Steward
) -> None:
    editor = await tom.editor("tone")
    await maya.edit("T1", "tone", "tone", text="Better said.")
    await tom.menu(editor, "retire", "T1", "tone")
    assert "T1 was not retired: <@U0MAYA> changed it" in shown(editor)
    assert "Better said." in shown(editor)
    await tom.menu(editor, "retire", "T1", "tone")
    assert [item["id"] for item in items_of(await draft(bot), "tone")] == ["T2"]


async def test_of_two_who_publish_one_wins_and_the_other_is_told(
    bot: Application, maya: Steward, tom: Steward
) -> None:
    await maya.edit("T1", "tone", "tone", text="Said.")
    hers = await maya.changes(await maya.editor("tone"))
    his = await tom.changes(await tom.editor("tone"))
    await maya.submit(hers, note="Mine")
    await tom.submit(his, note="No, mine")
    assert "The newest version is 2, by <@U0MAYA>: Mine" in shown(his)
    assert [version.note for version in (await versions(bot))[1:]] == ["Mine"]


async def test_a_draft_that_changed_since_it_was_looked_at_is_shown_before_it_is_published(
    bot: Application, maya: Steward, tom: Steward
) -> None:
    await maya.edit("T1", "tone", "tone", text="Said.")
    hers = await maya.changes(await maya.editor("tone"))
    await tom.edit("T2", "tone", "tone", text="Said too.")
    await maya.submit(hers, note="Mine")
    assert "Somebody has changed the draft since you looked" in shown(hers)
    assert "Said too." in shown(hers)
    assert len(await versions(bot)) == 1
    await maya.submit(hers, note="Ours")
    assert len(await versions(bot)) == 2


async def test_a_publication_that_is_submitted_twice_makes_one_version(
    bot: Application, maya: Steward
) -> None:
    await maya.edit("T1", "tone", "tone", text="Said.")
    changes = await maya.changes(await maya.editor("tone"))
    first = dict(changes.content)
    await maya.submit(changes, note="Once")
    changes.replace(first)
    await maya.submit(changes, note="Once")
    assert "Version 2" in shown(changes)
    assert len(await versions(bot)) == 2


async def test_an_older_version_is_read_and_restored_as_a_draft(
    bot: Application, maya: Steward
) -> None:
    await maya.edit("T1", "tone", "tone", text="Second.")
    editor = await maya.editor("tone")
    await publish(maya, editor, "The second")
    maya.slack.surfaces.close(maya.modals[-1])
    history = await maya.history(editor)
    assert "by hanna" not in shown(history)
    assert "*Version 2* · <!date^" in shown(history)
    await maya.use(history, "stack_version", "1")
    await maya.modal_showing("Playbook: New customer onboarding")
    await maya.use(history, "stack_restore", "1")
    await maya.modal_showing("Version 1 is a draft now.")
    await eventually(lambda: "draft with 1 change since version 2" in shown(editor))
    assert "How we sound, and the words that don't." in shown(editor)
    [first, _] = await versions(bot)
    row = await draft_of(bot)
    assert row is not None
    assert (row.document, row.based_on) == (first.document, 2)


async def test_a_long_list_is_paged(bot: Application, slack: RunningSandbox, maya: Steward) -> None:
    lines = [{"id": f"V{n}", "text": f"Vision {n}."} for n in range(1, 27)]
    await import_draft(bot, slack, small(journey="New customer onboarding", vision=lines))
    editor = await maya.editor("vision")
    assert "1 to 20 of 26" in shown(editor)
    await maya.go(editor, "next", "1|vision")
    assert "21 to 26 of 26" in shown(editor)
    assert "*V26*  Vision 26." in shown(editor)


async def test_what_no_form_can_hold_stays_as_it_is(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    touchpoint = {"id": "C1", "name": "Mail", "copy": "word " * 7_999 + "end"}
    await import_draft(
        bot, slack, small(journey="New customer onboarding", touchpoints=[touchpoint])
    )
    form = await maya.form(await maya.editor("touchpoints"), "C1", "touchpoints")
    assert "*Live text* is longer than the 3,000 characters that fit into a form" in shown(form)
    await maya.save(form, name="Letter")
    await maya.modal_showing("Saved C1")
    saved = find_item(await draft(bot), "touchpoints", "C1")
    assert saved == {**touchpoint, "name": "Letter"}


async def test_what_stewards_write_is_shown_and_never_acts(bot: Application, maya: Steward) -> None:
    await maya.edit("T1", "tone", "tone", text="<!channel> & *bold*")
    editor = await maya.editor("tone")
    assert "&lt;!channel&gt; &amp; *bold*" in shown(editor)
    assert "&lt;!channel&gt;" in shown(await maya.changes(editor))


async def test_the_editor_opens_where_the_only_journey_is(maya: Steward) -> None:
    await maya.command("edit", RANDOM)
    await maya.modal_showing("version 1, as published")


async def test_a_journey_that_is_named_is_opened(maya: Steward) -> None:
    await maya.command("edit new customer onboarding")
    await maya.modal_showing("There is no journey called “new customer onboarding”.")
    await maya.command("edit New customer onboarding")
    await maya.modal_showing("version 1, as published")


async def test_where_it_is_not_clear_which_journey_is_meant_one_is_asked(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    other = small(journey="Leaving", vision=[{"id": "V1", "text": "Easy."}])
    await Stacks(bot.database, system_clock).import_draft(
        slack.world.team.id, other, author="hanna", publish_note="First"
    )
    await maya.command("edit", RANDOM)
    await maya.modal_showing("For example `/coherence edit` and the journey's name.")
    await maya.command("edit Leaving", RANDOM)
    assert "*V1*  Easy." in shown(await maya.modal_showing("version 1, as published"))


async def test_a_button_that_is_pressed_again_and_again_opens_no_more_than_slack_takes(
    maya: Steward,
) -> None:
    editor = await maya.editor("tone")
    for _ in range(4):
        await maya.use(editor, "stack_edit_item", "edit|T1|tone")
        await eventually(lambda: len(maya.modals) > 1)
    await maya.filled_form()
    assert len(maya.modals) <= 3
    assert "One moment" not in shown(editor)


async def test_what_people_write_is_not_logged(logged: io.StringIO, maya: Steward) -> None:
    form = await maya.form(await maya.editor("tone"), "T1", "tone")
    await maya.save(form, text="Between us: heron.", avoid="x" * 201)
    await maya.save(form, text="Between us: heron.", avoid="")
    await maya.modal_showing("Saved T1")
    assert "heron" not in logged.getvalue()
