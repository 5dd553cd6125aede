"""What asking a model costs is counted, and held to the budget."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from coherence.assessment import NotJudged
from coherence.judge import Answer, JudgeFailed, Prompt, Usage
from coherence.usage import ANSWER_TOKENS, DayOfUse, Meter, Prices, Today
from storage.database import Database
from storage.workspaces import register_workspace
from tests.support.times import NOON

TEAM, OTHER = "T0LARK", "T0OTHER"
PROMPT = Prompt(system="s" * 3_000, user="u" * 1_000, schema={}, cache_key="k")
ESTIMATE = 1_000 + ANSWER_TOKENS
PLENTY = 1_000_000
CHEAP = Usage(prompt=1_000, cached=900, completion=100)


@dataclass
class Model:
    """Answers once the test lets it; `cost` is what an answer costs."""

    cost: Usage = CHEAP
    failure: JudgeFailed | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0

    @property
    def model(self) -> str:
        return "gpt-5-mini"

    async def ask(self, prompt: Prompt) -> Answer:
        self.asked += 1
        self.begun.set()
        await self.open.wait()
        if self.failure:
            raise self.failure
        return Answer("{}", self.cost)


@pytest.fixture
async def teams(database: Database) -> None:
    async with database.transaction() as session:
        for team in (TEAM, OTHER):
            await register_workspace(session, team, "Larkfield", now=NOON)


def ready(**options: object) -> Model:
    model = Model(**options)  # type: ignore[arg-type]
    model.open.set()
    return model


async def ask(meter: Meter, model: Model, team: str = TEAM) -> NotJudged | None:
    """Ask once; return why there was no answer, None if there was one."""
    try:
        await meter.metered(model, team).ask(PROMPT)
    except JudgeFailed as failed:
        return failed.reason
    return None


@pytest.mark.usefixtures("teams")
async def test_questions_and_failures_are_counted_by_day_and_model(database: Database) -> None:
    now = [NOON]
    meter = Meter(database, lambda: now[0], PLENTY, Prices(Decimal("0.25"), Decimal(2)))
    assert await ask(meter, ready()) is None
    failed = ready(failure=JudgeFailed(NotJudged.TRUNCATED, Usage(prompt=1_000, completion=50)))
    assert await ask(meter, failed) is NotJudged.TRUNCATED
    now[0] += timedelta(days=1)
    assert await ask(meter, ready()) is None
    cost = Decimal("0.25") * 2_000 / 1_000_000 + Decimal(2) * 150 / 1_000_000
    first, second = await meter.days(TEAM, 2)
    assert first == DayOfUse(NOON.date(), "gpt-5-mini", 2, 1, Usage(2_000, 900, 150), cost)
    assert (second.day, second.calls) == (now[0].date(), 1)
    assert [day.day for day in await meter.days(TEAM, 1)] == [now[0].date()]
    assert await meter.days(OTHER, 9) == []


@pytest.mark.usefixtures("teams")
async def test_today_tells_what_is_spent_and_when_the_count_begins_anew(
    database: Database,
) -> None:
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    meter = Meter(database, lambda: late, PLENTY)
    await ask(meter, ready())
    midnight = datetime(2026, 4, 1, tzinfo=UTC)
    assert await meter.today(TEAM) == Today(1, 1_100, PLENTY, midnight)


@pytest.mark.usefixtures("teams")
async def test_a_budget_of_nothing_asks_nothing(database: Database) -> None:
    model = ready()
    assert await ask(Meter(database, lambda: NOON, 0), model) is NotJudged.BUDGET_SPENT
    assert model.asked == 0


@pytest.mark.usefixtures("teams")
async def test_a_hundred_at_once_take_no_more_than_the_budget_covers_by_estimate(
    database: Database,
) -> None:
    model = Model(cost=Usage(prompt=1_000, completion=ANSWER_TOKENS))
    budget = 10 * ESTIMATE + ESTIMATE // 2
    meter = Meter(database, lambda: NOON, budget)
    asked = [asyncio.create_task(ask(meter, model)) for _ in range(100)]
    refused = 0
    for done in asyncio.as_completed(asked):
        refused += await done is NotJudged.BUDGET_SPENT
        if refused == 90:
            break
    assert model.asked == 10
    model.open.set()
    await asyncio.gather(*asked)
    assert await meter.spent_today(TEAM) == 10 * ESTIMATE <= budget


@pytest.mark.usefixtures("teams")
async def test_answers_that_come_while_others_ask_are_not_overlooked(database: Database) -> None:
    model = ready(cost=Usage(prompt=1_000, completion=ANSWER_TOKENS))
    budget = 25 * ESTIMATE
    meter = Meter(database, lambda: NOON, budget)
    await asyncio.gather(*(ask(meter, model) for _ in range(100)))
    assert model.asked <= 25
    assert await meter.spent_today(TEAM) == model.asked * ESTIMATE


@pytest.mark.usefixtures("teams")
async def test_an_answer_dearer_than_estimated_goes_over_by_that_much_and_no_further(
    database: Database,
) -> None:
    model = ready(cost=Usage(prompt=1_000, completion=5_000))
    meter = Meter(database, lambda: NOON, ESTIMATE)
    assert await ask(meter, model) is None
    assert await ask(meter, model) is NotJudged.BUDGET_SPENT
    assert await meter.spent_today(TEAM) == 6_000


@pytest.mark.usefixtures("teams")
async def test_what_was_never_answered_is_given_back_to_the_budget(database: Database) -> None:
    meter = Meter(database, lambda: NOON, ESTIMATE)
    unreachable = ready(failure=JudgeFailed(NotJudged.UNREACHABLE))
    assert await ask(meter, unreachable) is NotJudged.UNREACHABLE
    given_up = asyncio.create_task(ask(meter, waiting := Model()))
    await waiting.begun.wait()
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert await ask(meter, ready()) is None


@pytest.mark.usefixtures("teams")
async def test_the_budget_is_whole_again_after_midnight_utc(database: Database) -> None:
    now = [NOON.replace(hour=23, minute=59)]
    meter = Meter(database, lambda: now[0], ESTIMATE)
    await ask(meter, ready())
    assert await ask(meter, ready()) is NotJudged.BUDGET_SPENT
    now[0] += timedelta(minutes=1)
    assert await ask(meter, ready()) is None


@pytest.mark.usefixtures("teams")
async def test_workspaces_have_a_budget_each(database: Database) -> None:
    meter = Meter(database, lambda: NOON, ESTIMATE)
    assert [await ask(meter, ready(), team) for team in (TEAM, OTHER)] == [None, None]


@pytest.mark.usefixtures("teams")
async def test_several_processes_count_together(database: Database, database_url: str) -> None:
    second = Database(database_url)
    meters = [Meter(each, lambda: NOON, PLENTY) for each in (database, second)]
    await asyncio.gather(*(ask(meter, ready()) for meter in meters for _ in range(10)))
    assert [await meter.spent_today(TEAM) for meter in meters] == [22_000, 22_000]
    assert (await meters[0].today(TEAM)).calls == 20
    await second.close()
