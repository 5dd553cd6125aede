import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.blocks_table import BLOCKS
from sandbox.elements_table import ELEMENTS
from sandbox.limits import block_problems, check_message, check_view, view_problems
from sandbox.wire import SlackError
from tests.sandbox.blocks import (
    actions,
    button,
    input_block,
    modal,
    option,
    plain,
    section,
    select,
    text_input,
)

Json = dict[str, Any]


def cells(n: int) -> list[Json]:
    return [{"type": "raw_text", "text": "x"}] * n


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [cells(columns)] * rows}


def checkboxes(n: int, **more: object) -> Json:
    options = [option(str(each)) for each in range(n)]
    return {"type": "checkboxes", "action_id": "c", "options": options, **more}


MANY_OPTIONS = [option(str(n)) for n in range(101)]

FINE = [
    ("the longest section", [section("x" * 3000)]),
    ("the longest header", [{"type": "header", "text": plain("x" * 150)}]),
    ("fifty blocks", [{"type": "divider"}] * 50),
    ("ten fields", [{"type": "section", "fields": [plain("x" * 2000)] * 6}]),
    ("ten in a context", [{"type": "context", "elements": [plain("x")] * 10}]),
    ("25 buttons", [actions(*[button(action_id=str(n)) for n in range(25)])]),
    ("the longest button", [actions(button("x" * 75, value="v" * 2000))]),
    ("a hundred options", [section(accessory=select(*MANY_OPTIONS[:100]))]),
    ("ten checkboxes", [actions(checkboxes(10))]),
    ("the largest table", [table(100, 20)]),
    ("an initial option", [actions(select(option("a"), initial_option=option("a")))]),
]

WRONG = [
    ("a long section", [section("x" * 3001)], "must be less than 3001 characters"),
    ("an empty section", [section("")], "must be more than 0 characters"),
    ("a section of nothing", [{"type": "section"}], "missing required field: text"),
    ("a long header", [{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    (
        "a header in mrkdwn",
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn",
    ),
    ("51 blocks", [{"type": "divider"}] * 51, "no more than 50 items allowed"),
    ("a long field", [{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001"),
    ("eleven fields", [{"type": "section", "fields": [plain("x")] * 11}], "no more than 10"),
    ("11 in a context", [{"type": "context", "elements": [plain("x")] * 11}], "no more than 10"),
    ("26 buttons", [actions(*[button(action_id=str(n)) for n in range(26)])], "no more than 25"),
    ("no actions", [actions()], "no fewer than 1"),
    ("a long button", [actions(button("x" * 76))], "less than 76"),
    ("a long value", [actions(button(value="x" * 2001))], "less than 2001"),
    ("a long action id", [actions(button(action_id="x" * 256))], "less than 256"),
    ("an odd style", [actions(button(style="green"))], "must be a valid enum value"),
    ("a long block id", [section(block_id="x" * 256)], "less than 256"),
    ("a long option", [actions(select(option("a", "x" * 76)))], "less than 76"),
    ("a long option value", [actions(select(option("x" * 151)))], "less than 151"),
    ("101 options", [actions(select(*MANY_OPTIONS))], "no more than 100"),
    ("no options", [actions({"type": "static_select"})], "either options or option_groups"),
    ("twin options", [actions(select(option("a"), option("a", "B")))], "values must be unique"),
    (
        "a strange initial option",
        [actions(select(option("a"), initial_option=option("b")))],
        "must be one of the options",
    ),
    ("eleven checkboxes", [actions(checkboxes(11))], "no more than 10"),
    (
        "six in an overflow",
        [actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
        "no more than 5",
    ),
    ("101 rows", [table(101, 2)], "no more than 100"),
    ("21 columns", [table(2, 21)], "no more than 20"),
    ("ragged rows", [{"type": "table", "rows": [cells(1), cells(2)]}], "same number of cells"),
    ("two tables", [table(1, 1), table(1, 1)], "only one table"),
    ("much markdown", [{"type": "markdown", "text": "x" * 6001}] * 2, "less than 12001"),
    ("an unknown block", [{"type": "banner"}], "unsupported type: banner"),
    ("an unknown element", [actions({"type": "slider"})], "unsupported type: slider"),
    ("an unknown field", [section(colour="red")], "invalid additional property: colour"),
    ("no type", [{"text": "x"}], "missing required field: type"),
    ("not an object", ["divider"], "must be an object"),
    ("twin block ids", [section(block_id="a"), section(block_id="a")], "already exists"),
    ("twin action ids", [actions(button(), button())], "already exists"),
    ("an input in a message", [input_block(text_input())], "unsupported type: input"),
    ("text input among actions", [actions(text_input())], "unsupported type: plain_text_input"),
    ("an alert in a message", [{"type": "alert", "text": plain("x")}], "unsupported type: alert"),
    ("an image of no source", [{"type": "image", "alt_text": "x"}], "either image_url"),
    (
        "an image without alt text",
        [{"type": "image", "image_url": "https://x.example/"}],
        "missing required field: alt_text",
    ),
]

WRONG_VIEWS = [
    ("a long title", modal(title=plain("x" * 25)), "less than 25"),
    ("a long submit", modal(submit=plain("x" * 25)), "less than 25"),
    ("a long close", modal(close=plain("x" * 25)), "less than 25"),
    ("a long callback id", modal(callback_id="x" * 256), "less than 256"),
    ("long metadata", modal(private_metadata="x" * 3001), "less than 3001"),
    ("101 blocks", modal(*[section()] * 101), "no more than 100"),
    ("no title", {"type": "modal", "blocks": []}, "missing required field: title"),
    ("no submit", modal(submit=None), "submit is required"),
    ("a Home as modal", {"type": "home", "blocks": []}, "must be modal"),
    ("markdown", modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    ("a table", modal(table(1, 1)), "unsupported type: table"),
    (
        "a long initial value",
        modal(input_block(text_input(initial_value="x" * 3001))),
        "less than 3001",
    ),
    (
        "an initial value over its maximum",
        modal(input_block(text_input(initial_value="xxx", max_length=2))),
        "must be within",
    ),
    (
        "lengths that exclude each other",
        modal(input_block(text_input(min_length=9, max_length=2))),
        "min_length must be less",
    ),
    ("an input over 3000", modal(input_block(text_input(max_length=3001))), "between 1 and 3000"),
    ("a long label", modal(input_block(text_input(), label=plain("x" * 2001))), "less than 2001"),
    ("a button as input", modal(input_block(button())), "unsupported type: button"),
    (
        "two in focus",
        modal(*[input_block(text_input(focus_on_load=True), block_id=b) for b in "ab"]),
        "only one element",
    ),
]


@pytest.mark.parametrize("blocks", [pytest.param(b, id=name) for name, b in FINE])
def test_what_slack_takes_is_taken(blocks: list[Json]) -> None:
    assert block_problems(blocks, "message") == []


@pytest.mark.parametrize(
    ("blocks", "sentence"), [pytest.param(b, s, id=name) for name, b, s in WRONG]
)
def test_what_slack_refuses_in_messages_is_refused(blocks: list[Json], sentence: str) -> None:
    problems = block_problems(blocks, "message")
    assert any(sentence in problem for problem in problems), problems
    with pytest.raises(SlackError) as refused:
        check_message("fallback", blocks)
    assert refused.value.error == "invalid_blocks"
    assert refused.value.answer()["response_metadata"]["messages"] == problems


@pytest.mark.parametrize(
    ("view", "sentence"), [pytest.param(v, s, id=name) for name, v, s in WRONG_VIEWS]
)
def test_what_slack_refuses_in_modals_is_refused(view: Json, sentence: str) -> None:
    problems = view_problems(view, "modal")
    assert any(sentence in problem for problem in problems), problems
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(view, "modal")


def test_problems_say_where_they_are() -> None:
    assert block_problems([section(), section("x" * 3001)], "message") == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    ]


def test_a_modal_with_inputs_is_taken() -> None:
    assert view_problems(modal(), "modal") == []
    assert check_view(modal(), "modal")["callback_id"] == "form"


def test_a_home_takes_a_hundred_blocks() -> None:
    assert view_problems({"type": "home", "blocks": [section()] * 100}, "home") == []


@pytest.mark.parametrize(
    ("text", "blocks", "error"),
    [
        ("", [], "no_text"),
        (" ", [section()], "no_text"),
        ("x" * 40_001, [], "msg_too_long"),
        ("x", [section("x" * 2700)] * 5, "msg_blocks_too_long"),
        ("x", {"type": "section"}, "invalid_blocks_format"),
    ],
)
def test_a_message_as_a_whole_has_limits(text: str, blocks: object, error: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message(text, blocks)
    assert refused.value.error == error


def test_a_view_over_250_kilobytes_is_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section("ä" * 1300)] * 100), "modal")


SHAPES = [*BLOCKS.values(), *ELEMENTS.values()]
FIELDS = st.sampled_from(sorted({name for s in SHAPES for name in (*s.required, *s.optional)}))
KINDS = st.sampled_from([*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | KINDS


def holding(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    objects = st.dictionaries(FIELDS, inner, max_size=4)
    typed = st.builds(lambda kind, held: {"type": kind, **held}, KINDS, objects)
    return st.lists(inner, max_size=3) | typed


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, holding, max_leaves=15))
def test_whatever_is_sent_only_slacks_errors_come_of_it(sent: object) -> None:
    for check in (
        lambda: check_message("fallback", sent),
        lambda: check_view({**modal(), "blocks": sent}, "modal"),
        lambda: check_view(sent, "home"),
    ):
        with contextlib.suppress(SlackError):
            check()
