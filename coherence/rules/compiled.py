"""The stack's phrases, compiled once per published version into one automaton."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick

from coherence.rules.folding import Folded, fold_phrase, is_word_character
from coherence.rules.house.compiled import (
    CompiledRule,
    compile_rule,
    exceptions_of,
    listed_parts,
    phrases_of,
)
from coherence.rules.markup import is_markup
from coherence.stack.document import ChecklistItem, Never, Stack, Term, Tone, Touchpoint
from coherence.stack.house_rules import HouseRule


class Role(Enum):
    """What a phrase is listed for."""

    NEVER = auto()
    TONE = auto()
    TERM = auto()
    FORBIDDEN = auto()
    REQUIRED = auto()
    HOUSE = auto()


class Owner(NamedTuple):
    """A statement that lists phrases; `touchpoint` is set for a line of its checklist."""

    role: Role
    statement: Never | Tone | Term | ChecklistItem
    touchpoint: Touchpoint | None = None


class HouseOwner(NamedTuple):
    """A part of a house rule that lists phrases: one of those it pairs, all its tokens, or its exceptions."""

    rule: HouseRule
    part: str = ""
    is_exception: bool = False


class Hit(NamedTuple):
    """A phrase found in a folded text; `owner` is an index into the compiled stack's owners."""

    owner: int
    start: int
    end: int


class _Phrase(NamedTuple):
    text: str
    is_prefix: bool


# Scripts written without spaces have no word boundary to ask for.
_UNSPACED: Final = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)


class PhraseFinder:
    """Finds every listed phrase in a folded text in one pass."""

    def __init__(self, listed: Iterable[tuple[str, int]]) -> None:
        owners: dict[_Phrase, list[int]] = {}
        for phrase, owner in listed:
            key = _Phrase(*fold_phrase(phrase))
            if key.text and owner not in owners.setdefault(key, []):
                owners[key].append(owner)
        self._phrases = tuple(owners)
        self._owners = tuple(tuple(found) for found in owners.values())
        self._automaton = AhoCorasick([p.text for p in self._phrases]) if owners else None

    @property
    def has_phrases(self) -> bool:
        """Whether there is anything to look for."""
        return self._automaton is not None

    def find(self, folded: Folded) -> Iterator[Hit]:
        """Yield each appearance between word boundaries, a prefix up to its word's end."""
        if self._automaton is None:
            return
        text = folded.text
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if not _begins_word(text, start):
                continue
            stop = _end_of_word(text, end) if self._phrases[index].is_prefix else end
            # A word with an underscore in it is an identifier.
            if _ends_word(text, stop) and "_" not in text[end:stop]:
                yield from (Hit(owner, start, stop) for owner in self._owners[index])


@dataclass(frozen=True)
class CompiledStack:
    """A stack made ready for the rules: immutable, shareable between threads, built once per version."""

    stack: Stack
    language: str
    owners: tuple[Owner | HouseOwner, ...]
    prose: PhraseFinder
    literal: PhraseFinder
    """For phrases that are markup themselves (an emoji, an address), which prose is cleared of."""
    house: tuple[CompiledRule, ...] = ()

    @property
    def has_expressions(self) -> bool:
        """Whether house rules bring regular expressions, which may take their time."""
        return any(rule.expressions for rule in self.house)


def compile_stack(stack: Stack) -> CompiledStack:
    """Compile a stack's phrases; blank phrases are passed over."""
    owners = tuple(_owners(stack))
    listed = [
        (phrase, index) for index, owner in enumerate(owners) for phrase in _phrases_of(owner)
    ]
    markup = [is_markup(phrase) for phrase, _ in listed]
    return CompiledStack(
        stack=stack,
        language=stack.language.partition("-")[0].lower(),
        owners=owners,
        prose=PhraseFinder(
            entry for entry, marked in zip(listed, markup, strict=True) if not marked
        ),
        literal=PhraseFinder(entry for entry, marked in zip(listed, markup, strict=True) if marked),
        house=tuple(_compile_rules(owners, stack)),
    )


def merge_overlaps(hits: Iterable[Hit]) -> list[Hit]:
    """Join the overlapping hits of each owner, so that the longest reading of a passage remains."""
    merged: list[Hit] = []
    for hit in sorted(hits):
        last = merged[-1] if merged else None
        if last and last.owner == hit.owner and hit.start < last.end:
            merged[-1] = last._replace(end=max(last.end, hit.end))
        else:
            merged.append(hit)
    return merged


def _owners(stack: Stack) -> Iterator[Owner | HouseOwner]:
    yield from (Owner(Role.NEVER, never) for never in stack.never)
    yield from (Owner(Role.TONE, tone) for tone in stack.tone)
    yield from (Owner(Role.TERM, term) for term in stack.terms)
    for touchpoint in stack.touchpoints:
        for item in touchpoint.checklist:
            if item.forbids:
                yield Owner(Role.FORBIDDEN, item, touchpoint)
            if item.requires:
                yield Owner(Role.REQUIRED, item, touchpoint)
    for rule in stack.rules:
        yield from (HouseOwner(rule, part) for part in listed_parts(rule))
        if exceptions_of(rule):
            yield HouseOwner(rule, is_exception=True)


def _compile_rules(owners: Sequence[Owner | HouseOwner], stack: Stack) -> Iterator[CompiledRule]:
    parts: dict[str, dict[str, int]] = {rule.id: {} for rule in stack.rules}
    excepted: dict[str, int] = {}
    for index, owner in enumerate(owners):
        if not isinstance(owner, HouseOwner):
            continue
        if owner.is_exception:
            excepted[owner.rule.id] = index
        else:
            parts[owner.rule.id][owner.part] = index
    for rule in stack.rules:
        yield compile_rule(rule, parts[rule.id], excepted.get(rule.id))


def _phrases_of(owner: Owner | HouseOwner) -> Sequence[str]:
    if isinstance(owner, HouseOwner):
        rule = owner.rule
        return exceptions_of(rule) if owner.is_exception else phrases_of(rule, owner.part)
    match owner.statement:
        case Never(patterns=phrases) | Tone(avoid=phrases) | Term(instead_of=phrases):
            return phrases
        case ChecklistItem() as item:
            return item.requires if owner.role is Role.REQUIRED else item.forbids


def _begins_word(text: str, start: int) -> bool:
    return start == 0 or not (_is_bounded(text[start]) and is_word_character(text[start - 1]))


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or not (_is_bounded(text[end - 1]) and is_word_character(text[end]))


def _is_bounded(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    return is_word_character(character) and not any(a <= character <= z for a, z in _UNSPACED)


def _end_of_word(text: str, end: int) -> int:
    while end < len(text) and is_word_character(text[end]):
        end += 1
    return end
