"""What asking a model costs: counted per workspace and day, and stopped at the day's budget."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from coherence.assessment import NotJudged
from coherence.clock import Clock
from coherence.judge import Answer, Judge, JudgeFailed, Prompt, Usage
from storage import usage as table
from storage.database import Database
from storage.usage import ModelUsage

CHARACTERS_PER_TOKEN = 4
"""A feel for what a question that is still under way will cost."""

ANSWER_TOKENS = 1_000
"""A feel for what a model writes, its reasoning included."""

_MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in the installer's currency."""

    prompt: Decimal
    completion: Decimal

    def of(self, usage: Usage) -> Decimal:
        """What some tokens cost; cached ones count in full, so that the figure is no understatement."""
        return (self.prompt * usage.prompt + self.completion * usage.completion) / _MILLION


@dataclass(frozen=True)
class DayOfUse:
    """One day's calls of one model; `cost` is None where the installer has set no prices."""

    day: date
    model: str
    calls: int
    failures: int
    usage: Usage
    cost: Decimal | None


@dataclass(frozen=True)
class Today:
    """What a workspace has used of its budget; `renewed_at` is when the next day begins, at midnight UTC."""

    calls: int
    tokens: int
    budget: int
    renewed_at: datetime


class Meter:
    """Counts what is asked of models and holds each workspace to its budget."""

    def __init__(
        self, database: Database, now: Clock, daily_tokens: int, prices: Prices | None = None
    ) -> None:
        self.daily_tokens = daily_tokens
        self._database = database
        self._now = now
        self._prices = prices
        # Estimates of all questions ever begun, and of those whose cost is on record by now.
        self._begun: Counter[str] = Counter()
        self._settled: Counter[str] = Counter()

    def metered(self, judge: Judge, workspace_id: str) -> Judge:
        """The judge, on a workspace's account."""
        return _MeteredJudge(judge, self, workspace_id)

    async def ask(self, judge: Judge, workspace_id: str, prompt: Prompt) -> Answer:
        """Ask, and put the cost on record. Raises JudgeFailed, also where the budget is spent."""
        estimate = _estimate(prompt)
        await self._begin(workspace_id, estimate)
        try:
            return await self._ask(judge, workspace_id, prompt)
        finally:
            self._settled[workspace_id] += estimate

    async def spent_today(self, workspace_id: str) -> int:
        """Tokens of this day, which is UTC's."""
        async with self._database.reading() as session:
            return await table.tokens_on(session, workspace_id, self._now().date())

    async def days(self, workspace_id: str, count: int) -> Sequence[DayOfUse]:
        """The use of the last `count` days, today included, oldest first."""
        since = self._now().date() - timedelta(days=count - 1)
        async with self._database.reading() as session:
            rows = await table.list_usage(session, workspace_id, since)
        return [self._day(row) for row in rows]

    async def today(self, workspace_id: str) -> Today:
        """This day's use, and when the next day begins."""
        calls = sum(day.calls for day in await self.days(workspace_id, 1))
        tokens = await self.spent_today(workspace_id)
        return Today(calls, tokens, self.daily_tokens, renewed_at(self._now()))

    async def _begin(self, workspace_id: str, estimate: int) -> None:
        """Take an estimate out of the budget, or raise JudgeFailed where it is spent.

        Whatever was under way at any moment of the look at what is on record counts, since that look may
        have come too early for it.
        """
        settled = self._settled[workspace_id]
        spent = await self.spent_today(workspace_id)
        under_way = self._begun[workspace_id] - settled
        if spent + under_way + estimate > self.daily_tokens:
            raise JudgeFailed(NotJudged.BUDGET_SPENT)
        self._begun[workspace_id] += estimate

    async def _ask(self, judge: Judge, workspace_id: str, prompt: Prompt) -> Answer:
        try:
            answer = await judge.ask(prompt)
        except JudgeFailed as failure:
            await self._record(workspace_id, judge.model, failure.usage, failures=1)
            raise
        await self._record(workspace_id, judge.model, answer.usage, failures=0)
        return answer

    async def _record(self, workspace_id: str, model: str, usage: Usage, *, failures: int) -> None:
        row = ModelUsage(
            workspace_id=workspace_id,
            day=self._now().date(),
            model=model,
            calls=1,
            failures=failures,
            prompt_tokens=usage.prompt,
            cached_tokens=usage.cached,
            completion_tokens=usage.completion,
        )
        async with self._database.transaction() as session:
            await table.add_usage(session, row)

    def _day(self, row: ModelUsage) -> DayOfUse:
        usage = Usage(row.prompt_tokens, row.cached_tokens, row.completion_tokens)
        cost = self._prices.of(usage) if self._prices else None
        return DayOfUse(row.day, row.model, row.calls, row.failures, usage, cost)


def renewed_at(now: datetime) -> datetime:
    """When the budget is whole again: the midnight, by UTC, that comes next."""
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC)


def _estimate(prompt: Prompt) -> int:
    return (len(prompt.system) + len(prompt.user)) // CHARACTERS_PER_TOKEN + ANSWER_TOKENS


@dataclass(frozen=True)
class _MeteredJudge:
    judge: Judge
    meter: Meter
    workspace_id: str

    @property
    def model(self) -> str:
        return self.judge.model

    async def ask(self, prompt: Prompt) -> Answer:
        return await self.meter.ask(self.judge, self.workspace_id, prompt)
