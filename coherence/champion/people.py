"""People who can't serve any more, as Slack knows them: passed over, and stewards hear of it once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.announcing import Announcing
from coherence.champion.arrangements import (
    Arrangement,
    clear,
    keep_arrangements,
    lay,
    read_arrangements,
    to_the_second,
)
from coherence.champion.begun import rota_to_change
from coherence.champion.letters import Letter, mark
from coherence.champion.loading import load_rota, made_by
from coherence.champion.requests import Requests, RequestState
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from coherence.outbox import NewDelivery, Outbox
from coherence.rota.term import Source
from coherence.stewards import Stewards
from storage.champion import (
    ChampionMember,
    ChampionRota,
    find_member,
    list_memberships,
    list_requests,
)
from storage.database import Database

GONE: Final = "gone"
"""What a letter to stewards is about when somebody can't serve any more."""


@dataclass(frozen=True)
class PersonFacts:
    """What Slack knows of somebody: whether they may serve at all, and their time zone where it is told."""

    can_serve: bool
    zone: str | None = None


LookUp: TypeAlias = Callable[[str], Awaitable[PersonFacts | None]]
"""Says what Slack knows of a user id; None where it doesn't tell at the moment."""


async def nobody_known(_user_id: str) -> PersonFacts | None:
    """For where Slack can't be asked."""
    return None


class ChampionPeople:
    """The use cases around what Slack knows of members."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        outbox: Outbox,
        stewards: Stewards,
        look_up: LookUp,
    ) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox
        self._stewards = stewards
        self._look_up = look_up
        self._announcing = Announcing(outbox)
        self._requests = Requests(outbox)

    async def look_up(self, workspace_id: str, user_id: str) -> bool:
        """Ask Slack about somebody, with no session open, and note what it says; False if it doesn't say."""
        facts = await self._look_up(user_id)
        if facts is None:
            return False
        await self.note_person(workspace_id, user_id, facts)
        return True

    async def note_person(self, workspace_id: str, user_id: str, facts: PersonFacts) -> None:
        """Note what Slack says of somebody in all their rotas; costs one query where nothing is new."""
        async with self._database.reading() as session:
            members = await list_memberships(session, workspace_id, user_id)
        changed = [member.journey_id for member in members if _is_news(member, facts)]
        if not changed:
            return
        stewards = [u for u in await self._stewards.to_ask(workspace_id) if u != user_id]
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            noted = [
                await self._note(session, (workspace_id, journey_id, user_id), facts, now)
                for journey_id in sorted(changed)
            ]
            lost = [row for row in noted if row is not None]
            new = [
                _to_steward(who, user_id, lost, now) for who in _to_tell(stewards, lost, user_id)
            ]
            await self._outbox.add(session, workspace_id, new)

    async def _note(
        self,
        session: AsyncSession,
        who: tuple[str, str, str],
        facts: PersonFacts,
        now: datetime,
    ) -> ChampionRota | None:
        """Note it in one rota; its row if somebody who takes turns there can't any more."""
        workspace_id, journey_id, user_id = who
        row, before = await rota_to_change(session, workspace_id, journey_id, now=now)
        member = await find_member(session, workspace_id, journey_id, user_id)
        if member is None or not _is_news(member, facts):
            return None
        member.zone = facts.zone or member.zone
        if facts.can_serve == (member.gone_at is None):
            return None
        member.gone_at = None if facts.can_serve else now
        await session.flush()
        if not facts.can_serve:
            await self._let_go(session, before, user_id, now)
        after = await load_rota(session, workspace_id, journey_id)
        await self._announcing.tell_what_moved(session, before, after, now=now, but={user_id})
        return row if not facts.can_serve and before.is_member(user_id) else None

    async def _let_go(
        self, session: AsyncSession, rota: ResolvedRota, user_id: str, now: datetime
    ) -> None:
        """Take somebody out of what was arranged and of the term that runs, and end what they asked for."""
        where = (rota.workspace_id, rota.journey_id)
        existing = await read_arrangements(session, *where)
        await keep_arrangements(session, *where, _without(existing, rota, user_id, now))
        for row in await list_requests(session, where[0], [where[1]], state=RequestState.OPEN):
            if row.user_id == user_id:
                await self._requests.close(session, row, RequestState.MOVED, now=now)
            elif user_id in row.asked:
                await self._requests.refuse(session, row, user_id, now=now)
        await session.flush()


def _is_news(member: ChampionMember, facts: PersonFacts) -> bool:
    is_moved = facts.zone is not None and facts.zone != member.zone
    return is_moved or facts.can_serve != (member.gone_at is None)


def _without(
    existing: Sequence[Arrangement], rota: ResolvedRota, user_id: str, now: datetime
) -> list[Arrangement]:
    """The arrangements without somebody from now on; what runs goes on with who is left, or with nobody.

    What they alone had taken over for later goes back to the order, and with it what a swap had given for it.
    """
    kept = list(existing)
    for each in existing:
        if user_id in each.users and each.end > now:
            start = max(each.start, now)
            kept = clear(kept, start, each.end)
            if others := tuple(user for user in each.users if user != user_id):
                kept = lay(kept, [replace(each, start=start, users=others)])
            elif each.source is Source.SWAP and each.start > now:
                kept = _without_return(kept, each, now)
    term = rota.on_duty(now)
    if term is not None and user_id in term.users:
        others = tuple(user for user in term.users if user != user_id)
        kept = lay(kept, [Arrangement(now, term.end, others, Source.OVERRIDE, None, now)])
    return kept


def _without_return(
    kept: Sequence[Arrangement], lost: Arrangement, now: datetime
) -> list[Arrangement]:
    """Without what was given in exchange and has not begun: the swap doesn't come about."""
    both = (Source.SWAP, lost.made_by, lost.made_at)
    return [
        each
        for each in kept
        if (each.source, each.made_by, each.made_at) != both or each.start <= now
    ]


def _to_tell(stewards: Sequence[str], lost: Sequence[ChampionRota], gone: str) -> Sequence[str]:
    """The stewards who are named; where there are none, whoever set the rotas up."""
    made = [who for row in lost for who in made_by(row) if who != gone]
    return (stewards or list(dict.fromkeys(made))) if lost else []


def _to_steward(
    steward: str, user_id: str, lost: Sequence[ChampionRota], now: datetime
) -> NewDelivery:
    # One message however many rotas they are in.
    key = f"{Letter.STEWARDS}:{GONE}:{user_id}:{mark(now)}:{steward}"
    facts = {"about": GONE, "person": user_id, "journey_ids": [row.journey_id for row in lost]}
    return NewDelivery(key, Letter.STEWARDS, facts, user_id=steward)
