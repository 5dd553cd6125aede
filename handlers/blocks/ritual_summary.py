"""A round that has closed: the short summary in the prompt's place, and the whole one in its thread."""

from coherence.rituals.summary import Summary
from handlers.blocks.message import Message, plain_message
from handlers.voice import ritual_summary as voice


def closed_prompt(summary: Summary) -> Message:
    """What stands in the channel once a round has closed."""
    return plain_message(voice.closed(summary))


def thread_message(summary: Summary) -> Message:
    """What stands in its thread."""
    return plain_message(voice.closed(summary))
