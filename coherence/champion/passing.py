"""Sitting a term out: who passes keeps their place, and the next in the order has it instead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.announcing import Announcing, is_near
from coherence.champion.begun import rota_to_change
from coherence.champion.loading import load_rota
from coherence.champion.requests import Requests
from coherence.champion.resolved import ResolvedRota
from coherence.champion.standing_in import local_day
from coherence.clock import Clock
from coherence.errors import NotOnTheRota, TooLate
from coherence.outbox import Outbox
from coherence.rota.engine import term_at
from coherence.rota.term import Source, Term
from coherence.stewards import Person
from storage.champion import ChampionLeave, list_leave
from storage.database import Database

PASS: Final = "pass"  # noqa: S105 - no password
"""The kind of leave that a pass is."""

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Pass:
    """A term that somebody sits out, or may; `next_turn` is the one after it, where there is any."""

    rota: ResolvedRota
    term: Term
    is_done: bool
    is_near: bool
    next_turn: Term | None


class ChampionPasses:
    """The use cases around passing."""

    def __init__(self, database: Database, now: Clock, outbox: Outbox) -> None:
        self._database = database
        self._now = now
        self._announcing = Announcing(outbox)
        self._requests = Requests(outbox)

    async def look(self, person: Person, journey_id: str, start: datetime) -> Pass:
        """A term that somebody may sit out. Raises NoRota, NotOnTheRota or TooLate."""
        async with self._database.reading() as session:
            rota = await load_rota(session, person.workspace_id, journey_id)
            planned = self._to_pass(rota, person, start)
            is_done = await _has_passed(session, rota, person, planned)
        if not is_done:
            self._require_theirs(rota, person, start)
        return self._pass(rota, person, planned, is_done=is_done)

    async def sit_out(self, person: Person, journey_id: str, start: datetime) -> Pass:
        """Pass a term that has not begun; once more is the same. Raises NoRota, NotOnTheRota or TooLate."""
        now = self._now()
        async with self._database.transaction() as session:
            _, before = await rota_to_change(session, person.workspace_id, journey_id, now=now)
            planned = self._to_pass(before, person, start)
            if await _has_passed(session, before, person, planned):
                return self._pass(before, person, planned, is_done=True)
            self._require_theirs(before, person, start)
            session.add(_row(before, person, planned, now))
            await session.flush()
            after = await load_rota(session, person.workspace_id, journey_id)
            await self._announcing.tell_what_moved(
                session, before, after, now=now, but={person.user_id}
            )
            await self._requests.close_stale(session, [after], now=now)
        return self._pass(after, person, planned, is_done=True)

    def _to_pass(self, rota: ResolvedRota, person: Person, start: datetime) -> Term:
        """The planned term that holds a moment."""
        if not rota.is_member(person.user_id):
            raise NotOnTheRota
        planned = term_at([*rota.history, *rota.planned(start + _INSTANT)], start)
        if planned is None:
            raise TooLate("The rota has changed, and there is no such term any more.")
        if planned.end <= self._now():
            raise TooLate("This term is over, so there is nothing to sit out.")
        if planned.start <= self._now():
            raise TooLate("This term has begun. You can ask somebody to cover the rest of it.")
        return planned

    def _require_theirs(self, rota: ResolvedRota, person: Person, start: datetime) -> None:
        term = rota.on_duty(start)
        if term is None or person.user_id not in term.users:
            raise TooLate("This term isn't yours any more, so there is nothing to sit out.")
        if term.source is not Source.ROTA:
            raise TooLate(
                "You agreed to take this one, so the order can't pass it on. Ask somebody to cover."
            )

    def _pass(self, rota: ResolvedRota, person: Person, planned: Term, *, is_done: bool) -> Pass:
        near = is_near(planned.start, self._now())
        following = rota.coming_of(person.user_id, planned.end)
        return Pass(rota, planned, is_done, near, following[0] if following else None)


async def _has_passed(
    session: AsyncSession, rota: ResolvedRota, person: Person, planned: Term
) -> bool:
    day = local_day(rota, planned.start)
    return any(
        leave.kind == PASS and leave.journey_id == rota.journey_id and leave.first == day
        for leave in await list_leave(session, rota.workspace_id, [person.user_id])
    )


def _row(rota: ResolvedRota, person: Person, planned: Term, now: datetime) -> ChampionLeave:
    day = local_day(rota, planned.start)
    return ChampionLeave(
        workspace_id=rota.workspace_id,
        id=uuid4().hex,
        user_id=person.user_id,
        kind=PASS,
        journey_id=rota.journey_id,
        first=day,
        last=day,
        told_at=now,
    )
