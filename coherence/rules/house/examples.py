"""What is wrong with house rules: an expression that cannot be used, an example that a rule fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from coherence.rules.compiled import compile_stack
from coherence.rules.folding import is_blank_phrase
from coherence.rules.house.compiled import expressions_of, ignores_case, listed_parts
from coherence.rules.house.expressions import (
    Stopwatch,
    UnusableExpression,
    compile_expression,
    require_substance,
)
from coherence.rules.running import pass_rules
from coherence.rules.wording import shown
from coherence.stack.document import Stack
from coherence.stack.house_rules import CASES, Capitalization, Conditional, HouseRule, Rule

Place = tuple[str | int, ...]

MAX_EXPRESSIONS: Final = 100
"""Regular expressions of all rules together."""

EXAMPLES_SECONDS: Final = 10.0
"""How long the examples of all rules may take together; a publication waits for them."""


@dataclass(frozen=True)
class RuleProblem:
    """One thing to put right in a house rule: where under the rule's keys, and what in one sentence."""

    place: Place
    sentence: str


def find_rule_problems(stack: Stack) -> Iterator[RuleProblem]:
    """Yield what is wrong with the house rules of a stack, with places from the rule's number on."""
    expressions = 0
    stopwatch = Stopwatch(EXAMPLES_SECONDS, EXAMPLES_SECONDS)
    stopwatch.begin_rule()
    for number, rule in enumerate(stack.rules):
        expressions += len(expressions_of(rule))
        if expressions > MAX_EXPRESSIONS:
            sentence = f"this stack has more than {MAX_EXPRESSIONS} regular expressions."
            yield RuleProblem((number,), sentence)
            return
        try:
            for problem in _problems_of(rule, stack, stopwatch):
                yield RuleProblem((number, *problem.place), problem.sentence)
        except TimeoutError:
            yield RuleProblem((number,), "the examples of the rules up to here take too long.")
            return


def _problems_of(rule: Rule, stack: Stack, stopwatch: Stopwatch) -> Iterator[RuleProblem]:
    problems = [*_blank_pairs(rule), *_unknown_case(rule), *_unusable_expressions(rule)]
    # Where a rule cannot be compiled, its examples say nothing.
    yield from problems or _failed_examples(rule, stack, stopwatch)


def _blank_pairs(rule: HouseRule) -> Iterator[RuleProblem]:
    key = "swap" if rule.kind == "substitution" else "either"
    for part in listed_parts(rule):
        if part and is_blank_phrase(part):
            sentence = f"rule {rule.id}: a phrase here has nothing to look for."
            yield RuleProblem((key, part), sentence)


def _unknown_case(rule: HouseRule) -> Iterator[RuleProblem]:
    if isinstance(rule, Capitalization) and rule.match.startswith("$") and rule.match not in CASES:
        known = f"{', '.join(CASES[:-1])}, {CASES[-1]}"
        sentence = f"rule {rule.id}: “match” must be one of {known} or a regular expression."
        yield RuleProblem(("match",), sentence)


def _unusable_expressions(rule: HouseRule) -> Iterator[RuleProblem]:
    for place, expression in zip(_places(rule), expressions_of(rule), strict=True):
        try:
            pattern = compile_expression(expression, ignorecase=ignores_case(rule))
            require_substance(pattern)
        except UnusableExpression as error:
            sentence = f"rule {rule.id}: “{shown(expression)}” {error}."
            yield RuleProblem(place, sentence)


def _places(rule: HouseRule) -> list[Place]:
    match rule:
        case Conditional():
            return [("first",), ("second",)]
        case Capitalization():
            return [("match",) for _ in expressions_of(rule)]
        case _:
            return [("raw", n) for n, _ in enumerate(expressions_of(rule))]


def _failed_examples(rule: Rule, stack: Stack, stopwatch: Stopwatch) -> Iterator[RuleProblem]:
    if not rule.flag and not rule.passes:
        return
    alone = compile_stack(
        Stack(format=1, journey=stack.journey, language=stack.language, rules=(rule,))
    )
    for key, texts in (("flag", rule.flag), ("pass", rule.passes)):
        for n, text in enumerate(texts):
            stopwatch.left()
            result = pass_rules(alone, text)
            if result.not_run:
                sentence = f"rule {rule.id} takes too long on its example “{shown(text)}”."
                yield RuleProblem((key, n), sentence)
                return
            if key == "flag" and not result.findings:
                sentence = f"rule {rule.id} should flag “{shown(text)}”, and does not."
            elif key == "pass" and result.findings:
                words = shown(result.findings[0].quote) or "what is missing"
                sentence = f"rule {rule.id} should let “{shown(text)}” pass, and flags “{words}”."
            else:
                continue
            yield RuleProblem((key, n), sentence)
