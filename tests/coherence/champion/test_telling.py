"""Letters say how things stand when they are sent, and nothing where that has passed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coherence.champion.announcing import NEXT, NOT_NEXT
from coherence.champion.letters import Letter
from coherence.champion.passing import ChampionPasses
from coherence.champion.people import ChampionPeople, PersonFacts, nobody_known
from coherence.champion.requests import RequestKind, RequestState
from coherence.champion.swaps import ChampionSwaps, Wish
from coherence.champion.telling import ChampionTelling
from coherence.outbox import Claim, NotSentYet, Outbox
from coherence.stewards import Person, Stewards
from storage.champion import find_member
from storage.database import Database
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import SettableClock

BOS = datetime(2026, 3, 9, 9, tzinfo=UTC)
NEAR_BOS = BOS - timedelta(days=2)
MONDAY_IN_PARIS = BOS - timedelta(hours=1)
CYS = BOS + timedelta(weeks=1)
STEWARD = "U0STEW"
KINDS = (Letter.REQUEST, Letter.SETTLED, Letter.CHANGED, Letter.STEWARDS)


class Post:
    """The use cases on one rota, and the outbox that their letters wait in."""

    def __init__(self, database: Database) -> None:
        async def nobody(_user_id: str) -> bool:
            return False

        self.database = database
        self.clock = clock = SettableClock()
        stewards = Stewards(database, clock, nobody, [STEWARD])
        self.outbox = Outbox(database, clock, clock, stewards)
        self.swaps = ChampionSwaps(database, clock, self.outbox)
        self.passes = ChampionPasses(database, clock, self.outbox)
        self.people = ChampionPeople(database, clock, self.outbox, stewards, nobody_known)
        self.telling = ChampionTelling(database, clock)

    async def claim(self, user_id: str) -> Claim:
        """The next letter to somebody."""
        claims = await self.outbox.claim(TEAM, KINDS, limit=9)
        [claim] = [each for each in claims if each.lane == user_id]
        return claim

    async def sent(self, claim: Claim) -> None:
        await self.outbox.sent(claim, "1.1", "D1")
        self.clock.now += self.outbox.pace.between


def who(user_id: str) -> Person:
    return Person(TEAM, user_id)


@pytest.fixture
async def post(database: Database) -> Post:
    await keep_rota(database)
    return Post(database)


async def ask(post: Post) -> None:
    await post.swaps.ask(who(BO), Wish(JOURNEY, "r", RequestKind.SWAP, BOS, CY))


async def test_who_is_asked_reads_the_request(post: Post) -> None:
    await ask(post)
    letter = await post.telling.request(await post.claim(CY))
    assert letter
    assert letter.request.state is RequestState.OPEN
    assert letter.ts is None


async def test_what_is_withdrawn_before_it_is_sent_is_not_sent(post: Post) -> None:
    await ask(post)
    await post.swaps.withdraw(who(BO), JOURNEY, "r")
    assert await post.telling.request(await post.claim(CY)) is None


async def test_a_message_that_was_sent_is_changed(post: Post) -> None:
    await ask(post)
    await post.sent(await post.claim(CY))
    await post.swaps.withdraw(who(BO), JOURNEY, "r")
    letter = await post.telling.request(await post.claim(CY))
    assert letter
    assert letter.ts == "1.1"
    assert letter.request.state is RequestState.WITHDRAWN


async def test_a_message_that_may_be_on_its_way_is_waited_for(post: Post) -> None:
    await ask(post)
    claim = await post.claim(CY)
    await post.swaps.withdraw(who(BO), JOURNEY, "r")
    change = replace(claim, key=f"{claim.key}:again", method=type(claim.method)("update"))
    with pytest.raises(NotSentYet):
        await post.telling.request(change)


async def test_who_is_next_by_a_pass_reads_so_while_it_is_true(post: Post) -> None:
    post.clock.now = NEAR_BOS
    await post.passes.sit_out(who(BO), JOURNEY, BOS)
    claim = await post.claim(CY)
    letter = await post.telling.changed(claim)
    assert letter
    assert (letter.what, letter.start) == (NEXT, BOS)
    async with post.database.transaction() as session:
        member = await find_member(session, TEAM, JOURNEY, CY)
        assert member
        member.messages = False
    assert await post.telling.changed(claim) is None


async def test_arranging_it_oneself_is_not_told_to_oneself(post: Post) -> None:
    post.clock.now = NEAR_BOS
    await ask(post)
    await post.sent(await post.claim(CY))
    await post.swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    told = {}
    for _ in range(3):
        for claim in await post.outbox.claim(TEAM, KINDS, limit=9):
            if claim.kind == Letter.CHANGED:
                told[claim.key] = await post.telling.changed(claim)
            await post.sent(claim)
    assert told == {f"champion_reminder:{JOURNEY}:2026-03-09T09:00:00Z:{CY}": None}


async def test_stewards_hear_of_nobody_who_is_back_by_then(post: Post) -> None:
    await post.people.note_person(TEAM, BO, PersonFacts(can_serve=False))
    claim = await post.claim(STEWARD)
    letter = await post.telling.gone(claim)
    assert letter
    assert letter.person == BO
    await post.people.note_person(TEAM, BO, PersonFacts(can_serve=True))
    assert await post.telling.gone(claim) is None


async def test_a_near_term_that_goes_to_another_is_told_to_who_had_been_told(post: Post) -> None:
    await post.people.note_person(TEAM, BO, PersonFacts(can_serve=False))
    await post.sent(await post.claim(STEWARD))
    post.clock.now = NEAR_BOS
    await post.people.note_person(TEAM, ANA, PersonFacts(can_serve=True, zone="Europe/Paris"))
    await post.people.note_person(TEAM, CY, PersonFacts(can_serve=False))
    on_saturday = await post.outbox.claim(TEAM, KINDS, limit=9)
    assert [each.lane for each in on_saturday] == [STEWARD]
    post.clock.now = MONDAY_IN_PARIS
    first = await post.claim(ANA)
    told = await post.telling.changed(first)
    assert told
    assert told.what == NEXT
    await post.sent(first)
    await post.people.note_person(TEAM, BO, PersonFacts(can_serve=True))
    letter = await post.telling.changed(await post.claim(ANA))
    assert letter
    assert letter.what == NOT_NEXT
