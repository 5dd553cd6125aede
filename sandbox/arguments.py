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
    "files": "invalid_arguments",
}
TRUE = {True, "1", "true", "True"}
FLAGS = frozenset(
    [
        "as_user",
        "exclude_archived",
        "exclude_muted",
        "include_all_metadata",
        "include_count",
        "include_disabled",
        "include_locale",
        "include_num_members",
        "include_users",
        "inclusive",
        "is_shared",
        "link_names",
        "mrkdwn",
        "prevent_creation",
        "reply_broadcast",
        "return_im",
        "unfurl_links",
        "unfurl_media",
    ]
)
FLAG_VALUES = {True, False, "0", "1", "true", "false", "True", "False"}
NUMBERS = frozenset({"length", "limit"})
LISTS = frozenset({"attachments", "blocks", "file_ids", "unfurled_attachments"})


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


def type_problem(name: str, value: object) -> str | None:
    """Return what is wrong with the type of an argument, in Slack's words."""
    if name in FLAGS:
        fits, kind = isinstance(value, bool | int | str) and value in FLAG_VALUES, "boolean"
    elif name in NUMBERS:
        fits, kind = isinstance(value, int | str) and not isinstance(value, bool), "integer"
    elif name in STRUCTURED or name in LISTS:
        return None
    else:
        fits, kind = isinstance(value, str), "string"
    article = "an" if kind == "integer" else "a"
    return None if fits else f"[ERROR] must be {article} {kind} [json-pointer:/{name}]"


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
