"""Closing a round: by time, by the champion or a steward, or since the next one begins. Once."""

from datetime import datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.errors import NoRound
from coherence.outbox import Outbox
from coherence.rituals import letters
from coherence.rituals.access import RitualAccess
from coherence.rituals.asked import find_asked
from coherence.rituals.results import is_too_few
from coherence.rituals.ritual import RitualKind, Visibility
from coherence.stewards import Person
from storage import ritual_answers as answers
from storage import rituals as table
from storage.database import Database
from storage.outbox import State, find_delivery
from storage.rituals import RitualRound

_NEVER_SENT: Final = frozenset({State.DEAD, State.EXPIRED, State.DROPPED})


class RitualClosing:
    """Closes rounds before their time."""

    def __init__(
        self, database: Database, now: Clock, outbox: Outbox, access: RitualAccess
    ) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox
        self._access = access

    async def close(self, person: Person, round_id: str, *, ts: str | None = None) -> bool:
        """Close a round, and return whether nobody had before; `ts` is the post's, where that is known.

        Raises NoRound, NoRitual or NotLeading.
        """
        workspace_id = person.workspace_id
        await self._require(person, round_id)
        async with self._database.transaction() as session:
            row = await table.lock_round(session, workspace_id, round_id)
            if row is None:
                raise NoRound
            return await close_round(
                session, self._outbox, row, by=person.user_id, now=self._now(), ts=ts
            )

    async def _require(self, person: Person, round_id: str) -> None:
        async with self._database.reading() as session:
            row, ritual = await find_asked(session, person.workspace_id, round_id)
        await self._access.require_round(person, row, ritual.journey_id)


async def close_round(
    session: AsyncSession,
    outbox: Outbox,
    row: RitualRound,
    *,
    by: str | None,
    now: datetime,
    ts: str | None = None,
) -> bool:
    """Close a round that the caller has locked, and have it told; False if it was closed before.

    `by` is the user who did it, None for time. A round whose post never came says nothing. `ts` is its
    post, for a caller who sees it already while the outbox doesn't know yet.
    """
    if row.closed_at is not None:
        return False
    row.closed_at, row.closed_by = now, by
    people = await _count_and_forget(session, row)
    row.shown, row.shown_at = people, now
    posted = await find_delivery(session, row.workspace_id, letters.prompt_key(row.id))
    if posted is not None and posted.state not in _NEVER_SENT:
        told = [letters.prompt_again(row, letters.CLOSED)]
        thread_ts = posted.ts or ts
        if thread_ts and await _has_more(session, row, people):
            told.append(letters.summary(row, thread_ts))
        await outbox.add(session, row.workspace_id, told)
    return True


async def _count_and_forget(session: AsyncSession, row: RitualRound) -> int:
    """How many have answered; who did, of an anonymous round, is forgotten."""
    if row.visibility == Visibility.ANONYMOUS:
        row.taken_part = await answers.close_ballots(session, row.workspace_id, row.id)
        return row.taken_part
    return (await answers.count_people(session, row.workspace_id, [row.id])).get(row.id, 0)


async def _has_more(session: AsyncSession, row: RitualRound, people: int) -> bool:
    """Whether there is more to say than the post does: answers, or a review's drift, actions and end."""
    if people and not is_too_few(Visibility(row.visibility), people):
        return True
    ritual = await table.find_ritual(session, row.workspace_id, row.ritual_id)
    return ritual is not None and ritual.kind == RitualKind.MONTHLY_REVIEW
