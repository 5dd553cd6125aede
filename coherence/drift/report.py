"""Drift as values: a report, its evidence and its history, as people talk about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Literal

from coherence.stack.document import Layer


class State(StrEnum):
    """How far a report has come."""

    REPORTED = "reported"
    TRIAGED = "triaged"
    DIAGNOSED = "diagnosed"
    FIXING = "fixing"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Resolution(StrEnum):
    """How a report ended."""

    FIXED = "fixed"
    NARRATIVE_CHANGED = "narrative_changed"
    ACCEPTED = "accepted"
    """It stays as it is, and that was decided."""
    NOT_DRIFT = "not_drift"


class Severity(StrEnum):
    """How much it matters, in the reporter's word."""

    SMALL = "small"
    NOTICEABLE = "noticeable"
    SERIOUS = "serious"


class EvidenceKind(StrEnum):
    """What shows the drift."""

    MESSAGE = "message"
    NOTE = "note"
    FINDING = "finding"
    """The words that a check found fault with."""


class LinkKind(StrEnum):
    """What a report may be tied to; the target is an item's id, a number, or an address."""

    ITEM = "item"
    REPORT = "report"
    TICKET = "ticket"


class Change(StrEnum):
    """What of a report an event is about."""

    STATE = "state"
    RESOLUTION = "resolution"
    OWNER = "owner"
    LAYER = "layer"
    SEVERITY = "severity"
    TOUCHPOINT = "touchpoint"
    STATEMENTS = "statements"
    SUMMARY = "summary"
    SNOOZE = "snooze"
    LINK = "link"
    EVIDENCE = "evidence"
    ME_TOO = "me_too"
    COPY_REMOVED = "copy_removed"
    NARRATIVE = "narrative"
    """A published version of the narrative answers the report."""


_KEY = 32

OPEN = frozenset(State) - {State.RESOLVED}


@dataclass(frozen=True)
class NewEvidence:
    """Something to be kept as evidence, as typed.

    For a message `channel_id` and `message_ts` name it, `author` wrote it. `is_private`: only members of
    the channel may read it. Text is cut after MAX_EVIDENCE characters.
    """

    kind: EvidenceKind
    text: str
    author: str | None = None
    channel_id: str | None = None
    is_private: bool = False
    permalink: str | None = None
    message_ts: str | None = None


@dataclass(frozen=True)
class CameFrom:
    """The finding of a check that led to a report: the check's id, and the key of the finding's group."""

    check_id: str
    finding: str


@dataclass(frozen=True)
class NewReport:
    """What somebody reports.

    The journey is `journey_id`, else that of `channel_id`, else the only one. `summary` is the
    reporter's own words: what is quoted goes into the evidence, where its author can have it removed.
    `layer_guess` is the layer that the form offered, `layer` what the reporter chose. With the same
    `delivery_id` it is recorded once; a form uses its view's id, so that a double press counts once.
    """

    workspace_id: str
    user_id: str
    summary: str
    channel_id: str | None = None
    journey_id: str | None = None
    evidence: tuple[NewEvidence, ...] = ()
    severity: Severity = Severity.NOTICEABLE
    touchpoint_id: str | None = None
    statement_ids: tuple[str, ...] = ()
    layer_guess: Layer | None = None
    layer: Layer | None = None
    came_from: CameFrom | None = None
    anonymous: bool = False
    delivery_id: str | None = None


@dataclass(frozen=True)
class Report:
    """A report as everybody may read it; nothing of its evidence, so nobody who was quoted.

    `layer` is what was decided, else the guess, which `layer_is_guess` says. `reporter` is None for an
    anonymous one. `me_too` counts others who noticed it. `revision` is what a form sends back.
    """

    workspace_id: str
    number: int
    journey_id: str
    state: State
    resolution: Resolution | None
    layer: Layer | None
    layer_is_guess: bool
    severity: Severity
    touchpoint_id: str | None
    statement_ids: tuple[str, ...]
    summary: str
    reporter: str | None
    owner: str | None
    snoozed_until: date | None
    came_from: CameFrom | None
    version_number: int | None
    me_too: int
    revision: int
    reported_at: datetime
    changed_at: datetime
    resolved_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an end."""
        return self.state in OPEN

    def on(self, day: date) -> "Report":
        """The report as it is that day: what was put off until then is awake."""
        awake = self.snoozed_until is not None and self.snoozed_until <= day
        return replace(self, snoozed_until=None) if awake else self


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence as one viewer may see it.

    `hidden`: it is from a private channel that the viewer isn't in; then all but `id`, `kind`, `added_at`
    and `removed_at` is left out. `text` is also None where the copy was removed, at `removed_at`.
    """

    id: int
    kind: EvidenceKind
    added_at: datetime
    text: str | None = None
    author: str | None = None
    channel_id: str | None = None
    is_private: bool = False
    permalink: str | None = None
    message_ts: str | None = None
    added_by: str | None = None
    removed_at: datetime | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Event:
    """A change of a report; `actor` is None where it was made without a name."""

    what: Change
    before: str | None
    after: str | None
    note: str | None
    actor: str | None
    happened_at: datetime


@dataclass(frozen=True)
class Link:
    """What a report is tied to."""

    kind: LinkKind
    target: str
    added_by: str
    added_at: datetime

    @property
    def key(self) -> str:
        """Stands for exactly this link of a report, in less than a long address takes."""
        return sha256(f"{self.kind} {self.target}".encode()).hexdigest()[:_KEY]


@dataclass(frozen=True)
class Detail:
    """All of a report that one viewer may see, and whether they may change it.

    `may_remove`: they may have the kept copy of anybody's message removed. `linked`: the summaries of the
    reports that it is tied to, by their numbers as the links have them.
    """

    report: Report
    journey: str
    evidence: tuple[Evidence, ...]
    events: tuple[Event, ...]
    links: tuple[Link, ...]
    may_change: bool
    may_remove: bool = False
    linked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filters:
    """Which reports a list is to show; None leaves a question open.

    `mine` are those that the viewer has reported or owns. `snoozed` has those in that sleep beyond today.
    `text` is searched for in summaries and in evidence from public channels: all its words must occur, or
    the beginnings of words.
    """

    journey_id: str | None = None
    mine: bool = False
    only_open: bool = False
    states: frozenset[State] = field(default_factory=frozenset)
    snoozed: bool = True
    layer: Layer | None = None
    touchpoint_id: str | None = None
    severity: Severity | None = None
    since: datetime | None = None
    text: str | None = None


@dataclass(frozen=True)
class Page:
    """Reports, newest first; `next_before` asks for the page after it, None on the last."""

    reports: tuple[Report, ...]
    next_before: int | None


@dataclass(frozen=True)
class Triage:
    """What somebody changes of a report in one go; None leaves a field as it is, "" empties it."""

    summary: str | None = None
    severity: Severity | None = None
    layer: Layer | Literal[""] | None = None
    touchpoint_id: str | None = None
    statement_ids: tuple[str, ...] | None = None
    owner: str | None = None
    state: State | None = None
