"""A message to send: a one-line summary for notifications, and its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slackblocks import Block, ModalView, PlainText, SectionBlock, Text

MAX_SECTION = 3_000
_MAX_TITLE = 24


@dataclass(frozen=True)
class Message:
    """What Slack's message methods take; `text` is what a phone's notification shows."""

    text: str
    blocks: Sequence[Block]

    def payload(self, ts: str | None = None) -> dict[str, Any]:
        """The arguments `text` and `blocks`, ready for JSON; and `ts`, where it changes that message."""
        shown = {"text": self.text, "blocks": [block._resolve() for block in self.blocks]}  # noqa: SLF001
        return {**shown, "ts": ts} if ts else shown


def plain_message(sentence: str) -> Message:
    """A message of one sentence, already escaped."""
    return Message(sentence, [section("sentence", sentence)])


def plain_modal(title: str, sentence: str, close: str) -> dict[str, Any]:
    """A modal of one sentence."""
    return modal(title, [section("sentence", sentence)], close=close)


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    close: str,
    submit: str | None = None,
    callback_id: str | None = None,
    private_metadata: str | None = None,
    clear_on_close: bool = False,
) -> dict[str, Any]:
    """A modal view, ready for JSON; with `clear_on_close`, closing it closes those below it too."""
    view = ModalView(
        title=PlainText(title[:_MAX_TITLE]),
        blocks=list(blocks),
        close=PlainText(close),
        submit=PlainText(submit) if submit else None,
        callback_id=callback_id,
        private_metadata=private_metadata,
        clear_on_close=clear_on_close,
    )
    return view.to_dict()


def section(block_id: str, mrkdwn: str) -> SectionBlock:
    """A section of mrkdwn, already escaped."""
    return SectionBlock(Text(mrkdwn), block_id=block_id)


def whole_lines(mrkdwn: str) -> str:
    """As many lines as a section holds: within a line, a cut could break what is escaped."""
    while len(mrkdwn) > MAX_SECTION and "\n" in mrkdwn:
        mrkdwn = mrkdwn.rpartition("\n")[0]
    return mrkdwn
