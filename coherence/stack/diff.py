"""What changed between two stacks, item by item."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from coherence.stack.document import Stack
from coherence.stack.file import stack_content

_HEADINGS = ("journey", "language")


class ChangeKind(StrEnum):
    """How an item differs between two stacks."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """One item that differs.

    `section` is the file's key, such as "promises", "narrative.from" or "checklist of C1". `before` and
    `after` hold the item's keys that differ: all of them for an added or removed item, none for one that
    only moved.
    """

    kind: ChangeKind
    section: str
    id: str
    before: dict[str, Any]
    after: dict[str, Any]


def diff_stacks(old: Stack, new: Stack) -> list[Change]:
    """List what changed from the old stack to the new one, in the new one's reading order, removals last."""
    before = dict(_entries(stack_content(old)))
    after = dict(_entries(stack_content(new)))
    moved = _moved(before, after)
    changes = [
        change
        for key, item in after.items()
        if (change := _compare(key, before.get(key), item, moved=key in moved))
    ]
    removed = [
        Change(ChangeKind.REMOVED, section, item_id, item, {})
        for (section, item_id), item in before.items()
        if (section, item_id) not in after
    ]
    return changes + removed


_Key = tuple[str, str]


def _entries(content: dict[str, Any]) -> Iterator[tuple[_Key, dict[str, Any]]]:
    for heading in _HEADINGS:
        yield (heading, heading), {"text": content[heading]}
    narrative = content.get("narrative", {})
    for edge in ("from", "to"):
        if edge in narrative:
            yield from _section(f"narrative.{edge}", [narrative[edge]])
    yield from _section("narrative.milestones", narrative.get("milestones", []))
    for section, items in content.items():
        if isinstance(items, list):
            yield from _section(section, items)


def _section(section: str, items: list[dict[str, Any]]) -> Iterator[tuple[_Key, dict[str, Any]]]:
    for item in items:
        own = {key: value for key, value in item.items() if key != "checklist"}
        yield (section, item["id"]), own
        yield from _section(f"checklist of {item['id']}", item.get("checklist", []))


def _compare(
    key: _Key, before: dict[str, Any] | None, after: dict[str, Any], *, moved: bool
) -> Change | None:
    section, item_id = key
    if before is None:
        return Change(ChangeKind.ADDED, section, item_id, {}, after)
    keys = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if keys:
        old = {name: before[name] for name in keys if name in before}
        new = {name: after[name] for name in keys if name in after}
        return Change(ChangeKind.CHANGED, section, item_id, old, new)
    return Change(ChangeKind.MOVED, section, item_id, {}, {}) if moved else None


def _moved(before: Iterable[_Key], after: Iterable[_Key]) -> set[_Key]:
    """Find in each section the fewest items whose move explains the new order of those that stayed."""
    rank = {key: n for n, key in enumerate(before)}
    sections: dict[str, list[_Key]] = {}
    for key in after:
        if key in rank:
            sections.setdefault(key[0], []).append(key)
    settled = {key for stayed in sections.values() for key in longest_run(stayed, rank)}
    return {key for stayed in sections.values() for key in stayed if key not in settled}


_Ranked = TypeVar("_Ranked")


def longest_run(keys: Sequence[_Ranked], rank: Mapping[_Ranked, int]) -> set[_Ranked]:
    """The most of some keys that are already in the order of their rank: the rest has moved."""
    # length[i] is the longest run in order that ends at keys[i]; stacks are short, so squares do.
    length = [1] * len(keys)
    previous = [-1] * len(keys)
    for i, key in enumerate(keys):
        for j in range(i):
            if rank[keys[j]] < rank[key] and length[j] >= length[i]:
                length[i], previous[i] = length[j] + 1, j
    run: set[_Ranked] = set()
    at = max(range(len(keys)), key=length.__getitem__, default=-1)
    while at >= 0:
        run.add(keys[at])
        at = previous[at]
    return run
