"""Setting up and editing a journey's rota: what only stewards do."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.foresight import Foresight, foresee
from coherence.champion.keeping import IN_PLAN, Change, plan_of
from coherence.champion.loading import load_rotas
from coherence.champion.member import MemberState
from coherence.champion.plan import (
    NO_ZONE,
    RotaPlan,
    first_plan,
    require_plan,
)
from coherence.champion.profiles import Hindrance, Profile, Profiles
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from coherence.journeys import journey_by_id, journey_of_channel
from coherence.outbox import Outbox
from coherence.stack.versions import changing
from coherence.stewards import Person, Stewards
from storage import champion as table
from storage.champion import ChampionRota
from storage.database import Database
from storage.journeys import list_channels, list_journeys

_AT_ONCE: Final = 5
"""People that are looked up in Slack at the same time."""

_HINDRANCES: Final = {
    Hindrance.APP: "{name} is an app, not a person.",
    Hindrance.GUEST: "{name} is a guest here, and guests can't take turns.",
    Hindrance.GONE: "{name}'s account is deactivated.",
    Hindrance.UNKNOWN: "Slack doesn't know {name}.",
}


@dataclass(frozen=True)
class RotaForm:
    """What a steward edits: the plan as it is, and the states of its people."""

    journey: str
    plan: RotaPlan
    states: Mapping[str, MemberState]

    @property
    def is_new(self) -> bool:
        """Whether there is no rota yet."""
        return self.plan.seen == 0

    @property
    def lacks_zone(self) -> bool:
        """Whether nobody has chosen a zone for it yet."""
        return self.is_new and self.plan.settings.zone == NO_ZONE


@dataclass(frozen=True)
class RotaPreview:
    """A plan to look at: what follows from it, who would be asked first, and who goes.

    `waiting` were asked before and have not answered.
    """

    journey: str
    plan: RotaPlan
    foresight: Foresight
    asked: Sequence[str]
    waiting: Sequence[str]
    going: Sequence[str]


@dataclass(frozen=True)
class RotaSaved:
    """What was kept: who has been asked, and who goes; nobody where nothing had to be done."""

    journey: str
    plan: RotaPlan
    asked: Sequence[str]
    going: Sequence[str]


class ChampionRotas:
    """The use cases around a rota's set-up. All raise NotASteward for anybody else, and NoJourney."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        stewards: Stewards,
        outbox: Outbox,
        profiles: Profiles,
    ) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards
        self._outbox = outbox
        self._profiles = profiles

    async def journeys(self, person: Person) -> Sequence[tuple[str, str]]:
        """The ids and names of all journeys."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            found = await list_journeys(session, person.workspace_id)
        return [(home.id, home.name) for home in found]

    async def journey_here(self, person: Person, channel_id: str | None) -> str:
        """The id of the journey that is meant in a channel. Raises AmbiguousJourney too."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            return (await journey_of_channel(session, person.workspace_id, channel_id)).id

    async def form(
        self,
        person: Person,
        journey_id: str,
        *,
        asked_in: str | None = None,
        own_zone: str | None = None,
    ) -> RotaForm:
        """The rota as it is, or what is offered where there is none.

        Of the journey's channels, the one that somebody asks in is offered for the handovers, and where
        the journey has no zone, their own.
        """
        await self._stewards.require(person)
        async with self._database.reading() as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            row, rota = await _as_it_is(session, person.workspace_id, journey_id)
            if row is None or rota is None:
                links = await list_channels(session, person.workspace_id)
                own = [link.channel_id for link in links if link.journey_id == home.id]
                own.sort(key=lambda channel_id: channel_id != asked_in)
                return RotaForm(home.name, first_plan(home, own, self._now(), own_zone), {})
        states = {member.user_id: member.state for member in rota.members}
        return RotaForm(home.name, plan_of(row, rota), states)

    async def preview(self, person: Person, plan: RotaPlan) -> RotaPreview:
        """What would follow from a plan. Raises InvalidAnswers, ChangedMeanwhile."""
        await self._stewards.require(person)
        now = self._now()
        async with self._database.reading() as session:
            home = await journey_by_id(session, person.workspace_id, plan.journey_id)
            row, rota = await _as_it_is(session, person.workspace_id, plan.journey_id)
        before = plan_of(row, rota) if row and rota else None
        if plan.seen != (before.seen if before else 0):
            raise ChangedMeanwhile
        require_plan(plan, before, now)
        states = _states(rota)
        new = [user_id for user_id in plan.people if states.get(user_id) not in IN_PLAN]
        await self._require_people(new)
        return RotaPreview(
            journey=home.name,
            plan=plan,
            foresight=foresee(plan, rota, now),
            asked=[user_id for user_id in new if user_id != person.user_id],
            waiting=[one for one in plan.people if states.get(one) is MemberState.ASKED],
            going=[one for one in before.people if one not in plan.people] if before else [],
        )

    async def save(self, person: Person, plan: RotaPlan) -> RotaSaved:
        """Keep a plan, ask who is new, and let go who is not in it any more.

        Keeping the same plan once more does nothing. Raises InvalidAnswers, or ChangedMeanwhile where the
        rota is another than the one that the plan was made from.
        """
        await self._stewards.require(person)
        async with self._database.reading() as session:
            _, rota = await _as_it_is(session, person.workspace_id, plan.journey_id)
        states = _states(rota)
        new = [user_id for user_id in plan.people if states.get(user_id) not in IN_PLAN]
        # Nobody keeps a lock while Slack is asked; who has become new meanwhile is refused below.
        profiles = await self._require_people(new)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, plan.journey_id)
            change = Change(session, person, plan, self._now(), self._outbox)
            asked, going = await change.make({each.user_id: each for each in profiles})
        return RotaSaved(home.name, plan, asked, going)

    async def _require_people(self, user_ids: Collection[str]) -> Sequence[Profile]:
        """Raise InvalidAnswers where somebody can't be asked."""
        some = asyncio.Semaphore(_AT_ONCE)

        async def look_up(user_id: str) -> Profile:
            async with some:
                return await self._profiles(user_id)

        profiles = await asyncio.gather(*map(look_up, user_ids))
        faults = [
            _HINDRANCES[each.hindrance].format(name=each.name)
            for each in profiles
            if each.hindrance
        ]
        if faults:
            raise InvalidAnswers({"members": " ".join(faults)})
        return profiles


async def _as_it_is(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> tuple[ChampionRota | None, ResolvedRota | None]:
    row = await table.find_rota(session, workspace_id, journey_id)
    if row is None:
        return None, None
    [rota] = await load_rotas(session, workspace_id, [journey_id])
    return row, rota


def _states(rota: ResolvedRota | None) -> Mapping[str, MemberState]:
    return {member.user_id: member.state for member in rota.members} if rota else {}
