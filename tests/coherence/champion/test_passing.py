"""Sitting a term out, stepping in, and people who can't serve any more."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from coherence.champion.arrangements import Arrangement, lay_arrangements
from coherence.champion.loading import load_rota
from coherence.champion.passing import ChampionPasses
from coherence.champion.people import ChampionPeople, PersonFacts
from coherence.champion.requests import RequestKind, RequestState
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stepping_in import ChampionStepIns
from coherence.champion.swaps import ChampionSwaps, Wish
from coherence.errors import ChangedMeanwhile, InvalidAnswers, NotASteward, NotOnTheRota, TooLate
from coherence.outbox import Outbox
from coherence.rota.term import Source
from coherence.stewards import Person, Stewards
from storage.champion import ChampionLeave, ChampionMember, ChampionRequest, find_member, find_rota
from storage.database import Database
from storage.outbox import Delivery
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON, SettableClock

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
BOS, CYS = FIRST + WEEK, FIRST + 2 * WEEK
STEWARD = "U0STEW"
GONE, HERE = PersonFacts(can_serve=False), PersonFacts(can_serve=True, zone="Europe/Berlin")


class Duty:
    """The use cases on one rota, with a steward and a clock."""

    def __init__(
        self, database: Database, clock: SettableClock, stewards: Sequence[str] = (STEWARD,)
    ) -> None:
        async def nobody(_user_id: str) -> bool:
            return False

        async def is_gone(user_id: str) -> PersonFacts | None:
            return GONE if user_id == BO else None

        named = Stewards(database, clock, nobody, stewards)
        outbox = Outbox(database, clock, clock, named)
        self.database = database
        self.clock = clock
        self.passes = ChampionPasses(database, clock, outbox)
        self.step_ins = ChampionStepIns(database, clock, outbox, named)
        self.people = ChampionPeople(database, clock, outbox, named, is_gone)
        self.swaps = ChampionSwaps(database, clock, outbox)

    async def rota(self) -> ResolvedRota:
        async with self.database.reading() as session:
            return await load_rota(session, TEAM, JOURNEY)

    async def users(self, terms: int = 4) -> list[tuple[str, ...]]:
        return [term.users for term in (await self.rota()).coming(FIRST, terms)]

    async def letters(self) -> Sequence[Delivery]:
        async with self.database.reading() as session:
            return (await session.exec(select(Delivery).order_by(Delivery.key))).all()

    async def told(self, kind: str = "champion_changed") -> list[tuple[str | None, str]]:
        return [
            (d.user_id, str(d.facts.get("what"))) for d in await self.letters() if d.kind == kind
        ]

    async def arrange(self, start: datetime, end: datetime, users: tuple[str, ...]) -> None:
        async with self.database.transaction() as session:
            new = Arrangement(start, end, users, Source.SWAP, BO, NOON)
            await lay_arrangements(session, TEAM, JOURNEY, [new])


def who(user_id: str) -> Person:
    return Person(TEAM, user_id)


@pytest.fixture
async def duty(database: Database) -> Duty:
    """Monday noon in Ana's week; then Bo's comes, then Cy's."""
    await keep_rota(database)
    return Duty(database, SettableClock())


async def test_who_passes_keeps_their_place(duty: Duty) -> None:
    done = await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    assert await duty.users() == [(ANA,), (CY,), (BO,), (ANA,)]
    assert done.next_turn
    assert done.next_turn.start == CYS


async def test_passing_twice_is_passing_once(duty: Duty) -> None:
    await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    again = await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    assert again.is_done
    assert (await duty.passes.look(who(BO), JOURNEY, BOS)).is_done
    async with duty.database.reading() as session:
        assert len((await session.exec(select(ChampionLeave))).all()) == 1


async def test_a_term_that_is_far_off_is_left_to_the_reminder(duty: Duty) -> None:
    await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    assert await duty.told() == []


async def test_near_a_term_the_next_is_told_at_once_and_in_the_reminders_place(duty: Duty) -> None:
    duty.clock.now = BOS - 2 * DAY
    await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    [letter] = await duty.letters()
    assert letter.user_id == CY
    assert letter.key == f"champion_reminder:{JOURNEY}:2026-03-09T09:00:00Z:{CY}"


async def test_who_wants_no_messages_is_not_told(duty: Duty) -> None:
    duty.clock.now = BOS - 2 * DAY
    async with duty.database.transaction() as session:
        member = await find_member(session, TEAM, JOURNEY, CY)
        assert member
        member.messages = False
    await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    assert await duty.letters() == []


async def test_when_everybody_passes_nobody_serves_and_nobody_is_pestered(duty: Duty) -> None:
    duty.clock.now = BOS - 2 * DAY
    for user in (BO, CY, ANA):
        await duty.passes.sit_out(who(user), JOURNEY, BOS)
    assert await duty.users(2) == [(ANA,), ()]
    assert all(letter.user_id in {ANA, BO, CY} for letter in await duty.letters())


async def test_what_has_begun_or_is_another_s_cannot_be_passed(duty: Duty) -> None:
    with pytest.raises(TooLate, match="has begun"):
        await duty.passes.sit_out(who(ANA), JOURNEY, FIRST)
    with pytest.raises(TooLate, match="isn't yours"):
        await duty.passes.sit_out(who(CY), JOURNEY, BOS)
    with pytest.raises(NotOnTheRota):
        await duty.passes.look(who("U0EVE"), JOURNEY, BOS)


async def test_of_a_term_that_is_over_nothing_is_said_to_be_left(duty: Duty) -> None:
    duty.clock.now = BOS + DAY
    with pytest.raises(TooLate, match="is over"):
        await duty.passes.look(who(ANA), JOURNEY, FIRST)
    for kind in RequestKind:
        with pytest.raises(TooLate, match="is over"):
            await duty.swaps.ask(who(ANA), Wish(JOURNEY, "r", kind, FIRST))


async def test_what_was_agreed_is_not_passed_on_by_the_order(duty: Duty) -> None:
    await duty.arrange(BOS, CYS, (CY,))
    with pytest.raises(TooLate, match="agreed"):
        await duty.passes.sit_out(who(CY), JOURNEY, BOS)


async def test_who_passes_has_no_request_for_that_term_any_more(duty: Duty) -> None:
    await duty.swaps.ask(who(BO), Wish(JOURNEY, "r", RequestKind.SWAP, BOS))
    await duty.passes.sit_out(who(BO), JOURNEY, BOS)
    async with duty.database.reading() as session:
        row = await session.get(ChampionRequest, (TEAM, JOURNEY, "r"))
    assert row
    assert row.state == RequestState.MOVED


async def test_somebody_steps_in_until_a_moment(duty: Duty) -> None:
    _, stepped = await duty.step_ins.step_in(who(BO), JOURNEY, NOON + DAY)
    assert stepped.relieved == (ANA,)
    assert await duty.users(4) == [(ANA,), (BO,), (ANA,), (BO,)]
    assert await duty.told() == [(ANA, "relieved")]


async def test_handing_back_restores_what_was_arranged_before(duty: Duty) -> None:
    await duty.arrange(NOON - timedelta(hours=1), NOON + 2 * DAY, (CY,))
    before = await duty.users(5)
    _, stepped = await duty.step_ins.step_in(who(BO), JOURNEY, NOON + DAY)
    assert await duty.users(5) != before
    await duty.step_ins.hand_back(who(BO), JOURNEY, stepped)
    assert await duty.users(5) == before
    assert [letter.method for letter in await duty.letters()] == ["post", "update"]
    with pytest.raises(ChangedMeanwhile):
        await duty.step_ins.hand_back(who(BO), JOURNEY, stepped)


async def test_nobody_hands_back_what_another_has_taken(duty: Duty) -> None:
    _, stepped = await duty.step_ins.step_in(who(BO), JOURNEY, NOON + DAY)
    with pytest.raises(ChangedMeanwhile):
        await duty.step_ins.hand_back(who(CY), JOURNEY, stepped)


async def test_only_members_and_stewards_step_in_and_not_over_themselves(duty: Duty) -> None:
    with pytest.raises(NotASteward):
        await duty.step_ins.step_in(who("U0EVE"), JOURNEY, NOON + DAY)
    with pytest.raises(TooLate, match="already"):
        await duty.step_ins.look(who(ANA), JOURNEY)
    with pytest.raises(InvalidAnswers):
        await duty.step_ins.step_in(who(BO), JOURNEY, BOS + DAY)
    await duty.step_ins.step_in(who(STEWARD), JOURNEY, BOS)
    assert await duty.users(3) == [(ANA,), (STEWARD,), (BO,)]


async def test_who_is_gone_mid_term_is_skipped_and_stewards_hear_of_it_once(duty: Duty) -> None:
    await duty.people.note_person(TEAM, ANA, GONE)
    await duty.people.note_person(TEAM, ANA, GONE)
    assert await duty.users(4) == [(ANA,), (), (BO,), (CY,)]
    now = (await duty.rota()).on_duty(NOON)
    assert now
    assert now.source is Source.VACANT
    stewards = [letter for letter in await duty.letters() if letter.kind == "champion_stewards"]
    assert [letter.user_id for letter in stewards] == [STEWARD]


async def test_where_no_steward_is_named_who_set_the_rota_up_hears_of_it(
    database: Database,
) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        row = await find_rota(session, TEAM, JOURNEY)
        assert row
        row.created_by = "U0MADE"
    duty = Duty(database, SettableClock(), stewards=())
    await duty.people.note_person(TEAM, BO, GONE)
    assert [letter.user_id for letter in await duty.letters()] == ["U0MADE"]


async def test_in_several_rotas_stewards_get_one_letter(duty: Duty) -> None:
    await keep_rota(duty.database, journey_id="another")
    await duty.people.note_person(TEAM, BO, GONE)
    [letter] = await duty.letters()
    assert letter.facts["journey_ids"] == ["another", JOURNEY]


async def test_what_who_is_gone_had_taken_over_goes_back_to_the_order(duty: Duty) -> None:
    await duty.arrange(CYS, CYS + WEEK, (BO,))
    await duty.people.note_person(TEAM, BO, GONE)
    assert await duty.users(4) == [(ANA,), (CY,), (ANA,), (CY,)]


async def test_a_swap_with_who_is_gone_does_not_come_about(duty: Duty) -> None:
    await duty.swaps.ask(who(BO), Wish(JOURNEY, "r", RequestKind.SWAP, BOS, CY))
    await duty.swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    await duty.people.note_person(TEAM, CY, GONE)
    assert await duty.users() == [(ANA,), (BO,), (ANA,), (BO,)]


async def test_of_a_pair_the_other_goes_on(duty: Duty) -> None:
    await duty.arrange(NOON, NOON + DAY, (ANA, CY))
    await duty.people.note_person(TEAM, ANA, GONE)
    assert (await duty.users(2))[1] == (CY,)


async def test_who_comes_back_takes_turns_again(duty: Duty) -> None:
    await duty.people.note_person(TEAM, BO, GONE)
    await duty.people.note_person(TEAM, BO, HERE)
    assert await duty.users() == [(ANA,), (BO,), (CY,), (ANA,)]
    async with duty.database.reading() as session:
        member = await find_member(session, TEAM, JOURNEY, BO)
    assert member
    assert member.zone == "Europe/Berlin"


async def test_a_refusal_of_slack_to_tell_changes_nothing(duty: Duty) -> None:
    assert not await duty.people.look_up(TEAM, ANA)
    assert await duty.people.look_up(TEAM, BO)
    rota = await duty.rota()
    assert rota.people[BO].gone_at == NOON
    assert rota.people[ANA].gone_at is None


async def test_a_request_to_who_is_gone_alone_has_no_answer_to_wait_for(duty: Duty) -> None:
    await duty.swaps.ask(who(ANA), Wish(JOURNEY, "r", RequestKind.COVER, FIRST, BO))
    await duty.people.note_person(TEAM, BO, GONE)
    async with duty.database.reading() as session:
        row = await session.get(ChampionRequest, (TEAM, JOURNEY, "r"))
    assert row
    assert row.state == RequestState.REFUSED


async def test_who_was_only_asked_to_join_is_no_news_for_stewards(duty: Duty) -> None:
    async with duty.database.transaction() as session:
        session.add(
            ChampionMember(
                workspace_id=TEAM, journey_id=JOURNEY, user_id="U0DEE", place=3, asked_at=NOON
            )
        )
    await duty.people.note_person(TEAM, "U0DEE", GONE)
    assert await duty.letters() == []


async def test_the_last_day_that_matters_is_the_one_before_the_handover(duty: Duty) -> None:
    async with duty.database.transaction() as session:
        session.add(
            ChampionLeave(
                workspace_id=TEAM,
                id="monday",
                user_id=CY,
                first=date(2026, 3, 16),
                last=date(2026, 3, 16),
                told_at=NOON,
            )
        )
    request = await duty.swaps.ask(who(BO), Wish(JOURNEY, "r", RequestKind.SWAP, BOS))
    assert CY in request.asked
