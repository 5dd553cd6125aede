"""Holding a text against a narrative: what is refused, and what the spans point to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.assessment import MAX_CHARACTERS, NotJudged, assess, clean_draft
from coherence.errors import InvalidDraft, NoTouchpoint
from coherence.findings import Severity
from coherence.rules import compile_stack
from coherence.stack.document import Verdict
from coherence.stack.example import example_stack

COMPILED = compile_stack(example_stack())
WORDLESS = "There are no words in this draft to check."
EMPTY = "There is nothing to check yet: the draft is empty."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", EMPTY),
        (" \n\t\u00a0\u2003", EMPTY),
        ("👍🏽 🎉", WORDLESS),
        (":tada: :+1: :flag-gb:", WORDLESS),
        ("\u200b\u2060", WORDLESS),
        ("?! … —", WORDLESS),
        ("<@U0MAYA> <#C0ONBOARD>", WORDLESS),
        ("https://example.com/a", WORDLESS),
        ("\0\0", WORDLESS),
    ],
)
def test_a_draft_without_words_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidDraft) as refused:
        assess(COMPILED, text)
    assert str(refused.value) == sentence


def test_forty_thousand_characters_are_checked_and_one_more_is_refused() -> None:
    longest = ("guaranteed " + "word " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert assess(COMPILED, longest).verdict is Verdict.CONFLICT
    with pytest.raises(InvalidDraft, match="40,001 characters; up to 40,000"):
        assess(COMPILED, longest + "x")


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا guaranteed بكم",
        "שלום, guaranteed\u200f!",
        "cafe\u0301 guaranteed e\u0301",
        "\x07bell guaranteed \x1b[31m",
        "NUL \0 guaranteed",
        "half \ud800 guaranteed",
        "a\r\nguaranteed\r\n",
        "👩\u200d🔧 guaranteed",
        "gua\u200branteed",
    ],
)
def test_spans_hold_in_any_script_and_around_any_character(text: str) -> None:
    assessment = assess(COMPILED, text)
    [finding] = assessment.findings
    assert len(assessment.text) == len(text)
    assert assessment.text[finding.start : finding.end] == finding.quote
    assert text[finding.start : finding.end] == finding.quote
    assert finding.quote.replace("\u200b", "") == "guaranteed"


@pytest.mark.parametrize(
    ("text", "touchpoint", "verdict"),
    [
        ("You are guaranteed to get paid.", None, Verdict.CONFLICT),
        ("A seamless day.", None, Verdict.SUGGESTIONS),
        ("Hello there.", None, Verdict.NOT_JUDGED),
        ("Hello there.", "C1", Verdict.SUGGESTIONS),
        ("Your next step: say hello.", "C1", Verdict.NOT_JUDGED),
    ],
)
def test_the_verdict_follows_from_the_findings(
    text: str, touchpoint: str | None, verdict: Verdict
) -> None:
    assert assess(COMPILED, text, touchpoint).verdict is verdict


@pytest.mark.parametrize("reason", list(NotJudged))
def test_only_what_is_not_judged_has_a_reason(reason: NotJudged) -> None:
    assert assess(COMPILED, "Hello there.", unjudged=reason).reason is reason
    assert assess(COMPILED, "A seamless day.", unjudged=reason).reason is None


def test_rules_alone_never_say_that_a_text_fits() -> None:
    assert assess(COMPILED, "Hello there.").judged_by == ("rules",)


def test_what_is_missing_has_an_empty_quote_at_the_start() -> None:
    [finding] = assess(COMPILED, "Hello there.", "C1").findings
    assert (finding.start, finding.end, finding.quote) == (0, 0, "")
    assert finding.severity is Severity.MEDIUM


def test_an_unknown_touchpoint_is_named() -> None:
    with pytest.raises(NoTouchpoint, match="C9"):
        assess(COMPILED, "Hello there.", "C9")


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=20))
def test_a_cleaned_draft_keeps_every_offset(before: str, after: str) -> None:
    text = f"{before} word {after}"
    cleaned = clean_draft(text)
    assert len(cleaned) == len(text)
    assert all(
        old in {new, "\0"} or "\ud800" <= old <= "\udfff"
        for old, new in zip(text, cleaned, strict=True)
    )
    cleaned.encode()
