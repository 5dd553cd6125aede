"""Asking: each time that a ritual is due becomes one round, and one post.

What is locked is locked in one order everywhere: the schedule, its ritual, its rounds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.duty import on_duty
from coherence.clock import Clock
from coherence.local_time import to_utc
from coherence.outbox import NewDelivery, Outbox
from coherence.recurrence import Recurrence, next_time
from coherence.rituals import letters
from coherence.rituals.asked import asked_before
from coherence.rituals.closing import close_round
from coherence.rituals.ritual import (
    Question,
    Ritual,
    RitualKind,
    Visibility,
    questions_stored,
    ritual_id_of,
    ritual_value,
    schedule_kind,
)
from coherence.rituals.rotation import choose_questions
from coherence.schedules import Occasion, ScheduleKind
from coherence.working_days import first_working_day, is_working_day
from coherence.zones import zone_info
from storage import rituals as table
from storage.outbox import find_delivery
from storage.rituals import RitualRound

USEFUL_FOR: Final[Mapping[RitualKind, timedelta]] = {
    RitualKind.STAND_UP: timedelta(hours=2),
    RitualKind.SPRINT_REVIEW: timedelta(days=1),
    RitualKind.MONTHLY_REVIEW: timedelta(days=5),
    RitualKind.FREE: timedelta(hours=12),
}
"""How late a ritual is still asked after the bot was down."""

BEFORE_THE_NEXT: Final = timedelta(minutes=5)
"""How long before a ritual is asked again its last round has closed."""

AFTER_THE_NEW: Final = timedelta(minutes=5)
"""How long after a ritual is asked the post before it is renewed: where much is due, new posts go first."""

_ASKED_AGAIN: Final = "asked_again"
"""What has changed, in the key of the post that says so."""


class RitualPosting:
    """What follows from a ritual's being due."""

    def __init__(self, now: Clock, outbox: Outbox) -> None:
        self._now = now
        self._outbox = outbox

    @property
    def kinds(self) -> Sequence[ScheduleKind]:
        """A kind of schedule for each kind of ritual."""
        return [
            ScheduleKind(schedule_kind(kind), useful_for, self.plan)
            for kind, useful_for in USEFUL_FOR.items()
        ]

    async def plan(self, session: AsyncSession, occasion: Occasion) -> list[NewDelivery]:
        """The post of a new round; none while the ritual rests, or has no question left."""
        workspace_id = occasion.workspace_id
        ritual_id = ritual_id_of(occasion.schedule_id)
        row = await table.find_ritual(session, workspace_id, ritual_id)
        if row is None or row.paused or row.ended_at is not None:
            return []
        ritual = ritual_value(row)
        before = await asked_before(session, workspace_id, ritual_id)
        questions = choose_questions(ritual.kind, ritual.questions, before)
        if not questions:
            return []
        await self._renew_last(session, ritual)
        await self._close_earlier(session, ritual)
        new = await self._round(session, ritual, occasion, questions)
        session.add(new)
        await session.flush()
        return [letters.prompt(new)]

    async def _renew_last(self, session: AsyncSession, ritual: Ritual) -> None:
        """Have the post of the last round lose its way to answer late; one still open closes without it."""
        newest = await table.list_rounds(session, ritual.workspace_id, ritual.id, limit=1)
        last = next(iter(newest), None)
        if last is None or last.closed_at is None or last.visibility == Visibility.ANONYMOUS:
            return
        posted = await find_delivery(session, last.workspace_id, letters.prompt_key(last.id))
        if posted is not None and posted.ts is not None:
            then = self._now() + AFTER_THE_NEW
            again = replace(letters.prompt_again(last, _ASKED_AGAIN), not_before=then)
            await self._outbox.add(session, last.workspace_id, [again])

    async def _close_earlier(self, session: AsyncSession, ritual: Ritual) -> None:
        for each in await table.list_open_rounds(session, ritual.workspace_id, [ritual.id]):
            row = await table.lock_round(session, each.workspace_id, each.id)
            if row is not None:
                await close_round(session, self._outbox, row, by=None, now=self._now())

    async def _round(
        self,
        session: AsyncSession,
        ritual: Ritual,
        occasion: Occasion,
        questions: Sequence[Question],
    ) -> RitualRound:
        now, workspace_id = self._now(), ritual.workspace_id
        return RitualRound(
            workspace_id=workspace_id,
            id=uuid4().hex,
            ritual_id=ritual.id,
            number=await table.next_round_number(session, workspace_id, ritual.id),
            due_at=occasion.due_at,
            closes_at=closes_at(ritual.recurrence, ritual.open_for, now),
            channel_id=ritual.channel_id,
            visibility=ritual.visibility.value,
            questions=questions_stored(questions),
            champions=[*await on_duty(session, workspace_id, ritual.journey_id, now=now)],
        )


def closes_at(recurrence: Recurrence, open_for: timedelta, now: datetime) -> datetime:
    """When a round that begins now closes: before the ritual is asked again, in any case.

    One that was asked on a working day closes on a working day, not while everybody is away.
    Raises UnknownZone and UnknownCountry.
    """
    end = _on_a_working_day(recurrence, now, now + open_for)
    following = next_time(recurrence, now)
    if following is None:
        return end
    latest = following - BEFORE_THE_NEXT
    return min(end, latest if latest > now else following)


def _on_a_working_day(recurrence: Recurrence, begin: datetime, end: datetime) -> datetime:
    """The end, or the same time by the clock of the first working day after it."""
    zone, country = zone_info(recurrence.zone), recurrence.country
    local = end.astimezone(zone)
    day = first_working_day(local.date(), country)
    if day in {None, local.date()} or not is_working_day(begin.astimezone(zone).date(), country):
        return end
    return to_utc(datetime.combine(day, local.time()), zone)
