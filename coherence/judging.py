"""Have a model judge the meaning of a draft that the rules have read already."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coherence.assessment import Assessment, NotJudged
from coherence.findings import Finding, Source, verdict_of
from coherence.judge import Judge, JudgeFailed, Prompt, parse_reply
from coherence.judgement import settle
from coherence.prompt import MAX_STATEMENT_CHARACTERS, MAX_STATEMENTS, make_prompt
from coherence.rules import CompiledStack
from coherence.sentences import Sentence, split_sentences
from coherence.stack.document import Stack, Touchpoint
from coherence.statements import JudgedStatement, Kind, statements_of

JUDGED_BY_MODEL = "model"


@dataclass(frozen=True)
class Question:
    """A draft beside the narrative, ready to be asked about."""

    sentences: tuple[Sentence, ...]
    statements: Sequence[JudgedStatement]
    prompt: Prompt


async def judge_meaning(
    judge: Judge, compiled: CompiledStack, assessment: Assessment, touchpoint_id: str | None
) -> Assessment:
    """Add what the model finds to what the rules have found, in one call.

    Never fails for the model's sake: the rules' answer stays, and `unjudged` says why nothing came of it.
    """
    try:
        # In threads: long drafts and replies take a while, and other people's checks go on.
        question = await asyncio.to_thread(pose, compiled, assessment.text, touchpoint_id)
        answer = await judge.ask(question.prompt)
        return await asyncio.to_thread(
            with_reply, compiled, assessment, touchpoint_id, question, answer.content
        )
    except JudgeFailed as failure:
        return replace(assessment, unjudged=failure.reason)


def pose(compiled: CompiledStack, draft: str, touchpoint_id: str | None) -> Question:
    """Put a draft and the narrative into one question.

    Raises JudgeFailed where the narrative has nothing to judge by, or more than can be judged carefully.
    """
    stack = compiled.stack
    touchpoint = stack.touchpoint(touchpoint_id) if touchpoint_id else None
    statements = _judged_against(stack, touchpoint)
    if all(statement.kind is Kind.TERM for statement in statements):
        raise JudgeFailed(NotJudged.NARRATIVE_EMPTY)
    if _is_too_long(statements):
        raise JudgeFailed(NotJudged.NARRATIVE_TOO_LONG)
    sentences = split_sentences(draft, stack.language)
    prompt = make_prompt(stack, statements, sentences, touchpoint, secrets.token_hex(8))
    return Question(sentences, statements, prompt)


def is_too_long_to_judge(stack: Stack) -> bool:
    """Say whether a narrative holds more than a model can judge by, for its longest touchpoint."""
    return any(_is_too_long(_judged_against(stack, each)) for each in (None, *stack.touchpoints))


def _judged_against(stack: Stack, touchpoint: Touchpoint | None) -> Sequence[JudgedStatement]:
    """List the statements; a glossary that does not fit beside them is left to the rules."""
    statements = statements_of(stack, touchpoint)
    if _is_too_long(statements):
        return [statement for statement in statements if statement.kind is not Kind.TERM]
    return statements


def _is_too_long(statements: Sequence[JudgedStatement]) -> bool:
    characters = sum(len(statement.text) for statement in statements)
    return len(statements) > MAX_STATEMENTS or characters > MAX_STATEMENT_CHARACTERS


def with_reply(
    compiled: CompiledStack,
    assessment: Assessment,
    touchpoint_id: str | None,
    question: Question,
    content: str,
) -> Assessment:
    """The rules' answer with what holds of a model's reply. Raises JudgeFailed if it is none."""
    reply = parse_reply(content)
    if reply.status == "cannot_judge":
        raise JudgeFailed(NotJudged.CANNOT_JUDGE)
    sentences = {sentence.id: sentence for sentence in question.sentences}
    statements = {statement.id: statement for statement in question.statements}
    settled = settle(assessment, reply, sentences, statements, compiled, touchpoint_id)
    return replace(
        assessment,
        verdict=verdict_of(settled.findings, judged=True),
        unjudged=None,
        judged_by=(f"{Source.RULE}s", JUDGED_BY_MODEL),
        findings=settled.findings,
        rewrite=settled.rewrite,
        left_out=settled.left_out,
    )


def with_earlier(found: Assessment, earlier: Assessment) -> Assessment:
    """The rules' answer with what a model has said of the same text before."""
    said = [finding for finding in earlier.findings if finding.source is Source.MODEL]
    findings = tuple(sorted([*found.findings, *said], key=_place))
    return replace(
        found,
        verdict=verdict_of(findings, judged=True),
        unjudged=None,
        judged_by=earlier.judged_by,
        findings=findings,
        rewrite=earlier.rewrite,
        left_out=earlier.left_out,
    )


def _place(finding: Finding) -> tuple[bool, int, int]:
    return not finding.quote, finding.start, finding.end
