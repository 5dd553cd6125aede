"""What the bot says where a report is changed: its forms, and the message to owner and reporter."""

from collections.abc import Sequence

from coherence.drift.report import Change, Event, Report, State
from coherence.stack.document import Stack
from handlers.voice.drift import LAYERS, SEVERITIES, answered, happened, standing, worth_telling
from handlers.voice.mrkdwn import as_read, bold, one_line, person

LETTERS = "how a drift report goes on"

CANCEL = "Cancel"
SAVE = "Save"

TRIAGE_TITLE = "Triage"
SUMMARY_HINT = "In your own words; please name nobody who is quoted."
STATEMENTS_PLACEHOLDER = "Lines of the narrative"
OWNER_LABEL = "Who looks after it?"
OWNER_PLACEHOLDER = "Nobody yet"

RESOLVE_TITLE = "Resolve"
RESOLVE = "Resolve"
RESOLUTION_LABEL = "How does it end?"
NOTE_LABEL = "What did we learn?"
NOTE_HINT = "Who reported it reads this."
NOTE_PLACEHOLDER = "The sales page now says “from day two”, as the narrative does"

REOPEN_TITLE = "Reopen"
REOPEN = "Reopen"
WHY_LABEL = "Why is it open again?"
WHY_PLACEHOLDER = "It is back on the pricing page"

SNOOZE_TITLE = "Put off"
SNOOZE = "Put off"
UNTIL_LABEL = "Until when?"
UNTIL_HINT = "Until that day the list of open reports leaves it out."

LINK_TITLE = "Link"
LINK = "Link"
KINDS = {
    "item": "A line of the narrative",
    "report": "Another report",
    "ticket": "A ticket",
}
ITEM_LABEL = "Line of the narrative"
REPORT_LABEL = "Number of the other report"
REPORT_PLACEHOLDER = "12"
TICKET_LABEL = "Address of the ticket"
TICKET_PLACEHOLDER = "https://tickets.example.com/482"

BECAUSE_LABEL = "Because of which drift?"
BECAUSE_PLACEHOLDER = "Open reports"
BECAUSE_HINT = "Who reported it and who looks after it hear that this version answers it."

_LAYER_HINT = "Where it has to be put right. Leave it open while nobody knows."
_SHOWN_SUMMARY = 150
_SHOWN_EVENTS = 5


def layer_hint(report: Report) -> str:
    """Under the choice of a layer: what it means, and the first guess."""
    if report.layer is None or not report.layer_is_guess:
        return _LAYER_HINT
    return f"{_LAYER_HINT} A first guess was: {LAYERS[report.layer]}."


def fill_in() -> str:
    """Nothing was entered."""
    return "Please fill this in."


def changed_meanwhile(events: Sequence[Event], stack: Stack | None) -> str:
    """Somebody else was faster; the form now shows both."""
    lines = [f"• {happened(event, stack)}" for event in worth_telling(events)[-_SHOWN_EVENTS:]]
    return "\n".join(
        [
            "*This report was changed while you were writing.*",
            *lines,
            "What you entered is still here; the rest is as it is now. Save again to keep both.",
        ]
    )


def changed_before_press() -> str:
    """A button was pressed on what is no longer so."""
    return "This report was changed meanwhile, so I did nothing. Here is how it stands now."


def letter_line(report: Report, reader: str) -> str:
    """The letter in a line, for notifications; already escaped."""
    about = one_line(as_read(report.summary), _SHOWN_SUMMARY)
    if report.is_open and report.version_number is not None:
        return f"Version {report.version_number} of the narrative answers drift {report.number}: {about}"
    if report.state is State.REPORTED and report.owner is not None:
        who = "You look" if reader == report.owner else f"{person(report.owner)} looks"
        return f"{who} after drift {report.number} now: {about}"
    return f"Drift {report.number} is {standing(report)}: {about}"


def letter(report: Report, reader: str, last: Sequence[Event]) -> str:
    """The one message to somebody whom a report concerns."""
    lines = [
        bold(f"Drift {report.number}: {one_line(as_read(report.summary), _SHOWN_SUMMARY)}"),
        f"{_mine(report, reader, last)}{_so_far(report)}",
        *_weight_and_owner(report, reader),
    ]
    if report.version_number is not None:
        lines.append(f"*{answered(report.version_number)}*")
    lines += _last_note(report, last)
    if not report.is_open and reader != report.owner:
        lines.append("Thank you for noticing.")
    return "\n".join(lines)


def _mine(report: Report, reader: str, events: Sequence[Event]) -> str:
    if reader == report.owner:
        if not report.is_open:
            return "You looked after this."
        handed = next((each for each in reversed(events) if each.what is Change.OWNER), None)
        if handed is not None and handed.actor not in (None, reader):
            return f"{person(str(handed.actor))} gave this to you."
        return "You look after this."
    if reader == report.reporter:
        return "You reported this."
    return "You noticed this too."


def _so_far(report: Report) -> str:
    """How far it has come; nothing where only somebody was found who looks after it."""
    if report.state is State.REPORTED and report.snoozed_until is None:
        return ""
    cause = ""
    if report.state is State.DIAGNOSED and report.layer is not None and not report.layer_is_guess:
        cause = f", the cause is in the {LAYERS[report.layer].lower()} layer"
    return f" It is {standing(report)}{cause}."


def _last_note(report: Report, events: Sequence[Event]) -> Sequence[str]:
    """What was written when the report ended, or was opened again, as long as it stands so."""
    if report.state not in {State.RESOLVED, State.REOPENED}:
        return ()
    ends = [each for each in events if each.what is Change.RESOLUTION]
    if not ends or not ends[-1].note:
        return ()
    who = f"{person(ends[-1].actor)}: " if ends[-1].actor else ""
    return (f">{who}{one_line(as_read(ends[-1].note), 300)}",)


def _weight_and_owner(report: Report, reader: str) -> Sequence[str]:
    said = [SEVERITIES[report.severity]] if report.is_open else []
    if report.owner is not None and report.owner != reader:
        looks = "looks" if report.is_open else "looked"
        said.append(f"{person(report.owner)} {looks} after it.")
    return [" · ".join(said)] if said else []
