"""Bring two stewards' changes of one stack together: a three-way merge, item by item.

Each item is known by its id. What only one side changed is taken from that side, down to the single
key and the single phrase; what both changed differently is a conflict, in which ours stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from coherence.stack.diff import longest_run
from coherence.stack.document import Stack
from coherence.stack.file import stack_content

Value: TypeAlias = Any
"""What JSON holds."""

Content = dict[str, Any]

WHOLE_ITEM = "item"
"""The key of a conflict in which one side retired what the other changed."""

_NESTED = frozenset({"narrative", "from", "to"})


@dataclass(frozen=True)
class Conflict:
    """What both sides changed, and differently.

    `key` is the item's key, or WHOLE_ITEM; a value that a side does not have is None.
    """

    id: str
    key: str
    ours: Value
    theirs: Value


@dataclass(frozen=True)
class Merged:
    """Both sides' changes in one stack; where they conflict, it says what ours says."""

    stack: Stack
    conflicts: Sequence[Conflict]


def merge_stacks(base: Stack, ours: Stack, theirs: Stack) -> Merged:
    """Merge what was changed on the way from the base to each side."""
    merge = _Merge()
    content = merge.entry("", *map(stack_content, (base, ours, theirs)))
    return Merged(Stack.model_validate(content), merge.conflicts)


@dataclass
class _Merge:
    conflicts: list[Conflict] = field(default_factory=list)

    def entry(self, item_id: str, base: Content, ours: Content, theirs: Content) -> Content:
        """Merge two versions of an item, or of the whole document."""
        merged = {}
        for key in dict.fromkeys([*theirs, *ours]):
            sides = base.get(key), ours.get(key), theirs.get(key)
            value = self._value(item_id, key, *sides)
            if value is not None and value != []:
                merged[key] = value
        return merged

    def _value(self, item_id: str, key: str, base: Value, ours: Value, theirs: Value) -> Value:
        if ours in (base, theirs):
            return theirs
        if theirs == base:
            return ours
        if key in _NESTED:
            return self._nested(key, base, ours, theirs)
        if _has_items(ours, theirs):
            return self._items(base or [], ours or [], theirs or [])
        return self._plain(item_id, key, base, ours, theirs)

    def _nested(self, key: str, base: Value, ours: Value, theirs: Value) -> Value:
        if key == "narrative":
            return self.entry("", base or {}, ours or {}, theirs or {})
        return self._slot(base, ours, theirs)

    def _plain(self, item_id: str, key: str, base: Value, ours: Value, theirs: Value) -> Value:
        if key == "id":
            return theirs
        if isinstance(ours, list) and isinstance(theirs, list):
            merged = _merge_phrases(base or [], ours, theirs)
            # A list that only both sides together empty may be one that must not be empty.
            if merged:
                return merged
        self.conflicts.append(Conflict(item_id, key, ours, theirs))
        return ours

    def _slot(
        self, base: Content | None, ours: Content | None, theirs: Content | None
    ) -> Content | None:
        if ours is None or theirs is None:
            return self._retired_and_changed(base, ours, theirs)
        return self.entry(theirs["id"], base or {}, ours, theirs)

    def _items(
        self, base: list[Content], ours: list[Content], theirs: list[Content]
    ) -> list[Content]:
        old, own, other = ({item["id"]: item for item in side} for side in (base, ours, theirs))
        merged = {
            item_id: item
            for item_id in {**other, **own}
            if (item := self._item(old.get(item_id), own.get(item_id), other.get(item_id)))
        }
        return [
            merged[item_id] for item_id in _merge_order(list(old), list(own), list(other), merged)
        ]

    def _item(
        self, base: Content | None, ours: Content | None, theirs: Content | None
    ) -> Content | None:
        if ours in (base, theirs):
            return theirs
        if theirs == base:
            return ours
        if ours is None or theirs is None:
            return self._retired_and_changed(base, ours, theirs)
        return self.entry(ours["id"], base or {}, ours, theirs)

    def _retired_and_changed(
        self, base: Content | None, ours: Content | None, theirs: Content | None
    ) -> Content | None:
        # What somebody has just written is kept, whoever retired it: retiring is done again in a moment.
        kept = ours or theirs
        if kept is not None and base is not None:
            self.conflicts.append(Conflict(kept["id"], WHOLE_ITEM, ours, theirs))
        return kept


def _has_items(*sides: Value) -> bool:
    lists = [side for side in sides if isinstance(side, list) and side]
    return bool(lists) and all(isinstance(item, dict) for side in lists for item in side)


def _merge_phrases(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    ours, theirs = list(dict.fromkeys(ours)), list(dict.fromkeys(theirs))
    gone = set(base) - (set(ours) & set(theirs))
    kept = {phrase: phrase for phrase in [*theirs, *ours] if phrase not in gone}
    return _merge_order(list(dict.fromkeys(base)), ours, theirs, kept)


def _merge_order(
    base: list[str], ours: list[str], theirs: list[str], kept: Mapping[str, object]
) -> list[str]:
    """Put what is kept in their order, then make our moves and additions in it, and no others."""
    ours = [each for each in ours if each in kept]
    settled = _settled(base, ours)
    order = [each for each in theirs if each in kept and (each in settled or each not in ours)]
    for before, each in _with_predecessors(ours):
        if each not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, each)
    return order


def _settled(base: list[str], ours: list[str]) -> set[str]:
    """What we left where it was."""
    rank = {each: n for n, each in enumerate(base)}
    return longest_run([each for each in ours if each in rank], rank)


def _with_predecessors(order: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    return zip([None, *order], order, strict=False)
