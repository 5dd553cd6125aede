"""The editor of the narrative in Block Kit: a layer's items, and what can be done with them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    ContextBlock,
    DividerBlock,
    Element,
    HeaderBlock,
    Option,
    OverflowMenu,
    PlainText,
    StaticSelectMenu,
    Text,
)

from coherence.stack.drafts import Desk
from coherence.stack.editing import SLOTS, checklist_of, items_of, touchpoint_of
from handlers.blocks.evaluation import open_button
from handlers.blocks.message import modal, plain_modal, section
from handlers.blocks.stack_forms import Where
from handlers.voice import stack_editing as voice
from handlers.voice import stack_words as words
from handlers.voice.mrkdwn import clip

EDIT_ACTION = "stack_edit_item"
ADD_ACTION = "stack_add_item"
MENU_ACTION = "stack_item_menu"
CHANGES_ACTION = "stack_changes"
HISTORY_ACTION = "stack_history"
DISCARD_ACTION = "stack_discard"
GO_PREFIX = "stack_go_"
"""Actions that begin so lead elsewhere in the editor; their value is a target."""

UP, DOWN, RETIRE = "up", "down", "retire"

_PER_PAGE = 20
_SECTIONS_OF = {"narrative": ("narrative.from", "narrative.milestones", "narrative.to")}


def loading() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def editor(desk: Desk, where: Where, notice: str | None = None) -> dict[str, Any]:
    """The items of one layer or checklist; `notice` is a sentence on what was just done, escaped."""
    where = _within(desk, where)
    blocks = [
        *_top(desk, where, notice),
        *_heading(desk, where.place),
        *_items(desk, where),
    ]
    return modal(voice.TITLE, blocks, close=voice.CLOSE, private_metadata=where.dump())


def target(place: str, page: int = 0) -> str:
    """A place in the editor as a button's value."""
    return f"{page}|{place}"


def parse_target(value: str) -> tuple[str, int]:
    """Place and page of a button's value."""
    page, _, place = value.partition("|")
    return place, int(page)


def parse_item(value: str) -> tuple[str, str, str]:
    """Verb, item id and section of a button's or menu's value."""
    verb, item_id, section_name = value.split("|", 2)
    return verb, item_id, section_name


def _value(verb: str, item_id: str, section_name: str) -> str:
    return f"{verb}|{item_id}|{section_name}"


def _within(desk: Desk, where: Where) -> Where:
    """The same place with what is seen there now; a checklist that is gone leads to the touchpoints."""
    touchpoint_id = touchpoint_of(where.place)
    gone = touchpoint_id is not None and desk.stack.touchpoint(touchpoint_id) is None
    place = "touchpoints" if gone else where.place
    last = max(0, len(_entries(desk, place)) - 1) // _PER_PAGE
    page = min(max(where.page, 0), last)
    return replace(where, basis=desk.basis, place=place, page=page, section="", item_id=None)


def _top(desk: Desk, where: Where, notice: str | None) -> Iterator[Block]:
    if notice:
        yield section("notice", f"*{notice}*")
    yield ContextBlock([Text(voice.banner(desk))], block_id="banner")
    elements: list[Element] = [_layer_menu(desk, where.place)]
    if desk.changes:
        elements.append(_button(voice.CHANGES, CHANGES_ACTION, style="primary"))
    if desk.published:
        elements.append(_button(voice.HISTORY, HISTORY_ACTION))
        elements.append(open_button())
    if desk.draft:
        elements.append(_discard_button(desk))
    # Slack keeps what was last chosen in a block of this id, which is the place that is shown.
    yield ActionsBlock(elements, block_id="layer")
    yield DividerBlock(block_id="top_rule")


def _layer_menu(desk: Desk, place: str) -> StaticSelectMenu:
    options = [
        Option(PlainText(words.layer_option(name, len(_entries(desk, name)))), value=target(name))
        for name in words.LAYERS
    ]
    layer = "touchpoints" if touchpoint_of(place) is not None else place
    chosen = next(option for option in options if option.value == target(layer))
    return StaticSelectMenu(
        f"{GO_PREFIX}layer",
        options=options,
        initial_option=chosen,
        placeholder=PlainText(voice.LAYER),
    )


def _discard_button(desk: Desk) -> Button:
    asked = ConfirmationDialogue(
        PlainText(voice.DISCARD_TITLE),
        PlainText(voice.discard_text(desk)),
        PlainText(voice.DISCARD),
        PlainText(voice.KEEP),
        style="danger",
    )
    return Button(
        PlainText(voice.DISCARD), DISCARD_ACTION, value="discard", style="danger", confirm=asked
    )


def _heading(desk: Desk, place: str) -> Iterator[Block]:
    touchpoint_id = touchpoint_of(place)
    touchpoint = desk.stack.touchpoint(touchpoint_id) if touchpoint_id is not None else None
    title = words.place_title(place, touchpoint.name if touchpoint else "")
    yield HeaderBlock(PlainText(clip(title, 150)), block_id="title")
    yield ContextBlock([Text(words.question(place))], block_id="question")
    if touchpoint is not None:
        back = _button(voice.BACK_TO_TOUCHPOINTS, f"{GO_PREFIX}back", target("touchpoints"))
        yield ActionsBlock([back], block_id="back")


def _entries(desk: Desk, place: str) -> list[tuple[str, dict[str, Any]]]:
    """The items of a place, each with its section."""
    sections = _SECTIONS_OF.get(place, (place,))
    return [(name, item) for name in sections for item in items_of(desk.stack, name)]


def _items(desk: Desk, where: Where) -> Iterator[Block]:
    entries = _entries(desk, where.place)
    first = where.page * _PER_PAGE
    shown = entries[first : first + _PER_PAGE]
    for name in _SECTIONS_OF.get(where.place, (where.place,)):
        yield from _section(desk, name, [item for held, item in shown if held == name])
    if len(entries) > _PER_PAGE:
        yield from _paging(where, len(entries))


def _section(desk: Desk, name: str, shown: Sequence[dict[str, Any]]) -> Iterator[Block]:
    held = items_of(desk.stack, name)
    if name.startswith("narrative."):
        yield section(f"section_{name}", f"*{words.section_title(name)}*")
    if not held:
        yield section(f"empty_{name}", voice.nothing_yet())
    ids = [item["id"] for item in held]
    for item in shown:
        yield section(f"item_{item['id']}", voice.item(item))
        yield ActionsBlock(
            list(_item_actions(desk, name, item, ids)), block_id=f"actions_{item['id']}"
        )
    if name not in SLOTS or not held:
        yield ActionsBlock(
            [_button(words.add(name), ADD_ACTION, _value("add", "", name))], block_id=f"add_{name}"
        )


def _item_actions(
    desk: Desk, name: str, item: dict[str, Any], ids: Sequence[str]
) -> Iterator[Element]:
    item_id = item["id"]
    yield Button(
        PlainText(voice.EDIT),
        EDIT_ACTION,
        value=_value("edit", item_id, name),
        accessibility_label=f"{voice.EDIT} {item_id}",
    )
    if name == "touchpoints":
        lines = len(items_of(desk.stack, checklist_of(item_id)))
        yield _button(
            voice.checklist_button(lines), f"{GO_PREFIX}checklist", target(checklist_of(item_id))
        )
    options = [
        Option(PlainText(text), _value(verb, item_id, name))
        for text, verb, offered in (
            (voice.MOVE_UP, UP, item_id != ids[0]),
            (voice.MOVE_DOWN, DOWN, item_id != ids[-1]),
            (voice.RETIRE, RETIRE, True),
        )
        if offered
    ]
    yield OverflowMenu(MENU_ACTION, options)


def _paging(where: Where, total: int) -> Iterator[Block]:
    first = where.page * _PER_PAGE
    last = min(first + _PER_PAGE, total)
    yield ContextBlock([Text(voice.page_line(first + 1, last, total))], block_id="page")
    buttons: list[Element] = []
    if where.page > 0:
        buttons.append(
            _button(voice.PREVIOUS, f"{GO_PREFIX}previous", target(where.place, where.page - 1))
        )
    if last < total:
        buttons.append(_button(voice.NEXT, f"{GO_PREFIX}next", target(where.place, where.page + 1)))
    yield ActionsBlock(buttons, block_id="paging")


def _button(
    text: str, action_id: str, value: str = "open", style: Literal["primary"] | None = None
) -> Button:
    return Button(PlainText(text), action_id, value=value, style=style)
