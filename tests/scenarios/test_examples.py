"""Stewards pin messages as examples, and test the narrative with them."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from bot.bootstrap import Application, start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.stack.document import Example, Stack
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from handlers import evaluation
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.evaluation import EvaluationOutcome, EvaluationRun
from storage.stack import StackDraft
from tests.coherence.stack.stacks import small
from tests.support import model_scripts as scripts
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, RANDOM, Person, eventually
from tests.support.steward import Steward, block_of, field_value, shown

DRAFT = "With Larkfield you are guaranteed to get your money, always."
LONG = "We help you ask for your money kindly. " * 200


@pytest.fixture
def maya(slack: RunningSandbox) -> Steward:
    return Steward(slack, "U0MAYA")


async def draft(bot: Application) -> Stack | None:
    async with bot.database.reading() as session:
        row = (await session.exec(select(StackDraft))).first()
    return Stack.model_validate(row.document) if row else None


async def last_example(bot: Application) -> Example:
    content = await draft(bot)
    assert content is not None
    return content.examples[-1]


async def pin_message(maya: Steward, text: str) -> View:
    await maya.shortcut("pin_example", maya.say(text, ONBOARDING))
    return await maya.filled_form()


@pytest.mark.usefixtures("onboarding")
class TestPinning:
    async def test_a_message_is_pinned_with_the_verdict_it_should_get(
        self, bot: Application, maya: Steward
    ) -> None:
        form = await pin_message(maya, f"{DRAFT} & <more>")
        assert field_value(form, "text") == f"{DRAFT} & <more>"
        await maya.save(form, verdict="conflict", statements=["X1"], touchpoint="C1", why="No.")
        answer = await maya.modal_showing("E4")
        assert "It counts from the next time the narrative is published." in shown(answer)
        assert await last_example(bot) == Example(
            id="E4",
            text=f"{DRAFT} & <more>",
            verdict="conflict",
            touchpoint="C1",
            statements=("X1",),
            why="No.",
        )

    async def test_the_draft_is_a_button_away(self, maya: Steward) -> None:
        await maya.save(await pin_message(maya, DRAFT), verdict="conflict")
        answer = await maya.modal_showing("E4")
        await maya.use(answer, "stack_open_editor", "open")
        editor = await maya.modal_showing("Messages with the verdict they should get")
        assert DRAFT in shown(editor)

    async def test_a_checks_answer_brings_its_verdict_and_lines(
        self, bot: Application, maya: Steward
    ) -> None:
        await maya.command(f"check {DRAFT}")
        await maya.choose_first(await maya.private_answer(), "example_pin")
        form = await maya.filled_form()
        assert field_value(form, "verdict")["value"] == "conflict"
        await maya.save(form)
        await maya.modal_showing("E4")
        assert (await last_example(bot)).statements == ("X1",)

    async def test_an_answer_in_a_window_leads_there_too(self, maya: Steward) -> None:
        await maya.shortcut("check_message", maya.say(DRAFT, ONBOARDING))
        answer = await maya.modal_showing("“guaranteed”")
        await maya.choose_first(answer, "example_pin")
        form = await maya.filled_form()
        assert field_value(form, "text") == DRAFT
        assert len(maya.modals) == 2

    async def test_a_message_that_is_pinned_already_can_change_its_verdict(
        self, bot: Application, maya: Steward
    ) -> None:
        form = await pin_message(maya, "With Larkfield you  are guaranteed to get your money.")
        assert "This message is example E2 already" in shown(form)
        await maya.save(form, verdict="suggestions")
        await maya.modal_showing("E2")
        content = await draft(bot)
        assert content is not None
        assert [e.verdict for e in content.examples] == ["fits", "suggestions", "suggestions"]

    async def test_a_text_that_somebody_pins_meanwhile_is_not_pinned_twice(
        self, bot: Application, maya: Steward
    ) -> None:
        first, second = await pin_message(maya, DRAFT), await pin_message(maya, DRAFT)
        await maya.save(first, verdict="conflict")
        await maya.save(second, verdict="fits")
        await maya.modal_showing("This message is example E4 already")
        content = await draft(bot)
        assert content is not None
        assert len(content.examples) == 4

    async def test_a_long_message_is_shown_and_kept_whole(
        self, bot: Application, maya: Steward
    ) -> None:
        form = await pin_message(maya, LONG)
        assert "It is kept whole" in shown(form)
        assert not any(block["block_id"].startswith("text@") for block in form.blocks)
        await maya.save(form, verdict="fits")
        await maya.modal_showing("E4")
        assert (await last_example(bot)).text == LONG.strip()

    async def test_others_are_told_whom_to_ask(
        self, bot: Application, slack: RunningSandbox
    ) -> None:
        priya = Person(slack, "U0PRIYA")
        await priya.shortcut("pin_example", priya.say(DRAFT, ONBOARDING))
        await priya.modal_showing("Only")
        assert await draft(bot) is None

    async def test_a_message_without_words_is_not_pinned(self, maya: Steward) -> None:
        await maya.shortcut("pin_example", maya.say(":tada:", ONBOARDING))
        await maya.modal_showing("There are no words")

    async def test_where_there_are_several_journeys_one_is_chosen(
        self, bot: Application, slack: RunningSandbox, maya: Steward
    ) -> None:
        stacks = Stacks(bot.database, system_clock)
        other = small().model_copy(update={"journey": "Renewal"})
        await stacks.import_draft(slack.world.team.id, other, author="h", publish_note="n")
        await maya.shortcut("pin_example", maya.say(DRAFT, RANDOM))
        choice = await maya.modal_showing("Which journey")
        [menu] = [e for b in choice.blocks for e in b.get("elements", []) if "options" in e]
        renewal = next(o["value"] for o in menu["options"] if o["text"]["text"] == "Renewal")
        await maya.use(choice, "example_journey", renewal)
        form = await maya.filled_form()
        await maya.save(form, verdict="fits")
        answer = await maya.modal_showing("Saved to the draft of *Renewal*")
        assert answer is maya.modal

    async def test_the_words_of_an_example_are_not_logged(
        self, maya: Steward, logged: io.StringIO
    ) -> None:
        await maya.save(await pin_message(maya, DRAFT), verdict="conflict")
        await maya.modal_showing("E4")
        assert "guaranteed" not in logged.getvalue()


@pytest.mark.usefixtures("onboarding")
class TestByRules:
    async def test_the_narrative_is_tested_and_the_result_is_there_again_later(
        self, bot: Application, maya: Steward
    ) -> None:
        editor = await maya.editor()
        await maya.use(editor, "evaluation_open", "open")
        window = await maya.modal_showing("Version 1 has 3 examples")
        await maya.use(window, "evaluation_run", "run")
        result = await maya.modal_showing("2 of 3 came out as expected")
        assert "E1 should fit, but was not judged" in shown(result)
        assert "Nothing to compare with yet" in shown(result)
        maya.slack.slack.views.close_all(maya.id)
        await maya.use(await maya.editor(), "evaluation_open", "open")
        again = await maya.modal_showing("Last run: 2 of 3")
        assert "E1 should fit, but was not judged" in shown(again)
        assert await outcomes(bot) == {"E1": "not_judged", "E2": "conflict", "E3": "suggestions"}

    async def test_readers_of_the_narrative_who_are_stewards_can_test_it(
        self, maya: Steward
    ) -> None:
        await maya.command("narrative")
        playbook = await maya.modal_showing("Playbook")
        await maya.use(playbook, "evaluation_open", "open")
        await maya.modal_showing("by the rules alone: no model is set up")

    async def test_publishing_shows_first_which_examples_flip(self, maya: Steward) -> None:
        editor = await maya.editor("never")
        await maya.save(await maya.form(editor, "X1", "never"), patterns="assure*")
        await maya.modal_showing("Saved X1")
        changes = await maya.changes(editor)
        assert "1 example changes its verdict with this draft" in shown(changes)
        assert "E2: conflict → not judged, should be a conflict" in shown(changes)
        await maya.submit(changes, note="Shorter")
        await maya.modal_showing("Version 2 is published")


async def outcomes(bot: Application) -> dict[str, str]:
    async with bot.database.reading() as session:
        rows = (await session.exec(select(EvaluationOutcome))).all()
    return {row.example_id: row.verdict for row in rows}


@pytest.fixture
async def judged_bot(
    slack: RunningSandbox, judged_settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    """A bot that asks the local model, with the example narrative published."""
    async with start(judged_settings) as application:
        await slack.until_connected()
        await Stacks(application.database, system_clock).import_draft(
            slack.world.team.id,
            example_stack(),
            author="hanna",
            channels=[ONBOARDING],
            publish_note="The first version",
        )
        yield application


async def run_test(maya: Steward) -> View:
    await maya.use(await maya.editor(), "evaluation_open", "open")
    window = await maya.modal_showing("examples")
    await maya.use(window, "evaluation_run", "run")
    return window


class TestWithAModel:
    async def test_progress_is_shown_until_the_result_is_there(
        self,
        judged_bot: Application,
        model: ModelServer,
        maya: Steward,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(evaluation, "PROGRESS_SECONDS", 0.01)
        answered = asyncio.Event()
        model.script(scripts.after(answered, model.default))
        await run_test(maya)
        await maya.modal_showing("2 of 3 examples checked…")
        answered.set()
        result = await maya.modal_showing("3 of 3 came out as expected")
        assert (
            "Too few yet of conflicts, messages with suggestions and messages that fit: "
            in shown(result)
        )

    async def test_a_closed_window_does_not_end_the_run(
        self,
        judged_bot: Application,
        model: ModelServer,
        maya: Steward,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(evaluation, "PROGRESS_SECONDS", 0.01)
        answered = asyncio.Event()
        model.script(*[scripts.after(answered, model.default)] * 3)
        await run_test(maya)
        await maya.modal_showing("0 of 3 examples checked…")
        maya.slack.slack.views.close_all(maya.id)
        await maya.use(await maya.editor(), "evaluation_open", "open")
        await maya.modal_showing("0 of 3 examples checked…")
        maya.slack.slack.views.close_all(maya.id)
        answered.set()
        await judged_bot.in_flight.drain()
        async with judged_bot.database.reading() as session:
            [run] = (await session.exec(select(EvaluationRun))).all()
        assert (run.model, run.stack_version) == (model.model, 1)
        assert set((await outcomes(judged_bot)).values()) == {"fits", "conflict", "suggestions"}

    async def test_the_flips_by_the_model_take_the_place_of_those_by_the_rules(
        self, judged_bot: Application, model: ModelServer, maya: Steward
    ) -> None:
        answered = asyncio.Event()
        model.script(*[scripts.after(answered, model.default)] * 6)
        changes = await self._changed(maya)
        assert "the model is being asked about the meaning" in shown(changes)
        answered.set()
        await maya.modal_showing("By the rules and the model.")

    async def test_a_version_published_meanwhile_stays_on_show(
        self, judged_bot: Application, model: ModelServer, maya: Steward
    ) -> None:
        answered = asyncio.Event()
        model.script(*[scripts.after(answered, model.default)] * 6)
        changes = await self._changed(maya)
        await maya.submit(changes, note="Shorter")
        await maya.modal_showing("Version 2 is published")
        answered.set()
        await judged_bot.in_flight.drain()
        assert maya.modal is not None
        assert "Version 2 is published" in shown(maya.modal)

    async def test_a_failing_model_leaves_the_rules_and_says_so(
        self, judged_bot: Application, model: ModelServer, maya: Steward
    ) -> None:
        model.always(scripts.status(401))
        await self._changed(maya)
        await maya.modal_showing("By the rules only: the model's endpoint refuses")

    async def _changed(self, maya: Steward) -> View:
        editor = await maya.editor("never")
        form = await maya.form(editor, "X1", "never")
        await maya.submit(form, **{block_of(form, "patterns"): "assure*"})
        await maya.modal_showing("Saved X1")
        return await maya.changes(editor)


async def test_a_narrative_without_examples_says_how_to_pin_some(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    stacks = Stacks(bot.database, system_clock)
    await stacks.import_draft(slack.world.team.id, small(), author="h", publish_note="n")
    await maya.command("edit")
    editor = await eventually(
        lambda: maya.modal if maya.modal and "evaluation_open" in str(maya.modal.content) else None
    )
    assert editor is not None
    await maya.use(editor, "evaluation_open", "open")
    window = await maya.modal_showing("has no examples yet")
    assert "evaluation_run" not in str(window.content)
