"""One at a time under a name: within a process, and on PostgreSQL over all of them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.alone import Alone
from storage.database import Database


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """Another process's connections to the same database; SQLite has one process only."""
    if database.url.get_backend_name() != "postgresql":
        yield database
        return
    another = Database(database.url.render_as_string(hide_password=False))
    yield another
    await another.close()


async def test_nobody_else_is_under_the_same_name(database: Database, other: Database) -> None:
    first, inside, seen = Alone(database), 0, []
    second = first if other is database else Alone(other)

    async def go(alone: Alone) -> None:
        nonlocal inside
        async with alone("T1", "r1", "U1"):
            inside += 1
            async with database.transaction():
                seen.append(inside)
            inside -= 1

    await asyncio.gather(*(go(each) for each in (first, second) * 6))
    assert seen == [1] * 12


async def test_others_are_not_kept_waiting(database: Database) -> None:
    alone = Alone(database)
    async with alone("T1", "r1", "U1"), alone("T1", "r1", "U2"):
        pass


async def test_who_fails_lets_the_next_one_in(database: Database) -> None:
    alone = Alone(database)
    with pytest.raises(ValueError, match="no"):
        async with alone("T1"):
            raise ValueError("no")
    async with alone("T1"):
        pass


async def test_more_people_than_connections_all_come_through(database: Database) -> None:
    alone, done = Alone(database), []

    async def go(number: int) -> None:
        async with alone("T1", str(number)), database.transaction():
            done.append(number)

    async with asyncio.timeout(60):
        await asyncio.gather(*(go(number) for number in range(60)))
    assert sorted(done) == list(range(60))
