"""What the bot says as the champion's duty goes round: reminders, handovers, notes, looking back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from coherence.champion.handover import Briefing, Change, Note, Publication, Turn
from coherence.champion.letters import Letter
from coherence.champion.service import LookBacks
from coherence.drift.digest import Some
from coherence.drift.report import Report, Resolution
from handlers.voice.dates import day, moment
from handlers.voice.mrkdwn import as_read, escape, in_a_row, one_line, person, quoted

TITLES: Final = {
    Letter.REMINDER: "a champion's reminder",
    Letter.NOTES: "the request for handover notes",
    Letter.HANDOVER: "a champion's handover",
    Letter.INCOMING: "the briefing of a new champion",
    Letter.LOOK_BACK: "the look back at a champion's term",
}
"""What stewards know the deliveries by."""

STEWARDS_TITLE: Final = "news for stewards about a champion's rota"

SIT_OUT: Final = "I'd rather pass"
SWAP: Final = "Swap with somebody"
LEAVE_NOTES: Final = "Leave notes"
CHANGE_NOTES: Final = "Change the notes"
ACKNOWLEDGE: Final = "I have it"
HOW_IT_WORKS: Final = "How the duty works"
LOOK_BACK: Final = "Answer two questions"
CANCEL: Final = "Cancel"
CLOSE: Final = "Close"
SAVE: Final = "Save"

NOTES_TITLE: Final = "Notes for the next one"
NOTES_LABEL: Final = "What should the next champion know?"
NOTES_HINT: Final = (
    "They get it at the handover, with your name. Leave it empty if there is nothing."
)
NOTES_PLACEHOLDER: Final = (
    "The pricing page is with Marketing until Thursday; support knows about it"
)

LOOK_BACK_TITLE: Final = "Your term, in hindsight"
WEIGHT_LABEL: Final = "How heavy was it?"
WEIGHTS: Final = {
    1: "1 · I hardly noticed it",
    2: "2 · Light",
    3: "3 · About right",
    4: "4 · Heavy",
    5: "5 · Too much beside my work",
}
CHANGE_LABEL: Final = "What should change?"
CHANGE_HINT: Final = "Stewards read it without your name, together with what others say."
CHANGE_PLACEHOLDER: Final = "Two weeks are long; one would do"

GUIDE_TITLE: Final = "Being champion"

_WHAT_IT_IS: Final = (
    "*What it is.* You keep an eye on whether what we say and do still tells one story. It takes a "
    "few minutes on most days. It is no on-call duty: nothing wakes you, and nothing breaks while "
    "you are in meetings."
)
_WHAT_YOU_DO: Final = (
    "*What you do.*\n"
    "• Flag what doesn't fit when you come across it: `/coherence drift`, or “Report drift” in a "
    "message's menu.\n"
    "• Look at what others have reported. Whose is it? Which layer does it come from? How much does "
    "it matter? Then fix it, hand it to its owner, or accept it.\n"
    "• Help whoever asks whether a text fits. `/coherence check` answers most of that."
)
_WHAT_YOU_LEAVE: Final = (
    "*What you leave to others.* You don't fix everything yourself, approve anybody's work or score "
    "anybody. Some deviations are good ideas and may change the narrative instead."
)
_WHEN_NOT: Final = (
    "*When it doesn't suit you.* Passing, swapping and being covered for are part of it: "
    "`/coherence champion`. Nobody keeps count."
)
_AT_THE_END: Final = (
    "*At the end.* I ask you for a line or two for whoever comes next, and later how it was."
)
_GUIDE: Final = (_WHAT_IT_IS, _WHAT_YOU_DO, _WHAT_YOU_LEAVE, _WHEN_NOT, _AT_THE_END)

_SHOWN: Final = 100
_MOST_NAMES: Final = 10
_MAX_QUOTE: Final = 1_900
_A_WEEK: Final = timedelta(days=5), timedelta(days=9)
_ENDS: Final = {
    Resolution.FIXED: "fixed",
    Resolution.NARRATIVE_CHANGED: "the narrative was changed",
    Resolution.ACCEPTED: "accepted as it is",
    Resolution.NOT_DRIFT: "not drift",
}


def loading() -> str:
    """While a window is on its way."""
    return "One moment …"


def reminder(turn: Turn) -> str:
    """Some working days before a term."""
    service = turn.service
    begins = f"Your turn as champion for *{escape(turn.rota.journey)}* begins on"
    lasts = f" and lasts until {day(service.end, turn.zone)}" if service.end else ""
    lines = [f"{begins} {_own_moment(service.start, turn)}{lasts}."]
    if turn.beside:
        lines.append(f"{people(turn.beside)} {_serves(turn.beside)} with you.")
    if not turn.service.arranged:
        lines.append("If it doesn't suit you, passing or swapping is fine.")
    return " ".join(lines)


def reminder_line(turn: Turn) -> str:
    """A reminder, as a phone shows it."""
    return f"Your turn as champion begins on {day(turn.service.start, turn.zone)}"


def notes_wanted(turn: Turn) -> str:
    """The day before a handover."""
    to, end = _handed_over(turn)
    return (
        f"You hand over *{escape(turn.rota.journey)}* on {end}. "
        f"What should {to} know? A line or two is plenty, and nothing at all is fine too."
    )


def notes_line(turn: Turn) -> str:
    """The same, as a phone shows it."""
    return f"Anything the next champion for {escape(turn.rota.journey)} should know?"


def noted(turn: Turn) -> str:
    """In the place of that, once there are notes."""
    to, end = _handed_over(turn)
    return (
        f"You have left notes for *{escape(turn.rota.journey)}*. They go to {to} at the handover on "
        f"{end}; until then you can change them."
    )


def noted_line(turn: Turn) -> str:
    """The same, as a phone shows it."""
    return f"You have left notes for {escape(turn.rota.journey)}"


def handover(change: Change) -> str:
    """To the journey's channel."""
    journey = f"*{escape(change.rota.journey)}*"
    if not change.stint.users:
        return f"{_vacancy(change)} for {journey}. Drift can be reported as ever, and it will keep."
    begun = "is champion again" if change.is_return else "is champion"
    if len(change.stint.users) > 1:
        begun = begun.replace("is champion", "are champions")
    said = f"{people(change.stint.users)} {begun} for {journey} until {_end(change)}."
    gone = [each for each in change.before if each not in change.stint.users]
    return f"{said} Thank you, {people(gone)}." if gone else said


def handover_line(change: Change) -> str:
    """The same, as a phone shows it."""
    journey = escape(change.rota.journey)
    if not change.stint.users:
        return f"{_vacancy(change)} for {journey}"
    return f"{people(change.stint.users)}: champion for {journey} until {_end(change)}"


def handover_more(change: Change) -> str:
    """Under a handover: what the team can do."""
    if not change.stint.users:
        return "If you'd like to step in: `/coherence champion`"
    return (
        "Noticed something that doesn't fit our story? `/coherence drift` · `/coherence champion`"
    )


def incoming(briefing: Briefing) -> str:
    """To who begins."""
    turn = briefing.turn
    begun = "You are champion again" if turn.service.returns else "You are champion now"
    said = f"{begun} for *{escape(turn.rota.journey)}*{_until(turn)}."
    if turn.beside:
        said += f" {people(turn.beside)} {_serves(turn.beside)} with you."
    return said


def incoming_line(briefing: Briefing) -> str:
    """The same, as a phone shows it."""
    return f"You are champion for {escape(briefing.turn.rota.journey)} now"


def notes(note: Note) -> str:
    """What somebody who served before has left."""
    return _quote(f"*{person(note.user_id)} left you a note*", note.text)


def open_drift(some: Some, now: datetime) -> str:
    """What waits, longest first."""
    lines = [_report(each, _waiting((now - each.reported_at).days)) for each in some.reports]
    return _listed("Open, longest first", some.count, lines)


def resolved(some: Some) -> str:
    """What ended since the last handover."""
    lines = [_report(each, _ENDS[each.resolution]) for each in some.reports if each.resolution]
    return _listed("Resolved since the last handover", some.count, lines)


def published(publications: Sequence[Publication]) -> str:
    """What has changed in the narrative since the last handover."""
    shown = publications[-5:]
    lines = [_version(each) for each in shown]
    return _listed("Published since the last handover", len(publications), lines)


def nothing_open() -> str:
    """There is no drift to look after."""
    return "No drift is open at the moment."


def all_drift() -> str:
    """Where the whole list is."""
    return "`/coherence drift` lists all of it."


def acknowledged(briefing: Briefing) -> str:
    """In place of the button."""
    at = briefing.acknowledged_at or briefing.now
    return f"You said at {at.astimezone(ZoneInfo(briefing.turn.zone)):%H:%M} that you have it."


def look_back(turn: Turn) -> str:
    """After a term."""
    return (
        f"Thank you for looking after *{escape(turn.rota.journey)}*. "
        "How heavy was it, and what should change? It takes half a minute, and leaving it is fine too."
    )


def look_back_line(turn: Turn) -> str:
    """The same, as a phone shows it."""
    return f"Your term as champion for {escape(turn.rota.journey)} has ended: how was it?"


def notes_kept() -> str:
    """After notes were saved."""
    return "Saved. Whoever comes next gets it at the handover; until then you can change it."


def notes_removed() -> str:
    """After notes were emptied."""
    return "Fine: there are no notes for this handover."


def looked_back() -> str:
    """After the two questions."""
    return "Thank you. Stewards see it together with what others say, without names."


def weight_missing() -> str:
    """No answer was chosen."""
    return "Please choose one; or close this window, that is fine too."


def look_backs(found: LookBacks) -> str:
    """A quiet line for stewards."""
    line = f"Those who served found it {found.weight:.1f} of 5 heavy ({found.count} answers)."
    wishes = [f"• {quoted(as_read(each), _SHOWN)}" for each in found.wishes]
    return "\n".join([line, *(["What they would change:", *wishes] if wishes else [])])


def channel_trouble(journey: str, channel_id: str, error: str) -> str:
    """To stewards, once."""
    where = f"<#{channel_id}>"
    whys = {
        "is_archived": f"{where} is archived",
        "not_in_channel": f"I am not in {where}; `/invite` me there",
        "channel_not_found": "the channel is gone, or I am not in it",
    }
    why = whys.get(error, f"I may not post in {where}")
    return (
        f"I can't tell the team who is champion for *{escape(journey)}*: {why}. "
        "The duty goes on, and those who serve hear from me directly. "
        "`/coherence champion` lets you choose another channel."
    )


def channel_trouble_line(journey: str) -> str:
    """The same, as a phone shows it."""
    return f"I can't post the handovers of {escape(journey)}"


def guide() -> Sequence[str]:
    """One page for somebody's first time, a section each."""
    return _GUIDE


def people(user_ids: Sequence[str]) -> str:
    """Names in a row; of those who have left, what is known of them."""
    names = [person(each) for each in user_ids[:_MOST_NAMES]]
    if more := len(user_ids) - len(names):
        names.append(f"{more:,} more")
    return in_a_row(names)


def _vacancy(change: Change) -> str:
    shortest, longest = _A_WEEK
    if shortest <= change.stint.end - change.stint.start <= longest:
        return "No champion this week"
    return f"No champion until {_end(change)}"


def _serves(user_ids: Sequence[str]) -> str:
    return "serves" if len(user_ids) == 1 else "serve"


def _until(turn: Turn) -> str:
    return f" until {_own_moment(turn.service.end, turn)}" if turn.service.end else ""


def _handed_over(turn: Turn) -> tuple[str, str]:
    """To whom the duty goes, and when."""
    to = people(turn.next_users) if turn.next_users else "whoever has the duty next"
    return to, _own_moment(turn.service.end or turn.service.start, turn)


def _own_moment(at: datetime, turn: Turn) -> str:
    """By the reader's clock, which is named where the rota goes by another."""
    there, here = (at.astimezone(ZoneInfo(zone)) for zone in (turn.rota.zone, turn.zone))
    own = "" if there.utcoffset() == here.utcoffset() else " your time"
    return f"{moment(at, turn.zone)}{own}"


def _end(change: Change) -> str:
    return day(change.stint.end, change.rota.zone)


def _report(report: Report, what: str) -> str:
    return f"• Drift {report.number}, {what}: {one_line(as_read(report.summary), _SHOWN)}"


def _version(published: Publication) -> str:
    note = as_read(published.note)
    said = f": {quoted(note, _SHOWN)}" if note.strip() else ""
    return f"• Version {published.number}, by {person(published.author)}{said}"


def _waiting(days: int) -> str:
    if days < 1:
        return "since today"
    return "for 1 day" if days == 1 else f"for {days:,} days"


def _listed(title: str, count: int, lines: Sequence[str]) -> str:
    rest = count - len(lines)
    tail = [f"… and {rest:,} more"] if rest > 0 else []
    return "\n".join([f"*{title}*", *lines, *tail])


def _quote(title: str, text: str) -> str:
    """People's words as a quotation, cut where a message would hold no more."""
    lines, room = [title], _MAX_QUOTE - len(title)
    for line in text.splitlines():
        shown = _fitting(line, room)
        lines.append(f">{escape(shown)}{'…' if shown != line else ''}")
        room -= len(escape(shown)) + len("\n>")
        if shown != line or room <= 0:
            break
    return "\n".join(lines)


def _fitting(line: str, room: int) -> str:
    """As much of a line as there is room for once it is escaped."""
    lengths = accumulate(len(escape(letter)) for letter in line)
    return line[: sum(length <= room for length in lengths)]
