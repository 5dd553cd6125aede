"""The help page."""

from handlers.blocks.message import Message, section
from handlers.blocks.setup import offer_blocks
from handlers.voice import help as voice
from handlers.voice.setup import first_things_first


def help_message(*, offers_setup: bool = False) -> Message:
    """What the bot does, what it keeps, how to give feedback; to a steward perhaps an offer."""
    paragraphs = (voice.INTRO, voice.COMMANDS, voice.SHORTCUTS, voice.KEEPS, voice.FEEDBACK)
    blocks = [section(f"help_{n}", paragraph) for n, paragraph in enumerate(paragraphs)]
    offer = offer_blocks(first_things_first()) if offers_setup else []
    return Message(voice.SUMMARY, [*offer, *blocks])
