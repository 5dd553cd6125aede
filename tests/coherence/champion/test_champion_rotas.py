"""Stewards set up and edit a rota; people are asked before they take turns."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from coherence.champion import plan as planning
from coherence.champion.letters import mark
from coherence.champion.member import MemberState
from coherence.champion.plan import validated_settings
from coherence.errors import ChangedMeanwhile, InvalidAnswers, NoRequest, NotASteward
from coherence.stewards import Person
from storage.champion import ChampionArrangement, ChampionMember, find_member, list_terms
from storage.database import Database
from storage.journeys import Journey, set_channels
from storage.workspaces import Workspace
from tests.coherence.champion.duty_world import HANNA, DutyWorld
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON

WEEK = timedelta(weeks=1)


@pytest.fixture
async def world(database: Database) -> DutyWorld:
    """A journey in London without a rota."""
    async with database.transaction() as session:
        session.add(Workspace(id=TEAM, name="Larkfield", created_at=NOON))
        await session.flush()
        session.add(
            Journey(
                workspace_id=TEAM,
                id=JOURNEY,
                name="Onboarding",
                zone="Europe/London",
                work_start="08:30",
                created_at=NOON,
            )
        )
    return DutyWorld.on(database)


@pytest.fixture
async def running(database: Database) -> DutyWorld:
    """Ana, Bo and Cy take weekly turns; Ana has been on duty since nine."""
    await keep_rota(database)
    return DutyWorld.on(database)


async def member(world: DutyWorld, user_id: str) -> ChampionMember:
    async with world.database.reading() as session:
        found = await find_member(session, TEAM, JOURNEY, user_id)
    assert found is not None
    return found


async def answer(world: DutyWorld, user_id: str, *, joins: bool) -> None:
    about = mark((await member(world, user_id)).asked_at)
    do = world.invitations.join if joins else world.invitations.decline
    await do(Person(TEAM, user_id), JOURNEY, about)


async def test_what_is_offered_is_a_week_from_next_monday_when_work_begins(
    world: DutyWorld,
) -> None:
    settings = (await world.plan()).settings
    assert (settings.zone, settings.start) == ("Europe/London", date(2026, 3, 9))
    assert f"{settings.handover:%H:%M}" == "08:30"
    assert (settings.cadence.every, settings.cadence.unit) == (1, "week")


async def test_the_channel_that_one_asks_in_is_offered_if_it_is_the_journeys(
    world: DutyWorld,
) -> None:
    async with world.database.transaction() as session:
        await set_channels(session, TEAM, JOURNEY, ["C1", "C2"])
    offered = [
        (await world.rotas.form(HANNA, JOURNEY, asked_in=channel)).plan.channel_id
        for channel in ("C2", "C3", None)
    ]
    assert offered == ["C2", "C1", "C1"]


async def test_nobody_but_a_steward_sees_or_changes_it(running: DutyWorld) -> None:
    ana = Person(TEAM, ANA)
    plan = await running.plan((ANA,))
    for call in (running.rotas.form(ana, JOURNEY), running.rotas.preview(ana, plan)):
        with pytest.raises(NotASteward):
            await call
    with pytest.raises(NotASteward):
        await running.rotas.save(ana, plan)


async def test_people_take_no_turn_before_they_say_yes(world: DutyWorld) -> None:
    saved = await world.save((ANA,), (BO,))
    assert saved.asked == [ANA, BO]
    assert (await world.resolved()).rota is None
    assert await world.letters() == [("invitation", ANA), ("invitation", BO)]
    await answer(world, BO, joins=True)
    await answer(world, ANA, joins=False)
    rota = await world.resolved()
    assert [term.users for term in rota.coming(NOON + WEEK, 2)] == [(BO,), (BO,)]
    assert rota.people[ANA].state is MemberState.DECLINED


async def test_whoever_sets_it_up_with_themselves_in_it_has_said_yes(world: DutyWorld) -> None:
    saved = await world.save((HANNA.user_id,), (BO,))
    assert saved.asked == [BO]
    assert (await world.resolved()).is_member(HANNA.user_id)


async def test_those_who_say_yes_one_after_the_other_serve_in_the_order_they_were_put(
    world: DutyWorld,
) -> None:
    await world.save((ANA,), (BO,), (CY,))
    for user_id in (CY, ANA, BO):
        await answer(world, user_id, joins=True)
    terms = (await world.resolved()).coming(NOON + WEEK, 3)
    assert [term.users for term in terms] == [(ANA,), (BO,), (CY,)]


async def test_who_asked_hears_of_it_in_one_message(world: DutyWorld) -> None:
    await world.save((ANA,), (BO,))
    await answer(world, ANA, joins=True)
    await answer(world, ANA, joins=True)
    await answer(world, BO, joins=False)
    told = [user_id for kind, user_id in await world.letters() if kind == "answers"]
    # The first is posted, the second changes it.
    assert told == [HANNA.user_id, HANNA.user_id]


async def test_an_answer_to_what_nobody_asks_any_more_is_refused(world: DutyWorld) -> None:
    await world.save((ANA,), (BO,))
    about = mark((await member(world, BO)).asked_at)
    await world.save((ANA,))
    with pytest.raises(NoRequest):
        await world.invitations.join(Person(TEAM, BO), JOURNEY, about)


@pytest.mark.parametrize(
    ("user_id", "said"),
    [("U0GUEST", "Guest is a guest"), ("U0APP", "is an app"), ("U0OLD", "deactivated")],
)
async def test_who_cannot_take_turns_is_not_asked(
    world: DutyWorld, user_id: str, said: str
) -> None:
    plan = await world.plan((ANA,), (user_id,))
    for call in (world.rotas.preview(HANNA, plan), world.rotas.save(HANNA, plan)):
        with pytest.raises(InvalidAnswers) as refused:
            await call
        assert said in refused.value.faults["members"]
    assert await world.letters() == []


async def test_a_preview_says_what_moves_and_changes_nothing(running: DutyWorld) -> None:
    plan = await running.plan((ANA,), (CY,), (BO,))
    preview = await running.rotas.preview(HANNA, plan)
    first = preview.foresight.moves[0]
    assert (first.start, first.before, first.after) == (
        datetime(2026, 3, 9, 9, tzinfo=UTC),
        (BO,),
        (CY,),
    )
    assert (await running.plan()).seen == 1
    assert (await running.resolved()).coming(NOON, 2)[1].users == (BO,)


async def test_a_term_that_has_begun_stays_whatever_is_edited(running: DutyWorld) -> None:
    await running.save((BO,), (CY,))
    rota = await running.resolved()
    assert [term.users for term in rota.coming(NOON, 3)] == [(ANA,), (BO,), (CY,)]
    async with running.database.reading() as session:
        kept = await list_terms(session, TEAM, [JOURNEY])
    assert [row.users for row in kept[JOURNEY]] == [[ANA]]
    assert await running.letters() == [("removed", ANA)]


async def test_who_is_gone_is_taken_out_without_a_word(running: DutyWorld) -> None:
    async with running.database.transaction() as session:
        row = await find_member(session, TEAM, JOURNEY, CY)
        assert row
        row.gone_at = NOON
    assert (await running.save((ANA,), (BO,))).going == [CY]
    assert await running.letters() == []


async def test_another_time_of_the_handover_moves_nobodys_turn(running: DutyWorld) -> None:
    plan = await running.plan((ANA,), (BO,), (CY,))
    later = plan.settings.model_copy(update={"handover": time(10)})
    foresight = (await running.rotas.preview(HANNA, replace(plan, settings=later))).foresight
    assert (foresight.moves, foresight.only_hours) == ([], True)


async def test_who_was_taken_out_and_comes_back_is_asked_again(running: DutyWorld) -> None:
    await running.save((ANA,), (BO,))
    running.clock.now += timedelta(minutes=1)
    assert (await running.save((ANA,), (BO,), (CY,))).asked == [CY]
    assert not (await running.resolved()).is_member(CY)
    await answer(running, CY, joins=True)
    assert (await running.resolved()).is_member(CY)


async def test_what_was_arranged_with_who_goes_is_undone(running: DutyWorld) -> None:
    async with running.database.transaction() as session:
        for number, users in enumerate(([CY], [ANA, CY])):
            session.add(
                ChampionArrangement(
                    workspace_id=TEAM,
                    journey_id=JOURNEY,
                    id=str(number),
                    start=NOON + (number + 1) * WEEK,
                    end=NOON + (number + 2) * WEEK,
                    users=users,
                    source="override",
                    made_at=NOON,
                )
            )
    await running.save((ANA,), (BO,))
    assert [each.users for each in (await running.resolved()).arranged] == [(ANA,)]


async def test_of_two_stewards_the_second_is_told_to_look_again(running: DutyWorld) -> None:
    mine, theirs = await running.plan((ANA,), (BO,)), await running.plan((CY,), (BO,))
    await running.rotas.save(HANNA, mine)
    for call in (running.rotas.save, running.rotas.preview):
        with pytest.raises(ChangedMeanwhile):
            await call(Person(TEAM, "U0OTHER"), theirs)


async def test_two_who_set_it_up_at_once_make_one_rota(world: DutyWorld) -> None:
    plans = [await world.plan((ANA,)), await world.plan((BO,))]
    done = await asyncio.gather(
        *(world.rotas.save(HANNA, plan) for plan in plans), return_exceptions=True
    )
    assert sum(isinstance(each, ChangedMeanwhile) for each in done) == 1
    assert len((await world.resolved()).members) == 1


async def test_saving_twice_asks_once(world: DutyWorld) -> None:
    plan = await world.plan((ANA,), (BO,))
    await asyncio.gather(*(world.rotas.save(HANNA, plan) for _ in range(2)))
    assert await world.letters() == [("invitation", ANA), ("invitation", BO)]
    assert (await world.plan()).seen == 1


async def test_people_who_were_asked_for_can_serve_together(world: DutyWorld) -> None:
    await world.save((ANA, BO), (CY,))
    for user_id in (BO, CY, ANA):
        await answer(world, user_id, joins=True)
    terms = (await world.resolved()).coming(NOON + WEEK, 2)
    assert [term.users for term in terms] == [(ANA, BO), (CY,)]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"zone": "Berln"}, "zone", "similar ones are Europe/Berlin"),
        ({"zone": ""}, "zone", "must be a time zone that exists"),
        ({"country": "ZZ"}, "country", "two letters of a country"),
        ({"country": "G"}, "country", "This"),
        ({"handover": None}, "handover", "must be a time such as 09:00"),
    ],
)
def test_settings_that_cannot_be_are_named_by_their_field(
    changes: dict[str, Any], field: str, said: str
) -> None:
    fields = {
        "zone": "Europe/London",
        "start": "2026-03-09",
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
    }
    with pytest.raises(InvalidAnswers) as refused:
        validated_settings({**fields, **changes})
    assert said in refused.value.faults[field]


@pytest.mark.parametrize("start", [date(2026, 3, 1), date(2027, 4, 1)], ids=["past", "far"])
async def test_a_first_handover_lies_within_the_next_year(world: DutyWorld, start: date) -> None:
    plan = await world.plan((ANA,))
    wanted = replace(plan, settings=plan.settings.model_copy(update={"start": start}))
    with pytest.raises(InvalidAnswers) as refused:
        await world.rotas.preview(HANNA, wanted)
    assert "start" in refused.value.faults


async def test_a_rota_of_nobody_is_refused(world: DutyWorld) -> None:
    with pytest.raises(InvalidAnswers):
        await world.save()


async def test_a_rota_of_one_serves_every_term(world: DutyWorld) -> None:
    await world.save((HANNA.user_id,))
    preview = await world.rotas.preview(HANNA, await world.plan((HANNA.user_id,)))
    assert preview.foresight.moves == []
    terms = (await world.resolved()).coming(NOON + WEEK, 3)
    assert {term.users for term in terms} == {(HANNA.user_id,)}


async def test_a_handover_at_a_time_that_clocks_skip_moves_forward(world: DutyWorld) -> None:
    plan = await world.plan((HANNA.user_id,), (BO,))
    settings = validated_settings(
        {
            "zone": "Europe/Berlin",
            "start": "2026-03-29",
            "handover": "02:30",
            "cadence": {"every": 1, "unit": "week"},
        }
    )
    preview = await world.rotas.preview(HANNA, replace(plan, settings=settings))
    starts = [f"{term.start:%d %H:%M}" for term in preview.foresight.first[:2]]
    assert starts == ["29 01:30", "05 00:30"]


GROUPS = (("a",), ("b", "c"), ("d",))


def test_people_are_moved_parted_and_put_together() -> None:
    assert planning.moved_up(GROUPS, "d") == (("a",), ("d",), ("b", "c"))
    assert planning.moved_down(GROUPS, "a") == (("b", "c"), ("a",), ("d",))
    assert planning.joined_above(GROUPS, "d") == (("a",), ("b", "c", "d"))
    assert planning.parted(GROUPS, "c") == (("a",), ("b",), ("c",), ("d",))


@pytest.mark.parametrize("move", [planning.moved_up, planning.joined_above])
def test_the_first_has_nobody_above(move: Any) -> None:
    assert move(GROUPS, "a") == GROUPS


def test_the_last_has_nobody_below() -> None:
    assert planning.moved_down(GROUPS, "d") == GROUPS


def test_who_served_together_still_does_when_others_are_chosen() -> None:
    settings = validated_settings(
        {
            "zone": "UTC",
            "start": "2026-03-09",
            "handover": "09:00",
            "cadence": {"every": 1, "unit": "week"},
        }
    )
    assert planning.regrouped(["c", "e", "b"], GROUPS, settings) == (("b", "c"), ("e",))
    pairs = settings.model_copy(update={"per_term": 2})
    assert planning.regrouped(["c", "b"], GROUPS, pairs) == (("c",), ("b",))
