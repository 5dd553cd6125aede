"""Slack's rules for blocks, and which surface takes which."""

from typing import Literal

from sandbox.elements_table import (
    ELEMENTS,
    ID,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    slack_file,
)
from sandbox.shapes import (
    Check,
    Faulty,
    Shape,
    any_text,
    anything,
    boolean,
    items,
    one_of,
    plain_text,
    string,
    typed,
)
from sandbox.wire import Json

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
BASE: dict[str, Check] = {"block_id": string(ID, 1)}


def text_or_fields(block: Json, at: str, faulty: Faulty) -> None:
    """Ask a section for text, fields or both."""
    if "text" not in block and "fields" not in block:
        faulty.note("missing required field: text", at)


def one_image(block: Json, at: str, faulty: Faulty) -> None:
    """Ask an image for an address or a file, and not both."""
    if ("image_url" in block) == ("slack_file" in block):
        faulty.note("must have either image_url or slack_file", at)


def same_width(block: Json, at: str, faulty: Faulty) -> None:
    """Ask all rows of a table for the same number of cells."""
    if len({len(row) for row in block["rows"]}) > 1:
        faulty.note("all rows must have the same number of cells", f"{at}/rows")


TEXT_IN_CONTEXT = {
    "plain_text": Shape({"text": string(3000, 1)}, {"emoji": boolean}),
    "mrkdwn": Shape({"text": string(3000, 1)}, {"verbatim": boolean}),
    "image": ELEMENTS["image"],
}
RICH_PART = Shape(
    {},
    {
        "elements": items(anything, 3000, 0),
        "style": anything,
        "border": anything,
        "indent": anything,
        "offset": anything,
    },
)
RICH_PARTS = dict.fromkeys(
    ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"), RICH_PART
)
RICH_TEXT = Shape({"elements": items(typed(RICH_PARTS), 3000)}, BASE)
CELLS = typed(
    {
        "raw_text": Shape({"text": string(3000)}),
        "rich_text": RICH_TEXT,
        "raw_number": Shape({"value": anything}, {"text": string(3000)}),
    }
)
COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
TASK = Shape(
    {"task_id": string(ID, 1), "title": string(256, 1)},
    {
        **BASE,
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": items(anything, 100),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
)

BLOCKS: dict[str, Shape] = {
    "section": Shape(
        {},
        {
            **BASE,
            "text": any_text(3000),
            "fields": items(any_text(2000), 10),
            "accessory": typed(ELEMENTS, IN_SECTION),
            "expand": boolean,
        },
        (text_or_fields,),
    ),
    "header": Shape({"text": plain_text(150)}, BASE),
    "divider": Shape({}, BASE),
    "context": Shape({"elements": items(typed(TEXT_IN_CONTEXT), 10)}, BASE),
    "actions": Shape({"elements": items(typed(ELEMENTS, IN_ACTIONS), 25)}, BASE),
    "context_actions": Shape({"elements": items(typed(ELEMENTS, IN_CONTEXT_ACTIONS), 5)}, BASE),
    "input": Shape(
        {"label": plain_text(2000), "element": typed(ELEMENTS, IN_INPUT)},
        {**BASE, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": Shape(
        {"alt_text": string(2000, 1)},
        {
            **BASE,
            "image_url": string(3000, 1),
            "slack_file": slack_file,
            "title": plain_text(2000),
        },
        (one_image,),
    ),
    "markdown": Shape({"text": string(12_000, 1)}, BASE),
    "table": Shape(
        {"rows": items(items(CELLS, 20), 100)},
        {**BASE, "column_settings": items(COLUMN, 20)},
        (same_width,),
    ),
    "rich_text": RICH_TEXT,
    "video": Shape(
        {
            "alt_text": string(2000, 1),
            "title": plain_text(199),
            "thumbnail_url": string(3000, 1),
            "video_url": string(3000, 1),
        },
        {
            **BASE,
            "author_name": string(49),
            "description": plain_text(199),
            "provider_icon_url": string(3000),
            "provider_name": string(100),
            "title_url": string(3000),
        },
    ),
    "alert": Shape(
        {"text": any_text(3000)},
        {**BASE, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "task_card": TASK,
    "plan": Shape({"title": string(256, 1)}, {**BASE, "tasks": items(TASK, 50)}),
}

EVERYWHERE = frozenset(
    {"section", "header", "divider", "context", "actions", "image", "rich_text", "video"}
)
ON_SURFACE: dict[Surface, frozenset[str]] = {
    "message": EVERYWHERE | {"markdown", "table", "plan", "task_card", "context_actions"},
    "modal": EVERYWHERE | {"input", "alert"},
    "home": EVERYWHERE | {"input", "alert"},
}
