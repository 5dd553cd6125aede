"""Who is on duty, since when and why, who comes next, and the terms to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.loading import load_rota, load_rota_or_none, load_rotas
from coherence.champion.member import RotaMember, is_member_id
from coherence.champion.offers import Offer, Offered, offers_to
from coherence.champion.question import NEXT, Question, day_meant
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from coherence.errors import AmbiguousJourney, InvalidRota, NoJourney, NotOnTheRota
from coherence.journeys import journey_by_id, journey_of_channel, only_journey
from coherence.rota.moments import midnight
from coherence.rota.term import Term
from coherence.stewards import Person
from coherence.zones import zone_info
from storage import journeys
from storage.champion import list_rotas
from storage.database import Database
from storage.journeys import Journey

TERMS_SHOWN: Final = 8
MOST_JOURNEYS: Final = 20
"""Journeys in one answer."""
MOST_TERMS: Final = 104
"""How many terms can be looked at ahead."""
FARTHEST: Final = timedelta(days=5 * 366)
"""How far from today a day may be."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """Who serves in a journey, now or when somebody asked about, and what the person who asks can do.

    `zone` is None where there is no rota yet. `day` is the day that was asked about, if one was. `terms` are
    those in force then, several on the day of a handover, none before the rota begins; `following` comes
    after them. `has_members` is whether anybody has joined.
    """

    journey_id: str
    journey: str
    now: datetime
    zone: str | None = None
    day: date | None = None
    terms: tuple[Term, ...] = ()
    following: Term | None = None
    has_members: bool = False
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class ComingTerms:
    """A page of the terms to come, seen from `since` on, `skipped` terms in."""

    journey_id: str
    journey: str
    zone: str
    since: datetime
    skipped: int
    terms: tuple[Term, ...]
    has_more: bool


@dataclass(frozen=True)
class Why:
    """Why somebody serves in a term, and when they did before and will again."""

    journey: str
    zone: str
    now: datetime
    term: Term
    before: Term | None
    after: Term | None


class ChampionDuty:
    """The use cases around reading the duty."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def is_on_duty(self, person: Person, journey_id: str) -> bool:
        """Whether somebody is a journey's champion right now; no where its rota can't be read."""
        async with self._database.reading() as session:
            return person.user_id in await on_duty(
                session, person.workspace_id, journey_id, now=self._now()
            )

    async def ask(
        self,
        person: Person,
        question: Question,
        *,
        channel_id: str | None = None,
        journey_id: str | None = None,
        is_steward: bool = False,
    ) -> Sequence[Duty]:
        """Who is on duty in the journey that is meant, or in each where nothing says which.

        Raises NoJourney, NoJourneyYet, and InvalidRota for a day that can't be told.
        """
        now = self._now()
        async with self._database.reading() as session:
            meant = await _meant(session, person.workspace_id, question, channel_id, journey_id)
            rotas = await load_rotas(session, person.workspace_id, [each.id for each in meant])
        by_journey = {rota.journey_id: rota for rota in rotas}
        if len(meant) > 1 and len(rotas) == 1:
            meant = [each for each in meant if each.id in by_journey]
        return [
            _duty(by_journey[each.id], question.when, person, now, is_steward=is_steward)
            if each.id in by_journey
            else _without_rota(each, now, is_steward=is_steward)
            for each in meant
        ]

    async def journey(self, person: Person, question: Question, *, channel_id: str | None) -> str:
        """The id of the one journey that is meant; of several, the only one with a rota.

        Raises NoJourney, NoJourneyYet or AmbiguousJourney.
        """
        async with self._database.reading() as session:
            meant = await _meant(session, person.workspace_id, question, channel_id, None)
            if len(meant) == 1:
                return meant[0].id
            rotas = await list_rotas(session, person.workspace_id, [each.id for each in meant])
            with_rota = [journey for _, journey in rotas]
            return only_journey(with_rota or meant).id

    async def terms(
        self,
        person: Person,
        journey_id: str,
        *,
        since: datetime | None = None,
        skipped: int = 0,
        count: int = TERMS_SHOWN,
    ) -> ComingTerms:
        """The terms to come, the present one first; `since` keeps pages in step. Raises NoRota."""
        since = since or self._now()
        skipped = min(max(skipped, 0), MOST_TERMS)
        rota = await self._rota(person.workspace_id, journey_id)
        found = rota.coming(since, skipped + count + 1)[skipped:]
        return ComingTerms(
            journey_id,
            rota.journey,
            rota.zone,
            since,
            skipped,
            tuple(found[:count]),
            has_more=len(found) > count and skipped + count <= MOST_TERMS,
        )

    async def why(self, person: Person, journey_id: str, start: datetime | None = None) -> Why:
        """Why a person serves in the term that begins then, else in the one that holds now or their next.

        Raises NoRota, or NotOnTheRota where they serve in none.
        """
        now = self._now()
        rota = await self._rota(person.workspace_id, journey_id)
        term = _own_term(rota, person.user_id, now, start)
        if term is None:
            raise NotOnTheRota
        earlier = [
            each
            for each in rota.served(term.start)
            if person.user_id in each.users and each.end <= term.start
        ]
        later = rota.coming_of(person.user_id, term.end)
        return Why(
            rota.journey,
            rota.zone,
            now,
            term,
            before=earlier[-1] if earlier else None,
            after=later[0] if later else None,
        )

    async def _rota(self, workspace_id: str, journey_id: str) -> ResolvedRota:
        async with self._database.reading() as session:
            return await load_rota(session, workspace_id, journey_id)


async def on_duty(
    session: AsyncSession, workspace_id: str, journey_id: str, *, now: datetime
) -> tuple[str, ...]:
    """The user ids of a journey's champions at a moment; none where its rota can't be read."""
    return (await _serving(session, workspace_id, journey_id, now))[1]


async def on_duty_and_told(
    session: AsyncSession, workspace_id: str, journey_id: str, *, now: datetime
) -> list[str]:
    """Those champions to whom the bot may write unasked."""
    rota, users = await _serving(session, workspace_id, journey_id, now)
    known = rota.people if rota else {}
    return [
        user
        for user in users
        if is_member_id(user) and (user not in known or _may_be_told(known[user]))
    ]


def _may_be_told(member: RotaMember) -> bool:
    return member.messages and member.gone_at is None


async def _serving(
    session: AsyncSession, workspace_id: str, journey_id: str, now: datetime
) -> tuple[ResolvedRota | None, tuple[str, ...]]:
    rota = await load_rota_or_none(session, workspace_id, journey_id)
    term = rota.on_duty(now) if rota else None
    return rota, term.users if term else ()


async def _meant(
    session: AsyncSession,
    workspace_id: str,
    question: Question,
    channel_id: str | None,
    journey_id: str | None,
) -> Sequence[Journey]:
    if journey_id is not None:
        return [await journey_by_id(session, workspace_id, journey_id)]
    if question.journey:
        return [await _named(session, workspace_id, question.journey)]
    try:
        return [await journey_of_channel(session, workspace_id, channel_id)]
    except AmbiguousJourney:
        return (await journeys.list_journeys(session, workspace_id))[:MOST_JOURNEYS]


async def _named(session: AsyncSession, workspace_id: str, name: str) -> Journey:
    for journey in await journeys.list_journeys(session, workspace_id):
        if " ".join(journey.name.split()).casefold() == name.casefold():
            return journey
    raise NoJourney(
        f"“{name}” is neither a journey nor a day that I know. A day is written as 2026-12-24, tomorrow, "
        "friday or next friday."
    )


def _duty(
    rota: ResolvedRota, when: str, person: Person, now: datetime, *, is_steward: bool
) -> Duty:
    day = _day_asked(when, rota, now)
    terms, following = _then(rota, when, day, now)
    return Duty(
        journey_id=rota.journey_id,
        journey=rota.journey,
        now=now,
        zone=rota.zone,
        day=day,
        terms=tuple(terms),
        following=following,
        has_members=rota.rota is not None,
        offers=offers_to(person.user_id, rota, now, is_steward=is_steward),
    )


def _without_rota(journey: Journey, now: datetime, *, is_steward: bool) -> Duty:
    offers = (Offer(Offered.SET_UP),) if is_steward else ()
    return Duty(journey.id, journey.name, now, offers=offers)


def _day_asked(when: str, rota: ResolvedRota, now: datetime) -> date | None:
    if when in {"", NEXT}:
        return None
    today = now.astimezone(zone_info(rota.zone)).date()
    day = day_meant(when, today)
    if abs(day - today) > FARTHEST:
        raise InvalidRota("Please ask about a day within five years of today.")
    return day


def _then(
    rota: ResolvedRota, when: str, day: date | None, now: datetime
) -> tuple[Sequence[Term], Term | None]:
    """The terms in force, and the one after them."""
    if day is None:
        # Before a rota begins, its first term is what comes next.
        ahead = rota.coming(now, 3)
        begun = [term for term in ahead if term.start <= now]
        if when == NEXT:
            begun, ahead = ahead[len(begun) :][:1], ahead[len(begun) :]
        return begun, next(iter(ahead[len(begun) :]), None)
    zone = zone_info(rota.zone)
    ahead = rota.coming(midnight(day, zone), 5)
    end = midnight(day + _DAY, zone)
    begun = [term for term in ahead if term.start < end]
    return begun, next(iter(ahead[len(begun) :]), None)


def _own_term(
    rota: ResolvedRota, user_id: str, now: datetime, start: datetime | None
) -> Term | None:
    if start is not None:
        term = rota.term_from(start)
        if term is not None and user_id in term.users:
            return term
    return next(iter(rota.coming_of(user_id, now)), None)
