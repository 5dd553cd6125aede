"""What a report is tied to: items of the stack, other reports, tickets, and the narrative that answers it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import regex
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.access import DriftAccess
from coherence.drift.records import find_report, lock_report, note_event, report_value
from coherence.drift.report import Change, LinkKind, Report
from coherence.drift.telling import Tell, tell_nobody
from coherence.errors import InvalidAnswers, NoDrift, NoItem, NoPublishedStack
from coherence.journeys import journey_by_id
from coherence.stack.document import Stack
from coherence.stack.versions import find_published
from coherence.stewards import Person
from storage import drift_trail as trail
from storage.database import Database
from storage.drift import DriftLink, DriftReport

MAX_ADDRESS: Final = 2_000

_NOT_IN_ADDRESSES: Final = regex.compile(r"[\s<>|\p{C}]")

_BOTH_WAYS: Final = LinkKind.REPORT


class DriftLinks:
    """The use cases around links. All raise NoDrift and NotTheirDrift."""

    def __init__(
        self, database: Database, now: Clock, access: DriftAccess, tell: Tell = tell_nobody
    ) -> None:
        self._database = database
        self._now = now
        self._access = access
        self._tell = tell

    async def link(self, person: Person, number: int, targets: Mapping[LinkKind, str]) -> bool:
        """Tie a report to all of these, or to none of them; False if it is tied to all of them already.

        Two reports are tied both ways. Raises InvalidAnswers with a fault for each kind that can't be.
        """
        await self._require(person, number)
        wanted, faults = _validated(number, targets)
        async with self._database.transaction() as session:
            faults |= await _unknown(session, person, number, wanted)
            if faults:
                raise InvalidAnswers(faults)
            other = wanted.get(_BOTH_WAYS)
            row, *others = await _lock_all(session, person, number, other)
            tied = [await self._tie(session, row, person, *each) for each in wanted.items()]
            tied += [await self._tie(session, o, person, _BOTH_WAYS, str(number)) for o in others]
            return any(tied)

    async def unlink(self, person: Person, number: int, kind: LinkKind, target: str) -> bool:
        """Untie a report from something, two reports from each other; False if it was not tied to it."""
        await self._require(person, number)
        async with self._database.transaction() as session:
            row, *others = await _lock_known(session, person, number, kind, target)
            untied = [await self._untie(session, row, person, kind, target)]
            untied += [await self._untie(session, o, person, kind, str(number)) for o in others]
            return any(untied)

    async def answer(self, person: Person, number: int, version_number: int) -> Report:
        """Note after the fact that a published narrative answers a report. Raises NotFound too."""
        await self._require(person, number)
        async with self._database.transaction() as session:
            row = await find_report(session, person.workspace_id, number)
            journey = await journey_by_id(session, person.workspace_id, row.journey_id)
            await find_published(session, journey, version_number)
            [report] = await answer_reports(
                session,
                person.workspace_id,
                journey.id,
                [number],
                version_number,
                author=person.user_id,
                now=self._now(),
                tell=self._tell,
            )
            return report

    async def _require(self, person: Person, number: int) -> None:
        async with self._database.reading() as session:
            row = await find_report(session, person.workspace_id, number)
        await self._access.require_change(person, row)

    async def _tie(
        self, session: AsyncSession, row: DriftReport, person: Person, kind: LinkKind, target: str
    ) -> bool:
        link = DriftLink(
            workspace_id=row.workspace_id,
            number=row.number,
            id=0,
            kind=kind.value,
            target=target,
            added_by=person.user_id,
            added_at=self._now(),
        )
        if not await trail.add_drift_link(session, link):
            return False
        await self._note(session, row, person, after=f"{kind} {target}")
        return True

    async def _untie(
        self, session: AsyncSession, row: DriftReport, person: Person, kind: LinkKind, target: str
    ) -> bool:
        key = (row.workspace_id, row.number, kind.value, target)
        if not await trail.remove_drift_link(session, *key):
            return False
        await self._note(session, row, person, before=f"{kind} {target}")
        return True

    async def _note(
        self,
        session: AsyncSession,
        row: DriftReport,
        person: Person,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        await note_event(
            session,
            row,
            Change.LINK,
            actor=person.user_id,
            now=self._now(),
            before=before,
            after=after,
        )


async def answer_reports(
    session: AsyncSession,
    workspace_id: str,
    journey_id: str,
    numbers: Sequence[int],
    version_number: int,
    *,
    author: str,
    now: datetime,
    tell: Tell = tell_nobody,
) -> list[Report]:
    """Note that a published narrative answers these reports, in the transaction that publishes it.

    Whether that ends them is for whoever resolves them. Raises NoDrift for one of another journey too.
    """
    answered = []
    for number in sorted(set(numbers)):
        row = await lock_report(session, workspace_id, number)
        if row.journey_id != journey_id:
            raise NoDrift(f"Drift report {number} belongs to another journey.")
        if row.version_number != version_number:
            before = str(row.version_number) if row.version_number else None
            row.version_number = version_number
            said = {"before": before, "after": str(version_number)}
            await note_event(session, row, Change.NARRATIVE, actor=author, now=now, **said)
            await tell(session, row, author)
        answered.append(report_value(row))
    return answered


async def _lock_all(
    session: AsyncSession, person: Person, number: int, other: str | None
) -> list[DriftReport]:
    """The report, and the other one of a link between two; locked in one order everywhere."""
    numbers = {number}
    if other is not None and other.isdecimal():
        numbers.add(int(other))
    rows = {each: await lock_report(session, person.workspace_id, each) for each in sorted(numbers)}
    return [rows.pop(number), *rows.values()]


async def _lock_known(
    session: AsyncSession, person: Person, number: int, kind: LinkKind, target: str
) -> list[DriftReport]:
    """The same, without an other report that an import named and that isn't on record."""
    if kind is not _BOTH_WAYS:
        return await _lock_all(session, person, number, None)
    try:
        await find_report(session, person.workspace_id, int(target))
    except (NoDrift, ValueError):
        return [await lock_report(session, person.workspace_id, number)]
    return await _lock_all(session, person, number, target)


async def _unknown(
    session: AsyncSession, person: Person, number: int, wanted: Mapping[LinkKind, str]
) -> dict[str, str]:
    """What is wanted and isn't on record: a sentence for each kind."""
    row = await find_report(session, person.workspace_id, number)
    faults = {}
    for kind, target in wanted.items():
        try:
            if kind is LinkKind.ITEM:
                await _require_item(session, row, target)
            elif kind is LinkKind.REPORT:
                await find_report(session, person.workspace_id, int(target))
        except (NoItem, NoDrift) as error:
            faults[kind.value] = str(error)
    return faults


async def _require_item(session: AsyncSession, row: DriftReport, item_id: str) -> None:
    journey = await journey_by_id(session, row.workspace_id, row.journey_id)
    try:
        version = await find_published(session, journey)
    except NoPublishedStack:
        raise NoItem(f"The narrative has no item {item_id}.") from None
    if all(item.id != item_id for item in Stack.model_validate(version.document).items()):
        raise NoItem(f"The narrative has no item {item_id}.")


def _validated(
    number: int, targets: Mapping[LinkKind, str]
) -> tuple[dict[LinkKind, str], dict[str, str]]:
    """The targets as they are kept, and a sentence for each kind whose target is none."""
    wanted, faults = {}, {}
    for kind, target in targets.items():
        try:
            wanted[kind] = _target(number, kind, target.strip())
        except ValueError as error:
            faults[kind.value] = str(error)
    return wanted, faults


def _target(number: int, kind: LinkKind, target: str) -> str:
    """A target as it is kept. Raises ValueError with a sentence for whoever named it."""
    if kind is LinkKind.REPORT:
        return _other_report(number, target)
    if kind is LinkKind.TICKET and not _is_address(target):
        raise ValueError("Please give the ticket's address, beginning with https:// or http://.")
    return target


def _other_report(number: int, target: str) -> str:
    wanted = regex.fullmatch(r"(?i)(?:drift\s*)?#?\s*([0-9]{1,9})", target)
    if wanted is None or int(wanted[1]) < 1:
        raise ValueError("Please give the number of the other report.")
    if int(wanted[1]) == number:
        raise ValueError("A report can't be tied to itself.")
    return str(int(wanted[1]))


def _is_address(target: str) -> bool:
    if len(target) > MAX_ADDRESS or _NOT_IN_ADDRESSES.search(target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
