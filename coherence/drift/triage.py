"""Triage: who is responsible decides what a report is, how far it has come, and how it ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.accounts import IsHere, everybody_is_here
from coherence.clock import Clock
from coherence.drift.access import DriftAccess
from coherence.drift.life import require_move, require_open
from coherence.drift.records import (
    find_report,
    index_report,
    lock_report,
    note_event,
    report_value,
    summary_line,
)
from coherence.drift.report import Change, Report, Resolution, State, Triage
from coherence.drift.telling import Tell, tell_nobody
from coherence.errors import ChangedMeanwhile, InvalidAnswers, WrongMove
from coherence.stewards import Person
from storage.database import Database
from storage.drift import DriftReport
from storage.drift_trail import list_drift_evidence

LONGEST_SNOOZE: Final = timedelta(days=366)

_NOT_HERE: Final = (
    "Please choose somebody with an account here: an app, or who has left, can't look after it."
)

_FIELDS: Final = {
    Change.SEVERITY: "severity",
    Change.LAYER: "layer",
    Change.TOUCHPOINT: "touchpoint_id",
    Change.OWNER: "owner",
}


@dataclass(frozen=True)
class Step:
    """Who changes a report, and when: all that is done in one go has one moment."""

    person: Person
    at: datetime


Work = Callable[[AsyncSession, DriftReport, Step], Awaitable[bool]]
"""Changes a report that is locked; False if there was nothing to change."""


class DriftTriage:
    """The use cases around a report's life.

    `seen` is the revision of the report that the person has looked at. All raise NoDrift, NotTheirDrift,
    and ChangedMeanwhile where somebody else was faster.
    """

    def __init__(
        self,
        database: Database,
        now: Clock,
        access: DriftAccess,
        tell: Tell = tell_nobody,
        is_here: IsHere = everybody_is_here,
    ) -> None:
        self._database = database
        self._now = now
        self._access = access
        self._tell = tell
        self._is_here = is_here

    async def change(self, person: Person, number: int, triage: Triage, *, seen: int) -> Report:
        """Change what a report says, who owns it and how far it has come, in one go.

        Anybody may take on a report that nobody owns. Raises InvalidAnswers or WrongMove too.
        """

        async def work(session: AsyncSession, row: DriftReport, step: Step) -> bool:
            return await self._change(session, row, step, triage)

        if triage.owner and triage.owner != person.user_id:
            await self._require_here(triage.owner)
        takes_it_on = Triage(owner=person.user_id) == triage
        return await self._do(person, number, seen, work, if_unowned=takes_it_on)

    async def move(self, person: Person, number: int, state: State, *, seen: int) -> Report:
        """Note that a report has come this far. Raises WrongMove too."""
        return await self.change(person, number, Triage(state=state), seen=seen)

    async def resolve(
        self, person: Person, number: int, resolution: Resolution, note: str = "", *, seen: int
    ) -> Report:
        """End a report, with what was learnt. Raises WrongMove too."""

        async def work(session: AsyncSession, row: DriftReport, step: Step) -> bool:
            await self._move(session, row, step, State.RESOLVED)
            row.resolution, row.resolved_at = resolution.value, step.at
            row.snoozed_until = None
            await self._note(session, row, step, Change.RESOLUTION, after=resolution, note=note)
            return True

        return await self._do(person, number, seen, work)

    async def reopen(self, person: Person, number: int, note: str = "", *, seen: int) -> Report:
        """Open a resolved report again; who reported it may do so too. Raises WrongMove too."""

        async def work(session: AsyncSession, row: DriftReport, step: Step) -> bool:
            before = row.resolution
            await self._move(session, row, step, State.REOPENED)
            row.resolution, row.resolved_at = None, None
            await self._note(session, row, step, Change.RESOLUTION, before=before, note=note)
            return True

        return await self._do(person, number, seen, work, if_reporter=True)

    async def snooze(self, person: Person, number: int, until: date | None, *, seen: int) -> Report:
        """Let an open report rest until a day, or wake it. Raises InvalidAnswers or WrongMove too."""
        today = self._now().date()
        if until is not None and not today < until <= today + LONGEST_SNOOZE:
            raise InvalidAnswers(
                {"until": "Please choose a day from tomorrow on, at most a year ahead."}
            )

        async def work(session: AsyncSession, row: DriftReport, step: Step) -> bool:
            require_open(State(row.state))
            before, row.snoozed_until = row.snoozed_until, until
            if before == until:
                return False
            await self._note(session, row, step, Change.SNOOZE, before=before, after=until)
            return True

        return await self._do(person, number, seen, work)

    async def _require_here(self, owner: str) -> None:
        if not await self._is_here(owner):
            raise InvalidAnswers({"owner": _NOT_HERE})

    async def _do(
        self,
        person: Person,
        number: int,
        seen: int,
        work: Work,
        *,
        if_unowned: bool = False,
        if_reporter: bool = False,
    ) -> Report:
        """Do something to a report that is still as it was seen, if the person may."""
        # Whether somebody may is asked of Slack, so with no session open; the revision covers the gap.
        async with self._database.reading() as session:
            row = await find_report(session, person.workspace_id, number)
        allowed = (if_unowned and row.owner is None) or (
            if_reporter and row.reporter == person.user_id
        )
        if not allowed:
            await self._access.require_change(person, row)
        async with self._database.transaction() as session:
            row = await lock_report(session, person.workspace_id, number)
            if row.revision != seen:
                raise ChangedMeanwhile
            if await work(session, row, Step(person, self._now())):
                row.revision += 1
                await self._tell(session, row, person.user_id)
            return report_value(row)

    async def _change(
        self, session: AsyncSession, row: DriftReport, step: Step, triage: Triage
    ) -> bool:
        revised = {
            Change.SEVERITY: triage.severity,
            Change.LAYER: triage.layer,
            Change.TOUCHPOINT: triage.touchpoint_id,
            Change.OWNER: triage.owner,
        }
        changed = [
            await self._set(session, row, step, what, value)
            for what, value in revised.items()
            if value is not None
        ]
        changed.append(await self._set_statements(session, row, step, triage))
        changed.append(await self._set_summary(session, row, step, triage))
        if triage.state is not None and triage.state != row.state:
            if triage.state in {State.RESOLVED, State.REOPENED}:
                raise WrongMove("Resolving and reopening a report each have a step of their own.")
            await self._move(session, row, step, triage.state)
            changed.append(True)
        return any(changed)

    async def _set(
        self, session: AsyncSession, row: DriftReport, step: Step, what: Change, value: str
    ) -> bool:
        before, after = getattr(row, _FIELDS[what]), str(value) or None
        if before == after:
            return False
        setattr(row, _FIELDS[what], after)
        await self._note(session, row, step, what, before=before, after=after)
        return True

    async def _set_statements(
        self, session: AsyncSession, row: DriftReport, step: Step, triage: Triage
    ) -> bool:
        if triage.statement_ids is None:
            return False
        before, after = row.statement_ids, list(dict.fromkeys(triage.statement_ids))
        if before == after:
            return False
        row.statement_ids = after
        told = (", ".join(before), ", ".join(after))
        await self._note(session, row, step, Change.STATEMENTS, before=told[0], after=told[1])
        return True

    async def _set_summary(
        self, session: AsyncSession, row: DriftReport, step: Step, triage: Triage
    ) -> bool:
        if triage.summary is None:
            return False
        evidence = await list_drift_evidence(session, row.workspace_id, row.number)
        before, after = row.summary, summary_line(triage.summary, [e.author for e in evidence])
        if before == after:
            return False
        row.summary = after
        await self._note(session, row, step, Change.SUMMARY, before=before, after=after)
        await index_report(session, row)
        return True

    async def _move(
        self, session: AsyncSession, row: DriftReport, step: Step, state: State
    ) -> None:
        before = State(row.state)
        require_move(before, state)
        row.state = state.value
        await self._note(session, row, step, Change.STATE, before=before, after=state)

    async def _note(
        self,
        session: AsyncSession,
        row: DriftReport,
        step: Step,
        what: Change,
        *,
        before: object = None,
        after: object = None,
        note: str = "",
    ) -> None:
        await note_event(
            session,
            row,
            what,
            actor=step.person.user_id,
            now=step.at,
            before=str(before) if before else None,
            after=str(after) if after else None,
            note=note or None,
        )
