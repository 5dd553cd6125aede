"""Slack delivers some things more than once; each is answered once."""

from coherence.clock import Clock
from storage.database import Database
from storage.processed import claim


class Deliveries:
    """The record of what Slack has delivered and we have answered."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def claim(self, workspace_id: str, delivery_id: str) -> bool:
        """Note that a delivery is answered; False if it was before."""
        async with self._database.transaction() as session:
            return await claim(session, workspace_id, delivery_id, now=self._now())
