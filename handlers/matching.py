"""Which listener a command or a message is for."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from handlers.help import HELP_WORDS

_NUMBER = re.compile(r"#?([0-9]{1,9})")

Matcher = Callable[..., Awaitable[bool]]

# A person's own new message; edits, joins and the like arrive as other subtypes.
_WRITTEN = frozenset({None, "file_share"})


def says(word: str) -> Matcher:
    """Match `/coherence <word> …`, in any case."""

    async def matches(body: dict[str, Any]) -> bool:
        first, *_ = (body.get("text") or "").split(maxsplit=1) or [""]
        return first.rstrip(":,").lower() == word

    return matches


async def asks_for_drift(body: dict[str, Any]) -> bool:
    """Match `/coherence drift` that reads: alone, with “list”, or with the number of a report."""
    said = await says("drift")(body=body)
    asks = _after(body) == "" or _word_after(body) == "list"
    return said and (asks or drift_number(body) is not None)


async def asks_what_drift_is(body: dict[str, Any]) -> bool:
    """Match `/coherence drift help`."""
    return await says("drift")(body=body) and _word_after(body) == "help"


def drift_number(body: dict[str, Any]) -> int | None:
    """The number of a report after `/coherence drift`, or None where there is anything else."""
    named = _NUMBER.fullmatch(_after(body))
    return int(named[1]) if named else None


def asks_champion(*words: str) -> Matcher:
    """Match `/coherence champion <word>`, one of several, in any case."""

    async def matches(body: dict[str, Any]) -> bool:
        return await says("champion")(body=body) and _after(body).lower() in words

    return matches


def _after(body: dict[str, Any]) -> str:
    return str(body.get("text") or "").strip().partition(" ")[2].strip()


def _word_after(body: dict[str, Any]) -> str:
    return _after(body).rstrip("!.?").lower()


async def is_draft(event: dict[str, Any]) -> bool:
    """Match a person's own direct message that is no call for help."""
    return _is_written(event) and not await is_call_for_help(event)


async def is_call_for_help(event: dict[str, Any]) -> bool:
    """Match a direct message that is only a greeting or asks for help."""
    text = (event.get("text") or "").strip().strip("!.?").lower()
    return _is_written(event) and bool(text) and text in HELP_WORDS


def _is_written(event: dict[str, Any]) -> bool:
    return (
        event.get("channel_type") == "im"
        and event.get("subtype") in _WRITTEN
        and "bot_id" not in event
        and "user" in event
    )


async def ignored() -> None:
    """Take messages that are not for us: edits, deletions and the bot's own."""
