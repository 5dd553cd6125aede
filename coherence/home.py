"""What somebody finds on their Home: who has the duty, what is asked of them, their own, and what waits.

Everything is read in one go and in a number of queries that doesn't grow with what there is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.hours import TeamHours
from coherence.champion.loading import load_rotas
from coherence.champion.member import MemberState, RotaMember
from coherence.champion.requests import Request
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stints import Service, course_until
from coherence.check_policy import Keep, policy_of
from coherence.clock import Clock
from coherence.drift.records import report_value
from coherence.drift.report import OPEN, Report, Severity, State
from coherence.errors import InvalidRota
from coherence.rituals.action import Action, action_value
from coherence.rituals.ritual import ritual_value
from coherence.rota.term import Term
from coherence.stack.document import Verdict
from coherence.stewards import Person
from storage import champion as champion_table
from storage import home as table
from storage.champion import ChampionRequest
from storage.database import Database
from storage.drift_lists import list_drift_by_number
from storage.journeys import list_journeys
from storage.outbox import State as DeliveryState
from storage.outbox import list_deliveries
from storage.ritual_review import list_open_actions_of
from storage.stack import has_versions

SHOWN: Final = 5
"""Entries of a list."""

SHOWN_JOURNEYS: Final = 10

COUNTED: Final = 200
"""Up to so many, reports are counted; from there on there are many."""

_AHEAD: Final = timedelta(days=62)
"""A service that ends no later than this is shown with its end."""

SHOWN_TERMS: Final = 2
"""Coming terms of a person in each rota."""

UNTRIAGED: Final = frozenset({State.REPORTED, State.REOPENED})
"""Reports at which nobody has looked yet."""


@dataclass(frozen=True)
class JourneyDuty:
    """Who has a journey's duty; `term` is None before the rota begins, `mine` are the reader's next terms.

    `takes_part`: the reader has a turn in it, or has the duty now. `may_join`: they have declined to.
    """

    journey_id: str
    journey: str
    term: Term | None
    mine: tuple[Term, ...] = ()
    takes_part: bool = False
    may_join: bool = False


@dataclass(frozen=True)
class Invitation:
    """The reader is asked to take turns."""

    journey_id: str
    journey: str


@dataclass(frozen=True)
class Wanted:
    """Somebody asks the reader, or anybody in the rota, to swap or to cover: `kind` says which."""

    journey_id: str
    journey: str
    request_id: str
    kind: str
    user_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Due:
    """What the reader is to say of their own service, which begins at `start`."""

    journey_id: str
    journey: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Task:
    """An action that the reader owns; `today` is the day where its ritual is."""

    ritual: str
    action: Action
    today: date

    @property
    def days_late(self) -> int:
        """For how many days it has been overdue; below 1, it isn't."""
        return (self.today - self.action.due_on).days


@dataclass(frozen=True)
class Reports:
    """The first reports of a list; `count` is COUNTED + 1 where there are more than COUNTED."""

    shown: tuple[Report, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Queue:
    """Reports at which nobody has looked yet, oldest first, with how many there are of each severity.

    `journeys` are the names of all journeys by id.
    """

    reports: Reports
    severities: Mapping[Severity, int]
    journeys: Mapping[str, str]


@dataclass(frozen=True)
class OwnCheck:
    """A check of the reader's; `words` are how its text begins, None where texts aren't kept."""

    checked_at: datetime
    verdict: Verdict
    words: str | None


@dataclass(frozen=True)
class HomePage:
    """All of one person's Home. `queue` is None for somebody who doesn't look after reports.

    `undelivered` counts what could not be delivered, for stewards. `has_narrative`: one is published.
    """

    user_id: str
    now: datetime
    is_steward: bool
    has_narrative: bool
    duties: tuple[JourneyDuty, ...] = ()
    more_duties: int = 0
    invitations: tuple[Invitation, ...] = ()
    requests: tuple[Wanted, ...] = ()
    more_requests: int = 0
    to_acknowledge: tuple[Due, ...] = ()
    notes_due: tuple[Due, ...] = ()
    tasks: tuple[Task, ...] = ()
    more_tasks: int = 0
    assigned: Reports = field(default_factory=Reports)
    queue: Queue | None = None
    reports: Reports = field(default_factory=Reports)
    checks: tuple[OwnCheck, ...] = ()
    undelivered: int = 0

    @property
    def is_new(self) -> bool:
        """Whether nothing here is the reader's own: they may not know yet what this is for."""
        own = (
            self.invitations,
            self.requests,
            self.tasks,
            self.assigned.shown,
            self.reports.shown,
            self.checks,
        )
        return not any(own) and not any(duty.takes_part for duty in self.duties)


class Home:
    """The use case around the Home."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def page(self, person: Person, *, is_steward: bool) -> HomePage:
        """What a person finds; a rota that can't be read is left out."""
        async with self._database.reading() as session:
            return await _Reading(session, person, self._now()).page(is_steward=is_steward)


@dataclass(frozen=True)
class _Reading:
    session: AsyncSession
    person: Person
    now: datetime

    async def page(self, *, is_steward: bool) -> HomePage:
        rotas = await _readable_rotas(self.session, self.person.workspace_id)
        duties = [self._duty(rota) for rota in rotas]
        duties.sort(key=lambda duty: not duty.takes_part)
        requests = await self._requests(rotas)
        to_acknowledge, notes_due = await self._due(rotas)
        count, tasks = await self._tasks()
        return HomePage(
            user_id=self.person.user_id,
            now=self.now,
            is_steward=is_steward,
            has_narrative=await has_versions(self.session, self.person.workspace_id),
            duties=tuple(duties[:SHOWN_JOURNEYS]),
            more_duties=max(len(duties) - SHOWN_JOURNEYS, 0),
            invitations=tuple(self._invitations(rotas))[:SHOWN],
            requests=requests[:SHOWN],
            more_requests=max(len(requests) - SHOWN, 0),
            to_acknowledge=to_acknowledge[:SHOWN],
            notes_due=notes_due[:SHOWN],
            tasks=tasks,
            more_tasks=count - len(tasks),
            assigned=await self._assigned(),
            queue=await self._queue(rotas, is_steward=is_steward),
            reports=await self._reports(),
            checks=await self._checks(),
            undelivered=await self._undelivered() if is_steward else 0,
        )

    def _duty(self, rota: ResolvedRota) -> JourneyDuty:
        mine = rota.coming_of(self.person.user_id, self.now, SHOWN_TERMS)
        return JourneyDuty(
            rota.journey_id,
            rota.journey,
            rota.on_duty(self.now),
            mine=tuple(mine),
            takes_part=bool(mine) or rota.is_member(self.person.user_id),
            may_join=_has_declined(rota.people.get(self.person.user_id)),
        )

    def _invitations(self, rotas: Sequence[ResolvedRota]) -> Iterator[Invitation]:
        for rota in rotas:
            member = rota.people.get(self.person.user_id)
            if member is not None and _waits_for_answer(member):
                yield Invitation(rota.journey_id, rota.journey)

    async def _requests(self, rotas: Sequence[ResolvedRota]) -> tuple[Wanted, ...]:
        by_id = {rota.journey_id: rota for rota in rotas}
        rows = await champion_table.list_requests(
            self.session, self.person.workspace_id, list(by_id), state="open"
        )
        return tuple(
            Wanted(
                row.journey_id,
                by_id[row.journey_id].journey,
                row.id,
                row.kind,
                row.user_id,
                row.start,
                row.end,
            )
            for row in rows
            if self._is_for_them(row, by_id[row.journey_id])
        )

    def _is_for_them(self, row: ChampionRequest, rota: ResolvedRota) -> bool:
        me, request = self.person.user_id, Request.of(row)
        is_open = request.over_at > self.now and request.is_still_theirs(rota, self.now)
        return is_open and me in row.asked and me not in request.refused

    async def _due(self, rotas: Sequence[ResolvedRota]) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
        begun = {rota.journey_id: service for rota in rotas if (service := self._service(rota))}
        said = await table.list_own_services(
            self.session,
            self.person.workspace_id,
            self.person.user_id,
            [service.start for service in begun.values()],
        )
        known = {(row.journey_id, row.start): row for row in said}
        acknowledge, notes = [], []
        for rota in rotas:
            service = begun.get(rota.journey_id)
            if service is None:
                continue
            row, due = known.get((rota.journey_id, service.start)), _due(rota, service)
            if row is None or row.acknowledged_at is None:
                acknowledge.append(due)
            has_notes = row is not None and bool(row.notes)
            if not has_notes and service.ends_soon(TeamHours(rota).of(service.user_id), self.now):
                notes.append(due)
        return tuple(acknowledge), tuple(notes)

    def _service(self, rota: ResolvedRota) -> Service | None:
        me = self.person.user_id
        if not rota.knows(me):
            return None
        return course_until(rota, self.now + _AHEAD).service_at(me, self.now)

    async def _tasks(self) -> tuple[int, tuple[Task, ...]]:
        count, rows = await list_open_actions_of(
            self.session, self.person.workspace_id, self.person.user_id, limit=SHOWN
        )
        return count, tuple(
            Task(ritual.name, action_value(action), ritual_value(ritual).day_of(self.now))
            for action, ritual in rows
        )

    async def _assigned(self) -> Reports:
        found = await table.list_owned_drift(
            self.session,
            self.person.workspace_id,
            self.person.user_id,
            sorted(OPEN),
            awake_on=self.now.date(),
            limit=SHOWN,
            most=COUNTED + 1,
        )
        return Reports(tuple(map(report_value, found.rows)), found.count)

    async def _reports(self) -> Reports:
        found = await table.list_own_drift(
            self.session,
            self.person.workspace_id,
            self.person.user_id,
            sorted(OPEN),
            limit=SHOWN,
            most=COUNTED + 1,
        )
        return Reports(tuple(map(report_value, found.rows)), found.count)

    async def _queue(self, rotas: Sequence[ResolvedRota], *, is_steward: bool) -> Queue | None:
        """For stewards of all journeys, for a champion of those whose duty they have now."""
        of = None if is_steward else [rota.journey_id for rota in rotas if self._has(rota)]
        if of == []:
            return None
        waiting = await table.list_untriaged_drift(
            self.session,
            self.person.workspace_id,
            of,
            sorted(UNTRIAGED),
            awake_on=self.now.date(),
            most=COUNTED + 1,
        )
        numbers = [number for number, _ in waiting[:SHOWN]]
        rows = await list_drift_by_number(self.session, self.person.workspace_id, numbers)
        shown = tuple(sorted(map(report_value, rows), key=lambda report: report.number))
        severities = Counter(Severity(severity) for _, severity in waiting)
        journeys = await list_journeys(self.session, self.person.workspace_id)
        names = {journey.id: journey.name for journey in journeys}
        return Queue(Reports(shown, len(waiting)), severities, names)

    def _has(self, rota: ResolvedRota) -> bool:
        term = rota.on_duty(self.now)
        return term is not None and self.person.user_id in term.users

    async def _checks(self) -> tuple[OwnCheck, ...]:
        policy = await policy_of(self.session, self.person.workspace_id)
        rows = await table.list_last_checks(
            self.session, self.person.workspace_id, self.person.user_id, limit=SHOWN
        )
        keeps_words = policy.keep is Keep.TEXTS
        return tuple(
            OwnCheck(row.checked_at, Verdict(row.verdict), row.beginning if keeps_words else None)
            for row in rows
        )

    async def _undelivered(self) -> int:
        dead = await list_deliveries(
            self.session, self.person.workspace_id, DeliveryState.DEAD, limit=COUNTED + 1
        )
        return len(dead)


async def _readable_rotas(session: AsyncSession, workspace_id: str) -> Sequence[ResolvedRota]:
    try:
        return await load_rotas(session, workspace_id)
    except InvalidRota:
        ids = [row.journey_id for row, _ in await champion_table.list_rotas(session, workspace_id)]
        return [
            rota for each in ids for rota in await _rota_if_readable(session, workspace_id, each)
        ]


async def _rota_if_readable(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> Sequence[ResolvedRota]:
    try:
        return await load_rotas(session, workspace_id, [journey_id])
    except InvalidRota:
        return []


def _waits_for_answer(member: RotaMember) -> bool:
    return member.state is MemberState.ASKED and member.gone_at is None


def _has_declined(member: RotaMember | None) -> bool:
    return member is not None and member.state is MemberState.DECLINED and member.gone_at is None


def _due(rota: ResolvedRota, service: Service) -> Due:
    return Due(rota.journey_id, rota.journey, service.start, service.end)
