"""Reading the drift log: lists, one report with all that belongs to it, and whom to tell."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.access import DriftAccess
from coherence.drift.records import (
    event_value,
    find_report,
    link_value,
    report_value,
)
from coherence.drift.report import OPEN, Detail, Filters, Link, LinkKind, Page, Report
from coherence.drift.words import words_of
from coherence.journeys import journey_by_id
from coherence.privacy import FORMER
from coherence.stewards import Person
from storage import drift as table
from storage import drift_trail as trail
from storage.database import Database
from storage.drift_lists import Wanted, list_drift, list_drift_answered

PAGE = 10
"""Reports on one page."""

_NUMBER: Final = re.compile("[0-9]{1,9}")


class DriftLog:
    """The use cases around reading. Lists name nobody who is quoted, and hold no evidence."""

    def __init__(self, database: Database, now: Clock, access: DriftAccess) -> None:
        self._database = database
        self._now = now
        self._access = access

    async def list(
        self, person: Person, filters: Filters, *, before: int | None = None, size: int = PAGE
    ) -> Page:
        """A page of the reports that are wanted, newest first; `before` comes from the page before it."""
        wanted = self._wanted(person, filters, before)
        async with self._database.reading() as session:
            rows = await list_drift(session, wanted, limit=size + 1)
        today = self._now().date()
        reports = tuple(report_value(row).on(today) for row in rows[:size])
        return Page(reports, reports[-1].number if len(rows) > size else None)

    async def detail(self, person: Person, number: int) -> Detail:
        """All of a report that this person may see. Raises NoDrift.

        Evidence from a private channel that they aren't in is `hidden`.
        """
        place = (person.workspace_id, number)
        async with self._database.reading() as session:
            row = await find_report(session, *place)
            journey = await journey_by_id(session, row.workspace_id, row.journey_id)
            evidence = await trail.list_drift_evidence(session, *place)
            events = await trail.list_drift_events(session, *place)
            links = tuple(map(link_value, await trail.list_drift_links(session, *place)))
            linked = await _summaries(session, person.workspace_id, links)
        rights = await self._access.rights(person, row)
        return Detail(
            report=report_value(row).on(self._now().date()),
            journey=journey.name,
            evidence=await self._access.evidence_for(person, evidence),
            events=tuple(map(event_value, events)),
            links=links,
            may_change=rights.may_change,
            may_remove=rights.may_remove,
            linked=linked,
        )

    async def find(self, workspace_id: str, number: int) -> Report:
        """One report, without what belongs to it. Raises NoDrift."""
        async with self._database.reading() as session:
            return report_value(await find_report(session, workspace_id, number))

    async def answered_by(
        self, workspace_id: str, journey_id: str, version_number: int
    ) -> Sequence[Report]:
        """The reports that a published narrative answers, oldest first."""
        async with self._database.reading() as session:
            rows = await list_drift_answered(session, workspace_id, journey_id, version_number)
        return [report_value(row) for row in rows]

    async def to_tell(self, workspace_id: str, number: int) -> Sequence[str]:
        """User ids of whom a report concerns: reporter, owner, and who noticed it too. Raises NoDrift."""
        async with self._database.reading() as session:
            row = await find_report(session, workspace_id, number)
            noticed = await trail.list_drift_me_too(session, workspace_id, number)
        people = [row.reporter, row.owner, *(each.user_id for each in noticed)]
        return [each for each in dict.fromkeys(people) if each and each != FORMER]

    def _wanted(self, person: Person, filters: Filters, before: int | None) -> Wanted:
        states = filters.states or (OPEN if filters.only_open else None)
        return Wanted(
            workspace_id=person.workspace_id,
            journey_id=filters.journey_id,
            states=sorted(state.value for state in states) if states else None,
            concerning=person.user_id if filters.mine else None,
            layer=filters.layer.value if filters.layer else None,
            touchpoint_id=filters.touchpoint_id,
            severity=filters.severity.value if filters.severity else None,
            since=filters.since,
            awake_on=None if filters.snoozed else self._now().date(),
            words=words_of(filters.text) if filters.text is not None else None,
            before=before,
        )


async def _summaries(
    session: AsyncSession, workspace_id: str, links: Sequence[Link]
) -> Mapping[str, str]:
    """What the reports say that a report is tied to, by number; imported ones may be no numbers."""
    targets = [
        each.target
        for each in links
        if each.kind is LinkKind.REPORT and _NUMBER.fullmatch(each.target)
    ]
    found = [await table.find_drift(session, workspace_id, int(each)) for each in targets]
    return {each: row.summary for each, row in zip(targets, found, strict=True) if row}
