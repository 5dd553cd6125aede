"""What letters about requests, changes and people who are gone say at the moment they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.announcing import NEXT, NOT_NEXT, RELIEVED
from coherence.champion.letters import Letter, to_person, unmark
from coherence.champion.loading import load_rotas
from coherence.champion.requests import Request, RequestState, letter_key
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from coherence.outbox import Claim, Method, message_to_change
from coherence.rota.term import Term
from storage.champion import find_request
from storage.database import Database


@dataclass(frozen=True)
class RequestLetter:
    """A request as `reader` sees it; `ts` is the message to change, None for a new one."""

    rota: ResolvedRota
    request: Request
    reader: str
    now: datetime
    ts: str | None = None


@dataclass(frozen=True)
class ChangedLetter:
    """A term that became the reader's (NEXT), isn't any more (NOT_NEXT), or was taken over (RELIEVED).

    `instead_of` is the beginning of a near term that they no longer have, `next_turn` their next one,
    `by` who has stepped in until `until`, None once that was handed back.
    """

    what: str
    rota: ResolvedRota
    start: datetime
    term: Term | None
    instead_of: datetime | None = None
    next_turn: Term | None = None
    by: str | None = None
    until: datetime | None = None
    ts: str | None = None


@dataclass(frozen=True)
class GoneLetter:
    """Somebody can't serve any more in these rotas, with who is on duty in each and who is next."""

    person: str
    rotas: Sequence[tuple[ResolvedRota, Term | None, Term | None]]


class ChampionTelling:
    """Reads what letters are made of; None where there is nothing to say any more."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def request(self, claim: Claim) -> RequestLetter | None:
        """For somebody who is asked. Raises NotSentYet."""
        request_id, reader = str(claim.facts["about"]), str(claim.facts["reader"])
        journey_id = str(claim.facts["journey_id"])
        async with self._database.reading() as session:
            letter = await self._request(session, claim, request_id)
            ts = await message_to_change(session, claim, letter_key(journey_id, request_id, reader))
        if letter is None or (claim.method is Method.UPDATE and ts is None):
            return None
        is_asked = letter.request.state is RequestState.OPEN and reader in letter.request.asked
        if claim.method is Method.POST and not is_asked:
            return None
        return RequestLetter(letter.rota, letter.request, reader, letter.now, ts)

    async def settled(self, claim: Claim) -> RequestLetter | None:
        """For who asked: how it ended."""
        async with self._database.reading() as session:
            return await self._request(session, claim, str(claim.facts["about"]))

    async def changed(self, claim: Claim) -> ChangedLetter | None:
        """For somebody whose term has moved. Raises NotSentYet."""
        reader, start = str(claim.facts.get("reader", "")), claim.facts.get("start")
        if start is None:
            return None
        async with self._database.reading() as session:
            rota = await _rota(session, claim)
            journey_id, about = str(claim.facts["journey_id"]), str(claim.facts["about"])
            first = to_person(Letter.CHANGED, journey_id, about, reader).key
            ts = await message_to_change(session, claim, first)
        if rota is None or (claim.method is Method.UPDATE and ts is None):
            return None
        moment = unmark(str(start))
        if claim.facts["what"] == RELIEVED:
            return _relieved(rota, reader, moment, claim, ts)
        return _moved(rota, reader, moment, claim, self._now())

    async def gone(self, claim: Claim) -> GoneLetter | None:
        """For stewards; None where everybody is back by then."""
        person, now = str(claim.facts["person"]), self._now()
        async with self._database.reading() as session:
            rotas = await load_rotas(session, claim.workspace_id, claim.facts["journey_ids"])
        away = [rota for rota in rotas if person in rota.people and rota.people[person].gone_at]
        return GoneLetter(person, [_now_and_next(rota, now) for rota in away]) if away else None

    async def _request(
        self, session: AsyncSession, claim: Claim, request_id: str
    ) -> RequestLetter | None:
        rota = await _rota(session, claim)
        journey_id = str(claim.facts["journey_id"])
        row = await find_request(session, claim.workspace_id, journey_id, request_id)
        if row is None or rota is None:
            return None
        return RequestLetter(rota, Request.of(row), str(claim.facts["reader"]), self._now())


async def _rota(session: AsyncSession, claim: Claim) -> ResolvedRota | None:
    found = await load_rotas(session, claim.workspace_id, [str(claim.facts["journey_id"])])
    return found[0] if found else None


def _relieved(
    rota: ResolvedRota, reader: str, start: datetime, claim: Claim, ts: str | None
) -> ChangedLetter | None:
    by, until = str(claim.facts["by"]), unmark(str(claim.facts["until"]))
    term = next((t for t in rota.served(until) if t.start <= start < t.end), None)
    is_relieved = term is not None and reader not in term.users and by in term.users
    if ts is None and not is_relieved:
        return None
    taken = by if is_relieved else None
    return ChangedLetter(RELIEVED, rota, start, term, by=taken, until=until, ts=ts)


def _moved(
    rota: ResolvedRota, reader: str, start: datetime, claim: Claim, now: datetime
) -> ChangedLetter | None:
    what = str(claim.facts["what"])
    term = rota.on_duty(start)
    serves = term is not None and reader in term.users
    member = rota.people.get(reader)
    if member is None or not member.messages or start <= now or serves != (what == NEXT):
        return None
    before = claim.facts.get("instead_of")
    following = rota.coming_of(reader, now) if what == NOT_NEXT else []
    return ChangedLetter(
        what,
        rota,
        start,
        term,
        instead_of=unmark(str(before)) if before else None,
        next_turn=following[0] if following else None,
    )


def _now_and_next(
    rota: ResolvedRota, now: datetime
) -> tuple[ResolvedRota, Term | None, Term | None]:
    coming = rota.coming(now, 2)
    current = rota.on_duty(now)
    following = [term for term in coming if term is not current and term.start > now]
    return rota, current, following[0] if following else None
