"""Slack's message text: to plain text on the way in, escaped on the way out."""

from typing import Any

from coherence.errors import InvalidDraft
from handlers.voice import check as voice

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def unescape(text: str) -> str:
    """The text as its author typed it; mentions and links keep Slack's angle brackets."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def message_draft(message: dict[str, Any]) -> str:
    """The text of a message to check. Raises InvalidDraft with the reason where it has none."""
    text = unescape(message.get("text") or "")
    if message.get("subtype") == "tombstone":
        raise InvalidDraft(voice.deleted_message())
    if text.strip():
        return text
    if message.get("files"):
        raise InvalidDraft(voice.only_a_file())
    if message.get("blocks") or message.get("attachments"):
        raise InvalidDraft(voice.only_blocks())
    raise InvalidDraft(voice.empty_message())
