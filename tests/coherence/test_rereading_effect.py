"""What counts as a change between two versions: worse, better, or neither."""

import pytest

from coherence.findings import Severity
from coherence.rereading_effect import (
    CheckEffect,
    Clash,
    Shift,
    check_effect,
    read_clashes,
    shift,
    stored,
)
from coherence.stack.example import example_stack

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


def clash(line: str, severity: Severity = HIGH, *, by_model: bool = False) -> Clash:
    return Clash(line, severity, by_model, 3, 9)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], Shift()),
        ([clash("P1")], [clash("P1")], Shift()),
        ([clash("P1")], [clash("P1", by_model=True)], Shift()),
        ([], [clash("P1", MEDIUM)], Shift(worse=("P1",))),
        ([clash("P1", MEDIUM)], [], Shift(better=("P1",))),
        ([clash("P1", MEDIUM)], [clash("P1", HIGH)], Shift(worse=("P1",))),
        ([clash("P1")], [clash("P2")], Shift(("P2",), ("P1",))),
        ([], [clash("W1", LOW)], Shift(worse=("W1",))),
        ([clash("W1", LOW)], [], Shift(better=("W1",))),
        ([clash("P1")], [clash("P1"), clash("W1", LOW)], Shift()),
        ([clash("P1", LOW), clash("P1")], [clash("P1")], Shift()),
    ],
)
def test_what_clashes_more_or_less_than_before(
    before: list[Clash], after: list[Clash], expected: Shift
) -> None:
    assert shift(before, after) == expected
    mirrored = shift(after, before)
    assert (mirrored.worse, mirrored.better) == (expected.better, expected.worse)


def test_a_text_that_clashes_now_elsewhere_than_before_counts_once_as_clashing() -> None:
    both = Shift(("P2",), ("P1",))
    effect = check_effect(example_stack(), [both, Shift(("P2",)), Shift((), ("P1",)), Shift()])
    assert (effect.worse, effect.better) == (2, 1)
    assert effect.most_often is not None
    assert effect.most_often.line == "P2"
    assert check_effect(example_stack(), [Shift()]) == CheckEffect()


def test_clashes_are_read_as_they_were_stored_and_places_only_where_asked_for() -> None:
    found = [clash("P1"), clash("P2", LOW, by_model=True)]
    assert list(read_clashes(stored(found, with_places=True))) == found
    rows = stored(found, with_places=False)
    assert not {"start", "end"} & {key for row in rows for key in row}
    assert [each.line for each in read_clashes(rows)] == ["P1", "P2"]
