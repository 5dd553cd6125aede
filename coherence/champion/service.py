"""What people say of their own service: that they have it, what the next one should know, how it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.loading import load_rota
from coherence.champion.stints import Service, course_until
from coherence.champion.timeline import AHEAD
from coherence.clock import Clock
from coherence.errors import TooLate
from coherence.stewards import Person
from storage import champion as table
from storage.champion import ChampionService
from storage.database import Database

MAX_NOTES: Final = 1_500
MAX_CHANGE: Final = 500
"""Characters that people may write."""

LIGHTEST, HEAVIEST = 1, 5

FEWEST_ANSWERS: Final = 3
"""Look-backs are shown from so many on: fewer would tell who gave them."""

_SHOWN_WISHES: Final = 3


@dataclass(frozen=True)
class Said:
    """What somebody has said so far of a service."""

    service: Service
    acknowledged_at: datetime | None = None
    notes: str = ""
    weight: int | None = None
    change: str = ""


@dataclass(frozen=True)
class LookBacks:
    """How heavy the duty was for those who said so, on average, and what they would change, newest first."""

    count: int
    weight: float
    wishes: Sequence[str]


class ChampionServices:
    """The use cases around one's own service.

    Raises NoRota, and TooLate where the person's service does not begin at the moment given.
    """

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def said(self, person: Person, journey_id: str, start: datetime) -> Said:
        """What somebody has said so far."""
        async with self._database.reading() as session:
            service = await self._service(session, person, journey_id, start)
            row = await table.find_service(
                session, person.workspace_id, journey_id, start, person.user_id
            )
        return _said(service, row)

    async def acknowledge(self, person: Person, journey_id: str, start: datetime) -> Said:
        """Note that they know they have it; the first time counts."""
        async with self._database.transaction() as session:
            service, row = await self._row(session, person, journey_id, start)
            row.acknowledged_at = row.acknowledged_at or self._now()
            return _said(service, row)

    async def leave_notes(
        self, person: Person, journey_id: str, start: datetime, notes: str
    ) -> Said:
        """Keep what the next one should know; empty notes take back earlier ones."""
        async with self._database.transaction() as session:
            service, row = await self._row(session, person, journey_id, start)
            if service.end is not None and service.end <= self._now():
                raise TooLate(
                    "Your term has ended and its notes have been handed over; "
                    "please tell whoever has the duty now."
                )
            row.notes = notes.strip()[:MAX_NOTES] or None
            row.notes_at = self._now()
            return _said(service, row)

    async def look_back(
        self, person: Person, journey_id: str, start: datetime, weight: int, change: str
    ) -> Said:
        """Keep how heavy it was, from 1 to 5, and what they would change."""
        async with self._database.transaction() as session:
            service, row = await self._row(session, person, journey_id, start)
            row.weight = min(max(weight, LIGHTEST), HEAVIEST)
            row.change = change.strip()[:MAX_CHANGE] or None
            row.looked_back_at = self._now()
            return _said(service, row)

    async def _row(
        self, session: AsyncSession, person: Person, journey_id: str, start: datetime
    ) -> tuple[Service, ChampionService]:
        await table.lock_rota(session, person.workspace_id, journey_id)
        service = await self._service(session, person, journey_id, start)
        row = await table.find_service(
            session, person.workspace_id, journey_id, start, person.user_id
        )
        if row is None:
            row = ChampionService(
                workspace_id=person.workspace_id,
                journey_id=journey_id,
                start=start,
                user_id=person.user_id,
            )
            session.add(row)
        return service, row

    async def _service(
        self, session: AsyncSession, person: Person, journey_id: str, start: datetime
    ) -> Service:
        rota = await load_rota(session, person.workspace_id, journey_id)
        course = course_until(rota, self._now() + AHEAD)
        service = course.service(person.user_id, start)
        if service is None:
            raise TooLate("That term has changed since. `/coherence champion` shows how it stands.")
        return service


async def look_backs(session: AsyncSession, workspace_id: str, journey_id: str) -> LookBacks | None:
    """What those who served have said, without names; None while too few have."""
    count, weight = await table.weigh_services(session, workspace_id, journey_id)
    if count < FEWEST_ANSWERS or weight is None:
        return None
    wishes = await table.list_wishes(session, workspace_id, journey_id, limit=_SHOWN_WISHES)
    return LookBacks(count, weight, wishes)


def _said(service: Service, row: ChampionService | None) -> Said:
    if row is None:
        return Said(service)
    return Said(service, row.acknowledged_at, row.notes or "", row.weight, row.change or "")
