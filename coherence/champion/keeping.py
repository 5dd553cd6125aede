"""Keep a plan: the one transaction in which a rota becomes what a steward wants."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.begun import rota_to_change
from coherence.champion.invitations import invite, join_rota
from coherence.champion.leaving import leave_rota
from coherence.champion.letters import Letter, mark, to_person
from coherence.champion.loading import settings_of
from coherence.champion.member import MemberState
from coherence.champion.plan import RotaPlan, next_handover_day, require_plan
from coherence.champion.profiles import Profile
from coherence.champion.resolved import ResolvedRota
from coherence.errors import ChangedMeanwhile
from coherence.outbox import Outbox
from coherence.stewards import Person
from storage import champion as table
from storage.champion import ChampionMember, ChampionRota

IN_PLAN: Final = frozenset({MemberState.ASKED, MemberState.SERVING})
"""The states of those who are in a rota's plan: asked, or taking turns."""


class Change:
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
        before = plan_of(row, rota)
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
        told = [
            one
            for one in serving
            if held[one].messages and not held[one].gone_at and one != self._person.user_id
        ]
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
                if row is None or MemberState(row.state) not in IN_PLAN:
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


def plan_of(row: ChampionRota, rota: ResolvedRota) -> RotaPlan:
    """A rota as the plan that would leave it as it is."""
    groups: dict[int, list[str]] = {}
    for member in rota.members:
        if member.state in IN_PLAN:
            groups.setdefault(member.place, []).append(member.user_id)
    return RotaPlan(
        row.journey_id,
        settings_of(row),
        tuple(map(tuple, groups.values())),
        row.channel_id,
        row.revision,
    )


def _plan_people(rows: Iterable[ChampionMember]) -> list[str]:
    return [row.user_id for row in rows if MemberState(row.state) in IN_PLAN]


def _others(held: Mapping[str, ChampionMember], people: Collection[str]) -> list[ChampionMember]:
    """Those who left or declined: they stand behind all others, each in a place of their own."""
    return [row for user_id, row in held.items() if user_id not in people]
