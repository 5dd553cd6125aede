"""Judges and prompts for tests that ask a local model."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from bot.openai_judge import OpenAIJudge
from coherence.assessment import NotJudged
from coherence.judge import JudgeFailed, Prompt
from tests.support.model_server import KEY, MODEL, ModelServer

SECRET_WORDS = "Geheimnisvolle Kundschaft"
STATEMENT = "A person answers within one working day."
_ASSESSMENT = {
    "type": "object",
    "properties": {"sentence_id": {"type": "string"}, "why": {"type": "string"}},
    "required": ["sentence_id", "why"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["ok", "cannot_judge"]},
        "assessments": {"type": "array", "items": _ASSESSMENT},
    },
    "required": ["status", "assessments"],
    "additionalProperties": False,
}


def prompt_of(text: str = f"Write to us. {SECRET_WORDS} is welcome.") -> Prompt:
    """A question in the shape of the real one: statements a line each, the draft as an array."""
    sentences = json.dumps([{"id": "S1", "text": text}])
    return Prompt(
        system=f"Judge the draft.\n{json.dumps({'id': 'P4', 'text': STATEMENT})}",
        user=f"<draft-1f>\n{sentences}\n</draft-1f>",
        schema=SCHEMA,
        cache_key="narrative-1",
    )


@asynccontextmanager
async def judging(
    model: ModelServer, *, seconds: float = 5.0, key: str = KEY, name: str = MODEL
) -> AsyncIterator[OpenAIJudge]:
    """A judge that asks this model."""
    judge = OpenAIJudge(key=SecretStr(key), address=model.url, model=name, seconds=seconds)
    try:
        yield judge
    finally:
        await judge.close()


async def failure(judge: OpenAIJudge, prompt: Prompt | None = None) -> JudgeFailed:
    """How a question fails that must fail."""
    try:
        answer = await judge.ask(prompt or prompt_of())
    except JudgeFailed as failed:
        return failed
    raise AssertionError(f"the judge has answered: {answer}")


async def reason(judge: OpenAIJudge, prompt: Prompt | None = None) -> NotJudged:
    """Why a question fails that must fail."""
    return (await failure(judge, prompt)).reason
