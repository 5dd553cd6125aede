"""One drift report in Block Kit: what it says, what shows it, what happened, and what can be done."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    ContextBlock,
    Element,
    PlainText,
    SectionBlock,
    Text,
)

from coherence.drift.life import MOVES
from coherence.drift.report import (
    Detail,
    Event,
    Evidence,
    EvidenceKind,
    Link,
    LinkKind,
    Report,
    State,
)
from coherence.stack.document import Stack
from handlers.blocks.drift import Listed
from handlers.blocks.message import MAX_SECTION, modal, section, whole_lines
from handlers.voice import drift as voice

TAKE_ACTION = "drift_take"
FIXING_ACTION = "drift_fixing"
WAKE_ACTION = "drift_wake"
FORM_PREFIX = "drift_form_"
"""Actions that begin so open a form of a report; the rest of the name says which."""
REMOVE_ACTION = "drift_remove_copy"
UNLINK_ACTION = "drift_unlink"
"""The value is the link's key."""
OPEN_HERE_ACTION = "drift_open_here"
"""Shows the report whose number is the value in the same window, so that there is room for its forms."""

_SHOWN_EVIDENCE = 12
_SHOWN_EVENTS = 12
_SHOWN_LINKS = 10
_SHOWN_STATEMENTS = 8


@dataclass(frozen=True)
class Opened:
    """The report that a window shows, as it was seen; `listed` is the list below it, if there is one.

    `events` is how many changes its history had, `list_hash` Slack's name for what the list shows.
    """

    number: int
    seen: int
    events: int = 0
    listed: Listed | None = None
    list_hash: str | None = None

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, metadata: str) -> "Opened":
        """From a view's private metadata."""
        held = json.loads(metadata)
        listed = held.pop("listed")
        return cls(**held, listed=Listed.of(listed) if listed else None)


@dataclass(frozen=True)
class Shown:
    """A report as one person sees it, with the narrative that it is about, if there is one."""

    detail: Detail
    viewer: str
    stack: Stack | None

    @property
    def report(self) -> Report:
        """The report itself."""
        return self.detail.report


def detail_modal(
    shown: Shown,
    listed: Listed | None = None,
    notice: str | None = None,
    *,
    list_hash: str | None = None,
) -> dict[str, Any]:
    """All that one person may see of a report; `notice` is a sentence above it, escaped.

    `listed` is the list below it and `list_hash` Slack's name for what that shows.
    """
    detail, stack = shown.detail, shown.stack
    place = voice.touchpoint_name(stack, detail.report.touchpoint_id)
    blocks: list[Block] = [
        *([section("notice", notice)] if notice else []),
        section("about", voice.about(detail, place)),
        *_buttons(shown),
        *_statements(shown),
        *_evidence(shown),
        *_links(shown),
    ]
    if events := voice.worth_telling(detail.events):
        blocks.append(section("history", _history(shown, events, len(events[-_SHOWN_EVENTS:]))))
    report = detail.report
    opened = Opened(report.number, report.revision, len(detail.events), listed, list_hash)
    return modal(
        voice.detail_title(detail.report),
        blocks,
        close=voice.BACK if listed else voice.CLOSE,
        private_metadata=opened.dump(),
    )


def _buttons(shown: Shown) -> Iterator[Block]:
    buttons = list(_offered(shown))
    if buttons:
        yield ActionsBlock(buttons, block_id="actions")


def _offered(shown: Shown) -> Iterator[Element]:
    report, may = shown.report, shown.detail.may_change
    if not report.is_open:
        if may or report.reporter == shown.viewer:
            yield _form_button(voice.REOPEN, "reopen")
        if may:
            yield _form_button(voice.LINK, "link")
        return
    yield from _taking(shown)
    if not may:
        return
    yield _form_button(voice.TRIAGE, "triage")
    if State.FIXING in MOVES[report.state]:
        yield _button(voice.START_FIXING, FIXING_ACTION)
    yield _form_button(voice.RESOLVE, "resolve")
    yield _form_button(voice.LINK, "link")
    if report.snoozed_until is not None:
        yield _button(voice.WAKE, WAKE_ACTION)
    yield _form_button(voice.SNOOZE, "snooze")


def _taking(shown: Shown) -> Iterator[Element]:
    owner = shown.report.owner
    if owner is None:
        yield _button(voice.TAKE, TAKE_ACTION, style="primary")
    elif shown.detail.may_change and owner != shown.viewer:
        yield _button(voice.TAKE_OVER, TAKE_ACTION)


def _statements(shown: Shown) -> Iterator[Block]:
    found = [
        (each, text)
        for each in shown.report.statement_ids[:_SHOWN_STATEMENTS]
        if (text := voice.item_text(shown.stack, each))
    ]
    if found:
        yield section("statements", whole_lines(voice.statements(found)))


def _evidence(shown: Shown) -> Iterator[Block]:
    pieces = shown.detail.evidence
    if not pieces:
        return
    yield section("evidence", voice.evidence_heading())
    for piece in pieces[:_SHOWN_EVIDENCE]:
        yield _piece(piece, shown)
    if (unshown := len(pieces) - _SHOWN_EVIDENCE) > 0:
        yield ContextBlock([Text(voice.more_evidence(unshown))], block_id="more_evidence")


def _piece(piece: Evidence, shown: Shown) -> SectionBlock:
    return SectionBlock(
        Text(whole_lines(voice.evidence(piece))),
        block_id=f"evidence_{piece.id}",
        accessory=_removal(piece, shown.viewer) if _may_remove(piece, shown) else None,
    )


def _may_remove(piece: Evidence, shown: Shown) -> bool:
    is_copied = piece.hidden or piece.text is not None
    is_message = piece.kind is EvidenceKind.MESSAGE and piece.removed_at is None
    may = shown.detail.may_remove or piece.author == shown.viewer
    return may and is_message and is_copied


def _removal(piece: Evidence, viewer: str) -> Button:
    asked = voice.removal_asked(own=piece.author == viewer)
    return _confirmed(voice.REMOVE_COPY, REMOVE_ACTION, str(piece.id), asked)


def _links(shown: Shown) -> Iterator[Block]:
    links = shown.detail.links
    if not links:
        return
    yield section("links", voice.links_heading())
    for link in links[:_SHOWN_LINKS]:
        yield from _link(link, shown)
    if (unshown := len(links) - _SHOWN_LINKS) > 0:
        yield ContextBlock([Text(voice.more_links(unshown))], block_id="more_links")


def _link(link: Link, shown: Shown) -> Iterator[Block]:
    """What it is, and beside it the one thing that can be done; two stand below it."""
    buttons = list(_link_buttons(link, shown))
    beside = buttons.pop() if len(buttons) == 1 else None
    said = whole_lines(voice.link_text(link, shown.stack, shown.detail.linked))
    yield SectionBlock(Text(said), block_id=f"link_{link.key}", accessory=beside)
    if buttons:
        yield ActionsBlock(buttons, block_id=f"linked_{link.key}")


def _link_buttons(link: Link, shown: Shown) -> Iterator[Element]:
    if link.kind is LinkKind.REPORT and link.target in shown.detail.linked:
        yield open_here_button(int(link.target))
    if shown.detail.may_change:
        yield _confirmed(voice.UNLINK, UNLINK_ACTION, link.key, voice.unlinking_asked(link))


def open_here_button(number: int) -> Button:
    """Shows a report in place of what the window shows."""
    return Button(PlainText(voice.OPEN), OPEN_HERE_ACTION, value=str(number))


def _confirmed(said: str, action_id: str, value: str, asked: str) -> Button:
    """A button that asks once more."""
    dialogue = ConfirmationDialogue(
        PlainText(said), PlainText(asked), PlainText(said), PlainText(voice.BACK)
    )
    return Button(PlainText(said), action_id, value=value, confirm=dialogue)


def _history(shown: Shown, events: Sequence[Event], number: int) -> str:
    """The newest changes, as many as fit into a section."""
    left_out = len(events) - number
    said = voice.history(events[-number:], shown.stack, left_out=left_out)
    if len(said) > MAX_SECTION and number > 1:
        return _history(shown, events, number - 1)
    return whole_lines(said)


def _button(text: str, action_id: str, style: Literal["primary"] | None = None) -> Button:
    return Button(PlainText(text), action_id, value="go", style=style)


def _form_button(text: str, name: str) -> Button:
    return Button(PlainText(text), f"{FORM_PREFIX}{name}", value=name)
