"""Reminders, and the choice of them, in Block Kit."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slackblocks import (
    Block,
    Button,
    ContextBlock,
    InputBlock,
    Option,
    PlainText,
    RadioButtonGroup,
    Text,
)

from coherence.rituals.reminders import Choice, Reminder
from coherence.rituals.ritual import HowOften
from handlers.blocks import ritual_actions as actions
from handlers.blocks.message import Message, modal, plain_modal, section
from handlers.blocks.ritual_prompt import answer_buttons, rows_of_buttons
from handlers.voice import ritual_reminder as voice

CALLBACK: Final = "ritual_remind"
FIELD: Final = "how_often"


def reminder_message(reminder: Reminder) -> Message:
    """To one person, who can answer where they read it."""
    return Message(voice.line(reminder), list(_blocks(reminder)))


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the choice is on its way."""
    return plain_modal(voice.TITLE, voice.LOADING, voice.CLOSE)


def remind_modal(choice: Choice, round_id: str) -> dict[str, Any]:
    """The choice, as it is."""
    options = {key: Option(PlainText(said), key) for key, said in voice.CHOICES.items()}
    chosen = options[choice.how_often.value if choice.how_often else voice.NEVER]
    group = RadioButtonGroup(FIELD, [*options.values()], initial_option=chosen)
    return modal(
        voice.TITLE,
        [
            section("explanation", voice.explanation(choice.ritual)),
            InputBlock(PlainText(voice.LABEL), group, block_id=FIELD),
        ],
        close=voice.CLOSE,
        submit=voice.SAVE,
        callback_id=CALLBACK,
        private_metadata=round_id,
    )


def saved_modal(choice: Choice) -> dict[str, Any]:
    """What was chosen."""
    return plain_modal(voice.TITLE, voice.saved(choice), voice.CLOSE)


def how_often_in(view: Mapping[str, Any]) -> HowOften | None:
    """What was chosen; None is never."""
    chosen = view["state"]["values"][FIELD][FIELD]["selected_option"]["value"]
    return None if chosen == voice.NEVER else HowOften(chosen)


def _blocks(reminder: Reminder) -> Iterator[Block]:
    yield section("reminder", voice.reminder(reminder))
    if question := voice.question(reminder):
        yield section("question", question)
    change = Button(PlainText(voice.CHANGE), actions.REMIND, value=reminder.asked.id)
    yield from rows_of_buttons(answer_buttons(reminder.ritual.kind, reminder.asked), [change])
    yield ContextBlock([Text(voice.why(reminder.how_often))], block_id="why")
