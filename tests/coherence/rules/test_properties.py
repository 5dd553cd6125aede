import random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from coherence.rules import compile_stack, is_blank_phrase, run_rules
from coherence.rules.folding import fold
from coherence.rules.markup import not_prose
from coherence.stack.document import Stack

PHRASES = [
    "guarantee*",
    "never lose",
    "don't miss out",
    "game-changing",
    "café",
    "$",
    ":fire:",
    "保証",
    "24/7",
]
PIECES = [
    *(
        *PHRASES,
        "guaranteed",
        "Don\u2019t",
        "miss out",
        "not ",
        ", ",
        ". ",
        "?",
        "word",
        "a@b.example",
    ),
    *(
        "`",
        "```",
        "<",
        ">",
        "<https://x.example|",
        "<@U1>",
        "*",
        "_",
        "~",
        "\n",
        "\n\n",
        " ",
        "\u00a0",
        "\u200b",
    ),
    *(
        "e\u0301",
        "ﬁ",
        "ß",
        "İ",
        "“",
        "”",
        "'",
        '"',
        ":",
        "\u0301",
        "\ud800",
        "\ufffc",
        "\x00",
        "가",
    ),
    *("\u1100\u1161", "👩‍💻", "™", "½", "\u00b4"),
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


def stack(phrases: list[str]) -> Stack:
    return Stack.model_validate(
        {
            "format": 1,
            "journey": "Test",
            "language": "en",
            "never": [{"id": "X1", "text": "x", "patterns": phrases}],
            "terms": [{"id": "W1", "use": "w", "instead_of": phrases}],
            "touchpoints": [
                {
                    "id": "C1",
                    "name": "c",
                    "max_words": 5,
                    "checklist": [
                        {"id": "C1.1", "text": "c", "forbids": phrases, "requires": phrases}
                    ],
                }
            ],
        }
    )


COMPILED = compile_stack(stack(PHRASES))


@given(TEXTS)
@example("<https://x.example|<https://x.example|guarantee>>")
@example("a\u1161\u0301" * 3)
@settings(max_examples=300, deadline=None)
def test_every_quote_is_the_text_at_its_offsets(text: str) -> None:
    findings = run_rules(COMPILED, text, "C1")

    assert all(text[f.start : f.end] == f.quote for f in findings)
    assert [f.start for f in findings if f.quote] == sorted(f.start for f in findings if f.quote)
    assert findings == run_rules(COMPILED, text, "C1")


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_the_way_back_from_a_folded_text_is_in_order_and_within_the_text(text: str) -> None:
    folded = fold(text)
    spans = [folded.original_span(i, i + 1) for i in range(len(folded.text))]

    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert folded.text == "" or folded.original_span(0, len(folded.text)) == (
        spans[0][0],
        spans[-1][1],
    )


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_what_is_not_prose_comes_in_order_and_without_overlaps(text: str) -> None:
    edges = [edge for span in not_prose(text) for edge in (span.start, span.end)]

    assert edges == sorted(edges)
    assert not edges or 0 <= edges[0] <= edges[-1] <= len(text)


SENTENCES = [
    "Results are guaranteed.",
    "You never lose a note.",
    "Please don't miss out.",
    "A game-changing café.",
]


@given(st.sampled_from(SENTENCES), st.randoms(use_true_random=False))
def test_what_nobody_sees_and_how_quotes_are_drawn_hide_nothing(
    text: str, rng: random.Random
) -> None:
    unseen = ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200e", "\ufe0f", ""]
    drawn = text.replace("'", rng.choice("'\u2019\u2018\u02bc")).replace(
        "-", rng.choice("-\u2010\u2011\u2013")
    )
    drawn = drawn.replace(" ", rng.choice([" ", "\u00a0", "\u2009", "  ", "\n"]))
    hidden = "".join(character + rng.choice(unseen) for character in drawn)

    expected = [f.statement_id for f in run_rules(COMPILED, text)]
    assert expected
    assert [f.statement_id for f in run_rules(COMPILED, hidden)] == expected


@given(st.permutations(PHRASES), TEXTS)
@settings(deadline=None)
def test_the_order_of_phrases_does_not_matter(phrases: list[str], text: str) -> None:
    findings = run_rules(compile_stack(stack(phrases)), text)

    places = {(f.statement_id, f.start, f.end) for f in run_rules(COMPILED, text)}
    assert {(f.statement_id, f.start, f.end) for f in findings} == places


@given(st.text(min_size=1, max_size=20).filter(lambda phrase: phrase.strip()))
def test_any_phrase_that_is_not_blank_compiles_and_a_blank_one_finds_nothing(phrase: str) -> None:
    compiled = compile_stack(stack([phrase]))

    findings = run_rules(compiled, "some words * and € signs")

    assert not (is_blank_phrase(phrase) and findings)
