"""What a finding of a house rule says: what the house does, what stands here, what to write instead."""

from coherence.rules.wording import either, shown
from coherence.stack.house_rules import (
    Capitalization,
    Consistency,
    Existence,
    HouseRule,
    Occurrence,
    Repetition,
    Substitution,
)

_CASES = {
    "$title": "in title case",
    "$sentence": "in sentence case",
    "$lower": "in lower case",
    "$upper": "in capitals",
}


def rule_statement(rule: HouseRule) -> str:
    """Put a rule as one line."""
    own = rule.message or _paired_statement(rule) or _listed_statement(rule)
    return own or rule.why or f"Keep to house rule {rule.id}."


def existence_why(quote: str) -> str:
    """Say that these words have no place here."""
    return f"“{shown(quote)}” is on the list of what we leave out."


def existence_suggestion() -> str:
    """Offer to do without."""
    return "Leave it out, or say it another way."


def substitution_why(replacement: str) -> str:
    """Say which words we write."""
    return f"We write “{replacement}”."


def substitution_suggestion(quote: str, replacement: str) -> str:
    """Offer the words we write."""
    return f"Write “{replacement}” instead of “{shown(quote)}”."


def too_often_why(count: int, most: int, scope: str) -> str:
    """Say how often it stands here, and how often it may."""
    return f"{_times(count)} in one {scope}; {most:,} at most fits our style."


def too_often_suggestion(surplus: int) -> str:
    """Say how many have to go."""
    return f"Take out {surplus:,}." if surplus > 1 else "Take one out."


def too_rare_why(count: int, least: int, scope: str) -> str:
    """Say how often it stands here, and how often it should."""
    return f"{_times(count)} in this {scope}; our style asks for {least:,}."


def repetition_why(word: str) -> str:
    """Say that a word stands here twice."""
    return f"“{shown(word)}” stands here twice in a row."


def repetition_suggestion(word: str) -> str:
    """Offer to keep one."""
    return f"Keep one “{shown(word)}”."


def consistency_why(other: str) -> str:
    """Say that the text uses the other one too."""
    return f"This text also has “{shown(other)}”."


def consistency_suggestion(other: str) -> str:
    """Offer the one that the text uses more, or first."""
    return f"Write “{shown(other)}” throughout."


def conditional_why(quote: str) -> str:
    """Say that something is missing that goes with these words."""
    return f"“{shown(quote)}” is here without what goes with it."


def capitalization_why(rule: Capitalization) -> str:
    """Say which case is asked for."""
    return f"This {rule.scope} is not {_CASES.get(rule.match, 'written as our style asks')}."


def capitalization_suggestion(rule: Capitalization) -> str | None:
    """Say what the case asked for means."""
    match rule.match:
        case "$title":
            return "Begin its words with capitals, except small ones such as “of” and “the”."
        case "$sentence":
            return "Begin only its first word, and names, with a capital."
        case "$lower":
            return "Write it without capitals."
        case "$upper":
            return "Write it all in capitals."
        case _:
            return None


def _paired_statement(rule: HouseRule) -> str | None:
    """Put a rule of one pair into words; a longer list is not read."""
    match rule:
        case Substitution() if len(rule.swap) == 1:
            [(old, new)] = rule.swap.items()
            return f"Write “{new}”, not “{old}”."
        case Consistency() if len(rule.either) == 1:
            return f"Choose {either([*rule.either, *rule.either.values()])}, and keep to it."
        case _:
            return None


def _listed_statement(rule: HouseRule) -> str | None:
    """Put a rule into words from what it lists; None if it lists nothing that people read."""
    match rule:
        case Existence() if rule.tokens:
            return f"Leave out {either(rule.tokens)}."
        case Occurrence() if rule.tokens:
            return f"{either(rule.tokens)}: {_limits(rule)} in a {rule.scope}."
        case Repetition():
            return "No word twice in a row."
        case Capitalization() if rule.match in _CASES:
            return f"Each {rule.scope} is {_CASES[rule.match]}."
        case _:
            return None


def _limits(rule: Occurrence) -> str:
    if rule.max is None:
        return f"at least {rule.min:,}"
    return f"at most {rule.max:,}" if rule.min is None else f"{rule.min:,} to {rule.max:,}"


def _times(count: int) -> str:
    return {0: "Not at all", 1: "Once", 2: "Twice"}.get(count, f"{count:,} times")
