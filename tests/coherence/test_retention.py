"""What is kept of checks, and how it goes."""

from datetime import datetime, timedelta

import pytest

from coherence.check_policy import DEFAULT, Keep, Policy
from coherence.errors import ChangedMeanwhile, InvalidAnswers, NotASteward
from coherence.retention import MAX_DAYS, Loss, Retention
from coherence.stewards import Person, Stewards
from storage.check import CheckFinding, NarrativeCheck, add_check
from storage.database import Database
from storage.feedback import FindingFeedback
from storage.policies import CheckPolicy, save_policy
from storage.tables import metadata
from tests.storage.holdings import everything_written, fill, tables_of
from tests.support.times import NOON

TEAM, OTHER = "T0LARK", "T0OTHER"
HANNA, MAYA, TOM = (Person(TEAM, user_id) for user_id in ("U0HANNA", "U0MAYA", "U0TOM"))
WORDS = "Geheimnisvolle Kundschaft"
CHECKS, FINDINGS, FEEDBACK = (
    str(table.__tablename__) for table in (NarrativeCheck, CheckFinding, FindingFeedback)
)
TEXTS, FINGERPRINTS, NOTHING = (Policy(keep, 90) for keep in Keep)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
def retention(database: Database, clock: Clock, forgotten: list[str]) -> Retention:
    async def is_admin(user_id: str) -> bool:
        return user_id == HANNA.user_id

    return Retention(database, clock, Stewards(database, clock, is_admin), forgotten.append)


async def check_of_age(database: Database, days: float, team: str = TEAM) -> str:
    """Record a check of so long ago, with all that may hold the writer's words; return its id."""
    check = NarrativeCheck(
        workspace_id=team,
        id=f"{days} days",
        journey_id="j",
        stack_version=1,
        user_id="U0MAYA",
        text=WORDS,
        fingerprint="f",
        verdict="conflict",
        judged_by=["rules", "model"],
        checked_at=NOON - timedelta(days=days),
        rewrite=f"{WORDS}, reworded",
    )
    findings = [
        finding(check, 0, source="rule", statement_id="X1", why="The reason of the narrative"),
        finding(check, 1, source="rule", rule_id="R1", why=f"“{WORDS}” stands here twice."),
        finding(check, 2, source="model", statement_id="P1", why=f"{WORDS} is too much."),
    ]
    async with database.transaction() as session:
        await add_check(session, check, findings)
        session.add(
            FindingFeedback(
                workspace_id=team,
                check_id=check.id,
                position=2,
                user_id="U0MAYA",
                helpful=True,
                given_at=NOON,
            )
        )
    return check.id


def finding(
    check: NarrativeCheck,
    position: int,
    *,
    source: str,
    why: str,
    statement_id: str | None = None,
    rule_id: str | None = None,
) -> CheckFinding:
    return CheckFinding(
        workspace_id=check.workspace_id,
        check_id=check.id,
        position=position,
        statement_id=statement_id,
        rule_id=rule_id,
        source=source,
        relation="overpromises",
        severity="high",
        start=0,
        end=len(WORDS),
        quote=WORDS,
        statement="What the narrative says",
        why=why,
        suggestion=f"{WORDS}, put differently",
    )


@pytest.fixture
async def team(database: Database) -> None:
    """A workspace whose stewards have chosen nothing, and without a check."""
    await fill(database, TEAM, MAYA.user_id)
    async with database.transaction() as session:
        for table in (FEEDBACK, FINDINGS, CHECKS, str(CheckPolicy.__tablename__)):
            await session.exec(metadata().tables[table].delete())


async def ids(database: Database) -> set[str]:
    return {check["id"] for check in (await tables_of(database))[CHECKS]}


@pytest.mark.usefixtures("team")
async def test_where_nothing_was_chosen_checks_go_after_ninety_days(
    database: Database, retention: Retention, clock: Clock
) -> None:
    assert await retention.policy(TEAM) == DEFAULT == Policy(Keep.TEXTS, 90)
    old, young = await check_of_age(database, 90.5), await check_of_age(database, 89.5)
    assert await retention.sweep() == Loss(checks=1, words=0)
    assert await ids(database) == {young} != {old}
    clock.now += timedelta(days=1)
    assert await retention.sweep() == Loss(checks=1, words=0)
    held = await tables_of(database)
    assert (held[CHECKS], held[FINDINGS], held[FEEDBACK]) == ([], [], [])


@pytest.mark.usefixtures("team")
async def test_texts_that_are_kept_stay_as_they_are(
    database: Database, retention: Retention
) -> None:
    await check_of_age(database, 1)
    before = await tables_of(database)
    assert not await retention.sweep()
    assert await tables_of(database) == before


@pytest.mark.usefixtures("team")
async def test_choosing_fingerprints_takes_the_words_out_of_what_is_on_record(
    database: Database, retention: Retention
) -> None:
    await check_of_age(database, 1)
    await retention.choose(HANNA, FINGERPRINTS, seen=DEFAULT)
    assert await retention.let_go(TEAM) == Loss(checks=0, words=1)
    assert WORDS not in await everything_written(database)
    held = await tables_of(database)
    [check] = held[CHECKS]
    assert (check["verdict"], check["fingerprint"]) == ("conflict", "f")
    assert [found["statement_id"] or found["rule_id"] for found in held[FINDINGS]] == [
        "X1",
        "R1",
        "P1",
    ]
    assert [found["why"] for found in held[FINDINGS]] == ["The reason of the narrative", "", ""]
    assert len(held[FEEDBACK]) == 1
    assert not await retention.let_go(TEAM)


@pytest.mark.usefixtures("team")
async def test_choosing_nothing_deletes_what_is_on_record(
    database: Database, retention: Retention
) -> None:
    await check_of_age(database, 1)
    await retention.choose(HANNA, NOTHING, seen=DEFAULT)
    assert await retention.let_go(TEAM) == Loss(checks=1, words=0)
    held = await tables_of(database)
    assert (held[CHECKS], held[FINDINGS], held[FEEDBACK]) == ([], [], [])


@pytest.mark.usefixtures("team")
async def test_what_a_choice_would_take_away_is_told_before_and_nothing_goes_yet(
    database: Database, retention: Retention
) -> None:
    for days in (1, 20, 50):
        await check_of_age(database, days)
    assert not await retention.loss(HANNA, TEXTS)
    assert await retention.loss(HANNA, Policy(Keep.TEXTS, 30)) == Loss(checks=1, words=0)
    assert await retention.loss(HANNA, Policy(Keep.FINGERPRINTS, 30)) == Loss(checks=1, words=2)
    assert await retention.loss(HANNA, NOTHING) == Loss(checks=3, words=0)
    assert len(await ids(database)) == 3


@pytest.mark.usefixtures("team")
async def test_many_checks_go_in_several_batches(
    database: Database, retention: Retention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coherence.retention._AT_ONCE", 2)
    for days in range(5):
        await check_of_age(database, days)
    await retention.choose(HANNA, FINGERPRINTS, seen=DEFAULT)
    assert await retention.let_go(TEAM) == Loss(checks=0, words=5)
    await retention.choose(HANNA, NOTHING, seen=FINGERPRINTS)
    assert await retention.let_go(TEAM) == Loss(checks=5, words=0)


@pytest.mark.usefixtures("team")
async def test_each_workspace_goes_by_its_own_choice(
    database: Database, retention: Retention
) -> None:
    await fill(database, OTHER, MAYA.user_id)
    await check_of_age(database, 10)
    theirs = await check_of_age(database, 20, OTHER)
    await retention.choose(HANNA, NOTHING, seen=DEFAULT)
    assert await retention.sweep() == Loss(checks=1, words=0)
    assert await ids(database) == {theirs, "check 0"}


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("wanted", "told"), [(FINGERPRINTS, [TEAM]), (NOTHING, [TEAM]), (Policy(Keep.TEXTS, 5), [])]
)
async def test_what_is_held_in_memory_is_forgotten_where_less_is_kept(
    retention: Retention, forgotten: list[str], wanted: Policy, told: list[str]
) -> None:
    await retention.choose(HANNA, wanted, seen=DEFAULT)
    assert forgotten == told


@pytest.mark.usefixtures("team")
async def test_a_choice_that_was_changed_meanwhile_is_not_overwritten(
    database: Database, retention: Retention
) -> None:
    await retention.choose(HANNA, NOTHING, seen=DEFAULT)
    with pytest.raises(ChangedMeanwhile):
        await retention.choose(HANNA, FINGERPRINTS, seen=DEFAULT)
    await retention.choose(HANNA, NOTHING, seen=DEFAULT)
    assert await retention.policy(TEAM) == NOTHING


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("days", [0, -1, MAX_DAYS + 1])
async def test_days_beyond_the_limits_are_refused(retention: Retention, days: int) -> None:
    wanted = Policy(Keep.TEXTS, days)
    with pytest.raises(InvalidAnswers, match="between 1 and 3,650 days"):
        await retention.loss(HANNA, wanted)
    with pytest.raises(InvalidAnswers):
        await retention.choose(HANNA, wanted, seen=DEFAULT)
    assert await retention.policy(TEAM) == DEFAULT


@pytest.mark.usefixtures("team")
async def test_only_stewards_choose(retention: Retention) -> None:
    with pytest.raises(NotASteward):
        await retention.policy_to_change(TOM)
    with pytest.raises(NotASteward):
        await retention.loss(TOM, NOTHING)
    with pytest.raises(NotASteward):
        await retention.choose(TOM, NOTHING, seen=DEFAULT)
    assert await retention.policy(TEAM) == DEFAULT


@pytest.mark.usefixtures("team")
async def test_a_choice_in_the_database_counts_whatever_wrote_it(
    database: Database, retention: Retention
) -> None:
    await check_of_age(database, 10)
    async with database.transaction() as session:
        await save_policy(session, CheckPolicy(workspace_id=TEAM, keep="texts", keep_days=5))
    assert await retention.sweep() == Loss(checks=1, words=0)
