"""What the bot says of drift: lists, one report, and what became of it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from coherence.drift.report import (
    Change,
    Detail,
    Event,
    Evidence,
    EvidenceKind,
    Link,
    LinkKind,
    Report,
    Resolution,
    Severity,
    State,
)
from coherence.stack.document import Layer, Stack
from handlers.voice.dates import on_own_clock
from handlers.voice.mrkdwn import as_read, bold, escape, one_line, person, quoted

TITLE = "Drift"
CLOSE = "Close"
BACK = "Back"
OPEN = "Open"
NEWER = "Newer"
OLDER = "Older"
CLEAR = "Clear the filters"
SETTINGS = "Settings"
SEARCH_LABEL = "Find by words"
SEARCH_PLACEHOLDER = "Words of a report"
FIND = "Find"
TAKE = "Take it on"
TAKE_OVER = "Take it over"
TRIAGE = "Triage…"
START_FIXING = "Start fixing"
RESOLVE = "Resolve…"
REOPEN = "Reopen…"
SNOOZE = "Put off…"
WAKE = "Take it up again"
LINK = "Link…"
REMOVE_COPY = "Remove the copy"
UNLINK = "Unlink"
MORE = "More"
ANY_LAYER = "Any layer"
ANY_SEVERITY = "Any weight"
ANY_TOUCHPOINT = "Any touchpoint"
ANY_TIME = "Any time"
LETTER_BUTTON = "See the report"

SHOWS = {
    "open": "Open",
    "waiting": "Open, also put off",
    "mine": "Mine, open",
    "mine_all": "Mine, all",
    "resolved": "Resolved",
    "all": "All",
}
SINCE = {7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 365: "Last 12 months"}

STATES = {
    State.REPORTED: "reported",
    State.TRIAGED: "triaged",
    State.DIAGNOSED: "diagnosed",
    State.FIXING: "being fixed",
    State.RESOLVED: "resolved",
    State.REOPENED: "reopened",
}
RESOLUTIONS = {
    Resolution.FIXED: "Fixed",
    Resolution.NARRATIVE_CHANGED: "The narrative was changed",
    Resolution.ACCEPTED: "Accepted: it stays as it is",
    Resolution.NOT_DRIFT: "Not drift: it fits after all",
}
_ENDS = {
    Resolution.FIXED: "fixed",
    Resolution.NARRATIVE_CHANGED: "the narrative was changed",
    Resolution.ACCEPTED: "accepted as it is",
    Resolution.NOT_DRIFT: "not drift",
}
SEVERITIES = {
    Severity.SMALL: "Small",
    Severity.NOTICEABLE: "Noticeable",
    Severity.SERIOUS: "Serious",
}
LAYERS = {
    Layer.VISION: "Vision",
    Layer.NARRATIVE: "Narrative",
    Layer.SYSTEM: "System",
    Layer.TOUCHPOINT: "Touchpoint",
}

_HOUSE_RULE = "A house rule"
_WORDS = ("name", "text", "use", "message")
"""The fields in which items of the narrative keep what they say; house rules need not."""
_COPY_GONE = "_The copy of these words was removed._"
_SHOWN_SUMMARY = 300
_SHOWN_TEXT = 400
_SHOWN_NOTE = 300
_SHOWN_STATEMENT = 200
_SHOWN_ADDRESS = 60
_LONGEST_LINK = 1_000


def loading() -> str:
    """While something is on its way."""
    return "One moment, I am looking it up."


def removal_asked(*, own: bool) -> str:
    """Before the copy of a message goes, one's own or another's; plain text."""
    if own:
        return (
            "The words go for good. The link to your message stays, so that others can still "
            "ask you."
        )
    return (
        "The words go for good, for everybody. The link to the message stays. "
        "The history says that you removed them."
    )


def unlinking_asked(link: Link) -> str:
    """Before a link goes; plain text."""
    if link.kind is LinkKind.REPORT:
        return "The link goes from both reports. The history of each says that you removed it."
    return "The history says that you removed it. You can link it again at any time."


def heading(journey: str | None) -> str:
    """Above the list."""
    return f"What doesn't fit in *{escape(journey)}*" if journey else "What doesn't fit, everywhere"


def nothing(*, filtered: bool) -> str:
    """No report to list."""
    if filtered:
        return "No report fits these filters. Clear them to see the open ones."
    return (
        "Nothing open. When you notice two things we say that don't fit together, "
        "`/coherence drift` and a few words put it on record."
    )


def entry(report: Report, touchpoint: str | None) -> str:
    """A report in the list; names nobody who is quoted."""
    # That it was reported stands in the last line.
    is_new = standing(report) == STATES[State.REPORTED]
    about = [
        f"*Drift {report.number}*",
        *([] if is_new else [standing(report)]),
        SEVERITIES[report.severity].lower(),
        *_layer_and_place(report, touchpoint),
    ]
    return (
        f"{' · '.join(about)}\n"
        f"{one_line(as_read(report.summary), _SHOWN_SUMMARY)}\n"
        f"{_capital(' · '.join([*_who(report), f'reported {on_own_clock(report.reported_at)}']))}"
    )


def option(report: Report) -> str:
    """A report among others to choose from; plain text."""
    return f"Drift {report.number}: {as_read(report.summary)}"


def standing(report: Report) -> str:
    """How far a report has come, in words."""
    if report.resolution is not None:
        return f"resolved, {_ENDS[report.resolution]}"
    if report.snoozed_until is not None:
        return f"{STATES[report.state]}, put off until {day(report.snoozed_until)}"
    return STATES[report.state]


def day(when: date) -> str:
    """A date as people say it."""
    return f"{when.day} {when:%B %Y}"


def detail_title(report: Report) -> str:
    """The title of a report's window."""
    return f"Drift {report.number}"


def about(detail: Detail, touchpoint: str | None) -> str:
    """What a report says, and how it stands."""
    report = detail.report
    lines = [
        bold(one_line(as_read(report.summary), _SHOWN_SUMMARY)),
        " · ".join([_capital(standing(report)), *_who(report)]),
        f"{SEVERITIES[report.severity]} · {_layer_said(report)} · {escape(detail.journey)}"
        + (f", {escape(touchpoint)}" if touchpoint else ""),
        f"Reported {on_own_clock(report.reported_at)}{_by(report.reporter)}",
    ]
    if report.version_number is not None:
        lines.append(answered(report.version_number))
    return "\n".join(lines)


def answered(version: int) -> str:
    """A published narrative was made because of the report."""
    return f"Version {version} of the narrative answers this."


def statements(lines: Sequence[tuple[str, str]]) -> str:
    """The lines of the narrative that are touched: each with its id."""
    said = [f"• *{escape(each)}*  {one_line(text, _SHOWN_STATEMENT)}" for each, text in lines]
    return "\n".join(["*What it touches*", *said])


def evidence_heading() -> str:
    """Above the evidence."""
    return "*What shows it*"


def evidence(piece: Evidence) -> str:
    """One piece of evidence, as the viewer may see it."""
    if piece.hidden:
        gone = f" {_COPY_GONE}" if piece.removed_at else ""
        return (
            f"From a private channel. Only its members can read it here.{gone}\n"
            f"Added {on_own_clock(piece.added_at)}"
        )
    return f"{_words_of(piece)}\n{' · '.join(_origin(piece))}"


def more_evidence(number: int) -> str:
    """Not all evidence is shown."""
    return f"{number} more {'piece' if number == 1 else 'pieces'} of evidence not shown here."


def links_heading() -> str:
    """Above what a report is tied to."""
    return "*Linked*"


def link_text(link: Link, stack: Stack | None, linked: Mapping[str, str]) -> str:
    """One thing that a report is tied to; `linked` has the summaries of reports by number."""
    return f"{_link(link, stack, linked)}\nlinked {on_own_clock(link.added_at)} by {person(link.added_by)}"


def more_links(number: int) -> str:
    """Not all links are shown."""
    return f"{number} more {'link' if number == 1 else 'links'} not shown here."


def history(events: Sequence[Event], stack: Stack | None, *, left_out: int = 0) -> str:
    """What happened, newest last."""
    lines = ["*What happened*"]
    if left_out:
        earlier = "1 earlier change" if left_out == 1 else f"{left_out} earlier changes"
        lines.append(f"_{earlier} not shown_")
    lines += [f"• {happened(event, stack)}" for event in events]
    return "\n".join(lines)


def worth_telling(events: Sequence[Event]) -> list[Event]:
    """Changes, without those that another of the same moment tells too, as how a report ended does."""
    together: dict[tuple[str | None, datetime], set[Change]] = {}
    for each in events:
        together.setdefault((each.actor, each.happened_at), set()).add(each.what)
    return [
        each
        for each in events
        if not _told_by(each, together[each.actor, each.happened_at] - {each.what})
    ]


def _told_by(event: Event, others: Collection[Change]) -> bool:
    """Whether what was done along with it says the same and more."""
    match event.what, event.after:
        case Change.STATE, (State.RESOLVED | State.REOPENED):
            return True
        case Change.STATE, State.DIAGNOSED:
            return Change.LAYER in others
        case Change.STATE, State.TRIAGED:
            return bool(others)
        case Change.EVIDENCE, _:
            return Change.ME_TOO in others
        case _:
            return False


def happened(event: Event, stack: Stack | None) -> str:
    """One change: who, what, when, and the note that was left."""
    said = f"{_actor(event)} {_what(event, stack)} · {on_own_clock(event.happened_at)}"
    return f"{said}\n   {quoted(as_read(event.note), _SHOWN_NOTE)}" if event.note else said


def touchpoint_name(stack: Stack | None, touchpoint_id: str | None) -> str | None:
    """What a touchpoint is called; None where there is none, or no longer."""
    if stack is None or touchpoint_id is None:
        return None
    found = stack.touchpoint(touchpoint_id)
    return found.name if found else None


def item_text(stack: Stack | None, item_id: str) -> str | None:
    """What an item of the narrative says; None where it is no longer there."""
    if stack is None:
        return None
    for item in stack.items():
        if item.id == item_id:
            kept = (getattr(item, each, None) for each in _WORDS)
            return str(next(filter(None, kept), _HOUSE_RULE))
    return None


def _link(link: Link, stack: Stack | None, linked: Mapping[str, str]) -> str:
    match link.kind:
        case LinkKind.REPORT:
            summary = linked.get(link.target)
            said = f"  {one_line(as_read(summary), _SHOWN_STATEMENT)}" if summary else ""
            return f"*Drift {escape(link.target)}*{said}"
        case LinkKind.ITEM:
            text = item_text(stack, link.target)
            said = one_line(text, _SHOWN_STATEMENT) if text else "no longer in the narrative"
            return f"*{escape(link.target)}*  {said}"
        case LinkKind.TICKET:
            return f"Ticket: {address(link.target)}"


def address(url: str) -> str:
    """A link to follow, shown by where it leads."""
    parts = urlsplit(url)
    is_odd = parts.scheme not in {"http", "https"} or any(sign in url for sign in "<>| \n")
    if is_odd or len(escape(url)) > _LONGEST_LINK:
        return quoted(url, _SHOWN_ADDRESS)
    return f"<{escape(url)}|{one_line(f'{parts.hostname}{parts.path}', _SHOWN_ADDRESS)}>"


def _words_of(piece: Evidence) -> str:
    if piece.text is None:
        return _COPY_GONE
    return f">{quoted(as_read(piece.text), _SHOWN_TEXT)}"


def _origin(piece: Evidence) -> Iterator[str]:
    if piece.kind is EvidenceKind.FINDING:
        yield "Found by a check"
    elif piece.author and piece.kind is EvidenceKind.MESSAGE:
        yield f"By {person(piece.author)}"
    if piece.channel_id:
        yield f"in <#{escape(piece.channel_id)}>"
    if piece.is_private:
        yield "only its members see this"
    if piece.permalink and _is_short_link(piece.permalink):
        yield f"<{escape(piece.permalink)}|Open the message>"
    added = "added" if piece.kind is not EvidenceKind.NOTE else "Added"
    yield f"{added} {on_own_clock(piece.added_at)}{_by(piece.added_by)}"


def _is_short_link(permalink: str) -> bool:
    is_link = urlsplit(permalink).scheme in {"http", "https"} and not set(permalink) & set("<>| \n")
    return is_link and len(escape(permalink)) < _LONGEST_LINK


def _layer_and_place(report: Report, touchpoint: str | None) -> Iterator[str]:
    if report.layer is not None:
        yield _layer_said(report).lower()
    if touchpoint:
        yield escape(touchpoint)


def _layer_said(report: Report) -> str:
    if report.layer is None:
        return "Layer not known yet" if report.is_open else "No layer named"
    named = f"{LAYERS[report.layer]} layer"
    return f"{named}, by a first guess" if report.layer_is_guess else named


def _who(report: Report) -> Iterator[str]:
    if report.owner:
        yield f"{person(report.owner)} {'has' if report.is_open else 'had'} it"
    elif report.is_open:
        yield "nobody has it yet"
    if report.me_too:
        others = "1 other" if report.me_too == 1 else f"{report.me_too} others"
        yield f"{others} noticed it too"


def _by(user_id: str | None) -> str:
    return f" by {person(user_id)}" if user_id else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _actor(event: Event) -> str:
    return person(event.actor) if event.actor else "Somebody"


def _what(event: Event, stack: Stack | None) -> str:
    match event.what:
        case Change.TOUCHPOINT:
            return _placed(touchpoint_name(stack, event.after), event.after)
        case Change.OWNER:
            return _handed(event)
        case Change.LINK:
            return _tied(event.before, event.after)
        case Change.STATE:
            return _moved(event.after)
        case Change.RESOLUTION:
            return (
                f"resolved it: {_ENDS[Resolution(event.after)]}" if event.after else "reopened it"
            )
        case _:
            filled, emptied = _SAID[event.what]
            return filled(event.after) if event.after else emptied


_SAID: Final[Mapping[Change, tuple[Callable[[str], str], str]]] = {
    Change.LAYER: (lambda after: f"saw the cause in the {after} layer", "left the layer open"),
    Change.SEVERITY: (lambda after: f"called it {after}", "weighed it anew"),
    Change.STATEMENTS: (
        lambda after: f"named what it touches: {escape(after)}",
        "named no lines any more",
    ),
    Change.SUMMARY: (lambda _: "put it in other words", "put it in other words"),
    Change.SNOOZE: (lambda after: f"put it off until {_day_said(after)}", "took it up again"),
    Change.EVIDENCE: (lambda _: "added evidence", "added evidence"),
    Change.ME_TOO: (lambda _: "noticed it too", "noticed it too"),
    Change.COPY_REMOVED: (
        lambda _: "had the copy of a message removed",
        "had the copy of a message removed",
    ),
    Change.NARRATIVE: (
        lambda after: f"answered it with version {escape(after)} of the narrative",
        "took the narrative's answer back",
    ),
}
"""How a change is told: with what it changed to, and without."""


def _moved(after: str | None) -> str:
    return {
        "reported": "reported it",
        "triaged": "looked at it",
        "diagnosed": "found the cause",
        "fixing": "started fixing it",
    }.get(after or "", "changed it")


def _handed(event: Event) -> str:
    if event.after is None:
        return "left it without an owner"
    return "took it on" if event.after == event.actor else f"gave it to {person(event.after)}"


def _placed(name: str | None, touchpoint_id: str | None) -> str:
    if touchpoint_id is None:
        return "took the touchpoint away"
    return f"saw it at {quoted(name)}" if name else "named another touchpoint"


def _tied(before: str | None, after: str | None) -> str:
    kind, _, target = (after or before or "").partition(" ")
    thing = {
        LinkKind.REPORT: f"drift {escape(target)}",
        LinkKind.ITEM: f"{escape(target)} of the narrative",
        LinkKind.TICKET: f"a ticket, {address(target)}",
    }.get(LinkKind(kind), "something")
    return f"linked it to {thing}" if after else f"removed the link to {thing}"


def _day_said(value: str) -> str:
    return day(date.fromisoformat(value))
