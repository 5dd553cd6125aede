"""The digests of drift, in Block Kit."""

from collections.abc import Iterator

from slackblocks import Block, ContextBlock, Text

from coherence.drift.digest import Digest
from handlers.blocks.message import Message, section
from handlers.blocks.pictures import picture_block
from handlers.pictures import Picture
from handlers.voice import drift_digest as voice


def digest_message(digest: Digest, picture: Picture | None = None) -> Message:
    """One message; what there is nothing of is left out."""
    return Message(voice.heading(digest), list(_blocks(digest, picture)))


def _blocks(digest: Digest, picture: Picture | None) -> Iterator[Block]:
    yield section("heading", f"*{voice.heading(digest)}*")
    if digest.new.count:
        yield section("new", voice.new(digest.new))
    if digest.resolved.count:
        yield section("resolved", voice.resolved(digest.resolved))
    if digest.waiting.count:
        yield section("waiting", voice.waiting(digest))
    if digest.open_count:
        yield section("by_layer", voice.by_layer(digest))
    if picture is not None:
        yield picture_block(picture.file_id, picture.alt_text)
    yield ContextBlock([Text(voice.more(digest))], block_id="more")
