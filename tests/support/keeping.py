"""Rows put on record directly."""

from collections.abc import Iterable

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database


async def add_in_order(session: AsyncSession, rows: Iterable[SQLModel]) -> None:
    """Add rows one after the other, parents before what belongs to them."""
    for row in rows:
        session.add(row)
        await session.flush()


async def keep(database: Database, rows: Iterable[SQLModel]) -> None:
    """Put rows on record in one transaction, in their order."""
    async with database.transaction() as session:
        await add_in_order(session, rows)
