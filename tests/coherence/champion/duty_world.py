"""The use cases around a rota on a database, with a clock that stands still and people Slack knows."""

from dataclasses import dataclass, replace

from coherence.champion.invitations import ChampionInvitations
from coherence.champion.loading import load_rota
from coherence.champion.mine import ChampionDuties
from coherence.champion.plan import RotaPlan
from coherence.champion.profiles import Hindrance, Profile
from coherence.champion.resolved import ResolvedRota
from coherence.champion.rotas import ChampionRotas, RotaSaved
from coherence.outbox import Outbox
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.outbox import State, list_deliveries
from tests.coherence.champion.rotas import JOURNEY, TEAM
from tests.support.times import SettableClock

HANNA = Person(TEAM, "U0HANNA")
"""The steward."""

_HINDERED = {"U0GUEST": Hindrance.GUEST, "U0APP": Hindrance.APP, "U0OLD": Hindrance.GONE}


async def _nobody(_user_id: str) -> bool:
    return False


async def _profile(user_id: str) -> Profile:
    return Profile(user_id, user_id[2:].title(), "Europe/London", _HINDERED.get(user_id))


@dataclass(frozen=True)
class DutyWorld:
    """What these tests call."""

    database: Database
    clock: SettableClock
    rotas: ChampionRotas
    duties: ChampionDuties
    invitations: ChampionInvitations

    @classmethod
    def on(cls, database: Database) -> "DutyWorld":
        clock = SettableClock()
        stewards = Stewards(database, clock, _nobody, [HANNA.user_id, "U0OTHER"])
        outbox = Outbox(database, clock, clock, stewards)
        return cls(
            database,
            clock,
            ChampionRotas(database, clock, stewards, outbox, _profile),
            ChampionDuties(database, clock),
            ChampionInvitations(database, clock, outbox),
        )

    async def plan(self, *groups: tuple[str, ...]) -> RotaPlan:
        """The rota as it is, with these people."""
        form = await self.rotas.form(HANNA, JOURNEY)
        return replace(form.plan, groups=groups)

    async def save(self, *groups: tuple[str, ...]) -> RotaSaved:
        return await self.rotas.save(HANNA, await self.plan(*groups))

    async def resolved(self) -> ResolvedRota:
        async with self.database.reading() as session:
            return await load_rota(session, TEAM, JOURNEY)

    async def letters(self) -> list[tuple[str, str | None]]:
        """What waits to be sent, and to whom."""
        async with self.database.reading() as session:
            rows = await list_deliveries(session, TEAM, State.DUE)
        return [(row.kind.removeprefix("champion_"), row.user_id) for row in rows]
