"""`coherence check`: hold files or standard input against the narrative."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.cli.files import STANDARD_INPUT, read_bytes, read_text
from bot.cli.output import OutputFormat, from_mrkdwn, print_json, print_lines
from bot.clock import system_clock
from bot.databases import open_workspace
from bot.settings import load_settings
from coherence.assessment import Assessment, NotJudged, assess
from coherence.errors import CoherenceError
from coherence.findings import Finding
from coherence.rules import compile_stack
from coherence.stack.document import Stack, Verdict
from coherence.stack.file import read_stack
from coherence.stack.versions import Stacks
from handlers.voice import check as voice


class FailOn(StrEnum):
    """Which verdicts make the exit code 1."""

    CONFLICT = "conflict"
    SUGGESTIONS = "suggestions"


_FAILING = {
    FailOn.CONFLICT: {Verdict.CONFLICT},
    FailOn.SUGGESTIONS: {Verdict.CONFLICT, Verdict.SUGGESTIONS},
}


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
    texts = [read_text(name) for name in names]
    content, version = _narrative(stack, journey)
    compiled = compile_stack(content)
    unjudged = NotJudged.RULES_ONLY if no_llm else NotJudged.NO_MODEL
    answers = []
    for name, text in zip(names, texts, strict=True):
        try:
            answers.append(assess(compiled, text, touchpoint, unjudged=unjudged))
        except CoherenceError as error:
            raise type(error)(f"{name}: {error}" if len(names) > 1 else str(error)) from None
    if output is OutputFormat.JSON:
        print_json([_as_json(n, a, version) for n, a in zip(names, answers, strict=True)])
    else:
        for name, answer in zip(names, answers, strict=True):
            print_lines(_as_text(name if len(names) > 1 else None, answer))
    if any(answer.verdict in _FAILING[fail_on] for answer in answers):
        raise typer.Exit(1)


def _narrative(stack: str | None, journey: str | None) -> tuple[Stack, int | None]:
    if stack is not None:
        return read_stack(read_bytes(stack), stack), None
    return asyncio.run(_published(journey))


async def _published(journey: str | None) -> tuple[Stack, int]:
    async with open_workspace(load_settings()) as (database, workspace_id):
        published = await Stacks(database, system_clock).published(workspace_id, journey)
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
    for group in voice.group_findings(assessment.findings):
        lines += ["", *(from_mrkdwn(line) for line in _group_lines(group, assessment.text))]
    note = voice.meaning_not_checked(assessment)
    return [*lines, "", *([from_mrkdwn(note)] if note else [])]


def _group_lines(group: Sequence[Finding], text: str) -> list[str]:
    title = voice.finding_title(group)
    if group[0].quote:
        title = f"{title} ({_place(text, group[0].start)})"
    lines = [title, voice.narrative_line(group[0]), voice.why_line(group[0])]
    suggestion = voice.suggestion_line(group)
    return [*lines, suggestion] if suggestion else lines


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return f"line {line}, column {column}"
