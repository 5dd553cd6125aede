"""A workspace with a journey, its people, and the use cases around its drift."""

from dataclasses import dataclass, field, replace
from typing import Any

from coherence.drift.access import DriftAccess
from coherence.drift.links import DriftLinks
from coherence.drift.log import DriftLog
from coherence.drift.report import (
    EvidenceKind,
    NewEvidence,
    NewReport,
    Report,
    Resolution,
    State,
)
from coherence.drift.reporting import DriftReports
from coherence.drift.triage import DriftTriage
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.workspaces import register_workspace
from tests.support.times import SettableClock

TEAM = "T0LARK"
MAYA, TOM, HANNA, LI = (Person(TEAM, each) for each in ("U0MAYA", "U0TOM", "U0HANNA", "U0LI"))
PRIVATE = "C0BOARD"

PROMISE = NewReport(
    TEAM, MAYA.user_id, "The pricing page promises money back, support says it doesn't"
)


@dataclass
class Drift:
    """The use cases; HANNA is a steward, `champions` are on duty, `members` are in PRIVATE."""

    database: Database
    clock: SettableClock = field(default_factory=SettableClock)
    champions: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        stewards = Stewards(self.database, self.clock, _nobody, [HANNA.user_id])
        access = DriftAccess(stewards, self._is_in, self._is_on_duty)
        parts = (self.database, self.clock, access)
        self.reports, self.triage = DriftReports(*parts), DriftTriage(*parts)
        self.links, self.log = DriftLinks(*parts), DriftLog(*parts)

    async def reported(self, new: NewReport = PROMISE, **changes: Any) -> Report:
        """Report something; it is recorded."""
        report = await self.reports.report(replace(new, **changes))
        assert report is not None
        return report

    async def resolved(
        self, report: Report, resolution: Resolution = Resolution.FIXED, note: str = ""
    ) -> Report:
        """Have the steward resolve a report."""
        return await self.triage.resolve(
            HANNA, report.number, resolution, note, seen=report.revision
        )

    async def moved(self, report: Report, state: State) -> Report:
        """Have the steward move a report on."""
        return await self.triage.move(HANNA, report.number, state, seen=report.revision)

    async def _is_in(self, channel_id: str, user_id: str) -> bool:
        return channel_id == PRIVATE and user_id in self.members

    async def _is_on_duty(self, person: Person, _journey_id: str) -> bool:
        return person.user_id in self.champions


async def drift_in(database: Database) -> Drift:
    """Found a workspace with a published narrative."""
    drift = Drift(database)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=drift.clock())
    stacks = Stacks(database, drift.clock)
    await stacks.import_draft(TEAM, example_stack(), author="hanna", publish_note="First")
    return drift


def message(text: str, ts: str = "1.2", **changes: Any) -> NewEvidence:
    """A message of TOM's in a public channel."""
    return replace(
        NewEvidence(
            EvidenceKind.MESSAGE,
            text,
            author=TOM.user_id,
            channel_id="C0SUPPORT",
            permalink=f"https://larkfield.slack.com/archives/C0SUPPORT/p{ts}",
            message_ts=ts,
        ),
        **changes,
    )


def secret(text: str, ts: str = "3.4") -> NewEvidence:
    """A message of TOM's in PRIVATE."""
    return message(text, ts, channel_id=PRIVATE, is_private=True)


async def _nobody(_user_id: str) -> bool:
    return False
