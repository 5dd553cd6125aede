"""What is set aside stays quiet, for whom it should, until it is taken back."""

import asyncio

import pytest

from coherence.check import Checks
from coherence.check_result import CheckRequest, CheckResult
from coherence.errors import NoCheck, NoFinding, NotASteward
from coherence.feedback import Feedback
from coherence.findings import group_key
from coherence.stack.document import Verdict
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.workspaces import register_workspace
from tests.support.times import NOON

TEAM = "T0LARK"
MAYA, TOM, HANNA = (Person(TEAM, each) for each in ("U0MAYA", "U0TOM", "U0HANNA"))
DRAFT = "With Larkfield you are guaranteed to get paid."


@pytest.fixture
async def checks(database: Database) -> Checks:
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
    stacks = Stacks(database, lambda: NOON)
    await stacks.import_draft(TEAM, example_stack(), author="hanna", publish_note="First")
    return Checks(database, lambda: NOON)


@pytest.fixture
def feedback(database: Database, checks: Checks) -> Feedback:
    async def nobody(_user_id: str) -> bool:
        return False

    stewards = Stewards(database, lambda: NOON, nobody, [HANNA.user_id])
    return Feedback(database, lambda: NOON, checks, stewards)


async def checked(checks: Checks, person: Person, text: str = DRAFT) -> tuple[CheckResult, str]:
    result = await checks.check(CheckRequest(person.workspace_id, person.user_id, text))
    assert result is not None
    return result, group_key(result.found.findings[0])


async def test_a_wording_set_aside_leaves_this_answer_and_later_ones(
    checks: Checks, feedback: Feedback
) -> None:
    result, group = await checked(checks, MAYA)
    left = await feedback.dismiss(MAYA, result.check_id, group, reason="Fine", everybody=False)
    assert left.assessment.verdict is Verdict.NOT_JUDGED
    assert left.assessment.dismissed == 1
    later, _ = await checked(checks, MAYA, f"Hello.\n\n{DRAFT}")
    assert not later.assessment.findings
    others, _ = await checked(checks, TOM)
    assert others.assessment.verdict is Verdict.CONFLICT


async def test_a_stewards_counts_for_all_and_only_a_steward_takes_it_back(
    checks: Checks, feedback: Feedback
) -> None:
    result, group = await checked(checks, HANNA)
    await feedback.dismiss(HANNA, result.check_id, group, reason=None, everybody=True)
    his, _ = await checked(checks, TOM)
    assert his.assessment.dismissed == 1
    _, [entry] = await feedback.set_aside(TOM, his.check_id)
    assert not entry.may_restore
    assert (await feedback.restore(TOM, his.check_id, group)).assessment.dismissed == 1
    assert (await feedback.restore(HANNA, result.check_id, group)).assessment.dismissed == 0
    assert (await checks.recall(TEAM, TOM.user_id, his.check_id)).assessment.dismissed == 0


async def test_only_a_steward_sets_aside_for_everybody(checks: Checks, feedback: Feedback) -> None:
    result, group = await checked(checks, TOM)
    with pytest.raises(NotASteward):
        await feedback.dismiss(TOM, result.check_id, group, reason=None, everybody=True)


async def test_setting_aside_twice_keeps_the_first_reason(
    checks: Checks, feedback: Feedback
) -> None:
    result, group = await checked(checks, MAYA)
    await feedback.dismiss(MAYA, result.check_id, group, reason="First", everybody=False)
    twice = [
        feedback.dismiss(MAYA, result.check_id, group, reason="Second", everybody=False)
        for _ in range(3)
    ]
    await asyncio.gather(*twice)
    _, [entry] = await feedback.set_aside(MAYA, result.check_id)
    assert [decision.reason for decision in entry.decisions] == ["First"]


async def test_what_helped_is_kept_until_said_otherwise(checks: Checks, feedback: Feedback) -> None:
    result, group = await checked(checks, MAYA)
    assert (await feedback.helpful(MAYA, result.check_id, group)).helpful == {group}
    assert (await feedback.look(MAYA, result.check_id)).helpful == {group}
    left = await feedback.dismiss(MAYA, result.check_id, group, reason=None, everybody=False)
    assert not left.helpful


async def test_another_persons_answer_and_a_finding_that_is_not_there_are_refused(
    checks: Checks, feedback: Feedback
) -> None:
    result, group = await checked(checks, MAYA)
    with pytest.raises(NoCheck):
        await feedback.helpful(TOM, result.check_id, group)
    with pytest.raises(NoFinding):
        await feedback.helpful(MAYA, result.check_id, "0" * 16)
