"""People are asked before they take turns; who asked hears of it in one message, which changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.begun import rota_to_change
from coherence.champion.letters import Letter, mark, to_person
from coherence.champion.loading import load_rotas, settings_of
from coherence.champion.member import MemberState
from coherence.champion.plan import next_handover_day
from coherence.champion.resolved import ResolvedRota
from coherence.champion.settings import RotaSettings
from coherence.clock import Clock
from coherence.errors import NoRequest
from coherence.outbox import Claim, Method, NewDelivery, Outbox, message_to_change
from coherence.privacy import FORMER
from coherence.rota.term import Term
from coherence.stewards import Person
from storage import champion as table
from storage import outbox as deliveries
from storage.champion import ChampionMember, ChampionRota
from storage.database import Database

_MAY_ANSWER = frozenset({MemberState.ASKED, MemberState.SERVING, MemberState.DECLINED})


@dataclass(frozen=True)
class Invitation:
    """What somebody is asked: whose duty, by whom, how often it goes round, and how many share it."""

    journey_id: str
    journey: str
    about: str
    asked_by: str | None
    settings: RotaSettings
    others: int


@dataclass(frozen=True)
class Answered:
    """What somebody has answered; `first` is their first term that is to come, if one is planned."""

    journey: str
    journey_id: str
    joined: bool
    zone: str
    first: Term | None = None


@dataclass(frozen=True)
class Answers:
    """How those whom one steward asked have answered; `ts` is the message to change, None for a new one."""

    journey: str
    joined: Sequence[str]
    declined: Sequence[str]
    waiting: Sequence[str]
    ts: str | None


async def invite(session: AsyncSession, outbox: Outbox, asked: Sequence[ChampionMember]) -> None:
    """Have people asked once the caller's transaction is committed."""
    letters = [
        to_person(Letter.INVITATION, row.journey_id, mark(row.asked_at), row.user_id)
        for row in asked
    ]
    for workspace_id in {row.workspace_id for row in asked}:
        await outbox.add(session, workspace_id, letters)


async def join_rota(
    session: AsyncSession, row: ChampionMember, settings: RotaSettings, day: date, *, now: datetime
) -> None:
    """Have somebody take turns from a day on, who has said yes."""
    row.state, row.answered_at = MemberState.SERVING, now
    row.joined, row.left, row.paused_from = day, None, None
    await _as_elsewhere(session, row, settings)


class ChampionInvitations:
    """The use cases around being asked. `about` tells one time of being asked from another."""

    def __init__(self, database: Database, now: Clock, outbox: Outbox) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox

    async def invitation(self, workspace_id: str, claim: Claim, user_id: str) -> Invitation | None:
        """What a message has to ask; None where nobody asks any more."""
        journey_id, about = str(claim.facts["journey_id"]), str(claim.facts["about"])
        async with self._database.reading() as session:
            row = await table.find_member(session, workspace_id, journey_id, user_id)
            rota = await table.find_rota(session, workspace_id, journey_id)
            if rota is None or row is None or not _is_asked(row, about):
                return None
            [resolved] = await load_rotas(session, workspace_id, [journey_id])
        return Invitation(
            journey_id,
            resolved.journey,
            about,
            row.asked_by,
            settings_of(rota),
            sum(each.serves for each in resolved.members),
        )

    async def join(
        self, person: Person, journey_id: str, about: str, zone: str | None = None
    ) -> Answered:
        """Take turns from the first term on that has not begun; saying so twice does no harm.

        `zone` is the person's own, where Slack tells. Raises NoRequest where nobody asks any more.
        """
        return await self._answer(person, journey_id, about, joins=True, zone=zone)

    async def decline(self, person: Person, journey_id: str, about: str) -> Answered:
        """Rather not take turns. Raises NoRequest where nobody asks any more, or they have joined."""
        return await self._answer(person, journey_id, about, joins=False, zone=None)

    async def _answer(
        self, person: Person, journey_id: str, about: str, *, joins: bool, zone: str | None
    ) -> Answered:
        place = (person.workspace_id, journey_id)
        async with self._database.transaction() as session:
            if await table.find_rota(session, *place) is None:
                raise _nobody_asks()
            rota, before = await rota_to_change(session, *place, now=self._now())
            row = await table.find_member(session, *place, person.user_id)
            if (
                row is None
                or MemberState(row.state) not in _MAY_ANSWER
                or mark(row.asked_at) != about
            ):
                raise _nobody_asks()
            was = MemberState(row.state)
            if was is MemberState.SERVING and not joins:
                raise NoRequest("You have joined already; “My duty” is where you can leave again.")
            wanted = MemberState.SERVING if joins else MemberState.DECLINED
            if was is not wanted:
                await self._note(session, rota, before, row, wanted)
                row.zone = zone or row.zone
                await self._tell_asker(session, row)
            await session.flush()
            [after] = await load_rotas(session, person.workspace_id, [journey_id])
        first = next(iter(after.coming_of(person.user_id, self._now())), None) if joins else None
        return Answered(after.journey, journey_id, joins, after.zone, first)

    async def _note(
        self,
        session: AsyncSession,
        rota: ChampionRota,
        before: ResolvedRota,
        row: ChampionMember,
        state: MemberState,
    ) -> None:
        if state is not MemberState.SERVING:
            row.state, row.answered_at = state, self._now()
            return
        settings = settings_of(rota)
        settled = before.history[-1].end if before.history else None
        day = next_handover_day(settings, settled, self._now())
        await join_rota(session, row, settings, day, now=self._now())

    async def _tell_asker(self, session: AsyncSession, row: ChampionMember) -> None:
        if row.asked_by in {None, row.user_id, FORMER}:
            return
        asker = str(row.asked_by)
        first = to_person(Letter.ANSWERS, row.journey_id, mark(row.asked_at), asker, reader=asker)
        posted = await deliveries.find_delivery(session, row.workspace_id, first.key)
        again = NewDelivery(
            f"{first.key}:{uuid4().hex}",
            Letter.ANSWERS,
            {**first.facts, "changes": first.key},
            user_id=asker,
            method=Method.UPDATE,
        )
        await self._outbox.add(session, row.workspace_id, [again if posted else first])

    async def left(self, claim: Claim, user_id: str) -> str | None:
        """The journey whose rota somebody is out of; None if they have come back since."""
        journey_id = str(claim.facts["journey_id"])
        async with self._database.reading() as session:
            row = await table.find_member(session, claim.workspace_id, journey_id, user_id)
            found = await table.list_rotas(session, claim.workspace_id, [journey_id])
        is_out = row is not None and row.state == MemberState.LEFT
        return found[0][1].name if found and is_out else None

    async def answers(self, claim: Claim) -> Answers | None:
        """How people have answered by now; None if there is nothing to say. Raises NotSentYet."""
        journey_id, about = str(claim.facts["journey_id"]), str(claim.facts["about"])
        async with self._database.reading() as session:
            ts = await message_to_change(session, claim, str(claim.facts.get("changes", "")))
            if claim.method is Method.UPDATE and ts is None:
                return None
            found = await load_rotas(session, claim.workspace_id, [journey_id])
            members = await table.list_members(session, claim.workspace_id, [journey_id])
        reader = str(claim.facts["reader"])
        asked = [
            row
            for row in members[journey_id]
            if row.asked_by == reader != row.user_id and mark(row.asked_at) == about
        ]
        if not found or not asked:
            return None
        return Answers(
            found[0].journey,
            _in_state(asked, MemberState.SERVING),
            _in_state(asked, MemberState.DECLINED),
            _in_state(asked, MemberState.ASKED),
            ts,
        )


async def _as_elsewhere(session: AsyncSession, row: ChampionMember, settings: RotaSettings) -> None:
    """Take over what somebody has chosen for another rota already."""
    rows = await table.list_memberships(session, row.workspace_id, row.user_id)
    other = next((each for each in rows if each.journey_id != row.journey_id), None)
    if other is not None:
        row.country, row.messages = other.country, other.messages
    elif row.country is None:
        row.country = settings.country


def _is_asked(row: ChampionMember, about: str) -> bool:
    return row.state == MemberState.ASKED and mark(row.asked_at) == about


def _in_state(rows: Sequence[ChampionMember], state: MemberState) -> list[str]:
    return [row.user_id for row in rows if row.state == state]


def _nobody_asks() -> NoRequest:
    return NoRequest(
        "The rota has changed since you were asked; there is nothing to answer any more."
    )
