"""Slack's rules for interactive elements and what they are composed of."""

import re

from sandbox.inputs import options_of
from sandbox.shapes import (
    Check,
    Faulty,
    Shape,
    any_text,
    anything,
    boolean,
    integer,
    items,
    one_of,
    plain_text,
    string,
)
from sandbox.wire import Json

ID = 255
TYPED_TEXT = 3000
MOST_OPTIONS = 100
MOST_CHOICES = 10
MOST_IN_OVERFLOW = 5
LARGEST_NUMBER = 2**63 - 1
FILE_ID = re.compile(r"[F][A-Z0-9]{8,}")


def slack_file(value: object, at: str, faulty: Faulty) -> None:
    """Take a file of Slack's, by its id or its address and not both."""
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= {"id", "url"}:
        faulty.note("must have either id or url", at)
    elif not FILE_ID.fullmatch(str(value.get("id", "F0000000000"))):
        faulty.note(f"input must match regex pattern: ^{FILE_ID.pattern}$", f"{at}/id")


CONFIRM = Shape(
    {
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
    },
    {"style": one_of("primary", "danger")},
)
DISPATCH = Shape(
    {},
    {
        "trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2),
    },
)


def _option(text: Check) -> Shape:
    return Shape(
        {"text": text, "value": string(150, 1)},
        {"description": plain_text(75), "url": string(3000)},
    )


PLAIN_OPTION = _option(plain_text(75))
SELECT_OPTION = Shape(PLAIN_OPTION.required, {"description": plain_text(75)})
CHOICE_OPTION = Shape(
    {"text": any_text(75), "value": string(150, 1)}, {"description": any_text(75)}
)
OPTION_GROUP = Shape({"label": plain_text(75), "options": items(SELECT_OPTION, MOST_OPTIONS)})

BASE: dict[str, Check] = {"action_id": string(ID, 1)}
FOCUSABLE: dict[str, Check] = {**BASE, "focus_on_load": boolean}
CONFIRMED: dict[str, Check] = {**FOCUSABLE, "confirm": CONFIRM}
MENU: dict[str, Check] = {**CONFIRMED, "placeholder": plain_text(150)}
MANY: dict[str, Check] = {**MENU, "max_selected_items": integer(1, LARGEST_NUMBER)}
TYPED: dict[str, Check] = {
    **FOCUSABLE,
    "placeholder": plain_text(150),
    "dispatch_action_config": DISPATCH,
}
IDS = items(string(ID, 1), MOST_OPTIONS)
FILTER = Shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
LISTED: dict[str, Check] = {
    "options": items(SELECT_OPTION, MOST_OPTIONS),
    "option_groups": items(OPTION_GROUP, 100),
}


def distinct_options(element: Json, at: str, faulty: Faulty) -> None:
    """Refuse two options of one value."""
    values = [option["value"] for option in options_of(element)]
    if len(values) != len(set(values)):
        faulty.note("option values must be unique", f"{at}/options")


def options_or_groups(element: Json, at: str, faulty: Faulty) -> None:
    """Ask for options or groups of them, and not both."""
    if ("options" in element) == ("option_groups" in element):
        faulty.note("must have either options or option_groups", at)


def initial_among_options(element: Json, at: str, faulty: Faulty) -> None:
    """Refuse an initial choice that differs from every option."""
    single = element.get("initial_option")
    chosen = element.get("initial_options") or ([single] if single is not None else [])
    known = [_essence(option) for option in options_of(element)]
    if any(_essence(option) not in known for option in chosen):
        faulty.note("initial_option must be one of the options", at)


def initial_within_most(element: Json, at: str, faulty: Faulty) -> None:
    """Refuse more initial choices than may be selected."""
    most = element.get("max_selected_items")
    for name, held in element.items():
        if most is not None and name.startswith("initial_") and len(held) > most:
            faulty.note(f"no more than {most} items allowed", f"{at}/{name}")


def initial_fits_lengths(element: Json, at: str, faulty: Faulty) -> None:
    """Refuse lengths that exclude each other, and an initial value outside of them."""
    shortest, longest = element.get("min_length", 0), element.get("max_length", TYPED_TEXT)
    initial = element.get("initial_value")
    if shortest > longest:
        faulty.note("min_length must be less than max_length", f"{at}/min_length")
    if initial and not shortest <= len(initial) <= longest:
        faulty.note("initial_value must be within min_length and max_length", at)


def _essence(option: Json) -> tuple[object, object]:
    return option["text"].get("text"), option["value"]


CHOSEN = (options_or_groups, distinct_options, initial_among_options)
CHOICES = (distinct_options, initial_among_options)

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        {"text": plain_text(75)},
        {
            **BASE,
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "static_select": Shape({}, {**MENU, **LISTED, "initial_option": SELECT_OPTION}, CHOSEN),
    "multi_static_select": Shape(
        {},
        {**MANY, **LISTED, "initial_options": items(SELECT_OPTION, MOST_OPTIONS)},
        (*CHOSEN, initial_within_most),
    ),
    "external_select": Shape(
        {},
        {**MENU, "min_query_length": integer(0, 255), "initial_option": SELECT_OPTION},
    ),
    "multi_external_select": Shape(
        {},
        {
            **MANY,
            "min_query_length": integer(0, 255),
            "initial_options": items(SELECT_OPTION, MOST_OPTIONS),
        },
        (initial_within_most,),
    ),
    "users_select": Shape({}, {**MENU, "initial_user": string(ID, 1)}),
    "multi_users_select": Shape({}, {**MANY, "initial_users": IDS}, (initial_within_most,)),
    "channels_select": Shape(
        {}, {**MENU, "initial_channel": string(ID, 1), "response_url_enabled": boolean}
    ),
    "multi_channels_select": Shape({}, {**MANY, "initial_channels": IDS}, (initial_within_most,)),
    "conversations_select": Shape(
        {},
        {
            **MENU,
            "initial_conversation": string(ID, 1),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": Shape(
        {},
        {
            **MANY,
            "initial_conversations": IDS,
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        },
        (initial_within_most,),
    ),
    "overflow": Shape(
        {"options": items(PLAIN_OPTION, MOST_IN_OVERFLOW)},
        {**BASE, "confirm": CONFIRM},
        (distinct_options,),
    ),
    "checkboxes": Shape(
        {"options": items(CHOICE_OPTION, MOST_CHOICES)},
        {**CONFIRMED, "initial_options": items(CHOICE_OPTION, MOST_CHOICES)},
        CHOICES,
    ),
    "radio_buttons": Shape(
        {"options": items(CHOICE_OPTION, MOST_CHOICES)},
        {**CONFIRMED, "initial_option": CHOICE_OPTION},
        CHOICES,
    ),
    "datepicker": Shape({}, {**MENU, "initial_date": string(10, 10)}),
    "timepicker": Shape({}, {**MENU, "initial_time": string(5, 5), "timezone": string(255)}),
    "datetimepicker": Shape({}, {**CONFIRMED, "initial_date_time": integer(10**9, 10**10 - 1)}),
    "plain_text_input": Shape(
        {},
        {
            **TYPED,
            "multiline": boolean,
            "initial_value": string(TYPED_TEXT),
            "min_length": integer(0, TYPED_TEXT),
            "max_length": integer(1, TYPED_TEXT),
        },
        (initial_fits_lengths,),
    ),
    "email_text_input": Shape({}, {**TYPED, "initial_value": string(TYPED_TEXT)}),
    "url_text_input": Shape({}, {**TYPED, "initial_value": string(TYPED_TEXT)}),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {
            **TYPED,
            "initial_value": string(TYPED_TEXT),
            "min_value": string(100),
            "max_value": string(100),
        },
    ),
    "rich_text_input": Shape({}, {**TYPED, "initial_value": anything}),
    "file_input": Shape(
        {}, {**BASE, "filetypes": items(string(20), 100), "max_files": integer(1, 10)}
    ),
    "image": Shape(
        {"alt_text": string(2000, 1)}, {"image_url": string(3000, 1), "slack_file": slack_file}
    ),
    "workflow_button": Shape(
        {"text": plain_text(75), "workflow": anything},
        {**BASE, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "feedback_buttons": Shape({"positive_button": anything, "negative_button": anything}, {**BASE}),
    "icon_button": Shape(
        {"icon": one_of("trash"), "text": plain_text(75)},
        {
            **BASE,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": IDS,
        },
    ),
}

SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "channels", "conversations")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOOSERS = frozenset({"checkboxes", "radio_buttons"})
TEXT_INPUTS = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)
IN_ACTIONS = SELECTS | PICKERS | CHOOSERS | frozenset({"button", "overflow", "workflow_button"})
IN_SECTION = (IN_ACTIONS - {"datetimepicker"}) | frozenset({"image"})
IN_INPUT = SELECTS | PICKERS | CHOOSERS | TEXT_INPUTS | frozenset({"file_input"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
