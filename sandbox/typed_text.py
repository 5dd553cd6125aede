"""What Slack's clients make of text that somebody types."""

import re

from sandbox.wire import Json
from sandbox.world import World

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
BARE_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
MENTION = re.compile(r"(?<![\w&;])([@#])([\w.-]*\w)")
PIECE = re.compile(r"<(@[UW]\w+|#C\w+(?:\|[^>]*)?|https?://[^>|]+)>")


def escaped(text: str, world: World) -> str:
    """Return typed text as Slack sends it: entities, `<@U…>`, `<#C…|name>`, `<https://…>`."""
    parts: list[str] = []
    end = 0
    for url in BARE_URL.finditer(text):
        parts += [_mentions(text[end : url.start()], world), f"<{url.group().translate(ESCAPES)}>"]
        end = url.end()
    return "".join([*parts, _mentions(text[end:], world)])


def entities_only(text: str) -> str:
    """Return typed text with just `& < >` escaped, as commands without `should_escape` get it."""
    return text.translate(ESCAPES)


def rich_text(text: str) -> Json:
    """Return the rich_text block that accompanies a typed message; `text` is escaped already."""
    elements: list[Json] = []
    end = 0
    for piece in PIECE.finditer(text):
        elements += [*_plain(text[end : piece.start()]), _special(piece.group(1))]
        end = piece.end()
    elements += _plain(text[end:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def _mentions(text: str, world: World) -> str:
    names = {member.name: member.id for member in world.members.values()}
    channels = {c.name: c.id for c in world.channels.values() if c.name and not c.is_im}

    def link(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "@" and name in names:
            return f"<@{names[name]}>"
        if sign == "#" and name in channels:
            return f"<#{channels[name]}|{name}>"
        return found.group()

    return MENTION.sub(link, text.translate(ESCAPES))


def _special(piece: str) -> Json:
    if piece.startswith("@"):
        return {"type": "user", "user_id": piece[1:]}
    if piece.startswith("#"):
        return {"type": "channel", "channel_id": piece[1:].partition("|")[0]}
    return {"type": "link", "url": _unescaped(piece)}


def _plain(text: str) -> list[Json]:
    return [{"type": "text", "text": _unescaped(text)}] if text else []


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
