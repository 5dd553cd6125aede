"""A check with a model: the rules' answer at once, and in its place what the model makes of it."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.check import NarrativeCheck
from tests.support import model_scripts as scripts
from tests.support.honest_model import answer_honestly
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

FITS = "Send your first invoice from your phone today."
CLASHES = "Larkfield is free for ever. You can call us at the weekend."
BETTER = "Write to us by email or chat, and a person answers."
WAITING = "reading for meaning now"
RULES_ONLY = "Rules only: meaning not checked."

Where = Callable[[], Message | View]
Ask = Callable[[Person, str], Awaitable[Where]]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do; the use cases are tested on both."""
    return sqlite_url


@pytest.fixture
def settings(judged_settings: Settings) -> Settings:
    """Every bot here asks the local model."""
    return judged_settings


@pytest.fixture
async def held(model: ModelServer) -> AsyncIterator[asyncio.Event]:
    """Answers of the model, held back until this is set."""
    event = asyncio.Event()
    model.always(scripts.after(event, scripts.replies(answer_honestly)))
    yield event
    event.set()


async def by_command(maya: Person, draft: str) -> Where:
    await maya.command(f"check {draft}")
    await maya.private_answer()
    return lambda: maya.private_answers()[-1]


async def by_form(maya: Person, draft: str) -> Where:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    await maya.submit(form, draft=draft)
    return lambda: _modal_of(maya)


async def by_message_shortcut(maya: Person, draft: str) -> Where:
    await maya.shortcut("check_message", maya.say(draft, ONBOARDING))
    await maya.modal_showing("Checked against")
    return lambda: _modal_of(maya)


async def by_direct_message(maya: Person, draft: str) -> Where:
    maya.say(draft)
    await maya.direct_answer()
    return lambda: maya.direct_answers()[-1]


def _modal_of(maya: Person) -> View:
    assert maya.modal is not None
    return maya.modal


def shown(where: Where) -> str:
    return text_of(where().blocks)


async def until_shown(where: Where, words: str) -> str:
    await eventually(lambda: words in shown(where))
    return shown(where)


async def dismiss(who: Person, where: Where, words: str, reason: str | None = None) -> None:
    await who.choose(where(), "dismiss", words)
    form = await who.modal_showing("Why is it fine here?")
    await who.submit(form, **({"reason": reason} if reason else {}))
    await until_shown(where, "set aside as no problem here")


ways = pytest.mark.parametrize(
    "ask",
    [by_command, by_form, by_message_shortcut, by_direct_message],
    ids=lambda ask: ask.__name__,
)


@ways
async def test_the_rules_answer_stands_while_the_model_reads_and_is_then_replaced(
    maya: Person, held: asyncio.Event, ask: Ask
) -> None:
    where = await ask(maya, FITS)
    waiting = await until_shown(where, WAITING)
    assert "The rules found nothing. Not judged yet." in waiting
    assert "Rules only" not in waiting
    held.set()
    judged = await until_shown(where, "This fits our story.")
    assert WAITING not in judged
    assert len(maya.private_answers()) + len(maya.direct_answers()) <= 1


@ways
async def test_a_conflict_is_shown_with_the_words_of_both_texts_and_another_wording(
    maya: Person, ask: Ask
) -> None:
    where = await ask(maya, CLASHES)
    judged = await until_shown(where, "Conflict:")
    assert "“call us”" in judged or "“at the weekend”" in judged
    assert "“no phone line and no weekend cover”" in judged
    assert "Why, as the model reads it: Answers come by email and chat" in judged
    assert f"Instead: {BETTER}" in judged
    assert "Another wording" in judged


@ways
async def test_a_model_that_fails_leaves_the_rules_answer_and_can_be_asked_again(
    maya: Person, model: ModelServer, ask: Ask
) -> None:
    model.always(scripts.refuses())
    where = await ask(maya, FITS)
    left = await until_shown(where, RULES_ONLY)
    assert "The model declined to read this text." in left
    assert "Not judged: the rules found nothing." in left
    model.always(scripts.replies(answer_honestly))
    await maya.press(where(), "check_meaning_again")
    assert RULES_ONLY not in await until_shown(where, "This fits our story.")


@ways
async def test_the_proposed_wording_is_put_into_the_form(maya: Person, ask: Ask) -> None:
    where = await ask(maya, CLASHES)
    await until_shown(where, "Another wording")
    await maya.press(where(), "check_rewrite")
    form = await maya.modal_showing("The draft in the other wording")
    draft = next(b for b in form.blocks if b["block_id"] == "draft")["element"]["initial_value"]
    assert BETTER in draft
    await maya.submit(form, draft=draft)
    await maya.modal_showing("This fits our story.")


@ways
async def test_a_finding_set_aside_leaves_the_answer_and_comes_back(maya: Person, ask: Ask) -> None:
    where = await ask(maya, CLASHES)
    await until_shown(where, "Conflict:")
    modals = len(maya.slack.slack.views.stack(maya.id))
    await dismiss(maya, where, "no phone line", "It is <!channel> an old joke")
    left = shown(where)
    assert "no phone line" not in left
    assert "1 finding is set aside as no problem here." in left
    assert "Another wording" not in left
    assert len(maya.slack.slack.views.stack(maya.id)) == modals
    await maya.press(where(), "check_set_aside")
    listed = await maya.modal_showing("Set aside by you")
    assert "&lt;!channel&gt; an old joke" in text_of([listed.content])
    await maya.press(listed, "check_restore")
    await maya.modal_showing("Nothing is set aside")
    maya.slack.surfaces.close(_modal_of(maya))
    assert "set aside" not in await until_shown(where, "no phone line")


@ways
async def test_what_was_helpful_is_noted_in_place(bot: Application, maya: Person, ask: Ask) -> None:
    where = await ask(maya, CLASHES)
    await until_shown(where, "Conflict:")
    await maya.choose(where(), "helpful", "no phone line")
    noted = await until_shown(where, "Noted as helpful")
    assert noted.count("Noted as helpful") == 1


async def test_setting_aside_all_that_was_found_leaves_a_fit(maya: Person) -> None:
    where = await by_command(maya, "You can call us.")
    await until_shown(where, "Conflict:")
    await dismiss(maya, where, "no phone line")
    left = shown(where)
    assert "This fits our story." in left
    assert "Another wording" not in left


async def test_a_wording_set_aside_stays_quiet_in_other_drafts_of_the_same_person(
    maya: Person, tom: Person
) -> None:
    where = await by_command(tom, "You can call us. Thank you.")
    await until_shown(where, "Conflict:")
    await tom.choose(where(), "dismiss", "no phone line")
    form = await tom.modal_showing("This counts for you alone")
    await tom.submit(form)
    await until_shown(where, "This fits our story.")

    again = await by_command(tom, "Hello there. You can call us.")
    await until_shown(again, "1 finding is set aside")
    hers = await by_command(maya, "Hello there. You can call us.")
    await until_shown(hers, "Conflict:")


async def test_what_a_steward_sets_aside_stays_quiet_for_everybody(
    slack: RunningSandbox, tom: Person
) -> None:
    admin = next(m.id for m in slack.world.members.values() if m.is_admin)
    steward = Person(slack, admin)
    where = await by_command(steward, "You can call us.")
    await until_shown(where, "Conflict:")
    await steward.choose(where(), "dismiss", "no phone line")
    form = await steward.modal_showing("You are a steward, so this counts for everybody")
    await steward.submit(form, reason="Agreed in May")
    await until_shown(where, "This fits our story.")

    his = await by_command(tom, "Hello. You can call us.")
    await until_shown(his, "1 finding is set aside")
    await tom.press(his(), "check_set_aside")
    listed = await tom.modal_showing("Only a steward can have it count again.")
    assert "Agreed in May" in text_of([listed.content])
    assert "check_restore" not in str(listed.content)


async def test_a_reason_submitted_twice_sets_aside_once(maya: Person) -> None:
    where = await by_command(maya, CLASHES)
    await until_shown(where, "Conflict:")
    await maya.choose(where(), "dismiss", "no phone line")
    form = await maya.modal_showing("Why is it fine here?")
    await asyncio.gather(maya.submit(form), maya.submit(form), return_exceptions=True)
    await until_shown(where, "1 finding is set aside")


async def test_a_finding_that_is_set_aside_already_is_said_to_be(maya: Person) -> None:
    where = await by_command(maya, CLASHES)
    await until_shown(where, "Conflict:")
    before = where()
    stale = Message(**{**vars(before), "blocks": list(before.blocks)})
    await dismiss(maya, where, "no phone line")
    await maya.choose(stale, "dismiss", "no phone line")
    await maya.modal_showing("set aside already")


async def test_somebody_elses_finding_can_not_be_touched(maya: Person, tom: Person) -> None:
    where = await by_command(maya, CLASHES)
    await until_shown(where, "Conflict:")
    maya.private_answers()[-1].visible_to = tom.id
    await tom.choose(tom.private_answers()[-1], "dismiss", "no phone line")
    await tom.modal_showing("no longer on record")


async def test_fifty_people_do_not_wait_for_each_other(
    slack: RunningSandbox, model: ModelServer, maya: Person
) -> None:
    model.always(scripts.when_at_once(50, scripts.replies(answer_honestly)))
    drafts = [f"Send invoice number {n} to your customer today." for n in range(50)]
    await asyncio.gather(*(maya.command(f"check {draft}") for draft in drafts))

    def judged() -> bool:
        fits = [m for m in maya.private_answers() if "This fits" in m.text]
        return len(fits) == len(drafts)

    await eventually(judged)
    assert model.most_at_once == 50


async def test_a_modal_closed_meanwhile_is_no_error(
    bot: Application, maya: Person, held: asyncio.Event, logged: io.StringIO
) -> None:
    where = await by_form(maya, FITS)
    await until_shown(where, WAITING)
    maya.slack.surfaces.close(_modal_of(maya))
    held.set()
    await bot.in_flight.drain()
    assert maya.modal is None
    assert "answer_gone" in logged.getvalue()
    assert "reference=" not in logged.getvalue()


@ways
async def test_an_answer_that_slack_does_not_take_leaves_the_rules_answer(
    bot: Application,
    slack: RunningSandbox,
    maya: Person,
    held: asyncio.Event,
    logged: io.StringIO,
    ask: Ask,
) -> None:
    where = await ask(maya, CLASHES)
    await until_shown(where, WAITING)
    for method in ("response_url", "views.update", "chat.update"):
        slack.slack.faults.add(Fault(method, "http_500", times=9))
    held.set()
    await eventually(lambda: "answer_not_renewed" in logged.getvalue())
    await bot.in_flight.drain()
    assert WAITING in shown(where)
    assert CLASHES not in logged.getvalue()


async def test_a_draft_that_is_edited_while_it_is_judged_is_not_overwritten(
    bot: Application, maya: Person, held: asyncio.Event
) -> None:
    where = await by_form(maya, FITS)
    await until_shown(where, WAITING)
    await maya.press(where(), "check_edit_above")
    await maya.modal_showing("Where will it be used?")
    held.set()
    await bot.in_flight.drain()
    assert "Where will it be used?" in shown(where)
    maya.slack.surfaces.close(_modal_of(maya))
    assert "This fits our story." in shown(where)


async def test_a_second_press_while_the_model_is_asked_asks_no_second_time(
    bot: Application, maya: Person, model: ModelServer
) -> None:
    model.always(scripts.refuses())
    where = await by_command(maya, FITS)
    await until_shown(where, RULES_ONLY)
    release = asyncio.Event()
    model.always(scripts.after(release, scripts.replies(answer_honestly)))
    await maya.press(where(), "check_meaning_again")
    await until_shown(where, WAITING)
    await eventually(lambda: len(model.requests) == 2)
    stale = Message(**{**vars(where()), "blocks": [_again_button(bot, where)]})
    await maya.press(stale, "check_meaning_again")
    release.set()
    await until_shown(where, "This fits our story.")
    await bot.in_flight.drain()
    assert len(model.requests) == 2


def _again_button(bot: Application, where: Where) -> dict[str, object]:
    block = next(dict(b) for b in where().blocks if b["type"] == "actions")
    button = {**block["elements"][0], "action_id": "check_meaning_again"}
    return {**block, "elements": [button]}


async def test_remarks_without_quotes_that_hold_are_counted_and_not_shown(
    maya: Person, model: ModelServer
) -> None:
    invented = {
        "sentence_id": "S1",
        "statement_id": "P1",
        "message_quote": "words that nobody wrote",
        "statement_quote": "nor these",
        "relation": "contradicts",
        "why": "Made up.",
        "rewrite": None,
    }
    model.script(scripts.assesses([invented, invented]))
    where = await by_command(maya, FITS)
    judged = await until_shown(where, "I left out 2 remarks")
    assert "Made up" not in judged


async def test_a_check_judged_before_is_answered_without_waiting(
    maya: Person, model: ModelServer
) -> None:
    first = await by_command(maya, FITS)
    await until_shown(first, "This fits our story.")
    model.always(scripts.hangs())
    await maya.command(f"check {FITS}")
    await eventually(lambda: len(maya.private_answers()) == 2)
    assert "This fits our story." in maya.private_answers()[-1].text


async def test_what_came_of_it_is_on_record(bot: Application, maya: Person) -> None:
    where = await by_command(maya, CLASHES)
    await until_shown(where, "Conflict:")
    async with bot.database.reading() as session:
        [check] = (await session.exec(select(NarrativeCheck))).all()
    assert check.judged_by == ["rules", "model"]
    assert check.reason is None
