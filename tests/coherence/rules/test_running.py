import pytest

from coherence.errors import NoTouchpoint
from coherence.findings import Finding, Relation, Severity, Source
from coherence.rules import CompiledStack, compile_stack, is_blank_phrase, run_rules
from coherence.stack.document import Stack


def stack(**sections: object) -> CompiledStack:
    return compile_stack(
        Stack.model_validate({"format": 1, "journey": "Test", "language": "en", **sections})
    )


def touchpoint(**fields: object) -> CompiledStack:
    return stack(touchpoints=[{"id": "C1", "name": "Welcome email", **fields}])


def line(**fields: object) -> CompiledStack:
    return touchpoint(checklist=[{"id": "C1.1", "text": "The line", **fields}])


def test_a_never_phrase_is_a_high_finding_that_names_its_line() -> None:
    compiled = stack(never=[{"id": "X1", "text": "Nobody guarantees.", "patterns": ["guarantee*"]}])

    assert run_rules(compiled, "It is guaranteed.") == (
        Finding(
            statement_id="X1",
            source=Source.RULE,
            relation=Relation.OVERPROMISES,
            severity=Severity.HIGH,
            start=6,
            end=16,
            quote="guaranteed",
            statement="Nobody guarantees.",
            why="These words are on the list of what nobody may say.",
            suggestion="Say what we can keep: describe what really happens, or leave this out.",
        ),
    )


def test_a_term_offers_the_word_we_use() -> None:
    compiled = stack(terms=[{"id": "W1", "use": "workspace", "instead_of": ["tenant", "instance"]}])

    (finding,) = run_rules(compiled, "Your tenant")

    assert (finding.relation, finding.severity) == (Relation.TERM, Severity.LOW)
    assert finding.statement == "Say “workspace”, not “tenant” or “instance”."
    assert finding.why == "We say “workspace”."
    assert finding.suggestion == "Use our word, “workspace”."


def test_a_tone_word_is_a_low_finding() -> None:
    compiled = stack(tone=[{"id": "T1", "text": "Plain.", "avoid": ["hype"]}])

    (finding,) = run_rules(compiled, "Pure hype")

    assert (finding.relation, finding.severity) == (Relation.OFF_TONE, Severity.LOW)


def test_what_a_checklist_forbids_is_forbidden_even_when_denied() -> None:
    (finding,) = run_rules(line(forbids=["discount", "$"]), "There is no discount.", "C1")

    assert (finding.statement_id, finding.quote) == ("C1.1", "discount")
    assert (finding.relation, finding.severity) == (Relation.CHECKLIST, Severity.MEDIUM)


@pytest.mark.parametrize("text", ["It is $4.", "It is 4$", "US$4", "$", "$\u00a05", "(*$5*)"])
def test_a_sign_needs_no_word_boundary(text: str) -> None:
    assert [f.quote for f in run_rules(line(forbids=["$"]), text, "C1")] == ["$"]


@pytest.mark.parametrize(
    "text",
    [
        "Your *next step*",
        "your NEXT\nSTEP is",
        "> next step",
        "Draft for tomorrow:\n> Hello Ana, your next step is one note.\nFine?",
        "<https://x.example|next step>",
        "Not a next step",
        "next\u00a0step",
    ],
)
def test_a_required_phrase_counts_wherever_a_reader_sees_it(text: str) -> None:
    assert run_rules(line(requires=["next step", "start here"]), text, "C1") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "`next step`",
        "https://x.example/next-step",
        "next steps",
        "~next step~",
        "> My next step?\nWrite one note.",
    ],
)
def test_a_required_phrase_that_is_absent_comes_without_a_place(text: str) -> None:
    (finding,) = run_rules(line(requires=["next step"]), text, "C1")

    assert (finding.start, finding.end, finding.quote) == (0, 0, "")
    assert "“next step”" in finding.why


@pytest.mark.parametrize(
    "phrase", ["https://x.example/status", ":wave:", "help@x.example", "@support"]
)
def test_a_required_phrase_that_is_markup_itself_can_be_met(phrase: str) -> None:
    assert run_rules(line(requires=[phrase]), f"Look: {phrase} for more.", "C1") == ()
    assert len(run_rules(line(requires=[phrase]), "Look elsewhere.", "C1")) == 1


def test_a_checklist_counts_only_for_its_touchpoint() -> None:
    compiled = line(forbids=["discount"], requires=["next step"])

    assert run_rules(compiled, "A discount.") == ()
    with pytest.raises(NoTouchpoint, match="C9"):
        run_rules(compiled, "A discount.", "C9")


def test_a_text_over_the_word_limit_says_by_how_much() -> None:
    compiled = touchpoint(max_words=3)

    assert run_rules(compiled, "one two three", "C1") == ()
    (finding,) = run_rules(compiled, "one two three four", "C1")
    assert finding.statement_id == "C1"
    assert finding.why == "4 words; the limit for the Welcome email is 3."
    assert finding.suggestion == "Cut 1 word: keep what the reader needs for the next step."


@pytest.mark.parametrize(
    "text",
    [
        "one two – three :wave: 👋",
        "> quoted words do not count\none two three",
        "one <https://x.example/a-b-c|two three>",
        "<@U1> two https://x.example/three?four=five",
        "one\u00a0two 24/7 ~gone with it~",
    ],
)
def test_words_are_counted_as_a_reader_gets_them(text: str) -> None:
    assert run_rules(touchpoint(max_words=3), text, "C1") == ()
    assert len(run_rules(touchpoint(max_words=2), text, "C1")) == 1


def test_findings_come_by_position_with_what_is_absent_last() -> None:
    compiled = stack(
        never=[{"id": "X1", "text": "x", "patterns": ["forever"]}],
        tone=[{"id": "T1", "text": "t", "avoid": ["hype"]}],
        touchpoints=[
            {
                "id": "C1",
                "name": "Mail",
                "max_words": 1,
                "checklist": [
                    {"id": "C1.1", "text": "r", "requires": ["reply"], "forbids": ["price"]}
                ],
            }
        ],
    )

    found = run_rules(compiled, "hype and price forever", "C1")

    assert [f.statement_id for f in found] == ["T1", "C1.1", "X1", "C1.1", "C1"]


def test_overlapping_phrases_of_one_statement_are_one_finding_and_of_two_are_two() -> None:
    compiled = stack(
        never=[
            {"id": "X1", "text": "x", "patterns": ["always keep", "keep a", "always*"]},
            {"id": "X2", "text": "y", "patterns": ["keep a note"]},
        ]
    )

    found = run_rules(compiled, "You always keep a note")

    assert [(f.statement_id, f.quote) for f in found] == [
        ("X1", "always keep a"),
        ("X2", "keep a note"),
    ]


def test_thousands_of_findings_are_all_returned() -> None:
    compiled = stack(tone=[{"id": "T1", "text": "t", "avoid": ["hype"]}])

    assert len(run_rules(compiled, "hype " * 4_000)) == 4_000


def test_a_script_without_spaces_needs_no_word_boundary() -> None:
    compiled = stack(never=[{"id": "X1", "text": "x", "patterns": ["保証"]}])

    assert [f.quote for f in run_rules(compiled, "成果を保証します")] == ["保証"]


@pytest.mark.parametrize(
    "phrase", ["*", "**", " * ", "\u200b", "\u200b*", "\ufeff\u00ad", "\u2063 \u200d"]
)
def test_a_phrase_of_nothing_is_blank(phrase: str) -> None:
    assert is_blank_phrase(phrase)


@pytest.mark.parametrize("phrase", ["a", "a*", "$", "€", "24/7", "—", "🚀", "é"])
def test_a_phrase_of_something_is_not_blank(phrase: str) -> None:
    assert not is_blank_phrase(phrase)


def test_a_blank_phrase_in_a_stack_is_passed_over() -> None:
    compiled = stack(tone=[{"id": "T1", "text": "t", "avoid": ["*", "\u200b", "hype"]}])

    assert len(run_rules(compiled, "all * hype")) == 1
