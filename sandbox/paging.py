"""Cursors of Web API lists."""

import base64
import binascii
from typing import TypeVar

from sandbox.arguments import number, text_of
from sandbox.wire import Json, SlackError

T = TypeVar("T")
MOST = 1000


def page(items: list[T], args: Json, *, default: int) -> tuple[list[T], Json]:
    """Return one page of a list and, where more follows, the metadata with the next cursor.

    Raise SlackError `invalid_cursor` or `invalid_limit`.
    """
    start = _start(text_of(args, "cursor"))
    limit = number(args, "limit", default, "invalid_limit") or default
    if not 0 < limit <= MOST:
        raise SlackError("invalid_limit")
    end = start + limit
    following = _cursor(end) if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}


def _cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        name, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name == "next":
            return int(start)
    except (binascii.Error, UnicodeDecodeError, ValueError) as wrong:
        raise SlackError("invalid_cursor") from wrong
    raise SlackError("invalid_cursor")


def more(metadata: Json) -> bool:
    """Say whether another page follows."""
    return bool(metadata["response_metadata"]["next_cursor"])
