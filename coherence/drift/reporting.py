"""Reporting drift: anybody says what doesn't fit, adds evidence, or says that they have noticed it too."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.access import DriftAccess
from coherence.drift.duplicates import STILL_RECENT, Duplicate, find_duplicates
from coherence.drift.layers import guess_layer
from coherence.drift.records import (
    MAX_SUMMARY,
    evidence_row,
    index_report,
    lock_report,
    note_event,
    report_value,
    summary_line,
    without_names,
)
from coherence.drift.report import (
    Change,
    EvidenceKind,
    NewEvidence,
    NewReport,
    Report,
    State,
)
from coherence.errors import NoEvidence, NoPublishedStack, NotAnonymously, NotTheirEvidence
from coherence.journeys import journey_by_id, journey_of_channel
from coherence.stack.document import Layer, Stack
from coherence.stack.versions import find_published
from coherence.stewards import Person
from storage import drift as table
from storage import drift_trail as trail
from storage import processed
from storage.database import Database
from storage.drift import DriftMeToo, DriftReport
from storage.journeys import Journey


class DriftReports:
    """The use cases around reporting."""

    def __init__(self, database: Database, now: Clock, access: DriftAccess) -> None:
        self._database = database
        self._now = now
        self._access = access

    async def report(self, new: NewReport) -> Report | None:
        """Put a report on record; None if this delivery was recorded before.

        A summary that is too long is shortened, and kept whole as a note. Nothing of an anonymous report
        says who made it: tell people beforehand that they won't hear how it goes on. Raises
        InvalidAnswers, NoJourney, AmbiguousJourney or NotAnonymously.
        """
        new = _fitted(new)
        quoted = [each.author for each in new.evidence if each.kind is EvidenceKind.MESSAGE]
        summary = summary_line(new.summary, quoted)
        async with self._database.transaction() as session:
            if not await self._is_first(session, new.workspace_id, new.delivery_id):
                return None
            journey = await _journey(session, new)
            reporter = _named(journey, new.user_id, anonymous=new.anonymous)
            guess = new.layer_guess or await _guess(session, journey, new)
            row = await self._add(session, journey, replace(new, summary=summary), reporter, guess)
            for each in new.evidence:
                evidence = evidence_row(row, each, added_by=reporter, now=self._now())
                await trail.add_drift_evidence(session, evidence)
            await index_report(session, row)
            return report_value(row)

    async def likely_duplicates(self, draft: NewReport) -> tuple[Duplicate, ...]:
        """Reports that may be about the same, open or resolved for less than STILL_RECENT, likeliest first.

        Those with the same message, then those with a similar summary. Raises NoJourney or
        AmbiguousJourney.
        """
        async with self._database.reading() as session:
            journey = await _journey(session, draft)
            return await find_duplicates(
                session, journey.id, draft, since=self._now() - STILL_RECENT
            )

    async def me_too(
        self,
        person: Person,
        number: int,
        evidence: Sequence[NewEvidence] = (),
        *,
        anonymous: bool = False,
        delivery_id: str | None = None,
    ) -> Report | None:
        """Note that somebody else noticed the same, with what shows it; None for a repeated delivery.

        A person counts once, and not at all for a report of their own. Raises NoDrift or NotAnonymously.
        """
        async with self._database.transaction() as session:
            if not await self._is_first(session, person.workspace_id, delivery_id):
                return None
            row = await lock_report(session, person.workspace_id, number)
            name, now = await _name_for(session, row, person, anonymous=anonymous), self._now()
            if await self._counts(session, row, name):
                row.me_too += 1
                await note_event(session, row, Change.ME_TOO, actor=name, now=now)
            await self._add_evidence(session, row, evidence, name, now)
            return report_value(row)

    async def add_evidence(
        self,
        person: Person,
        number: int,
        evidence: NewEvidence,
        *,
        anonymous: bool = False,
        delivery_id: str | None = None,
    ) -> bool:
        """Add evidence to a report; False if it has this message already, or for a repeated delivery.

        Raises NoDrift or NotAnonymously.
        """
        async with self._database.transaction() as session:
            if not await self._is_first(session, person.workspace_id, delivery_id):
                return False
            row = await lock_report(session, person.workspace_id, number)
            name = await _name_for(session, row, person, anonymous=anonymous)
            return await self._add_evidence(session, row, [evidence], name, self._now()) > 0

    async def remove_copy(self, person: Person, number: int, evidence_id: int) -> Report:
        """Remove the kept text of a piece of evidence; that it was there, and its permalink, stay.

        For who wrote it, and for stewards. Raises NoDrift, NoEvidence or NotTheirEvidence.
        """
        is_steward = await self._access.is_steward(person)
        async with self._database.transaction() as session:
            row = await lock_report(session, person.workspace_id, number)
            evidence = await trail.find_drift_evidence(
                session, person.workspace_id, number, evidence_id
            )
            if evidence is None:
                raise NoEvidence("This evidence is no longer there.")
            if person.user_id != evidence.author and not is_steward:
                raise NotTheirEvidence
            if evidence.text is not None:
                evidence.text, evidence.removed_at = None, self._now()
                await note_event(
                    session, row, Change.COPY_REMOVED, actor=person.user_id, now=self._now()
                )
                await index_report(session, row)
            return report_value(row)

    async def may_be_anonymous(
        self, workspace_id: str, *, journey_id: str | None = None, channel_id: str | None = None
    ) -> bool:
        """Whether drift in this journey, or that of this channel, may be reported without a name."""
        async with self._database.reading() as session:
            if journey_id is not None:
                return (await journey_by_id(session, workspace_id, journey_id)).anonymous_drift
            return (await journey_of_channel(session, workspace_id, channel_id)).anonymous_drift

    async def allow_anonymous(self, person: Person, journey_id: str, *, allowed: bool) -> None:
        """Let drift in a journey be reported without a name, or no longer.

        Raises NotASteward or NoJourney.
        """
        await self._access.require_steward(person)
        async with self._database.transaction() as session:
            journey = await journey_by_id(session, person.workspace_id, journey_id)
            journey.anonymous_drift = allowed

    async def _is_first(
        self, session: AsyncSession, workspace_id: str, delivery_id: str | None
    ) -> bool:
        if delivery_id is None:
            return True
        return await processed.claim(session, workspace_id, delivery_id, now=self._now())

    async def _add(
        self,
        session: AsyncSession,
        journey: Journey,
        new: NewReport,
        reporter: str | None,
        guess: Layer | None,
    ) -> DriftReport:
        # Which check it came from would say who reported it.
        came_from = new.came_from if reporter else None
        row = DriftReport(
            workspace_id=new.workspace_id,
            number=await table.next_drift_number(session, new.workspace_id),
            journey_id=journey.id,
            state=State.REPORTED.value,
            layer_guess=guess.value if guess else None,
            layer=new.layer.value if new.layer else None,
            severity=new.severity.value,
            touchpoint_id=new.touchpoint_id,
            statement_ids=list(dict.fromkeys(new.statement_ids)),
            summary=new.summary,
            reporter=reporter,
            came_from_check=came_from.check_id if came_from else None,
            came_from_finding=came_from.finding if came_from else None,
            reported_at=self._now(),
            changed_at=self._now(),
        )
        await table.add_drift(session, row)
        await note_event(
            session, row, Change.STATE, actor=reporter, now=self._now(), after=row.state
        )
        return row

    async def _add_evidence(
        self,
        session: AsyncSession,
        row: DriftReport,
        evidence: Sequence[NewEvidence],
        name: str | None,
        now: datetime,
    ) -> int:
        """Add what is new of it, and return how much that was."""
        added = 0
        for each in evidence:
            kept = evidence_row(row, each, added_by=name, now=now)
            if await trail.add_drift_evidence(session, kept):
                added += 1
                await note_event(
                    session, row, Change.EVIDENCE, actor=name, now=now, after=str(kept.id)
                )
                row.summary = without_names(row.summary, [kept.author])
        if added:
            await index_report(session, row)
        return added

    async def _counts(self, session: AsyncSession, row: DriftReport, name: str | None) -> bool:
        if name is None:
            return True
        if name == row.reporter:
            return False
        noticed = DriftMeToo(
            workspace_id=row.workspace_id, number=row.number, user_id=name, noticed_at=self._now()
        )
        return await trail.add_drift_me_too(session, noticed)


def _fitted(new: NewReport) -> NewReport:
    """The report with a summary that is short enough; all of a longer one becomes a note."""
    line = " ".join(new.summary.split())
    if len(line) <= MAX_SUMMARY:
        return new
    note = NewEvidence(EvidenceKind.NOTE, new.summary, author=new.user_id)
    short = line[: MAX_SUMMARY - 1].rstrip() + "…"
    return replace(new, summary=short, evidence=(note, *new.evidence))


async def _journey(session: AsyncSession, new: NewReport) -> Journey:
    if new.journey_id is not None:
        return await journey_by_id(session, new.workspace_id, new.journey_id)
    return await journey_of_channel(session, new.workspace_id, new.channel_id)


async def _guess(session: AsyncSession, journey: Journey, new: NewReport) -> Layer | None:
    if not new.statement_ids and new.touchpoint_id is None:
        return None
    try:
        version = await find_published(session, journey)
    except NoPublishedStack:
        return None
    return guess_layer(Stack.model_validate(version.document), new.statement_ids, new.touchpoint_id)


def _named(journey: Journey, user_id: str, *, anonymous: bool) -> str | None:
    """Whose name is put on record. Raises NotAnonymously."""
    if not anonymous:
        return user_id
    if not journey.anonymous_drift:
        raise NotAnonymously
    return None


async def _name_for(
    session: AsyncSession, row: DriftReport, person: Person, *, anonymous: bool
) -> str | None:
    journey = await journey_by_id(session, row.workspace_id, row.journey_id)
    return _named(journey, person.user_id, anonymous=anonymous)
