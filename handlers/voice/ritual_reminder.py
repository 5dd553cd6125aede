"""Reminders, and the choice of them, in words."""

from collections.abc import Mapping
from typing import Final

from coherence.rituals.reminders import Choice, Reminder
from coherence.rituals.ritual import HowOften, Ritual
from handlers.voice.dates import on_own_clock
from handlers.voice.mrkdwn import bold, escape

REMINDER_TITLE: Final = "a reminder of a ritual"
"""What stewards know the deliveries by."""

TITLE: Final = "Remind me"
SAVE: Final = "Save"
CLOSE: Final = "Close"
LOADING: Final = "One moment…"
LABEL: Final = "If I have not answered"
CHANGE: Final = "Change reminders"

NEVER: Final = "never"
CHOICES: Final[Mapping[str, str]] = {
    NEVER: "Never remind me",
    HowOften.ONCE.value: "Remind me once each time it is asked",
    HowOften.DAILY.value: "Remind me every working day while it is open",
}


def line(reminder: Reminder) -> str:
    """As a phone shows it."""
    return f"{escape(reminder.ritual.name)} is still open"


def reminder(reminder: Reminder) -> str:
    """What waits for them, and until when."""
    until = on_own_clock(reminder.asked.closes_at, zone=reminder.ritual.recurrence.zone)
    name, where = bold(escape(reminder.ritual.name)), f"<#{reminder.asked.channel_id}>"
    return f"{name} in {where} is open until {until}, and you have not answered yet."


def why(how_often: HowOften) -> str:
    """Why this came."""
    asked = "once" if how_often is HowOften.ONCE else "every working day"
    return f"You asked to be reminded {asked}. Only you see this."


def question(reminder: Reminder) -> str:
    """The question, where it is one."""
    questions = reminder.asked.questions
    return f">{escape(' '.join(questions[0].text.split()))}" if len(questions) == 1 else ""


def explanation(ritual: Ritual) -> str:
    """Above the choice."""
    return (
        f"I remind you of {bold(escape(ritual.name))} by direct message, in your own working hours, "
        "and only while you have not answered. Nobody else sees it."
    )


def saved(choice: Choice) -> str:
    """Once it is chosen."""
    name = bold(escape(choice.ritual.name))
    match choice.how_often:
        case None:
            return f"I won't remind you of {name}."
        case HowOften.ONCE:
            return f"I'll remind you of {name} once each time, if you have not answered by then."
        case HowOften.DAILY:
            return (
                f"I'll remind you of {name} on each working day while it is open and you have not answered; "
                "if it closes on the same day, once."
            )
