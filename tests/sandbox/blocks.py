"""Blocks and views for the tests to start from."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hello", **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "Go", **more: object) -> Json:
    return {"type": "button", "text": plain(text), "action_id": "go", **more}


def actions(*elements: Json, **more: object) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str, text: str = "An option") -> Json:
    return {"text": plain(text), "value": value}


def select(*options: Json, **more: object) -> Json:
    return {"type": "static_select", "options": list(options), **more}


def input_block(element: Json, block_id: str = "field", **more: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("A field"),
        "element": {"action_id": "entered", **element},
        **more,
    }


def text_input(**more: object) -> Json:
    return {"type": "plain_text_input", **more}


def modal(*blocks: Json, **more: object) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A form"),
        "submit": plain("Send"),
        "blocks": list(blocks) or [input_block(text_input())],
        **more,
    }
