"""One's own duty: coming terms, days away, pausing, leaving, and what the bot may write."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion import leave
from coherence.champion.begun import rota_to_change
from coherence.champion.leave import Consequence, Days
from coherence.champion.leaving import leave_rota
from coherence.champion.letters import mark
from coherence.champion.loading import load_rotas, settings_of
from coherence.champion.member import MemberState
from coherence.champion.plan import next_handover_day
from coherence.champion.resolved import ResolvedRota
from coherence.champion.settings import RotaSettings
from coherence.clock import Clock
from coherence.errors import InvalidAnswers, NotOnTheRota
from coherence.rota.fields import Country
from coherence.rota.term import Term
from coherence.stewards import Person
from coherence.zones import zone_info
from storage import champion as table
from storage.champion import ChampionLeave, ChampionMember
from storage.database import Database

_TERMS: Final = 5
_SHOWN: Final = frozenset({MemberState.ASKED, MemberState.SERVING, MemberState.DECLINED})

_country = TypeAdapter[str](Country)


@dataclass(frozen=True)
class MyRota:
    """One's place in one rota; `about` is the invitation that may still be answered."""

    journey_id: str
    journey: str
    settings: RotaSettings
    state: MemberState
    paused_from: date | None
    about: str
    terms: Sequence[Term]


@dataclass(frozen=True)
class MyLeave:
    """An entry of one's days away."""

    id: str
    days: Days


@dataclass(frozen=True)
class MyDuty:
    """Everything about one person's duty, as they see it themselves."""

    rotas: Sequence[MyRota]
    leave: Sequence[MyLeave]
    country: str | None
    messages: bool
    now: datetime

    @property
    def serves(self) -> bool:
        """Whether they have joined any rota."""
        return any(each.state is MemberState.SERVING for each in self.rotas)


class ChampionDuties:
    """The use cases around one's own duty; nobody can call them for somebody else."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def mine(self, person: Person) -> MyDuty:
        """One's duty as it is."""
        now = self._now()
        async with self._database.reading() as session:
            rows = await table.list_memberships(session, person.workspace_id, person.user_id)
            shown = {row.journey_id: row for row in rows if MemberState(row.state) in _SHOWN}
            rotas = {
                row.journey_id: row
                for row, _ in await table.list_rotas(session, person.workspace_id, shown.keys())
            }
            resolved = await load_rotas(session, person.workspace_id, shown.keys())
            away = await table.list_leave(session, person.workspace_id, [person.user_id])
        mine = [
            _my_rota(each, shown[each.journey_id], settings_of(rotas[each.journey_id]), now)
            for each in resolved
        ]
        # Who is only asked has not chosen anything yet.
        chosen = next(
            iter(sorted(shown.values(), key=lambda row: row.state != MemberState.SERVING)), None
        )
        return MyDuty(
            mine,
            [MyLeave(each.id, Days(each.first, each.last)) for each in _told(away, now)],
            chosen.country if chosen else None,
            chosen.messages if chosen else True,
            now,
        )

    async def pause(self, person: Person, journey_id: str) -> None:
        """Rest from the next term on, until they resume. Raises NotOnTheRota."""

        async def work(_session: AsyncSession, row: ChampionMember, rota: ResolvedRota) -> None:
            if row.paused_from is None:
                row.paused_from = self._today(rota)

        await self._change(person, journey_id, work)

    async def resume(self, person: Person, journey_id: str) -> None:
        """Take turns again. Raises NotOnTheRota."""

        async def work(_session: AsyncSession, row: ChampionMember, _rota: ResolvedRota) -> None:
            row.paused_from = None

        await self._change(person, journey_id, work)

    async def leave_rota(self, person: Person, journey_id: str) -> None:
        """Take no turn any more; a term that has begun stays theirs. Raises NotOnTheRota."""

        async def work(session: AsyncSession, row: ChampionMember, rota: ResolvedRota) -> None:
            kept = await table.find_rota(session, person.workspace_id, journey_id)
            settled = rota.history[-1].end if rota.history else None
            if kept is not None:
                day = next_handover_day(settings_of(kept), settled, self._now())
                await leave_rota(session, row, day, now=self._now())

        await self._change(person, journey_id, work)

    async def set_messages(self, person: Person, *, wanted: bool) -> None:
        """Whether the bot may write unasked, in all rotas. Raises NotOnTheRota."""
        async with self._all(person) as (_session, rows, _rotas):
            for row in rows:
                row.messages = wanted

    async def set_country(self, person: Person, written: str) -> None:
        """Whose public holidays count, in all rotas; nobody's if empty.

        Raises InvalidAnswers or NotOnTheRota.
        """
        country = _country_of(written)
        async with self._all(person) as (_session, rows, _rotas):
            for row in rows:
                row.country = country

    async def add_leave(self, person: Person, days: Days) -> Sequence[Consequence]:
        """Be away, in all rotas; days that overlap become one entry.

        Returns what becomes of one's terms. Raises InvalidAnswers or NotOnTheRota.
        """
        async with self._all(person) as (session, _rows, before):
            leave.require_days(days, min(map(self._today, before)))
            held = await table.list_leave(session, person.workspace_id, [person.user_id])
            whole, replaced = leave.merged(days, _entries(held))
            if len(list(_told(held, self._now()))) - len(replaced) >= leave.MOST_ENTRIES:
                told = f"That's {leave.MOST_ENTRIES} entries already; please remove one first."
                raise InvalidAnswers({"first": told})
            for each in replaced:
                await session.delete(each)
            now = self._now()
            session.add(leave.as_row(person.workspace_id, person.user_id, whole, now=now))
            await session.flush()
            journeys = [each.journey_id for each in before]
            after = await load_rotas(session, person.workspace_id, journeys)
        later = {each.journey_id: each for each in after}
        return [
            found
            for each in before
            for found in leave.consequences(
                person.user_id, days, each, later[each.journey_id], self._now()
            )
        ]

    async def remove_leave(self, person: Person, leave_id: str) -> None:
        """Be there after all; what is not there any more is no trouble. Raises NotOnTheRota."""
        async with self._all(person) as (session, _rows, _rotas):
            row = await table.find_leave(session, person.workspace_id, leave_id)
            if row is not None and row.user_id == person.user_id and row.kind == leave.LEAVE:
                await table.remove_leave(session, person.workspace_id, leave_id)

    async def _change(
        self,
        person: Person,
        journey_id: str,
        work: Callable[[AsyncSession, ChampionMember, ResolvedRota], Awaitable[None]],
    ) -> None:
        async with self._database.transaction() as session:
            place = (person.workspace_id, journey_id)
            _, rota = await rota_to_change(session, *place, now=self._now())
            row = await table.find_member(session, *place, person.user_id)
            if row is None or row.state != MemberState.SERVING:
                raise NotOnTheRota
            await work(session, row, rota)

    @asynccontextmanager
    async def _all(
        self, person: Person
    ) -> AsyncIterator[tuple[AsyncSession, Sequence[ChampionMember], Sequence[ResolvedRota]]]:
        """A transaction that changes all rotas of a person, always in the same order."""
        async with self._database.transaction() as session:
            rows = await table.list_memberships(session, person.workspace_id, person.user_id)
            rows = [row for row in rows if row.state == MemberState.SERVING]
            if not rows:
                raise NotOnTheRota
            rotas = [
                (await rota_to_change(session, row.workspace_id, row.journey_id, now=self._now()))[
                    1
                ]
                for row in rows
            ]
            yield session, rows, rotas

    def _today(self, rota: ResolvedRota) -> date:
        return self._now().astimezone(zone_info(rota.zone)).date()


def _my_rota(
    rota: ResolvedRota, row: ChampionMember, settings: RotaSettings, now: datetime
) -> MyRota:
    serves = row.state == MemberState.SERVING
    return MyRota(
        rota.journey_id,
        rota.journey,
        settings,
        MemberState(row.state),
        row.paused_from,
        mark(row.asked_at),
        rota.coming_of(row.user_id, now, _TERMS) if serves else (),
    )


def _entries(rows: Sequence[ChampionLeave]) -> list[ChampionLeave]:
    return [row for row in rows if row.kind == leave.LEAVE and row.journey_id is None]


def _told(rows: Sequence[ChampionLeave], now: datetime) -> list[ChampionLeave]:
    """Somebody's entries that are not over, whatever their clock."""
    return [row for row in _entries(rows) if row.last >= now.date()]


def _country_of(written: str) -> str | None:
    code = written.strip().upper()
    if not code:
        return None
    try:
        return _country.validate_python(code)
    except ValidationError:
        told = "Please use the two letters of a country, such as GB or DE."
        raise InvalidAnswers({"country": told}) from None
