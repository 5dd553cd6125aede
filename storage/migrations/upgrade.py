"""Bring a database to the newest schema, under a lock, so that many processes may start at once."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database

# Any number that no other program takes in the same PostgreSQL database.
_ADVISORY_LOCK = 7_301_447_921


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made in code: there is no alembic.ini to find."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str | None:
    """The revision that the code expects."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply the migrations that are missing, in one transaction; where none is, nothing is locked.

    One process at a time: SQLite's write lock (BEGIN IMMEDIATE) or a PostgreSQL advisory lock.
    """
    if revision == "head" and await current_revision(database) == newest_revision():
        return
    async with database.engine.execution_options(migrates=True).begin() as connection:
        await connection.run_sync(_upgrade, revision)


async def current_revision(database: Database) -> str | None:
    """The revision that the database is at, or None for an empty one."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    command.upgrade(alembic_config(connection), revision)
    if connection.dialect.name == "sqlite":
        _require_whole(connection)


def _require_whole(connection: Connection) -> None:
    # SQLite's foreign keys are off while tables are made anew.
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise RuntimeError("a migration would leave rows without what they refer to")
