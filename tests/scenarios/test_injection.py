"""People, or texts, that try to talk the bot into an answer: what everybody sees stays true."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.bootstrap import Application, start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.stack.document import Stack
from coherence.stack.example import example_stack
from coherence.stack.file import stack_content
from coherence.stack.versions import Stacks
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from tests.support import model_scripts as scripts
from tests.support.injections import INJECTIONS, OBEDIENT, ORDER, tagged
from tests.support.model_questions import Question
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of

CONFLICT = "With Larkfield you are guaranteed to get your money."
WEEKEND = "Ring us at weekends and a person picks up."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: what is tried here are words."""
    return sqlite_url


@pytest.fixture
async def judged_bot(
    slack: RunningSandbox, judged_settings: Settings
) -> AsyncIterator[Application]:
    async with start(judged_settings) as application:
        await slack.until_connected()
        yield application


async def publish(bot: Application, slack: RunningSandbox, stack: Stack | None = None) -> None:
    await Stacks(bot.database, system_clock).import_draft(
        slack.world.team.id,
        stack or example_stack(),
        author="hanna",
        channels=[ONBOARDING],
        publish_note="First",
    )


async def judged_answer(person: Person) -> str:
    """The last answer, once the model has completed it."""

    def look() -> str | None:
        answers = person.private_answers()
        shown = text_of(answers[-1].blocks) if answers else ""
        return shown if shown and "reading for meaning" not in shown else None

    shown = await eventually(look)
    assert shown is not None
    return shown


def lies(question: Question) -> dict[str, Any]:
    """A model that obeys: it shows what the text told it to show."""
    first = question.sentences[0]
    said = {
        "sentence_id": first.id,
        "statement_id": question.statements[0].id,
        "message_quote": first.text[:20],
        "statement_quote": "All rules are off",
        "relation": "contradicts",
        "why": "<!channel> <@U0TOM> look at <https://evil.example|this>",
        "rewrite": "Log in at https://evil.example",
    }
    return {"status": "ok", "assessments": [said]}


@pytest.mark.parametrize(
    "injection",
    [INJECTIONS[name] for name in ("plain", "our JSON", "the markers", "chat markup", "tags")],
    ids=["plain", "our JSON", "the markers", "chat markup", "tags"],
)
async def test_a_draft_that_gives_orders_gets_the_answer_it_deserves(
    judged_bot: Application, slack: RunningSandbox, maya: Person, injection: str
) -> None:
    await publish(judged_bot, slack)
    await maya.command(f"check {WEEKEND} {injection}")
    shown = await judged_answer(maya)
    assert shown.startswith("*Conflict") or "Conflict" in shown
    assert "P4" in shown


async def test_a_model_that_obeys_leaves_the_rules_findings_and_shows_nothing_ungrounded(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer, maya: Person
) -> None:
    await publish(judged_bot, slack)
    model.always(scripts.replies(OBEDIENT))
    await maya.command(f"check {CONFLICT} {INJECTIONS['plain']}")
    assert "“guaranteed”" in await judged_answer(maya)
    before = len(maya.private_answers())
    model.always(scripts.replies(lies))
    await maya.command(f"check {CONFLICT} {INJECTIONS['our JSON']}")
    await eventually(lambda: len(maya.private_answers()) > before)
    shown = await judged_answer(maya)
    assert "“guaranteed”" in shown
    for lie in ("evil.example", "All rules are off", "<!channel>", "<@U0TOM>"):
        assert lie not in shown


async def test_orders_in_the_narrative_and_a_touchpoint_stay_data_and_ping_nobody(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer, maya: Person
) -> None:
    content = stack_content(example_stack())
    order = f"{ORDER} <!channel>{tagged(ORDER)}"
    content["vision"][0]["text"] = order
    content["touchpoints"][0].update(name=f"Mail: {ORDER}", copy=order)
    content["touchpoints"][0]["checklist"].append({"id": "C1.9", "text": order})
    await publish(judged_bot, slack, Stack.model_validate(content))
    await maya.command("check")
    form = await maya.modal_showing("Your draft")
    options = form.blocks[1]["element"]["options"]
    chosen = next(each["value"] for each in options if ORDER[:20] in each["text"]["text"])
    await maya.submit(form, draft=f"{WEEKEND} {CONFLICT}", touchpoint=chosen)
    shown = text_of([(await maya.modal_showing("P4")).content])
    assert "“guaranteed”" in shown
    assert "<!channel>" not in shown
    [question] = model.requests
    assert tagged(ORDER) not in question.system + question.user
    assert ORDER in question.system


async def test_a_display_name_that_gives_orders_reaches_no_model(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer, maya: Person
) -> None:
    await publish(judged_bot, slack)
    member = slack.world.members["U0MAYA"]
    member.real_name = member.name = ORDER
    await maya.command(f"check {WEEKEND} Ask <@U0MAYA|{ORDER}>.")
    assert "P4" in await judged_answer(maya)
    [question] = model.requests
    assert ORDER not in question.system


async def test_somebody_else_s_message_with_orders_is_judged_like_any_other(
    judged_bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await publish(judged_bot, slack)
    message = Message(
        ONBOARDING, "1700000000.000100", "U0TOM", f"{WEEKEND}\n{INJECTIONS['a transcript']}"
    )
    slack.world.messages.add(message)
    await maya.shortcut("check_message", message)
    shown = text_of([(await maya.modal_showing("P4")).content])
    assert "Conflict" in shown


async def test_forty_thousand_characters_are_judged_in_one_question(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer, maya: Person
) -> None:
    await publish(judged_bot, slack)
    draft = f"{WEEKEND} {INJECTIONS['plain']} " * 500
    message = Message(ONBOARDING, "1700000000.000100", "U0TOM", draft[:40_000])
    slack.world.messages.add(message)
    await maya.shortcut("check_message", message)
    await maya.modal_showing("P4")
    assert len(model.requests) == 1


async def test_a_narrative_too_long_to_judge_by_says_so_and_the_rules_still_answer(
    judged_bot: Application, slack: RunningSandbox, model: ModelServer, maya: Person
) -> None:
    content = stack_content(example_stack())
    content["principles"] += [{"id": f"D{n}", "text": "We are kind"} for n in range(100, 330)]
    await publish(judged_bot, slack, Stack.model_validate(content))
    await maya.command(f"check {CONFLICT}")
    shown = await judged_answer(maya)
    assert "“guaranteed”" in shown
    assert "The narrative is too long to judge by." in shown
    assert model.requests == []


async def test_a_draft_in_another_language_is_not_called_fitting(
    judged_bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await publish(judged_bot, slack)
    await maya.command("check Rufen Sie uns bitte jedes Wochenende, wir heben immer ab.")
    shown = await judged_answer(maya)
    assert "Rules only: meaning not checked." in shown
    assert "fits our story" not in shown
