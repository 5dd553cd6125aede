"""`coherence check`: hold files or standard input against the narrative."""

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.cli.files import STANDARD_INPUT, read_bytes, read_text
from bot.cli.output import OutputFormat, from_mrkdwn, print_error, print_json, print_lines
from bot.clock import make_clock, system_clock
from bot.databases import NoWorkspace, open_workspace
from bot.logs import configure_logs
from bot.metering import make_meter
from bot.openai_judge import open_judge
from bot.settings import load_settings
from coherence.assessment import Assessment, NotJudged, assess
from coherence.errors import InvalidDraft, NoTouchpoint
from coherence.findings import Finding, group_findings
from coherence.judge import Judge
from coherence.judging import judge_meaning
from coherence.rules import CompiledStack, compile_stack
from coherence.stack.document import Stack, Verdict
from coherence.stack.file import read_stack
from coherence.stack.versions import PublishedStack, Stacks
from handlers.voice import check as voice
from handlers.voice.check_meaning import meaning_not_checked


class FailOn(StrEnum):
    """Which verdicts make the exit code 1."""

    CONFLICT = "conflict"
    SUGGESTIONS = "suggestions"


_FAILING = {
    FailOn.CONFLICT: {Verdict.CONFLICT},
    FailOn.SUGGESTIONS: {Verdict.CONFLICT, Verdict.SUGGESTIONS},
}

ASKED_AT_ONCE = 8
"""Questions that one command has open at the model; endpoints slow down who asks many at once."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def check(
    *,
    files: Annotated[
        list[str] | None, typer.Argument(help="Files to check; - or none: standard input.")
    ] = None,
    stack: Annotated[
        str | None, typer.Option(help="Check against this stack file, not the published one.")
    ] = None,
    journey: Annotated[
        str | None, typer.Option(help="The journey, where there are several.")
    ] = None,
    touchpoint: Annotated[
        str | None, typer.Option(help="Id of the touchpoint the text is for.")
    ] = None,
    no_llm: Annotated[
        bool, typer.Option("--no-llm", help="Run the rules only; ask no model.")
    ] = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
    fail_on: Annotated[
        FailOn, typer.Option(help="The mildest verdict that exits with 1.")
    ] = FailOn.CONFLICT,
) -> None:
    """Does this text fit our story? Exits with 1 for a conflict."""
    names = files or [STANDARD_INPUT]
    if [*names, stack].count(STANDARD_INPUT) > 1:
        raise typer.BadParameter("standard input can be read once only.")
    if stack is not None and journey is not None:
        raise typer.BadParameter(
            "--stack and --journey exclude each other: a file has one journey."
        )
    drafts = [(name, read_text(name)) for name in names]
    asked = _Asked(stack, journey, touchpoint, asks_model=not no_llm)
    version, answers = asyncio.run(_answer(asked, drafts))
    _print(names, answers, version, output)
    if any(answer.verdict in _FAILING[fail_on] for answer in answers):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Asked:
    """What the drafts are held against, and whether a model may be asked."""

    stack: str | None
    journey: str | None
    touchpoint: str | None
    asks_model: bool


async def _answer(
    asked: _Asked, drafts: Sequence[tuple[str, str]]
) -> tuple[int | None, list[Assessment]]:
    """The version that the drafts were held against, None for a file's, and an answer for each."""
    async with AsyncExitStack() as opened:
        judge = await _open_judge(opened) if asked.asks_model else None
        if asked.stack is not None:
            content, version = read_stack(read_bytes(asked.stack), asked.stack), None
        else:
            published, judge = await _published(asked.journey, judge, opened)
            content, version = published.stack, published.number
        if asked.touchpoint is not None:
            _require_touchpoint(content, asked.touchpoint)
        compiled = compile_stack(content)
        # All of them first: nothing is asked about some where others can't be checked.
        unjudged = NotJudged.NO_MODEL if asked.asks_model else NotJudged.RULES_ONLY
        answers = [
            _assess(name, compiled, text, asked.touchpoint, unjudged) for name, text in drafts
        ]
        return version, await _judge(judge, compiled, answers, asked.touchpoint)


async def _open_judge(opened: AsyncExitStack) -> Judge | None:
    settings = load_settings()
    judge = await opened.enter_async_context(open_judge(settings))
    if judge is not None:
        # Why a model gave no answer goes to the log, beside the answers and not among them.
        configure_logs(settings.log_format, level=logging.WARNING)
    return judge


async def _published(
    journey: str | None, judge: Judge | None, opened: AsyncExitStack
) -> tuple[PublishedStack, Judge | None]:
    """The published narrative, and the judge on its workspace's account."""
    settings = load_settings()
    try:
        database, workspace_id = await opened.enter_async_context(open_workspace(settings))
    except NoWorkspace:
        raise NoWorkspace(
            "Nothing says what to check against: name a stack file with --stack, "
            "or set SLACK_BOT_TOKEN and publish one (docs/stack.md)."
        ) from None
    published = await Stacks(database, system_clock).published(workspace_id, journey)
    if judge is None:
        return published, None
    meter = make_meter(settings, database, make_clock(settings.clock_file))
    return published, meter.metered(judge, workspace_id)


async def _judge(
    judge: Judge | None, compiled: CompiledStack, answers: list[Assessment], touchpoint: str | None
) -> list[Assessment]:
    if judge is None:
        return answers
    room = asyncio.Semaphore(ASKED_AT_ONCE)

    async def complete(answer: Assessment) -> Assessment:
        async with room:
            return await judge_meaning(judge, compiled, answer, touchpoint)

    return await asyncio.gather(*map(complete, answers))


def _print(
    names: Sequence[str], answers: Sequence[Assessment], version: int | None, output: OutputFormat
) -> None:
    if output is OutputFormat.JSON:
        print_json([_as_json(n, a, version) for n, a in zip(names, answers, strict=True)])
        for note in filter(None, map(voice.rules_not_run, answers)):
            print_error(from_mrkdwn(note))
        return
    for name, answer in zip(names, answers, strict=True):
        print_lines(_as_text(name if len(names) > 1 else None, answer))


def _assess(
    name: str, compiled: CompiledStack, text: str, touchpoint: str | None, unjudged: NotJudged
) -> Assessment:
    try:
        return assess(compiled, text, touchpoint, unjudged=unjudged)
    except InvalidDraft as error:
        raise InvalidDraft(f"{name}: {error}") from None


def _require_touchpoint(content: Stack, touchpoint: str) -> None:
    if content.touchpoint(touchpoint) is None:
        known = ", ".join(t.id for t in content.touchpoints) or "none"
        raise NoTouchpoint(f"The narrative has no touchpoint “{touchpoint}”; it has: {known}.")


def _as_json(name: str, assessment: Assessment, version: int | None) -> dict[str, Any]:
    return {
        "file": name,
        "verdict": assessment.verdict,
        "reason": assessment.reason,
        "judged_by": list(assessment.judged_by),
        "stack_version": version,
        "findings": [finding.model_dump(mode="json") for finding in assessment.findings],
        "rewrite": assessment.rewrite,
    }


def _as_text(name: str | None, assessment: Assessment) -> list[str]:
    lines = [f"{name}:"] if name else []
    lines.append(voice.headline(assessment))
    for group in group_findings(assessment.findings):
        lines += ["", *(from_mrkdwn(line) for line in _group_lines(group, assessment.text))]
    notes = [meaning_not_checked(assessment), voice.rules_not_run(assessment)]
    return [*lines, "", *(from_mrkdwn(note) for note in notes if note)]


def _group_lines(group: Sequence[Finding], text: str) -> list[str]:
    title = voice.finding_title(group)
    if group[0].quote:
        title = f"{title} ({_place(text, group[0].start)})"
    lines = [title, voice.narrative_line(group[0]), voice.why_line(group[0])]
    suggestion = voice.suggestion_line(group)
    return [*lines, suggestion] if suggestion else lines


def _place(text: str, offset: int) -> str:
    breaks = list(_LINE_BREAK.finditer(text, 0, offset))
    column = offset - (breaks[-1].end() if breaks else 0) + 1
    return f"line {len(breaks) + 1}, column {column}"
