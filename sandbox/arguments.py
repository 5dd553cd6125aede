"""Arguments of Web API calls: form, JSON or query, as the caller likes."""

import json

from aiohttp import web

from sandbox.wire import Json, SlackError

# These may arrive as JSON text, and always do inside a form.
STRUCTURED = {
    "blocks": "invalid_blocks_format",
    "view": "invalid_arguments",
    "metadata": "invalid_metadata_format",
    "message": "invalid_message",
}
TRUE = {True, "1", "true", "True"}


async def arguments(request: web.Request) -> Json:
    """Return the arguments of a call, structured ones parsed where they are JSON."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        args |= _json_object(await request.text())
    elif request.method == "POST":
        args |= {name: str(value) for name, value in (await request.post()).items()}
    return args


def structured(args: Json) -> Json:
    """Return the arguments with JSON texts parsed; raise SlackError for one that is no JSON."""
    return {
        name: _parsed(value, STRUCTURED[name])
        if name in STRUCTURED and isinstance(value, str) and value
        else value
        for name, value in args.items()
    }


def text_of(args: Json, name: str) -> str:
    """Return an argument as text, empty where it is missing."""
    value = args.get(name)
    return "" if value is None else str(value)


def flag(args: Json, name: str) -> bool:
    """Return an argument that is true or false."""
    value = args.get(name)
    return isinstance(value, bool | int | str) and value in TRUE


def number(args: Json, name: str, default: int, error: str = "invalid_arguments") -> int:
    """Return a whole number; raise SlackError `error` where it is none."""
    value = args.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError) as wrong:
        raise SlackError(error) from wrong


def _json_object(text: str) -> Json:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {"_malformed": "invalid_json"}
    return value if isinstance(value, dict) else {"_malformed": "json_not_object"}


def _parsed(text: str, error: str) -> object:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise SlackError(error) from wrong
