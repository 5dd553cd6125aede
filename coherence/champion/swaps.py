"""Swapping a term and having a part of one covered: ask one person or anybody; the first to accept wins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.announcing import Announcing, is_near
from coherence.champion.arrangements import Arrangement, lay_arrangements, to_the_second
from coherence.champion.loading import change_rota, load_rota
from coherence.champion.requests import Request, RequestKind, Requests, RequestState, request_row
from coherence.champion.resolved import ResolvedRota
from coherence.champion.standing_in import Obstacle, obstacle, stretches, to_give, who_could
from coherence.clock import Clock
from coherence.errors import (
    AlreadyAnswered,
    CannotTakeIt,
    ChangedMeanwhile,
    CoherenceError,
    InvalidAnswers,
    NotOnTheRota,
    TooLate,
)
from coherence.outbox import Outbox
from coherence.rota.term import Source, Term
from coherence.stewards import Person
from storage.champion import ChampionRequest, find_request, list_requests
from storage.database import Database

_TERMS: Final = 12
_A_MINUTE: Final = timedelta(minutes=1)
"""Slack's pickers know no seconds."""

_THEY: Final = {
    Obstacle.NOT_ON_ROTA: "They don't take turns in this rota. Choose somebody else, or leave this empty.",
    Obstacle.AWAY: "They aren't available on all of those days. Choose somebody else, or leave this empty.",
    Obstacle.ON_DUTY: "They are on duty then already. Choose somebody else, or leave this empty.",
}
_YOU: Final = {
    Obstacle.NOT_ON_ROTA: "Only people who take turns in this rota can take it over.",
    Obstacle.AWAY: (
        "You have told me that you aren't available on some of those days, so I have changed nothing."
    ),
    Obstacle.ON_DUTY: "You are on duty then already, so I have changed nothing.",
}
_ENDED: Final = {
    RequestState.ACCEPTED: "Somebody was a moment faster and has taken it. Thank you all the same.",
    RequestState.REFUSED: "This request is closed. Thank you all the same.",
    RequestState.WITHDRAWN: "It was withdrawn and isn't needed any more. Thank you all the same.",
    RequestState.EXPIRED: "The time for this is over, so it stays as it was. Thank you all the same.",
    RequestState.MOVED: "The rota has changed, and this isn't needed any more. Thank you all the same.",
}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; `start` is the beginning of their term, `first` and `last` what to cover.

    `request_id` is made when the form opens, so that one that is sent twice asks once.
    """

    journey_id: str
    request_id: str
    kind: RequestKind
    start: datetime
    asked_of: str | None = None
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Asking:
    """What somebody may ask for: their terms, and what they have asked for already."""

    rota: ResolvedRota
    terms: list[Term]
    open: list[Request]
    now: datetime


@dataclass(frozen=True)
class Exchange:
    """A request as whoever is asked sees it: what they take, and the term that they give."""

    rota: ResolvedRota
    request: Request
    takes: list[Term]
    gives: Term | None


class ChampionSwaps:
    """The use cases around requests. All raise NoRota."""

    def __init__(self, database: Database, now: Clock, outbox: Outbox) -> None:
        self._database = database
        self._now = now
        self._announcing = Announcing(outbox)
        self._requests = Requests(outbox)

    async def asking(self, person: Person, journey_id: str, kind: RequestKind) -> Asking:
        """What somebody may ask for. Raises NotOnTheRota."""
        now = to_the_second(self._now())
        async with self._database.reading() as session:
            rota = await load_rota(session, person.workspace_id, journey_id)
            rows = await list_requests(
                session, person.workspace_id, [journey_id], state=RequestState.OPEN
            )
        terms = rota.coming_of(person.user_id, now, _TERMS)
        if not rota.is_member(person.user_id) and not terms:
            raise NotOnTheRota
        if kind is RequestKind.SWAP:
            terms = [term for term in terms if term.start > now]
        mine = [Request.of(row) for row in rows if row.user_id == person.user_id]
        return Asking(rota, terms, [each for each in mine if each.over_at > now], now)

    async def ask(self, person: Person, wish: Wish) -> Request:
        """Ask one person, or everybody who can. Raises InvalidAnswers or TooLate."""
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            await change_rota(session, person.workspace_id, wish.journey_id, now=now)
            again = await find_request(
                session, person.workspace_id, wish.journey_id, wish.request_id
            )
            if again is not None and again.user_id == person.user_id:
                return Request.of(again)
            rota = await load_rota(session, person.workspace_id, wish.journey_id)
            first, last = _span(rota, person, wish, now)
            await _require_unasked(session, person, wish, first, last)
            row = ChampionRequest(
                workspace_id=person.workspace_id,
                journey_id=wish.journey_id,
                id=wish.request_id,
                kind=wish.kind,
                user_id=person.user_id,
                asked_of=wish.asked_of,
                start=first,
                end=last,
                asked=_whom(rota, person, wish, first, last),
                asked_at=now,
            )
            session.add(row)
            await session.flush()
            await self._requests.ask(session, row)
        return Request.of(row)

    async def offered(self, person: Person, journey_id: str, request_id: str) -> Exchange:
        """What accepting would mean. Raises NoRequest, AlreadyAnswered, TooLate or CannotTakeIt."""
        async with self._database.reading() as session:
            rota = await load_rota(session, person.workspace_id, journey_id)
            row = await request_row(session, person.workspace_id, journey_id, request_id)
        return _exchange(rota, Request.of(row), person, self._now())

    async def accept(
        self, person: Person, journey_id: str, request_id: str, *, gives: datetime | None
    ) -> Exchange:
        """Take it, in exchange for the term that begins at `gives`; once more is the same.

        Raises NoRequest, AlreadyAnswered, TooLate or CannotTakeIt, and ChangedMeanwhile where the term to
        give is another by now.
        """
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            await change_rota(session, person.workspace_id, journey_id, now=now)
            row = await request_row(session, person.workspace_id, journey_id, request_id)
            rota = await load_rota(session, person.workspace_id, journey_id)
            if row.state == RequestState.ACCEPTED and row.answered_by == person.user_id:
                return Exchange(rota, Request.of(row), [], None)
            exchange = await self._exchange_or_close(session, rota, row, person)
            if isinstance(exchange, Exchange):
                if _start(exchange.gives) != gives:
                    raise ChangedMeanwhile
                await self._take(session, row, exchange, person, now)
        if isinstance(exchange, CoherenceError):
            raise exchange
        return exchange

    async def refuse(self, person: Person, journey_id: str, request_id: str) -> Request:
        """Say that one can't: nobody hears of it while others may. Raises NoRequest."""
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            await change_rota(session, person.workspace_id, journey_id, now=now)
            row = await request_row(session, person.workspace_id, journey_id, request_id)
            if row.state == RequestState.OPEN and person.user_id in row.asked:
                await self._requests.refuse(session, row, person.user_id, now=now)
        return Request.of(row)

    async def withdraw(self, person: Person, journey_id: str, request_id: str) -> Request:
        """Take one's own request back; one that has ended stays as it is. Raises NoRequest."""
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            await change_rota(session, person.workspace_id, journey_id, now=now)
            row = await request_row(session, person.workspace_id, journey_id, request_id)
            if row.user_id == person.user_id and row.state == RequestState.OPEN:
                await self._requests.close(session, row, RequestState.WITHDRAWN, now=now)
        return Request.of(row)

    async def _exchange_or_close(
        self, session: AsyncSession, rota: ResolvedRota, row: ChampionRequest, person: Person
    ) -> Exchange | TooLate | AlreadyAnswered:
        """What is exchanged; where it is over, that is kept, and the error is returned to be raised later."""
        try:
            return _exchange(rota, Request.of(row), person, to_the_second(self._now()))
        except (TooLate, AlreadyAnswered) as error:
            await self._requests.close_stale(session, [rota], now=self._now())
            return error

    async def _take(
        self,
        session: AsyncSession,
        row: ChampionRequest,
        exchange: Exchange,
        person: Person,
        now: datetime,
    ) -> None:
        rota, gives = exchange.rota, exchange.gives
        returned = (
            stretches(rota, person.user_id, row.user_id, gives.start, gives.end) if gives else []
        )
        source = Source.SWAP if gives else Source.COVER
        arranged = [_arranged(piece, source, person, now) for piece in exchange.takes]
        arranged += [_arranged(piece, Source.SWAP, person, now) for piece in returned]
        await lay_arrangements(session, rota.workspace_id, rota.journey_id, arranged)
        row.answered_by, row.return_start = person.user_id, _start(gives)
        await self._requests.close(session, row, RequestState.ACCEPTED, now=now)
        for pieces, who in ((exchange.takes, person.user_id), (returned, row.user_id)):
            near = [piece for piece in pieces if is_near(piece.start, now)]
            await self._announcing.knows_already(session, rota, near, who)
        await session.flush()
        after = await load_rota(session, rota.workspace_id, rota.journey_id)
        await self._requests.close_stale(session, [after], now=now)


def _require_not_too_late(term: Term, kind: RequestKind, now: datetime) -> None:
    if term.end <= now:
        raise TooLate("This term is over, so there is nothing to ask for.")
    if kind is RequestKind.SWAP and term.start <= now:
        raise TooLate(
            "This term has begun, so it can't be swapped. You can ask somebody to cover the rest of it."
        )


def _span(
    rota: ResolvedRota, person: Person, wish: Wish, now: datetime
) -> tuple[datetime, datetime]:
    """What is asked for of a term that is still theirs."""
    term = rota.on_duty(wish.start)
    if term is None or term.start != wish.start or person.user_id not in term.users:
        raise TooLate("This term isn't yours any more, so there is nothing to ask for.")
    _require_not_too_late(term, wish.kind, now)
    if wish.kind is RequestKind.SWAP:
        return term.start, term.end
    first, last = wish.first or term.start, wish.last or term.end
    faults = {}
    if not term.start - _A_MINUTE < first < term.end:
        faults["first"] = "Choose a time within your term."
    if not first < last <= term.end:
        faults["last"] = "Choose a later time within your term."
    elif last <= now:
        faults["last"] = "This has passed already."
    if faults:
        raise InvalidAnswers(faults)
    return max(first, term.start, now), last


async def _require_unasked(
    session: AsyncSession, person: Person, wish: Wish, first: datetime, last: datetime
) -> None:
    rows = await list_requests(
        session, person.workspace_id, [wish.journey_id], state=RequestState.OPEN
    )
    for row in rows:
        if row.user_id == person.user_id and row.start < last and first < row.end:
            raise InvalidAnswers(
                {"whom": "You have asked for this time already. Withdraw that first to ask anew."}
            )


def _whom(
    rota: ResolvedRota, person: Person, wish: Wish, first: datetime, last: datetime
) -> list[str]:
    if wish.asked_of is None:
        if asked := who_could(rota, person.user_id, first, last):
            return list(asked)
        raise InvalidAnswers(
            {"whom": "Nobody else in the rota is free then. A steward may know more."}
        )
    if wish.asked_of == person.user_id:
        raise InvalidAnswers(
            {"whom": "Choose somebody else, or leave this empty to ask everybody."}
        )
    if hindered := obstacle(rota, wish.asked_of, first, last):
        raise InvalidAnswers({"whom": _THEY[hindered]})
    if not rota.people[wish.asked_of].messages:
        raise InvalidAnswers(
            {
                "whom": "They get no messages from me. Ask them yourself: they can step in when it begins."
            }
        )
    return [wish.asked_of]


def _exchange(rota: ResolvedRota, request: Request, person: Person, now: datetime) -> Exchange:
    if request.state is not RequestState.OPEN:
        raise AlreadyAnswered(_ENDED[request.state])
    if request.over_at <= now:
        raise TooLate(_ENDED[RequestState.EXPIRED])
    if not request.is_still_theirs(rota, now):
        raise AlreadyAnswered(_ENDED[RequestState.MOVED])
    if request.asked_of not in {None, person.user_id}:
        raise CannotTakeIt("Somebody else was asked for this, so I have changed nothing.")
    start = max(request.start, now)
    if hindered := obstacle(rota, person.user_id, start, request.end):
        raise CannotTakeIt(_YOU[hindered])
    gives = None
    if request.kind is RequestKind.SWAP:
        asked = (request.start, request.end)
        gives = to_give(rota, person.user_id, request.user_id, asked, now)
    takes = stretches(rota, request.user_id, person.user_id, start, request.end)
    return Exchange(rota, request, takes, gives)


def _arranged(piece: Term, source: Source, person: Person, now: datetime) -> Arrangement:
    return Arrangement(piece.start, piece.end, piece.users, source, person.user_id, now)


def _start(term: Term | None) -> datetime | None:
    return term.start if term else None
