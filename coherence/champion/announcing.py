"""Telling people of terms that became theirs, or are theirs no longer, without their doing.

A term that is far off is announced by the reminder. One that is near has been announced already, so that a
change of it is told at once; it is told in the place of the reminder, under the reminder's key, so that
nobody hears of the same term twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.arrangements import Arrangement
from coherence.champion.hours import TeamHours
from coherence.champion.letters import Letter, mark, to_person
from coherence.champion.resolved import ResolvedRota
from coherence.outbox import Method, NewDelivery, Outbox
from coherence.rota.term import Term
from storage import outbox as deliveries

NEAR: Final = timedelta(days=5)
"""Three working days with a weekend between them: the reminder of such a term has gone out."""

NEXT, NOT_NEXT, RELIEVED = "next", "not_next", "relieved"
"""What a letter of the kind CHANGED tells, in its fact `what`."""


class Announcing:
    """Adds letters to the outbox, in the transaction of whoever changes a rota."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def tell_what_moved(
        self,
        session: AsyncSession,
        before: ResolvedRota,
        after: ResolvedRota,
        *,
        now: datetime,
        but: Collection[str] = (),
    ) -> None:
        """Tell of near terms that have moved; `but` are those who moved them."""
        gained = _who_gained(before, after, now)
        lost = _who_gained(after, before, now)
        new = [
            await self._gained(session, after, start, user, lost.pop(user, None), now=now)
            for user, start in gained.items()
            if _is_writable(after, user) and user not in but
        ]
        new += [
            self._changed(after, f"{mark(start)}:{mark(now)}", start, user, NOT_NEXT)
            for user, start in lost.items()
            if _is_writable(after, user)
            and user not in but
            and await self._is_announced(session, after, start, user)
        ]
        await self._outbox.add(session, after.workspace_id, new)

    async def knows_already(
        self, session: AsyncSession, rota: ResolvedRota, terms: Sequence[Term], user_id: str
    ) -> None:
        """Note that somebody has arranged near terms themselves, so that nobody reminds them at once."""
        now_known = [
            NewDelivery(
                _reminder_key(rota, term.start, user_id),
                Letter.CHANGED,
                {"journey_id": rota.journey_id, "about": mark(term.start), "what": "known"},
                user_id=user_id,
            )
            for term in terms
        ]
        await self._outbox.add(session, rota.workspace_id, now_known)

    async def _gained(
        self,
        session: AsyncSession,
        rota: ResolvedRota,
        start: datetime,
        user_id: str,
        instead_of: datetime | None,
        *,
        now: datetime,
    ) -> NewDelivery:
        """In the reminder's place; where that was used, since the term came and went, on its own.

        It waits for their working hours, unless the term begins before those do.
        """
        is_announced = await self._is_announced(session, rota, start, user_id)
        about = f"{mark(start)}:{uuid4().hex}" if is_announced else mark(start)
        told = self._changed(rota, about, start, user_id, NEXT)
        at_work = TeamHours(rota).of(user_id).next_moment(now)
        not_before = at_work if at_work and at_work < start else None
        facts = {**told.facts, "instead_of": mark(instead_of) if instead_of else None}
        key = told.key if is_announced else _reminder_key(rota, start, user_id)
        return NewDelivery(key, told.kind, facts, user_id=user_id, not_before=not_before)

    async def tell_relieved(
        self,
        session: AsyncSession,
        rota: ResolvedRota,
        stepped: Arrangement,
        users: Collection[str],
        *,
        again: bool = False,
    ) -> None:
        """Tell who was on duty that somebody has stepped in; `again` says in its place how things stand."""
        about = f"{mark(stepped.start)}:{stepped.made_by}"
        new = []
        for user in users:
            if _is_writable(rota, user) and user != stepped.made_by:
                told = self._changed(rota, about, stepped.start, user, RELIEVED)
                facts = {**told.facts, "by": stepped.made_by, "until": mark(stepped.end)}
                key = f"{told.key}:{uuid4().hex}" if again else told.key
                method = Method.UPDATE if again else Method.POST
                new.append(NewDelivery(key, told.kind, facts, user_id=user, method=method))
        await self._outbox.add(session, rota.workspace_id, new)

    async def _is_announced(
        self, session: AsyncSession, rota: ResolvedRota, start: datetime, user_id: str
    ) -> bool:
        key = _reminder_key(rota, start, user_id)
        return await deliveries.find_delivery(session, rota.workspace_id, key) is not None

    def _changed(
        self, rota: ResolvedRota, about: str, start: datetime, user_id: str, what: str
    ) -> NewDelivery:
        return to_person(
            Letter.CHANGED,
            rota.journey_id,
            about,
            user_id,
            what=what,
            start=mark(start),
            reader=user_id,
        )


def is_near(start: datetime, now: datetime) -> bool:
    """Whether a term begins so soon that its reminder has gone out."""
    return now < start <= now + NEAR


def _reminder_key(rota: ResolvedRota, start: datetime, user_id: str) -> str:
    return to_person(Letter.REMINDER, rota.journey_id, mark(start), user_id).key


def _who_gained(before: ResolvedRota, after: ResolvedRota, now: datetime) -> dict[str, datetime]:
    """Who serves in a near term afterwards and didn't before, with the beginning of their first such."""
    gained: dict[str, datetime] = {}
    for term in after.served(now + NEAR):
        if is_near(term.start, now):
            had = before.on_duty(term.start)
            for user in term.users:
                if had is None or user not in had.users:
                    gained.setdefault(user, term.start)
    return gained


def _is_writable(rota: ResolvedRota, user_id: str) -> bool:
    """Whether somebody may be written to unasked."""
    member = rota.people.get(user_id)
    return member is not None and member.messages and member.gone_at is None
