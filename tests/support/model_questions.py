"""What a request asks, as the local model server reads it: strictly, as OpenAI's API does."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


KNOWN_ARGUMENTS = _names(
    "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens "
    "max_tokens messages metadata modalities model moderation n parallel_tool_calls prediction "
    "presence_penalty prompt_cache_key prompt_cache_retention reasoning_effort response_format "
    "safety_identifier seed service_tier stop store stream stream_options temperature tool_choice "
    "tools top_logprobs top_p user verbosity web_search_options"
)
REFUSED_BY_REASONING_MODELS = {
    "max_tokens": "Use 'max_completion_tokens' instead.",
    "temperature": "Only the default (1) value is supported.",
    "top_p": "Only the default (1) value is supported.",
    "presence_penalty": "Only the default (0) value is supported.",
    "frequency_penalty": "Only the default (0) value is supported.",
}
SUPPORTED_KEYWORDS = _names(
    "$defs $ref additionalProperties anyOf const description enum exclusiveMaximum "
    "exclusiveMinimum format items maxItems maximum minItems minimum multipleOf pattern properties "
    "required title type"
)
MOST_LEVELS = 10
MOST_PROPERTIES = 5000
MOST_ENUM_VALUES = 1000
LONGEST_CACHE_KEY = 64
_SCHEMA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class BadRequest(Exception):
    """A request that the real API would answer with 400."""

    def __init__(self, message: str, param: str | None, code: str | None = None) -> None:
        self.message = message
        self.param = param
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Item:
    """A sentence of the draft or a statement of the narrative."""

    id: str
    text: str


@dataclass(frozen=True)
class Question:
    """One request: its body as sent, its headers in lower case."""

    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def system(self) -> str:
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == "system")

    @property
    def user(self) -> str:
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == "user")

    @property
    def rung(self) -> str:
        return str(self.body.get("response_format", {}).get("type", "plain"))

    @property
    def schema(self) -> dict[str, Any] | None:
        described = self.body.get("response_format", {}).get("json_schema", {})
        schema: dict[str, Any] | None = described.get("schema")
        return schema

    @property
    def statements(self) -> list[Item]:
        """The narrative: lines of the system part that are objects with an id and a text."""
        return [item for line in self.system.splitlines() if (item := _item(_loaded(line)))]

    @property
    def sentences(self) -> list[Item]:
        """The draft: the first array of such objects in the user part."""
        for start in (found.start() for found in re.finditer(r"\[", self.user)):
            items = [_item(each) for each in _array(self.user, start)]
            if items and all(items):
                return [item for item in items if item]
        return []


def _loaded(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _array(text: str, start: int) -> list[object]:
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _item(document: object) -> Item | None:
    if isinstance(document, dict) and {"id", "text"} <= document.keys():
        return Item(str(document["id"]), str(document["text"]))
    return None


def check_request(body: object) -> dict[str, Any]:
    """Return the body of a request that the real API would take. Raises BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest("We could not parse the JSON body of your request.", None)
    for name in body.keys() - KNOWN_ARGUMENTS:
        raise BadRequest(f"Unrecognized request argument supplied: {name}", None)
    for name, advice in REFUSED_BY_REASONING_MODELS.items():
        if name in body:
            message = f"Unsupported parameter: '{name}' is not supported with this model. {advice}"
            raise BadRequest(message, name, "unsupported_parameter")
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise BadRequest("you must provide a model parameter", None)
    _check_messages(body.get("messages"))
    _check_cache_key(body.get("prompt_cache_key", ""))
    _check_format(body.get("response_format", {"type": "text"}), body["messages"])
    return body


def _check_messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise BadRequest("Missing required parameter: 'messages'.", "messages")
    for n, message in enumerate(messages):
        if not isinstance(message, dict) or message.keys() - {"role", "content", "name"}:
            raise BadRequest(f"Invalid 'messages[{n}]'.", f"messages[{n}]")
        if message.get("role") not in {"system", "developer", "user", "assistant"}:
            raise BadRequest(f"Invalid value for 'messages[{n}].role'.", f"messages[{n}].role")
        if not isinstance(message.get("content"), str):
            raise BadRequest(f"Invalid type for 'messages[{n}].content'.", f"messages[{n}].content")


def _check_cache_key(key: object) -> None:
    if not isinstance(key, str) or len(key) > LONGEST_CACHE_KEY:
        message = (
            "Invalid 'prompt_cache_key': string too long. Expected a string with maximum length 64"
        )
        raise BadRequest(message, "prompt_cache_key", "string_above_max_length")


def _check_format(described: object, messages: list[dict[str, str]]) -> None:
    kind = described.get("type") if isinstance(described, dict) else None
    if kind not in {"text", "json_object", "json_schema"}:
        raise BadRequest("Invalid value for 'response_format.type'.", "response_format.type")
    assert isinstance(described, dict)
    if kind == "json_object" and not any("json" in m["content"].lower() for m in messages):
        message = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of "
            "type 'json_object'."
        )
        raise BadRequest(message, "messages")
    if kind == "json_schema":
        _check_described(described.get("json_schema"))


def _check_described(described: object) -> None:
    if not isinstance(described, dict) or not isinstance(described.get("schema"), dict):
        raise BadRequest("Missing 'response_format.json_schema'.", "response_format.json_schema")
    if described.keys() - {"name", "schema", "strict", "description"}:
        raise BadRequest("Unknown parameter in 'json_schema'.", "response_format.json_schema")
    if not _SCHEMA_NAME.fullmatch(str(described.get("name", ""))):
        raise BadRequest("Invalid 'json_schema.name'.", "response_format.json_schema.name")
    check_strict_schema(described["schema"])


def check_strict_schema(schema: dict[str, Any]) -> None:
    """Hold a schema against the rules of strict structured outputs. Raises BadRequest.

    The rules: developers.openai.com, "Structured model outputs", "Supported schemas".
    """
    jsonschema.Draft202012Validator.check_schema(schema)
    if schema.get("type") != "object" or "anyOf" in schema:
        raise _bad_schema("schema must be a JSON Schema of 'type: \"object\"'")
    nodes = list(_nodes(schema, 1))
    if sum(len(node.get("properties", {})) for node in nodes) > MOST_PROPERTIES:
        raise _bad_schema("too many properties")
    if sum(len(node.get("enum", [])) for node in nodes) > MOST_ENUM_VALUES:
        raise _bad_schema("too many enum values")
    for node in nodes:
        _check_node(node)


def _check_node(node: dict[str, Any]) -> None:
    for keyword in node.keys() - SUPPORTED_KEYWORDS:
        raise _bad_schema(f"'{keyword}' is not permitted")
    if "properties" not in node and node.get("type") != "object":
        return
    if node.get("additionalProperties") is not False:
        raise _bad_schema("'additionalProperties' is required to be supplied and to be false")
    if sorted(node.get("required", [])) != sorted(node.get("properties", {})):
        raise _bad_schema("'required' must be an array including every key in properties")


def _nodes(schema: dict[str, Any], level: int) -> Iterator[dict[str, Any]]:
    if level > MOST_LEVELS:
        raise _bad_schema("too many levels of nesting")
    yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    below += [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    for child in below:
        yield from _nodes(child, level + 1)


def _bad_schema(why: str) -> BadRequest:
    message = f"Invalid schema for response_format 'reply': In context=(), {why}."
    return BadRequest(message, "response_format", "invalid_json_schema")
