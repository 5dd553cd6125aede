"""Running examples by the rules and by a local model, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest

from bot.openai_judge import OpenAIJudge
from coherence.assessment import NotJudged
from coherence.clock import Clock
from coherence.evaluating import AT_ONCE, KEEP_RUNS, PATIENCE, Evaluations, preview_flips, run_cases
from coherence.evaluation import Case, Flip, cases_of
from coherence.rules import compile_stack
from coherence.stack.document import Example, Stack, Verdict
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack, Stacks
from coherence.usage import Meter
from storage.database import Database
from storage.evaluation import list_runs
from storage.workspaces import register_workspace
from tests.support import model_scripts as scripts
from tests.support.judges import judging
from tests.support.model_server import ModelServer
from tests.support.times import NOON

TEAM = "T0LARK"
FITS, SUGGESTIONS, CONFLICT, NOT_JUDGED = Verdict
PLENTY = 10_000_000


@pytest.fixture
async def judge(model: ModelServer) -> AsyncIterator[OpenAIJudge]:
    async with judging(model) as judge:
        yield judge


@pytest.fixture
async def published(database: Database) -> PublishedStack:
    return await publish(database, example_stack())


async def publish(database: Database, stack: Stack) -> PublishedStack:
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
    saved = await Stacks(database, lambda: NOON).import_draft(
        TEAM, stack, author="hanna", publish_note="agreed"
    )
    assert isinstance(saved, PublishedStack)
    return saved


def ticking() -> Clock:
    """A clock that is a minute further at each look."""
    minutes = count()
    return lambda: NOON + timedelta(minutes=next(minutes))


def meter(database: Database, tokens: int = PLENTY) -> Meter:
    return Meter(database, lambda: NOON, tokens)


def many(number: int) -> list[Case]:
    return [Case(f"E{n}", f"Write to us, number {n}.", FITS) for n in range(number)]


def without_guarantee(stack: Stack) -> Stack:
    """The same narrative without the line that says guarantees are not for us."""
    kept = tuple(never for never in stack.never if never.id != "X1")
    examples = tuple(e.model_copy(update={"statements": ()}) for e in stack.examples)
    return stack.model_copy(update={"never": kept, "examples": examples})


async def test_the_rules_alone_never_say_that_something_fits() -> None:
    stack = example_stack()
    report = await run_cases(compile_stack(stack), cases_of(stack.examples), None)
    assert [outcome.verdict for outcome in report.outcomes] == [NOT_JUDGED, CONFLICT, SUGGESTIONS]
    assert report.reasons == {NotJudged.NO_MODEL: 3}


async def test_with_a_model_the_examples_come_out_as_expected(judge: OpenAIJudge) -> None:
    stack = example_stack()
    done: list[int] = []
    report = await run_cases(
        compile_stack(stack), cases_of(stack.examples), judge, lambda: done.append(1)
    )
    assert [outcome.verdict for outcome in report.outcomes] == [FITS, CONFLICT, SUGGESTIONS]
    assert len(done) == 3


async def test_the_model_is_asked_a_few_at_a_time(model: ModelServer, judge: OpenAIJudge) -> None:
    report = await run_cases(compile_stack(example_stack()), many(30), judge)
    assert report.as_expected.count == 30
    assert model.most_at_once <= AT_ONCE


async def test_a_model_that_fails_time_after_time_is_not_asked_for_all(
    model: ModelServer, judge: OpenAIJudge
) -> None:
    model.always(scripts.status(503))
    report = await run_cases(compile_stack(example_stack()), many(60), judge)
    assert report.not_judged == 60
    assert report.reasons == {NotJudged.UNREACHABLE: 60}
    # Each question may be tried twice.
    assert len(model.requests) <= 2 * (AT_ONCE + PATIENCE)


async def test_a_spent_budget_ends_it_and_says_so(
    database: Database, published: PublishedStack, judge: OpenAIJudge, model: ModelServer
) -> None:
    evaluations = Evaluations(database, lambda: NOON, judge, meter(database, tokens=1))
    evaluation = await evaluations.evaluate(TEAM, published)
    assert evaluation.report.reasons == {NotJudged.BUDGET_SPENT: 3}
    assert model.requests == []


async def test_an_evaluation_is_on_the_workspaces_account(
    database: Database, published: PublishedStack, judge: OpenAIJudge
) -> None:
    account = meter(database)
    await Evaluations(database, lambda: NOON, judge, account).evaluate(TEAM, published)
    [day] = await account.days(TEAM, 1)
    assert day.calls == 3


async def test_the_next_version_is_told_what_flipped(
    database: Database, published: PublishedStack
) -> None:
    evaluations = Evaluations(database, ticking())
    first = await evaluations.evaluate(TEAM, published)
    assert first.earlier is None
    second = await publish(database, without_guarantee(published.stack))
    after = await evaluations.evaluate(TEAM, second)
    assert after.flips == (Flip("E2", CONFLICT, CONFLICT, NOT_JUDGED),)
    # And again, although the last run was of this version itself.
    again = await evaluations.evaluate(TEAM, second)
    assert again.flips == after.flips
    last = await evaluations.last(TEAM, published.journey_id)
    assert last is not None
    assert (last.stack_version, last.verdicts["E2"], last.expected["E2"]) == (
        2,
        NOT_JUDGED,
        CONFLICT,
    )


async def test_another_model_is_compared_with_the_one_before_and_not_with_the_rules(
    database: Database, published: PublishedStack, model: ModelServer
) -> None:
    async with judging(model) as first:
        await Evaluations(database, lambda: NOON, first, meter(database)).evaluate(TEAM, published)
    rules = await Evaluations(database, lambda: NOON).evaluate(TEAM, published)
    assert rules.earlier is None
    model.model = "gpt-6"
    model.always(scripts.cannot_judge())
    async with judging(model, name="gpt-6") as second:
        evaluations = Evaluations(database, lambda: NOON, second, meter(database))
        evaluation = await evaluations.evaluate(TEAM, published)
    assert evaluation.earlier is not None
    assert evaluation.earlier.model != "gpt-6"
    assert evaluation.flips == (Flip("E1", FITS, FITS, NOT_JUDGED),)


async def test_no_text_is_on_record_and_old_runs_go(
    database: Database, published: PublishedStack
) -> None:
    evaluations = Evaluations(database, lambda: NOON)
    for _ in range(KEEP_RUNS + 2):
        await evaluations.evaluate(TEAM, published)
    async with database.reading() as session:
        runs = await list_runs(session, TEAM, published.journey_id)
    assert len(runs) == KEEP_RUNS


async def test_two_who_begin_at_once_follow_one_run(
    database: Database, published: PublishedStack
) -> None:
    evaluations = Evaluations(database, lambda: NOON)
    one, other = evaluations.start(TEAM, published), evaluations.start(TEAM, published)
    assert one is other
    await one.task
    assert one.done == one.total == 3
    assert evaluations.under_way(TEAM, published.journey_id) is None


async def test_a_preview_names_the_examples_that_flip_with_a_draft() -> None:
    stack = example_stack()
    preview = await preview_flips(stack, without_guarantee(stack), None)
    assert preview.flips == (Flip("E2", CONFLICT, CONFLICT, NOT_JUDGED),)
    assert (preview.examples, preview.by_model) == (3, False)


async def test_a_preview_takes_examples_of_touchpoints_that_were_not_there_before() -> None:
    stack = example_stack()
    bare = stack.model_copy(update={"touchpoints": ()})
    pinned = Example(id="E9", text="Hello and welcome.", verdict="fits", touchpoint="C1")
    after = stack.model_copy(update={"examples": (pinned,)})
    [flip] = (await preview_flips(bare, after, None)).flips
    assert (flip.before, flip.after) == (NOT_JUDGED, SUGGESTIONS)


async def test_where_nothing_is_published_nothing_flips() -> None:
    assert (await preview_flips(None, example_stack(), None)).examples == 0


async def test_a_model_that_fails_on_one_side_makes_no_flip(
    model: ModelServer, judge: OpenAIJudge
) -> None:
    stack = example_stack()
    model.script(*[scripts.refuses()] * 3)
    preview = await preview_flips(stack, stack, judge)
    assert preview.flips == ()
    assert (preview.by_model, preview.unjudged) == (False, NotJudged.REFUSED)
