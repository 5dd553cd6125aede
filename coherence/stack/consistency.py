"""What a well-formed stack can still get wrong: ids used twice, references to nothing, rules that fail.

A problem names where it is by the path through the file's own keys, so that a line can be named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coherence.rules.folding import is_blank_phrase
from coherence.rules.house.examples import find_rule_problems
from coherence.stack.document import Stack
from coherence.stack.parsing import Path

MAX_ITEMS = 500
"""A stack is lean on purpose: its statements fit a page, and a check reads all of them."""

MAX_PHRASES = 10_000
"""Phrases of all lists together."""

_PHRASE_LISTS = frozenset(
    {"patterns", "avoid", "instead_of", "requires", "forbids", "tokens", "exceptions"}
)
# Keys of a rule whose own keys are people's words, or whose values are no prose.
_RULE_KEYS_APART = {"swap", "either", "raw", "first", "second", "match"}


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where, and what in one sentence."""

    path: Path
    sentence: str


def find_problems(stack: Stack) -> Iterator[Problem]:
    """Yield what is inconsistent within the document, in no particular order."""
    content = stack.model_dump(mode="json", by_alias=True)
    for rule in content["rules"]:
        for key in _RULE_KEYS_APART & rule.keys():
            del rule[key]
    yield from _repeated_ids(content)
    yield from _invisible_texts(content)
    yield from _dangling_references(stack)
    yield from _blank_phrases(content)
    for problem in find_rule_problems(stack):
        yield Problem(("rules", *problem.place), problem.sentence)


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


def _invisible_texts(content: dict[str, Any]) -> Iterator[Problem]:
    for path, value in _walk(content):
        if isinstance(value, str) and not _is_phrase(path) and not _is_visible(value):
            yield Problem(path, f"“{path[-1]}” is empty.")


def _blank_phrases(content: dict[str, Any]) -> Iterator[Problem]:
    phrases = [(path, str(value)) for path, value in _walk(content) if _is_phrase(path)]
    for path, phrase in phrases:
        if is_blank_phrase(phrase):
            yield Problem(path, "this phrase has nothing to look for.")
    if len(phrases) > MAX_PHRASES:
        sentence = f"this stack has more than {MAX_PHRASES:,} phrases."
        yield Problem(phrases[MAX_PHRASES][0], sentence)


def _is_phrase(path: Path) -> bool:
    return len(path) > 1 and path[-2] in _PHRASE_LISTS


def _is_visible(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text)


def _walk(content: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _walk(value, (*path, key))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _walk(value, (*path, index))
    else:
        yield path, content
