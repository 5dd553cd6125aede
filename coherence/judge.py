"""Ask a model whether a draft fits the narrative: what it is asked, what it may answer, what can go wrong.

The protocol knows no vendor; `bot/openai_judge.py` speaks to one. What comes back is data from outside:
`parse_reply` takes it apart, and `coherence/grounding.py` decides what of it may be shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

import regex
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from coherence.assessment import NotJudged


class ModelRelation(StrEnum):
    """How the model says that a sentence stands to a statement; the last gives silence a place to go."""

    CONTRADICTS = "contradicts"
    OVERPROMISES = "overpromises"
    DRIFTS = "drifts"
    OFF_TONE = "off_tone"
    CONSISTENT = "consistent"
    NOT_MENTIONED = "not_mentioned"


class Remark(BaseModel):
    """One assessment of a reply, as the model made it: nothing in it is to be trusted yet."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    sentence_id: str
    statement_id: str
    message_quote: str
    statement_quote: str
    relation: ModelRelation
    why: str
    rewrite: str | None


class Reply(BaseModel):
    """A reply in the agreed form; `skipped` counts assessments that were not."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    status: Literal["ok", "cannot_judge"]
    assessments: tuple[Remark, ...]
    skipped: int = 0


@dataclass(frozen=True)
class Prompt:
    """One question to a model: what stays the same for a narrative first, the message last.

    `schema` is the JSON schema of the reply; `cache_key` names the stable part.
    """

    system: str
    user: str
    schema: Mapping[str, Any]
    cache_key: str


@dataclass(frozen=True)
class Usage:
    """Tokens that a call has cost; `cached` are those of the prompt that the endpoint knew already."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.completion + other.completion,
        )


@dataclass(frozen=True)
class Answer:
    """What a model has answered, word for word, and what it cost."""

    content: str
    usage: Usage


class JudgeFailed(Exception):
    """A model gave no answer that can be used; `usage` is what the attempt cost nevertheless."""

    def __init__(self, reason: NotJudged, usage: Usage | None = None) -> None:
        self.reason = reason
        self.usage = usage or Usage()
        super().__init__(reason.value)


class Judge(Protocol):
    """A model at an endpoint. One per process; calls run side by side."""

    @property
    def model(self) -> str:
        """The model's name, as the endpoint knows it."""
        ...

    async def ask(self, prompt: Prompt) -> Answer:
        """Send one question and return the answer within the judge's own deadline.

        Raises JudgeFailed for a refusal, a cut or empty answer, and every failure on the way.
        """
        ...


_FENCED = regex.compile(r"```[a-zA-Z]*\s*(.*)```", regex.DOTALL)


def parse_reply(content: str) -> Reply:
    """Take a reply apart: a JSON object, alone, in a fence or with prose around it.

    An assessment that is not in the agreed form is skipped and counted. Raises JudgeFailed with
    BAD_REPLY if there is no such object.
    """
    for candidate in _candidates(content):
        found = _load(candidate)
        if found is not None:
            return found
    raise JudgeFailed(NotJudged.BAD_REPLY)


def _candidates(content: str) -> list[str]:
    fenced = _FENCED.search(content)
    outermost = content[content.find("{") : content.rfind("}") + 1]
    return [content, *([fenced[1]] if fenced else []), outermost]


def _load(candidate: str) -> Reply | None:
    try:
        document = from_json(candidate)
    except ValueError:
        return None
    if not isinstance(document, dict) or document.get("status") not in {"ok", "cannot_judge"}:
        return None
    listed = document.get("assessments", [] if document["status"] == "cannot_judge" else None)
    if not isinstance(listed, list):
        return None
    remarks = [remark for each in listed if (remark := _remark(each)) is not None]
    return Reply(
        status=document["status"], assessments=tuple(remarks), skipped=len(listed) - len(remarks)
    )


def _remark(document: object) -> Remark | None:
    try:
        return Remark.model_validate(document, strict=False)
    except ValidationError:
        return None
