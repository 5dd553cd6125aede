"""What the bot says around a check, where the words depend on how long a draft is or on who is asked."""

from handlers.blocks.help import help_message
from handlers.voice import check_meaning as voice

LIMIT = 1_500


def test_another_wording_of_a_short_draft_is_shown_whole() -> None:
    shown = voice.rewrite("Hello. Call us.", "Hello. Write to us.", LIMIT)
    assert shown == "*Another wording*\n> Hello. Write to us."


def test_of_a_long_draft_the_wording_is_shown_from_where_it_changes() -> None:
    before = "We send one invoice. " * 200
    shown = voice.rewrite(f"{before}Call us. Bye.", f"{before}Write to us. Bye.", LIMIT)
    heading, quotation = shown.split("\n")
    assert heading == "*Another wording, from where it begins to differ*"
    assert quotation.startswith("> …")
    assert quotation.endswith("We send one invoice. Write to us. Bye.")
    assert len(quotation) < 120


def test_markup_in_a_long_wording_stays_within_the_limit() -> None:
    shown = voice.rewrite("", "&" * 3_000, LIMIT)
    assert len(shown) <= LIMIT
    assert shown.endswith("&amp;…")


def test_help_says_who_reads_a_draft() -> None:
    with_model, without = (str(help_message(host).payload()) for host in ("m.example", None))
    assert "the model at `m.example` gets it" in with_model
    assert "pass nothing on" not in with_model
    assert "not at meaning" not in with_model
    assert "I pass nothing on to anybody." in without
    assert "I look at words, not at meaning." in without
