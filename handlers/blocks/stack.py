"""The playbook in Block Kit: arc, principles, a checklist per touchpoint."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from slackblocks import ActionsBlock, Block, Button, ContextBlock, HeaderBlock, PlainText, Text

from coherence.rereading import Progress
from coherence.stack.document import Stack, Touchpoint
from coherence.stack.versions import PublishedStack
from handlers.blocks.evaluation import open_button
from handlers.blocks.message import MAX_SECTION, modal, plain_modal, section
from handlers.blocks.stack_editing import HISTORY_ACTION
from handlers.blocks.stack_forms import Where
from handlers.voice import stack as voice
from handlers.voice.mrkdwn import clip
from handlers.voice.rereading import under_way

OPEN_ACTION = "stack_open_editor"

_MAX_BLOCKS = 99
_MAX_BYTES = 200_000
"""Of all blocks; Slack refuses a view of over 250 kB."""

_MAX_HEADER = 150


def loading_playbook() -> dict[str, Any]:
    """Shown at once, while the playbook is on its way."""
    return plain_modal(voice.MODAL_TITLE, voice.loading(), voice.CLOSE)


def playbook_modal(
    published: PublishedStack, *, for_steward: bool = False, reading: Progress | None = None
) -> dict[str, Any]:
    """The playbook of a published version, to read from top to bottom; stewards may edit it.

    `reading` is how far the look at what the version changes has come.
    """
    top: list[Block] = [_steward_buttons()] if for_steward else []
    if reading is not None:
        top.append(ContextBlock([Text(under_way(reading))], block_id="reading"))
    return modal(
        voice.MODAL_TITLE,
        [*top, *playbook_blocks(published, _MAX_BLOCKS - len(top))],
        close=voice.CLOSE,
        private_metadata=Where(published.journey_id).dump() if for_steward else None,
    )


def playbook_blocks(published: PublishedStack, most: int) -> list[Block]:
    """The playbook in at most so many blocks."""
    return _fit(_playbook(published), most)


def draft_blocks(stack: Stack, most: int) -> list[Block]:
    """The playbook of a stack that is not published yet, in at most so many blocks."""
    return _fit(_content(stack), most)


def _fit(playbook: Iterable[Block], most: int) -> list[Block]:
    blocks = list(_number(playbook))
    shown = _that_fit(blocks[:most])
    if len(shown) == len(blocks):
        return blocks
    return [*shown[: most - 1], section("rest", voice.rest_not_shown())]


def _steward_buttons() -> ActionsBlock:
    return ActionsBlock(
        [
            Button(PlainText(voice.EDIT), OPEN_ACTION, value="open"),
            Button(PlainText(voice.HISTORY), HISTORY_ACTION, value="open"),
            open_button(),
        ],
        block_id="steward",
    )


def _playbook(published: PublishedStack) -> Iterator[Block]:
    yield _heading(voice.title(published))
    yield ContextBlock([Text(voice.version_line(published))])
    yield from _content(published.stack)


def _content(stack: Stack) -> Iterator[Block]:
    yield from _list(voice.VISION, (voice.item(i.id, i.text) for i in stack.vision))
    yield from _list(voice.STORY, _arc(stack), gap="\n\n")
    yield from _list(voice.PROMISES, map(voice.promise, stack.promises))
    yield from _list(voice.NEVER, (voice.item(i.id, i.text) for i in stack.never))
    yield from _list(voice.TONE, map(voice.tone, stack.tone))
    yield from _list(voice.TERMS, map(voice.term, stack.terms))
    yield from _list(voice.PRINCIPLES, (voice.item(i.id, i.text) for i in stack.principles))
    yield from _list(
        voice.SYSTEM, (voice.item(i.id, voice.owned(i.text, i.owner)) for i in stack.system)
    )
    for touchpoint in stack.touchpoints:
        yield from _list(voice.checklist_title(touchpoint), _checklist(touchpoint))


def _that_fit(blocks: Sequence[Block]) -> Sequence[Block]:
    sizes = accumulate(len(json.dumps(block._resolve())) for block in blocks[:_MAX_BLOCKS])  # noqa: SLF001
    return blocks[: sum(size <= _MAX_BYTES for size in sizes)]


def _arc(stack: Stack) -> Iterator[str]:
    if stack.narrative.start:
        yield voice.start(stack.narrative.start.text)
    for number, milestone in enumerate(stack.narrative.milestones, start=1):
        yield voice.milestone(number, milestone)
    if stack.narrative.end:
        yield voice.end(stack.narrative.end.text)


def _checklist(touchpoint: Touchpoint) -> Iterator[str]:
    yield from (voice.item(item.id, item.text) for item in touchpoint.checklist)
    if touchpoint.max_words:
        yield voice.max_words(touchpoint.max_words)
    elif not touchpoint.checklist:
        yield voice.no_checklist()


def _list(title: str, lines: Iterable[str], gap: str = "\n") -> Iterator[Block]:
    """A heading and its lines, packed into as few sections as Slack's limit allows."""
    page = ""
    pages = []
    for line in (clip(line, MAX_SECTION) for line in lines):
        if page and len(page) + len(gap) + len(line) > MAX_SECTION:
            pages.append(page)
            page = ""
        page = f"{page}{gap}{line}" if page else line
    if page:
        yield _heading(title)
        yield from (section("", text) for text in (*pages, page))


def _heading(title: str) -> HeaderBlock:
    return HeaderBlock(PlainText(clip(title, _MAX_HEADER)))


def _number(blocks: Iterable[Block]) -> Iterator[Block]:
    for n, block in enumerate(blocks):
        block.block_id = f"playbook_{n}"
        yield block
