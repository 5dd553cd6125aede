"""The help page."""

from handlers.blocks.message import Message, section
from handlers.blocks.setup import offer_blocks
from handlers.voice import help as voice
from handlers.voice.setup import first_things_first


def help_message(model_host: str | None, *, offers_setup: bool = False) -> Message:
    """What the bot does, what it keeps, how to give feedback; to a steward perhaps an offer.

    `model_host` is where drafts are sent, None where no model is asked.
    """
    paragraphs = (
        voice.intro(model_host),
        voice.COMMANDS,
        voice.SHORTCUTS,
        voice.keeps(model_host),
        voice.FEEDBACK,
    )
    blocks = [section(f"help_{n}", paragraph) for n, paragraph in enumerate(paragraphs)]
    offer = offer_blocks(first_things_first()) if offers_setup else []
    return Message(voice.SUMMARY, [*offer, *blocks])
