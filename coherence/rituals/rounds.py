"""Looks after rounds, level-triggered: closes them, says how many have answered, hears of trouble.

At each tick it asks what is so now; whatever dies, doubles or turns its clock back, nothing is said
twice. What is said is kept from being repeated by the round's own row, which is locked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.outbox import Outbox
from coherence.rituals import letters
from coherence.rituals.closing import close_round
from coherence.rituals.letters import EVERY
from coherence.rituals.prompts import progress
from coherence.rituals.reminders import RitualReminders
from coherence.rituals.trouble import RitualTroubles, Trouble
from storage import rituals as table
from storage.database import Database
from storage.outbox import State, find_delivery
from storage.ritual_answers import count_people
from storage.rituals import RitualRound


class RitualRounds:
    """Goes round."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        outbox: Outbox,
        reminders: RitualReminders,
        troubles: RitualTroubles,
    ) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox
        self._reminders = reminders
        self._troubles = troubles
        self._counted_at: dict[str, datetime] = {}
        self._reminded_to: dict[str, str | None] = {}

    async def go(self, workspace_id: str) -> None:
        """Look at every round of a workspace that is open."""
        look = await self._look(workspace_id)
        for each in look.troubles:
            await self._troubles.rest(workspace_id, each)
        for round_id in look.due:
            await self._close(workspace_id, round_id)
        for round_id in look.answered:
            await self._show_progress(workspace_id, round_id)
        for round_id in look.unplanned:
            await self._plan_reminders(workspace_id, round_id)

    async def _look(self, workspace_id: str) -> "_Look":
        now = self._now()
        async with self._database.reading() as session:
            rows = await table.list_open_rounds(session, workspace_id)
            self._forget_all_but([each.id for each in rows])
            troubles = await self._troubles.times(session, workspace_id)
            if not rows:
                return _Look(troubles=troubles)
            troubles += await self._troubles.posts(session, workspace_id, rows)
            answered = await self._answered_more(session, workspace_id, rows, now)
        due = [each.id for each in rows if each.closes_at <= now]
        open_still = [each.id for each in rows if each.closes_at > now]
        unplanned = [each for each in open_still if self._reminded_to.get(each, "") is not None]
        return _Look(due, troubles, [each for each in answered if each in open_still], unplanned)

    def _forget_all_but(self, round_ids: Collection[str]) -> None:
        for known in (self._counted_at, self._reminded_to):
            for each in known.keys() - set(round_ids):
                del known[each]

    async def _answered_more(
        self,
        session: AsyncSession,
        workspace_id: str,
        rows: Sequence[RitualRound],
        now: datetime,
    ) -> list[str]:
        """The rounds whose post says another number than is so. They are counted now and then only."""
        counted = [
            each
            for each in rows
            if _is_time(each.shown_at, now) and _is_time(self._counted_at.get(each.id), now)
        ]
        if not counted:
            return []
        people = await count_people(session, workspace_id, [each.id for each in counted])
        self._counted_at |= {each.id: now for each in counted}
        return [each.id for each in counted if people.get(each.id, 0) != each.shown]

    async def _close(self, workspace_id: str, round_id: str) -> None:
        now = self._now()
        async with self._database.transaction() as session:
            row = await table.lock_round(session, workspace_id, round_id)
            if row is None or row.closes_at > now:
                return
            posted = await find_delivery(session, workspace_id, letters.prompt_key(round_id))
            # One that is on its way will have come by a later tick, and then has a thread.
            if posted is None or posted.state != State.SENDING:
                await close_round(session, self._outbox, row, by=None, now=now)

    async def _show_progress(self, workspace_id: str, round_id: str) -> None:
        now = self._now()
        async with self._database.transaction() as session:
            row = await table.lock_round(session, workspace_id, round_id)
            if row is None or row.closed_at is not None or not _is_time(row.shown_at, now):
                return
            people = await count_people(session, workspace_id, [round_id])
            if (count := people.get(round_id, 0)) != row.shown:
                row.shown, row.shown_at = count, now
                await self._outbox.add(session, workspace_id, [progress(row, now)])

    async def _plan_reminders(self, workspace_id: str, round_id: str) -> None:
        """Plan some people's reminders. A process that doesn't know plans them anew: keys keep them once."""
        after = self._reminded_to.get(round_id) or ""
        async with self._database.transaction() as session:
            row = await table.find_round(session, workspace_id, round_id)
            last = await self._reminders.plan_some(session, row, after) if row else None
        self._reminded_to[round_id] = last


@dataclass(frozen=True)
class _Look:
    due: Sequence[str] = ()
    troubles: Sequence[Trouble] = ()
    answered: Sequence[str] = ()
    unplanned: Sequence[str] = ()


def _is_time(last: datetime | None, now: datetime) -> bool:
    """Whether it was long ago; a clock that was turned back has nobody wait for it to catch up."""
    return last is None or not last <= now < last + EVERY
