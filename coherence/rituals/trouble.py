"""Rituals that can't be posted: they rest, and stewards hear once what happened and what to do."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.letters import mark
from coherence.champion.round import CHANNEL_TROUBLE
from coherence.clock import Clock
from coherence.errors import InvalidRecurrence, UnknownZone
from coherence.outbox import NewDelivery, Outbox
from coherence.recurrence import Recurrence, next_time
from coherence.rituals import letters
from coherence.rituals.closing import close_round
from coherence.rituals.ritual import RitualKind, ritual_id_of, schedule_id, schedule_kind
from coherence.stewards import named_stewards
from storage import rituals as table
from storage.database import Database
from storage.outbox import list_given_up
from storage.rituals import Ritual, RitualRound
from storage.schedules import Schedule, list_held_schedules, lock_schedule

NOBODY_THERE: Final = "nobody_there"
"""Why nobody is asked in a channel in which only the bot is left."""

UNKNOWN_ZONE: Final = "unknown_zone"
UNKNOWN_HOLIDAYS: Final = "unknown_holidays"
"""Why nobody can tell when a ritual is due."""

TROUBLE: Final = CHANNEL_TROUBLE | {NOBODY_THERE}

InTheWay: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Says of a channel why nobody can be asked there, by a name in TROUBLE; None if it knows of nothing."""

_KINDS: Final = [schedule_kind(each) for each in RitualKind]

log = structlog.get_logger(__name__)


async def nothing_in_the_way(_channel_id: str) -> str | None:
    """Where nobody can be asked: nothing is known to be in the way."""
    return None


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a ritual; `about` is a part of the letter's key: one time that it was due."""

    ritual_id: str
    error: str
    about: str


class RitualTroubles:
    """Has rituals rest. `appointed` are the settings' stewards."""

    def __init__(
        self, database: Database, now: Clock, outbox: Outbox, appointed: Collection[str] = ()
    ) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox
        self._appointed = tuple(appointed)

    async def posts(
        self, session: AsyncSession, workspace_id: str, rows: Sequence[RitualRound]
    ) -> list[Trouble]:
        """Those of open rounds whose post was given up for what is wrong with the channel."""
        posts = {letters.prompt_key(each.id): each for each in rows}
        given_up = await list_given_up(session, workspace_id, posts)
        return [
            Trouble(posts[each.key].ritual_id, each.error, posts[each.key].id)
            for each in given_up
            if each.error in TROUBLE
        ]

    async def times(self, session: AsyncSession, workspace_id: str) -> list[Trouble]:
        """Those rituals that are due and can't be planned, since nobody can tell when they come next."""
        held = await list_held_schedules(session, workspace_id, _KINDS, now=self._now())
        return [
            Trouble(ritual_id_of(each.id), error, mark(each.next_run_at))
            for each in held
            if each.next_run_at is not None and (error := _time_trouble(each, self._now()))
        ]

    async def rest(self, workspace_id: str, trouble: Trouble) -> None:
        """Have a ritual rest, close the round that nobody has seen, and tell stewards."""
        async with self._database.transaction() as session:
            schedule = await lock_schedule(session, workspace_id, schedule_id(trouble.ritual_id))
            ritual = await table.lock_ritual(session, workspace_id, trouble.ritual_id)
            if ritual is None or not await self._is_still_so(session, ritual, schedule, trouble):
                return
            ritual.paused, ritual.paused_for = True, trouble.error
            if schedule is not None:
                schedule.paused = True
            await self._outbox.add(
                session, workspace_id, await self._letters(session, ritual, trouble)
            )
        log.warning("ritual_rests", ritual=trouble.ritual_id, error=trouble.error)

    async def _is_still_so(
        self,
        session: AsyncSession,
        ritual: Ritual,
        schedule: Schedule | None,
        trouble: Trouble,
    ) -> bool:
        """Whether nobody has mended it meanwhile; a round of the trouble is closed in any case."""
        row = await table.lock_round(session, ritual.workspace_id, trouble.about)
        if row is not None:
            closed = await close_round(session, self._outbox, row, by=None, now=self._now())
            return closed and not ritual.paused and ritual.channel_id == row.channel_id
        mended = schedule is None or _time_trouble(schedule, self._now()) is None
        return not mended and not ritual.paused

    async def _letters(
        self, session: AsyncSession, ritual: Ritual, trouble: Trouble
    ) -> list[NewDelivery]:
        stewards = await named_stewards(session, ritual.workspace_id, self._appointed)
        people = stewards or ([ritual.created_by] if ritual.created_by else [])
        return [letters.trouble(ritual.id, trouble.error, trouble.about, each) for each in people]


def _time_trouble(schedule: Schedule, now: datetime) -> str | None:
    try:
        next_time(Recurrence.model_validate(schedule.recurrence), now)
    except UnknownZone:
        return UNKNOWN_ZONE
    except InvalidRecurrence:
        return UNKNOWN_HOLIDAYS
    return None
