"""Who may set up a ritual and lead its rounds.

Stewards, whoever is champion of its journey at the moment, and for one round whoever its post named as
champion.
"""

from collections.abc import Collection, Sequence

from coherence.champion.duty import on_duty
from coherence.clock import Clock
from coherence.errors import NotLeading
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.rituals import RitualRound


class RitualAccess:
    """Answers who may do what."""

    def __init__(self, database: Database, now: Clock, stewards: Stewards) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards

    async def champions(self, workspace_id: str, journey_id: str) -> Sequence[str]:
        """Who is on duty now."""
        async with self._database.reading() as session:
            return await on_duty(session, workspace_id, journey_id, now=self._now())

    async def may_lead(self, person: Person, journey_id: str) -> bool:
        """Whether a person is on duty, or a steward."""
        if person.user_id in await self.champions(person.workspace_id, journey_id):
            return True
        return await self._stewards.is_steward(person)

    async def led_by(self, person: Person, journey_ids: Sequence[str]) -> Collection[str]:
        """Those of these journeys whose rituals a person may lead."""
        if await self._stewards.is_steward(person):
            return journey_ids
        async with self._database.reading() as session:
            return {
                each
                for each in journey_ids
                if person.user_id
                in await on_duty(session, person.workspace_id, each, now=self._now())
            }

    async def require_round(self, person: Person, row: RitualRound, journey_id: str) -> None:
        """The same for one round, which who was on duty when it was asked may lead to its end."""
        if person.user_id not in row.champions:
            await self.require(person, journey_id)

    async def require(self, person: Person, journey_id: str) -> None:
        """Raise NotLeading, naming whom to ask, unless the person is on duty or a steward."""
        if not await self.may_lead(person, journey_id):
            champions = await self.champions(person.workspace_id, journey_id)
            raise NotLeading(champions or await self._stewards.to_ask(person.workspace_id))
