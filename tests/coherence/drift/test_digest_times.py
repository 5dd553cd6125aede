"""When digests are due, whoever arranges them."""

import asyncio

from coherence.drift.digest_times import arrange_all_digests
from storage.database import Database
from storage.journeys import add_journey
from storage.schedules import list_schedules
from storage.workspaces import register_workspace
from tests.support.times import NOON

TEAM = "T0LARK"
BOTS = 4


async def test_bots_that_start_at_once_arrange_each_digest_once(database: Database) -> None:
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
        for name in ("Onboarding", "Renewal"):
            await add_journey(session, TEAM, name, now=NOON)

    async def begin() -> None:
        async with database.transaction() as session:
            await arrange_all_digests(session, TEAM, now=NOON)

    await asyncio.gather(*(begin() for _ in range(BOTS)))
    async with database.reading() as session:
        assert len(await list_schedules(session, TEAM)) == 4
