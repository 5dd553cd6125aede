"""The stack file: YAML in, a stack or one sentence that names the line out; and back."""

from io import StringIO
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML

from coherence.errors import InvalidFile, InvalidStack
from coherence.stack.consistency import MAX_ITEMS, find_problems
from coherence.stack.document import Stack
from coherence.stack.file_faults import SENTENCES, Sentences, decode, explain, refusal
from coherence.stack.parsing import FileKind, Parsed, Path, parse_yaml

MAX_BYTES = 1_000_000

MAX_VALUES = 30_000
"""Values and keys in one file: room for every item and every phrase that a stack may have."""

_TOO_MANY_ITEMS = (
    f"this stack has more than {MAX_ITEMS} items; a few dozen are easier to keep true."
)

_KIND = FileKind(
    "stack file", max_values=MAX_VALUES, max_ids=MAX_ITEMS, too_many_ids=_TOO_MANY_ITEMS
)

# What pydantic's kinds of error mean to the author of a stack, beyond those of every file.
_SENTENCES: Sentences = SENTENCES | {
    ("string_pattern_mismatch", "language"): "“language” must be a code such as en or pt-BR.",
    ("string_pattern_mismatch", ""): (
        "{what} may hold letters, digits, dots and dashes only, up to 32."
    ),
    ("dict_type", ""): "“{key}” must hold pairs, such as {{utilise: use}}.",
    ("union_tag_not_found", ""): "“kind” is missing.",
    ("union_tag_invalid", ""): "“kind” must be one of {choices}.",
    ("nothing_to_find", ""): "this rule needs “tokens” or “raw”.",
    ("no_limit", ""): "this rule needs “max” or “min”.",
    ("limits_crossed", ""): "“min” may not be more than “max”.",
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
    except InvalidFile as error:
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
    parsed = _parse(decode(data, MAX_BYTES))
    try:
        stack = Stack.model_validate(parsed.content)
    except ValidationError as error:
        raise refusal(parsed, *explain(error, parsed, _SENTENCES, _path)) from None
    problems = sorted(find_problems(stack), key=lambda problem: parsed.line(problem.path))
    if problems:
        raise refusal(parsed, problems[0].path, problems[0].sentence, len(problems) - 1)
    return stack


def _parse(text: str) -> Parsed:
    parsed = parse_yaml(text, _KIND)
    if not isinstance(parsed.content, dict):
        raise InvalidStack("line 1: a stack file begins with “format: 1”; this one has no keys.")
    return parsed


def _path(detail: ErrorDetails) -> Path:
    """Return where in the file it is: pydantic adds a rule's kind to its place, and a mark to a key."""
    path = detail["loc"]
    if detail["type"] == "union_tag_invalid":
        return (*path, "kind")
    return (*path[:2], *path[3:]) if path[:1] == ("rules",) else path
