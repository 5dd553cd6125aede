"""Slack's limits for messages and views, checked as Slack checks them."""

import json
from collections import Counter
from collections.abc import Iterator

from sandbox.blocks_table import BLOCKS, MOST_BLOCKS, ON_SURFACE, Surface
from sandbox.elements_table import MOST_OPTIONS, OPTION_GROUP, SELECT_OPTION
from sandbox.shapes import Check, Faulty, Shape, anything, boolean, items, plain_text, string, typed
from sandbox.views import elements_of
from sandbox.wire import Json, SlackError

MESSAGE_TEXT = 40_000
MESSAGE_BLOCKS_TEXT = 13_000
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250_000


def check_message(text: str, blocks: object) -> None:
    """Check what a message says.

    Raise SlackError `no_text`, `msg_too_long`, `invalid_blocks_format`, `invalid_blocks` or
    `msg_blocks_too_long`. Blocks without a text to fall back on are refused as well: phones
    show only the text.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not text.strip():
        raise SlackError("no_text")
    if len(text) > MESSAGE_TEXT:
        raise SlackError("msg_too_long")
    problems = block_problems(blocks, "message")
    if problems:
        raise SlackError("invalid_blocks", *problems, errors=problems)
    if sum(map(len, texts_in(blocks))) > MESSAGE_BLOCKS_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: object, kind: str) -> Json:
    """Check a view and return it.

    Raise SlackError `invalid_arguments` with what is wrong, or `view_too_large`.
    """
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", "[ERROR] must be an object [json-pointer:/view]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = view_problems(view, "home" if kind == "home" else "modal")
    if problems:
        raise SlackError("invalid_arguments", *problems)
    return view


def block_problems(blocks: list[Json], surface: Surface, at: str = "/blocks") -> list[str]:
    """Return all that Slack would find wrong with blocks on a surface."""
    faulty = Faulty()
    check = items(typed(BLOCKS, ON_SURFACE[surface]), MOST_BLOCKS[surface], least=0)
    check(blocks, at, faulty)
    if not faulty.messages:
        for whole in (_check_block_ids, _check_action_ids, _check_totals):
            whole(blocks, at, faulty)
    return faulty.messages


def view_problems(view: Json, kind: Surface) -> list[str]:
    """Return all that Slack would find wrong with a modal or Home."""
    faulty = Faulty()
    if view.get("type") != kind:
        faulty.note(f"must be {kind}", "/view/type")
    (MODAL if kind == "modal" else HOME)(view, "/view", faulty)
    if view.get("blocks") is not None:
        faulty.messages += block_problems(view["blocks"], kind, "/view/blocks")
    if not faulty.messages and kind == "modal":
        _check_submit(view, faulty)
    return faulty.messages


def option_problems(offered: Json) -> list[str]:
    """Return what Slack would find wrong with the options that an app offers when asked."""
    faulty = Faulty()
    OFFERED(offered, "", faulty)
    return faulty.messages


def texts_in(value: object) -> Iterator[str]:
    """Yield every text that blocks show."""
    if isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, dict):
        for name, held in value.items():
            if name == "text" and isinstance(held, str):
                yield held
            else:
                yield from texts_in(held)


def _check_block_ids(blocks: list[Json], at: str, faulty: Faulty) -> None:
    counted = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for block_id, times in counted.items():
        if times > 1:
            faulty.note(f'`block_id` "{block_id}" already exists', at)


def _check_action_ids(blocks: list[Json], at: str, faulty: Faulty) -> None:
    for n, block in enumerate(blocks):
        given = [e["action_id"] for e in elements_of(block) if e.get("action_id")]
        for action_id, times in Counter(given).items():
            if times > 1:
                faulty.note(f'`action_id` "{action_id}" already exists', f"{at}/{n}")


def _check_totals(blocks: list[Json], at: str, faulty: Faulty) -> None:
    kinds = Counter(block["type"] for block in blocks)
    if kinds["table"] > 1:
        faulty.note("only one table block is allowed", at)
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > MARKDOWN_TEXT:
        faulty.note(f"markdown blocks must be less than {MARKDOWN_TEXT + 1} characters", at)


def _check_submit(view: Json, faulty: Faulty) -> None:
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if has_input and not view.get("submit"):
        faulty.note("submit is required when there are input blocks", "/view")
    focused = [e for b in view["blocks"] for e in elements_of(b) if e.get("focus_on_load")]
    if len(focused) > 1:
        faulty.note("only one element may have focus_on_load", "/view/blocks")


OFFERED = Shape(
    {},
    {
        "options": items(SELECT_OPTION, MOST_OPTIONS, 0),
        "option_groups": items(OPTION_GROUP, MOST_OPTIONS, 0),
    },
)
_VIEW: dict[str, Check] = {
    "callback_id": string(255),
    "private_metadata": string(3000),
    "external_id": string(255),
}
HOME = Shape({"type": anything, "blocks": anything}, _VIEW)
MODAL = Shape(
    {"type": anything, "title": plain_text(24), "blocks": anything},
    {
        **_VIEW,
        "close": plain_text(24),
        "submit": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
