"""The help page."""

from handlers.blocks.message import Message, section
from handlers.voice import help as voice


def help_message(unknown: str | None = None) -> Message:
    """What the bot does; `unknown` is a sentence to begin with, already escaped."""
    paragraphs = [
        *([unknown] if unknown else []),
        voice.INTRO,
        voice.COMMANDS,
        voice.SHORTCUTS,
        voice.KEEPS,
        voice.FEEDBACK,
    ]
    blocks = [section(f"help_{n}", paragraph) for n, paragraph in enumerate(paragraphs)]
    return Message(unknown or voice.SUMMARY, blocks)
