"""What a rule of each kind finds in a text."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from coherence.rules.folding import fold_phrase
from coherence.rules.house import wording
from coherence.rules.house.capitals import is_in_case, words_in
from coherence.rules.house.compiled import CompiledRule
from coherence.rules.house.expressions import is_whole_match
from coherence.rules.house.view import Span, TextView, longest, within
from coherence.stack.house_rules import (
    CASES,
    Capitalization,
    Conditional,
    Consistency,
    Existence,
    Occurrence,
    Repetition,
    Substitution,
)

_ABSENT: Final = Span(0, 0)
_TWICE: Final = re.compile(
    r"\b(?P<word>[^\W\d_][\w'-]*+) (?P=word)\b(?!['-]\w)",
)
_TWICE_IN_ANY_CASE: Final = re.compile(_TWICE.pattern, re.IGNORECASE)


class Found(NamedTuple):
    """A passage that a rule remarks on; both offsets are 0 for what is missing."""

    span: Span
    why: str
    suggestion: str | None = None


def find(compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    """Yield what a rule finds, in no particular order. Raises TimeoutError."""
    match compiled.rule:
        case Existence() as rule:
            yield from _existence(rule, compiled, view)
        case Substitution() as rule:
            yield from _substitution(rule, compiled, view)
        case Occurrence() as rule:
            yield from _occurrence(rule, compiled, view)
        case Repetition() as rule:
            yield from _repetition(rule, compiled, view)
        case Consistency() as rule:
            yield from _consistency(rule, compiled, view)
        case Conditional() as rule:
            yield from _conditional(rule, compiled, view)
        case Capitalization() as rule:
            yield from _capitalization(rule, compiled, view)


def _existence(rule: Existence, compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    for span in view.appearances(compiled):
        if view.is_ours(span, in_any_case=rule.ignorecase):
            why = wording.existence_why(view.text[span.start : span.end])
            yield Found(span, why, wording.existence_suggestion())


def _substitution(rule: Substitution, compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    keys = {span: key for key in rule.swap for span in view.listed(compiled, key)}
    for span in longest(keys):
        words = view.words_of(span)
        replacement = rule.swap[keys[span]]
        if rule.ignorecase and words[:1].isupper() and replacement.islower():
            replacement = replacement[:1].upper() + replacement[1:]
        if _stands_already(replacement, keys[span], span, view):
            continue
        if view.is_ours(span, in_any_case=rule.ignorecase):
            suggestion = wording.substitution_suggestion(
                view.text[span.start : span.end], replacement
            )
            yield Found(span, wording.substitution_why(replacement), suggestion)


def _stands_already(replacement: str, key: str, span: Span, view: TextView) -> bool:
    """Say whether the words are part of their replacement: “email” in “email address”."""
    wanted, _ = fold_phrase(replacement, keep_form=True)
    replaced, _ = fold_phrase(key, keep_form=True)
    text = view.cased.text
    start, _ = view.cased.folded_span(*span)
    before = wanted.lower().find(replaced.lower())
    if before < 0 or start < before:
        return False
    stands = text[start - before : start - before + len(wanted)]
    is_only_case = wanted.lower() == replaced.lower()
    return stands == wanted or (not is_only_case and stands.lower() == wanted.lower())


def _occurrence(rule: Occurrence, compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    spans = view.appearances(compiled)
    for passage in view.passages(rule.scope):
        inside = within(spans, passage)
        count = len(inside)
        if rule.max is not None and count > rule.max:
            span = inside[rule.max] if rule.scope == "text" else passage
            why = wording.too_often_why(count, rule.max, rule.scope)
            yield Found(span, why, wording.too_often_suggestion(count - rule.max))
        if rule.min is not None and count < rule.min:
            span = _ABSENT if rule.scope == "text" else passage
            yield Found(span, wording.too_rare_why(count, rule.min, rule.scope))


def _repetition(rule: Repetition, compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    spans = _listed_twice(compiled, view) if rule.tokens else _any_twice(rule, view)
    for span, word in spans:
        if not view.is_excepted(compiled, span):
            yield Found(span, wording.repetition_why(word), wording.repetition_suggestion(word))


def _listed_twice(compiled: CompiledRule, view: TextView) -> Iterator[tuple[Span, str]]:
    for first, second in pairwise(view.listed(compiled)):
        words, again = view.words_of(first), view.words_of(second)
        if words.lower() != again.lower() or (compiled.cased and words != again):
            continue
        if view.words_of(Span(first.start, second.end)) == f"{words} {again}":
            yield Span(first.start, second.end), words


def _any_twice(rule: Repetition, view: TextView) -> Iterator[tuple[Span, str]]:
    pattern = _TWICE_IN_ANY_CASE if rule.ignorecase else _TWICE
    for match in pattern.finditer(view.cased.text):
        yield Span(*view.cased.original_span(*match.span())), match["word"]


def _consistency(rule: Consistency, compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    for one, other in rule.either.items():
        places = {word: _alone(word, (one, other), compiled, view) for word in (one, other)}
        if not all(places.values()):
            continue
        # The one that the text has more often stays, else the one it has first.
        kept, left = sorted(places, key=lambda word: (-len(places[word]), places[word][0]))
        why, suggestion = wording.consistency_why(kept), wording.consistency_suggestion(kept)
        yield from (Found(span, why, suggestion) for span in places[left])


def _alone(word: str, pair: tuple[str, str], compiled: CompiledRule, view: TextView) -> list[Span]:
    """Where a word of a pair stands and is not part of the other: “app” in “mobile app”."""
    spans = set(longest(span for word in pair for span in view.listed(compiled, word)))
    return [span for span in view.listed(compiled, word) if span in spans and view.is_ours(span)]


def _conditional(rule: Conditional, compiled: CompiledRule, view: TextView) -> Iterator[Found]:
    first, second = compiled.expressions
    by_group = bool(first.groups and second.groups)
    given = {_key(told, rule) for _, told in view.matches(compiled, slice(1, 2))}
    if given and not by_group:
        return
    seen: Counter[str] = Counter()
    for span, told in view.matches(compiled, slice(0, 1)):
        key = _key(told, rule)
        if key not in given and not seen[key] and view.is_ours(span, in_any_case=rule.ignorecase):
            seen[key] += 1
            yield Found(span, wording.conditional_why(view.text[span.start : span.end]))


def _key(told: str, rule: Conditional) -> str:
    return told.casefold() if rule.ignorecase else told


def _capitalization(
    rule: Capitalization, compiled: CompiledRule, view: TextView
) -> Iterator[Found]:
    names = frozenset(word for phrase in rule.exceptions for word in words_in(phrase))
    for passage in view.passages(rule.scope):
        words = view.words_of(passage)
        if rule.match in CASES:
            fits = is_in_case(rule.match, words, names)
        else:
            fits = is_whole_match(compiled.expressions[0], words, view.stopwatch)
        if not fits and not view.is_excepted(compiled, passage):
            suggestion = wording.capitalization_suggestion(rule)
            yield Found(passage, wording.capitalization_why(rule), suggestion)
