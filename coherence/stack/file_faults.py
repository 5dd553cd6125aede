"""What is wrong with a file that people wrote by hand, in one sentence that names the line."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coherence.errors import InvalidFile
from coherence.stack.parsing import Parsed, Path, line_at

Sentences: TypeAlias = Mapping[tuple[str, str], str]
"""A sentence for a kind of error and a key; a key's own goes before that of any key, ""."""

SENTENCES: Final[dict[tuple[str, str], str]] = {
    ("extra_forbidden", ""): "“{key}” is not a key that belongs here.",
    ("missing", ""): "“{key}” is missing.",
    ("string_type", ""): "{what} must be text; put it in quotes.",
    ("string_too_short", ""): "{what} is empty.",
    ("string_too_long", ""): "{what} is longer than {max_length:,} characters.",
    ("too_short", ""): "“{key}” needs at least one entry.",
    ("too_long", ""): "“{key}” may have {max_length:,} entries at most.",
    ("whole_number", "format"): "“format” must be 1.",
    ("literal_error", "format"): "“format” must be 1.",
    ("literal_error", ""): "“{key}” must be one of {choices}.",
    ("enum", ""): "“{key}” must be one of {choices}.",
    ("int_type", ""): "“{key}” must be a whole number, without quotes.",
    ("greater_than_equal", ""): "“{key}” must be at least {ge:,}.",
    ("less_than_equal", ""): "“{key}” may be {le:,} at most.",
    ("bool_type", ""): "“{key}” must be true or false.",
    ("tuple_type", ""): "“{key}” must be a list.",
    ("several_lines", ""): "“{key}” must be on one line.",
}


def decode(data: bytes, max_bytes: int) -> str:
    """The text of a file. Raises InvalidFile for one that is too large or no UTF-8."""
    if len(data) > max_bytes:
        raise InvalidFile(f"This file is larger than {max_bytes // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_at(data.decode("latin-1"), error.start)
        raise InvalidFile(f"line {line}: the file is not UTF-8 text; save it as UTF-8.") from None


def explain(
    error: ValidationError,
    parsed: Parsed,
    sentences: Sentences,
    path_of: Callable[[ErrorDetails], Path],
) -> tuple[Path, str, int]:
    """Where the first fault is, the sentence for it, and how many more there are."""
    details = error.errors(include_url=False)
    misspelt = {
        detail["loc"][:-1]: parsed.line(path_of(detail))
        for detail in reversed(details)
        if detail["type"] == "extra_forbidden"
    }

    def order(detail: ErrorDetails) -> tuple[int, bool]:
        # Where a key is unknown and another is missing, the unknown one is mostly its misspelling.
        missing = detail["type"] == "missing"
        line = parsed.line(path_of(detail))
        return max(line, misspelt.get(detail["loc"][:-1], 0)) if missing else line, missing

    first = min(details, key=order)
    return path_of(first), _sentence(first, sentences), len(details) - 1


def refusal(parsed: Parsed, path: Path, sentence: str, more: int) -> InvalidFile:
    """The error that says a sentence with its line, and how much more there is to put right."""
    rest = f" (and {more} more to put right)." if more else "."
    return InvalidFile(f"line {parsed.line(path)}: {sentence.removesuffix('.')}{rest}")


def _sentence(detail: ErrorDetails, sentences: Sentences) -> str:
    location = detail["loc"]
    if location[-1:] == ("[key]",):
        location = location[:-2]
    key = next((part for part in reversed(location) if isinstance(part, str)), "file")
    what = f"an entry of “{key}”" if isinstance(location[-1], int) else f"“{key}”"
    if detail["input"] is None and detail["type"] not in {"missing", "extra_forbidden"}:
        return f"{what} is empty; fill it in, or leave it out."
    by_key = sentences.get((detail["type"], key)) or sentences.get((detail["type"], ""))
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
