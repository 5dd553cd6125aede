from typing import Any

import pytest

from sandbox.inputs import REQUIRED
from tests.sandbox.blocks import actions, button, input_block, modal, option, select, text_input
from tests.sandbox.minimal_app import Controls, MinimalApp

Json = dict[str, Any]
MAYA = "U0MAYA"


async def opened(app: MinimalApp, controls: Controls, view: Json) -> Json:
    await controls.post("shortcut", user=MAYA, callback_id="anywhere")
    trigger_id = (await app.next_payload())["trigger_id"]
    answer = await app.call("views.open", trigger_id=trigger_id, view=view)
    shown: Json = answer["view"]
    return shown


async def submit(controls: Controls, view: Json, **state: Json) -> Json:
    return await controls.post("view/submit", user=MAYA, view_id=view["id"], state=state)


async def test_submitting_sends_values_in_slacks_shapes(
    app: MinimalApp, controls: Controls
) -> None:
    elements: dict[str, tuple[Json, object, Json]] = {
        "text": (text_input(), "hello", {"value": "hello"}),
        "one": (
            select(option("a"), option("b")),
            "b",
            {"selected_option": option("b")},
        ),
        "many": (
            {"type": "multi_static_select", "options": [option("a"), option("b")]},
            ["a", "b"],
            {"selected_options": [option("a"), option("b")]},
        ),
        "boxes": (
            {"type": "checkboxes", "options": [option("a")]},
            ["a"],
            {"selected_options": [option("a")]},
        ),
        "radio": (
            {"type": "radio_buttons", "options": [option("a")]},
            "a",
            {"selected_option": option("a")},
        ),
        "person": ({"type": "users_select"}, "U0TOM", {"selected_user": "U0TOM"}),
        "people": ({"type": "multi_users_select"}, ["U0TOM"], {"selected_users": ["U0TOM"]}),
        "place": ({"type": "channels_select"}, "C0SALES", {"selected_channel": "C0SALES"}),
        "talk": (
            {"type": "conversations_select"},
            "C0SALES",
            {"selected_conversation": "C0SALES"},
        ),
        "day": ({"type": "datepicker"}, "2026-11-22", {"selected_date": "2026-11-22"}),
        "time": ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
        "moment": (
            {"type": "datetimepicker"},
            1_795_000_000,
            {"selected_date_time": 1_795_000_000},
        ),
        "count": ({"type": "number_input", "is_decimal_allowed": False}, "7", {"value": "7"}),
    }
    blocks = [input_block(element, block_id=name) for name, (element, _, _) in elements.items()]
    view = await opened(app, controls, modal(*blocks))
    state = {name: {"entered": value} for name, (_, value, _) in elements.items()}
    answer = await submit(controls, view, **state)
    assert answer == {"ok": True, "response_action": None}
    payload = await app.next_payload()
    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"] == {
        name: {"entered": {"type": element["type"], **shape}}
        for name, (element, _, shape) in elements.items()
    }


async def test_untouched_inputs_report_their_initial_values(
    app: MinimalApp, controls: Controls
) -> None:
    blocks = [
        input_block(text_input(initial_value="as it was"), "text"),
        input_block(select(option("a"), initial_option=option("a")), "one"),
        input_block(text_input(), "empty", optional=True),
        input_block({"type": "multi_users_select"}, "none", optional=True),
    ]
    await submit(controls, await opened(app, controls, modal(*blocks)))
    values = (await app.next_payload())["view"]["state"]["values"]
    assert values["text"]["entered"] == {"type": "plain_text_input", "value": "as it was"}
    assert values["one"]["entered"]["selected_option"]["value"] == "a"
    assert values["empty"]["entered"]["value"] is None
    assert values["none"]["entered"]["selected_users"] == []


@pytest.mark.parametrize(
    ("element", "value", "sentence"),
    [
        (text_input(), None, REQUIRED),
        (text_input(), "", REQUIRED),
        (text_input(min_length=3), "ab", "Please enter at least 3 characters."),
        (text_input(max_length=3), "abcd", "Please use 3 characters or fewer."),
    ],
)
async def test_the_client_refuses_without_asking_the_app(
    app: MinimalApp, controls: Controls, element: Json, value: str | None, sentence: str
) -> None:
    view = await opened(app, controls, modal(input_block(element)))
    answer = await submit(controls, view, field={"entered": value})
    assert (answer["response_action"], answer["errors"]) == ("errors", {"field": sentence})
    assert (await controls.views(MAYA))[0]["errors"] == {"field": sentence}
    assert app.none_waiting()


async def test_the_apps_errors_keep_the_modal_and_what_was_typed(
    app: MinimalApp, controls: Controls
) -> None:
    view = await opened(app, controls, modal())
    app.answer = {"response_action": "errors", "errors": {"field": "Not this one."}}
    answer = await submit(controls, view, field={"entered": "hello"})
    assert answer["errors"] == {"field": "Not this one."}
    shown = (await controls.views(MAYA))[0]
    assert shown["state"]["values"]["field"]["entered"]["value"] == "hello"


async def test_errors_for_blocks_that_are_no_inputs_are_refused(
    app: MinimalApp, controls: Controls
) -> None:
    view = await opened(app, controls, modal())
    app.answer = {"response_action": "errors", "errors": {"elsewhere": "No."}}
    answer = await submit(controls, view, field={"entered": "hello"})
    assert (answer["ok"], answer["error"]) == (False, "invalid_errors")


async def test_a_submission_may_update_push_or_clear(app: MinimalApp, controls: Controls) -> None:
    view = await opened(app, controls, modal())
    app.answer = {"response_action": "push", "view": modal(callback_id="second")}
    await submit(controls, view, field={"entered": "x"})
    stack = await controls.views(MAYA)
    assert [shown["callback_id"] for shown in stack] == ["form", "second"]
    assert stack[1]["previous_view_id"] == stack[1]["root_view_id"] == view["id"]
    app.answer = {"response_action": "update", "view": modal(callback_id="third")}
    await submit(controls, stack[1], field={"entered": "x"})
    assert [v["callback_id"] for v in await controls.views(MAYA)] == ["form", "third"]
    app.answer = {"response_action": "clear"}
    await submit(controls, stack[1], field={"entered": "x"})
    assert await controls.views(MAYA) == []


async def test_a_submission_without_answer_closes_its_view_only(
    app: MinimalApp, controls: Controls
) -> None:
    view = await opened(app, controls, modal())
    app.answer = {"response_action": "push", "view": modal(callback_id="second")}
    await submit(controls, view, field={"entered": "x"})
    app.answer = None
    await submit(controls, (await controls.views(MAYA))[1], field={"entered": "x"})
    assert [v["callback_id"] for v in await controls.views(MAYA)] == ["form"]


async def test_an_update_keeps_what_was_typed_where_ids_are_the_same(
    app: MinimalApp, controls: Controls
) -> None:
    blocks = [
        input_block(text_input(), "kept"),
        input_block(text_input(), "lost"),
        actions(button(), block_id="a"),
    ]
    view = await opened(app, controls, modal(*blocks))
    await controls.post(
        "action",
        user=MAYA,
        view_id=view["id"],
        block_id="a",
        action_id="go",
        state={"kept": {"entered": "one"}, "lost": {"entered": "two"}},
    )
    acted = await app.next_payload()
    assert acted["view"]["state"]["values"]["lost"]["entered"]["value"] == "two"
    await app.call(
        "views.update", view_id=view["id"], view=modal(input_block(text_input(), "kept"))
    )
    values = (await controls.views(MAYA))[0]["state"]["values"]
    assert values == {"kept": {"entered": {"type": "plain_text_input", "value": "one"}}}


async def test_a_stale_hash_is_a_conflict(app: MinimalApp, controls: Controls) -> None:
    view = await opened(app, controls, modal())
    update = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
    assert (await app.call("views.update", **update))["ok"]
    assert (await app.call("views.update", **update))["error"] == "hash_conflict"


async def test_a_closed_view_is_not_found(app: MinimalApp, controls: Controls) -> None:
    view = await opened(app, controls, modal())
    await controls.post("view/close", user=MAYA, view_id=view["id"])
    answer = await app.call("views.update", view_id=view["id"], view=modal())
    assert answer["error"] == "not_found"


async def test_closing_is_told_only_where_asked_for(app: MinimalApp, controls: Controls) -> None:
    quiet = await opened(app, controls, modal())
    await controls.post("view/close", user=MAYA, view_id=quiet["id"])
    told = await opened(app, controls, modal(notify_on_close=True))
    await controls.post("view/close", user=MAYA, view_id=told["id"], clear=True)
    payload = await app.next_payload()
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", True)


async def test_a_view_that_clears_on_close_takes_those_below_along(
    app: MinimalApp, controls: Controls
) -> None:
    below = await opened(app, controls, modal(actions(button(), block_id="a")))
    await controls.post("action", user=MAYA, view_id=below["id"], block_id="a", action_id="go")
    trigger_id = (await app.next_payload())["trigger_id"]
    pushed = await app.call("views.push", trigger_id=trigger_id, view=modal(clear_on_close=True))
    await controls.post("view/close", user=MAYA, view_id=pushed["view"]["id"])
    answer = await app.call("views.update", view_id=below["id"], view=modal())
    assert answer["error"] == "not_found"


async def test_at_most_three_views_are_stacked(app: MinimalApp, controls: Controls) -> None:
    view = await opened(app, controls, modal(actions(button(), block_id="a")))
    errors = []
    for _ in range(3):
        await controls.post("action", user=MAYA, view_id=view["id"], block_id="a", action_id="go")
        trigger_id = (await app.next_payload())["trigger_id"]
        pushed = await app.call("views.push", trigger_id=trigger_id, view=modal())
        errors.append(pushed.get("error"))
    assert errors == [None, None, "push_limit_reached"]


async def test_pushing_needs_an_open_view(app: MinimalApp, controls: Controls) -> None:
    await controls.post("shortcut", user=MAYA, callback_id="anywhere")
    trigger_id = (await app.next_payload())["trigger_id"]
    pushed = await app.call("views.push", trigger_id=trigger_id, view=modal())
    assert pushed["error"] == "not_found"


async def test_an_external_id_is_taken_once(app: MinimalApp, controls: Controls) -> None:
    await opened(app, controls, modal(external_id="mine"))
    await controls.post("shortcut", user="U0TOM", callback_id="anywhere")
    trigger_id = (await app.next_payload())["trigger_id"]
    again = await app.call("views.open", trigger_id=trigger_id, view=modal(external_id="mine"))
    assert again["error"] == "duplicate_external_id"
    found = await app.call("views.update", external_id="mine", view=modal(external_id="mine"))
    assert found["ok"]


async def test_a_home_is_published_and_opened(app: MinimalApp, controls: Controls) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert (await app.call("views.publish", user_id=MAYA, view=home))["ok"]
    assert (await controls.get("views", user=MAYA))["home"]["type"] == "home"
    await controls.post("home/open", user=MAYA)
    event = await app.next_event()
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", MAYA)


async def test_nobody_can_submit_somebody_elses_modal(app: MinimalApp, controls: Controls) -> None:
    view = await opened(app, controls, modal())
    status, _ = await controls.try_post("view/submit", user="U0TOM", view_id=view["id"])
    assert status == 404


async def test_blocks_validate_shows_nothing_to_anybody(
    app: MinimalApp, controls: Controls
) -> None:
    assert (await app.call("blocks.validate", view=modal()))["ok"]
    assert (await app.call("blocks.validate", view=modal(submit=None)))["ok"] is False
    assert (await app.call("blocks.validate", blocks=[{"type": "banner"}]))["ok"] is False
    assert await controls.views(MAYA) == []


async def test_options_that_slack_would_not_show_are_refused(
    app: MinimalApp, controls: Controls
) -> None:
    element = {"type": "external_select", "min_query_length": 0}
    view = await opened(app, controls, modal(input_block(element)))
    app.answer = {"options": [option(str(n)) for n in range(101)]}
    place = {"view_id": view["id"], "block_id": "field", "action_id": "entered"}
    answer = await controls.post("options", user=MAYA, **place, query="")
    assert answer["error"] == "invalid_options"
    assert "no more than 100 items allowed" in answer["messages"][0]


async def test_external_options_come_from_the_app(app: MinimalApp, controls: Controls) -> None:
    view = await opened(app, controls, modal(input_block({"type": "external_select"})))
    app.answer = {"options": [option("a")]}
    offered = await controls.post(
        "options",
        user=MAYA,
        view_id=view["id"],
        block_id="field",
        action_id="entered",
        query="an",
    )
    assert offered == {"options": [option("a")]}
    payload = await app.next_payload()
    assert (payload["type"], payload["value"]) == ("block_suggestion", "an")
