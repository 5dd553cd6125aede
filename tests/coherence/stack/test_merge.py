from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.stack.document import Stack
from coherence.stack.file import stack_content
from coherence.stack.merge import WHOLE_ITEM, Conflict, merge_stacks
from tests.coherence.stack.stacks import small, stacks

Promises = list[dict[str, Any]]


def promises(*items: str | tuple[str, str]) -> Stack:
    """A stack of promises: an id alone, or with its text."""
    pairs = [(item, item) if isinstance(item, str) else item for item in items]
    return small(promises=[{"id": item_id, "text": text} for item_id, text in pairs])


def ids(stack: Stack) -> list[str]:
    return [promise.id for promise in stack.promises]


few = settings(max_examples=40, deadline=None)


@few
@given(stacks(), stacks())
def test_merging_with_an_unchanged_side_is_the_other_side(base: Stack, changed: Stack) -> None:
    assert merge_stacks(base, base, changed).stack == changed
    assert merge_stacks(base, changed, base).stack == changed
    assert not merge_stacks(base, base, changed).conflicts
    assert not merge_stacks(base, changed, base).conflicts


@few
@given(stacks(), stacks())
def test_two_who_made_the_same_changes_agree(base: Stack, changed: Stack) -> None:
    merged = merge_stacks(base, changed, changed)
    assert (merged.stack, merged.conflicts) == (changed, [])


items = st.lists(st.integers(0, 9), unique=True, max_size=7)
texts = st.sampled_from(["one", "two", "three"])


@st.composite
def edited(draw: st.DrawFn, base: Promises, fresh: int) -> Promises:
    """A side's version: some retired, changed, added and moved."""
    side: Promises = []
    for item in base:
        what = draw(st.sampled_from(["keep", "keep", "keep", "retire", "change"]))
        change = (
            {draw(st.sampled_from(["text", "limits"])): draw(texts)} if what == "change" else {}
        )
        if what != "retire":
            side.append({**item, **change})
    moves: bool = draw(st.booleans())
    if side and moves:
        side.insert(
            draw(st.integers(0, len(side) - 1)), side.pop(draw(st.integers(0, len(side) - 1)))
        )
    for n in range(draw(st.integers(0, 2))):
        new = {"id": f"P{fresh + n}", "text": draw(texts)}
        side.insert(draw(st.integers(0, len(side))), new)
    return side


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[Promises, Promises, Promises]:
    base = [{"id": f"P{n}", "text": "as it was"} for n in draw(items)]
    return base, draw(edited(base, 20)), draw(edited(base, 30))


def by_id(side: Promises) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in side}


@given(two_sides())
def test_no_edit_of_either_side_is_lost(sides: tuple[Promises, Promises, Promises]) -> None:
    base, ours, theirs = map(by_id, sides)
    merged = merge_stacks(*(small(promises=side) for side in sides))
    result = by_id(stack_content(merged.stack).get("promises", []))
    conflicts = {(conflict.id, conflict.key): conflict for conflict in merged.conflicts}
    for side, name in ((ours, "ours"), (theirs, "theirs")):
        for item_id, item in side.items():
            before = base.get(item_id, {})
            for key in (key for key in item if item[key] != before.get(key)):
                clash = conflicts.get((item_id, key)) or conflicts.get((item_id, WHOLE_ITEM))
                kept = result[item_id].get(key) == item[key]
                assert kept or (clash and getattr(clash, name) in (item, item[key]))
    retired = {i for i in base if i not in ours or i not in theirs}
    for item_id in retired & set(result):
        assert (item_id, WHOLE_ITEM) in conflicts


@given(two_sides())
def test_nothing_is_made_up(sides: tuple[Promises, Promises, Promises]) -> None:
    _, ours, theirs = map(by_id, sides)
    merged = merge_stacks(*(small(promises=side) for side in sides)).stack
    assert len(ids(merged)) == len(set(ids(merged)))
    assert set(ids(merged)) <= {*ours, *theirs}


@given(two_sides())
def test_the_order_that_all_agree_on_is_kept(sides: tuple[Promises, Promises, Promises]) -> None:
    base, ours, theirs = ([item["id"] for item in side] for side in sides)
    merged = ids(merge_stacks(*(small(promises=side) for side in sides)).stack)

    def in_order(side: list[str]) -> Callable[[str, str], bool]:
        return lambda a, b: side.index(a) < side.index(b)

    # Where one side left the order as it was, the other side's order is the merged one.
    for one, other in ((ours, theirs), (theirs, ours)):
        if [i for i in base if i in one] == [i for i in one if i in base]:
            held = [i for i in merged if i in other]
            assert held == [i for i in other if i in merged]


def test_different_items_merge_silently() -> None:
    base = promises("P1", "P2")
    ours, theirs = promises(("P1", "mine"), "P2"), promises("P1", ("P2", "theirs"))
    merged = merge_stacks(base, ours, theirs)
    assert merged.stack == promises(("P1", "mine"), ("P2", "theirs"))
    assert not merged.conflicts


def test_different_keys_of_an_item_merge_silently() -> None:
    base = small(promises=[{"id": "P1", "text": "a"}])
    ours = small(promises=[{"id": "P1", "text": "b"}])
    theirs = small(promises=[{"id": "P1", "text": "a", "limits": "c"}])
    merged = merge_stacks(base, ours, theirs)
    assert merged.stack == small(promises=[{"id": "P1", "text": "b", "limits": "c"}])
    assert not merged.conflicts


def test_the_same_text_changed_twice_is_a_conflict_that_holds_both() -> None:
    merged = merge_stacks(promises("P1"), promises(("P1", "mine")), promises(("P1", "theirs")))
    assert merged.conflicts == [Conflict("P1", "text", "mine", "theirs")]
    assert merged.stack == promises(("P1", "mine"))


def never(*patterns: str) -> Stack:
    return small(never=[{"id": "X1", "text": "No.", "patterns": list(patterns)}])


def test_phrases_that_both_added_or_struck_are_all_respected() -> None:
    merged = merge_stacks(
        never("stays", "we strike", "they strike"),
        never("stays", "they strike", "we add"),
        never("stays", "they add", "we strike"),
    )
    assert merged.stack == never("stays", "we add", "they add")
    assert not merged.conflicts


def test_a_list_that_only_both_together_empty_is_a_conflict() -> None:
    def term(*others: str) -> Stack:
        return small(terms=[{"id": "W1", "use": "job", "instead_of": list(others)}])

    merged = merge_stacks(term("a", "b"), term("a"), term("b"))
    assert merged.conflicts == [Conflict("W1", "instead_of", ["a"], ["b"])]
    assert merged.stack == term("a")


@pytest.mark.parametrize("we_retire", [True, False])
def test_what_one_retired_and_the_other_changed_is_kept_and_told(*, we_retire: bool) -> None:
    base, gone, changed = promises("P1", "P2"), promises("P2"), promises(("P1", "new"), "P2")
    sides = (gone, changed) if we_retire else (changed, gone)
    merged = merge_stacks(base, *sides)
    assert merged.stack == changed
    [conflict] = merged.conflicts
    assert (conflict.id, conflict.key) == ("P1", WHOLE_ITEM)


def test_both_sides_moves_are_made() -> None:
    base = promises("A", "B", "C", "D", "E")
    ours, theirs = promises("B", "A", "C", "D", "E"), promises("A", "B", "C", "E", "D")
    assert ids(merge_stacks(base, ours, theirs).stack) == ["B", "A", "C", "E", "D"]


def test_checklists_merge_inside_their_touchpoint() -> None:
    def touchpoint(*lines: tuple[str, str], **keys: str) -> Stack:
        checklist = [{"id": line_id, "text": text} for line_id, text in lines]
        return small(touchpoints=[{"id": "C1", "name": "Mail", "checklist": checklist, **keys}])

    merged = merge_stacks(
        touchpoint(("C1.1", "a")),
        touchpoint(("C1.1", "b"), owner="Sales"),
        touchpoint(("C1.1", "a"), ("C1.2", "new")),
    )
    assert merged.stack == touchpoint(("C1.1", "b"), ("C1.2", "new"), owner="Sales")
    assert not merged.conflicts


def test_the_start_of_the_story_is_one_line_even_if_both_wrote_the_first() -> None:
    def story(item_id: str, text: str) -> Stack:
        return small(narrative={"from": {"id": item_id, "text": text}})

    merged = merge_stacks(small(), story("N1", "mine"), story("N2", "theirs"))
    assert merged.stack == story("N2", "mine")
    assert merged.conflicts == [Conflict("N2", "text", "mine", "theirs")]
