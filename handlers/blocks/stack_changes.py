"""Drafts and versions in Block Kit: what changes, publishing, history."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticMultiSelectMenu,
    Text,
)

from coherence.drift.report import Report
from coherence.judging import is_too_long_to_judge
from coherence.stack.drafts import Desk
from coherence.stack.editing import owner_of
from coherence.stack.versions import PublishedStack
from handlers.blocks.message import MAX_SECTION, modal, plain_modal, section
from handlers.blocks.stack import playbook_blocks
from handlers.blocks.stack_forms import Where
from handlers.voice import drift_life as drift_voice
from handlers.voice import stack_changes as voice
from handlers.voice.drift import option
from handlers.voice.mrkdwn import clip
from handlers.voice.stack import too_long_to_judge

PUBLISH_CALLBACK = "stack_publish"
NOTE_BLOCK = "note"
BECAUSE_BLOCK = "because_of"
INPUT_ACTION = "value"
VERSION_ACTION = "stack_version"
RESTORE_ACTION = "stack_restore"
PAGE_PREFIX = "stack_history_"
"""Actions that begin so lead to a page of the history; their value is its number."""

MAX_NOTE = 300
MAX_REPORTS = 100
_MOST_ANSWERED = 10
_OPTION = 75
_SHOWN_CHANGES = 84
_SHOWN_PROBLEMS = 20
_PER_PAGE = 30
_MAX_BLOCKS = 100


def changes_modal(
    desk: Desk,
    where: Where,
    notice: str | None = None,
    flips: Sequence[Block] = (),
    open_reports: Sequence[Report] = (),
) -> dict[str, Any]:
    """What the draft changes, and if it can be published, the form that does it; `flips` come first.

    `open_reports` are the drift reports that the new version may answer.
    """
    blocks = [*flips, *_changes(desk, notice)]
    if not desk.changes or desk.problems:
        return modal(voice.CHANGES_TITLE, blocks, close=voice.NOT_YET)
    return modal(
        voice.CHANGES_TITLE,
        [*blocks, _note_input(), *_because_input(open_reports)],
        close=voice.NOT_YET,
        submit=voice.PUBLISH,
        callback_id=PUBLISH_CALLBACK,
        private_metadata=Where(desk.journey_id, desk.basis, where.place, where.page).dump(),
    )


def because_of(view: Mapping[str, Any]) -> list[int]:
    """The numbers of the drift reports that were named as the reason."""
    entered = view["state"]["values"].get(BECAUSE_BLOCK, {}).get(INPUT_ACTION, {})
    return [int(each["value"]) for each in entered.get("selected_options") or ()]


def published_modal(version: PublishedStack) -> dict[str, Any]:
    """A version was published, or said the same already."""
    sentence = voice.published(version) if version.is_new else voice.already_said(version)
    return plain_modal(voice.PUBLISHED_TITLE, sentence, voice.BACK)


def history_modal(versions: Sequence[PublishedStack], where: Where) -> dict[str, Any]:
    """The versions, newest first, a page of them; `where` keeps the editor's place below."""
    page = where.page
    first = page * _PER_PAGE
    shown = versions[first : first + _PER_PAGE]
    blocks: list[Block] = [
        SectionBlock(
            Text(voice.version_entry(version)),
            block_id=f"version_{version.number}",
            accessory=_button(voice.VIEW, VERSION_ACTION, str(version.number)),
        )
        for version in shown
    ]
    paging = [
        _button(text, f"{PAGE_PREFIX}{name}", str(to))
        for text, name, to, offered in (
            (voice.NEWER, "newer", page - 1, page > 0),
            (voice.OLDER, "older", page + 1, first + _PER_PAGE < len(versions)),
        )
        if offered
    ]
    if paging:
        blocks.append(ActionsBlock(list(paging), block_id="paging"))
    return modal(
        voice.HISTORY_TITLE,
        blocks,
        close=voice.BACK,
        private_metadata=where.dump(),
    )


def version_modal(version: PublishedStack, where: Where, *, is_newest: bool) -> dict[str, Any]:
    """One version to read; an older one can be restored."""
    buttons = [_button(voice.BACK_TO_HISTORY, f"{PAGE_PREFIX}back", str(where.page))]
    if not is_newest:
        buttons.append(_button(voice.RESTORE, RESTORE_ACTION, str(version.number)))
    top: list[Block] = [
        ActionsBlock(list(buttons), block_id="version_actions"),
        DividerBlock(block_id="version_rule"),
    ]
    blocks = [*top, *playbook_blocks(version, _MAX_BLOCKS - len(top))]
    return modal(voice.HISTORY_TITLE, blocks, close=voice.BACK, private_metadata=where.dump())


def _changes(desk: Desk, notice: str | None) -> Iterator[Block]:
    if notice:
        yield section("notice", f"*{notice}*")
    if not desk.changes:
        yield section("nothing", voice.nothing_changes())
        return
    yield section("summary", voice.summary(desk))
    if is_too_long_to_judge(desk.stack):
        yield section("too_long", too_long_to_judge())
    if problems := desk.problems:
        content = desk.stack.model_dump(mode="json", by_alias=True)
        found = [(owner_of(content, each.path), each) for each in problems[:_SHOWN_PROBLEMS]]
        yield section("problems", clip(voice.problems(found), MAX_SECTION))
    for n, change in enumerate(desk.changes[:_SHOWN_CHANGES]):
        yield section(f"change_{n}", clip(voice.change(change), MAX_SECTION))
    if len(desk.changes) > _SHOWN_CHANGES:
        rest = voice.not_shown(len(desk.changes) - _SHOWN_CHANGES)
        yield ContextBlock([Text(rest)], block_id="not_shown")


def _note_input() -> InputBlock:
    element = PlainTextInput(
        INPUT_ACTION, max_length=MAX_NOTE, placeholder=PlainText(voice.NOTE_PLACEHOLDER)
    )
    return InputBlock(PlainText(voice.NOTE_LABEL), element, block_id=NOTE_BLOCK)


def _because_input(open_reports: Sequence[Report]) -> Iterator[InputBlock]:
    if not open_reports:
        return
    options = [
        Option(PlainText(clip(option(each), _OPTION)), str(each.number))
        for each in open_reports[:MAX_REPORTS]
    ]
    menu = StaticMultiSelectMenu(
        INPUT_ACTION,
        options=options,
        max_selected_items=_MOST_ANSWERED,
        placeholder=PlainText(drift_voice.BECAUSE_PLACEHOLDER),
    )
    yield InputBlock(
        PlainText(drift_voice.BECAUSE_LABEL),
        menu,
        block_id=BECAUSE_BLOCK,
        hint=PlainText(drift_voice.BECAUSE_HINT),
        optional=True,
    )


def _button(text: str, action_id: str, value: str) -> Button:
    return Button(PlainText(text), action_id, value=value)
