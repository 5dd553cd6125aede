"""What the bot says on somebody's Home."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from coherence.drift.report import Report, Severity
from coherence.home import (
    COUNTED,
    Due,
    Invitation,
    JourneyDuty,
    OwnCheck,
    Queue,
    Reports,
    Task,
    Wanted,
)
from coherence.rota.term import Term
from coherence.stack.document import Verdict
from handlers.voice.dates import Style, on_own_clock, plain_day
from handlers.voice.drift import SEVERITIES, standing
from handlers.voice.mrkdwn import as_read, brief, one_line, person

WAITING = "Waiting for you"
CHAMPIONS = "Champions"
DATES = "Your next terms"
TASKS = "Yours to do"
ASSIGNED = "Drift you have taken on"
QUEUE = "Not looked at yet"
REPORTS = "Your open reports"
CHECKS = "Your last checks"

CHECK = "Check a draft"
REPORT = "Report drift"
DRIFT = "Read the drift log"
SET_UP = "Set it up"
OPEN = "Open"
TERMS = "Coming terms"
MINE = "My duty"
JOIN_AFTER_ALL = "Join after all"
ANSWER = "Answer"
LOOK = "Have a look"
ACKNOWLEDGE = "I have it"
NOTES = "Leave notes"
DONE = "Done"
UNDELIVERED = "See what it was"

_SUMMARY = 150
_WORDS = 100
_JOURNEY = 80
_MOST_NAMED = 3

_VERDICTS = {
    Verdict.FITS: "Fits",
    Verdict.SUGGESTIONS: "Suggestions",
    Verdict.CONFLICT: "Conflict",
    Verdict.NOT_JUDGED: "Not judged",
}
_REQUESTS = {
    "swap": "would like to swap their term",
    "cover": "is looking for somebody to cover",
}


def welcome() -> str:
    """To somebody who sees this for the first time: two lines."""
    return (
        "I help you keep one story across everything your company says.\n"
        "Show me a draft before it goes out, and I point to the words that don't fit and what to say instead."
    )


def welcome_to_steward() -> str:
    """To a steward, while no narrative is published yet: two lines."""
    return (
        "I help your team keep one story across everything your company says.\n"
        "It begins with your narrative: set up a journey, and drafts can be checked against it."
    )


def champion(duty: JourneyDuty, reader: str) -> str:
    """Who has a journey's duty, and until when."""
    name = f"*{_journey(duty.journey)}*"
    if duty.term is None:
        return f"{name}: the rota has not begun yet"
    until = f"until {on_own_clock(duty.term.end, Style.DATED)}"
    if not duty.term.users:
        return f"{name}: no champion {until}"
    return f"{name}: {_people(duty.term.users, reader)} {until}"


def more_champions(number: int) -> str:
    """Not all journeys are listed."""
    journeys = "journey" if number == 1 else "journeys"
    return (
        f"{number} more {journeys}: `/coherence champion` in their channel says who has the duty."
    )


def dates(duties: Sequence[JourneyDuty], now: datetime) -> str:
    """The reader's next terms in each rota."""
    return "\n".join(
        f"• *{_journey(duty.journey)}*: {_dates(duty.mine, now)}" for duty in duties if duty.mine
    )


def invitation(asked: Invitation) -> str:
    """The reader is asked to take turns."""
    return f"You are asked to take turns as champion of *{_journey(asked.journey)}*."


def request(wanted: Wanted) -> str:
    """Somebody asks for a swap or a cover."""
    said = _REQUESTS.get(wanted.kind, "asks for a change")
    span = f"{on_own_clock(wanted.start, Style.DATED)} to {on_own_clock(wanted.end, Style.DATED)}"
    return f"{person(wanted.user_id)} {said} in *{_journey(wanted.journey)}*: {span}."


def more_requests(number: int) -> str:
    """Not all requests are listed."""
    return f"{number} more {'request' if number == 1 else 'requests'} not shown here."


def to_acknowledge(due: Due) -> str:
    """The reader has the duty and hasn't said that they know."""
    return f"You are champion of *{_journey(due.journey)}*: your term began on {on_own_clock(due.start, Style.DATED)}."


def notes_due(due: Due) -> str:
    """The reader hands over soon."""
    until = f" {on_own_clock(due.end, Style.DATED)}" if due.end else " soon"
    return f"Your term in *{_journey(due.journey)}* ends{until}. What should the next one know?"


def task(each: Task) -> str:
    """An action that is the reader's: what, until when, and from which ritual."""
    about = f"{_until(each)} · {one_line(each.ritual, _JOURNEY)}"
    return f"{brief(each.action.text, _SUMMARY)}\n{about}"


def more_tasks(number: int) -> str:
    """Not all of them are listed."""
    return f"{number:,} more, due later."


def report(each: Report, journey: str | None = None) -> str:
    """A report in a list; names nobody who is quoted."""
    about = [standing(each), SEVERITIES[each.severity].lower()]
    about += [_journey(journey)] if journey else []
    return (
        f"*Drift {each.number}* · {' · '.join(about)} · {on_own_clock(each.reported_at)}\n"
        f"{one_line(as_read(each.summary), _SUMMARY)}"
    )


def of_all(reports: Reports) -> str:
    """A list shows a part."""
    return f"{len(reports.shown)} of {_number(reports.count)}. The drift log has them all."


def queue(found: Queue) -> str:
    """How much waits in the queue, by weight."""
    count = found.reports.count
    if count > COUNTED:
        return f"{_number(count)} reports wait for a first look, the oldest first:"
    wait = "1 report waits" if count == 1 else f"{count} reports wait"
    weights = _weights(found.severities)
    return f"{wait} for a first look ({weights}), the oldest first:"


def check(each: OwnCheck) -> str:
    """One of the reader's own checks."""
    said = f"• *{_VERDICTS[each.verdict]}* · {on_own_clock(each.checked_at)}"
    words = one_line(as_read(each.words), _WORDS) if each.words else ""
    return f"{said} · “{words}”" if words else said


def undelivered(number: int) -> str:
    """What was given up, for stewards."""
    if number == 1:
        return "1 message could not be delivered."
    return f"{_number(number)} messages could not be delivered."


def _until(each: Task) -> str:
    day, late = plain_day(each.action.due_on, each.today), each.days_late
    if late > 0:
        return f"*Was due {day}, {'yesterday' if late == 1 else f'{late:,} days ago'}*"
    if not late:
        return f"Due today, {day}"
    return f"Due tomorrow, {day}" if late == -1 else f"By {day}"


def _weights(severities: Mapping[Severity, int]) -> str:
    heaviest_first = reversed(Severity)
    return ", ".join(
        f"{severities[each]} {SEVERITIES[each].lower()}"
        for each in heaviest_first
        if severities.get(each)
    )


def _number(count: int) -> str:
    return f"more than {COUNTED}" if count > COUNTED else str(count)


def _people(users: Sequence[str], reader: str) -> str:
    named = ["you" if user == reader else person(user) for user in users[:_MOST_NAMED]]
    return " and ".join(named)


def _dates(terms: Sequence[Term], now: datetime) -> str:
    return ", then ".join(_date(term, now) for term in terms)


def _date(term: Term, now: datetime) -> str:
    if term.start <= now:
        return f"now, until {on_own_clock(term.end, Style.DATED)}"
    return f"{on_own_clock(term.start, Style.DATED)} to {on_own_clock(term.end, Style.DATED)}"


def _journey(name: str) -> str:
    return one_line(name, _JOURNEY)
