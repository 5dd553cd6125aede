"""Who is about to have the duty, in all rotas together: to be looked at before they have it."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from coherence.champion.readable import read_rotas
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from storage.champion import list_rotas
from storage.database import Database

AHEAD: Final = timedelta(days=1)
"""How long before a handover it is looked at who begins."""


@dataclass(frozen=True)
class Beginning:
    """Somebody's term in a journey's rota, by the moment at which it begins."""

    user_id: str
    journey_id: str
    start: datetime


class NextUp:
    """Reads who begins soon."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def who_serve(self, workspace_id: str) -> Collection[Beginning]:
        """Whoever has the duty now, and whoever comes after them, however far that is."""
        now = self._now()
        return [
            each
            for rota in (await self._rotas(workspace_id)).values()
            for each in await _beginnings(rota, now)
        ]

    async def who_begin_soon(self, workspace_id: str) -> Collection[Beginning]:
        """Whoever comes next where that is within a day."""
        now = self._now()
        return [
            each for each in await self.who_serve(workspace_id) if now < each.start <= now + AHEAD
        ]

    async def _rotas(self, workspace_id: str) -> Mapping[str, ResolvedRota]:
        async with self._database.reading() as session:
            ids = [rota.journey_id for rota, _ in await list_rotas(session, workspace_id)]
            return await read_rotas(session, workspace_id, ids)


async def _beginnings(rota: ResolvedRota, now: datetime) -> Collection[Beginning]:
    # Working out who serves takes a moment for each rota; others are let in between.
    await asyncio.sleep(0)
    return [
        Beginning(user_id, rota.journey_id, term.start)
        for term in rota.coming(now, 2)
        for user_id in term.users
    ]
