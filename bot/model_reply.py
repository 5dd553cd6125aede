"""Take a completion apart: the answer in it, what it cost, and why it may be none."""

from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from coherence.assessment import NotJudged
from coherence.judge import Answer, JudgeFailed, Prompt, Usage

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb of OpenAI's for English: help.openai.com, "What are tokens and how to count them?"."""

_FINISHED_BADLY = {
    "length": NotJudged.TRUNCATED,
    "content_filter": NotJudged.REFUSED,
    "tool_calls": NotJudged.BAD_REPLY,
    "function_call": NotJudged.BAD_REPLY,
    "error": NotJudged.UNREACHABLE,
}

_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: object = None


class _Details(BaseModel):
    cached_tokens: _Count | None = None


class _Tokens(BaseModel):
    prompt_tokens: _Count
    completion_tokens: _Count
    prompt_tokens_details: _Details | None = None


def read_completion(body: bytes, prompt: Prompt) -> Answer:
    """Return the answer in a completion's body.

    Raises JudgeFailed, with what it cost, for a refusal, a cut or filtered answer, none at all, and
    for whatever is not a completion. Where the endpoint does not say what it cost, that is estimated
    by CHARACTERS_PER_TOKEN.
    """
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        raise JudgeFailed(NotJudged.BAD_REPLY, estimate(prompt)) from None
    choice = completion.choices[0]
    content = choice.message.content or ""
    usage = _usage(completion.usage) or estimate(prompt, content)
    if fault := _fault(choice):
        raise JudgeFailed(fault, usage)
    return Answer(content, usage)


def _fault(choice: _Choice) -> NotJudged | None:
    if choice.message.refusal:
        return NotJudged.REFUSED
    if choice.finish_reason in _FINISHED_BADLY:
        return _FINISHED_BADLY[choice.finish_reason]
    return None if (choice.message.content or "").strip() else NotJudged.BAD_REPLY


def _usage(document: object) -> Usage | None:
    try:
        tokens = _Tokens.model_validate(document)
    except ValidationError:
        return None
    cached = tokens.prompt_tokens_details and tokens.prompt_tokens_details.cached_tokens
    return Usage(
        prompt=tokens.prompt_tokens,
        cached=min(cached or 0, tokens.prompt_tokens),
        completion=tokens.completion_tokens,
    )


def estimate(prompt: Prompt, content: str = "") -> Usage:
    """About what a question and its answer cost, in tokens."""
    asked = len(prompt.system) + len(prompt.user)
    return Usage(
        prompt=-(-asked // CHARACTERS_PER_TOKEN),
        completion=-(-len(content) // CHARACTERS_PER_TOKEN),
    )
