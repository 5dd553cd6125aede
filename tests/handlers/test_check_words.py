"""What the bot says around a check, where the words depend on how long a draft is or on who is asked."""

from coherence.assessment import Assessment
from coherence.findings import Finding, Relation, Severity, Source
from coherence.stack.document import Verdict
from handlers.blocks.help import help_message
from handlers.voice import check_meaning as voice

LIMIT = 1_500


def clash(quote: str) -> Finding:
    return Finding(
        statement_id="P1",
        source=Source.RULE,
        relation=Relation.CONTRADICTS,
        severity=Severity.HIGH,
        start=0,
        end=len(quote),
        quote=quote,
        statement="a line",
        why="It clashes.",
    )


def reworded(draft: str, text: str, *quotes: str) -> str:
    found = tuple(map(clash, quotes))
    return voice.rewrite(Assessment(draft, Verdict.CONFLICT, None, (), found, text), LIMIT)


def test_another_wording_of_a_short_draft_is_shown_whole() -> None:
    shown = reworded("Hello. Call us.", "Hello. Write to us.", "Call us")
    assert shown == "*Another wording*\n> Hello. Write to us."


def test_of_a_long_draft_the_wording_is_shown_from_where_it_changes() -> None:
    before = "We send one invoice. " * 200
    shown = reworded(f"{before}Call us. Bye.", f"{before}Write to us. Bye.", "Call us")
    heading, quotation = shown.split("\n")
    assert heading == "*Another wording, from where it begins to differ*"
    assert quotation.startswith("> …")
    assert quotation.endswith("We send one invoice. Write to us. Bye.")
    assert len(quotation) < 120


def test_a_wording_that_leaves_a_clash_in_says_so() -> None:
    shown = reworded("Guaranteed. Call us.", "Guaranteed. Write to us.", "Guaranteed", "Call us")
    assert shown == "*Another wording for some of it*\n> Guaranteed. Write to us."


def test_markup_in_a_long_wording_stays_within_the_limit() -> None:
    shown = reworded("", "&" * 3_000)
    assert len(shown) <= LIMIT
    assert shown.endswith("&amp;…")


def test_help_says_who_reads_a_draft() -> None:
    with_model, without = (str(help_message(host).payload()) for host in ("m.example", None))
    assert "the model at `m.example` gets it" in with_model
    assert "pass nothing on" not in with_model
    assert "not at meaning" not in with_model
    assert "I pass nothing on to anybody." in without
    assert "I look at words, not at meaning." in without
