"""The message to the owner of an action, in Block Kit."""

from collections.abc import Iterator

from slackblocks import ActionsBlock, Block, ContextBlock, Text

from coherence.rituals.owners import Naming
from handlers.blocks.message import Message, section
from handlers.blocks.ritual_summary import settling
from handlers.voice import ritual_owner as voice


def owner_message(naming: Naming) -> Message:
    """To one person, who can settle it where they read it."""
    return Message(voice.line(naming), list(_blocks(naming)))


def _blocks(naming: Naming) -> Iterator[Block]:
    action = naming.action
    if action is None or not naming.is_theirs:
        yield section("owner", voice.not_theirs(naming))
        return
    yield section("owner", voice.named(naming))
    yield section("task", voice.task(action))
    yield ContextBlock([Text(voice.how_it_goes_on(naming, action))], block_id="next")
    yield ActionsBlock(list(settling(naming.asked.id, action)), block_id="settle")
