"""What a well-formed stack can still get wrong: ids used twice, references to nothing, blank phrases.

A problem names where it is by the path through the file's own keys, so that a line can be named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coherence.rules.folding import is_blank_phrase
from coherence.stack.document import Stack

Path = tuple[str | int, ...]

MAX_ITEMS = 500
"""A stack is lean on purpose: its statements fit a page, and a check reads all of them."""

MAX_PHRASES = 10_000
"""Phrases of all lists together."""

_PHRASE_LISTS = frozenset({"patterns", "avoid", "instead_of", "requires", "forbids"})


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where, and what in one sentence."""

    path: Path
    sentence: str


def count_items(content: object) -> int:
    """Count the entries of a stack file, checklists inside touchpoints included."""
    if isinstance(content, dict):
        return ("id" in content) + sum(count_items(value) for value in content.values())
    if isinstance(content, list):
        return sum(count_items(value) for value in content)
    return 0


def find_problems(stack: Stack) -> Iterator[Problem]:
    """Yield what is inconsistent within the document, in no particular order."""
    content = stack.model_dump(mode="json", by_alias=True)
    yield from _repeated_ids(content)
    yield from _dangling_references(stack)
    yield from _blank_phrases(content)


def _repeated_ids(content: dict[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, value in _walk(content):
        if path[-1:] == ("id",):
            if value in seen:
                yield Problem(path, f"the id {value} is used twice; each id may appear once.")
            seen.add(str(value))


def _dangling_references(stack: Stack) -> Iterator[Problem]:
    milestones = {milestone.id for milestone in stack.narrative.milestones}
    touchpoints = {touchpoint.id for touchpoint in stack.touchpoints}
    ids = {item.id for item in stack.items()}
    for n, touchpoint in enumerate(stack.touchpoints):
        if touchpoint.milestone and touchpoint.milestone not in milestones:
            sentence = f"there is no milestone {touchpoint.milestone}."
            yield Problem(("touchpoints", n, "milestone"), sentence)
    for n, example in enumerate(stack.examples):
        if example.touchpoint and example.touchpoint not in touchpoints:
            sentence = f"there is no touchpoint {example.touchpoint}."
            yield Problem(("examples", n, "touchpoint"), sentence)
        for m, statement in enumerate(example.statements):
            if statement not in ids:
                yield Problem(("examples", n, "statements", m), f"there is no item {statement}.")


def _blank_phrases(content: dict[str, Any]) -> Iterator[Problem]:
    phrases = 0
    for path, value in _walk(content):
        if len(path) > 1 and path[-2] in _PHRASE_LISTS:
            phrases += 1
            if is_blank_phrase(str(value)):
                yield Problem(path, "this phrase has nothing to look for.")
    if phrases > MAX_PHRASES:
        yield Problem((), f"it lists {phrases:,} phrases; up to {MAX_PHRASES:,} are possible.")


def _walk(content: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _walk(value, (*path, key))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _walk(value, (*path, index))
    else:
        yield path, content
