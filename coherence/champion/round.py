"""The round: what time makes of each rota, level-triggered.

At any moment it asks what should have been said by now and is still of use. It settles the terms that
have begun, puts what is to be said into the outbox under keys that make it once, and notes when to look
again, all in one transaction; whatever dies, doubles or turns its clock back, nothing is said twice.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.begun import term_row
from coherence.champion.letters import Letter, mark, to_channel, to_person
from coherence.champion.loading import made_by
from coherence.champion.readable import UNREADABLE, read_together
from coherence.champion.requests import Requests
from coherence.champion.resolved import ResolvedRota
from coherence.champion.timeline import Look, Notice, look
from coherence.clock import Clock
from coherence.outbox import NewDelivery, Outbox
from coherence.stewards import named_stewards
from storage import champion as table
from storage.champion import ChampionRota
from storage.database import Database
from storage.outbox import list_given_up

BATCH: Final = 20
"""Rotas in one transaction. Reading their history holds up whoever waits for an answer meanwhile."""
HELD: Final = timedelta(minutes=10)
"""How long a rota rests that could not be read."""

CHANNEL_TROUBLE: Final = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "restricted_action", "no_permission"}
)
"""Slack's names for why nobody can be told in a channel."""

CHANNEL: Final = "channel"
"""What a letter to stewards is about; after a colon comes Slack's name for the trouble."""

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

log = structlog.get_logger(__name__)


class ChampionRounds:
    """Goes round. `machine_now` is the machine's clock; `appointed` are the settings' stewards."""

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
        self._requests = Requests(outbox)
        self._appointed = tuple(appointed)

    async def go(self, workspace_id: str) -> None:
        """Look at every rota of a workspace in which something may be due."""
        while await self._is_due(workspace_id):
            # What somebody else is looking at is theirs.
            if not await self._look_at_some(workspace_id):
                return

    async def _is_due(self, workspace_id: str) -> bool:
        async with self._database.reading() as session:
            return await table.any_rota_to_look_at(
                session, workspace_id, now=self._now(), machine_now=self._machine_now()
            )

    async def _look_at_some(self, workspace_id: str) -> int:
        now, machine_now = self._now(), self._machine_now()
        async with self._database.transaction() as session:
            rows = await table.claim_rotas_to_look_at(
                session, workspace_id, now=now, machine_now=machine_now, limit=BATCH
            )
            rotas = await read_together(session, workspace_id, [row.journey_id for row in rows])
            looked = await _look_at_each(rows, rotas, now)
            ends = await self._requests.close_stale(session, [*rotas.values()], now=now)
            for row, seen in zip(rows, looked, strict=True):
                if seen:
                    row.look_at = min(seen.look.next_look, ends.get(row.journey_id, _NEVER))
                row.held_until = None if seen else machine_now + HELD
            await self._record(session, workspace_id, [seen for seen in looked if seen])
        return len(rows)

    async def _record(
        self, session: AsyncSession, workspace_id: str, looked: Sequence["_Looked"]
    ) -> None:
        session.add_all(term_row(seen.rota, term) for seen in looked for term in seen.look.begun)
        said = [delivery for seen in looked for delivery in _deliveries(seen)]
        told = await self._channel_trouble(session, workspace_id, looked)
        await self._outbox.add(session, workspace_id, [*said, *told])

    async def _channel_trouble(
        self, session: AsyncSession, workspace_id: str, looked: Sequence["_Looked"]
    ) -> Sequence[NewDelivery]:
        """Stewards hear once that a rota's channel can't be told; the duty itself goes on."""
        keys = {handover.key: seen for seen in looked if (handover := _last_handover(seen))}
        given_up = await list_given_up(session, workspace_id, keys)
        troubles = [each for each in given_up if each.error in CHANNEL_TROUBLE]
        if not troubles:
            return []
        stewards = await named_stewards(session, workspace_id, self._appointed)
        return [
            to_person(
                Letter.STEWARDS,
                keys[each.key].rota.journey_id,
                f"{CHANNEL}:{each.error}",
                person,
                channel_id=each.lane,
            )
            for each in troubles
            for person in stewards or made_by(keys[each.key].row)
        ]


@dataclass(frozen=True)
class _Looked:
    row: ChampionRota
    rota: ResolvedRota
    look: Look


async def _look_at_each(
    rows: Sequence[ChampionRota], rotas: Mapping[str, ResolvedRota], now: datetime
) -> Sequence["_Looked | None"]:
    found = []
    for row in rows:
        found.append(_look_at(row, rotas.get(row.journey_id), now))
        # Between two rotas, whoever waits for an answer gets it.
        await asyncio.sleep(0)
    return found


def _look_at(row: ChampionRota, rota: ResolvedRota | None, now: datetime) -> _Looked | None:
    if rota is None:
        return None
    try:
        return _Looked(row, rota, look(rota, now, since=row.created_at))
    except UNREADABLE:
        log.exception("rota_not_looked_at", journey_id=rota.journey_id)
        return None


def _deliveries(seen: _Looked) -> list[NewDelivery]:
    return [
        replace(_delivery(seen.rota, notice), useful_until=notice.until) for notice in seen.look.due
    ]


def _delivery(rota: ResolvedRota, notice: Notice) -> NewDelivery:
    about, journey_id = mark(notice.start), rota.journey_id
    if notice.user_id is None:
        return to_channel(notice.letter, journey_id, about, str(rota.channel_id))
    return to_person(notice.letter, journey_id, about, notice.user_id)


def _last_handover(seen: _Looked) -> NewDelivery | None:
    stint, channel_id = seen.look.stint, seen.rota.channel_id
    if stint is None or channel_id is None:
        return None
    return to_channel(Letter.HANDOVER, seen.rota.journey_id, mark(stint.start), channel_id)
