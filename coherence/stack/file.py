"""The stack file: YAML in, a stack or one sentence that names the line out; and back."""

from io import StringIO
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML

from coherence.errors import InvalidStack
from coherence.stack.consistency import MAX_ITEMS, find_problems
from coherence.stack.document import Stack
from coherence.stack.parsing import Parsed, Path, line_at, parse_yaml

MAX_BYTES = 1_000_000

_TOO_MANY_ITEMS = (
    f"this stack has more than {MAX_ITEMS} items; a few dozen are easier to keep true."
)

# What pydantic's kinds of error mean to the author of a file; a key's own sentence goes first.
_SENTENCES = {
    ("extra_forbidden", ""): "“{key}” is not a key that belongs here.",
    ("missing", ""): "“{key}” is missing.",
    ("string_type", ""): "{what} must be text; put it in quotes.",
    ("string_too_short", ""): "{what} is empty.",
    ("string_too_long", ""): "{what} is longer than {max_length:,} characters.",
    ("too_short", ""): "“{key}” needs at least one entry.",
    ("too_long", ""): "“{key}” may have {max_length:,} entries at most.",
    ("string_pattern_mismatch", "language"): "“language” must be a code such as en or pt-BR.",
    ("string_pattern_mismatch", ""): (
        "{what} may hold letters, digits, dots and dashes only, up to 32."
    ),
    ("whole_number", "format"): "“format” must be 1.",
    ("literal_error", "format"): "“format” must be 1.",
    ("literal_error", ""): "“{key}” must be one of {choices}.",
    ("enum", ""): "“{key}” must be one of {choices}.",
    ("int_type", ""): "“{key}” must be a whole number, without quotes.",
    ("greater_than_equal", ""): "“{key}” must be at least {ge:,}.",
    ("less_than_equal", ""): "“{key}” may be {le:,} at most.",
    ("bool_type", ""): "“{key}” must be true or false.",
    ("tuple_type", ""): "“{key}” must be a list.",
    ("dict_type", ""): "“{key}” must hold pairs, such as {{utilise: use}}.",
    ("union_tag_not_found", ""): "“kind” is missing.",
    ("union_tag_invalid", ""): "“kind” must be one of {choices}.",
    ("nothing_to_find", ""): "this rule needs “tokens” or “raw”.",
    ("no_limit", ""): "this rule needs “max” or “min”.",
    ("limits_crossed", ""): "“min” may not be more than “max”.",
    ("several_lines", ""): "“{key}” must be on one line.",
    ("model_type", ""): "{what} must hold keys and values, such as {{id: …, text: …}}.",
    ("model_attributes_type", ""): (
        "{what} must hold keys and values, such as {{id: …, kind: …}}."
    ),
}


def read_stack(data: bytes, name: str = "") -> Stack:
    """Read a stack file; `name` is how errors call it.

    Raises InvalidStack with one sentence, naming the line where it can.
    """
    try:
        return _read(data)
    except InvalidStack as error:
        raise InvalidStack(f"{name}: {error}" if name else str(error)) from None


def write_stack(stack: Stack) -> str:
    """Write a stack as a file that reads back equal; keys left out stay out."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 100
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump(stack_content(stack), out)
    return out.getvalue()


def stack_content(stack: Stack) -> dict[str, Any]:
    """The stack as plain JSON values under the file's own keys, without what is empty."""
    return stack.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _read(data: bytes) -> Stack:
    parsed = _parse(_decode(data))
    try:
        stack = Stack.model_validate(parsed.content)
    except ValidationError as error:
        raise _invalid(parsed, *_explain(error, parsed)) from None
    problems = sorted(find_problems(stack), key=lambda problem: parsed.line(problem.path))
    if problems:
        raise _invalid(parsed, problems[0].path, problems[0].sentence, len(problems) - 1)
    return stack


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidStack(f"This file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_at(data.decode("latin-1"), error.start)
        raise InvalidStack(f"line {line}: the file is not UTF-8 text; save it as UTF-8.") from None


def _parse(text: str) -> Parsed:
    parsed = parse_yaml(text, max_ids=MAX_ITEMS, too_many_ids=_TOO_MANY_ITEMS)
    if not isinstance(parsed.content, dict):
        raise InvalidStack("line 1: a stack file begins with “format: 1”; this one has no keys.")
    return parsed


def _explain(error: ValidationError, parsed: Parsed) -> tuple[Path, str, int]:
    details = error.errors(include_url=False)
    first = min(details, key=lambda detail: parsed.line(_path(detail)))
    return _path(first), _sentence(first), len(details) - 1


def _path(detail: ErrorDetails) -> Path:
    """Return where in the file it is: pydantic adds a rule's kind to its place, and a mark to a key."""
    path = detail["loc"]
    if detail["type"] == "union_tag_invalid":
        return (*path, "kind")
    return (*path[:2], *path[3:]) if path[:1] == ("rules",) else path


def _sentence(detail: ErrorDetails) -> str:
    location = detail["loc"]
    if location[-1] == "[key]":
        location = location[:-2]
    key = next((part for part in reversed(location) if isinstance(part, str)), "file")
    what = f"an entry of “{key}”" if isinstance(location[-1], int) else f"“{key}”"
    if detail["input"] is None and detail["type"] != "missing":
        return f"{what} is empty; fill it in, or leave it out."
    by_key = _SENTENCES.get((detail["type"], key)) or _SENTENCES.get((detail["type"], ""))
    if by_key is None:
        message = detail["msg"]
        return f"{what}: {message[:1].lower()}{message[1:]}."
    context = detail.get("ctx", {})
    return by_key.format(key=key, what=what, choices=_choices(context), **context)


def _choices(context: dict[str, Any]) -> str:
    expected = context.get("expected") or " or ".join(
        context.get("expected_tags", "").rsplit(", ", 1)
    )
    return str(expected).replace("'", "")


def _invalid(parsed: Parsed, path: Path, sentence: str, more: int) -> InvalidStack:
    rest = f" (and {more} more to put right)." if more else "."
    return InvalidStack(f"line {parsed.line(path)}: {sentence.removesuffix('.')}{rest}")
