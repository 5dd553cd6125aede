"""Many writers at once, as on a busy afternoon."""

import asyncio

from storage.database import Database
from storage.processed import claim
from storage.workspaces import register_workspace
from tests.support.times import NOON

WRITERS = 300


async def test_no_writer_is_starved_by_the_others(database: Database) -> None:
    async with database.transaction() as session:
        await register_workspace(session, "T1", "Larkfield", now=NOON)
    done: list[int] = []

    async def write(number: int) -> None:
        async with database.transaction() as session:
            assert await claim(session, "T1", str(number), now=NOON)
        done.append(number)

    await asyncio.gather(*map(write, range(WRITERS)))
    assert sorted(done) == list(range(WRITERS))


async def test_writers_of_sqlite_are_served_in_the_order_they_came(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.transaction() as session:
            await register_workspace(session, f"T{number}", "Larkfield", now=NOON)
            order.append(number)

    await asyncio.gather(*map(write, range(50)))
    await database.close()
    assert order == list(range(50))
