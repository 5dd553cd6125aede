"""What is to be said when the duty changes hands, as it stands when it is said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.hours import TeamHours
from coherence.champion.loading import load_rota
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stints import Course, Service, Stint, course_until
from coherence.champion.timeline import AHEAD, may_write_to
from coherence.clock import Clock
from coherence.drift.digest import MOST_LISTED, Some
from coherence.drift.records import report_value
from coherence.drift.report import OPEN
from coherence.errors import NoRota
from storage import drift_digest as drift
from storage.champion import ChampionService, find_service, list_services
from storage.database import Database
from storage.drift import DriftReport
from storage.stack import list_publications

NOTES_LAST: Final = timedelta(days=31)
"""How long notes are worth reading after the term that they were left in."""

_OPEN: Final = tuple(sorted(state.value for state in OPEN))


@dataclass(frozen=True)
class Turn:
    """One person's service as it stands, with those who serve beside them and those who come next.

    `zone` is the name of the person's own zone. `is_first` says that they have never served before.
    """

    rota: ResolvedRota
    service: Service
    beside: tuple[str, ...]
    next_users: tuple[str, ...]
    zone: str
    is_first: bool


@dataclass(frozen=True)
class Change:
    """The duty has changed hands: from whom to whom; `is_return` where they had it before."""

    rota: ResolvedRota
    stint: Stint
    before: tuple[str, ...]
    is_return: bool


@dataclass(frozen=True)
class Note:
    """What somebody left for whoever comes next."""

    user_id: str
    text: str


@dataclass(frozen=True)
class Publication:
    """A version of the narrative, with the note it was published with, and by whom."""

    number: int
    note: str
    author: str


@dataclass(frozen=True)
class Briefing:
    """What somebody who begins should know.

    `open` are the reports that have waited longest; `resolved` and `published` are what has changed since
    the handover before this one.
    """

    turn: Turn
    notes: Sequence[Note]
    open: Some
    resolved: Some
    published: Sequence[Publication]
    now: datetime
    acknowledged_at: datetime | None


class ChampionHandovers:
    """Reads what the letters of the duty are made of. Each is None once it is no longer true."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def coming(
        self, workspace_id: str, journey_id: str, start: datetime, user_id: str
    ) -> Turn | None:
        """A service of somebody's that has yet to begin."""
        async with self._database.reading() as session:
            turn = await self._turn(session, workspace_id, journey_id, start, user_id)
        return turn if turn and self._now() < start else None

    async def ending(
        self, workspace_id: str, journey_id: str, start: datetime, user_id: str
    ) -> Turn | None:
        """A service under way whose notes nobody has written yet."""
        turn, said = await self._told_of(workspace_id, journey_id, start, user_id)
        return None if said and said.notes else self._if_under_way(turn)

    async def leaving(
        self, workspace_id: str, journey_id: str, start: datetime, user_id: str
    ) -> Turn | None:
        """A service under way, whose notes may still be changed."""
        async with self._database.reading() as session:
            turn = await self._turn(session, workspace_id, journey_id, start, user_id)
        return self._if_under_way(turn)

    async def ended(
        self, workspace_id: str, journey_id: str, start: datetime, user_id: str
    ) -> Turn | None:
        """A service that is over and that nobody has looked back on yet."""
        turn, said = await self._told_of(workspace_id, journey_id, start, user_id)
        if turn is None or (said and said.looked_back_at):
            return None
        return turn if turn.service.end and turn.service.end <= self._now() else None

    async def _told_of(
        self, workspace_id: str, journey_id: str, start: datetime, user_id: str
    ) -> tuple[Turn | None, ChampionService | None]:
        """A service, and what its person has said of it."""
        async with self._database.reading() as session:
            turn = await self._turn(session, workspace_id, journey_id, start, user_id)
            said = await find_service(session, workspace_id, journey_id, start, user_id)
        return turn, said

    async def change(self, workspace_id: str, journey_id: str, start: datetime) -> Change | None:
        """The handover at a moment."""
        now = self._now()
        async with self._database.reading() as session:
            rota, course = await self._course(session, workspace_id, journey_id)
        stint = course.stint(start) if course else None
        if rota is None or course is None or stint is None or stint.end <= now:
            return None
        services = [each for each in course.services if each.start == start]
        is_return = bool(services) and all(each.returns for each in services)
        return Change(rota, stint, _users_before(course, stint), is_return)

    async def briefing(
        self, workspace_id: str, journey_id: str, start: datetime, user_id: str
    ) -> Briefing | None:
        """What somebody who has the duty should know as they begin."""
        async with self._database.reading() as session:
            rota, course = await self._course(session, workspace_id, journey_id)
            turn = _turn_in(rota, course, start, user_id) if rota and course else None
            if course is None or turn is None or self._is_over(turn.service):
                return None
            said = await find_service(session, workspace_id, journey_id, start, user_id)
            stretch = drift.Stretch(
                workspace_id, journey_id, _changed_since(course, start), self._now()
            )
            return Briefing(
                turn=turn,
                notes=await _notes(session, turn.rota, course, start),
                open=await self._open(session, stretch),
                resolved=_some(
                    *await drift.list_drift_resolved(session, stretch, limit=MOST_LISTED)
                ),
                published=[
                    Publication(number, note, author)
                    for number, note, author in await list_publications(
                        session, workspace_id, journey_id, since=stretch.since
                    )
                ],
                now=self._now(),
                acknowledged_at=said.acknowledged_at if said else None,
            )

    async def journey_told_in(
        self, workspace_id: str, journey_id: str, channel_id: str
    ) -> str | None:
        """The name of a journey whose handovers are told in a channel; None where they aren't."""
        async with self._database.reading() as session:
            rota, _ = await self._course(session, workspace_id, journey_id)
        return rota.journey if rota and rota.channel_id == channel_id else None

    def _if_under_way(self, turn: Turn | None) -> Turn | None:
        if turn is None or turn.service.end is None:
            return None
        return turn if turn.service.start <= self._now() < turn.service.end else None

    def _is_over(self, service: Service) -> bool:
        return service.end is not None and service.end <= self._now()

    async def _open(self, session: AsyncSession, of: drift.Stretch) -> Some:
        """All that waits by now and isn't put off."""
        until_now = replace(of, since=of.until)
        return _some(
            *await drift.list_drift_waiting(
                session, until_now, _OPEN, awake_on=of.until.date(), limit=MOST_LISTED
            )
        )

    async def _turn(
        self,
        session: AsyncSession,
        workspace_id: str,
        journey_id: str,
        start: datetime,
        user_id: str,
    ) -> Turn | None:
        rota, course = await self._course(session, workspace_id, journey_id)
        return _turn_in(rota, course, start, user_id) if rota and course else None

    async def _course(
        self, session: AsyncSession, workspace_id: str, journey_id: str
    ) -> tuple[ResolvedRota | None, Course | None]:
        try:
            rota = await load_rota(session, workspace_id, journey_id)
        except NoRota:
            return None, None
        return rota, course_until(rota, self._now() + AHEAD)


def _turn_in(rota: ResolvedRota, course: Course, start: datetime, user_id: str) -> Turn | None:
    service = course.service(user_id, start)
    if service is None or not may_write_to(rota, user_id):
        return None
    stint = course.stint_at(start)
    beside = [each for each in stint.users if each != user_id] if stint else []
    following = course.stint(service.end) if service.end else None
    return Turn(
        rota=rota,
        service=service,
        beside=tuple(beside),
        next_users=following.users if following else (),
        zone=TeamHours(rota).of(user_id).zone.key,
        is_first=course.is_first_of(service),
    )


def _users_before(course: Course, stint: Stint) -> tuple[str, ...]:
    before = course.stint_before(stint.start)
    return before.users if before else ()


def _changed_since(course: Course, start: datetime) -> datetime:
    """The handover before this one; where there is none, nothing has changed."""
    before = course.stint_before(start)
    return before.start if before else start


async def _notes(
    session: AsyncSession, rota: ResolvedRota, course: Course, start: datetime
) -> Sequence[Note]:
    """What those who served last have left, if that is not long ago."""
    last = [each for each in course.ended_by(start) if each.end and start - each.end <= NOTES_LAST]
    found: list[Note] = []
    for moment in sorted({each.start for each in last}):
        said = await list_services(session, rota.workspace_id, rota.journey_id, moment)
        people = {each.user_id for each in last if each.start == moment}
        found += [
            Note(each.user_id, each.notes) for each in said if each.notes and each.user_id in people
        ]
    return found


def _some(count: int, rows: Sequence[DriftReport]) -> Some:
    return Some(count, tuple(map(report_value, rows)))
