import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coherence.grounding import Grounded, ground
from coherence.judge import ModelRelation, Remark
from coherence.sentences import split_sentences
from coherence.statements import JudgedStatement, Kind

STATEMENT = "The first 30 days are free, and we do not ask for a card.\nLimits: One trial each."


def find(
    draft: str,
    quote: str,
    statement: str = STATEMENT,
    cited: str = "The first 30 days are free",
    *,
    sentence: str = "S1",
    language: str = "en",
) -> Grounded | None:
    return ground(
        Remark(
            sentence_id=sentence,
            statement_id="P1",
            message_quote=quote,
            statement_quote=cited,
            relation=ModelRelation.CONTRADICTS,
            why="It says otherwise.",
        ),
        {each.id: each for each in split_sentences(draft, language)},
        {"P1": JudgedStatement("P1", Kind.PROMISE, statement)},
        language,
    )


def cited(statement: str, quote: str, language: str = "en") -> str | None:
    found = find("It is so.", "It is so", statement, quote, language=language)
    return found.statement if found else None


@pytest.mark.parametrize(
    ("draft", "quote", "typed"),
    [
        ("Get 14 days free.", "14 days free", "14 days free"),
        ("Get 14 days free.", " 14 days free.\n", "14 days free."),
        ("It’s “free” – for now.", 'It\'s "free" - for now', "It’s “free” – for now"),
        ("It is 14\u00a0days\nlong.", "14 days long", "14\u00a0days\nlong"),
        ("We gua\u200brantee it.", "We guarantee it", "We gua\u200brantee it"),
        ("We guarantee it.", "We gua\u200brantee it", "We guarantee it"),
        ("It is *free* for _all_.", "is free for all", "is *free* for _all"),
        ("It is free for all.", "is *free* for all", "is free for all"),
        ("ﬁnd it for \uff15 days.", "find it for 5 days", "ﬁnd it for \uff15 days"),
        ("cafe\u0301 is free", "café is", "cafe\u0301 is"),
        ("👩‍💻 It is free.", "It is free", "It is free"),
        ("Wait… it is free.", "Wait... it is free", "Wait… it is free"),
        ("See `tenant_id` and <https://a.example|free days>.", "tenant_id", "tenant_id"),
    ],
)
def test_a_quote_is_found_whatever_the_typography_and_shown_as_typed(
    draft: str, quote: str, typed: str
) -> None:
    found = find(draft, quote)

    assert found is not None
    assert (found.quote, draft[found.start : found.end]) == (typed, typed)


@pytest.mark.parametrize(
    "quote",
    [
        "15 days free",
        "14 day free",
        "14 days Free",
        "14 … free",
        "14 ... free",
        "Get … free",
        "[14] days free",
        "4 days free",
        "14 days fre",
        "et 14 days",
        "14 days free today",
        "14 days free. And",
        "",
        " ",
        ".",
        "\u200b",
        "…",
    ],
)
def test_a_quote_that_is_altered_cut_or_blank_is_none(quote: str) -> None:
    assert find("Get 14 days free.", quote) is None


@pytest.mark.parametrize(
    ("draft", "quote"),
    [
        ("It takes 3.5 days.", "5 days"),
        ("It takes 1,000 days.", "000 days"),
        ("It takes 3–5 days.", "5 days"),
        ("It gives 10% off.", "gives 10"),
        ("It costs €6 each.", "6 each"),
        ("It is -5 degrees.", "5 degrees"),
        ("It is open 24/7 here.", "7 here"),
        ("We can't do it.", "t do it"),
        ("We can’t do it.", "We can"),
        ("We cannot do it.", "We can"),
        ("It is non-binding here.", "binding here"),
    ],
)
def test_a_quote_cuts_no_word_and_no_number(draft: str, quote: str) -> None:
    assert find(draft, quote) is None


@pytest.mark.parametrize(
    ("draft", "quote"),
    [
        ("We do not guarantee results.", "guarantee results"),
        ("We never promise a date.", "promise a date"),
        ("You get this without a date.", "a date"),
        ("There is no limit.", "limit"),
        ("We will not charge you.", "We will"),
        ("Phone support is not available.", "Phone support"),
        ("Nobody guarantees results.", "guarantees results"),
    ],
)
def test_a_quote_that_leaves_out_what_denies_it_is_none(draft: str, quote: str) -> None:
    assert find(draft, quote) is None
    assert cited(draft, quote) is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("We do not guarantee results.", "results"),
        ("We don't ever promise a date.", "promise a date"),
        ("It is not free, cheap or quick.", "cheap or quick"),
    ],
)
def test_a_denial_further_off_counts_in_the_draft_where_it_turns_the_claim_round(
    text: str, quote: str
) -> None:
    assert find(text, quote) is None
    assert cited(text, quote) == quote


@pytest.mark.parametrize(
    ("draft", "quote", "language"),
    [
        ("Wir versprechen keinen Termin.", "Termin", "de"),
        ("Wir garantieren nicht.", "Wir garantieren", "de"),
        ("Nous ne garantissons pas de dates.", "de dates", "fr"),
        ("No prometemos fechas.", "prometemos fechas", "es-MX"),
    ],
)
def test_other_languages_deny_with_words_of_their_own(
    draft: str, quote: str, language: str
) -> None:
    assert find(draft, quote, language=language) is None
    assert cited(draft, quote, language) is None


@pytest.mark.parametrize(
    ("draft", "quote"),
    [
        ("We do not guarantee results.", "We do not guarantee results"),
        ("We do not ask for a card.", "do not ask"),
        ("You need no card, and your data stays in Toronto.", "your data stays in Toronto"),
        ("If you do not like it you get a refund.", "you get a refund"),
        ("Not only is it fast, we guarantee it.", "we guarantee it"),
        ("Nobody has to wait: we answer at once.", "we answer at once"),
        ("No doubt results are guaranteed.", "results are guaranteed"),
        ("We are calm; no hype.", "We are calm;"),
    ],
)
def test_a_denial_inside_the_quote_or_in_another_clause_is_fine(draft: str, quote: str) -> None:
    assert find(draft, quote) is not None
    assert cited(draft, quote) == quote


def test_the_lead_of_a_list_denies_its_lines() -> None:
    lead, fine = "What we do not promise:", "What we promise:"
    items = "\n• a date\n• a price"

    assert find(lead + items, "a price", sentence="S3") is None
    assert find(fine + items, "a price", sentence="S3") is not None


def test_the_line_of_a_statement_that_follows_a_denial_is_not_denied_by_it() -> None:
    assert cited(STATEMENT, "Limits: One trial each.") == "Limits: One trial each."
    assert cited(STATEMENT, "ask for a card") is None


def test_what_a_statement_sets_something_off_from_does_not_deny_it() -> None:
    statement = "Someone finds an answer by searching instead of asking around."

    assert cited(statement, "finds an answer by searching") is not None
    assert cited(statement, "asking around") is None
    assert cited("The team writes without being reminded.", "The team writes") is None


def test_a_statement_is_quoted_as_it_is_written() -> None:
    assert cited("It’s\u00a0*free*\nfor all", "It's free for all") == "It’s\u00a0*free*\nfor all"


def test_of_several_places_the_first_that_holds_is_taken() -> None:
    draft = "We do not charge a fee, but the bank charges a fee."

    found = find(draft, "a fee")

    assert found is not None
    assert found.start == draft.rindex("a fee")


def test_a_quote_counts_only_in_the_sentence_it_is_said_to_be_from() -> None:
    draft = "We won. We won."

    assert find(draft, "We won", sentence="S2") == Grounded(
        8, 14, "We won", "The first 30 days are free"
    )
    assert find("We won. We lost.", "We won", sentence="S2") is None
    assert find("We won. We lost.", "We won. We lost") is None


@pytest.mark.parametrize("unknown", ["S0", "S9", "", "s1", "S1 ", "P1"])
def test_an_unknown_sentence_holds_nothing(unknown: str) -> None:
    assert find("We won.", "We won", sentence=unknown) is None


def test_a_statement_that_does_not_say_so_holds_nothing() -> None:
    assert cited(STATEMENT, "The first 31 days are free") is None
    assert cited(STATEMENT, "the first 30 days are free") is None
    assert cited(STATEMENT, "") is None


WORDS = st.sampled_from(
    ["we", "not", "free", "’", "days", "14", "%", "*", " ", "-", "é", ".", "\n"]
)


@given(st.lists(WORDS, min_size=1, max_size=25).map("".join), st.data())
@settings(max_examples=300, deadline=None)
def test_what_is_shown_stands_there_and_is_what_was_quoted(draft: str, data: st.DataObject) -> None:
    assume(draft.strip())
    sentences = split_sentences(draft, "en")
    sentence = data.draw(st.sampled_from(sentences))
    start = data.draw(st.integers(0, len(sentence.text) - 1))
    quote = sentence.text[start : data.draw(st.integers(start, len(sentence.text)))]

    found = find(draft, quote, sentence=sentence.id)

    if found is not None:
        assert draft[found.start : found.end] == found.quote
        assert sentence.start <= found.start < found.end <= sentence.end
        assert "".join(filter(str.isalnum, quote)) == "".join(filter(str.isalnum, found.quote))
        before, after = draft[: found.start], draft[found.end :]
        assert not (before[-1:].isalnum() and found.quote[0].isalnum())
        assert not (after[:1].isalnum() and found.quote[-1].isalnum())


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_stumble(draft: str, quote: str, statement: str, stated: str) -> None:
    find(draft, quote, statement, stated)
    find(draft, draft, statement, statement)
