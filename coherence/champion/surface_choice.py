"""Where stewards have a rota's duty followed: a handle, with who has it in between, and a topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.loading import change_rota, load_rota
from coherence.champion.surface import SurfaceKind, kind_of
from coherence.champion.surface_look import follow_to, leave_topic, look_afresh
from coherence.clock import Clock
from coherence.errors import ChangedMeanwhile, InvalidAnswers, InvalidRota, NoRota
from coherence.stewards import Person, Stewards
from storage import champion as table
from storage.champion import ChampionRota, ChampionSurface
from storage.champion_surfaces import remove_surface
from storage.database import Database
from storage.journeys import find_journey

MOST_FALLBACK: Final = 10
"""People who share a handle while nobody is on duty."""


@dataclass(frozen=True)
class SurfaceChoice:
    """A user group's id or None, who has it while nobody is on duty, and whether the topic follows."""

    handle: str | None = None
    fallback: tuple[str, ...] = ()
    topic: bool = False


@dataclass(frozen=True)
class ChosenSurfaces:
    """What is chosen for a journey's rota, and by kind what keeps it from following."""

    journey_id: str
    journey: str
    channel_id: str | None
    choice: SurfaceChoice
    troubles: Mapping[SurfaceKind, str]


@dataclass(frozen=True)
class ToCome:
    """A rota's first term, which has yet to begin; `start` is None while nobody has joined."""

    zone: str
    start: datetime | None
    now: datetime


class SurfaceChoices:
    """The use cases around the choice; all raise NotASteward and NoRota."""

    def __init__(self, database: Database, now: Clock, stewards: Stewards) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards

    async def chosen(self, person: Person, journey_id: str) -> ChosenSurfaces:
        """What is chosen so far."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            rota = await table.find_rota(session, person.workspace_id, journey_id)
            journey = await find_journey(session, person.workspace_id, journey_id)
            if rota is None or journey is None:
                raise NoRota
            rows = await _rows(session, rota)
        return ChosenSurfaces(
            journey_id,
            journey.name,
            rota.channel_id,
            _choice(rows),
            {kind: row.error for kind, row in rows.items() if row.error},
        )

    async def choose(
        self, person: Person, journey_id: str, wanted: SurfaceChoice, *, seen: SurfaceChoice
    ) -> ToCome | None:
        """Follow the duty there from now on; what could not be followed is tried again at once.

        Returns what is still to come before it shows anything, None where somebody's term has begun.
        `seen` is what the person changes. Raises InvalidAnswers or ChangedMeanwhile too.
        """
        await self._stewards.require(person)
        wanted = _tidy(wanted)
        async with self._database.transaction() as session:
            rota = await change_rota(session, person.workspace_id, journey_id, now=self._now())
            rows = await _rows(session, rota)
            if _choice(rows) not in {seen, wanted}:
                raise ChangedMeanwhile
            await _require_free(session, rota, wanted)
            await _choose_handle(session, rota, rows.get(SurfaceKind.HANDLE), wanted)
            await _choose_topic(session, rota, rows.get(SurfaceKind.TOPIC), wanted)
            await session.flush()
            return await _to_come(session, rota, self._now())


async def _to_come(session: AsyncSession, row: ChampionRota, now: datetime) -> ToCome | None:
    try:
        rota = await load_rota(session, row.workspace_id, row.journey_id)
    except InvalidRota:
        return None
    coming = rota.coming(now, 1)
    if coming and coming[0].start <= now:
        return None
    return ToCome(rota.zone, coming[0].start if coming else None, now)


async def _rows(session: AsyncSession, rota: ChampionRota) -> Mapping[SurfaceKind, ChampionSurface]:
    found = await table.list_surfaces(session, rota.workspace_id, [rota.journey_id])
    return {kind_of(row): row for row in found if row.kind in set(SurfaceKind)}


def _choice(rows: Mapping[SurfaceKind, ChampionSurface]) -> SurfaceChoice:
    handle = rows.get(SurfaceKind.HANDLE)
    if handle is None:
        return SurfaceChoice(topic=SurfaceKind.TOPIC in rows)
    return SurfaceChoice(handle.target_id, tuple(handle.fallback), SurfaceKind.TOPIC in rows)


def _tidy(wanted: SurfaceChoice) -> SurfaceChoice:
    if len(wanted.fallback) > MOST_FALLBACK:
        raise InvalidAnswers({"fallback": f"Please choose up to {MOST_FALLBACK} people."})
    fallback = tuple(dict.fromkeys(wanted.fallback)) if wanted.handle else ()
    return SurfaceChoice(wanted.handle, fallback, wanted.topic)


async def _require_free(session: AsyncSession, rota: ChampionRota, wanted: SurfaceChoice) -> None:
    """Raise InvalidAnswers where a place follows another rota, or there is no channel yet."""
    faults = {}
    others = {
        (row.kind, row.target_id)
        for row in await table.list_surfaces(session, rota.workspace_id)
        if row.journey_id != rota.journey_id
    }
    if (SurfaceKind.HANDLE.value, wanted.handle) in others:
        faults["handle"] = "This user group follows the duty of another journey already."
    if wanted.topic and rota.channel_id is None:
        faults["topic"] = "Please choose the channel for handovers first, where the rota is set up."
    elif wanted.topic and (SurfaceKind.TOPIC.value, rota.channel_id) in others:
        faults["topic"] = "This channel's topic follows the duty of another journey already."
    if faults:
        raise InvalidAnswers(faults)


async def _choose_handle(
    session: AsyncSession, rota: ChampionRota, row: ChampionSurface | None, wanted: SurfaceChoice
) -> None:
    if wanted.handle is None:
        await _remove(session, rota, SurfaceKind.HANDLE)
        return
    row = row or _added(session, rota, SurfaceKind.HANDLE, wanted.handle)
    row.target_id, row.fallback = wanted.handle, list(wanted.fallback)
    look_afresh(row)


async def _choose_topic(
    session: AsyncSession, rota: ChampionRota, row: ChampionSurface | None, wanted: SurfaceChoice
) -> None:
    if wanted.topic and rota.channel_id is not None:
        row = row or _added(session, rota, SurfaceKind.TOPIC, rota.channel_id)
        await follow_to(session, row, rota.channel_id)
    elif row is not None:
        await leave_topic(session, row)
        await _remove(session, rota, SurfaceKind.TOPIC)


def _added(
    session: AsyncSession, rota: ChampionRota, kind: SurfaceKind, target_id: str
) -> ChampionSurface:
    row = ChampionSurface(
        workspace_id=rota.workspace_id,
        journey_id=rota.journey_id,
        kind=kind.value,
        target_id=target_id,
    )
    session.add(row)
    return row


async def _remove(session: AsyncSession, rota: ChampionRota, kind: SurfaceKind) -> None:
    await remove_surface(session, rota.workspace_id, rota.journey_id, kind.value)
