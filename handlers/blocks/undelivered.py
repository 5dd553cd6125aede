"""What could not be delivered, with buttons, in Block Kit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slackblocks import ActionsBlock, Block, Button, Element, PlainText

from coherence.outbox import Undelivered
from handlers.blocks.message import modal, plain_modal, section
from handlers.voice import undelivered as voice

AGAIN_ACTION = "undelivered_again"
LET_GO_ACTION = "undelivered_let_go"


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the list is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def undelivered_modal(
    undelivered: Sequence[Undelivered], titles: Mapping[str, str], notice: str | None = None
) -> dict[str, Any]:
    """The list, below what has come of a press; `titles` are what the kinds of deliveries are called."""
    above: list[Block] = [section("notice", notice)] if notice else []
    if not undelivered:
        return modal(voice.TITLE, [*above, section("nothing", voice.nothing())], close=voice.CLOSE)
    blocks = [*above, section("intro", voice.intro(len(undelivered)))]
    for number, each in enumerate(undelivered):
        blocks += _entry(number, each, titles.get(each.kind, each.kind))
    return modal(voice.TITLE, blocks, close=voice.CLOSE)


def _entry(number: int, undelivered: Undelivered, title: str) -> Iterator[Block]:
    yield section(f"letter_{number}", voice.letter(title, undelivered))
    buttons: list[Element] = [
        Button(PlainText(voice.SEND_AGAIN), AGAIN_ACTION, value=undelivered.key),
        Button(PlainText(voice.LET_GO), LET_GO_ACTION, value=undelivered.key),
    ]
    yield ActionsBlock(buttons, block_id=f"buttons_{number}")
