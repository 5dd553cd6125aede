"""Telling people how a report goes on: one message each, which is changed and never repeated.

It is written in the transaction that changes the report, so that nobody is told of what did not happen.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.records import event_value, find_report, report_value
from coherence.drift.report import OPEN, Event, Report, State
from coherence.outbox import Claim, Method, NewDelivery, Outbox, message_to_change
from storage import outbox as deliveries
from storage.database import Database
from storage.drift import DriftReport
from storage.drift_trail import list_drift_events, list_drift_me_too

LETTER: Final = "drift_letter"
"""The kind of these deliveries."""

Tell: TypeAlias = Callable[[AsyncSession, DriftReport, str], Awaitable[None]]
"""Has people told of a report, in the caller's transaction; the user's id is who has changed it."""


async def tell_nobody(_session: AsyncSession, _report: DriftReport, _actor: str) -> None:
    """For a report that is changed where nobody is told."""


@dataclass(frozen=True)
class Letter:
    """What a message is made of when it is sent; `ts` is the message to change, None for a new one."""

    report: Report
    events: Sequence[Event]
    ts: str | None


class DriftTelling:
    """Who hears of a report: its reporter and its owner, and how it ends who noticed it too.

    Where nobody is named, nobody is told, and nobody gets a new message for what they did themselves.
    """

    def __init__(self, database: Database, outbox: Outbox, now: Clock) -> None:
        self._database = database
        self._outbox = outbox
        self._now = now

    async def tell(self, session: AsyncSession, report: DriftReport, actor: str) -> None:
        """Have everybody told whom a report concerns, once the caller's transaction is committed."""
        new = []
        for user_id in await _concerned(session, report):
            key = key_of(report.number, user_id)
            posted = await deliveries.find_delivery(session, report.workspace_id, key)
            facts = {"number": report.number, "reader": user_id}
            if posted is not None:
                again = f"{key}:{uuid4().hex}"
                new.append(NewDelivery(again, LETTER, facts, user_id=user_id, method=Method.UPDATE))
            elif user_id != actor:
                new.append(NewDelivery(key, LETTER, facts, user_id=user_id))
        await self._outbox.add(session, report.workspace_id, new)

    async def letter(self, claim: Claim) -> Letter | None:
        """What a delivery has to say now; None if there is no message to change. Raises NotSentYet."""
        number, reader = int(claim.facts["number"]), str(claim.facts["reader"])
        async with self._database.reading() as session:
            ts = await message_to_change(session, claim, key_of(number, reader))
            if claim.method is Method.UPDATE and ts is None:
                return None
            report = await find_report(session, claim.workspace_id, number)
            events = await list_drift_events(session, claim.workspace_id, number)
        shown = report_value(report).on(self._now().date())
        return Letter(shown, [event_value(each) for each in events], ts)


def key_of(number: int, user_id: str) -> str:
    """What the one message about a report to a person is known by."""
    return f"drift:{number}:{user_id}"


async def _concerned(session: AsyncSession, report: DriftReport) -> Collection[str]:
    people = [report.reporter, report.owner]
    if State(report.state) not in OPEN or report.version_number is not None:
        noticed = await list_drift_me_too(session, report.workspace_id, report.number)
        people += [each.user_id for each in noticed]
    return list(dict.fromkeys(filter(None, people)))
