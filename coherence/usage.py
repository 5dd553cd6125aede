"""What asking a model costs: counted per workspace and day, and stopped at the day's budget."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from coherence.assessment import NotJudged
from coherence.clock import Clock
from coherence.judge import Answer, Judge, JudgeFailed, Prompt, Usage
from storage import usage as table
from storage.database import Database
from storage.usage import ModelUsage

CHARACTERS_PER_TOKEN = 4
"""A feel for what a question that is still under way will cost."""

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


class Meter:
    """Counts what is asked of models and holds each workspace to its budget."""

    def __init__(
        self, database: Database, now: Clock, daily_tokens: int, prices: Prices | None = None
    ) -> None:
        self.daily_tokens = daily_tokens
        self._database = database
        self._now = now
        self._prices = prices
        self._under_way: Counter[str] = Counter()

    def metered(self, judge: Judge, workspace_id: str) -> Judge:
        """The judge, on a workspace's account."""
        return _MeteredJudge(judge, self, workspace_id)

    async def ask(self, judge: Judge, workspace_id: str, prompt: Prompt) -> Answer:
        """Ask, and put the cost on record. Raises JudgeFailed, also where the budget is spent."""
        estimate = (len(prompt.system) + len(prompt.user)) // CHARACTERS_PER_TOKEN
        await self._require_budget(workspace_id, estimate)
        self._under_way[workspace_id] += estimate
        try:
            answer = await judge.ask(prompt)
        except JudgeFailed as failure:
            await self._record(workspace_id, judge.model, failure.usage, failures=1)
            raise
        finally:
            self._under_way[workspace_id] -= estimate
        await self._record(workspace_id, judge.model, answer.usage, failures=0)
        return answer

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

    async def _require_budget(self, workspace_id: str, estimate: int) -> None:
        spent = await self.spent_today(workspace_id) + self._under_way[workspace_id]
        if spent + estimate > self.daily_tokens:
            raise JudgeFailed(NotJudged.BUDGET_SPENT)

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
