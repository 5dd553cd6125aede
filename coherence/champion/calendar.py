"""A duty as a calendar file (RFC 5545): one event for each term that somebody serves.

It has no METHOD, so that DTSTAMP means when an event was last revised, as LAST-MODIFIED does: a calendar in
which nothing has changed is the same to the byte.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vDuration

from coherence.champion.letters import mark
from coherence.rota.term import Term

REFRESH: Final = timedelta(hours=6)
"""How often calendar programs are asked to look again."""

_PRODUCT: Final = "-//Coherence Champion//Duty//EN"


@dataclass(frozen=True)
class Entry:
    """A term of a journey's rota that somebody serves."""

    workspace_id: str
    journey_id: str
    journey: str
    term: Term

    @property
    def uid(self) -> str:
        """The same for as long as the term begins then, whoever serves and however it is arranged."""
        told = "\n".join((self.workspace_id, self.journey_id, mark(self.term.start)))
        return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@coherence-champion"

    @property
    def fingerprint(self) -> str:
        """Another one as soon as the event says something else, but for how people are called."""
        term = self.term
        told = "\n".join((self.journey, mark(term.end), term.why, *term.users))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Revision:
    """How often an event has changed, and when it last did."""

    sequence: int
    changed_at: datetime


def calendar_file(
    title: str,
    entries: Iterable[tuple[Entry, Revision]],
    names: Mapping[str, str],
) -> bytes:
    """The file; `names` are what people are called, by user id: who has none stands there as kept."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry, revision in entries:
        calendar.add_component(_event(entry, revision, names))
    return bytes(calendar.to_ical())


def _event(entry: Entry, revision: Revision, names: Mapping[str, str]) -> Event:
    term = entry.term
    who = " and ".join(names.get(user, user) for user in term.users)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", revision.changed_at)
    event.add("last-modified", revision.changed_at)
    event.add("sequence", revision.sequence)
    event.add("dtstart", term.start)
    event.add("dtend", term.end)
    event.add("summary", f"Coherence champion: {who}")
    event.add("description", f"{entry.journey}. {term.why}")
    event.add("status", "CONFIRMED")
    # Being on duty leaves the rest of the day free.
    event.add("transp", "TRANSPARENT")
    return event
