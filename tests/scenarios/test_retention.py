"""What stewards and others see and choose of what is kept."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.check_policy import Keep
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.policies import CheckPolicy, find_policy, save_policy
from tests.storage.holdings import everything_written, tables_of
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of

DRAFT = "It is guaranteed that the cash comes on Tuesday."


async def privacy_page(person: Person) -> Message:
    await person.command("privacy")
    page = await eventually(
        lambda: next(
            (m for m in person.private_answers() if "privacy_erase" in str(m.blocks)), None
        )
    )
    assert page is not None
    return page


async def opened(person: Person) -> View:
    await person.press(await privacy_page(person), "retention_open")
    return await person.modal_showing("What I keep of each check")


async def chosen(bot: Application, slack: RunningSandbox) -> tuple[str, int] | None:
    async with bot.database.reading() as session:
        policy = await find_policy(session, slack.world.team.id)
    return (policy.keep, policy.keep_days) if policy else None


@pytest.mark.usefixtures("onboarding")
async def test_everybody_reads_what_is_kept_for_how_long_and_that_nothing_leaves(
    tom: Person,
) -> None:
    page = text_of((await privacy_page(tom)).blocks)
    assert "Each check for 90 days: the text, the verdict and what was found." in page
    assert "Nothing leaves the machine I run on: no model is asked" in page


@pytest.mark.usefixtures("onboarding")
async def test_only_stewards_are_offered_the_choice(maya: Person, tom: Person) -> None:
    assert "retention_open" in str((await privacy_page(maya)).blocks)
    assert "retention_open" not in str((await privacy_page(tom)).blocks)


@pytest.mark.usefixtures("onboarding")
async def test_who_is_no_steward_any_more_is_told_so_when_pressing(
    slack: RunningSandbox, maya: Person
) -> None:
    page = await privacy_page(maya)
    slack.world.members["U0MAYA"].is_admin = False
    await maya.press(page, "retention_open")
    await maya.modal_showing("steward")


@pytest.mark.usefixtures("onboarding")
async def test_a_choice_that_takes_nothing_away_is_saved_at_once(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    form = await opened(maya)
    assert await maya.submit(form, days="30") is not None
    shown = await maya.modal_showing("Saved. From now on I keep")
    assert "for 30 days" in text_of([shown.content])
    assert await chosen(bot, slack) == ("texts", 30)


@pytest.mark.usefixtures("onboarding")
async def test_choosing_less_says_what_goes_and_then_lets_it_go(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    form = await opened(maya)
    await maya.submit(form, keep="fingerprints")
    asked = await maya.modal_showing("1 check keeps its verdict and will lose its words.")
    assert await chosen(bot, slack) is None
    assert DRAFT in await everything_written(bot.database)
    await maya.submit(asked)
    await maya.modal_showing("none of the words")
    await bot.in_flight.drain()
    assert "comes on Tuesday" not in await everything_written(bot.database)
    assert await chosen(bot, slack) == ("fingerprints", 90)
    await maya.press(maya.private_answers()[0], "check_edit")
    await maya.modal_showing("no longer on record")


@pytest.mark.usefixtures("onboarding")
async def test_with_nothing_kept_an_answer_can_still_be_worked_with_but_is_on_no_record(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.submit(await opened(maya), keep="nothing")
    await maya.modal_showing("Nothing of a check")
    before = len(maya.private_answers())
    await maya.command(f"check {DRAFT}")
    await eventually(lambda: len(maya.private_answers()) > before)
    assert (await tables_of(bot.database))["narrative_check"] == []
    await maya.press(maya.private_answers()[-1], "check_edit")
    await maya.modal_showing("Your draft")


@pytest.mark.usefixtures("onboarding")
async def test_what_somebody_else_chose_meanwhile_is_shown_and_not_overwritten(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    form = await opened(maya)
    async with bot.database.transaction() as session:
        row = CheckPolicy(workspace_id=slack.world.team.id, keep="nothing", keep_days=7)
        await save_policy(session, row)
    await maya.submit(form, days="60")
    shown = await maya.modal_showing("Somebody else has changed this meanwhile")
    assert shown.blocks[-1]["element"]["initial_value"] == "7"
    assert await chosen(bot, slack) == ("nothing", 7)


@pytest.mark.usefixtures("onboarding")
@pytest.mark.parametrize("days", ["0", "3651"])
async def test_impossible_days_keep_the_form_open(maya: Person, days: str) -> None:
    form = await opened(maya)
    await maya.submit(form, days=days)
    assert list(form.errors) == ["days"]


@pytest.fixture
async def judged_bot(
    slack: RunningSandbox, judged_settings: Settings
) -> AsyncIterator[Application]:
    async with start(judged_settings) as application:
        await slack.until_connected()
        yield application


@pytest.mark.usefixtures("judged_bot")
async def test_with_a_model_everybody_reads_its_host_and_stewards_what_it_has_cost(
    model: ModelServer, maya: Person, tom: Person
) -> None:
    page = text_of((await privacy_page(maya)).blocks)
    assert "A model at `127.0.0.1` reads your draft" in page
    assert "Today 0 questions to the model, 0 of 1,000,000 tokens. The count begins anew at" in page
    theirs = text_of((await privacy_page(tom)).blocks)
    assert "A model at `127.0.0.1`" in theirs
    assert "tokens" not in theirs
    assert model.requests == []


@pytest.mark.usefixtures("onboarding")
async def test_the_worker_lets_go_of_what_is_too_old(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    async with bot.database.transaction() as session:
        row = CheckPolicy(workspace_id=slack.world.team.id, keep=Keep.NOTHING, keep_days=1)
        await save_policy(session, row)
    await bot.worker.keep_house()
    assert (await tables_of(bot.database))["narrative_check"] == []


async def test_a_spent_budget_is_told_with_the_time_on_the_reader_s_own_clock(
    slack: RunningSandbox, judged_settings: Settings, model: ModelServer, maya: Person
) -> None:
    settings = judged_settings.model_copy(update={"daily_tokens": 0})
    night = datetime(2026, 3, 31, 22, 15, tzinfo=UTC)
    async with start(settings, lambda: night) as application:
        await slack.until_connected()
        stacks = Stacks(application.database, lambda: night)
        await stacks.import_draft(
            slack.world.team.id,
            example_stack(),
            author="hanna",
            channels=[ONBOARDING],
            publish_note="First",
        )
        await maya.command("check Send one invoice today.")
        midnight = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
        told = (
            f"budget for the model is spent. It goes on at <!date^{midnight}^{{time}}|00:00 UTC>."
        )
        await eventually(lambda: [m for m in maya.private_answers() if told in text_of(m.blocks)])
    assert model.requests == []
