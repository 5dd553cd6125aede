"""Put what people wrote into Slack's mrkdwn so that it is shown and never acts."""

import re
from collections.abc import Sequence

_LINK = re.compile(r"<(?P<address>(?:https?|mailto|tel):[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_CHANNEL = re.compile(r"<#C\w+\|(?P<name>[^<>]*)>")
_MENTION = re.compile(r"<(?:[@#]\w+|!\w[^<>]*)(?:\|[^<>]*)?>")
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,}")


def person(author: str) -> str:
    """Somebody by name: a member as Slack shows them, anybody else as they are called."""
    return f"<@{author}>" if _MEMBER.fullmatch(author) else escape(author)


def escape(text: str) -> str:
    """Escape so that no mention, link or channel ping can come out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bold(shown: str) -> str:
    """Escaped words in bold, unless marks of their own would end it and leave ours to be read."""
    return shown if "*" in shown else f"*{shown}*"


def clip(text: str, limit: int) -> str:
    """Cut to at most `limit` characters, ending in an ellipsis where something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def one_line(text: str, limit: int) -> str:
    """People's words on one line, clipped, then escaped: `limit` counts what is read."""
    return escape(clip(" ".join(text.split()), limit))


def brief(text: str, limit: int) -> str:
    """The same; where there is much to escape, cut shorter, for Slack counts that too: 2 * `limit` at most."""
    shown = one_line(text, limit)
    return shown if len(shown) <= 2 * limit else one_line(text, 2 * limit // 5)


def in_a_row(names: Sequence[str]) -> str:
    """Several as in a sentence, the last after an “and”."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def as_read(text: str) -> str:
    """Slack's markup of links and mentions as a reader sees it, as far as the text itself tells."""
    text = _LINK.sub(lambda link: link["label"] or link["address"], text)
    text = _CHANNEL.sub(lambda channel: f"#{channel['name']}", text)
    return _MENTION.sub("@…", text)


def quoted(text: str, limit: int = 200) -> str:
    """People's words in quotation marks, on one line."""
    return f"“{one_line(text, limit)}”"
