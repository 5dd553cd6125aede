"""Look whether those who are about to have the duty are still there.

Slack tells of an account that is deactivated once, and a bot that is down then doesn't hear of it. So
whoever begins within a day is looked up, and at the start everybody who serves now or next. That happens
beside the worker's tick, so that a Slack that hangs holds up nothing.
"""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import structlog

from coherence.champion.next_up import Beginning, NextUp
from coherence.champion.people import ChampionPeople
from coherence.clock import Clock

PAUSE: Final = timedelta(hours=1)
"""Between two looks."""

PAUSE_IF_UNKNOWN: Final = timedelta(minutes=5)
"""Until the next look where Slack has not told of everybody."""

_MOST_SILENT: Final = 3
"""Unanswered questions in a row after which Slack is left alone for a while."""

_FIRST_SECONDS: Final = 2.0

log = structlog.get_logger(__name__)


class ChampionAccountsRound:
    """Looks people up: all at the start, and each once before each of their terms."""

    def __init__(self, people: ChampionPeople, next_up: NextUp, now: Clock) -> None:
        self._people = people
        self._next_up = next_up
        self._now = now
        self._asked: set[Beginning] = set()
        self._look_at: datetime | None = None
        self._looking: asyncio.Task[None] | None = None
        self._has_begun = False
        self._stopping = False

    async def go(self, workspace_id: str) -> None:
        """Begin a look when it is time for one.

        The first is waited for a little, so that a handover that fell into a downtime is not told of
        somebody who left in it.
        """
        if self._looking is not None or self._stopping or not self._is_due():
            return
        is_first = self._look_at is None
        self._look_at = self._now() + PAUSE
        self._looking = asyncio.create_task(self._look(workspace_id))
        self._looking.add_done_callback(self._ended)
        if is_first:
            await asyncio.wait([self._looking], timeout=_FIRST_SECONDS)

    async def drain(self) -> None:
        """Begin nothing more, and wait for the person who is being looked up."""
        self._stopping = True
        await self.finish()

    async def finish(self) -> None:
        """Wait for the look that is under way."""
        if self._looking is not None:
            await asyncio.wait([self._looking])

    def _is_due(self) -> bool:
        # A clock that was turned back makes a look due, too.
        now = self._now()
        return self._look_at is None or not self._look_at - PAUSE <= now < self._look_at

    async def _look(self, workspace_id: str) -> None:
        read = self._next_up.who_begin_soon if self._has_begun else self._next_up.who_serve
        found = await read(workspace_id)
        # Where somebody is gone, it is another one who begins.
        while to_ask := self._not_asked(found):
            if not await self._ask(workspace_id, to_ask):
                self._look_at = self._now() + PAUSE_IF_UNKNOWN
                return
            found = await read(workspace_id)
        self._has_begun = True
        self._asked.intersection_update(await self._next_up.who_begin_soon(workspace_id))

    def _not_asked(self, found: Collection[Beginning]) -> Collection[Beginning]:
        return () if self._stopping else [each for each in found if each not in self._asked]

    async def _ask(self, workspace_id: str, to_ask: Collection[Beginning]) -> bool:
        """Ask about each; False if Slack has not told of everybody."""
        known = silent = 0
        for each in to_ask:
            if self._stopping or silent == _MOST_SILENT:
                break
            if await self._people.look_up(workspace_id, each.user_id):
                self._asked.add(each)
                known, silent = known + 1, 0
            else:
                silent += 1
        log.info("champions_looked_up", known=known, of=len(to_ask))
        return known == len(to_ask)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._looking = None
        if not task.cancelled() and (error := task.exception()) is not None:
            # Who has not been asked about is looked up an hour later.
            log.error("champions_not_looked_up", exc_info=error)
