"""What the house rules of each kind find, and what they leave alone."""

import time
from typing import Any

import pytest
from hypothesis import given, settings

from coherence.assessment import assess
from coherence.findings import Finding, Relation, Severity, Source
from coherence.rules import CompiledStack, compile_stack, pass_rules, run_rules
from coherence.rules.folding import fold
from coherence.rules.house.running import MOST_FINDINGS
from coherence.stack.document import Stack, Verdict
from tests.coherence.rules.test_properties import TEXTS


def rules(*wanted: dict[str, Any], language: str = "en") -> CompiledStack:
    listed = [{"id": f"R{n}", **rule} for n, rule in enumerate(wanted, 1)]
    return compile_stack(
        Stack.model_validate({"format": 1, "journey": "J", "language": language, "rules": listed})
    )


def rule(kind: str, **keys: Any) -> CompiledStack:
    return rules({"kind": kind, **keys})


def quotes(compiled: CompiledStack, text: str) -> list[str]:
    findings = run_rules(compiled, text)
    assert all(text[f.start : f.end] == f.quote for f in findings)
    return [finding.quote for finding in findings]


VERY = rule("existence", tokens=["very", "click here"], exceptions=["very first"])


def test_a_finding_names_the_rule_and_no_statement() -> None:
    assert run_rules(VERY, "A very good day.") == (
        Finding(
            statement_id=None,
            rule_id="R1",
            source=Source.RULE,
            relation=Relation.STYLE,
            severity=Severity.LOW,
            start=2,
            end=6,
            quote="very",
            statement="Leave out “very” or “click here”.",
            why="“very” is on the list of what we leave out.",
            suggestion="Leave it out, or say it another way.",
        ),
    )


@pytest.mark.parametrize(
    ("level", "severity"),
    [("suggestion", Severity.LOW), ("warning", Severity.MEDIUM), ("error", Severity.MEDIUM)],
)
def test_no_level_makes_a_house_rule_a_conflict(level: str, severity: Severity) -> None:
    compiled = rule("existence", tokens=["very"], level=level)
    assessment = assess(compiled, "very good")
    assert [finding.severity for finding in assessment.findings] == [severity]
    assert assessment.verdict is Verdict.SUGGESTIONS


def test_a_rule_may_bring_its_own_sentence_and_reason() -> None:
    compiled = rule("existence", raw=["!{2,}"], message="One mark will do.", why="We are calm.")
    (finding,) = run_rules(compiled, "Hello!!")
    assert (finding.statement, finding.why) == ("One mark will do.", "We are calm.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Very good. CLICK\nHERE now", ["Very", "CLICK\nHERE"]),
        ("ve\u200bry good", ["ve\u200bry"]),
        ("*very* good", ["very"]),
        ("everybody", []),
        ("your very first job, very soon", ["very"]),
        ("`very` and https://very.example and :very:", []),
        ("> very\nfine", []),
        ("Please never write “very” again.", []),
        ("Marta wrote: “It was very good.”", []),
        ("It is not very good.", ["very"]),
        ("We met John Very Smith yesterday.", []),
    ],
)
def test_existence_flags_words_that_the_text_says_itself(text: str, found: list[str]) -> None:
    assert quotes(VERY, text) == found


def test_existence_with_case_finds_exactly_what_is_listed() -> None:
    compiled = rule("existence", tokens=["JavaScript", "Web*"], ignorecase=False)
    text = "JavaScript Rules, javascript, Website, website"
    assert quotes(compiled, text) == ["JavaScript", "Website"]


def test_a_regular_expression_sees_straight_quotes_and_whole_lines() -> None:
    compiled = rule("existence", raw=["don't", r"^\w+:$"])
    text = "Don\u2019t  go.\n\nNote:\nAnd don\u00b4t\nstay"
    assert quotes(compiled, text) == ["Don\u2019t", "Note:", "don\u00b4t"]


def test_a_token_may_be_an_emoji() -> None:
    assert quotes(rule("existence", tokens=[":fire:"]), "Hot :fire: deal") == [":fire:"]


SWAP = rule(
    "substitution",
    swap={"utilise*": "use", "in order to": "to", "order": "job", "email": "email address"},
)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("We utilised it", ["Write “use” instead of “utilised”."]),
        ("Utilise it", ["Write “Use” instead of “Utilise”."]),
        ("in order to pay", ["Write “to” instead of “in order to”."]),
        ("my order", ["Write “job” instead of “order”."]),
        ("Your email address, please", []),
        ("Write “use”, not “utilise”.", []),
    ],
)
def test_substitution_offers_what_to_write(text: str, offered: list[str]) -> None:
    assert [finding.suggestion for finding in run_rules(SWAP, text)] == offered


def test_a_substitution_of_the_case_alone_leaves_the_right_case() -> None:
    compiled = rule("substitution", swap={"javascript": "JavaScript"})
    assert quotes(compiled, "javascript, JavaScript, Javascript") == ["javascript", "Javascript"]


@pytest.mark.parametrize(
    ("keys", "text", "found"),
    [
        (
            {"max": 1},
            "One! Two! Three!",
            [(8, "!", "3 times in one text; 1 at most fits our style.")],
        ),
        ({"max": 1}, "One!", []),
        ({"max": 1, "scope": "paragraph"}, "One!\n\nTwo!", []),
        (
            {"max": 1, "scope": "paragraph"},
            "So: one! Two!\n\nTwo!",
            [(0, "So: one! Two!", "Twice in one paragraph; 1 at most fits our style.")],
        ),
        ({"max": 0, "scope": "sentence"}, "Ah. Oh! Uh.", [(4, "Oh", None)]),
        ({"min": 1}, "One.", [(0, "", "Not at all in this text; our style asks for 1.")]),
        ({"min": 1}, "One!", []),
    ],
)
def test_occurrence_counts_within_its_scope(
    keys: dict[str, Any], text: str, found: list[tuple[int, str, str | None]]
) -> None:
    findings = run_rules(rule("occurrence", tokens=["!"], **keys), text)
    for finding, (start, quote, why) in zip(findings, found, strict=True):
        assert finding.start == start
        assert finding.quote.startswith(quote)
        assert why in {None, finding.why}


def test_a_sentence_with_too_many_words_is_quoted_as_a_whole() -> None:
    compiled = rule("occurrence", raw=[r"\w+"], max=3, scope="sentence")
    assert quotes(compiled, "One two. One two three four. Five, six.") == ["One two three four."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Send the the invoice", ["the the"]),
        ("The the", ["The the"]),
        ("the\nthe", ["the\nthe"]),
        ("the. The", []),
        ("- job\n- Job", []),
        ("that that's, had had, 24 24, the then", []),
        ("the `x` the", []),
    ],
)
def test_repetition_flags_a_word_twice_in_a_row(text: str, found: list[str]) -> None:
    assert quotes(rule("repetition", exceptions=["had had"]), text) == found


def test_repetition_of_listed_words_leaves_others() -> None:
    compiled = rule("repetition", tokens=["very"])
    assert quotes(compiled, "very very good, so so, very. Very") == ["very very"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Log in. Sign in. Log in.", ["Sign in"]),
        ("Sign in. Log in.", ["Log in"]),
        ("Sign in, then sign in.", []),
        ("We no longer write “sign in”. Log in.", []),
        ("Our mobile app and the app", ["app"]),
    ],
)
def test_consistency_flags_the_rarer_or_later_of_two(text: str, found: list[str]) -> None:
    compiled = rule("consistency", either={"sign in": "log in", "mobile app": "app"})
    assert quotes(compiled, text) == found


FREE = {"first": r"\bfree\b", "second": "fees apply", "ignorecase": True}
ACRONYM = {"first": r"\b([A-Z]{3,5})\b", "second": r"\(([A-Z]{3,5})\)", "exceptions": ["PDF"]}


@pytest.mark.parametrize(
    ("keys", "text", "found"),
    [
        (FREE, "Free, and free again.", ["Free"]),
        (FREE, "Free. Fees apply.", []),
        (ACRONYM, "Pay VAT as PDF. Value added tax (VAT).", []),
        (ACRONYM, "Pay VAT and GST. Value added tax (VAT). GST!", ["GST"]),
    ],
)
def test_conditional_asks_for_what_goes_with_it(
    keys: dict[str, Any], text: str, found: list[str]
) -> None:
    assert quotes(rule("conditional", **keys), text) == found


CASES = [
    ("$sentence", "*Send Your Invoice*", True),
    ("$sentence", "*Send your invoice*", False),
    ("$sentence", "## send your invoice", True),
    ("$sentence", "Subject: Your Invoice from Larkfield Is Ready", True),
    ("$sentence", "# Your iPhone and the VAT on Monday", False),
    ("$sentence", "Send Your Invoice", False),
    ("$sentence", "```\n# Send Your Invoice\n```", False),
    ("$title", "# The Art of the Invoice", False),
    ("$title", "# The crafts of the Invoice", True),
    ("$lower", "# send it to Larkfield", False),
    ("$lower", "# Send it", True),
    ("$upper", "# SEND IT", False),
    ("$upper", "# SEND it", True),
    (r"[^:]*", "# Note: send it", True),
    (r"[^:]*", "# Send it", False),
]


@pytest.mark.parametrize(("match", "text", "is_found"), CASES)
def test_capitalization_looks_at_headings(match: str, text: str, is_found: bool) -> None:
    compiled = rule("capitalization", match=match, exceptions=["Larkfield"])
    assert bool(quotes(compiled, text)) is is_found


def test_capitalization_may_look_at_sentences() -> None:
    compiled = rule("capitalization", match="$sentence", scope="sentence")
    assert quotes(compiled, "Send it. then wait. iPhone too.") == ["then wait."]


def test_a_rule_has_so_many_findings_and_no_more() -> None:
    assert len(quotes(rule("existence", raw=["[a-z]"]), "word " * 500)) == MOST_FINDINGS


CATASTROPHES = [r"(\w+\s?)+(?:!|\?\?)", r"(?:(?:\w+\s?)+)+[^\w\s]", r"(?:a|aa|a\w?)+(?:b|cc)$"]


@pytest.mark.parametrize("text", ["so " * 13_333, "a" * 40_000], ids=["words", "one word"])
def test_an_expression_without_end_is_left_out_and_named_and_holds_nothing_up(text: str) -> None:
    endless = [{"kind": "existence", "raw": [expression]} for expression in CATASTROPHES]
    compiled = rules(*endless, {"kind": "existence", "tokens": ["so", "a*"]})
    before = time.monotonic()
    result = pass_rules(compiled, text)
    assert time.monotonic() - before < 10
    assert {"R1", "R2"} <= set(result.not_run)
    assert "R4" in {finding.rule_id for finding in result.findings}
    assert assess(compiled, text).rules_not_run


def test_many_expressions_share_their_time() -> None:
    endless = [{"kind": "existence", "raw": [CATASTROPHES[0]]} for _ in range(40)]
    before = time.monotonic()
    result = pass_rules(rules(*endless), "so " * 13_333)
    assert time.monotonic() - before < 10
    assert len(result.not_run) == 40


ALL_KINDS = rules(
    {"kind": "existence", "tokens": ["word", "café", "$"], "raw": ["g[a-z]+"]},
    {"kind": "substitution", "swap": {"guarantee*": "promise", "don't": "do not", ":fire:": "hot"}},
    {"kind": "occurrence", "tokens": ["not", "?"], "max": 0, "scope": "sentence"},
    {"kind": "occurrence", "raw": [r"\w"], "max": 2, "scope": "paragraph"},
    {"kind": "repetition"},
    {"kind": "consistency", "either": {"word": "not", "never lose": "miss out"}},
    {"kind": "conditional", "first": "(w)ord", "second": "(W)"},
    {"kind": "capitalization", "match": "$title", "scope": "sentence"},
    {"kind": "capitalization", "match": "x"},
)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_every_quote_of_every_kind_is_the_text_at_its_offsets(text: str) -> None:
    findings = run_rules(ALL_KINDS, text)
    assert all(text[f.start : f.end] == f.quote for f in findings)
    assert all(f.rule_id and f.statement_id is None for f in findings)
    assert findings == run_rules(ALL_KINDS, text)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_way_there_and_the_way_back_from_a_folded_text_agree(text: str) -> None:
    for folded in (fold(text), fold(text, keep_form=True)):
        for index in range(len(folded.text)):
            start, end = folded.original_span(index, index + 1)
            there, beyond = folded.folded_span(start, end)
            assert there <= index < beyond
