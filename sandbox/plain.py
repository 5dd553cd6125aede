"""Blocks as plain lines, for the terminal."""

import re
from collections.abc import Iterator

from sandbox.messages import Message
from sandbox.wire import Json
from sandbox.world import World

LINK = re.compile(r"<((?:https?|mailto):[^>|]+)(?:\|([^>]*))?>")
USER = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
CHANNEL = re.compile(r"<#(\w+)(?:\|([^>]*))?>")
BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


def plain_lines(message: Message, world: World) -> list[str]:
    """Return what a message shows, as lines; its fallback text where it has no blocks."""
    texts = [line for block in message.blocks for line in _block_texts(block)] or [message.text]
    return [line for text in texts for line in plain(text, world).splitlines()]


def plain(text: str, world: World) -> str:
    """Return Slack's marked-up text as people read it."""
    text = LINK.sub(lambda found: found.group(2) or found.group(1), text)
    text = USER.sub(lambda found: f"@{_name(found.group(1), world)}", text)
    text = CHANNEL.sub(lambda found: f"#{found.group(2) or found.group(1)}", text)
    text = BOLD.sub(r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _name(user: str, world: World) -> str:
    member = world.members.get(user)
    return member.name if member is not None else user


def _block_texts(block: Json) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield from _section_texts(block)
        case "header" | "markdown":
            yield _text(block["text"])
        case "context":
            yield " ".join(_text(element.get("text", "")) for element in block["elements"])
        case "actions":
            yield " ".join(f"[{_text(e['text'])}]" for e in block["elements"] if "text" in e)
        case "rich_text":
            yield "".join(_rich_texts(block))
        case "table":
            for row in block["rows"]:
                yield " | ".join(_text(cell.get("text", "")) for cell in row)


def _section_texts(block: Json) -> Iterator[str]:
    if "text" in block:
        yield _text(block["text"])
    for field in block.get("fields", []):
        yield _text(field)
    accessory = block.get("accessory", {})
    if "text" in accessory:
        yield f"[{_text(accessory['text'])}]"


def _rich_texts(element: Json) -> Iterator[str]:
    if "elements" in element:
        for inner in element["elements"]:
            yield from _rich_texts(inner)
        return
    yield element.get("text") or element.get("url") or ""


def _text(text: object) -> str:
    return str(text["text"]) if isinstance(text, dict) else str(text)
