import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coherence.sentences import LONGEST, MOST, Sentence, split_sentences

PIECES = [
    *(
        "We guarantee it. ",
        "e.g. ",
        "Dr. Who ",
        "3.5 ",
        "• item\n",
        "- one\n",
        "1. first\n",
        "> said\n",
    ),
    *("```", "`a. B`", "<https://x.example/a.b?c. D|A label. Here>", "<@U1>", ":tada:", "*Bold*\n"),
    *(
        "\n",
        "\n\n",
        " ",
        "\t",
        "\u200b",
        "\u202e",
        "\u2028",
        "\r\n",
        "\x0b",
        "\0",
        "\ud800",
        "\ufffd",
    ),
    *(
        "日本語です。次。",
        "« ",
        "“",
        "”",
        "(",
        ")",
        "!",
        "?",
        "…",
        ".",
        "x",
        "É",
        "😀",
        "\U000e0041",
    ),
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


def texts(draft: str, language: str = "en") -> list[str]:
    return [sentence.text for sentence in split_sentences(draft, language)]


def holds(draft: str, sentences: tuple[Sentence, ...]) -> None:
    at = 0
    for number, sentence in enumerate(sentences, 1):
        assert sentence.id == f"S{number}"
        assert not draft[at : sentence.start].strip()
        assert sentence.text == draft[sentence.start : sentence.end] != ""
        assert sentence.text == sentence.text.strip()
        assert len(sentence.text) <= LONGEST
        at = sentence.end
    assert not draft[at:].strip()
    assert len(sentences) <= MOST


@given(TEXTS, st.sampled_from(["en", "de", "ja", "pt-BR", "xx", ""]))
@example("(" * 300 + "a. B", "en")
@settings(max_examples=300, deadline=None)
def test_every_character_is_in_exactly_one_sentence_in_order(draft: str, language: str) -> None:
    holds(draft, split_sentences(draft, language))


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("One is here. Two is there! Three?", ["One is here.", "Two is there!", "Three?"]),
        ("Use a tool, e.g. Slack. It works.", ["Use a tool, e.g. Slack.", "It works."]),
        ("J. R. Smith met Dr. Lee. Both left.", ["J. R. Smith met Dr. Lee.", "Both left."]),
        ("Tip no. 3 for today. Go on.", ["Tip no. 3 for today.", "Go on."]),
        ("It takes approx. 5 min. Then rest.", ["It takes approx. 5 min.", "Then rest."]),
        ("Open Mon. to Fri. only. Yes.", ["Open Mon. to Fri. only.", "Yes."]),
        ("It costs 3.50 EUR. That is all.", ["It costs 3.50 EUR.", "That is all."]),
        ("See https://a.example/b.c?d=e. Then go.", ["See https://a.example/b.c?d=e.", "Then go."]),
        (
            "Read <https://a.example|our page. Really> first. Then go.",
            ["Read <https://a.example|our page. Really> first.", "Then go."],
        ),
        ("Run `a. B` now. Then go.", ["Run `a. B` now.", "Then go."]),
        ("We won! :tada: :fire:", ["We won! :tada: :fire:"]),
        ("Done. <@U123> could you look?", ["Done.", "<@U123> could you look?"]),
        ("we promise it. you get it.", ["we promise it.", "you get it."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(draft: str, expected: list[str]) -> None:
    assert texts(draft) == expected


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("First\n\nSecond", ["First", "Second"]),
        ("• One\n• Two\n- Three\n1. Four", ["• One", "• Two", "- Three", "1. Four"]),
        ("1. Go there. Come back.", ["1. Go there.", "Come back."]),
        ("*Heading*\nwe begin here", ["*Heading*", "we begin here"]),
        ("This line is\nwrapped here. Next", ["This line is\nwrapped here.", "Next"]),
        (
            "This line is full because a mail program has wrapped it at the\nEuropean edge.",
            ["This line is full because a mail program has wrapped it at the\nEuropean edge."],
        ),
        ("> They asked\n> for more\nWe answered", ["> They asked\n> for more", "We answered"]),
        ("Hi all,\nThis is new.\nBye", ["Hi all,", "This is new.", "Bye"]),
        ("See:\n```\na. B\n\nC. D\n```\nDone.", ["See:", "```\na. B\n\nC. D\n```", "Done."]),
        ("One.\r\n\r\nTwo.\u2028Three.", ["One.", "Two.", "Three."]),
    ],
)
def test_lines_that_mrkdwn_sets_apart_are_apart(draft: str, expected: list[str]) -> None:
    assert texts(draft) == expected


def test_other_languages_are_split_by_their_own_abbreviations() -> None:
    assert texts("Das gilt z. B. für Dr. Müller. Am 3. Mai geht es los.", "de") == [
        "Das gilt z. B. für Dr. Müller.",
        "Am 3. Mai geht es los.",
    ]
    assert texts("M. Dupont a dit oui. Fin.", "fr") == ["M. Dupont a dit oui.", "Fin."]
    assert texts("日本語です。次の文。", "ja-JP") == ["日本語です。", "次の文。"]


def test_a_language_that_nobody_knows_falls_back() -> None:
    assert texts("Ek is. Jy is.", "tlh") == ["Ek is.", "Jy is."]


def test_a_model_is_not_shown_what_nobody_sees() -> None:
    (sentence,) = split_sentences("We gua\u200brantee\u202e it\U000e0041\ufffd.", "en")

    assert sentence.text == "We gua\u200brantee\u202e it\U000e0041\ufffd."
    assert sentence.shown == "We guarantee it\ufffd."


@pytest.mark.parametrize(
    "piece",
    [
        "We guarantee it. ",
        "« x ",
        "a\n",
        "(a ",
        "x",
        "é. ",
        "<https://a.example|b> ",
        "\u200b. ",
        ":",
        "<",
    ],
)
def test_forty_thousand_characters_stay_within_the_limits(piece: str) -> None:
    draft = (piece * 40_000)[:40_000]

    holds(draft, split_sentences(draft, "en"))
