"""What a newly published narrative changes for recent checks and touchpoints, read in the background.

Publishing puts on record what is to be read (`coherence/rereading_plan.py`). Any process takes the next
item, holds it against both versions outside of any transaction, and writes down what came of it. Rows
are the truth: what a process was doing when it died is taken up again when its lease ends.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.assessment import NotJudged
from coherence.check_records import read_outcome
from coherence.clock import Clock
from coherence.dismissals import Wordings, dismissed_of
from coherence.errors import CoherenceError
from coherence.findings import Finding, Source
from coherence.judge import Judge
from coherence.narratives import Narratives
from coherence.prompt import PROMPT_VERSION
from coherence.rereading_effect import Clash, clashes_of, read_clashes, shift, stored
from coherence.rereading_text import Side, Subject, TextReader, TwoSides
from coherence.rules import CompiledStack
from coherence.usage import Meter
from storage import check as checks_table
from storage import rereading as table
from storage.check import NarrativeCheck
from storage.database import Database
from storage.feedback import EVERYBODY
from storage.rereading import Lease, Rereading, RereadItem

LEASE = timedelta(seconds=15)
"""How long an item stays with a process that says nothing: it renews its leases at every tick."""


@dataclass(frozen=True)
class Progress:
    """How far the reading of a version has come."""

    version: int
    checks: int
    touchpoints: int
    done: int

    @property
    def total(self) -> int:
        """Everything that is to be read."""
        return self.checks + self.touchpoints


class Rereadings:
    """The use cases around reading again; `owner` is this process among those that share the work."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        judge: Judge | None = None,
        meter: Meter | None = None,
        owner: str | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self._reader = TextReader(judge, meter)
        self._narratives = Narratives(database)
        self.owner = owner or uuid4().hex
        self.woken = asyncio.Event()
        """Set when something is new to be read or told."""

    def wake(self) -> None:
        """Say that something was published: what reads looks at once."""
        self.woken.set()

    async def has_work(self, workspace_id: str) -> bool:
        """Whether there is anything to read or to tell."""
        async with self._database.reading() as session:
            return await table.has_work(session, workspace_id, now=self._now())

    async def read_next(self, workspace_id: str) -> bool:
        """Read the next item again; False if there is none for now."""
        async with self._database.transaction() as session:
            item = await table.claim_item(session, workspace_id, self.lease())
        if item is None:
            return False
        outcome = await self._outcome(item)
        async with self._database.transaction() as session:
            await table.record_item(
                session, item, self.owner, read_at=self._now(), **(outcome or {})
            )
        return True

    async def renew(self, workspace_id: str) -> None:
        """Keep what this process is reading for longer."""
        async with self._database.transaction() as session:
            await table.renew_items(session, workspace_id, self.lease())

    async def release(self, workspace_id: str) -> None:
        """Leave what this process has begun to whoever comes next."""
        async with self._database.transaction() as session:
            await table.release_items(session, workspace_id, self.owner)

    async def end_read(self, workspace_id: str) -> None:
        """End what has nothing left to read: its result can be told."""
        async with self._database.transaction() as session:
            await table.end_read(session, workspace_id, now=self._now())

    async def under_way(self, workspace_id: str, journey_id: str, version: int) -> Progress | None:
        """How far the reading of a version is; None if nothing of it is left to do."""
        async with self._database.reading() as session:
            rereading = await table.find_rereading(session, workspace_id, journey_id, version)
            if rereading is None or rereading.state != table.State.READING:
                return None
            return progress_of(
                version, await table.list_items(session, workspace_id, journey_id, version)
            )

    def forget(self, workspace_id: str) -> None:
        """Let go of a workspace's narratives: erasing a person changes published ones."""
        self._narratives.forget(workspace_id)

    def lease(self, length: timedelta = LEASE) -> Lease:
        """This process's hold on a row, from now on."""
        now = self._now()
        return Lease(self.owner, now, now + length)

    async def _outcome(self, item: RereadItem) -> dict[str, object] | None:
        """What is written down of an item; None where there is nothing to hold against the versions."""
        try:
            subject, user_id = await self._subject(item)
            read = await self._reader.read(subject) if subject else None
        except CoherenceError:
            # Too long for a check, or erased at this moment.
            return None
        if subject is None or read is None:
            return None
        async with self._database.reading() as session:
            before, after = await _that_count(session, item, subject, read, user_id)
        change = shift(before, after)
        judged = read.unjudged is None
        return {
            "found": stored(after, with_places=item.touchpoint_id is not None),
            "worse": list(change.worse),
            "better": list(change.better),
            "model": self._reader.model if judged else None,
            "prompt_version": PROMPT_VERSION if judged else None,
            "unjudged": read.unjudged,
        }

    async def _subject(self, item: RereadItem) -> tuple[Subject | None, str]:
        """The item as two sides, and for whom dismissals count."""
        place = (item.workspace_id, item.journey_id)
        async with self._database.reading() as session:
            rereading = await table.find_rereading(session, *place, item.version)
        if rereading is None:
            return None, EVERYBODY
        after = await self._narratives.version(*place, item.version)
        before = (
            await self._narratives.version(*place, rereading.from_version)
            if rereading.from_version
            else None
        )
        if item.touchpoint_id is not None:
            return await self._touchpoint(item, rereading, before, after), EVERYBODY
        return await self._check(item, rereading, before, after)

    async def _touchpoint(
        self,
        item: RereadItem,
        rereading: Rereading,
        before: CompiledStack | None,
        after: CompiledStack,
    ) -> Subject | None:
        sides = [_own_copy(compiled, item.touchpoint_id or "") for compiled in (before, after)]
        if sides[1] is None:
            return None
        async with self._database.reading() as session:
            said = await self._said_then(session, item, rereading)
        return Subject(item.workspace_id, sides[0], sides[1], said, ask_both=True)

    async def _check(
        self,
        item: RereadItem,
        rereading: Rereading,
        before: CompiledStack | None,
        after: CompiledStack,
    ) -> tuple[Subject | None, str]:
        async with self._database.reading() as session:
            check = await checks_table.find_check(session, item.workspace_id, item.check_id or "")
            if check is None or check.text is None or before is None:
                return None, EVERYBODY
            said = await self._said_before(session, item, check, rereading)
        then = Side(before, check.text, check.touchpoint_id)
        return Subject(item.workspace_id, then, replace(then, compiled=after), said), check.user_id

    async def _said_before(
        self, session: AsyncSession, item: RereadItem, check: NarrativeCheck, rereading: Rereading
    ) -> Sequence[Finding] | Sequence[Clash] | None:
        said = await self._said_when_checked(session, check, rereading)
        return await self._said_then(session, item, rereading) if said is None else said

    async def _said_when_checked(
        self, session: AsyncSession, check: NarrativeCheck, rereading: Rereading
    ) -> Sequence[Finding] | None:
        """What the same model found when the text was checked against the version before."""
        asked = (check.stack_version, check.model, check.prompt_version)
        if check.judged_at is None or asked != self._asking(rereading):
            return None
        rows = await checks_table.list_findings(session, check.workspace_id, check.id)
        found = read_outcome(check, check.text or "", rows).findings
        return [finding for finding in found if finding.source is Source.MODEL]

    async def _said_then(
        self, session: AsyncSession, item: RereadItem, rereading: Rereading
    ) -> Sequence[Clash] | None:
        """What the same model found when this was read again for the version before."""
        same = await table.find_same_item(session, item, rereading.from_version or 0)
        if same is None or (same.version, same.model, same.prompt_version) != self._asking(
            rereading
        ):
            return None
        return [clash for clash in read_clashes(same.found) if clash.by_model]

    def _asking(self, rereading: Rereading) -> tuple[int | None, str | None, str]:
        return rereading.from_version, self._reader.model or "", PROMPT_VERSION


def progress_of(version: int, items: Sequence[RereadItem]) -> Progress:
    """How many of the items are done."""
    return Progress(
        version,
        checks=sum(item.check_id is not None for item in items),
        touchpoints=sum(item.touchpoint_id is not None for item in items),
        done=sum(item.read_at is not None for item in items),
    )


def left_to_people(items: Iterable[RereadItem]) -> int:
    """How many items were read by the rules alone so that half of the day's budget stays with people."""
    return sum(item.unjudged == NotJudged.BUDGET_SPENT for item in items)


def _own_copy(compiled: CompiledStack | None, touchpoint_id: str) -> Side | None:
    if compiled is None:
        return None
    touchpoint = compiled.stack.touchpoint(touchpoint_id)
    words = touchpoint.live_text if touchpoint else None
    return Side(compiled, words, touchpoint_id) if words else None


async def _that_count(
    session: AsyncSession, item: RereadItem, subject: Subject, read: TwoSides, user_id: str
) -> tuple[list[Clash], list[Clash]]:
    """The clashes on both sides, without those that somebody has marked as no problem."""

    async def count(side: Side | None, found: Sequence[Finding | Clash]) -> list[Clash]:
        known = [each for each in found if isinstance(each, Clash)]
        findings = [each for each in found if isinstance(each, Finding)]
        if side is None or not findings:
            return known
        wordings = Wordings(side.text, side.compiled.language)
        named = [wordings.of(finding) for finding in findings]
        dismissed = await dismissed_of(session, item.workspace_id, item.journey_id, user_id, named)
        kept = [f for f, wording in zip(findings, named, strict=True) if wording not in dismissed]
        return [*known, *clashes_of(kept)]

    return (
        await count(subject.before, [*read.rules_before, *read.said_before]),
        await count(subject.after, [*read.rules_after, *read.said_after]),
    )
