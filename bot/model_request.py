"""How a question is put to an endpoint: the forms it may take, and what it says of one it refuses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic_core import to_json

from coherence.assessment import NotJudged
from coherence.judge import Prompt


class Rung(StrEnum):
    """How the form of a reply is asked for, from the firmest down; what endpoints support differs."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    PLAIN = "plain"


class Part(StrEnum):
    """A part of the request that an endpoint may not know."""

    CACHE_KEY = "prompt_cache_key"
    REPLY_FORMAT = "response_format"


_LOWER = {Rung.SCHEMA: Rung.OBJECT, Rung.OBJECT: Rung.PLAIN}


class EndpointFailed(Exception):
    """A call failed. `blamed` are the parts of the request that it may be for, empty if for none.

    `pause` is the seconds after which another try makes sense, None if none does.
    """

    def __init__(
        self,
        reason: NotJudged,
        status: int | None = None,
        *,
        blamed: Collection[Part] = (),
        pause: float | None = None,
    ) -> None:
        self.reason = reason
        self.status = status
        self.blamed = blamed
        self.pause = pause
        super().__init__(reason.value)


@dataclass(frozen=True)
class Form:
    """What a request holds besides its texts."""

    rung: Rung = Rung.SCHEMA
    cache_key: bool = True

    def without(self, blamed: Collection[Part]) -> "Form | None":
        """The next form to try; None if none is left.

        Where both parts may be to blame, the cache key goes first: it costs the least.
        """
        if Part.CACHE_KEY in blamed and self.cache_key:
            return replace(self, cache_key=False)
        lower = _LOWER.get(self.rung)
        if Part.REPLY_FORMAT in blamed and lower is not None:
            return replace(self, rung=lower)
        return None


def request_for(prompt: Prompt, model: str, form: Form) -> dict[str, Any]:
    """The request for a prompt.

    It carries no temperature and no limit of tokens: reasoning models and compatible servers
    differ about both.
    """
    system = prompt.system + _instruction(prompt.schema, form.rung)
    messages = [("system", system), ("user", prompt.user)]
    request: dict[str, Any] = {
        "model": model,
        "messages": [{"role": role, "content": _sendable(text)} for role, text in messages],
    }
    if form.rung is Rung.SCHEMA:
        described = {"name": "reply", "strict": True, "schema": dict(prompt.schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": described}
    elif form.rung is Rung.OBJECT:
        request["response_format"] = {"type": "json_object"}
    if form.cache_key:
        request["prompt_cache_key"] = prompt.cache_key
    return request


def _instruction(schema: Mapping[str, Any], rung: Rung) -> str:
    """What the model must be told where the endpoint holds it to no schema."""
    if rung is Rung.SCHEMA:
        return ""
    fence = ", in a ```json fence" if rung is Rung.PLAIN else ""
    return (
        f"\n\nReply with one JSON object{fence}, and nothing else. It follows this JSON schema:\n"
        f"{to_json(schema).decode()}"
    )


def _sendable(text: str) -> str:
    return text.encode(errors="replace").decode()
