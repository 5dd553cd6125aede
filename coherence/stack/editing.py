"""Add, change, move and retire one item of a stack: each operation returns a new stack.

Items are held as the file's own keys and values, so that a form can carry some keys and leave others
alone. Ids are made here, and one that was ever in use is not used again: findings refer to them.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from coherence.errors import InvalidItem, InvalidStack, NoItem
from coherence.stack.consistency import MAX_ITEMS, find_problems
from coherence.stack.document import Stack
from coherence.stack.file import stack_content

Content = dict[str, Any]

_CHECKLIST = "checklist of "
_PREFIXES = {
    "vision": "V",
    "narrative.from": "N",
    "narrative.to": "N",
    "narrative.milestones": "N",
    "promises": "P",
    "never": "X",
    "tone": "T",
    "terms": "W",
    "principles": "D",
    "system": "S",
    "touchpoints": "C",
    "examples": "E",
}
SECTIONS = tuple(_PREFIXES)
"""The sections that are edited item by item, named as in a diff; a checklist is one more."""

SLOTS = frozenset({"narrative.from", "narrative.to"})
"""Sections of at most one item."""

_SENTENCES = {
    "missing": "Please fill this in.",
    "string_too_short": "Please fill this in.",
    "too_short": "Please name at least one phrase.",
    "string_too_long": "Please keep this to {max_length:,} characters.",
    "several_lines": "Please keep this on one line.",
    "greater_than_equal": "Please enter {ge:,} or more.",
    "less_than_equal": "Please enter {le:,} or less.",
    "int_type": "Please enter a whole number.",
}


@dataclass(frozen=True)
class Place:
    """Where an item is put: right after another, or first where that is None."""

    after: str | None


def checklist_of(touchpoint_id: str) -> str:
    """The section that holds a touchpoint's checklist."""
    return f"{_CHECKLIST}{touchpoint_id}"


def touchpoint_of(section: str) -> str | None:
    """The touchpoint whose checklist a section is, or None."""
    return section.removeprefix(_CHECKLIST) if section.startswith(_CHECKLIST) else None


def items_of(stack: Stack, section: str) -> list[Content]:
    """The items of a section in their order, without what is empty. Raises NoItem for no section."""
    return list(_Section(stack_content(stack), section).items)


def find_item(stack: Stack, section: str, item_id: str) -> Content:
    """One item. Raises NoItem."""
    return _Section(stack_content(stack), section).find(item_id)


def ids_in(stacks: Iterable[Stack]) -> set[str]:
    """Every id that some stacks use."""
    return {item.id for stack in stacks for item in stack.items()}


def next_id(section: str, taken: Collection[str]) -> str:
    """The id after the highest that was ever taken with this section's prefix."""
    touchpoint = touchpoint_of(section)
    prefix = f"{touchpoint}." if touchpoint is not None else _PREFIXES[section]
    numbered = re.compile(rf"{re.escape(prefix)}([0-9]{{1,9}})")
    numbers = [int(match[1]) for each in taken if (match := numbered.fullmatch(each))]
    return f"{prefix}{max(numbers, default=0) + 1}"


def add_item(
    stack: Stack, section: str, fields: Mapping[str, Any], taken: Collection[str]
) -> tuple[Stack, str]:
    """Add an item at the end of a section; return the stack and the item's new id.

    `taken` are the ids in use and once used. Raises InvalidItem, or InvalidStack for too many items.
    """
    if sum(1 for _ in stack.items()) >= MAX_ITEMS:
        raise InvalidStack(f"A narrative holds {MAX_ITEMS} items at most; retire some first.")
    content = stack_content(stack)
    item_id = next_id(section, {*taken, *ids_in([stack])})
    home = _Section(content, section)
    home.replace([*home.items, _filled({"id": item_id}, fields)])
    return _validated(content, section, item_id), item_id


def change_item(stack: Stack, section: str, item_id: str, fields: Mapping[str, Any]) -> Stack:
    """Change the named keys of an item; an empty value takes a key away.

    An item that is gone is put back, at the end. Raises InvalidItem.
    """
    content = stack_content(stack)
    home = _Section(content, section)
    if not any(item["id"] == item_id for item in home.items):
        home.replace([*home.items, {"id": item_id}])
    changed = _filled(home.find(item_id), fields)
    home.replace([changed if item["id"] == item_id else item for item in home.items])
    return _validated(content, section, item_id)


def place_item(stack: Stack, section: str, item_id: str, place: Place) -> Stack:
    """Put an item elsewhere in its section. Raises NoItem where either of the two is not there."""
    content = stack_content(stack)
    home = _Section(content, section)
    moved = home.find(item_id)
    others = [item for item in home.items if item["id"] != item_id]
    at = 0 if place.after is None else others.index(home.find(place.after)) + 1
    home.replace([*others[:at], moved, *others[at:]])
    return Stack.model_validate(content)


def place_up(stack: Stack, section: str, item_id: str) -> Place | None:
    """The place one higher, or None for the first."""
    ids = [item["id"] for item in items_of(stack, section)]
    at = ids.index(item_id)
    return Place(ids[at - 2] if at > 1 else None) if at > 0 else None


def place_down(stack: Stack, section: str, item_id: str) -> Place | None:
    """The place one lower, or None for the last."""
    ids = [item["id"] for item in items_of(stack, section)]
    at = ids.index(item_id)
    return Place(ids[at + 1]) if at + 1 < len(ids) else None


def retire_item(stack: Stack, section: str, item_id: str) -> Stack:
    """Take an item out, and with it what refers to it. Raises NoItem."""
    content = stack_content(stack)
    home = _Section(content, section)
    retired = home.find(item_id)
    home.replace([item for item in home.items if item["id"] != item_id])
    _drop_references(content, {item_id, *(line["id"] for line in retired.get("checklist", []))})
    return Stack.model_validate(content)


class _Section:
    """A section inside a stack's content."""

    def __init__(self, content: Content, section: str) -> None:
        touchpoint_id = touchpoint_of(section)
        if touchpoint_id is not None:
            self._holder = _Section(content, "touchpoints").find(touchpoint_id)
            self._key = "checklist"
        elif section in _PREFIXES:
            head, _, key = section.rpartition(".")
            self._holder = content.setdefault(head, {}) if head else content
            self._key = key
        else:
            raise NoItem(f"There is no section {section}.")
        self._is_slot = section in SLOTS

    @property
    def items(self) -> list[Content]:
        held = self._holder.get(self._key)
        if self._is_slot:
            return [held] if held else []
        return held or []

    def find(self, item_id: str) -> Content:
        for item in self.items:
            if item["id"] == item_id:
                return item
        raise NoItem(f"{item_id} is no longer there.")

    def replace(self, items: list[Content]) -> None:
        if self._is_slot:
            self._holder[self._key] = items[0] if items else None
        else:
            self._holder[self._key] = items


def _filled(item: Content, fields: Mapping[str, Any]) -> Content:
    """The item with some keys set, in whatever order; what is empty is left out."""
    changed = {**item, **fields}
    return {key: value for key, value in changed.items() if value not in (None, "", [], ())}


def _validated(content: Content, section: str, item_id: str) -> Stack:
    try:
        stack = Stack.model_validate(content)
    except ValidationError as error:
        raise InvalidItem(dict(_explain(error))) from None
    own = dict(_problems_of(stack, item_id))
    if own:
        raise InvalidItem(own)
    return stack


def _explain(error: ValidationError) -> Iterator[tuple[str, str]]:
    for detail in reversed(error.errors(include_url=False)):
        key = next((part for part in reversed(detail["loc"]) if isinstance(part, str)), "")
        yield key, _sentence(detail)


def _sentence(detail: ErrorDetails) -> str:
    if isinstance(detail["loc"][-1], int) and detail["type"] == "string_too_long":
        return f"“{str(detail['input'])[:40]}…” is too long for a phrase."
    return _SENTENCES.get(detail["type"], "Please look at this again.").format(
        **detail.get("ctx", {})
    )


def _problems_of(stack: Stack, item_id: str) -> Iterator[tuple[str, str]]:
    """What is inconsistent within one item: its key, and a sentence."""
    content = stack.model_dump(mode="json", by_alias=True)
    for problem in find_problems(stack):
        if owner_of(content, problem.path) == item_id:
            key = next(part for part in reversed(problem.path) if isinstance(part, str))
            sentence = problem.sentence
            yield key, f"{sentence[:1].upper()}{sentence[1:]}"


def owner_of(content: Content, path: Iterable[str | int]) -> str | None:
    """The id of the innermost item on a path through a stack's content, or None."""
    owner: str | None = None
    node: Any = content
    for part in path:
        node = node[part]
        if isinstance(node, dict) and "id" in node:
            owner = node["id"]
    return owner


def _drop_references(content: Content, gone: set[str]) -> None:
    for touchpoint in content.get("touchpoints", []):
        if touchpoint.get("milestone") in gone:
            del touchpoint["milestone"]
    for example in content.get("examples", []):
        if example.get("touchpoint") in gone:
            del example["touchpoint"]
        example["statements"] = [each for each in example.get("statements", []) if each not in gone]
