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
    NEVER: "Never",
    HowOften.ONCE.value: "Once each time, halfway to its close or when I am next at work",
    HowOften.DAILY.value: "As each working day begins, from the day after it was asked",
}


_WHEN: Final[Mapping[HowOften, str]] = {
    HowOften.ONCE: "once each time, if you have not answered by then.",
    HowOften.DAILY: (
        "as each working day begins, while it is open and you have not answered; if it closes before, once."
    ),
}


def line(reminder: Reminder) -> str:
    """As a phone shows it."""
    return f"{escape(reminder.ritual.name)} is still open"


def reminder(reminder: Reminder) -> str:
    """What waits for them, and until when."""
    until = on_own_clock(reminder.asked.closes_at, zone=reminder.ritual.recurrence.zone)
    name, where = bold(escape(reminder.ritual.name)), f"<#{reminder.asked.channel_id}>"
    return f"{name} in {where} is open until {until}. You had not answered when I sent this."


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
    if choice.how_often is None:
        return f"I won't remind you of {name}."
    when = _WHEN[choice.how_often]
    return f"I'll remind you of {name} {when}{_this_time(choice)}"


def _this_time(choice: Choice) -> str:
    """When they hear of the round that is open, if there is one for them to answer."""
    if not choice.waits:
        return ""
    if choice.next_at is None:
        return " For the time that is open now it is too late."
    return f" This time: {on_own_clock(choice.next_at, zone=choice.ritual.recurrence.zone)}."
