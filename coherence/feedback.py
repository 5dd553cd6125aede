"""What people make of findings: helpful, or not a problem in this wording, which then stays quiet.

A dismissal counts for the person who makes it; a steward's counts for everybody in the journey.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.check import Checks
from coherence.check_result import CheckResult
from coherence.clock import Clock
from coherence.dismissals import Wording, dismissed_of
from coherence.errors import NoFinding
from coherence.findings import Finding, group_findings, group_key, positions_of
from coherence.stewards import Person, Stewards
from storage import check as checks_table
from storage import feedback as table
from storage.database import Database
from storage.feedback import EVERYBODY, Dismissal, FindingFeedback

MAX_REASON = 300
"""Characters of the reason for a dismissal."""


@dataclass(frozen=True)
class Decision:
    """That a wording is no problem: who has said so, whether for everybody, and why."""

    author: str
    for_everybody: bool
    reason: str | None


@dataclass(frozen=True)
class SetAside:
    """Findings about one line that are set aside in an answer, and by whom.

    `may_restore`: this person may have them count again.
    """

    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    may_restore: bool

    @property
    def group(self) -> str:
        """The key of the group."""
        return group_key(self.findings[0])


class Feedback:
    """The use cases around what people say of an answer's findings.

    Findings are named by the key of their group. All raise NoCheck for an answer that is not on record, or is
    somebody else's, and NoFinding where it has no such finding.
    """

    def __init__(self, database: Database, now: Clock, checks: Checks, stewards: Stewards) -> None:
        self._database = database
        self._now = now
        self._checks = checks
        self._stewards = stewards

    async def counts_for_everybody(self, person: Person) -> bool:
        """Whether a dismissal by this person counts for all."""
        return await self._stewards.is_steward(person)

    async def look(self, person: Person, check_id: str) -> CheckResult:
        """The answer as it stands for this person."""
        result = await self._recall(person, check_id)
        async with self._database.reading() as session:
            return await _with_helpful(session, result)

    async def helpful(self, person: Person, check_id: str, group: str) -> CheckResult:
        """Note that a finding has helped, and return the answer."""
        result = await self._recall(person, check_id)
        positions = _positions(result, group)
        async with self._database.transaction() as session:
            await self._say(session, result, positions, helpful=True)
            said = await _with_helpful(session, result)
        return replace(said, helpful=said.helpful | {group})

    async def dismiss(
        self, person: Person, check_id: str, group: str, *, reason: str | None, everybody: bool
    ) -> CheckResult:
        """Set a finding aside in all its wordings, and return the answer without it.

        Raises NotASteward where it is to count for everybody and the person is none.
        """
        if everybody:
            await self._stewards.require(person)
        result = await self._recall(person, check_id)
        positions = _positions(result, group)
        wordings = {result.wordings[n] for n in positions}
        counts_for = EVERYBODY if everybody else person.user_id
        rows = [self._dismissal(result, each, counts_for, reason) for each in sorted(wordings)]
        async with self._database.transaction() as session:
            await table.add_dismissals(session, rows)
            await self._say(session, result, positions, helpful=False)
            return await _as_it_stands(session, result)

    async def set_aside(
        self, person: Person, check_id: str
    ) -> tuple[CheckResult, Sequence[SetAside]]:
        """The answer, and what is set aside in it."""
        result = await self._recall(person, check_id)
        steward = await self._stewards.is_steward(person)
        async with self._database.reading() as session:
            rows = await _dismissals_of(session, result, set(result.dismissed))
            result = await _with_helpful(session, result)
        groups = group_findings(
            finding
            for finding, wording in zip(result.found.findings, result.wordings, strict=True)
            if wording in result.dismissed
        )
        return result, [_set_aside(result, group, rows, steward=steward) for group in groups]

    async def restore(self, person: Person, check_id: str, group: str) -> CheckResult:
        """Have a finding count again, as far as the person may say so, and return the answer."""
        result = await self._recall(person, check_id)
        positions = _positions(result, group)
        steward = await self._stewards.is_steward(person)
        async with self._database.transaction() as session:
            rows = await _dismissals_of(session, result, {result.wordings[n] for n in positions})
            own = [row for row in rows if steward or row.user_id != EVERYBODY]
            await table.remove_dismissals(session, own)
            return await _as_it_stands(session, result)

    async def _recall(self, person: Person, check_id: str) -> CheckResult:
        return await self._checks.recall(person.workspace_id, person.user_id, check_id)

    async def _say(
        self, session: AsyncSession, result: CheckResult, positions: Sequence[int], *, helpful: bool
    ) -> None:
        # Where nothing is kept of a check, there is nothing to say it of.
        rows = await checks_table.list_findings(session, result.workspace_id, result.check_id)
        kept = {row.position for row in rows}
        feedback = [
            FindingFeedback(
                workspace_id=result.workspace_id,
                check_id=result.check_id,
                position=position,
                user_id=result.user_id,
                helpful=helpful,
                given_at=self._now(),
            )
            for position in positions
            if position in kept
        ]
        await table.set_feedback(session, feedback)

    def _dismissal(
        self, result: CheckResult, wording: Wording, counts_for: str, reason: str | None
    ) -> Dismissal:
        line_id, sentence = wording
        return Dismissal(
            workspace_id=result.workspace_id,
            journey_id=result.journey_id,
            line_id=line_id,
            sentence=sentence,
            user_id=counts_for,
            dismissed_by=result.user_id,
            reason=reason,
            dismissed_at=self._now(),
        )


def _positions(result: CheckResult, group: str) -> list[int]:
    positions = positions_of(result.found.findings, group)
    if not positions:
        raise NoFinding(
            "This finding is no longer part of the answer; please check the draft again."
        )
    return positions


async def _dismissals_of(
    session: AsyncSession, result: CheckResult, wordings: set[Wording]
) -> list[Dismissal]:
    rows = await table.list_dismissals(
        session,
        result.workspace_id,
        result.journey_id,
        result.user_id,
        {sentence for _, sentence in wordings},
    )
    return [row for row in rows if (row.line_id, row.sentence) in wordings]


async def _as_it_stands(session: AsyncSession, result: CheckResult) -> CheckResult:
    dismissed = await dismissed_of(
        session, result.workspace_id, result.journey_id, result.user_id, result.wordings
    )
    return await _with_helpful(session, replace(result, dismissed=dismissed))


async def _with_helpful(session: AsyncSession, result: CheckResult) -> CheckResult:
    said = await table.list_feedback(session, result.workspace_id, result.check_id, result.user_id)
    found = result.found.findings
    helpful = {
        group_key(found[row.position]) for row in said if row.helpful and row.position < len(found)
    }
    return replace(result, helpful=frozenset(helpful))


def _set_aside(
    result: CheckResult, group: Sequence[Finding], rows: Sequence[Dismissal], *, steward: bool
) -> SetAside:
    wordings = {
        result.wordings[n] for n in positions_of(result.found.findings, group_key(group[0]))
    }
    decisions = tuple(
        Decision(row.dismissed_by, row.user_id == EVERYBODY, row.reason)
        for row in rows
        if (row.line_id, row.sentence) in wordings
    )
    for_all = any(decision.for_everybody for decision in decisions)
    return SetAside(tuple(group), decisions, may_restore=steward or not for_all)
