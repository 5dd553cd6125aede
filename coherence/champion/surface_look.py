"""A look at many places at once: which of them show somebody else than who is on duty."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.readable import read_rotas
from coherence.champion.resolved import ResolvedRota
from coherence.champion.surface import (
    LONGEST_REST,
    Showing,
    SurfaceKind,
    former_topic,
    is_former,
    next_look,
    showing,
)
from storage.champion import ChampionSurface, list_surfaces
from storage.champion_surfaces import lock_surfaces_looked_at, remove_surface

Key: TypeAlias = tuple[str, str]
"""A place in a workspace: the journey's id, and the row's kind."""


@dataclass(frozen=True)
class Seen:
    """What a look at one place has shown.

    Without `showing` there is nothing to ask of Slack: it is looked at again at `next_look`, follows its
    rota to the channel `moves_to`, or `is_over`.
    """

    key: Key
    showing: Showing | None = None
    next_look: datetime | None = None
    moves_to: str | None = None
    is_over: bool = False


@dataclass(frozen=True)
class Look:
    """Everything that a look needs to know. `owners` has the first rota of each place."""

    now: datetime
    look_at: datetime
    rotas: Mapping[str, ResolvedRota]
    owners: Mapping[Key, str]

    async def at(self, row: ChampionSurface) -> Seen:
        """Look at one place."""
        # Working out who serves takes a moment for each rota; others are let in between.
        await asyncio.sleep(0)
        key, rota = (row.journey_id, row.kind), self.rotas.get(row.journey_id)
        owner = self.owners.get((row.kind, row.target_id))
        if is_former(row):
            if (SurfaceKind.TOPIC.value, row.target_id) in self.owners:
                return Seen(key, is_over=True)
        elif rota is None:
            return Seen(key, next_look=self.now + LONGEST_REST)
        elif row.kind == SurfaceKind.TOPIC and rota.channel_id not in {None, row.target_id}:
            return Seen(key, moves_to=rota.channel_id)
        term = rota.on_duty(self.now) if rota is not None else None
        again = next_look(rota, term, self.now)
        found = showing(
            row,
            rota,
            term,
            look_at=self.look_at,
            next_look=again,
            taken=owner not in {None, row.journey_id},
        )
        return Seen(key, found) if found else Seen(key, next_look=again)


async def read_look(
    session: AsyncSession,
    workspace_id: str,
    *,
    now: datetime,
    look_at: datetime,
    rows: Sequence[ChampionSurface],
) -> Look:
    """Read what a look at some places needs, with the same few queries for each hundred rotas."""
    owners: dict[Key, str] = {}
    for each in await list_surfaces(session, workspace_id):
        owners.setdefault((each.kind, each.target_id), each.journey_id)
    ids = sorted({row.journey_id for row in rows})
    return Look(now, look_at, await read_rotas(session, workspace_id, ids), owners)


async def note_quiet(
    session: AsyncSession, workspace_id: str, quiet: Mapping[Key, Seen], *, look_at: datetime
) -> None:
    """Note of places at which nothing is to be asked of Slack what becomes of them.

    One whose rota has changed since the look is left to the next.
    """
    for row in await lock_surfaces_looked_at(session, workspace_id, look_at=look_at):
        found = quiet.get((row.journey_id, row.kind))
        if found is None:
            continue
        if found.is_over:
            await session.delete(row)
        elif found.moves_to is not None:
            await follow_to(session, row, found.moves_to)
        else:
            row.look_at = found.next_look


async def follow_to(session: AsyncSession, row: ChampionSurface, channel_id: str) -> None:
    """Follow the duty in another channel's topic from now on, and no longer in this one's."""
    if row.target_id != channel_id:
        await leave_topic(session, row)
    await remove_surface(session, row.workspace_id, row.journey_id, former_topic(channel_id))
    row.target_id = channel_id
    look_afresh(row)


def look_afresh(row: ChampionSurface) -> None:
    """Have it asked of Slack at once what a place shows, whatever was known of it and went wrong."""
    row.shown = row.error = row.told_error = row.look_at = row.try_after = None
    row.attempts = 0


async def leave_topic(session: AsyncSession, row: ChampionSurface) -> None:
    """Have our part taken out of a topic, once nobody can be busy with it any more."""
    former = ChampionSurface(
        workspace_id=row.workspace_id,
        journey_id=row.journey_id,
        kind=former_topic(row.target_id),
        target_id=row.target_id,
        try_after=row.try_after,
    )
    await session.merge(former)
