from typing import Any

import pytest

from coherence.errors import InvalidItem, InvalidStack, NoItem
from coherence.stack.document import Stack
from coherence.stack.editing import (
    SECTIONS,
    Place,
    add_item,
    change_item,
    checklist_of,
    find_item,
    items_of,
    next_id,
    place_down,
    place_item,
    place_up,
    retire_item,
)
from coherence.stack.example import example_stack
from tests.coherence.stack.stacks import small

EXAMPLE = example_stack()


def ids(stack: Stack, section: str) -> list[str]:
    return [item["id"] for item in items_of(stack, section)]


@pytest.mark.parametrize("section", [*SECTIONS, checklist_of("C1")])
def test_items_of_every_section_are_found_by_their_id(section: str) -> None:
    held = items_of(EXAMPLE, section)
    assert held
    assert all(find_item(EXAMPLE, section, item["id"]) == item for item in held)


@pytest.mark.parametrize(
    ("section", "fields", "item_id"),
    [
        ("promises", {"text": "New."}, "P6"),
        ("terms", {"use": "chair", "instead_of": ["seat"]}, "W4"),
        ("narrative.milestones", {"name": "New", "text": "Step."}, "N10"),
        (checklist_of("C1"), {"text": "Says hello"}, "C1.3"),
    ],
)
def test_an_added_item_comes_last_with_an_id_of_its_own(
    section: str, fields: dict[str, Any], item_id: str
) -> None:
    stack, made = add_item(EXAMPLE, section, fields, taken=())
    assert made == item_id
    assert items_of(stack, section)[-1] == {"id": item_id, **fields}


def test_an_id_that_was_ever_used_is_not_used_again() -> None:
    retired = retire_item(EXAMPLE, "promises", "P5")
    assert (
        add_item(retired, "promises", {"text": "New."}, taken={"P5", "P7", "PX", "P7a"})[1] == "P8"
    )


def test_ids_of_another_kind_do_not_count() -> None:
    assert next_id("tone", {"T-shirts", "TONE9", "P4"}) == "T1"


def test_a_changed_item_keeps_its_place_and_the_keys_that_were_not_named() -> None:
    stack = change_item(EXAMPLE, "promises", "P2", {"text": "Said better."})
    assert ids(stack, "promises") == ids(EXAMPLE, "promises")
    before, after = (find_item(each, "promises", "P2") for each in (EXAMPLE, stack))
    assert after == {**before, "text": "Said better."}


def test_an_empty_value_takes_the_key_away() -> None:
    stack = change_item(EXAMPLE, "touchpoints", "C1", {"owner": "", "max_words": None})
    assert {"owner", "max_words"}.isdisjoint(find_item(stack, "touchpoints", "C1"))
    assert ids(stack, checklist_of("C1")) == ["C1.1", "C1.2"]


@pytest.mark.parametrize(
    ("section", "fields", "key", "sentence"),
    [
        ("promises", {"text": ""}, "text", "Please fill this in."),
        ("promises", {"text": "x" * 2001}, "text", "Please keep this to 2,000 characters."),
        ("terms", {"use": "a"}, "instead_of", "Please fill this in."),
        (
            "terms",
            {"use": "a", "instead_of": ["b" * 201]},
            "instead_of",
            "is too long for a phrase.",
        ),
        (
            "never",
            {"text": "a", "patterns": ["*"]},
            "patterns",
            "This phrase has nothing to look for.",
        ),
        ("touchpoints", {"name": "a\nb"}, "name", "Please keep this on one line."),
        ("touchpoints", {"name": "a", "max_words": 0}, "max_words", "Please enter 1 or more."),
        (
            "touchpoints",
            {"name": "a", "milestone": "N77"},
            "milestone",
            "There is no milestone N77.",
        ),
    ],
)
def test_fields_that_need_another_look_are_named_with_a_sentence(
    section: str, fields: dict[str, Any], key: str, sentence: str
) -> None:
    with pytest.raises(InvalidItem) as refused:
        add_item(EXAMPLE, section, fields, taken=())
    assert refused.value.fields[key].endswith(sentence)


def test_moving_up_and_down_is_undone_by_its_opposite() -> None:
    up = place_up(EXAMPLE, "promises", "P2")
    assert up == Place(None)
    moved = place_item(EXAMPLE, "promises", "P2", up)
    assert ids(moved, "promises") == ["P2", "P1", "P3", "P4", "P5"]
    down = place_down(moved, "promises", "P2")
    assert down is not None
    assert place_item(moved, "promises", "P2", down) == EXAMPLE


def test_the_first_goes_no_higher_and_the_last_no_lower() -> None:
    assert place_up(EXAMPLE, "promises", "P1") is None
    assert place_down(EXAMPLE, "promises", "P5") is None


def test_what_refers_to_a_retired_item_lets_go_of_it() -> None:
    stack = retire_item(EXAMPLE, "narrative.milestones", "N1")
    assert find_item(stack, "touchpoints", "C1").get("milestone") is None
    assert "N1" not in {s for example in stack.examples for s in example.statements}


def test_a_retired_touchpoint_takes_its_checklist_along() -> None:
    stack = retire_item(EXAMPLE, "touchpoints", "C1")
    assert not {"C1", "C1.1", "C1.2"} & {item.id for item in stack.items()}


def test_the_ends_of_the_story_are_edited_like_any_item() -> None:
    gone = retire_item(EXAMPLE, "narrative.from", "N0")
    assert items_of(gone, "narrative.from") == []
    again, item_id = add_item(gone, "narrative.from", {"text": "Here."}, taken={"N0"})
    assert items_of(again, "narrative.from") == [{"id": item_id, "text": "Here."}]


def test_what_is_not_there_is_said() -> None:
    for section, item_id in (("promises", "P99"), (checklist_of("C99"), "C99.1"), ("rules", "R1")):
        with pytest.raises(NoItem):
            find_item(EXAMPLE, section, item_id)


def test_a_narrative_that_is_full_takes_no_more() -> None:
    full = small(vision=[{"id": f"V{n}", "text": "a"} for n in range(500)])
    with pytest.raises(InvalidStack, match="500 items at most"):
        add_item(full, "vision", {"text": "b"}, taken=())
