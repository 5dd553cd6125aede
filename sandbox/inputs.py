"""What members enter: simple values turned into Slack's shapes, and what clients refuse."""

from collections.abc import Iterator

from sandbox.typed_text import entities_only, rich_text
from sandbox.views import elements_of
from sandbox.wire import Json, WrongCallError

REQUIRED = "Please complete this required field."

# The key under which each kind of element reports what was entered, and how initial values
# are called in the element itself.
VALUE_KEY = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
OF_OPTIONS = {"selected_option", "selected_options"}


def state_values(blocks: list[Json], known: Json, entered: Json | None) -> Json:
    """Return `state.values` of a surface in Slack's shapes.

    `entered` has simple values by block id and action id; an input that it does not name keeps
    what is `known` of it, or else its initial value. Raise WrongCallError for a value that the
    element cannot have.
    """
    values: Json = {}
    for block, element in stateful_elements(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        given = (entered or {}).get(block_id, {})
        if action_id in given:
            value = shaped(element, given[action_id])
        else:
            value = known.get(block_id, {}).get(action_id) or initial(element)
        values.setdefault(block_id, {})[action_id] = value
    return values


def stateful_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield each block with each of its elements that holds a value."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in VALUE_KEY:
                yield block, element


def initial(element: Json) -> Json:
    """Return the value that an untouched element reports."""
    key, initially = VALUE_KEY[element["type"]]
    empty: list[str] | None = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(initially, empty)}


def shaped(element: Json, value: object) -> Json:
    """Return one entered value in Slack's shape; raise WrongCallError where it cannot be."""
    kind = element["type"]
    key, _ = VALUE_KEY[kind]
    if key == "selected_options":
        held: object = [_option(element, each) for each in _listed(value)]
    elif key == "selected_option":
        held = _option(element, value) if value not in (None, "") else None
    elif key.endswith("s"):
        held = _listed(value)
    elif key == "selected_date_time":
        held = int(str(value)) if value not in (None, "") else None
    elif key == "rich_text_value":
        held = rich_text(entities_only(str(value))) if value else None
    else:
        held = str(value) if value not in (None, "") else None
    return {"type": kind, key: held}


def options_of(element: Json) -> list[Json]:
    """Return all options of an element, those in groups included."""
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    options: list[Json] = element.get("options", []) + grouped
    return options


def problems(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return what the client refuses before it submits, by block id."""
    found: dict[str, str] = {}
    for block, element in stateful_elements(blocks):
        if block["type"] != "input":
            continue
        value = values[block["block_id"]][element["action_id"]]
        sentence = _problem(element, value, optional=block.get("optional", False))
        if sentence:
            found[block["block_id"]] = sentence
    return found


def _problem(element: Json, value: Json, *, optional: bool) -> str | None:
    held = value[VALUE_KEY[element["type"]][0]]
    if held is None or held == []:
        return None if optional else REQUIRED
    if isinstance(held, str) and VALUE_KEY[element["type"]][0] == "value":
        return _length_problem(element, held)
    return None


def _length_problem(element: Json, text: str) -> str | None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < shortest:
        return f"Please enter at least {shortest} characters."
    if len(text) > longest:
        return f"Please use {longest} characters or fewer."
    return None


def _option(element: Json, value: object) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return {"text": option["text"], "value": option["value"]}
    if "external" in element["type"] and isinstance(value, dict):
        return value
    raise WrongCallError(f"{element['action_id']} has no option {value!r}.")


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
