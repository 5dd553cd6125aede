"""Put what people wrote into Slack's mrkdwn so that it is shown and never acts."""

import re

_MEMBER = re.compile(r"[UW][A-Z0-9]{2,}")


def person(author: str) -> str:
    """Somebody by name: a member as Slack shows them, anybody else as they are called."""
    return f"<@{author}>" if _MEMBER.fullmatch(author) else escape(author)


def escape(text: str) -> str:
    """Escape so that no mention, link or channel ping can come out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Cut to at most `limit` characters, ending in an ellipsis where something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def one_line(text: str, limit: int) -> str:
    """People's words on one line, clipped, then escaped: `limit` counts what is read."""
    return escape(clip(" ".join(text.split()), limit))


def quoted(text: str, limit: int = 200) -> str:
    """People's words in quotation marks, on one line."""
    return f"“{one_line(text, limit)}”"
