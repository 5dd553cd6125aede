"""Counting what came of messages whose verdict people agree on."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.assessment import NotJudged
from coherence.errors import InvalidLabels
from coherence.evaluation import (
    EXPECTED_VERDICTS,
    Case,
    Flip,
    Line,
    Outcome,
    Report,
    cases_of,
    find_flips,
)
from coherence.findings import Finding, Relation, Severity, Source
from coherence.labelled import read_labelled
from coherence.proportions import Share
from coherence.stack.document import Verdict
from coherence.stack.example import example_stack

FITS, SUGGESTIONS, CONFLICT, NOT_JUDGED = Verdict
CONTRADICTS, OVERPROMISES = Relation.CONTRADICTS, Relation.OVERPROMISES
STACK = example_stack()


def finding(line: str, relation: Relation = CONTRADICTS) -> Finding:
    return Finding(
        statement_id=line,
        source=Source.MODEL,
        relation=relation,
        severity=Severity.HIGH,
        start=0,
        end=1,
        quote="a",
        statement="s",
        why="w",
    )


def outcome(
    name: str,
    expected: Verdict,
    got: Verdict,
    lines: tuple[Line, ...] | None = None,
    *findings: Finding,
) -> Outcome:
    unjudged = NotJudged.TIMEOUT if got is NOT_JUDGED else None
    return Outcome(Case(name, "a", expected, None, lines), got, unjudged, findings)


HAND_MADE = Report(
    (
        outcome("a", CONFLICT, CONFLICT, (Line("P1", CONTRADICTS),), finding("P1"), finding("P1")),
        outcome("b", CONFLICT, CONFLICT, (Line("P1", CONTRADICTS),), finding("P1", OVERPROMISES)),
        outcome("c", CONFLICT, NOT_JUDGED, (Line("X1", OVERPROMISES),)),
        outcome("d", SUGGESTIONS, CONFLICT, (), finding("P2")),
        outcome("e", FITS, FITS, ()),
        outcome("f", FITS, NOT_JUDGED, ()),
        outcome("g", CONFLICT, CONFLICT, None, finding("P9")),
    )
)


def test_verdicts_are_counted_by_hand() -> None:
    conflict = HAND_MADE.verdicts[CONFLICT]
    assert (conflict.precision, conflict.recall) == (Share(3, 4), Share(3, 4))
    fits = HAND_MADE.verdicts[FITS]
    assert (fits.precision, fits.recall) == (Share(1, 1), Share(1, 2))
    assert HAND_MADE.verdicts[SUGGESTIONS].precision == Share(0, 0)
    assert HAND_MADE.as_expected == Share(4, 7)
    assert HAND_MADE.confusion[SUGGESTIONS, CONFLICT] == 1


def test_what_nobody_judged_is_counted_apart_and_never_fits() -> None:
    assert HAND_MADE.not_judged == 2
    assert HAND_MADE.reasons == {NotJudged.TIMEOUT: 2}
    assert HAND_MADE.confusion[FITS, NOT_JUDGED] == 1
    assert [o.case.id for o in HAND_MADE.not_as_expected] == ["c", "d", "f"]


def test_relations_are_counted_by_message_and_line() -> None:
    contradicts = HAND_MADE.relations[CONTRADICTS]
    # a is right; b's line was found as another relation; d's finding is about a line it keeps to.
    assert (contradicts.precision, contradicts.recall) == (Share(1, 2), Share(1, 2))
    overpromises = HAND_MADE.relations[OVERPROMISES]
    assert (overpromises.precision, overpromises.recall) == (Share(0, 1), Share(0, 1))
    assert HAND_MADE.lines.precision == Share(1, 3)
    assert HAND_MADE.lines.recall == Share(1, 3)


def test_misses_and_false_alarms_are_named() -> None:
    by_id = {o.case.id: o for o in HAND_MADE.outcomes}
    assert by_id["c"].missed == (Line("X1", OVERPROMISES),)
    assert by_id["d"].false_alarms == (finding("P2"),)
    # Nobody has said what g offends, so no finding about it is false.
    assert by_id["g"].false_alarms == ()


def test_an_example_that_fits_names_what_it_keeps_to_and_others_what_they_offend() -> None:
    fitting, conflict, wording = cases_of(STACK.examples)
    assert fitting.lines == ()
    assert conflict.lines == (Line("X1"),)
    assert wording.lines == (Line("T1"), Line("W2"))
    assert outcome("E", CONFLICT, CONFLICT, (Line("X1"),), finding("X1", OVERPROMISES)).missed == ()


def test_flips_are_told_of_cases_that_both_runs_have() -> None:
    before = {"a": FITS, "b": CONFLICT, "gone": FITS}
    [flip] = find_flips(before, HAND_MADE.outcomes)
    assert flip == Flip("a", CONFLICT, FITS, CONFLICT)
    assert flip.is_better
    assert not flip.is_worse


verdicts = st.sampled_from(EXPECTED_VERDICTS)
lines = st.builds(
    Line, st.sampled_from(["P1", "P2", "X1"]), st.none() | st.sampled_from(list(Relation))
)
findings = st.builds(finding, st.sampled_from(["P1", "P2", "X1"]), st.sampled_from(list(Relation)))
outcomes = st.lists(
    st.builds(
        lambda expected, got, known, found: outcome("x", expected, got, known, *found),
        verdicts,
        st.sampled_from(list(Verdict)),
        st.none() | st.lists(lines, max_size=4).map(tuple),
        st.lists(findings, max_size=5),
    ),
    max_size=30,
)


@given(run=outcomes)
def test_the_counts_add_up(run: list[Outcome]) -> None:
    report = Report(tuple(run))
    assert sum(report.confusion.values()) == len(run)
    assert report.as_expected.count + len(report.not_as_expected) == len(run)
    assert sum(r.recall.of for r in report.verdicts.values()) == len(run)
    assert sum(r.precision.of for r in report.verdicts.values()) + report.not_judged == len(run)
    rates = [*report.verdicts.values(), *report.relations.values(), report.lines]
    assert all(0 <= s.count <= s.of for r in rates for s in (r.precision, r.recall))
    assert sum(r.precision.of for r in report.relations.values()) == report.lines.precision.of
    assert sum(r.precision.count for r in report.relations.values()) == report.lines.precision.count


@given(run=outcomes, seed=st.randoms(use_true_random=False))
def test_the_order_does_not_matter(run: list[Outcome], seed: random.Random) -> None:
    shuffled = list(run)
    seed.shuffle(shuffled)
    one, other = Report(tuple(run)), Report(tuple(shuffled))
    for count in ("as_expected", "confusion", "verdicts", "relations", "lines", "not_judged"):
        assert getattr(one, count) == getattr(other, count)


def message(**changes: object) -> str:
    label = {"narrative_id": "P1", "relation": "contradicts", "quote": "a", "severity": "high"}
    return json.dumps(
        {"id": "m1", "touchpoint": None, "text": "Hello", "findings": [label]} | changes
    )


def test_a_labelled_set_says_verdicts_by_its_findings() -> None:
    low = {"narrative_id": "T1", "relation": "off_tone", "severity": "low", "quote": "a"}
    text = "\n".join(
        [message(), message(id="m2", findings=[low]), "", message(id="m3", findings=[])]
    )
    cases = read_labelled("\ufeff" + text, STACK)
    assert [case.verdict for case in cases] == [CONFLICT, SUGGESTIONS, FITS]
    assert cases[0].lines == (Line("P1", CONTRADICTS),)


def test_a_message_may_hold_what_unicode_counts_as_the_end_of_a_line() -> None:
    line = json.dumps({"id": "m", "text": "a\u2028b\x85c", "findings": []}, ensure_ascii=False)
    [case] = read_labelled(line, STACK)
    assert case.text == "a\u2028b\x85c"


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ("{", "this is not a JSON object on one line."),
        ("[]", "this is not a JSON object."),
        ("[" * 100_000, "this is not a JSON object on one line."),
        (message(id="m1"), "the id m1 is used twice."),
        (message(id="m2", touchpoint="C99"), "the narrative has no touchpoint C99."),
        (message(id="m2", text="  "), "There is nothing to check yet: the draft is empty."),
        (json.dumps({"id": "m2", "text": "a"}), "“findings” is missing."),
        (
            message(
                id="m2", findings=[{"narrative_id": "Q", "relation": "term", "severity": "low"}]
            ),
            "the narrative has no line Q.",
        ),
        (
            message(
                id="m2", findings=[{"narrative_id": "P1", "relation": "bad", "severity": "low"}]
            ),
            (
                "“findings.0.relation” must be contradicts, overpromises, drifts, off_tone, term, "
                "checklist or style."
            ),
        ),
    ],
)
def test_a_set_that_cannot_be_used_is_refused_with_its_line(second: str, sentence: str) -> None:
    with pytest.raises(InvalidLabels) as refused:
        read_labelled(f"{message()}\n\n{second}\n", STACK, "set.jsonl")
    assert str(refused.value) == f"set.jsonl, line 3: {sentence}"


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(InvalidLabels, match="no message"):
        read_labelled("\n\n", STACK)
