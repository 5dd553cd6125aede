"""The handle and the topic that follow the duty: what is to be changed, and what came of it.

A place is looked at when its rota has changed, when a term ends, and once an hour. Slack is only asked to
change what shows somebody else. Nothing here is open while Slack is asked: a look, the call and its outcome
are a transaction each, and a lease keeps two processes apart.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.letters import Letter, to_person
from coherence.champion.loading import made_by
from coherence.champion.surface import LONGEST_REST, Showing, SurfaceKind, is_former, kind_of
from coherence.champion.surface_look import note_quiet, read_look
from coherence.clock import Clock
from coherence.outbox import NewDelivery, Outbox
from coherence.stewards import named_stewards
from storage import champion as rotas_table
from storage import champion_surfaces as table
from storage.champion import ChampionSurface
from storage.database import Database
from storage.journeys import find_journey

COME_BACK: Final = timedelta(minutes=1)
"""When a place is looked at again that somebody looked at and was then gone."""

LEASE: Final = timedelta(minutes=1)
"""How long changing one place may take, all calls together."""

TAKEN: Final = "taken"
"""The trouble of a second rota for a place that follows another one already."""

EVERYWHERE: Final = frozenset(
    {"missing_scope", "paid_teams_only", "permission_denied", "plan_upgrade_required"}
)
"""What keeps all places of a kind from following, so that it is told once for all of them."""

_FIRST_PAUSE: Final = timedelta(minutes=1)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_LONGEST_PASSING: Final = timedelta(minutes=15)
_TOLD_IF_PASSING_AFTER: Final = 6
"""Attempts at what may pass by itself, some half hour, before anybody is bothered with it."""


@dataclass(frozen=True)
class Trouble:
    """What keeps a place from following; `journey` is None where it is so for all of this kind."""

    kind: SurfaceKind
    error: str
    journey: str | None
    target_id: str


class ChampionSurfaces:
    """The use cases around places that follow the duty.

    `machine_now` is the machine's clock, which nobody moves; `appointed` are the settings' stewards.
    """

    def __init__(
        self,
        database: Database,
        now: Clock,
        machine_now: Clock,
        outbox: Outbox,
        appointed: Collection[str] = (),
    ) -> None:
        self._database = database
        self._now = now
        self._machine_now = machine_now
        self._outbox = outbox
        self._appointed = tuple(appointed)

    async def look(self, workspace_id: str) -> Sequence[Showing]:
        """What is to be changed by now, of all rotas together; others come back to it in a while."""
        now = self._now()
        due = table.Due(workspace_id, now, self._machine_now(), LONGEST_REST)
        async with self._database.reading() as session:
            if not await table.any_surface_due(session, due):
                return []
        look_at = now + COME_BACK
        async with self._database.transaction() as session:
            rows = await table.claim_surfaces(session, due, look_at=look_at)
        async with self._database.reading() as session:
            look = await read_look(session, workspace_id, now=now, look_at=look_at, rows=rows)
        seen = [await look.at(row) for row in rows]
        quiet = {each.key: each for each in seen if each.showing is None}
        if quiet:
            async with self._database.transaction() as session:
                await note_quiet(session, workspace_id, quiet, look_at=look_at)
        return [each.showing for each in seen if each.showing is not None]

    async def take(self, showing: Showing) -> datetime | None:
        """Begin to change a place: until the moment returned it is ours; None if it is not."""
        until = self._machine_now() + LEASE
        async with self._database.transaction() as session:
            row = await _lock(session, showing)
            if row is None or row.look_at != showing.look_at:
                return None
            if row.try_after is not None and row.try_after > self._machine_now():
                return None
            row.try_after = until
        return until

    async def shown(self, showing: Showing, until: datetime) -> None:
        """It is shown now."""
        async with self._database.transaction() as session:
            row = await _lock_taken(session, showing, until)
            if row is None:
                return
            if is_former(row):
                await session.delete(row)
                return
            row.shown = showing.shown
            row.error = row.told_error = row.try_after = None
            row.attempts = 0
            if row.look_at == showing.look_at:
                row.look_at = showing.next_look

    async def postponed(self, showing: Showing, until: datetime, wait: timedelta) -> None:
        """Slack has asked to come back later: that is no failed attempt."""
        async with self._database.transaction() as session:
            row = await _lock_taken(session, showing, until)
            if row is not None:
                row.try_after, row.look_at = self._machine_now() + wait, None

    async def failed(
        self, showing: Showing, until: datetime, error: str, *, passes: bool = False
    ) -> None:
        """It could not be shown; stewards hear of each reason once.

        What passes by itself is tried again sooner, and told once it has lasted.
        """
        async with self._database.transaction() as session:
            row = await _lock_taken(session, showing, until)
            if row is None:
                return
            row.attempts, row.error, row.look_at = row.attempts + 1, error, None
            row.try_after = self._machine_now() + _pause(row.attempts, passes=passes)
            if row.told_error == error or (passes and row.attempts < _TOLD_IF_PASSING_AFTER):
                return
            row.told_error = error
            told = await self._telling(session, row, error)
            await self._outbox.add(session, row.workspace_id, told)

    async def trouble(self, workspace_id: str, journey_id: str, about: str) -> Trouble | None:
        """What a letter to stewards is about; None where it is no longer so."""
        kind, error, _ = about.split(":", 2)
        async with self._database.reading() as session:
            ids = [journey_id] if journey_id else None
            rows = await rotas_table.list_surfaces(session, workspace_id, ids)
            hit = [each for each in rows if each.error == error and kind_of(each) == kind]
            if not hit:
                return None
            journey = await find_journey(session, workspace_id, journey_id)
        name = journey.name if journey else None
        return Trouble(SurfaceKind(kind), error, name, hit[0].target_id)

    async def _telling(
        self, session: AsyncSession, row: ChampionSurface, error: str
    ) -> Sequence[NewDelivery]:
        journey_id = "" if error in EVERYWHERE else row.journey_id
        # Should it come back after it was put right, that is told again, though not twice a day.
        about = f"{kind_of(row)}:{error}:{self._now():%Y-%m-%d}"
        to_tell = await named_stewards(session, row.workspace_id, self._appointed)
        if not to_tell:
            rota = await rotas_table.find_rota(session, row.workspace_id, row.journey_id)
            to_tell = made_by(rota) if rota is not None else []
        return [to_person(Letter.STEWARDS, journey_id, about, person) for person in to_tell]


async def _lock(session: AsyncSession, showing: Showing) -> ChampionSurface | None:
    row = await table.lock_surface(
        session, showing.workspace_id, showing.journey_id, showing.row_kind
    )
    return row if row is not None and row.target_id == showing.target_id else None


async def _lock_taken(
    session: AsyncSession, showing: Showing, until: datetime
) -> ChampionSurface | None:
    """The place, if by now it is not another's, gone or chosen anew."""
    row = await _lock(session, showing)
    return row if row is not None and row.try_after == until else None


def _pause(attempts: int, *, passes: bool) -> timedelta:
    longest = _LONGEST_PASSING if passes else _LONGEST_PAUSE
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 20)), longest)
