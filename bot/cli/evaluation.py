"""`coherence eval`: run a narrative's examples, or a labelled set, through the check."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from bot.cli.files import STANDARD_INPUT, read_bytes, read_text
from bot.cli.output import OutputFormat, from_mrkdwn, print_json, print_lines
from bot.clock import system_clock
from bot.databases import NoWorkspace, open_workspace
from bot.logs import configure_logs
from bot.metering import make_meter
from bot.openai_judge import open_judge
from bot.settings import Settings, load_settings
from coherence.assessment import NotJudged
from coherence.errors import InvalidLabels
from coherence.evaluating import Evaluation, Evaluations, run_cases
from coherence.evaluation import Case, Flip, Outcome, Rates, Report, cases_of
from coherence.judge import Judge
from coherence.labelled import read_labelled
from coherence.proportions import Share
from coherence.rules import compile_stack
from coherence.stack.document import Stack, Verdict
from coherence.stack.file import read_stack
from coherence.stack.versions import PublishedStack, Stacks
from handlers.voice import evaluation as voice


@dataclass(frozen=True)
class _Asked:
    """What is evaluated against what, and how."""

    set_name: str | None
    stack_name: str | None
    journey: str | None
    no_llm: bool


@dataclass(frozen=True)
class _Answer:
    """What came of it; `evaluation` only where the examples of a published narrative were run."""

    report: Report
    version: int | None
    model: str | None
    evaluation: Evaluation | None = None


def evaluate(
    *,
    set_: Annotated[
        str | None, typer.Option("--set", help="A labelled set (JSON lines), not the examples.")
    ] = None,
    stack: Annotated[
        str | None, typer.Option(help="Use this stack file, not the published narrative.")
    ] = None,
    journey: Annotated[
        str | None, typer.Option(help="The journey, where there are several.")
    ] = None,
    no_llm: Annotated[
        bool, typer.Option("--no-llm", help="Run the rules only; ask no model.")
    ] = False,
    ignore_not_judged: Annotated[
        bool,
        typer.Option("--ignore-not-judged", help="Exit with 1 only for what was judged otherwise."),
    ] = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Do the examples get the verdicts they should? Exits with 1 if some do not."""
    if stack is not None and journey is not None:
        raise typer.BadParameter(
            "--stack and --journey exclude each other: a file has one journey."
        )
    if set_ == stack == STANDARD_INPUT:
        raise typer.BadParameter("standard input can be read once only.")
    answer = asyncio.run(_answer(_Asked(set_, stack, journey, no_llm)))
    if output is OutputFormat.JSON:
        print_json(_as_json(answer))
    else:
        print_lines(map(from_mrkdwn, _as_text(answer)))
    failing = answer.report.not_as_expected
    if ignore_not_judged:
        failing = tuple(o for o in failing if o.verdict is not Verdict.NOT_JUDGED)
    if failing:
        raise typer.Exit(1)


async def _answer(asked: _Asked) -> _Answer:
    settings = load_settings()
    if asked.stack_name is not None:
        content = read_stack(read_bytes(asked.stack_name), asked.stack_name)
        async with _judge(settings, asked) as judge:
            return await _plain(asked, content, None, judge)
    try:
        async with open_workspace(settings) as (database, workspace_id):
            published = await Stacks(database, system_clock).published(workspace_id, asked.journey)
            meter = make_meter(settings, database, system_clock)
            async with _judge(settings, asked) as judge:
                if asked.set_name is not None:
                    metered = meter.metered(judge, workspace_id) if judge else None
                    return await _plain(asked, published.stack, published.number, metered)
                evaluations = Evaluations(database, system_clock, judge, meter)
                return await _recorded(evaluations, workspace_id, published, asked)
    except NoWorkspace:
        raise NoWorkspace(
            "Nothing says which narrative to test: name a stack file with --stack, "
            "or set SLACK_BOT_TOKEN and publish one (docs/stack.md)."
        ) from None


@asynccontextmanager
async def _judge(settings: Settings, asked: _Asked) -> AsyncIterator[Judge | None]:
    if asked.no_llm:
        yield None
        return
    async with open_judge(settings) as judge:
        if judge is not None:
            # Why a model gave no answer goes to the log, beside what is printed and not among it.
            configure_logs(settings.log_format, level=logging.WARNING)
        yield judge


async def _plain(asked: _Asked, stack: Stack, version: int | None, judge: Judge | None) -> _Answer:
    cases = _cases(asked, stack)
    with_progress = _progress(len(cases))
    report = await run_cases(compile_stack(stack), cases, judge, with_progress, _unjudged(asked))
    return _Answer(report, version, judge.model if judge else None)


async def _recorded(
    evaluations: Evaluations, workspace_id: str, published: PublishedStack, asked: _Asked
) -> _Answer:
    _require(cases_of(published.stack.examples))
    advance = _progress(len(published.stack.examples))
    evaluation = await evaluations.evaluate(workspace_id, published, advance, _unjudged(asked))
    return _Answer(evaluation.report, published.number, evaluations.model, evaluation)


def _cases(asked: _Asked, stack: Stack) -> tuple[Case, ...]:
    if asked.set_name is not None:
        return read_labelled(read_text(asked.set_name), stack, asked.set_name)
    return _require(cases_of(stack.examples))


def _require(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    if not cases:
        raise InvalidLabels(
            "The narrative has no examples yet: pin some in Slack, add them to the stack file, "
            "or name a labelled set with --set."
        )
    return cases


def _unjudged(asked: _Asked) -> NotJudged:
    return NotJudged.RULES_ONLY if asked.no_llm else NotJudged.NO_MODEL


def _progress(total: int) -> Callable[[], None]:
    """Counts on standard error where somebody watches."""
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {total}" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return advance


def _as_text(answer: _Answer) -> list[str]:
    lines = [voice.summary(answer.report), *voice.why_not_judged(answer.report)]
    silent = voice.not_judged_though_fitting(answer.report)
    for title, listed in (
        (voice.OTHERWISE_TITLE, voice.otherwise_lines(answer.report)),
        (voice.NOT_JUDGED_TITLE, [silent] if silent else []),
        (voice.OTHER_LINES_TITLE, voice.right_for_other_reasons(answer.report)),
    ):
        lines += ["", title, *listed] if listed else []
    lines += ["", *voice.confusion_table(answer.report)]
    lines += ["", *voice.rates_table(answer.report)]
    if answer.evaluation is not None:
        lines += ["", *voice.flips_since(answer.evaluation)]
    return lines


def _as_json(answer: _Answer) -> dict[str, Any]:
    report, evaluation = answer.report, answer.evaluation
    return {
        "stack_version": answer.version,
        "model": answer.model,
        "cases": report.as_expected.of,
        "as_expected": report.as_expected.count,
        "not_judged": report.not_judged,
        "reasons": dict(report.reasons),
        "confusion": [
            {"expected": expected, "got": got, "cases": count}
            for (expected, got), count in sorted(report.confusion.items())
        ],
        "verdicts": {verdict: _rates(rates) for verdict, rates in report.verdicts.items()},
        "relations": {relation: _rates(rates) for relation, rates in report.relations.items()},
        "lines": _rates(report.lines),
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
        "flips": [_flip(flip) for flip in evaluation.flips] if evaluation else [],
        "compared_with": _earlier(evaluation) if evaluation else None,
    }


def _rates(rates: Rates) -> dict[str, Any]:
    return {"precision": _share(rates.precision), "recall": _share(rates.recall)}


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {
        "count": share.count,
        "of": share.of,
        "value": share.value,
        "low": round(low, 4),
        "high": round(high, 4),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.case.id,
        "expected": outcome.case.verdict,
        "verdict": outcome.verdict,
        "reason": outcome.unjudged,
        "missed": [{"line": line.id, "relation": line.relation} for line in outcome.missed],
        "false_alarms": [finding.model_dump(mode="json") for finding in outcome.false_alarms],
        "findings": [finding.model_dump(mode="json") for finding in outcome.findings],
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "id": flip.id,
        "expected": flip.expected,
        "before": flip.before,
        "after": flip.after,
    }


def _earlier(evaluation: Evaluation) -> dict[str, Any] | None:
    run = evaluation.earlier
    if run is None:
        return None
    return {
        "stack_version": run.stack_version,
        "model": run.model,
        "prompt_version": run.prompt_version,
        "finished_at": run.finished_at.isoformat(),
    }
