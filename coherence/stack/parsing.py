"""YAML as plain values that know their lines, read one event at a time so that limits stop it early.

Taken from YAML 1.2: mappings, lists, text, whole and decimal numbers, true, false and null. Refused, with
the line: repeated keys, anchors and aliases, tags, several documents, and dates without quotes where a file
has no dates.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from coherence.errors import InvalidFile
from coherence.stack.yaml_faults import explain_fault

Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH: Final = 12
"""How deeply lists and mappings may lie within each other; a stack needs seven."""

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?", re.DOTALL)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_MOST_DIGITS = 18


@dataclass(frozen=True)
class FileKind:
    """What one kind of file is called and may hold."""

    name: str
    max_values: int
    """Values and keys in one file."""
    max_ids: int | None = None
    """Mappings that have an `id`; None: any number."""
    too_many_ids: str = ""
    """What to say of more."""
    dates: bool = False
    """Whether dates and times may stand without quotes; they are read as text."""


@dataclass(frozen=True)
class Parsed:
    """What a file says, and the line from 1 on which each of its keys and entries begins."""

    content: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the innermost part of the path that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(text: str, kind: FileKind) -> Parsed:
    """Parse one YAML document. Raises InvalidFile with one sentence that names the line."""
    for line, character in _control_characters(text):
        raise _refused(line, _control_sentence(character))
    try:
        return _Builder(text, kind).document()
    except MarkedYAMLError as error:
        raise InvalidFile(explain_fault(error)) from None
    except YAMLError:
        raise InvalidFile("This is not valid YAML.") from None


def line_at(text: str, offset: int) -> int:
    """The line, from 1, of an offset; CR, LF and CRLF end lines."""
    return len(_LINE_BREAK.findall(text, 0, offset)) + 1


class _Builder:
    """Builds the values of one document from the parser's events."""

    def __init__(self, text: str, kind: FileKind) -> None:
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self._kind = kind
        self._ids = 0
        self._values = 0
        self._lines: dict[Path, int] = {}

    def document(self) -> Parsed:
        next(self._events)
        start = next(self._events)
        if isinstance(start, StreamEndEvent):
            return Parsed(None)
        self._check_document_start(start)
        first = next(self._events)
        self._lines[()] = _line(first)
        content = self._value(first, ())
        next(self._events)
        after = next(self._events)
        if isinstance(after, DocumentStartEvent):
            raise _refused(
                _line(after), f"a second document begins here; a {self._kind.name} holds one."
            )
        return Parsed(content, self._lines)

    def _check_document_start(self, start: Event) -> None:
        if isinstance(start, DocumentStartEvent) and (start.version or start.tags):
            raise _refused(
                1, f"directives such as %YAML are not used in {self._kind.name}s; remove it."
            )

    def _value(self, event: Event, path: Path) -> Any:  # noqa: ANN401 - whatever YAML holds
        self._check_limits(event, path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, CollectionStartEvent):
            return self._list(path)
        return _scalar(event, dates=self._kind.dates)

    def _mapping(self, path: Path) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path)
            if key in content:
                raise _refused(_line(event), f"the key “{key}” appears twice here.")
            self._lines[(*path, key)] = _line(event)
            if key == "id":
                self._count_id(event)
            content[key] = self._value(next(self._events), (*path, key))
        return content

    def _key(self, event: Event, path: Path) -> str:
        self._check_limits(event, path)
        if not isinstance(event, ScalarEvent):
            raise _refused(_line(event), "a key must be a word, not a list or a mapping.")
        _check_characters(event)
        if not event.value:
            raise _refused(_line(event), "a key is missing before the colon.")
        return str(event.value)

    def _list(self, path: Path) -> list[Any]:
        content: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            entry = (*path, len(content))
            self._lines[entry] = _line(event)
            content.append(self._value(event, entry))
        return content

    def _check_limits(self, event: Event, path: Path) -> None:
        self._values += 1
        if self._values > self._kind.max_values:
            raise _refused(
                _line(event), f"this file holds more than {self._kind.max_values:,} values."
            )
        if len(path) > MAX_DEPTH:
            raise _refused(_line(event), "lists or keys lie too deeply within each other here.")
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise _refused(
                _line(event),
                f"anchors and aliases (& and *) are not used in {self._kind.name}s; "
                "write the item out, or put the text in quotes.",
            )
        if getattr(event, "ctag", None):
            raise _refused(
                _line(event), "tags (words after !) are not used here; put the text in quotes."
            )

    def _count_id(self, event: Event) -> None:
        self._ids += 1
        if self._kind.max_ids is not None and self._ids > self._kind.max_ids:
            raise _refused(_line(event), self._kind.too_many_ids)


def _scalar(event: Event, *, dates: bool) -> str | int | float | bool | None:
    assert isinstance(event, ScalarEvent)  # noqa: S101 - the parser's events have no fourth kind
    _check_characters(event)
    text = str(event.value)
    return _plain_value(text, event, dates=dates) if event.style is None else text


def _plain_value(text: str, event: ScalarEvent, *, dates: bool) -> str | int | float | bool | None:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text.lower() == "true"
    if _DATE.fullmatch(text) and not dates:
        raise _refused(_line(event), f"put quotes around the date {text}.")
    if _NUMBER.fullmatch(text):
        return _number(text, event)
    return text


def _number(text: str, event: ScalarEvent) -> int | float:
    if _WHOLE.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    if _WHOLE.fullmatch(text) or not math.isfinite(float(text)):
        raise _refused(_line(event), "this number is too large; put quotes around it.")
    return float(text)


def _check_characters(event: ScalarEvent) -> None:
    # Written as an escape such as "\0", they get past the check of the raw text.
    for _, character in _control_characters(str(event.value)):
        raise _refused(_line(event), _control_sentence(character))


def _control_characters(text: str) -> Iterator[tuple[int, str]]:
    for match in re.finditer(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", text):
        yield line_at(text, match.start()), match[0]


def _control_sentence(character: str) -> str:
    return (
        f"there is a control character here (U+{ord(character):04X}) that no text needs; remove it."
    )


def _line(event: Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if isinstance(mark, StreamMark) else 1


def _refused(line: int, sentence: str) -> InvalidFile:
    return InvalidFile(f"line {line}: {sentence}")
