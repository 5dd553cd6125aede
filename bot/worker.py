"""What happens without anybody asking, on the event loop's own scheduler: the tick and housekeeping.

The tick records what is due and begins to send what is to be sent. It only begins: what takes long
holds up neither the next tick nor anybody who waits for an answer.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from coherence.clock import Clock
from coherence.outbox import Pace
from coherence.retention import Retention
from coherence.schedules import NextTime, ScheduleKind, Schedules, next_time_by_rule
from handlers.outbox import DeliveryKind, Sender
from storage.database import Database
from storage.outbox import forget_deliveries
from storage.processed import forget_before
from storage.schedules import forget_occurrences

KEEP_PROCESSED_IDS = timedelta(days=1)
"""Slack gives up redelivering after about an hour; a day leaves room for our own downtime."""

KEEP_HISTORY = timedelta(days=90)
"""How long it can be seen what was due and what was sent."""

RECORDING = timedelta(seconds=0.2)
"""How long a tick goes on recording what is due; what is left waits for the next, so that sending doesn't."""

SILENT_SECONDS = 30.0
"""A worker that has not ticked for so long does not work."""

log = structlog.get_logger(__name__)


class Round(Protocol):
    """Something that looks after its own rows at each tick; cheap where nothing is due."""

    async def go(self, workspace_id: str) -> None:
        """Do for a workspace what is due by now."""
        ...


@dataclass(frozen=True)
class Timetable:
    """Everything that time triggers.

    Kinds of schedules, rounds, kinds of deliveries, and the rules' language.
    """

    schedules: Sequence[ScheduleKind] = ()
    rounds: Sequence[Round] = ()
    deliveries: Sequence[DeliveryKind] = ()
    next_time: NextTime = next_time_by_rule
    pace: Pace = field(default_factory=Pace)
    tick_seconds: float = 1.0


class Worker:
    """Ticks, and keeps house once an hour."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        schedules: Schedules,
        sender: Sender,
        retention: Retention,
        *,
        rounds: Sequence[Round] = (),
        tick_seconds: float = 1.0,
    ) -> None:
        self._database = database
        self._now = now
        self._schedules = schedules
        self._sender = sender
        self._retention = retention
        self._rounds = tuple(rounds)
        self._ticking = asyncio.Lock()
        self._stopping = False
        self._last_tick = time.monotonic()
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self.tick, "interval", seconds=tick_seconds, id="tick")
        self._scheduler.add_job(self.keep_house, "interval", hours=1, id="keep_house")

    @property
    def works(self) -> bool:
        """Whether it runs and has ticked lately."""
        silent = time.monotonic() - self._last_tick
        return bool(self._scheduler.running) and silent < SILENT_SECONDS and not self._stopping

    def start(self) -> None:
        """Begin to tick."""
        self._last_tick = time.monotonic()
        self._scheduler.start()

    async def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._stopping = True
        async with self._ticking:
            await self._sender.drain()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Record what is due, and begin to send what is to be sent."""
        try:
            async with self._ticking:
                if not self._stopping:
                    await self._schedules.fire_due(self._sender.workspace_id, within=RECORDING)
                    for each in self._rounds:
                        await each.go(self._sender.workspace_id)
                    await self._sender.send_due()
        except SQLAlchemyError:
            log.exception("tick_failed")
        else:
            self._last_tick = time.monotonic()

    async def keep_house(self) -> None:
        """Drop what is no longer of use."""
        now = self._now()
        async with self._database.transaction() as session:
            await forget_before(session, now - KEEP_PROCESSED_IDS)
            await forget_occurrences(session, before=now - KEEP_HISTORY)
            await forget_deliveries(session, before=now - KEEP_HISTORY)
        if gone := await self._retention.sweep():
            log.info("checks_let_go", checks=gone.checks, words=gone.words)
