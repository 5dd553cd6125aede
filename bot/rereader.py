"""Read again what a new version of the narrative may change, in the background of everything else."""

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from coherence.rereading import Rereadings
from handlers.rereading import RereadingTeller

READERS = 2
"""Items read at a time: people's checks go first, at the model too."""

LOOK_EVERY_SECONDS = 2.0
"""For what another process has published, or left undone."""

PATIENCE_SECONDS = 1.0
"""At a stop, for what is being read: the rules need no longer, and a model may need much longer."""

log = structlog.get_logger(__name__)


class Rereader:
    """Reads and tells for one workspace, from `start` to `stop`."""

    def __init__(
        self,
        rereadings: Rereadings,
        teller: RereadingTeller,
        workspace_id: str,
    ) -> None:
        self._rereadings = rereadings
        self._teller = teller
        self._workspace_id = workspace_id
        self.look_every_seconds = LOOK_EVERY_SECONDS
        self._stopping = False
        self._looking: asyncio.Task[None] | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._telling: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for something to read."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Begin nothing more; leave what is half read to the next start, and finish what is being told."""
        self._stopping = True
        self._rereadings.wake()
        if self._readers:
            await asyncio.wait(set(self._readers), timeout=PATIENCE_SECONDS)
        for reader in list(self._readers):
            reader.cancel()
        under_way = {task for task in (self._looking, self._telling) if task} | self._readers
        if under_way:
            await asyncio.wait(under_way)
        with suppress(SQLAlchemyError):
            # Otherwise it is free when its lease is over.
            await self._rereadings.release(self._workspace_id)

    async def _look(self) -> None:
        while not self._stopping:
            self._rereadings.woken.clear()
            try:
                await self._begin()
            except SQLAlchemyError:
                log.exception("rereading_not_begun")
            with suppress(TimeoutError):
                async with asyncio.timeout(self.look_every_seconds):
                    await self._rereadings.woken.wait()

    async def _begin(self) -> None:
        """Begin what there is to do; what takes long holds up no look."""
        if not await self._rereadings.has_work(self._workspace_id):
            return
        if self._readers:
            await self._rereadings.renew(self._workspace_id)
        while len(self._readers) < READERS and not self._stopping:
            reader = asyncio.create_task(self._read())
            self._readers.add(reader)
            reader.add_done_callback(self._reader_ended)
        await self._rereadings.end_read(self._workspace_id)
        if self._telling is None and not self._stopping:
            self._telling = asyncio.create_task(self._tell())
            self._telling.add_done_callback(self._teller_ended)

    async def _read(self) -> None:
        read_any = False
        while not self._stopping and await self._rereadings.read_next(self._workspace_id):
            read_any = True
        if read_any:
            # The result can be told.
            self._rereadings.wake()

    async def _tell(self) -> None:
        while not self._stopping and await self._teller.tell_next(self._workspace_id):
            pass

    def _reader_ended(self, task: asyncio.Task[None]) -> None:
        self._readers.discard(task)
        _log_failure(task)

    def _teller_ended(self, task: asyncio.Task[None]) -> None:
        self._telling = None
        _log_failure(task)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        # What was begun is tried again when its lease is over.
        log.error("rereading_failed", exc_info=error)
