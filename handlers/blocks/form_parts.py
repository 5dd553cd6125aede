"""Parts that forms share: fields with what is chosen in them, and what was entered."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from slackblocks import (
    CheckboxGroup,
    ConversationFilter,
    ConversationSelectMenu,
    Element,
    InputBlock,
    Option,
    PlainText,
    RadioButtonGroup,
    StaticSelectMenu,
)

from handlers.voice.champion_cadence import WEEKDAYS

INPUT_ACTION: Final = "value"

State: TypeAlias = Mapping[str, Any]


class FormField(NamedTuple):
    """One field: its name is what its faults are told by."""

    name: str
    label: str
    element: Element
    hint: str | None = None
    optional: bool = False


def input_of(field: FormField, seen: int) -> InputBlock:
    """A field as a block.

    Slack keeps what was typed in a block of the same id: on another revision, `seen`, it is another block.
    """
    return InputBlock(
        PlainText(field.label),
        field.element,
        block_id=f"{field.name}@{seen}",
        hint=PlainText(field.hint) if field.hint else None,
        optional=field.optional,
    )


def typed_in(view: State) -> dict[str, State]:
    """What was entered, by the names of the fields."""
    return {
        block_id.partition("@")[0]: each[INPUT_ACTION]
        for block_id, each in view["state"]["values"].items()
    }


def by_block(view: State, faults: Mapping[str, str]) -> dict[str, str]:
    """Faults by field as Slack wants them; those of no field stand under the first."""
    ids = [str(each["block_id"]) for each in view["blocks"] if each["type"] == "input"]
    known = {block_id.partition("@")[0]: block_id for block_id in ids}
    return {known.get(name, ids[0]): said for name, said in faults.items()}


def written(element: State) -> str:
    """What was written into a text field."""
    return str(element.get("value") or "").strip()


def chosen(element: State) -> str:
    """The value that was chosen, empty where none was."""
    return str((element.get("selected_option") or {}).get("value", ""))


def all_chosen(element: State) -> list[str]:
    """The values of the boxes that are ticked."""
    return [str(each["value"]) for each in element.get("selected_options") or ()]


def select(choices: Mapping[str, str], value: str) -> StaticSelectMenu:
    """A menu of labels by value, with one chosen."""
    return StaticSelectMenu(
        action_id=INPUT_ACTION,
        options=_options(choices.items()),
        initial_option=Option(PlainText(choices[value]), value),
    )


def radio(choices: Mapping[str, str], value: str) -> RadioButtonGroup:
    """Labels by value beneath each other, with one chosen."""
    return RadioButtonGroup(
        INPUT_ACTION,
        _options(choices.items()),
        initial_option=Option(PlainText(choices[value]), value),
    )


def with_choice(choices: Mapping[str, str], value: str, said: str) -> dict[str, str]:
    """The choices, with the one that is set in any case."""
    return {**choices, value: choices.get(value, said)}


def weekday_boxes(ticked: Collection[str]) -> CheckboxGroup:
    """The days of the week to tick, Monday first."""
    options = {each.value: Option(PlainText(said), each.value) for each, said in WEEKDAYS.items()}
    initial = [option for value, option in options.items() if value in ticked]
    return CheckboxGroup(
        action_id=INPUT_ACTION, options=list(options.values()), initial_options=initial or None
    )


def channel_menu(channel_id: str | None, placeholder: str) -> ConversationSelectMenu:
    """One public or private channel."""
    return ConversationSelectMenu(
        action_id=INPUT_ACTION,
        initial_conversation=channel_id,
        filter=ConversationFilter(include=["public", "private"]),
        placeholder=PlainText(placeholder),
    )


def capital(phrase: str) -> str:
    """A phrase as a line of its own begins."""
    return phrase[:1].upper() + phrase[1:]


def _options(choices: Iterable[tuple[str, str]]) -> list[Option]:
    return [Option(PlainText(said), value) for value, said in choices]
