"""What each tick makes of rounds that are open."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from coherence.rituals.letters import EVERY, Letter, prompt_key
from coherence.rituals.trouble import TROUBLE
from storage.database import Database
from storage.outbox import State
from storage.rituals import Ritual, lock_ritual
from storage.schedules import find_schedule, lock_schedule
from storage.stewards import Steward
from tests.coherence.rituals.ritual_world import HANNA, World
from tests.support.rituals import (
    DAILY,
    TEAM,
    Asked,
    add_answers,
    add_journey,
    add_ritual,
    add_round,
)
from tests.support.times import NOON

SECOND = timedelta(seconds=1)


@pytest.fixture
async def world(database: Database) -> World:
    await add_journey(database)
    return World(database)


@pytest.fixture
async def ritual(world: World) -> Ritual:
    return await add_ritual(world.database, "journey")


async def updates(world: World) -> int:
    return len([each for each in await world.planned(Letter.PROMPT) if each.method == "update"])


async def test_progress_is_shown_every_twenty_seconds_and_not_for_each_answer(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    told = []
    for number in range(60):
        if number < 45:
            await add_answers(world.database, asked, f"U{number:03}")
        await world.tick(NOON + SECOND * number)
        told.append(await updates(world))
    assert told[0] == 1
    assert told[19] == 1
    assert told[20] == 2
    assert told[59] == 3
    await world.tick(NOON + SECOND * 60)
    assert await updates(world) == 4
    assert (await world.round(asked.id)).shown == 45


async def test_where_nobody_has_answered_anew_nothing_is_said(world: World, ritual: Ritual) -> None:
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, "U0MAYA")
    for number in range(5):
        await world.tick(NOON + EVERY * number)
    assert await updates(world) == 1


async def test_two_processes_show_progress_once(world: World, ritual: Ritual) -> None:
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, "U0MAYA")
    await asyncio.gather(*(each.go(TEAM) for each in (world.rounds, world.new_rounds())))
    assert await updates(world) == 1


async def test_a_clock_that_is_turned_back_doesnt_stop_progress(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, "U0MAYA")
    await world.tick(NOON + timedelta(hours=2))
    await add_answers(world.database, asked, "U0TOM")
    await world.tick(NOON)
    assert (await world.round(asked.id)).shown == 2


async def test_progress_that_was_overtaken_is_not_said(world: World, ritual: Ritual) -> None:
    asked = await add_round(world.database, ritual)
    for number, person in enumerate(("U0MAYA", "U0TOM")):
        await add_answers(world.database, asked, person)
        await world.tick(NOON + EVERY * number)
    overtaken = await world.claim(Letter.PROMPT)
    assert await world.prompts.of(overtaken) is None
    await world.outbox.nothing_to_say(overtaken)
    world.clock.now += timedelta(seconds=5)
    prompt = await world.prompts.of(await world.claim(Letter.PROMPT))
    assert prompt
    assert (prompt.answered, prompt.ts) == (2, "1.0")


@pytest.mark.parametrize("error", sorted(TROUBLE))
async def test_a_ritual_that_cant_be_posted_rests_and_stewards_hear_once(
    world: World, ritual: Ritual, error: str
) -> None:
    asked = await add_round(world.database, ritual)
    await world.mark(prompt_key(asked.id), state=State.DEAD.value, ts=None, error=error)
    await asyncio.gather(*(each.go(TEAM) for each in (world.rounds, world.new_rounds())))
    await world.tick(NOON + EVERY)
    row = await world.ritual()
    assert (row.paused, row.paused_for) == (True, error)
    assert (await world.round(asked.id)).closed_at is not None
    async with world.database.reading() as session:
        schedule = await find_schedule(session, TEAM, "ritual:ritual")
    assert schedule
    assert schedule.paused
    [told] = await world.planned(Letter.TROUBLE)
    assert (told.user_id, told.facts) == (HANNA, {"ritual_id": ritual.id, "error": error})


async def test_who_was_named_steward_here_hears_of_trouble_too(
    world: World, ritual: Ritual
) -> None:
    async with world.database.transaction() as session:
        session.add(Steward(workspace_id=TEAM, user_id="U0MAYA", named_by=HANNA, named_at=NOON))
    asked = await add_round(world.database, ritual)
    await world.mark(prompt_key(asked.id), state=State.DEAD.value, ts=None, error="is_archived")
    await world.tick()
    assert {each.user_id for each in await world.planned(Letter.TROUBLE)} == {HANNA, "U0MAYA"}


async def test_trouble_of_another_sort_leaves_the_ritual_going(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await world.mark(prompt_key(asked.id), state=State.DEAD.value, ts=None, error="fatal_error")
    await world.tick()
    assert not (await world.ritual()).paused


async def test_who_has_chosen_another_channel_meanwhile_is_not_held_up(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await world.mark(prompt_key(asked.id), state=State.DEAD.value, ts=None, error="is_archived")
    async with world.database.transaction() as session:
        row = await lock_ritual(session, TEAM, ritual.id)
        assert row
        row.channel_id = "C0RANDOM"
    await world.tick()
    assert not (await world.ritual()).paused
    assert await world.planned(Letter.TROUBLE) == []


async def test_a_ritual_that_was_resumed_is_not_paused_for_what_was_before(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await world.mark(prompt_key(asked.id), state=State.DEAD.value, ts=None, error="is_archived")
    await world.tick()
    async with world.database.transaction() as session:
        row = await lock_ritual(session, TEAM, ritual.id)
        assert row
        row.paused, row.paused_for = False, None
    await world.tick(NOON + EVERY)
    assert not (await world.ritual()).paused


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"zone": "Europe/Atlantis"}, "unknown_zone"),
        ({"country": "ZZ", "on_holiday": "skip"}, "unknown_holidays"),
    ],
)
async def test_a_ritual_of_which_nobody_can_tell_the_time_rests_and_stewards_hear_once(
    world: World, wrong: dict[str, str], error: str
) -> None:
    await add_ritual(world.database, "journey", Asked(id="other"))
    ritual = await add_ritual(world.database, "journey")
    async with world.database.transaction() as session:
        schedule = await lock_schedule(session, TEAM, f"ritual:{ritual.id}")
        assert schedule
        schedule.recurrence = {**DAILY, **wrong}
    tuesday = datetime(2026, 3, 3, 9, 30, tzinfo=NOON.tzinfo)
    for number in range(3):
        await world.tick(tuesday + timedelta(minutes=2) * number)
    assert (await world.ritual()).paused_for == error
    [told] = await world.planned(Letter.TROUBLE)
    assert told.facts["error"] == error
    assert len(await world.asked("other")) == 1


async def test_where_nothing_is_due_it_asks_the_database_twice_and_writes_nothing(
    world: World, ritual: Ritual
) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await world.rounds.go(TEAM)
    event.remove(engine, "before_cursor_execute", note)
    queries = [each for each in asked if not each.startswith(("BEGIN", "PRAGMA", "SET"))]
    assert len(queries) == 2
    assert all(each.startswith("SELECT") for each in queries)
