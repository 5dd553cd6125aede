"""What is due happens once: late by rule, never in a burst, whichever way the clock moves."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.outbox import NewDelivery
from coherence.recurrence import Recurrence, Weekly
from coherence.schedules import (
    MOST_AT_ONCE,
    NewSchedule,
    Occasion,
    ScheduleKind,
    Schedules,
    next_time_by_rule,
)
from storage.database import Database
from storage.outbox import Delivery, State
from storage.schedules import Occurrence, find_schedule, list_occurrences, list_schedules
from storage.workspaces import register_workspace
from tests.support.rehearsal import USEFUL_FOR, every, key_of, next_time, plan

TEAM = "T0LARK"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAILY = every(24, 10)
TEN = START.replace(hour=10)
DAY = timedelta(days=1)


class Clocks:
    """The application's clock and the machine's, both moved by a test."""

    def __init__(self) -> None:
        self.now = self.machine = START


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


class Broken(Exception):
    pass


async def fail(_session: AsyncSession, _occasion: Occasion) -> Sequence[NewDelivery]:
    raise Broken


def schedules_on(database: Database, clocks: Clocks) -> Schedules:
    kinds = [
        ScheduleKind("rehearsal", USEFUL_FOR, plan),
        ScheduleKind("broken", USEFUL_FOR, fail),
    ]
    return Schedules(database, lambda: clocks.now, lambda: clocks.machine, kinds, next_time)


@pytest.fixture
async def schedules(database: Database, clocks: Clocks) -> Schedules:
    made = schedules_on(database, clocks)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=START)
        await made.add(session, NewSchedule(TEAM, "s", "rehearsal", DAILY, "UTC", "C0SALES"))
    return made


async def history(database: Database, schedule_id: str = "s") -> list[tuple[datetime, bool]]:
    async with database.reading() as session:
        found = await list_occurrences(session, TEAM, schedule_id)
    return [(each.due_at, each.missed) for each in found]


async def outbox(database: Database) -> list[Delivery]:
    async with database.reading() as session:
        return list((await session.exec(select(Delivery))).all())


async def test_nothing_happens_before_its_time(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    clocks.now = TEN - timedelta(microseconds=1)
    assert await schedules.fire_due(TEAM) == 0
    assert await history(database) == []


async def test_what_is_due_is_recorded_with_its_delivery_and_the_next_time(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    clocks.now = TEN
    assert await schedules.fire_due(TEAM) == 1
    assert await schedules.fire_due(TEAM) == 0
    [delivery] = await outbox(database)
    assert delivery.key == key_of("s", TEN)
    assert (delivery.lane, delivery.expires_at) == ("C0SALES", TEN + USEFUL_FOR)
    assert await history(database) == [(TEN, False)]
    async with database.reading() as session:
        schedule = await find_schedule(session, TEAM, "s")
    assert schedule is not None
    assert schedule.next_run_at == TEN + DAY


async def test_of_several_that_were_missed_only_the_newest_happens(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    clocks.now = TEN + 3 * DAY + timedelta(hours=2)
    assert await schedules.fire_due(TEAM) == 1
    assert [missed for _, missed in await history(database)] == [True, True, True, False]
    assert len(await outbox(database)) == 1


async def test_what_is_of_no_use_any_more_is_only_recorded(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    async with database.transaction() as session:
        weekly = NewSchedule(TEAM, "w", "rehearsal", every(7 * 24, 10), "UTC", "C0SALES")
        await schedules.add(session, weekly)
        before = {each.id: each.next_run_at for each in await list_schedules(session, TEAM)}
    due = before["w"]
    assert due is not None
    clocks.now = due + USEFUL_FOR + timedelta(seconds=1)
    await schedules.fire_due(TEAM)
    assert await history(database, "w") == [(due, True)]


async def test_months_are_caught_up_with_in_small_transactions_and_no_burst(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    clocks.now = TEN + 300 * DAY
    assert await schedules.fire_due(TEAM) == 1
    assert [missed for _, missed in await history(database)] == [True] * 300 + [False]


async def test_a_clock_that_goes_back_repeats_nothing(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    clocks.now = TEN + 2 * DAY
    await schedules.fire_due(TEAM)
    before = await history(database)
    clocks.now = START
    assert await schedules.fire_due(TEAM) == 0
    clocks.now = TEN + 2 * DAY + timedelta(hours=1)
    assert await schedules.fire_due(TEAM) == 0
    assert await history(database) == before


async def test_a_paused_schedule_rests_and_makes_nothing_up(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    async with database.transaction() as session:
        await schedules.pause(session, TEAM, "s")
    clocks.now = TEN + DAY
    assert await schedules.fire_due(TEAM) == 0
    async with database.transaction() as session:
        await schedules.resume(session, TEAM, "s")
    assert await schedules.fire_due(TEAM) == 0
    clocks.now = TEN + 2 * DAY
    assert await schedules.fire_due(TEAM) == 1


async def test_a_removed_schedule_takes_what_it_still_had_to_say_with_it(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    clocks.now = TEN
    await schedules.fire_due(TEAM)
    async with database.transaction() as session:
        await schedules.remove(session, TEAM, "s")
    assert [each.state for each in await outbox(database)] == [State.DROPPED]
    assert await history(database) == []


async def test_one_that_cannot_be_planned_is_put_aside_and_holds_up_no_other(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    weekly = every(7 * 24, 10)
    due = next_time(weekly, START)
    assert due is not None
    async with database.transaction() as session:
        await schedules.add(session, NewSchedule(TEAM, "b", "broken", weekly, "UTC", "C0SALES"))
    clocks.now = due
    assert await schedules.fire_due(TEAM) == 1
    assert await history(database, "b") == []
    clocks.now = due + USEFUL_FOR + timedelta(hours=1)
    assert await schedules.fire_due(TEAM) == 1
    assert await history(database, "b") == []
    clocks.machine += timedelta(minutes=2)
    await schedules.fire_due(TEAM)
    assert await history(database, "b") == [(due, True)]


async def test_kinds_that_this_process_does_not_know_are_left_to_others(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    async with database.transaction() as session:
        await schedules.add(session, NewSchedule(TEAM, "n", "newer", DAILY, "UTC", "C0SALES"))
    clocks.now = TEN
    assert await schedules.fire_due(TEAM) == 1
    assert await history(database, "n") == []


async def test_three_that_tick_at_once_do_everything_once(
    schedules: Schedules, clocks: Clocks, database: Database
) -> None:
    async with database.transaction() as session:
        for number in range(250):
            new = NewSchedule(TEAM, f"s{number}", "rehearsal", DAILY, "UTC", "C0SALES")
            await schedules.add(session, new)
    clocks.now = TEN
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    acted = await asyncio.gather(*(schedules_on(other, clocks).fire_due(TEAM) for other in others))
    for other in others:
        await other.close()
    assert sum(acted) == 251
    assert len(await outbox(database)) == 251
    async with database.reading() as session:
        assert len((await session.exec(select(Occurrence))).all()) == 251


async def test_what_takes_longer_than_it_may_is_left_for_the_next_time(
    database: Database, clocks: Clocks
) -> None:
    async def slow(session: AsyncSession, occasion: Occasion) -> Sequence[NewDelivery]:
        clocks.machine += timedelta(seconds=1)
        return await plan(session, occasion)

    kinds = [ScheduleKind("rehearsal", USEFUL_FOR, slow)]
    made = Schedules(database, lambda: clocks.now, lambda: clocks.machine, kinds, next_time)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=START)
        for number in range(MOST_AT_ONCE + 1):
            new = NewSchedule(TEAM, f"s{number}", "rehearsal", DAILY, "UTC", "C0SALES")
            await made.add(session, new)
    clocks.now = TEN
    assert await made.fire_due(TEAM, within=timedelta(seconds=1)) == MOST_AT_ONCE
    assert len(await outbox(database)) == MOST_AT_ONCE
    assert await made.fire_due(TEAM, within=timedelta(seconds=1)) == 1
    assert len(await outbox(database)) == MOST_AT_ONCE + 1


async def test_the_products_own_rules_are_recurrences(database: Database, clocks: Clocks) -> None:
    rule = Recurrence(
        pattern=Weekly(weekdays=("mon",)),
        start=date(2026, 3, 2),
        time=time(9, 30),
        zone="Europe/Berlin",
    )
    kinds = [ScheduleKind("rehearsal", USEFUL_FOR, plan)]
    made = Schedules(database, lambda: clocks.now, lambda: clocks.machine, kinds, next_time_by_rule)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=START)
        document = rule.model_dump(mode="json")
        new = NewSchedule(TEAM, "s", "rehearsal", document, "Europe/Berlin", "C0SALES")
        await made.add(session, new)
    clocks.now = datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert await made.fire_due(TEAM) == 1
    assert (await history(database))[-1] == (clocks.now, False)
