"""Ask a model whether a draft fits the narrative: what it is asked, what it may answer, what can go wrong.

The protocol knows no vendor; `bot/openai_judge.py` speaks to one. What comes back is data from outside:
`parse_reply` takes it apart, and `coherence/grounding.py` decides what of it may be shown.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from coherence.assessment import NotJudged


class ModelRelation(StrEnum):
    """How the model says that a sentence stands to a statement; the last gives silence a place to go."""

    CONTRADICTS = "contradicts"
    OVERPROMISES = "overpromises"
    DRIFTS = "drifts"
    OFF_TONE = "off_tone"
    CONSISTENT = "consistent"
    NOT_MENTIONED = "not_mentioned"


# Longer than any that could hold; what is longer is not worth reading.
_Id = Annotated[str, StringConstraints(max_length=64)]
_LONGEST: Final = 8_000
_Quote = Annotated[str, StringConstraints(max_length=_LONGEST)]


def _cut(words: object) -> object:
    """Cut what a model rambles: the quotes beside it may well hold."""
    return words[:_LONGEST] if isinstance(words, str) else words


class Remark(BaseModel):
    """One assessment of a reply, as the model made it: nothing in it is to be trusted yet."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    sentence_id: _Id
    statement_id: _Id
    message_quote: _Quote
    statement_quote: _Quote
    relation: ModelRelation
    why: Annotated[str, BeforeValidator(_cut)]
    rewrite: Annotated[str | None, BeforeValidator(_cut)] = None


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


_MOST_ASSESSMENTS = 1_000
_MOST_CHARACTERS = 2_000_000
_MOST_ATTEMPTS = 64
_OBJECT = re.compile(r'\{\s*+"')


def parse_reply(content: str) -> Reply:
    """Take a reply apart: a JSON object, alone, in a fence or with prose around it.

    An assessment that is not in the agreed form is skipped and counted. Raises JudgeFailed with BAD_REPLY
    if there is no such object, or if there are two that differ: nobody knows which of them is meant.
    """
    found = list(dict.fromkeys(_replies(content))) if len(content) <= _MOST_CHARACTERS else []
    if len(found) != 1:
        raise JudgeFailed(NotJudged.BAD_REPLY)
    return found[0]


def _replies(content: str) -> Iterator[Reply]:
    """Yield each reply that stands in a text by itself, not inside another object."""
    at = 0
    for _ in range(_MOST_ATTEMPTS):
        opening = _OBJECT.search(content, at)
        if opening is None:
            return
        document, at = _decoded(content, opening.start())
        if (reply := _reply(document)) is not None:
            yield reply


def _decoded(content: str, start: int) -> tuple[object, int]:
    """Return the object that begins at `start`, None if it is none, and where to look on."""
    try:
        document, end = _DECODER.raw_decode(content, start)
    except (ValueError, RecursionError):
        return None, start + 1
    return document, end


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key stands twice")
    return document


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_no_constant)


def _reply(document: object) -> Reply | None:
    if not isinstance(document, dict):
        return None
    status, listed = document.get("status"), document.get("assessments")
    if status == "cannot_judge" and listed is None:
        listed = []
    if status not in ("ok", "cannot_judge") or not isinstance(listed, list):
        return None
    remarks = [_remark(each) for each in listed[:_MOST_ASSESSMENTS]]
    taken = tuple(remark for remark in remarks if remark is not None)
    return Reply(status=status, assessments=taken, skipped=len(listed) - len(taken))


def _remark(document: object) -> Remark | None:
    try:
        return Remark.model_validate(document)
    except ValidationError:
        return None
