"""Setting up and editing a journey's rota: what only stewards do."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.begun import rota_to_change, settings_of
from coherence.champion.foresight import Foresight, foresee
from coherence.champion.invitations import invite, join_rota
from coherence.champion.leaving import leave_rota
from coherence.champion.letters import Letter, mark, to_person
from coherence.champion.loading import load_rotas
from coherence.champion.member import MemberState
from coherence.champion.plan import (
    RotaPlan,
    first_plan,
    next_handover_day,
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
from storage.champion import ChampionMember, ChampionRota
from storage.database import Database
from storage.journeys import list_channels, list_journeys

_AT_ONCE: Final = 5
"""People that are looked up in Slack at the same time."""

_IN_PLAN: Final = frozenset({MemberState.ASKED, MemberState.SERVING})

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

    async def form(self, person: Person, journey_id: str) -> RotaForm:
        """The rota as it is, or what is offered where there is none."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            row, rota = await _as_it_is(session, person.workspace_id, journey_id)
            if row is None or rota is None:
                links = await list_channels(session, person.workspace_id)
                own = [link.channel_id for link in links if link.journey_id == home.id]
                return RotaForm(home.name, first_plan(home, own, self._now()), {})
        states = {member.user_id: member.state for member in rota.members}
        return RotaForm(home.name, _plan_of(row, rota), states)

    async def preview(self, person: Person, plan: RotaPlan) -> RotaPreview:
        """What would follow from a plan. Raises InvalidAnswers, ChangedMeanwhile."""
        await self._stewards.require(person)
        now = self._now()
        async with self._database.reading() as session:
            home = await journey_by_id(session, person.workspace_id, plan.journey_id)
            row, rota = await _as_it_is(session, person.workspace_id, plan.journey_id)
        before = _plan_of(row, rota) if row and rota else None
        if plan.seen != (before.seen if before else 0):
            raise ChangedMeanwhile
        require_plan(plan, before, now)
        states = _states(rota)
        new = [user_id for user_id in plan.people if states.get(user_id) not in _IN_PLAN]
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
        new = [user_id for user_id in plan.people if states.get(user_id) not in _IN_PLAN]
        # Nobody keeps a lock while Slack is asked; who has become new meanwhile is refused below.
        profiles = await self._require_people(new)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, plan.journey_id)
            change = _Change(session, person, plan, self._now(), self._outbox)
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


class _Change:
    """One plan that is being kept, in one transaction."""

    def __init__(
        self,
        session: AsyncSession,
        person: Person,
        plan: RotaPlan,
        now: datetime,
        outbox: Outbox,
    ) -> None:
        self._session = session
        self._person = person
        self._place = (person.workspace_id, plan.journey_id)
        self._plan = plan
        self._now = now
        self._outbox = outbox

    async def make(self, profiles: Mapping[str, Profile]) -> tuple[Sequence[str], Sequence[str]]:
        """Who was asked, and who goes."""
        if await table.find_rota(self._session, *self._place) is None:
            return await self._add(profiles), ()
        row, rota = await rota_to_change(self._session, *self._place, now=self._now)
        before = _plan_of(row, rota)
        if before.says_the_same(self._plan):
            return (), ()
        if before.seen != self._plan.seen:
            raise ChangedMeanwhile
        require_plan(self._plan, before, self._now)
        row.settings = self._plan.settings.model_dump(mode="json")
        row.channel_id = self._plan.channel_id
        row.revision += 1
        members = await table.list_members(self._session, self._place[0], [self._place[1]])
        held = {each.user_id: each for each in members[self._place[1]]}
        settled = rota.history[-1].end if rota.history else None
        day = next_handover_day(self._plan.settings, settled, self._now)
        going = await self._let_go(held, day)
        return await self._put(held, profiles, day), going

    async def _add(self, profiles: Mapping[str, Profile]) -> Sequence[str]:
        if self._plan.seen:
            raise ChangedMeanwhile
        require_plan(self._plan, None, self._now)
        self._session.add(
            ChampionRota(
                workspace_id=self._place[0],
                journey_id=self._place[1],
                settings=self._plan.settings.model_dump(mode="json"),
                channel_id=self._plan.channel_id,
                look_at=self._now,
                created_by=self._person.user_id,
                created_at=self._now,
            )
        )
        await self._session.flush()
        day = next_handover_day(self._plan.settings, None, self._now)
        return await self._put({}, profiles, day)

    async def _let_go(self, held: dict[str, ChampionMember], day: date) -> Sequence[str]:
        """Take out who is not in the plan; who hasn't answered yet is simply not asked any more."""
        gone = [one for one in _plan_people(held.values()) if one not in self._plan.people]
        serving = [one for one in gone if held[one].state == MemberState.SERVING]
        for user_id in gone:
            if user_id in serving:
                await leave_rota(self._session, held[user_id], day, now=self._now)
            else:
                await self._session.delete(held.pop(user_id))
        about = mark(self._now)
        told = [one for one in serving if held[one].messages and one != self._person.user_id]
        facts = {"by": self._person.user_id}
        letters = [to_person(Letter.REMOVED, self._place[1], about, one, **facts) for one in told]
        await self._outbox.add(self._session, self._place[0], letters)
        return gone

    async def _put(
        self, held: Mapping[str, ChampionMember], profiles: Mapping[str, Profile], day: date
    ) -> Sequence[str]:
        """Put everybody in their places, and ask who is new; who names themselves has said yes."""
        asked = []
        for place, group in enumerate(self._plan.groups):
            for seat, user_id in enumerate(group):
                row = held.get(user_id)
                if row is None or MemberState(row.state) not in _IN_PLAN:
                    row = self._asked(row, user_id, profiles)
                    asked.append(row)
                if user_id == self._person.user_id and row.state == MemberState.ASKED:
                    await join_rota(self._session, row, self._plan.settings, day, now=self._now)
                row.place, row.seat = place, seat
        for number, row in enumerate(_others(held, self._plan.people)):
            row.place, row.seat = len(self._plan.groups) + number, 0
        await self._session.flush()
        asked = [row for row in asked if row.state == MemberState.ASKED]
        await invite(self._session, self._outbox, asked)
        return [row.user_id for row in asked]

    def _asked(
        self, row: ChampionMember | None, user_id: str, profiles: Mapping[str, Profile]
    ) -> ChampionMember:
        if user_id not in profiles:
            # They went while this was being looked at.
            raise ChangedMeanwhile
        if row is None:
            row = ChampionMember(
                workspace_id=self._place[0],
                journey_id=self._place[1],
                user_id=user_id,
                place=0,
                asked_at=self._now,
            )
            self._session.add(row)
        row.state, row.asked_at, row.asked_by = MemberState.ASKED, self._now, self._person.user_id
        row.zone, row.gone_at, row.answered_at = profiles[user_id].zone, None, None
        return row


async def _as_it_is(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> tuple[ChampionRota | None, ResolvedRota | None]:
    row = await table.find_rota(session, workspace_id, journey_id)
    if row is None:
        return None, None
    [rota] = await load_rotas(session, workspace_id, [journey_id])
    return row, rota


def _plan_of(row: ChampionRota, rota: ResolvedRota) -> RotaPlan:
    """A rota as the plan that would leave it as it is."""
    groups: dict[int, list[str]] = {}
    for member in rota.members:
        if member.state in _IN_PLAN:
            groups.setdefault(member.place, []).append(member.user_id)
    return RotaPlan(
        row.journey_id,
        settings_of(row),
        tuple(map(tuple, groups.values())),
        row.channel_id,
        row.revision,
    )


def _states(rota: ResolvedRota | None) -> Mapping[str, MemberState]:
    return {member.user_id: member.state for member in rota.members} if rota else {}


def _plan_people(rows: Iterable[ChampionMember]) -> list[str]:
    return [row.user_id for row in rows if MemberState(row.state) in _IN_PLAN]


def _others(held: Mapping[str, ChampionMember], people: Collection[str]) -> list[ChampionMember]:
    """Those who left or declined: they stand behind all others, each in a place of their own."""
    return [row for user_id, row in held.items() if user_id not in people]
