"""Run the examples of a narrative through the check: for `coherence eval`, in Slack, before publishing."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from cachetools import LRUCache

from coherence.assessment import Assessment, NotJudged, assess
from coherence.clock import Clock
from coherence.errors import InvalidDraft
from coherence.evaluation import Case, Flip, Outcome, Report, cases_of, find_flips
from coherence.judge import Judge
from coherence.judging import judge_meaning
from coherence.prompt import PROMPT_VERSION
from coherence.rules import CompiledStack, compile_stack
from coherence.stack.document import Stack, Verdict
from coherence.stack.drafts import Desk
from coherence.stack.versions import PublishedStack
from coherence.usage import Meter
from storage import evaluation as table
from storage.database import Database
from storage.evaluation import EvaluationOutcome, EvaluationRun

AT_ONCE = 8
"""Questions to the model under way at a time: an evaluation leaves room for people's checks."""

PATIENCE = 3
"""After so many questions in a row that came to nothing, the rest are not asked."""

KEEP_RUNS = 50
"""Of a journey."""

_PREVIEWS = 100

# No later question will do better than these.
_HOPELESS = frozenset(
    {
        NotJudged.MISCONFIGURED,
        NotJudged.QUOTA_SPENT,
        NotJudged.BUDGET_SPENT,
        NotJudged.NARRATIVE_TOO_LONG,
        NotJudged.NARRATIVE_EMPTY,
    }
)
_TRYING = frozenset({NotJudged.TIMEOUT, NotJudged.UNREACHABLE, NotJudged.BUSY})

Advance = Callable[[], None]
"""Told of each case that is done."""


@dataclass(frozen=True)
class Run:
    """A run on record: against which version, by which model (None: rules alone), and what came out."""

    stack_version: int
    model: str | None
    prompt_version: str | None
    finished_at: datetime
    expected: dict[str, Verdict]
    verdicts: dict[str, Verdict]


@dataclass(frozen=True)
class Evaluation:
    """What came of a published narrative's examples, and what is different from an earlier run."""

    published: PublishedStack
    report: Report
    run: Run
    earlier: Run | None
    flips: tuple[Flip, ...]


@dataclass
class Progress:
    """An evaluation under way: `done` of `total` examples."""

    total: int
    task: "asyncio.Task[Evaluation]"
    done: int = 0


@dataclass(frozen=True)
class Preview:
    """Which of so many examples change their verdict with a draft.

    `by_model` says whether a model has judged, `unjudged` why it has not judged all of them. Where
    nothing is published yet, nothing can change, and `examples` is 0.
    """

    examples: int
    flips: tuple[Flip, ...]
    by_model: bool
    unjudged: NotJudged | None = None


async def run_cases(
    compiled: CompiledStack,
    cases: Sequence[Case],
    judge: Judge | None,
    advance: Advance = lambda: None,
    unjudged: NotJudged = NotJudged.NO_MODEL,
) -> Report:
    """Hold each case against a narrative, by the rules and then the model, a few at a time.

    `unjudged` says why there is no judge. Raises NoTouchpoint for a case with one that is not there.
    """
    bench = _Bench(compiled, judge, unjudged, advance)
    tasks = [asyncio.create_task(bench.run(case)) for case in cases]
    try:
        return Report(tuple(await asyncio.gather(*tasks)))
    finally:
        for task in tasks:
            task.cancel()


class Evaluations:
    """The use cases around evaluating; without a `judge`, by rules alone."""

    def __init__(
        self, database: Database, now: Clock, judge: Judge | None = None, meter: Meter | None = None
    ) -> None:
        self._database = database
        self._now = now
        self._judge = judge
        self._meter = meter
        self._under_way: dict[tuple[str, str], Progress] = {}
        self._previews: LRUCache[tuple[object, ...], Preview] = LRUCache(_PREVIEWS)

    @property
    def model(self) -> str | None:
        """The name of the model that is asked, or None."""
        return self._judge.model if self._judge else None

    async def evaluate(
        self,
        workspace_id: str,
        published: PublishedStack,
        advance: Advance = lambda: None,
        unjudged: NotJudged = NotJudged.NO_MODEL,
    ) -> Evaluation:
        """Run the examples of a published version, put the verdicts on record, and compare."""
        compiled = await asyncio.to_thread(compile_stack, published.stack)
        cases = cases_of(published.stack.examples)
        report = await run_cases(compiled, cases, self._judge_for(workspace_id), advance, unjudged)
        run = _run(published.number, self.model, report, self._now())
        async with self._database.transaction() as session:
            runs = await table.list_runs(session, workspace_id, published.journey_id)
            row = _row(workspace_id, published.journey_id, run)
            await table.add_run(session, row, _outcome_rows(row, report))
            await table.forget_runs(
                session, workspace_id, [old.id for old in runs[KEEP_RUNS - 1 :]]
            )
        earlier = await self._read(_to_compare(run, runs))
        flips = find_flips(earlier.verdicts, report.outcomes) if earlier else ()
        return Evaluation(published, report, run, earlier, flips)

    def start(self, workspace_id: str, published: PublishedStack) -> Progress:
        """Begin an evaluation in the background, or join the one of this journey that is under way."""
        key = (workspace_id, published.journey_id)
        if (under_way := self._under_way.get(key)) is not None:
            return under_way

        def advance() -> None:
            progress.done += 1

        task = asyncio.create_task(self.evaluate(workspace_id, published, advance))
        progress = self._under_way[key] = Progress(len(published.stack.examples), task)
        task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return progress

    def under_way(self, workspace_id: str, journey_id: str) -> Progress | None:
        """The evaluation of a journey that is running, or None."""
        return self._under_way.get((workspace_id, journey_id))

    async def last(self, workspace_id: str, journey_id: str) -> Run | None:
        """The newest run on record, or None."""
        async with self._database.reading() as session:
            runs = await table.list_runs(session, workspace_id, journey_id)
        return await self._read(runs[0] if runs else None)

    async def preview(self, workspace_id: str, desk: Desk, *, by_model: bool) -> Preview:
        """Which examples of a draft get another verdict than by the newest version."""
        key = (workspace_id, desk.journey_id, desk.basis, by_model, self.model)
        if (known := self._previews.get(key)) is not None:
            return known
        judge = self._judge_for(workspace_id) if by_model else None
        before = desk.published.stack if desk.published else None
        preview = await preview_flips(before, desk.stack, judge)
        # What failed is not kept: the next look may succeed.
        if not by_model or preview.unjudged is None:
            self._previews[key] = preview
        return preview

    def forget(self, workspace_id: str) -> None:
        """Let go of what is held of a workspace."""
        for key in [key for key in self._previews if key[0] == workspace_id]:
            self._previews.pop(key, None)

    def _judge_for(self, workspace_id: str) -> Judge | None:
        if self._judge is None or self._meter is None:
            return self._judge
        return self._meter.metered(self._judge, workspace_id)

    async def _read(self, row: EvaluationRun | None) -> Run | None:
        if row is None:
            return None
        async with self._database.reading() as session:
            outcomes = await table.list_outcomes(session, row.workspace_id, row.id)
        return Run(
            row.stack_version,
            row.model,
            row.prompt_version,
            row.finished_at,
            {each.example_id: Verdict(each.expected) for each in outcomes},
            {each.example_id: Verdict(each.verdict) for each in outcomes},
        )


async def preview_flips(before: Stack | None, after: Stack, judge: Judge | None) -> Preview:
    """Which examples of the later stack get another verdict by it than by the earlier one."""
    cases = cases_of(after.examples)
    if before is None or not cases:
        return Preview(0, (), judge is not None)
    earlier = [_without_unknown_touchpoint(case, before) for case in cases]
    was = await run_cases(await asyncio.to_thread(compile_stack, before), earlier, judge)
    now = await run_cases(await asyncio.to_thread(compile_stack, after), cases, judge)
    if judge is None:
        return Preview(len(cases), find_flips(_verdicts(was), now.outcomes), by_model=False)
    pairs = list(zip(was.outcomes, now.outcomes, strict=True))
    # Where the model has judged one side only, its failure would look like a flip.
    alike = [after for old, after in pairs if (old.unjudged is None) == (after.unjudged is None)]
    judged = any(old.unjudged is None and after.unjudged is None for old, after in pairs)
    reason = next(iter([*was.reasons, *now.reasons]), None)
    return Preview(len(cases), find_flips(_verdicts(was), alike), judged, reason)


def _verdicts(report: Report) -> dict[str, Verdict]:
    return {outcome.case.id: outcome.verdict for outcome in report.outcomes}


class _Bench:
    """Where the cases of one evaluation are run: a few at a time, and no longer than it makes sense."""

    def __init__(
        self,
        compiled: CompiledStack,
        judge: Judge | None,
        unjudged: NotJudged,
        advance: Advance,
    ) -> None:
        self._compiled = compiled
        self._judge = judge
        self._unjudged = unjudged
        self._advance = advance
        self._seats = asyncio.Semaphore(AT_ONCE)
        self._in_vain = 0
        self._given_up: NotJudged | None = None

    async def run(self, case: Case) -> Outcome:
        async with self._seats:
            outcome = await self._outcome(case)
        self._advance()
        return outcome

    async def _outcome(self, case: Case) -> Outcome:
        try:
            # In a thread: expressions may take up to a second, and people's checks go on meanwhile.
            found = await asyncio.to_thread(
                assess, self._compiled, case.text, case.touchpoint_id, unjudged=self._unjudged
            )
        except InvalidDraft:
            return Outcome(case, Verdict.NOT_JUDGED, NotJudged.CANNOT_JUDGE)
        if self._judge is not None:
            found = await self._ask(self._judge, found, case)
        return Outcome(case, found.verdict, found.unjudged, found.findings)

    async def _ask(self, judge: Judge, found: Assessment, case: Case) -> Assessment:
        if self._given_up is not None:
            return replace(found, unjudged=self._given_up)
        judged = await judge_meaning(judge, self._compiled, found, case.touchpoint_id)
        self._in_vain = self._in_vain + 1 if judged.unjudged in _TRYING else 0
        if judged.unjudged in _HOPELESS or self._in_vain >= PATIENCE:
            self._given_up = judged.unjudged
        return judged


def _without_unknown_touchpoint(case: Case, stack: Stack) -> Case:
    if case.touchpoint_id is None or stack.touchpoint(case.touchpoint_id) is not None:
        return case
    return replace(case, touchpoint_id=None)


def _run(number: int, model: str | None, report: Report, now: datetime) -> Run:
    return Run(
        number,
        model,
        PROMPT_VERSION if model else None,
        now,
        {outcome.case.id: outcome.case.verdict for outcome in report.outcomes},
        {outcome.case.id: outcome.verdict for outcome in report.outcomes},
    )


def _row(workspace_id: str, journey_id: str, run: Run) -> EvaluationRun:
    return EvaluationRun(
        workspace_id=workspace_id,
        id=uuid4().hex,
        journey_id=journey_id,
        stack_version=run.stack_version,
        model=run.model,
        prompt_version=run.prompt_version,
        finished_at=run.finished_at,
    )


def _outcome_rows(row: EvaluationRun, report: Report) -> list[EvaluationOutcome]:
    return [
        EvaluationOutcome(
            workspace_id=row.workspace_id,
            run_id=row.id,
            example_id=outcome.case.id,
            expected=outcome.case.verdict,
            verdict=outcome.verdict,
            reason=outcome.unjudged,
        )
        for outcome in report.outcomes
    ]


def _to_compare(run: Run, runs: Sequence[EvaluationRun]) -> EvaluationRun | None:
    """The newest earlier run by another version, model or prompt, else the newest earlier one.

    Rules alone are compared with rules alone: beside a model's verdicts all theirs would differ.
    """
    alike = [each for each in runs if (each.model is None) == (run.model is None)]
    ours = (run.stack_version, run.model, run.prompt_version)
    others = [
        each for each in alike if (each.stack_version, each.model, each.prompt_version) != ours
    ]
    return next(iter([*others, *alike]), None)
