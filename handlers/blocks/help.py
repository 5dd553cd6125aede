"""The help page."""

from handlers.blocks.message import Message, section
from handlers.voice import help as voice


def help_message() -> Message:
    """What the bot does, what it keeps, and how to give feedback."""
    paragraphs = (voice.INTRO, voice.COMMANDS, voice.SHORTCUTS, voice.KEEPS, voice.FEEDBACK)
    blocks = [section(f"help_{n}", paragraph) for n, paragraph in enumerate(paragraphs)]
    return Message(voice.SUMMARY, blocks)
