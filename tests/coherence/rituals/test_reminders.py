"""Who is reminded of a round, when, and of what not any more."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from coherence.champion.hours import OwnHours
from coherence.errors import NoRitual, NoRound
from coherence.rituals.letters import Letter
from coherence.rituals.reminders import AT_ONCE, Choice, reminder_moments
from coherence.rituals.ritual import HowOften, Visibility
from coherence.stewards import Person
from storage.champion import ChampionLeave
from storage.database import Database
from storage.ritual_answers import RitualReminder, find_reminder
from storage.rituals import Ritual, lock_ritual
from tests.coherence.rituals.ritual_world import World
from tests.support.rituals import (
    TEAM,
    Asked,
    add_answers,
    add_journey,
    add_reminder,
    add_ritual,
    add_round,
)
from tests.support.times import NOON

MAYA, TOM = "U0MAYA", "U0TOM"
LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAYS = timedelta(days=1)
ONCE, DAILY = HowOften.ONCE, HowOften.DAILY


def hours(zone: ZoneInfo = LONDON, country: str | None = None) -> OwnHours:
    return OwnHours(zone=zone, begin=time(9), end=time(17), country=country)


@pytest.fixture
async def world(database: Database) -> World:
    await add_journey(database)
    return World(database)


@pytest.fixture
async def ritual(world: World) -> Ritual:
    return await add_ritual(world.database, "journey")


async def remind(world: World, user: str, how_often: HowOften | None) -> Choice:
    [asked] = await world.asked()
    person = Person(TEAM, user)
    return await world.reminders.choose(person, asked.id, how_often, "Europe/London")


def test_once_is_halfway() -> None:
    found = reminder_moments(hours(), MONDAY, MONDAY + timedelta(hours=4), ONCE)
    assert found == {0: MONDAY + timedelta(hours=2)}


def test_where_halfway_is_out_of_hours_it_is_the_next_morning() -> None:
    found = reminder_moments(hours(), MONDAY, MONDAY + timedelta(hours=30), ONCE)
    assert found == {1: datetime(2026, 3, 3, 9, tzinfo=UTC)}


def test_where_halfway_is_too_late_it_is_at_once_in_their_hours() -> None:
    begin = datetime(2026, 3, 2, 7, tzinfo=UTC)
    # Tokyo's day ends an hour after this begins.
    assert reminder_moments(hours(TOKYO), begin, begin + timedelta(hours=4), ONCE) == {0: begin}


def test_who_is_never_at_work_while_it_is_open_is_not_reminded() -> None:
    night = datetime(2026, 3, 2, 18, tzinfo=UTC)
    for how_often in HowOften:
        assert reminder_moments(hours(), night, night + timedelta(hours=4), how_often) == {}


def test_each_working_day_begins_with_one_after_the_day_it_was_asked() -> None:
    friday = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
    found = reminder_moments(hours(), friday, friday + 5 * DAYS, DAILY)
    # The weekend between is left out, and clocks change in it.
    assert found == {
        3: datetime(2026, 3, 30, 8, tzinfo=UTC),
        4: datetime(2026, 3, 31, 8, tzinfo=UTC),
        5: datetime(2026, 4, 1, 8, tzinfo=UTC),
    }


def test_holidays_of_the_team_are_left_out() -> None:
    thursday = datetime(2026, 4, 30, 9, 30, tzinfo=UTC)
    found = reminder_moments(hours(country="GB"), thursday, thursday + 5 * DAYS, DAILY)
    assert [each.day for each in found.values()] == [1, 5]


def test_of_a_round_of_one_day_daily_is_once() -> None:
    found = reminder_moments(hours(), MONDAY, MONDAY + timedelta(hours=4), DAILY)
    assert found == {0: MONDAY + timedelta(hours=2)}


async def test_who_asked_is_reminded_in_their_own_zone_and_nobody_else(
    world: World, ritual: Ritual
) -> None:
    await add_reminder(world.database, ritual, MAYA, "once", "America/New_York")
    await add_reminder(world.database, ritual, TOM, "once", "Europe/Atlantis")
    await add_round(world.database, ritual, due_at=MONDAY)
    await world.tick(MONDAY)
    found = {each.user_id: each.next_attempt_at for each in await world.planned(Letter.REMINDER)}
    # New York is at work from 14:00 on, half an hour after it has closed.
    assert found == {TOM: MONDAY + timedelta(hours=2)}


async def test_who_is_on_leave_is_not_reminded(world: World, ritual: Ritual) -> None:
    await add_reminder(world.database, ritual, MAYA, "daily", "Europe/London")
    await add_reminder(world.database, ritual, TOM, "daily", "Europe/London")
    await add_round(world.database, ritual, due_at=MONDAY, closes_at=MONDAY + 3 * DAYS)
    async with world.database.transaction() as session:
        session.add(_leave(MAYA, MONDAY + DAYS))
        # Passing a term of the duty on is no leave.
        session.add(_leave(TOM, MONDAY + DAYS, kind="pass"))
    await world.tick(MONDAY)
    found = [(each.user_id, each.next_attempt_at) for each in await world.planned(Letter.REMINDER)]
    nine = MONDAY.replace(hour=9, minute=0)
    assert sorted(found) == [
        (MAYA, nine + 2 * DAYS),
        (MAYA, nine + 3 * DAYS),
        (TOM, nine + DAYS),
        (TOM, nine + 2 * DAYS),
        (TOM, nine + 3 * DAYS),
    ]


async def test_who_has_taken_leave_since_is_not_reminded(world: World, ritual: Ritual) -> None:
    await add_round(world.database, ritual)
    await remind(world, MAYA, ONCE)
    world.clock.now = NOON + timedelta(hours=2)
    claim = await world.claim(Letter.REMINDER)
    assert await world.reminders.of(claim)
    async with world.database.transaction() as session:
        session.add(_leave(MAYA, NOON))
    assert await world.reminders.of(claim) is None


def _leave(user: str, day: datetime, kind: str = "leave") -> ChampionLeave:
    return ChampionLeave(
        workspace_id=TEAM,
        id=user,
        user_id=user,
        kind=kind,
        journey_id="journey" if kind == "pass" else None,
        first=day.date(),
        last=day.date(),
        told_at=MONDAY,
    )


async def test_thousands_are_planned_in_pages_and_once_by_however_many_processes(
    world: World, ritual: Ritual
) -> None:
    people = [f"U{number:05}" for number in range(2 * AT_ONCE + 1)]
    async with world.database.transaction() as session:
        session.add_all(
            RitualReminder(workspace_id=TEAM, ritual_id=ritual.id, user_id=each, how_often="once")
            for each in people
        )
    await add_round(world.database, ritual)
    planned = []
    for _ in range(4):
        await world.rounds.go(TEAM)
        planned.append(len(await world.planned(Letter.REMINDER)))
    assert planned == [AT_ONCE, 2 * AT_ONCE, len(people), len(people)]
    another = world.new_rounds()
    for _ in range(3):
        await another.go(TEAM)
    assert len(await world.planned(Letter.REMINDER)) == len(people)


async def test_who_asks_while_a_round_is_open_is_reminded_of_it(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await world.rounds.go(TEAM)
    await remind(world, MAYA, ONCE)
    await remind(world, MAYA, ONCE)
    world.clock.now = NOON + timedelta(hours=2)
    reminder = await world.reminders.of(await world.claim(Letter.REMINDER))
    assert reminder
    assert (reminder.asked.id, reminder.how_often) == (asked.id, ONCE)


async def test_who_chooses_hears_when_they_are_reminded_this_time_if_at_all(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    chosen = await remind(world, MAYA, ONCE)
    assert (chosen.waits, chosen.next_at) == (True, NOON + timedelta(hours=2))
    never = await remind(world, MAYA, None)
    assert (never.waits, never.next_at) == (True, None)
    world.clock.now = NOON + timedelta(hours=3)
    too_late = await remind(world, MAYA, DAILY)
    assert (too_late.waits, too_late.next_at) == (True, None)
    await add_answers(world.database, asked, MAYA)
    assert not (await remind(world, MAYA, ONCE)).waits


@pytest.mark.parametrize("visibility", Visibility)
async def test_who_has_answered_is_not_reminded(world: World, visibility: Visibility) -> None:
    ritual = await add_ritual(world.database, "journey", Asked(visibility=visibility))
    asked = await add_round(world.database, ritual)
    await remind(world, MAYA, ONCE)
    world.clock.now = NOON + timedelta(hours=2)
    claim = await world.claim(Letter.REMINDER)
    assert await world.reminders.of(claim)
    await add_answers(world.database, asked, MAYA)
    assert await world.reminders.of(claim) is None


async def test_nobody_is_reminded_of_what_has_closed_or_what_they_dont_want_any_more(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual, closes_at=NOON + 3 * DAYS)
    await remind(world, MAYA, DAILY)
    world.clock.now = NOON + DAYS
    first = await world.claim(Letter.REMINDER)
    assert await world.reminders.of(first)
    # Once is on Wednesday, halfway: Tuesday's is not wanted any more.
    await remind(world, MAYA, ONCE)
    assert await world.reminders.of(first) is None
    await remind(world, MAYA, None)
    assert await world.reminders.of(first) is None
    await remind(world, MAYA, DAILY)
    await world.closing.close(Person(TEAM, "U0HANNA"), asked.id)
    assert await world.reminders.of(first) is None


async def test_what_somebody_chose_is_shown_to_them(world: World, ritual: Ritual) -> None:
    asked = await add_round(world.database, ritual)
    found = []
    for how_often in (ONCE, DAILY, None):
        await remind(world, MAYA, how_often)
        choice = await world.reminders.choice(Person(TEAM, MAYA), asked.id)
        found.append(choice.how_often)
    assert found == [ONCE, DAILY, None]
    async with world.database.reading() as session:
        assert await find_reminder(session, TEAM, ritual.id, MAYA) is None


async def test_reminders_of_what_is_gone_or_has_ended_cant_be_chosen(
    world: World, ritual: Ritual
) -> None:
    maya = Person(TEAM, MAYA)
    with pytest.raises(NoRound):
        await world.reminders.choose(maya, "gone", ONCE, None)
    asked = await add_round(world.database, ritual)
    async with world.database.transaction() as session:
        row = await lock_ritual(session, TEAM, ritual.id)
        assert row
        row.ended_at = NOON
    with pytest.raises(NoRitual):
        await world.reminders.choose(maya, asked.id, ONCE, None)
