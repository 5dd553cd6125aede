"""House rules made ready once per version of a stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from coherence.rules.folding import fold_phrase
from coherence.rules.house.expressions import UnusableExpression, compile_expression
from coherence.stack.house_rules import (
    CASES,
    Capitalization,
    Conditional,
    Consistency,
    Existence,
    HouseRule,
    Occurrence,
    Repetition,
    Substitution,
)


@dataclass(frozen=True)
class CompiledRule:
    """A rule, where its phrases are among the compiled stack's owners, and its regular expressions."""

    rule: HouseRule
    parts: Mapping[str, int]
    """The owner of each phrase that is paired, or of all tokens under the empty text."""
    excepted: int | None
    cased: Mapping[str, tuple[str, ...]]
    """What each part's phrases look like where their case counts; empty where it does not."""
    expressions: tuple[regex.Pattern[str], ...]
    is_usable: bool = True
    """False where an expression no longer compiles, as after an upgrade of the library."""


def compile_rule(rule: HouseRule, parts: Mapping[str, int], excepted: int | None) -> CompiledRule:
    """Compile a rule whose phrases have these owners."""
    try:
        compiled = tuple(
            compile_expression(expression, ignorecase=ignores_case(rule))
            for expression in expressions_of(rule)
        )
    except UnusableExpression:
        return CompiledRule(rule, parts, excepted, {}, (), is_usable=False)
    return CompiledRule(rule, parts, excepted, dict(_cased_phrases(rule)), compiled)


def listed_parts(rule: HouseRule) -> Sequence[str]:
    """The names of the parts under which a rule lists phrases."""
    match rule:
        case Substitution(swap=pairs):
            return tuple(pairs)
        case Consistency(either=pairs):
            return tuple(dict.fromkeys((*pairs, *pairs.values())))
        case Existence() | Occurrence() | Repetition() if rule.tokens:
            return ("",)
        case _:
            return ()


def phrases_of(rule: HouseRule, part: str) -> Sequence[str]:
    """The phrases of one part."""
    match rule:
        case Existence() | Occurrence() | Repetition():
            return rule.tokens
        case _:
            return (part,)


def exceptions_of(rule: HouseRule) -> Sequence[str]:
    """The phrases that a rule leaves alone."""
    match rule:
        case Existence() | Substitution() | Repetition() | Conditional() | Capitalization():
            return rule.exceptions
        case _:
            return ()


def expressions_of(rule: HouseRule) -> Sequence[str]:
    """The regular expressions of a rule, in the order of its keys."""
    match rule:
        case Existence() | Occurrence():
            return rule.raw
        case Conditional():
            return (rule.first, rule.second)
        case Capitalization() if rule.match not in CASES:
            return (rule.match,)
        case _:
            return ()


def ignores_case(rule: HouseRule) -> bool:
    """Say whether a rule's phrases and expressions are looked for in any case."""
    match rule:
        case Existence() | Substitution() | Occurrence() | Repetition() | Consistency():
            return rule.ignorecase
        case Conditional():
            return rule.ignorecase
        case _:
            return False


def _cased_phrases(rule: HouseRule) -> Iterator[tuple[str, tuple[str, ...]]]:
    if ignores_case(rule):
        return
    for part in listed_parts(rule):
        phrases = phrases_of(rule, part)
        yield part, tuple(fold_phrase(phrase, keep_form=True)[0] for phrase in phrases)
