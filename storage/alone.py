"""Doing something that takes several transactions while nobody else does the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Final
from weakref import WeakValueDictionary

from sqlalchemy import func
from sqlmodel import select

from storage.database import Database

_MOST_AT_ONCE: Final = 3
"""Each holds a connection while it needs a second one: most of the pool is left for those."""


class Alone:
    """Lets in one at a time, by name: of this process, and on PostgreSQL of all processes.

    SQLite has one process only. Nothing is written, and nothing is left to clean up when a process dies.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_shared = database.url.get_backend_name() == "postgresql"
        self._here: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._elsewhere = asyncio.Semaphore(_MOST_AT_ONCE)

    @asynccontextmanager
    async def __call__(self, *name: str) -> AsyncIterator[None]:
        """Wait until nobody else is under this name, and keep everybody else waiting."""
        whole = "\n".join(name)
        async with self._here.setdefault(whole, asyncio.Lock()):
            if not self._is_shared:
                yield
                return
            async with self._elsewhere, self._database.reading() as session:
                await session.exec(select(func.pg_advisory_xact_lock(_number(whole))))
                yield


def _number(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
