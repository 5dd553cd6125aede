import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage.database import Database, UnusableDatabaseUrl, parse_url
from storage.migrations.upgrade import current_revision, newest_revision, upgrade
from storage.tables import is_described, metadata
from storage.workspaces import list_workspaces, register_workspace
from tests.support.times import NOON


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:///var/coherence.db", "sqlite+aiosqlite"),
        ("postgres://u:p@localhost/db", "postgresql+psycopg"),
        ("postgresql://u:p@localhost/db", "postgresql+psycopg"),
        ("postgresql+asyncpg://u:p@localhost/db", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_the_driver_we_use(address: str, driver: str) -> None:
    assert parse_url(address).drivername == driver


@pytest.mark.parametrize("address", ["mysql://u:geheim@host/db", "geheim", ""])
def test_another_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(UnusableDatabaseUrl) as refused:
        parse_url(address)
    assert "DATABASE_URL" in str(refused.value)
    assert "geheim" not in str(refused.value)


async def test_an_error_rolls_the_whole_use_case_back(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.transaction() as session:
            await register_workspace(session, "T1", "Larkfield", now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()
    async with database.reading() as session:
        assert await list_workspaces(session) == []


async def test_concurrent_writers_lose_no_update(database: Database) -> None:
    async def add(n: int) -> None:
        async with database.transaction() as session:
            await register_workspace(session, f"T{n}", "Larkfield", now=NOON)

    await asyncio.gather(*(add(n) for n in range(20)))
    async with database.reading() as session:
        assert len(await list_workspaces(session)) == 20


async def test_migrations_build_what_the_models_say(database: Database) -> None:
    async with database.engine.connect() as connection:
        built = await connection.run_sync(_describe)
    expected = {
        table.name: {column.name: column.nullable for column in table.columns}
        for table in metadata().sorted_tables
    }
    assert built == expected


async def test_alembic_finds_nothing_to_migrate(database: Database) -> None:
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"include_name": is_described}), metadata()
            )
        )
    assert differences == []


async def test_many_processes_may_migrate_an_empty_database_at_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(4)]
    await asyncio.gather(*map(upgrade, databases))
    assert await current_revision(databases[0]) == newest_revision()
    for database in databases:
        await database.close()


def _describe(connection: Connection) -> dict[str, dict[str, bool]]:
    inspector = inspect(connection)
    return {
        table: {column["name"]: column["nullable"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version" and is_described(table, "table", None)
    }
