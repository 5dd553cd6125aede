"""What changed between two stacks."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from coherence.stack.diff import Change, ChangeKind, diff_stacks
from coherence.stack.document import Stack
from coherence.stack.example import example_stack
from coherence.stack.file import stack_content
from tests.coherence.stack.stacks import small, stacks

quickly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def statements(*ids: str) -> list[dict[str, str]]:
    return [{"id": name, "text": f"text of {name}"} for name in ids]


def shown(old: Stack, new: Stack) -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.section, change.id) for change in diff_stacks(old, new)]


def touchpoint(name: str, *checklist: str, **keys: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "checklist": statements(*checklist), **keys}


N0, N9 = statements("N0", "N9")
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, str, str]]]] = {
    "added": (
        {"vision": statements("V1")},
        {"vision": statements("V1", "V2")},
        [("added", "vision", "V2")],
    ),
    "removed": ({"vision": statements("V1")}, {}, [("removed", "vision", "V1")]),
    "renamed id": (
        {"vision": statements("V1")},
        {"vision": [{"id": "V2", "text": "text of V1"}]},
        [("added", "vision", "V2"), ("removed", "vision", "V1")],
    ),
    "moved to another section": (
        {"vision": statements("V1")},
        {"principles": statements("V1")},
        [("added", "principles", "V1"), ("removed", "vision", "V1")],
    ),
    "moved up": (
        {"vision": statements("A", "B", "C", "D")},
        {"vision": statements("D", "A", "B", "C")},
        [("moved", "vision", "D")],
    ),
    "changed and moved is changed": (
        {"vision": statements("A", "B", "C")},
        {"vision": [{"id": "C", "text": "new"}, *statements("A", "B")]},
        [("changed", "vision", "C")],
    ),
    "journey": ({}, {"journey": "K"}, [("changed", "journey", "journey")]),
    "language": ({}, {"language": "de"}, [("changed", "language", "language")]),
    "the arc turned round": (
        {"narrative": {"from": N0, "to": N9}},
        {"narrative": {"from": N9, "to": N0}},
        [
            ("added", "narrative.from", "N9"),
            ("added", "narrative.to", "N0"),
            ("removed", "narrative.from", "N0"),
            ("removed", "narrative.to", "N9"),
        ],
    ),
    "the start became the end": (
        {"narrative": {"from": N0}},
        {"narrative": {"to": N0}},
        [("added", "narrative.to", "N0"), ("removed", "narrative.from", "N0")],
    ),
    "a checklist line": (
        {"touchpoints": [touchpoint("C1", "K1", "K2")]},
        {"touchpoints": [touchpoint("C1", "K2", "K3")]},
        [("added", "checklist of C1", "K3"), ("removed", "checklist of C1", "K1")],
    ),
    "a checklist line moved to another touchpoint": (
        {"touchpoints": [touchpoint("C1", "K1"), touchpoint("C2")]},
        {"touchpoints": [touchpoint("C1"), touchpoint("C2", "K1")]},
        [("added", "checklist of C2", "K1"), ("removed", "checklist of C1", "K1")],
    ),
    "a touchpoint moves without its lines": (
        {"touchpoints": [touchpoint("C1", "K1"), touchpoint("C2", "K2", "K3"), touchpoint("C3")]},
        {"touchpoints": [touchpoint("C3"), touchpoint("C1", "K1"), touchpoint("C2", "K2", "K3")]},
        [("moved", "touchpoints", "C3")],
    ),
    "a touchpoint's own keys": (
        {"touchpoints": [touchpoint("C1", "K1", max_words=90)]},
        {"touchpoints": [touchpoint("C1", "K1", max_words=80)]},
        [("changed", "touchpoints", "C1")],
    ),
    "a milestone": (
        {"narrative": {"milestones": [{"id": "N1", "name": "a", "text": "b"}]}},
        {"narrative": {"milestones": [{"id": "N1", "name": "a", "text": "c"}]}},
        [("changed", "narrative.milestones", "N1")],
    ),
    "a rule": (
        {"rules": [{"id": "R1", "kind": "existence", "tokens": ["a"]}]},
        {"rules": [{"id": "R1", "kind": "existence", "tokens": ["a", "b"]}]},
        [("changed", "rules", "R1")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "changes"), CASES.values(), ids=CASES)
def test_a_change_is_named_by_kind_section_and_id(
    old: dict[str, Any], new: dict[str, Any], changes: list[tuple[str, str, str]]
) -> None:
    assert shown(small(**old), small(**new)) == changes


def test_a_changed_item_shows_only_the_keys_that_differ() -> None:
    old = small(promises=[{"id": "P1", "text": "same", "limits": "old"}])
    new = small(promises=[{"id": "P1", "text": "same", "limits": "new"}])
    assert diff_stacks(old, new) == [
        Change(ChangeKind.CHANGED, "promises", "P1", {"limits": "old"}, {"limits": "new"})
    ]


def test_a_key_that_came_shows_on_one_side_only() -> None:
    old = small(promises=[{"id": "P1", "text": "same"}])
    new = small(promises=[{"id": "P1", "text": "same", "limits": "new"}])
    [change] = diff_stacks(old, new)
    assert (change.before, change.after) == ({}, {"limits": "new"})


def test_a_removed_item_shows_all_it_said() -> None:
    [change] = diff_stacks(small(vision=statements("V1")), small())
    assert (change.before, change.after) == ({"id": "V1", "text": "text of V1"}, {})


def test_the_example_differs_from_nothing_by_all_its_items() -> None:
    example = example_stack()
    added = [c.id for c in diff_stacks(small(), example) if c.kind is ChangeKind.ADDED]
    assert sorted(added) == sorted(item.id for item in example.items())


@quickly
@given(stacks())
def test_nothing_differs_from_itself(stack: Stack) -> None:
    assert diff_stacks(stack, stack.model_copy(deep=True)) == []


@quickly
@given(stacks(), stacks())
def test_no_change_means_equal(one: Stack, other: Stack) -> None:
    assert (not diff_stacks(one, other)) == (stack_content(one) == stack_content(other))


@quickly
@given(stacks(), stacks())
def test_applied_to_the_old_items_the_changes_give_the_new_ones(old: Stack, new: Stack) -> None:
    items = entries(old)
    for change in diff_stacks(old, new):
        key = (change.section, change.id)
        kept = {k: v for k, v in items.pop(key, {}).items() if k not in change.before}
        if change.kind is not ChangeKind.REMOVED:
            items[key] = {**kept, **change.after}
    assert items == entries(new)


@quickly
@given(stacks(), stacks())
def test_backwards_what_was_added_is_removed(old: Stack, new: Stack) -> None:
    there, back = diff_stacks(old, new), diff_stacks(new, old)
    added = {(c.section, c.id) for c in there if c.kind is ChangeKind.ADDED}
    removed = {(c.section, c.id) for c in back if c.kind is ChangeKind.REMOVED}
    assert added == removed


def entries(stack: Stack) -> dict[tuple[str, str], dict[str, Any]]:
    """Every item of a stack by section and id, read from the file's content by other means."""
    content = stack_content(stack)
    found: dict[tuple[str, str], dict[str, Any]] = {
        (key, key): {"text": content[key]} for key in ("journey", "language")
    }
    narrative = content.pop("narrative", {})
    lists = {key: value for key, value in content.items() if isinstance(value, list)}
    lists["narrative.milestones"] = narrative.get("milestones", [])
    lists |= {f"narrative.{end}": [narrative[end]] for end in ("from", "to") if end in narrative}
    for touchpoint_ in content.get("touchpoints", []):
        lists[f"checklist of {touchpoint_['id']}"] = touchpoint_.pop("checklist", [])
    for section, items in lists.items():
        found |= {(section, item["id"]): item for item in items}
    return found
