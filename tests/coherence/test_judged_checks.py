"""A check that a model completes: asked once, recorded, stopped at the budget, quiet where dismissed."""

from collections.abc import AsyncIterator

import pytest

from bot.openai_judge import OpenAIJudge
from coherence.assessment import NotJudged
from coherence.check import RECENT_SECONDS, Checks
from coherence.check_policy import Keep
from coherence.check_result import CheckRequest, CheckResult
from coherence.errors import NoCheck
from coherence.findings import Finding, Source
from coherence.privacy import Leaver, Privacy
from coherence.stack.document import Verdict
from coherence.usage import Meter
from storage.database import Database
from storage.feedback import EVERYBODY, Dismissal
from storage.policies import CheckPolicy, save_policy
from tests.storage.holdings import everything_written, fill
from tests.support import model_scripts as scripts
from tests.support.judges import judging
from tests.support.model_server import ModelServer
from tests.support.times import NOON, SettableClock

WORKSPACE, MAYA, TOM = "T0ACME", "U0MAYA", "U0TOM"
CALL_US = "Any question? Call us, we are there at the weekend, ready."
PLAIN = "Your workshop can send an invoice from the phone."


@pytest.fixture
async def judge(model: ModelServer) -> AsyncIterator[OpenAIJudge]:
    async with judging(model, seconds=0.5) as asked:
        yield asked


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOON)


@pytest.fixture
async def meter(database: Database, clock: SettableClock) -> Meter:
    await fill(database, WORKSPACE, MAYA)
    return Meter(database, clock, 1_000_000)


@pytest.fixture
def checks(database: Database, clock: SettableClock, judge: OpenAIJudge, meter: Meter) -> Checks:
    return Checks(database, clock, judge, meter)


async def ask(checks: Checks, text: str = CALL_US, user: str = MAYA) -> CheckResult:
    result = await checks.check(CheckRequest(WORKSPACE, user, text))
    assert result is not None
    return await checks.judge(result) if result.awaits_judge else result


async def keep(database: Database, kept: Keep) -> None:
    async with database.transaction() as session:
        await save_policy(session, CheckPolicy(workspace_id=WORKSPACE, keep=kept, keep_days=9))


def by_model(result: CheckResult) -> list[Finding]:
    return [f for f in result.assessment.findings if f.source is Source.MODEL]


async def test_the_rules_answer_first_and_the_model_completes_it(checks: Checks) -> None:
    first = await checks.check(CheckRequest(WORKSPACE, MAYA, CALL_US))
    assert first is not None
    assert first.awaits_judge
    assert first.assessment.judged_by == ("rules",)
    judged = await checks.judge(first)
    [finding] = by_model(judged)
    assert judged.assessment.verdict is Verdict.CONFLICT
    assert CALL_US[finding.start : finding.end] == finding.quote == "Call us"
    assert finding.statement == "no phone line and no weekend cover"
    assert await checks.recall(WORKSPACE, MAYA, first.check_id) == judged


async def test_without_a_judge_nothing_waits(database: Database, meter: Meter) -> None:
    result = await ask(Checks(database, lambda: NOON), PLAIN)
    assert result.assessment.reason is NotJudged.NO_MODEL


async def test_a_text_without_clashes_fits_once_a_model_has_judged_it(checks: Checks) -> None:
    assert (await ask(checks, PLAIN)).assessment.verdict is Verdict.FITS


async def test_the_same_text_is_asked_about_once(
    checks: Checks, model: ModelServer, database: Database, clock: SettableClock, judge: OpenAIJudge
) -> None:
    first = await ask(checks)
    again = await ask(checks, user=TOM)
    restarted = await ask(Checks(database, clock, judge))
    assert len(model.requests) == 1
    assert first.assessment == again.assessment == restarted.assessment
    await ask(checks, CALL_US + " Really.")
    assert len(model.requests) == 2


async def test_a_failure_is_told_and_not_kept(checks: Checks, model: ModelServer) -> None:
    model.script(scripts.replies("no JSON at all"))
    failed = await ask(checks, PLAIN)
    assert failed.assessment.reason is NotJudged.BAD_REPLY
    assert (await ask(checks, PLAIN)).assessment.verdict is Verdict.FITS


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (scripts.cannot_judge(), NotJudged.CANNOT_JUDGE),
        (scripts.refuses(), NotJudged.REFUSED),
        (scripts.hangs(), NotJudged.TIMEOUT),
        (scripts.status(401), NotJudged.MISCONFIGURED),
        (scripts.replies('{"status": "ok"', finish_reason="length"), NotJudged.TRUNCATED),
    ],
)
async def test_whatever_the_model_does_the_rules_findings_stay(
    checks: Checks, model: ModelServer, behaviour: scripts.Behaviour, reason: NotJudged
) -> None:
    model.always(behaviour)
    result = await ask(checks, "Payment is guaranteed.")
    assert [f.statement_id for f in result.assessment.findings] == ["X1"]
    assert result.assessment.verdict is Verdict.CONFLICT
    assert result.assessment.unjudged is reason
    assert result.assessment.reason is None


async def test_an_answer_that_failed_can_be_asked_for_again(
    checks: Checks, model: ModelServer
) -> None:
    model.script(scripts.status(400, error="content_filter"))
    failed = await ask(checks)
    again = await checks.ask_again(WORKSPACE, MAYA, failed.check_id)
    assert again.awaits_judge
    judged = await checks.judge(again)
    assert judged.check_id == failed.check_id
    assert by_model(judged)
    assert not (await checks.ask_again(WORKSPACE, MAYA, failed.check_id)).awaits_judge


async def test_a_spent_budget_asks_nothing_until_the_next_day(
    database: Database,
    clock: SettableClock,
    judge: OpenAIJudge,
    meter: Meter,
    model: ModelServer,
) -> None:
    checks = Checks(database, clock, judge, Meter(database, clock, 3_000))
    assert (await ask(checks, PLAIN)).assessment.verdict is Verdict.FITS
    assert (await ask(checks)).assessment.unjudged is NotJudged.BUDGET_SPENT
    assert len(model.requests) == 1
    clock.now = NOON.replace(day=NOON.day + 1)
    assert (await ask(checks)).assessment.unjudged is None
    days = [day for day in await meter.days(WORKSPACE, 2) if day.model == judge.model]
    [yesterday, today] = days
    assert (yesterday.calls, today.calls) == (1, 1)
    assert yesterday.usage.prompt > 1_000


async def dismiss(database: Database, result: CheckResult, whom: str) -> None:
    [line, sentence] = result.wordings[0]
    async with database.transaction() as session:
        session.add(
            Dismissal(
                workspace_id=WORKSPACE,
                journey_id=result.journey_id,
                line_id=line,
                sentence=sentence,
                user_id=whom,
                dismissed_by=MAYA,
                dismissed_at=NOON,
            )
        )


async def test_a_dismissed_wording_stays_quiet_wherever_it_stands(
    checks: Checks, database: Database
) -> None:
    await dismiss(database, await ask(checks), MAYA)
    moved = await ask(checks, f"Hello Rosa,\n\n{CALL_US.replace(' at', '  at')}")
    assert by_model(moved) == []
    assert moved.assessment.dismissed == 1
    assert moved.assessment.verdict is Verdict.FITS
    others = await ask(checks, user=TOM)
    assert by_model(others)


async def test_a_dismissal_for_everybody_counts_for_everybody(
    checks: Checks, database: Database
) -> None:
    await dismiss(database, await ask(checks), EVERYBODY)
    assert by_model(await ask(checks, user=TOM)) == []


async def test_another_wording_is_another_matter(checks: Checks, database: Database) -> None:
    await dismiss(database, await ask(checks), MAYA)
    assert by_model(await ask(checks, "Any question? Call us on Sundays, we are there."))


@pytest.mark.parametrize("kept", [Keep.FINGERPRINTS, Keep.NOTHING])
async def test_words_that_are_not_kept_are_nowhere_in_the_database(
    checks: Checks, database: Database, clock: SettableClock, kept: Keep
) -> None:
    await keep(database, kept)
    result = await ask(checks)
    assert by_model(result)
    written = await everything_written(database)
    assert "weekend, ready" not in written
    assert "Call us" not in written
    assert (result.check_id in written) is (kept is Keep.FINGERPRINTS)
    assert (await checks.recall(WORKSPACE, MAYA, result.check_id)).found == result.found
    clock.now = NOON.replace(hour=NOON.hour + RECENT_SECONDS // 3_600, minute=1)
    with pytest.raises(NoCheck):
        await checks.recall(WORKSPACE, MAYA, result.check_id)


async def test_an_answer_is_its_askers_own(checks: Checks) -> None:
    result = await ask(checks)
    with pytest.raises(NoCheck):
        await checks.recall(WORKSPACE, TOM, result.check_id)


async def test_what_was_erased_while_the_model_thought_does_not_come_back(
    checks: Checks, database: Database
) -> None:
    first = await checks.check(CheckRequest(WORKSPACE, MAYA, CALL_US))
    assert first is not None
    await Privacy(database, lambda: NOON).erase_person(Leaver(WORKSPACE, MAYA))
    judged = await checks.judge(first)
    assert by_model(judged)
    assert first.check_id not in await everything_written(database)
