"""What a model is asked: the words of `prompt.txt`, the narrative, and the message.

Whoever changes a word there changes PROMPT_VERSION too, since answers are kept by it. What stays the same for
a narrative comes first, so that an endpoint can keep it; the message comes last, as JSON between markers
that no writer can guess.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from coherence.judge import ModelRelation, Prompt
from coherence.rules.folding import without_unseen
from coherence.sentences import Sentence
from coherence.stack.document import Stack, Touchpoint
from coherence.statements import JudgedStatement, Kind

PROMPT_VERSION: Final = "2"

MAX_STATEMENTS: Final = 200
"""A narrative of more is not one page any more, and judging against all of it would not be careful."""

MAX_STATEMENT_CHARACTERS: Final = 60_000

_LINE_ENDS: Final = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}

_STRING: Final = {"type": "string"}
_ASSESSMENT: Final = {
    "sentence_id": _STRING,
    "statement_id": _STRING,
    "message_quote": _STRING,
    "statement_quote": _STRING,
    "relation": {"type": "string", "enum": [relation.value for relation in ModelRelation]},
    "why": _STRING,
    "rewrite": {"type": ["string", "null"]},
}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


REPLY_SCHEMA: Final = _object(
    {
        "status": {"type": "string", "enum": ["ok", "cannot_judge"]},
        "assessments": {"type": "array", "items": _object(_ASSESSMENT)},
    }
)
"""The reply's JSON schema, in the strict form that endpoints ask for."""


def make_prompt(
    stack: Stack,
    statements: Sequence[JudgedStatement],
    sentences: Sequence[Sentence],
    touchpoint: Touchpoint | None,
    nonce: str,
) -> Prompt:
    """Ask about one message. `nonce` is random and new for each call."""
    system = (
        f"{instructions()}\n\nThe narrative, one statement a line:\n{_lines(_listed(statements))}"
    )
    return Prompt(
        system=system,
        user=_message(stack, sentences, touchpoint, nonce),
        schema=REPLY_SCHEMA,
        cache_key=f"coherence-{sha256(system.encode()).hexdigest()[:24]}",
    )


@cache
def instructions() -> str:
    """The fixed words, the same for every narrative."""
    return files("coherence").joinpath("prompt.txt").read_text(encoding="utf-8").strip()


def prompt_fingerprint() -> str:
    """What all the fixed words hash to: a change of it without a new PROMPT_VERSION is a mistake."""
    fixed = instructions() + _json(REPLY_SCHEMA) + "".join(Kind)
    return sha256(fixed.encode()).hexdigest()[:16]


def _message(
    stack: Stack, sentences: Sequence[Sentence], touchpoint: Touchpoint | None, nonce: str
) -> str:
    shown = [{"id": sentence.id, "text": sentence.shown} for sentence in sentences]
    lines = [
        *_purpose(stack, touchpoint),
        f"<<<MESSAGE {nonce}",
        _json(shown),
        f"MESSAGE {nonce}>>>",
    ]
    return "\n".join(
        [*lines, "Compare this message with the narrative. Answer with the JSON object."]
    )


def _purpose(stack: Stack, touchpoint: Touchpoint | None) -> list[str]:
    if touchpoint is None:
        return []
    purpose = {"name": without_unseen(touchpoint.name)}
    served = next((m for m in stack.narrative.milestones if m.id == touchpoint.milestone), None)
    if served:
        purpose["serves_milestone"] = served.id
    return [f"The message is for this touchpoint: {_json(purpose)}"]


def _listed(statements: Iterable[JudgedStatement]) -> Iterable[str]:
    return (
        _json({"id": statement.id, "kind": statement.kind, "text": without_unseen(statement.text)})
        for statement in statements
    )


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def _json(value: object) -> str:
    # JSON leaves them as they are, and to some readers they end a line.
    return json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS)
