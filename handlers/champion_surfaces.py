"""Have the handle and the topic follow the duty: one look at all rotas, then what differs is changed.

That happens beside the worker's tick, so that a Slack that hangs holds up nothing else.
"""

import asyncio
import time
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.surface import Showing, SurfaceKind
from coherence.champion.surfaces import LEASE, TAKEN, ChampionSurfaces
from handlers.champion_accounts_seen import AccountsSeen
from handlers.champion_handle import Handles, NotShown
from handlers.champion_topic import Topics
from handlers.slack_outcomes import FAILURES, Later, Refused, outcome_of

MARGIN = timedelta(seconds=10)
"""What of a lease is left to write down how it went."""

log = structlog.get_logger(__name__)


class ChampionSurfaceRound:
    """Looks after the places of a workspace. `client` must try nothing again by itself."""

    def __init__(self, surfaces: ChampionSurfaces, client: AsyncWebClient) -> None:
        self._surfaces = surfaces
        self._client = client
        self._following: asyncio.Task[None] | None = None
        self._stopping = False
        self._held_until: dict[SurfaceKind, float] = {}

    async def go(self, workspace_id: str) -> None:
        """Begin a look, unless one is under way."""
        if self._following is None and not self._stopping:
            self._following = asyncio.create_task(self.follow(workspace_id))
            self._following.add_done_callback(self._ended)

    async def drain(self) -> None:
        """Begin nothing more, and wait for the place that is being changed."""
        self._stopping = True
        if self._following is not None:
            await asyncio.wait([self._following])

    async def follow(self, workspace_id: str) -> None:
        """Look at all places, and change those that show somebody else than who is on duty."""
        to_show = await self._surfaces.look(workspace_id)
        if not to_show:
            return
        accounts = AccountsSeen(self._client)
        writers: dict[SurfaceKind, Handles | Topics] = {
            SurfaceKind.HANDLE: Handles(self._client, accounts),
            SurfaceKind.TOPIC: Topics(self._client, accounts),
        }
        for showing in to_show:
            if not self._stopping and not self._is_held(showing.kind):
                await self._show(showing, writers[showing.kind])

    async def _show(self, showing: Showing, writer: Handles | Topics) -> None:
        until = await self._surfaces.take(showing)
        if until is None:
            return
        place = {"kind": showing.kind.value, "journey_id": showing.journey_id}
        with structlog.contextvars.bound_contextvars(**place):
            if showing.taken:
                await self._surfaces.failed(showing, until, TAKEN)
                return
            try:
                async with asyncio.timeout((LEASE - MARGIN).total_seconds()):
                    await writer.show(showing)
            except NotShown as error:
                await self._refused(showing, until, error.error, passes=False)
            except FAILURES as error:
                await self._note(showing, until, error)
            else:
                log.info("surface_follows", people=len(showing.shown))
                await self._surfaces.shown(showing, until)

    async def _note(self, showing: Showing, until: datetime, error: Exception) -> None:
        match outcome_of(error):
            case Later(wait):
                log.info("surface_postponed", seconds=wait.total_seconds())
                # Slack counts the calls of all rotas together.
                self._held_until[showing.kind] = time.monotonic() + wait.total_seconds()
                await self._surfaces.postponed(showing, until, wait)
            case Refused(name, most_attempts):
                await self._refused(showing, until, name, passes=most_attempts > 1)
            case unclear:
                # Whatever Slack has done of it, doing it once more ends the same.
                await self._refused(showing, until, unclear.error, passes=True)

    async def _refused(
        self, showing: Showing, until: datetime, error: str, *, passes: bool
    ) -> None:
        log.warning("surface_not_shown", error=error)
        await self._surfaces.failed(showing, until, error, passes=passes)

    def _is_held(self, kind: SurfaceKind) -> bool:
        return time.monotonic() < self._held_until.get(kind, 0.0)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._following = None
        if not task.cancelled() and (error := task.exception()) is not None:
            # What was begun is looked at again in a minute.
            log.error("surfaces_not_followed", exc_info=error)
