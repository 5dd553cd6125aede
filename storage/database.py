"""The connection to the database: one engine per process, one transaction per use case."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, event, make_url
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for another writer."""

MIGRATION_TIMEOUT_MS = 60_000
"""The same at a start, when another process may be migrating."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UnusableDatabaseUrl(ValueError):
    """The database's address is not one we can use; the sentence says what is."""


def parse_url(address: str) -> URL:
    """Turn a DATABASE_URL into one with the driver we use.

    Raises UnusableDatabaseUrl. The address is not repeated in the error: it may hold a password.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise UnusableDatabaseUrl(
            "DATABASE_URL is not a database address; for example sqlite:///var/coherence.db "
            "or postgresql://user:password@host/name."
        ) from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise UnusableDatabaseUrl("DATABASE_URL must begin with sqlite:// or postgresql://.")
    return url.set(drivername=driver)


class Database:
    """A pool of connections to one database, and the transactions on it."""

    def __init__(self, address: str) -> None:
        self.url = parse_url(address)
        self.engine = _create_engine(self.url)
        # SQLite's own waiting is a lottery in which a writer may lose for seconds; this is a queue.
        self._queue = asyncio.Lock() if self.url.get_backend_name() == "sqlite" else nullcontext()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session that may write: committed at the end, rolled back by any error."""
        async with (
            self._queue,
            AsyncSession(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads and holds no write lock; what it changes is not kept."""
        reader = self.engine.execution_options(read_only=True)
        async with AsyncSession(reader, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        """Return all connections; the object cannot be used after that."""
        await self.engine.dispose()


def _create_engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            _make_private(Path(url.database))
        engine = create_async_engine(url, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)


def _make_private(file: Path) -> None:
    # What people wrote is nobody else's to read; SQLite gives its side files the same mode.
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def _prepare_sqlite(connection: AsyncAdapt_aiosqlite_connection, _record: object) -> None:
    # The driver would begin transactions of its own, too late and without IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {MIGRATION_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Writers queue at BEGIN; upgrading a read lock later fails with "database is locked".
    options = connection.get_execution_options()
    migrates = options.get("migrates", False)
    timeout = MIGRATION_TIMEOUT_MS if migrates else BUSY_TIMEOUT_MS
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {timeout}")
    # A migration changes a table by making it anew; dropping the old one must not take rows of others along.
    connection.exec_driver_sql(f"PRAGMA foreign_keys = {'OFF' if migrates else 'ON'}")
    connection.exec_driver_sql("BEGIN DEFERRED" if options.get("read_only") else "BEGIN IMMEDIATE")
