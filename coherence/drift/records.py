"""Reports as rows, and rows as reports."""

from collections.abc import Collection
from datetime import datetime

import regex
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.drift.report import (
    CameFrom,
    Change,
    Event,
    Evidence,
    EvidenceKind,
    Link,
    LinkKind,
    NewEvidence,
    Report,
    Resolution,
    Severity,
    State,
)
from coherence.drift.words import search_words
from coherence.errors import InvalidAnswers, NoDrift
from coherence.stack.document import Layer
from storage import drift as table
from storage import drift_trail as trail
from storage.drift import DriftEvent, DriftEvidence, DriftLink, DriftReport
from storage.drift_lists import set_drift_words

MAX_SUMMARY = 300
"""Characters of a summary."""

MAX_EVIDENCE = 40_000
"""Characters of one piece of evidence: as much as Slack lets a message have."""

_NO_NUMBER = 1 << 31

_NOT_TEXT = regex.compile(r"[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """A text without what no database takes: NUL and halves of characters."""
    return _NOT_TEXT.sub("\ufffd", text)


def summary_line(text: str, quoted: Collection[str | None] = ()) -> str:
    """A summary as it is kept: one line, without the names of the people who are quoted.

    Raises InvalidAnswers where nothing is left, or more than MAX_SUMMARY characters.
    """
    line = " ".join(storable(text).split())
    if not line:
        raise InvalidAnswers({"summary": "Please say in a few words what doesn't fit."})
    if len(line) > MAX_SUMMARY:
        raise InvalidAnswers({"summary": f"Please keep it to {MAX_SUMMARY} characters."})
    return without_names(line, quoted)


def without_names(line: str, people: Collection[str | None]) -> str:
    """A line in which these people are not named."""
    for person in filter(None, people):
        line = regex.sub(rf"<@{regex.escape(person)}(?:\|[^>]*)?>", "somebody", line)
    return line


async def lock_report(session: AsyncSession, workspace_id: str, number: int) -> DriftReport:
    """A report to be changed, which nobody else changes meanwhile. Raises NoDrift."""
    _require_number(number)
    return _found(await table.lock_drift(session, workspace_id, number), number)


async def find_report(session: AsyncSession, workspace_id: str, number: int) -> DriftReport:
    """A report to be read. Raises NoDrift."""
    _require_number(number)
    return _found(await table.find_drift(session, workspace_id, number), number)


async def note_event(
    session: AsyncSession,
    report: DriftReport,
    what: Change,
    *,
    actor: str | None,
    now: datetime,
    before: str | None = None,
    after: str | None = None,
    note: str | None = None,
) -> None:
    """Put a change into a report's history."""
    event = DriftEvent(
        workspace_id=report.workspace_id,
        number=report.number,
        id=0,
        what=what.value,
        before=before,
        after=after,
        note=storable(note) if note else None,
        actor=actor,
        happened_at=now,
    )
    report.changed_at = now
    await trail.add_drift_event(session, event)


async def index_report(session: AsyncSession, report: DriftReport) -> None:
    """Have a report found by its summary and by what is public of its evidence."""
    evidence = await trail.list_drift_evidence(session, report.workspace_id, report.number)
    public = [each.text for each in evidence if each.text and not each.is_private]
    words = search_words([report.summary, *public])
    await set_drift_words(session, report.workspace_id, report.number, words)


def evidence_row(
    report: DriftReport, new: NewEvidence, *, added_by: str | None, now: datetime
) -> DriftEvidence:
    """A row of evidence; without `added_by` only a message names who wrote it."""
    is_message = new.kind is EvidenceKind.MESSAGE
    return DriftEvidence(
        workspace_id=report.workspace_id,
        number=report.number,
        id=0,
        kind=new.kind.value,
        text=storable(new.text)[:MAX_EVIDENCE],
        author=new.author if is_message or added_by else None,
        channel_id=new.channel_id,
        is_private=new.is_private,
        permalink=new.permalink,
        message_ts=new.message_ts,
        added_by=added_by,
        added_at=now,
    )


def report_value(row: DriftReport) -> Report:
    """The row as a value."""
    layer = row.layer or row.layer_guess
    came_from = row.came_from_check and CameFrom(row.came_from_check, row.came_from_finding or "")
    return Report(
        workspace_id=row.workspace_id,
        number=row.number,
        journey_id=row.journey_id,
        state=State(row.state),
        resolution=Resolution(row.resolution) if row.resolution else None,
        layer=Layer(layer) if layer else None,
        layer_is_guess=bool(layer) and not row.layer,
        severity=Severity(row.severity),
        touchpoint_id=row.touchpoint_id,
        statement_ids=tuple(row.statement_ids),
        summary=row.summary,
        reporter=row.reporter,
        owner=row.owner,
        snoozed_until=row.snoozed_until,
        came_from=came_from or None,
        version_number=row.version_number,
        me_too=row.me_too,
        revision=row.revision,
        reported_at=row.reported_at,
        changed_at=row.changed_at,
        resolved_at=row.resolved_at,
    )


def evidence_value(row: DriftEvidence, *, hidden: bool) -> Evidence:
    """The row as a value, or what of it somebody may know who isn't in its channel."""
    kind = EvidenceKind(row.kind)
    if hidden:
        return Evidence(
            row.id, kind, row.added_at, is_private=True, removed_at=row.removed_at, hidden=True
        )
    return Evidence(
        id=row.id,
        kind=kind,
        added_at=row.added_at,
        text=row.text,
        author=row.author,
        channel_id=row.channel_id,
        is_private=row.is_private,
        permalink=row.permalink,
        message_ts=row.message_ts,
        added_by=row.added_by,
        removed_at=row.removed_at,
    )


def event_value(row: DriftEvent) -> Event:
    """The row as a value."""
    return Event(Change(row.what), row.before, row.after, row.note, row.actor, row.happened_at)


def link_value(row: DriftLink) -> Link:
    """The row as a value."""
    return Link(LinkKind(row.kind), row.target, row.added_by, row.added_at)


def _require_number(number: int) -> None:
    # A larger one is no number to PostgreSQL.
    if not 0 < number < _NO_NUMBER:
        raise NoDrift(f"There is no drift report {number}.")


def _found(row: DriftReport | None, number: int) -> DriftReport:
    if row is None:
        raise NoDrift(f"There is no drift report {number}.")
    return row
