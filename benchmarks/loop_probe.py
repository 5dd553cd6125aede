"""How long the event loop was held while something ran."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_PROBE_SECONDS = 0.001


class LoopProbe:
    """Notes how long the loop's thread computes before it comes back to who waits for their turn.

    `longest` is in seconds.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self._stopped = False

    async def watch(self) -> None:
        """Look until told to stop."""
        while not self._stopped:
            began = time.thread_time()
            await asyncio.sleep(_PROBE_SECONDS)
            self.longest = max(self.longest, time.thread_time() - began)

    async def stop(self, watching: "asyncio.Task[None]") -> None:
        """Notice what has just been computed, and end."""
        await asyncio.sleep(_PROBE_SECONDS)
        self._stopped = True
        await watching


@asynccontextmanager
async def watched_loop() -> AsyncIterator[LoopProbe]:
    """Watch the loop while the block runs; what it has found is complete after that."""
    probe = LoopProbe()
    watching = asyncio.create_task(probe.watch())
    yield probe
    await probe.stop(watching)
