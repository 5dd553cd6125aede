"""The round records what has begun, and has said what is due, once."""

import asyncio
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from coherence.champion.letters import Letter, mark
from coherence.champion.round import HELD, ChampionRounds
from coherence.outbox import Outbox
from coherence.stewards import Stewards
from storage.champion import ChampionMember, ChampionTerm, find_rota
from storage.database import Database
from storage.outbox import Delivery, State
from tests.coherence.champion.rotas import ANA, BO, CHANNEL, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import SettableClock

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
HANNA = "U0HANNA"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def machine() -> SettableClock:
    return SettableClock()


@pytest.fixture
def rounds(database: Database, clock: SettableClock, machine: SettableClock) -> ChampionRounds:
    async def no_admin(_user_id: str) -> bool:
        return False

    stewards = Stewards(database, clock, no_admin, (HANNA,))
    outbox = Outbox(database, clock, machine, stewards)
    return ChampionRounds(database, clock, machine, outbox, (HANNA,))


async def deliveries(database: Database) -> list[Delivery]:
    async with database.reading() as session:
        return list((await session.exec(select(Delivery).order_by(col(Delivery.key)))).all())


async def keys(database: Database) -> list[str]:
    return [each.key for each in await deliveries(database)]


async def terms(database: Database) -> list[ChampionTerm]:
    async with database.reading() as session:
        return list(
            (await session.exec(select(ChampionTerm).order_by(col(ChampionTerm.start)))).all()
        )


def key(letter: Letter, start: datetime, whom: str) -> str:
    return f"{letter}:{JOURNEY}:{mark(start)}:{whom}"


async def test_what_has_begun_is_settled_and_told(
    database: Database, rounds: ChampionRounds
) -> None:
    await keep_rota(database)
    await rounds.go(TEAM)
    [term] = await terms(database)
    assert (term.start, term.users, term.source) == (FIRST, [ANA], "rota")
    assert await keys(database) == [
        key(Letter.HANDOVER, FIRST, CHANNEL),
        key(Letter.INCOMING, FIRST, ANA),
    ]


async def test_letters_are_closed_unsent_once_they_are_of_no_use(
    database: Database, rounds: ChampionRounds
) -> None:
    await keep_rota(database)
    await rounds.go(TEAM)
    [handover, incoming] = await deliveries(database)
    assert handover.expires_at == FIRST + 3 * DAY
    assert incoming.expires_at == FIRST + WEEK


async def test_going_round_again_and_with_the_clock_turned_back_says_nothing_new(
    database: Database, rounds: ChampionRounds, clock: SettableClock
) -> None:
    await keep_rota(database)
    clock.now = FIRST + WEEK + timedelta(hours=1)
    await rounds.go(TEAM)
    before, settled = await keys(database), len(await terms(database))
    clock.now = FIRST + timedelta(hours=1)
    async with database.transaction() as session:
        rota = await find_rota(session, TEAM, JOURNEY)
        assert rota
        rota.look_at = clock.now
    await rounds.go(TEAM)
    clock.now = FIRST + WEEK + timedelta(hours=2)
    await rounds.go(TEAM)
    assert len(await terms(database)) == settled
    again = await keys(database)
    assert len(set(again)) == len(again)
    assert set(before) <= set(again)


async def test_three_who_go_round_at_once_say_it_once(
    database: Database, rounds: ChampionRounds
) -> None:
    await keep_rota(database)
    await asyncio.gather(*(rounds.go(TEAM) for _ in range(3)))
    assert len(await terms(database)) == 1
    assert len(await keys(database)) == 2


async def test_between_its_moments_a_rota_is_left_alone_for_one_query(
    database: Database, rounds: ChampionRounds, clock: SettableClock
) -> None:
    await keep_rota(database)
    await rounds.go(TEAM)
    clock.now += timedelta(minutes=1)
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await rounds.go(TEAM)
    event.remove(engine, "before_cursor_execute", note)
    assert len([each for each in asked if each.lstrip().startswith("SELECT")]) == 1


async def test_many_rotas_take_as_many_queries_as_one(
    database: Database, rounds: ChampionRounds, clock: SettableClock
) -> None:
    counted = []
    for number in (1, 4):
        for each in range(number):
            await keep_rota(database, journey_id=f"journey {number} {each}")
        clock.now += timedelta(hours=1)
        asked: list[str] = []

        def note(*arguments: Any, asked: list[str] = asked) -> None:
            asked.append(arguments[2])

        engine = database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        await rounds.go(TEAM)
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len([each for each in asked if each.lstrip().startswith("SELECT")]))
    assert counted[0] == counted[1]


async def test_one_that_cannot_be_read_rests_and_holds_up_nobody(
    database: Database,
    rounds: ChampionRounds,
    clock: SettableClock,
    machine: SettableClock,
    logged: io.StringIO,
) -> None:
    await keep_rota(database)
    await keep_rota(database, journey_id="broken")
    async with database.transaction() as session:
        rota = await find_rota(session, TEAM, "broken")
        assert rota
        settings = rota.settings
        rota.settings = {**settings, "zone": "Mars/Olympus"}
    await rounds.go(TEAM)
    assert {each.journey_id for each in await terms(database)} == {JOURNEY}
    assert "rota_unreadable" in logged.getvalue()
    async with database.transaction() as session:
        rota = await find_rota(session, TEAM, "broken")
        assert rota
        assert rota.held_until == machine.now + HELD
        rota.settings = settings
    await rounds.go(TEAM)
    assert {each.journey_id for each in await terms(database)} == {JOURNEY}
    machine.now += HELD
    await rounds.go(TEAM)
    assert {each.journey_id for each in await terms(database)} == {JOURNEY, "broken"}


async def test_after_a_change_only_whom_it_concerns_hears_something_new(
    database: Database, rounds: ChampionRounds, clock: SettableClock
) -> None:
    await keep_rota(database)
    clock.now = FIRST + 2 * DAY
    await rounds.go(TEAM)
    assert key(Letter.REMINDER, FIRST + WEEK, BO) in await keys(database)
    async with database.transaction() as session:
        rota = await find_rota(session, TEAM, JOURNEY)
        bo = await session.get(ChampionMember, (TEAM, JOURNEY, BO))
        assert rota
        assert bo
        bo.paused_from, rota.look_at = date(2026, 3, 4), clock.now
    before = await keys(database)
    await rounds.go(TEAM)
    assert set(await keys(database)) - set(before) == {key(Letter.REMINDER, FIRST + WEEK, CY)}


async def test_stewards_hear_once_that_a_channel_cannot_be_told(
    database: Database, rounds: ChampionRounds, clock: SettableClock
) -> None:
    await keep_rota(database)
    await rounds.go(TEAM)
    async with database.transaction() as session:
        handover = await session.get(Delivery, (TEAM, key(Letter.HANDOVER, FIRST, CHANNEL)))
        assert handover
        handover.state, handover.error = State.DEAD.value, "is_archived"
    for _ in range(3):
        clock.now += DAY
        await rounds.go(TEAM)
    told = [each for each in await deliveries(database) if each.kind == Letter.STEWARDS]
    assert [(each.user_id, each.facts["about"]) for each in told] == [
        (HANNA, "channel:is_archived")
    ]
