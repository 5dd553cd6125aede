"""The stack file: YAML in, a stack or one sentence that names the line out; and back."""

from io import StringIO
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from coherence.errors import InvalidStack
from coherence.stack.consistency import MAX_ITEMS, Path, count_items, find_problems
from coherence.stack.document import Stack

MAX_BYTES = 1_000_000

# What pydantic's kinds of error mean to the author of a file; a key's own sentence goes first.
_SENTENCES = {
    ("extra_forbidden", ""): "“{key}” is not a key that belongs here.",
    ("missing", ""): "“{key}” is missing.",
    ("string_type", ""): "“{key}” must be text; put it in quotes.",
    ("string_too_short", ""): "“{key}” is empty.",
    ("string_too_long", ""): "“{key}” is longer than {max_length:,} characters.",
    ("too_short", ""): "“{key}” needs at least one entry.",
    ("string_pattern_mismatch", "language"): "“language” must be a code such as en or pt-BR.",
    ("string_pattern_mismatch", ""): (
        "“{key}” may hold letters, digits, dots and dashes only, up to 32."
    ),
    ("literal_error", "format"): "“format” must be 1.",
    ("literal_error", ""): "“{key}” must be one of {expected}.",
    ("enum", ""): "“{key}” must be one of {expected}.",
    ("tuple_type", ""): "“{key}” must be a list.",
    ("model_type", ""): "“{key}” must hold keys and values.",
}


def read_stack(data: bytes, name: str = "") -> Stack:
    """Read a stack file; `name` is how errors call it.

    Raises InvalidStack with one sentence, naming the line where it can.
    """
    try:
        return _read(data)
    except InvalidStack as error:
        raise InvalidStack(f"{name}: {error}" if name else str(error)) from None


def _read(data: bytes) -> Stack:
    content = _parse(_decode(data))
    items = count_items(content)
    if items > MAX_ITEMS:
        raise InvalidStack(
            f"This stack has {items:,} items; up to {MAX_ITEMS} are possible, "
            "and a few dozen are easier to keep true."
        )
    try:
        stack = Stack.model_validate(_plain(content))
    except ValidationError as error:
        raise _invalid(content, *_explain(error)) from None
    problems = sorted(find_problems(stack), key=lambda problem: _line(content, problem.path))
    if problems:
        raise _invalid(content, problems[0].path, problems[0].sentence, len(problems) - 1)
    return stack


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


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidStack(f"This file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidStack(f"line {line}: the file is not UTF-8 text; save it as UTF-8.") from None


def _parse(text: str) -> CommentedMap:
    try:
        content = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        key = str(error.problem).partition('"')[2].partition('"')[0]
        raise InvalidStack(f"line {line}: the key “{key}” appears twice here.") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidStack(f"line {line}: this is not valid YAML ({error.problem}).") from None
    except (YAMLError, ValueError, RecursionError):
        raise InvalidStack("This is not valid YAML.") from None
    if not isinstance(content, CommentedMap):
        raise InvalidStack("line 1: a stack file begins with “format: 1”; this one has no keys.")
    _refuse_aliases(content, set())
    return content


def _refuse_aliases(content: object, seen: set[int]) -> None:
    # An alias repeats a node, so a small file can stand for a huge or an endless one.
    if not isinstance(content, CommentedMap | CommentedSeq):
        return
    if id(content) in seen:
        raise InvalidStack(
            f"line {content.lc.line + 1}: anchors and aliases (& and *) are not used in stack "
            "files; write the item out, or put the text in quotes."
        )
    seen.add(id(content))
    for value in content.values() if isinstance(content, CommentedMap) else content:
        _refuse_aliases(value, seen)


def _plain(content: object) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(content, CommentedMap):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, CommentedSeq):
        return [_plain(value) for value in content]
    if isinstance(content, bool) or content is None:
        return content
    if isinstance(content, str):
        return str(content)
    return int(content) if isinstance(content, int) else content


def _explain(error: ValidationError) -> tuple[Path, str, int]:
    details = error.errors(include_url=False, include_input=False)
    first = details[0]
    return first["loc"], _sentence(first), len(details) - 1


def _sentence(detail: ErrorDetails) -> str:
    key = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "file")
    by_key = _SENTENCES.get((detail["type"], key)) or _SENTENCES.get((detail["type"], ""))
    if by_key is None:
        message = detail["msg"]
        return f"“{key}”: {message[:1].lower()}{message[1:]}."
    return by_key.format(key=key, **detail.get("ctx", {}))


def _invalid(content: CommentedMap, path: Path, sentence: str, more: int) -> InvalidStack:
    rest = "" if not more else f" ({more} more to put right.)" if more > 1 else " (1 more.)"
    return InvalidStack(f"line {_line(content, path)}: {sentence}{rest}")


def _line(content: CommentedBase, path: Path) -> int:
    """The line, from 1, of the innermost part of the path that the file has."""
    line = content.lc.line
    node: object = content
    for part in path:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0]
        else:
            break
        node = node[part]
    return int(line) + 1
