"""Rules that cannot be used, or fail their own examples, are refused with the line to look at."""

from typing import Any

import pytest

from coherence.errors import InvalidStack
from coherence.rules.house import examples
from coherence.stack.file import read_stack

HEAD = "format: 1\njourney: J\nlanguage: en\nrules:\n"


def refusal(*lines: str) -> str:
    """The refusal of one rule, whose first line is line 5."""
    file = HEAD + "".join(f"    {line}\n" for line in lines).replace("    - ", "  - ", 1)
    with pytest.raises(InvalidStack) as refused:
        read_stack(file.encode())
    return str(refused.value)


EXISTENCE = ("- id: R1", "kind: existence", "tokens: [very]")
KEYS: dict[str, tuple[tuple[str, ...], str]] = {
    "an unknown key": (
        (*EXISTENCE, "swap: {a: b}"),
        "line 8: “swap” is not a key that belongs here.",
    ),
    "no kind": (("- id: R1", "tokens: [very]"), "line 5: “kind” is missing."),
    "nothing to find": (
        ("- id: R1", "kind: existence"),
        "line 5: this rule needs “tokens” or “raw”.",
    ),
    "a word for a list": (
        ("- id: R1", "kind: existence", "tokens: very"),
        "line 7: “tokens” must be a list.",
    ),
    "an unknown level": (
        (*EXISTENCE, "level: high"),
        "line 8: “level” must be one of suggestion, warning or error.",
    ),
    "yes for true": (
        (*EXISTENCE, "ignorecase: yes"),
        "line 8: “ignorecase” must be true or false.",
    ),
    "a blank token": (
        ("- id: R1", "kind: existence", "tokens: ['*']"),
        "line 7: this phrase has nothing to look for.",
    ),
    "no pairs": (
        ("- id: R1", "kind: substitution", "swap: {}"),
        "line 7: “swap” needs at least one entry.",
    ),
    "a list for pairs": (
        ("- id: R1", "kind: substitution", "swap: [a]"),
        "line 7: “swap” must hold pairs, such as {utilise: use}.",
    ),
    "a number in a pair": (
        ("- id: R1", "kind: substitution", "swap:", "  b: c", "  a: 1"),
        "line 9: “a” must be text; put it in quotes.",
    ),
    "a blank phrase in a pair": (
        ("- id: R1", "kind: consistency", "either:", "  a: b", "  '*': c"),
        "line 9: rule R1: a phrase here has nothing to look for.",
    ),
    "no limit": (
        ("- id: R1", "kind: occurrence", "tokens: ['!']"),
        "line 5: this rule needs “max” or “min”.",
    ),
    "limits that cross": (
        ("- id: R1", "kind: occurrence", "tokens: ['!']", "max: 1", "min: 2"),
        "line 5: “min” may not be more than “max”.",
    ),
    "an unknown scope": (
        ("- id: R1", "kind: occurrence", "tokens: ['!']", "max: 1", "scope: word"),
        "line 9: “scope” must be one of text, paragraph or sentence.",
    ),
    "an unknown case": (
        ("- id: R1", "kind: capitalization", "match: $titel"),
        (
            "line 7: rule R1: “match” must be one of $title, $sentence, $lower, $upper or a regular "
            "expression."
        ),
    ),
}


@pytest.mark.parametrize(("lines", "sentence"), KEYS.values(), ids=KEYS)
def test_a_rule_with_wrong_keys_is_refused_with_its_line(
    lines: tuple[str, ...], sentence: str
) -> None:
    assert refusal(*lines) == sentence


EXPRESSIONS = {
    "(": "is not a regular expression: missing ) at position 1.",
    "[a": "is not a regular expression: unterminated character set at position 2.",
    r"\p{Nope}": "is not a regular expression: unknown property at position 8.",
    "(" * 480: "is too involved to be used.",
    "x*": "matches the empty text, and so everywhere.",
    r"\b": "matches the empty text, and so everywhere.",
    "(?=very)|": "matches the empty text, and so everywhere.",
    r"(?R)a|b(?R)": "takes too long even on a short text.",
}


@pytest.mark.parametrize(("expression", "reason"), EXPRESSIONS.items())
def test_an_expression_that_cannot_be_used_is_refused_with_its_line(
    expression: str, reason: str
) -> None:
    said = refusal("- id: R1", "kind: existence", f"raw: ['fine', '{expression}']")
    assert said.startswith("line 7: rule R1: “")
    assert said.endswith(reason)


EXAMPLES = {
    "misses one": (
        ("flag:", "  - A very good day.", "  - A good day."),
        "line 10: rule R1 should flag “A good day.”, and does not.",
    ),
    "flags one": (
        ("pass:", "  - A good day.", "  - A very good day."),
        "line 10: rule R1 should let “A very good day.” pass, and flags “very”.",
    ),
    "fails several": (
        ("flag: [a]", "pass: [b, very]"),
        "line 8: rule R1 should flag “a”, and does not (and 1 more to put right).",
    ),
}


@pytest.mark.parametrize(("lines", "sentence"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_rule_that_fails_its_own_example_is_refused_with_the_examples_line(
    lines: tuple[str, ...], sentence: str
) -> None:
    assert refusal(*EXISTENCE, *lines) == sentence


def test_a_rule_that_takes_too_long_on_its_own_example_is_refused() -> None:
    expression, text = r"(\w+\s?)+(?:!|\?\?)", "so " * 13_000
    said = refusal("- id: R1", "kind: existence", f"raw: ['{expression}']", f"pass: ['{text}']")
    assert said.startswith("line 8: rule R1 takes too long on its example “so so")


def test_examples_that_take_too_long_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "EXAMPLES_SECONDS", 0.0)
    said = refusal(*EXISTENCE, "flag: [very]")
    assert said == "line 5: the examples of the rules up to here take too long."


def test_more_expressions_than_a_check_has_time_for_are_refused() -> None:
    rules = "".join(f"  - {{id: R{n}, kind: existence, raw: [a{n}, b{n}]}}\n" for n in range(51))
    with pytest.raises(InvalidStack, match=r"^line 55: this stack has more than 100 regular"):
        read_stack((HEAD + rules).encode())


def test_what_people_write_in_pairs_is_no_key_of_the_file() -> None:
    content: dict[str, Any] = {"id": "name", "kind": "sort"}
    pairs = ", ".join(f"{key}: {value}" for key, value in content.items())
    file = f"{HEAD}  - {{id: R1, kind: substitution, swap: {{{pairs}}}}}\n"
    rule = read_stack(file.encode()).rules[0]
    assert rule.model_dump()["swap"] == content
