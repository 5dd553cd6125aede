"""`coherence check`: hold files or standard input against the narrative."""

import asyncio
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.cli.files import STANDARD_INPUT, read_bytes, read_text
from bot.cli.output import OutputFormat, from_mrkdwn, print_error, print_json, print_lines
from bot.clock import system_clock
from bot.databases import NoWorkspace, open_workspace
from bot.settings import load_settings
from coherence.assessment import Assessment, NotJudged, assess
from coherence.errors import InvalidDraft, NoTouchpoint
from coherence.findings import Finding, group_findings
from coherence.rules import CompiledStack, compile_stack
from coherence.stack.document import Stack, Verdict
from coherence.stack.file import read_stack
from coherence.stack.versions import Stacks
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
    texts = [read_text(name) for name in names]
    if stack is not None and journey is not None:
        raise typer.BadParameter(
            "--stack and --journey exclude each other: a file has one journey."
        )
    content, version = _narrative(stack, journey)
    if touchpoint is not None:
        _require_touchpoint(content, touchpoint)
    compiled = compile_stack(content)
    unjudged = NotJudged.RULES_ONLY if no_llm else NotJudged.NO_MODEL
    answers = [
        _assess(name, compiled, text, touchpoint, unjudged)
        for name, text in zip(names, texts, strict=True)
    ]
    if output is OutputFormat.JSON:
        print_json([_as_json(n, a, version) for n, a in zip(names, answers, strict=True)])
        for note in filter(None, map(voice.rules_not_run, answers)):
            print_error(from_mrkdwn(note))
    else:
        for name, answer in zip(names, answers, strict=True):
            print_lines(_as_text(name if len(names) > 1 else None, answer))
    if any(answer.verdict in _FAILING[fail_on] for answer in answers):
        raise typer.Exit(1)


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


def _narrative(stack: str | None, journey: str | None) -> tuple[Stack, int | None]:
    if stack is not None:
        return read_stack(read_bytes(stack), stack), None
    return asyncio.run(_published(journey))


async def _published(journey: str | None) -> tuple[Stack, int]:
    try:
        async with open_workspace(load_settings()) as (database, workspace_id):
            published = await Stacks(database, system_clock).published(workspace_id, journey)
    except NoWorkspace:
        raise NoWorkspace(
            "Nothing says what to check against: name a stack file with --stack, "
            "or set SLACK_BOT_TOKEN and publish one (docs/stack.md)."
        ) from None
    return published.stack, published.number


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
