"""Everybody sees to their own duty: days away, pausing, leaving, messages."""

from datetime import date, timedelta

import pytest

from coherence.champion.leave import MOST_ENTRIES, Days, Effect
from coherence.errors import InvalidAnswers, NotOnTheRota
from coherence.privacy import FORMER, Leaver, Privacy
from coherence.stewards import Person
from storage.champion import (
    ChampionArrangement,
    ChampionLeave,
    ChampionSurface,
    find_rota,
    list_leave,
    list_surfaces,
)
from storage.database import Database
from tests.coherence.champion.duty_world import DutyWorld
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON

WEEK = timedelta(weeks=1)
TODAY = NOON.date()
ana, bo, cy = (Person(TEAM, user_id) for user_id in (ANA, BO, CY))


@pytest.fixture
async def world(database: Database) -> DutyWorld:
    """Ana, Bo and Cy take weekly turns; Ana has been on duty since nine."""
    await keep_rota(database)
    return DutyWorld.on(database)


def days(first: int, last: int) -> Days:
    """Days from today on."""
    return Days(TODAY + timedelta(days=first), TODAY + timedelta(days=last))


async def serving(world: DutyWorld, weeks: int) -> list[tuple[str, ...]]:
    return [term.users for term in (await world.resolved()).coming(NOON, weeks)]


async def arrange(world: DutyWorld, start: timedelta, end: timedelta, *users: str) -> None:
    async with world.database.transaction() as session:
        session.add(
            ChampionArrangement(
                workspace_id=TEAM,
                journey_id=JOURNEY,
                id=f"{start}",
                start=NOON + start,
                end=NOON + end,
                users=list(users),
                source="cover",
                made_at=NOON,
            )
        )


async def test_ones_duty_shows_ones_own_terms(world: DutyWorld) -> None:
    duty = await world.duties.mine(bo)
    [mine] = duty.rotas
    assert [term.start.date() for term in mine.terms[:2]] == [date(2026, 3, 9), date(2026, 3, 30)]
    assert (duty.leave, duty.country, duty.messages) == ([], None, True)


async def test_who_takes_no_turns_has_nothing_to_see_or_to_change(world: DutyWorld) -> None:
    di = Person(TEAM, "U0DI")
    assert (await world.duties.mine(di)).rotas == []
    with pytest.raises(NotOnTheRota):
        await world.duties.pause(di, JOURNEY)
    with pytest.raises(NotOnTheRota):
        await world.duties.add_leave(di, days(1, 2))


async def test_who_is_away_is_followed_by_the_next_and_comes_right_after(world: DutyWorld) -> None:
    [found] = await world.duties.add_leave(bo, days(8, 9))
    assert (found.effect, found.users) == (Effect.GOES_ON, (CY,))
    assert await serving(world, 3) == [(ANA,), (CY,), (BO,)]


async def test_who_is_on_duty_needs_cover(world: DutyWorld) -> None:
    [found] = await world.duties.add_leave(ana, days(0, 2))
    assert (found.effect, found.has_begun) == (Effect.NEEDS_COVER, True)
    assert await serving(world, 2) == [(ANA,), (BO,)]


async def test_away_from_the_day_of_the_handover_leaves_the_term_before_alone(
    world: DutyWorld,
) -> None:
    assert await world.duties.add_leave(ana, days(7, 9)) == []


async def test_what_was_arranged_stays_and_needs_cover(world: DutyWorld) -> None:
    await arrange(world, WEEK, WEEK + timedelta(days=2), CY)
    found = await world.duties.add_leave(cy, days(7, 9))
    assert [(each.effect, each.has_begun) for each in found] == [(Effect.NEEDS_COVER, False)]


async def test_leave_that_covers_everybody_leaves_a_term_vacant(world: DutyWorld) -> None:
    for person in (ana, bo):
        await world.duties.add_leave(person, days(7, 13))
    [found] = await world.duties.add_leave(cy, days(7, 13))
    assert (found.effect, found.users) == (Effect.VACANT, ())
    assert (await serving(world, 2))[1] == ()


async def test_days_that_overlap_or_touch_become_one_entry(world: DutyWorld) -> None:
    for first, last in ((3, 5), (10, 12), (6, 7), (5, 10), (5, 10)):
        await world.duties.add_leave(bo, days(first, last))
    assert [each.days for each in (await world.duties.mine(bo)).leave] == [days(3, 12)]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 3, "first"), (5, 4, "last"), (1, 400, "last"), (900, 901, "first")],
)
async def test_days_that_cannot_be_are_refused(
    world: DutyWorld, first: int, last: int, field: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        await world.duties.add_leave(bo, days(first, last))
    assert list(refused.value.faults) == [field]


async def test_there_are_so_many_entries_and_no_more(world: DutyWorld) -> None:
    for number in range(MOST_ENTRIES):
        await world.duties.add_leave(bo, days(3 * number, 3 * number))
    with pytest.raises(InvalidAnswers):
        await world.duties.add_leave(bo, days(300, 300))
    # One that becomes part of another is still welcome.
    await world.duties.add_leave(bo, days(1, 1))


async def test_days_away_are_taken_back_by_nobody_else(world: DutyWorld) -> None:
    await world.duties.add_leave(bo, days(8, 9))
    [entry] = (await world.duties.mine(bo)).leave
    await world.duties.remove_leave(ana, entry.id)
    assert await serving(world, 2) == [(ANA,), (CY,)]
    await world.duties.remove_leave(bo, entry.id)
    assert await serving(world, 2) == [(ANA,), (BO,)]


async def test_a_turn_that_was_passed_on_is_no_entry_of_leave(world: DutyWorld) -> None:
    async with world.database.transaction() as session:
        session.add(
            ChampionLeave(
                workspace_id=TEAM,
                id="pass",
                user_id=BO,
                kind="pass",
                journey_id=JOURNEY,
                first=TODAY + WEEK,
                last=TODAY + WEEK,
                told_at=NOON,
            )
        )
    await world.duties.add_leave(bo, days(6, 8))
    assert [each.days for each in (await world.duties.mine(bo)).leave] == [days(6, 8)]
    async with world.database.reading() as session:
        assert len(await list_leave(session, TEAM, [BO])) == 2


async def test_who_pauses_rests_from_the_next_term_until_they_resume(world: DutyWorld) -> None:
    for person in (ana, bo):
        await world.duties.pause(person, JOURNEY)
    assert await serving(world, 4) == [(ANA,), (CY,), (CY,), (CY,)]
    await world.duties.resume(bo, JOURNEY)
    assert await serving(world, 3) == [(ANA,), (BO,), (CY,)]


async def test_who_leaves_serves_the_term_that_has_begun(world: DutyWorld) -> None:
    await arrange(world, 2 * WEEK, 3 * WEEK, ANA)
    await world.duties.leave_rota(ana, JOURNEY)
    assert await serving(world, 4) == [(ANA,), (BO,), (CY,), (BO,)]
    assert (await world.duties.mine(ana)).rotas == []
    with pytest.raises(NotOnTheRota):
        await world.duties.leave_rota(ana, JOURNEY)


async def test_when_the_only_one_leaves_the_terms_are_vacant(database: Database) -> None:
    await keep_rota(database, [ANA])
    world = DutyWorld.on(database)
    await world.duties.leave_rota(ana, JOURNEY)
    assert await serving(world, 2) == [(ANA,), ()]


async def test_country_and_messages_are_ones_own_in_all_rotas(world: DutyWorld) -> None:
    await keep_rota(world.database, [ANA, BO], journey_id="billing")
    await world.duties.set_country(ana, " gb ")
    await world.duties.set_messages(ana, wanted=False)
    duty = await world.duties.mine(ana)
    assert (duty.country, duty.messages, len(duty.rotas)) == ("GB", False, 2)
    for country in ("XX", "Germany"):
        with pytest.raises(InvalidAnswers):
            await world.duties.set_country(ana, country)
    await world.duties.set_country(ana, "")
    assert (await world.duties.mine(ana)).country is None
    assert (await world.duties.mine(bo)).messages is True


async def test_every_change_has_the_round_look_again(world: DutyWorld) -> None:
    world.clock.now += timedelta(hours=1)
    await world.duties.pause(bo, JOURNEY)
    async with world.database.reading() as session:
        rota = await find_rota(session, TEAM, JOURNEY)
    assert rota is not None
    assert rota.look_at == world.clock.now


async def test_who_is_erased_is_in_no_arrangement_that_is_to_come(world: DutyWorld) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    await arrange(world, -2 * hour, -hour, BO)
    await arrange(world, -hour, day, BO, CY)
    await arrange(world, day, 2 * day, BO)
    await arrange(world, 2 * day, 3 * day, BO, ANA)
    await Privacy(world.database, world.clock).erase_person(Leaver(TEAM, BO))
    rota = await world.resolved()
    assert [(each.start - NOON, each.end - NOON, each.users) for each in rota.arranged] == [
        (-2 * hour, -hour, (FORMER,)),
        (-hour, 0 * hour, (FORMER, CY)),
        (0 * hour, day, (CY,)),
        (2 * day, 3 * day, (ANA,)),
    ]
    assert BO not in rota.people


async def test_handle_and_topic_are_written_anew_without_who_is_erased(world: DutyWorld) -> None:
    async with world.database.transaction() as session:
        for kind, people in (("handle", [BO, ANA]), ("topic", [ANA])):
            session.add(
                ChampionSurface(
                    workspace_id=TEAM,
                    journey_id=JOURNEY,
                    kind=kind,
                    target_id="S0CHAMPION",
                    fallback=people,
                    shown=people,
                )
            )
    await Privacy(world.database, world.clock).erase_person(Leaver(TEAM, BO))
    async with world.database.reading() as session:
        kept = {each.kind: each for each in await list_surfaces(session, TEAM)}
    assert (kept["handle"].fallback, kept["handle"].shown) == ([ANA], None)
    assert kept["topic"].shown == [ANA]
