"""Somebody asks for a swap or a cover; the first to accept has it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from coherence.champion.arrangements import Arrangement, lay_arrangements
from coherence.champion.loading import load_rota
from coherence.champion.requests import Request, RequestKind, RequestState
from coherence.champion.resolved import ResolvedRota
from coherence.champion.swaps import ChampionSwaps, Wish
from coherence.errors import (
    AlreadyAnswered,
    CannotTakeIt,
    ChangedMeanwhile,
    InvalidAnswers,
    NoRequest,
    NotOnTheRota,
    TooLate,
)
from coherence.outbox import Outbox
from coherence.rota.term import Source
from coherence.stewards import Person, Stewards
from storage.champion import ChampionLeave, ChampionRequest, find_member
from storage.database import Database
from storage.outbox import Delivery
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON, SettableClock

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
BOS, CYS = FIRST + WEEK, FIRST + 2 * WEEK
ANAS = datetime(2026, 3, 23, 9, tzinfo=UTC)


async def nobody(_user_id: str) -> bool:
    return False


def outbox_on(database: Database, clock: SettableClock) -> Outbox:
    return Outbox(database, clock, clock, Stewards(database, clock, nobody))


@pytest.fixture
def clock() -> SettableClock:
    """Monday noon in Ana's term; then Bo's comes, then Cy's."""
    return SettableClock()


@pytest.fixture
async def swaps(database: Database, clock: SettableClock) -> ChampionSwaps:
    await keep_rota(database)
    return ChampionSwaps(database, clock, outbox_on(database, clock))


def who(user_id: str) -> Person:
    return Person(TEAM, user_id)


def swap_of_bos(asked_of: str | None = None, request_id: str = "r") -> Wish:
    return Wish(JOURNEY, request_id, RequestKind.SWAP, BOS, asked_of)


def cover_of(start: datetime, first: datetime, last: datetime, request_id: str = "r") -> Wish:
    return Wish(JOURNEY, request_id, RequestKind.COVER, start, None, first, last)


async def read(database: Database) -> ResolvedRota:
    async with database.reading() as session:
        return await load_rota(session, TEAM, JOURNEY)


async def row_of(database: Database, request_id: str = "r") -> ChampionRequest:
    async with database.reading() as session:
        found = await session.get(ChampionRequest, (TEAM, JOURNEY, request_id))
    assert found
    return found


async def served(database: Database, weeks: int = 5) -> list[tuple[datetime, Sequence[str]]]:
    rota = await read(database)
    return [(term.start, term.users) for term in rota.coming(FIRST, weeks)]


async def letters(database: Database, kind: str = "champion_request") -> list[tuple[str, str]]:
    """To whom, and by which method, in the order of their making."""
    async with database.reading() as session:
        found = (await session.exec(select(Delivery).where(Delivery.kind == kind))).all()
    return sorted((str(each.user_id), each.method) for each in found)


async def leave(database: Database, user_id: str, first: date, last: date) -> None:
    async with database.transaction() as session:
        session.add(
            ChampionLeave(
                workspace_id=TEAM,
                id=f"{user_id}{first}",
                user_id=user_id,
                first=first,
                last=last,
                told_at=NOON,
            )
        )


async def change_member(database: Database, user_id: str, **values: Any) -> None:
    async with database.transaction() as session:
        member = await find_member(session, TEAM, JOURNEY, user_id)
        assert member
        for name, value in values.items():
            setattr(member, name, value)


async def test_a_swap_exchanges_two_terms(database: Database, swaps: ChampionSwaps) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    offered = await swaps.offered(who(CY), JOURNEY, "r")
    assert offered.gives
    assert offered.gives.start == CYS
    await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    after = await served(database, 4)
    assert after == [(FIRST, (ANA,)), (BOS, (CY,)), (CYS, (BO,)), (ANAS, (ANA,))]
    rota = await read(database)
    assert rota.coming(FIRST, 2)[1].source is Source.SWAP
    assert Request.of(await row_of(database)).return_start == CYS


async def test_everybody_who_can_is_asked_once_and_who_asks_is_not(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    again = await swaps.ask(who(BO), swap_of_bos())
    assert again.asked == (ANA, CY)
    assert await letters(database) == [(ANA, "post"), (CY, "post")]


async def test_who_wants_no_messages_is_not_asked(database: Database, swaps: ChampionSwaps) -> None:
    await change_member(database, CY, messages=False)
    request = await swaps.ask(who(BO), swap_of_bos())
    assert request.asked == (ANA,)
    with pytest.raises(InvalidAnswers) as caught:
        await swaps.ask(who(BO), swap_of_bos(CY, "s"))
    assert "whom" in caught.value.faults


async def test_the_first_to_accept_has_it_even_when_two_do_at_once(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    gives = {ANA: ANAS, CY: CYS}
    outcomes = await asyncio.gather(
        *(swaps.accept(who(user), JOURNEY, "r", gives=gives[user]) for user in (ANA, CY)),
        return_exceptions=True,
    )
    lost = [each for each in outcomes if isinstance(each, BaseException)]
    assert [type(each) for each in lost] == [AlreadyAnswered]
    row = await row_of(database)
    assert row.answered_by in {ANA, CY}
    assert (BOS, (row.answered_by,)) in await served(database)
    changed = [(ANA, "post"), (ANA, "update"), (CY, "post"), (CY, "update")]
    assert await letters(database) == changed
    assert await letters(database, "champion_settled") == [(BO, "post")]


async def test_accepting_twice_is_accepting_once(database: Database, swaps: ChampionSwaps) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    before = await served(database)
    await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert await served(database) == before
    assert await letters(database, "champion_settled") == [(BO, "post")]


async def test_what_is_given_is_what_was_shown(database: Database, swaps: ChampionSwaps) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    with pytest.raises(ChangedMeanwhile):
        await swaps.accept(who(CY), JOURNEY, "r", gives=ANAS)
    assert Request.of(await row_of(database)).state is RequestState.OPEN


async def test_after_the_term_has_begun_nobody_can_swap_it(
    database: Database, swaps: ChampionSwaps, clock: SettableClock
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    clock.now = BOS
    with pytest.raises(TooLate, match="time for this is over"):
        await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert Request.of(await row_of(database)).state is RequestState.EXPIRED
    assert await letters(database, "champion_settled") == [(BO, "post")]
    with pytest.raises(TooLate, match="cover the rest"):
        await swaps.ask(who(BO), swap_of_bos(request_id="s"))


async def test_who_is_away_cannot_accept_and_the_request_stays_open(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    await leave(database, CY, date(2026, 3, 11), date(2026, 3, 11))
    with pytest.raises(CannotTakeIt, match="available"):
        await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert Request.of(await row_of(database)).state is RequestState.OPEN


@pytest.mark.parametrize(
    "change",
    [{"gone_at": NOON}, {"state": "left", "left": date(2026, 3, 3)}, {"state": "declined"}],
)
async def test_who_is_not_in_the_rota_any_more_cannot_accept(
    database: Database, swaps: ChampionSwaps, change: dict[str, Any]
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    await change_member(database, CY, **change)
    with pytest.raises(CannotTakeIt):
        await swaps.offered(who(CY), JOURNEY, "r")


async def test_who_is_on_duty_then_cannot_accept(database: Database, swaps: ChampionSwaps) -> None:
    await swaps.ask(who(ANA), cover_of(FIRST, NOON, NOON + DAY))
    await swaps.accept(who(CY), JOURNEY, "r", gives=None)
    await swaps.ask(who(CY), Wish(JOURNEY, "s", RequestKind.COVER, NOON, None))
    with pytest.raises(CannotTakeIt, match="on duty"):
        await swaps.offered(who(CY), JOURNEY, "s")


async def test_who_was_not_asked_cannot_take_what_one_person_was_asked_for(
    swaps: ChampionSwaps,
) -> None:
    await swaps.ask(who(BO), swap_of_bos(CY))
    with pytest.raises(CannotTakeIt, match="Somebody else was asked"):
        await swaps.accept(who(ANA), JOURNEY, "r", gives=ANAS)


async def test_when_who_asked_has_left_nothing_is_taken(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    await change_member(database, BO, state="left", left=date(2026, 3, 3))
    with pytest.raises(AlreadyAnswered, match="isn't needed"):
        await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert Request.of(await row_of(database)).state is RequestState.MOVED
    assert await letters(database, "champion_settled") == []


async def test_what_stewards_have_arranged_meanwhile_stands(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    async with database.transaction() as session:
        edited = Arrangement(BOS, BOS + DAY, (ANA,), Source.OVERRIDE, "U0STEW", NOON)
        await lay_arrangements(session, TEAM, JOURNEY, [edited])
    before = await served(database)
    with pytest.raises(AlreadyAnswered, match="rota has changed"):
        await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert await served(database) == before


async def test_refusals_are_quiet_until_nobody_is_left(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    await swaps.refuse(who(ANA), JOURNEY, "r")
    await swaps.refuse(who(ANA), JOURNEY, "r")
    assert await letters(database, "champion_settled") == []
    assert await letters(database) == [(ANA, "post"), (ANA, "update"), (CY, "post")]
    await swaps.refuse(who(CY), JOURNEY, "r")
    assert Request.of(await row_of(database)).state is RequestState.REFUSED
    assert await letters(database, "champion_settled") == [(BO, "post")]


async def test_only_who_asked_can_withdraw(database: Database, swaps: ChampionSwaps) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    await swaps.withdraw(who(CY), JOURNEY, "r")
    assert Request.of(await row_of(database)).state is RequestState.OPEN
    await swaps.withdraw(who(BO), JOURNEY, "r")
    with pytest.raises(AlreadyAnswered, match="withdrawn"):
        await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert await letters(database, "champion_settled") == []


async def test_a_part_of_a_running_term_is_covered(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(ANA), cover_of(FIRST, NOON + DAY, NOON + 2 * DAY))
    await swaps.accept(who(BO), JOURNEY, "r", gives=None)
    assert await served(database, 4) == [
        (FIRST, (ANA,)),
        (NOON + DAY, (BO,)),
        (NOON + 2 * DAY, (ANA,)),
        (BOS, (BO,)),
    ]


async def test_a_cover_accepted_in_its_midst_holds_from_then_on(
    database: Database, swaps: ChampionSwaps, clock: SettableClock
) -> None:
    await swaps.ask(who(ANA), cover_of(FIRST, NOON, NOON + 2 * DAY))
    clock.now = NOON + DAY
    await swaps.accept(who(BO), JOURNEY, "r", gives=None)
    assert (await served(database, 3))[:2] == [(FIRST, (ANA,)), (NOON + DAY, (BO,))]


async def test_a_cover_reaches_no_further_than_the_term(swaps: ChampionSwaps) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        await swaps.ask(who(ANA), cover_of(FIRST, NOON, BOS + DAY))
    assert list(caught.value.faults) == ["last"]
    with pytest.raises(InvalidAnswers) as caught:
        await swaps.ask(who(ANA), cover_of(FIRST, FIRST - DAY, FIRST))
    assert set(caught.value.faults) == {"first", "last"}


async def test_the_same_time_is_asked_for_once(swaps: ChampionSwaps) -> None:
    await swaps.ask(who(BO), swap_of_bos())
    with pytest.raises(InvalidAnswers):
        await swaps.ask(who(BO), swap_of_bos(CY, "s"))


async def test_where_nobody_is_free_it_says_so(database: Database, swaps: ChampionSwaps) -> None:
    for user in (ANA, CY):
        await leave(database, user, date(2026, 3, 9), date(2026, 3, 9))
    with pytest.raises(InvalidAnswers) as caught:
        await swaps.ask(who(BO), swap_of_bos())
    assert "Nobody else" in caught.value.faults["whom"]


async def test_with_nothing_to_give_back_it_is_taken_without(
    database: Database, swaps: ChampionSwaps
) -> None:
    await leave(database, BO, date(2026, 3, 16), date(2031, 3, 16))
    await swaps.ask(who(BO), swap_of_bos(CY))
    assert (await swaps.offered(who(CY), JOURNEY, "r")).gives is None
    await swaps.accept(who(CY), JOURNEY, "r", gives=None)
    rota = await read(database)
    assert rota.coming(FIRST, 2)[1].source is Source.COVER


async def test_taking_a_swap_ends_what_was_asked_for_the_term_given_away(
    database: Database, swaps: ChampionSwaps
) -> None:
    await swaps.ask(who(CY), Wish(JOURNEY, "c", RequestKind.COVER, CYS))
    await swaps.ask(who(BO), swap_of_bos())
    await swaps.accept(who(CY), JOURNEY, "r", gives=CYS)
    assert Request.of(await row_of(database, "c")).state is RequestState.MOVED


async def test_who_is_not_in_the_rota_has_nothing_to_ask(swaps: ChampionSwaps) -> None:
    with pytest.raises(NotOnTheRota):
        await swaps.asking(who("U0EVE"), JOURNEY, RequestKind.SWAP)
    with pytest.raises(TooLate):
        await swaps.ask(who("U0EVE"), swap_of_bos())


async def test_an_erased_request_says_so(swaps: ChampionSwaps) -> None:
    with pytest.raises(NoRequest):
        await swaps.offered(who(CY), JOURNEY, "none")


async def test_one_may_ask_for_what_is_one_s_own_and_has_not_begun(swaps: ChampionSwaps) -> None:
    asking = await swaps.asking(who(ANA), JOURNEY, RequestKind.SWAP)
    assert asking.terms[0].start == ANAS
    asking = await swaps.asking(who(ANA), JOURNEY, RequestKind.COVER)
    assert asking.terms[0].start == FIRST
