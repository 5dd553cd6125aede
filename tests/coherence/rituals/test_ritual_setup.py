"""Whoever leads a journey sets up, changes, pauses and ends its rituals; everybody may look."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from coherence.errors import ChangedMeanwhile, InvalidAnswers, NoRitual, NotLeading, UnknownZone
from coherence.outbox import Outbox
from coherence.recurrence import Recurrence, Weekly
from coherence.rituals.access import RitualAccess
from coherence.rituals.keeping import MAX_RITUALS
from coherence.rituals.plan import RitualPlan
from coherence.rituals.planned_questions import PlannedQuestion
from coherence.rituals.ritual import Ritual, RitualKind, questions_stored, ritual_value, schedule_id
from coherence.rituals.setup import RitualSetup
from coherence.schedules import Schedules, next_time_by_rule
from coherence.stewards import Person, Stewards
from storage import rituals as table
from storage.database import Database
from storage.journeys import set_channels
from storage.rituals import RitualRound
from storage.schedules import Schedule, find_schedule
from tests.coherence.champion.rotas import ANA, BO, CHANNEL, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON, SettableClock

HANNA = Person(TEAM, "U0HANNA")
CHAMPION = Person(TEAM, ANA)
SOMEBODY = Person(TEAM, BO)


async def _nobody(_user_id: str) -> bool:
    return False


async def _in_berlin() -> str:
    return "Europe/Berlin"


@dataclass(frozen=True)
class World:
    database: Database
    clock: SettableClock
    setup: RitualSetup

    async def plan(
        self, person: Person = HANNA, kind: RitualKind = RitualKind.STAND_UP, **changes: Any
    ) -> RitualPlan:
        form = await self.setup.new_form(person, kind, CHANNEL, _in_berlin)
        asked = tuple(PlannedQuestion(each) for each in ("Does it fit?", "Who was surprised?"))
        usual: dict[str, Any] = {"name": "Monday", "questions": asked}
        return replace(form.plan, **{**usual, **changes})

    async def saved(self, **changes: Any) -> Ritual:
        return (await self.setup.save(HANNA, await self.plan(**changes))).ritual

    async def again(self, ritual: Ritual, **changes: Any) -> RitualPlan:
        return replace((await self.setup.form(HANNA, ritual.id)).plan, **changes)

    async def row(self, ritual: Ritual) -> table.Ritual:
        async with self.database.reading() as session:
            found = await table.find_ritual(session, TEAM, ritual.id)
        assert found
        return found

    async def schedule(self, ritual: Ritual) -> Schedule | None:
        async with self.database.reading() as session:
            return await find_schedule(session, TEAM, schedule_id(ritual.id))

    async def lose_zone(self, ritual: Ritual) -> None:
        """Have a ritual live in a zone that is no more."""
        async with self.database.transaction() as session:
            row = await table.lock_ritual(session, TEAM, ritual.id)
            assert row
            row.recurrence = {**row.recurrence, "zone": "Europe/Atlantis"}


@pytest.fixture
async def world(database: Database) -> World:
    """Ana, Bo and Cy take weekly turns; Ana has been on duty since nine, Hanna is a steward."""
    await keep_rota(database)
    async with database.transaction() as session:
        await set_channels(session, TEAM, JOURNEY, [CHANNEL])
    clock = SettableClock()
    stewards = Stewards(database, clock, _nobody, [HANNA.user_id])
    access = RitualAccess(database, clock, stewards)
    outbox = Outbox(database, clock, clock, stewards)
    schedules = Schedules(database, clock, clock, (), next_time_by_rule)
    return World(database, clock, RitualSetup(database, clock, access, schedules, outbox))


async def test_a_new_ritual_is_due_from_its_next_time_on(world: World) -> None:
    ritual = await world.saved()
    assert ritual.recurrence.zone == "Europe/Berlin"
    schedule = await world.schedule(ritual)
    assert schedule
    assert (schedule.kind, schedule.subject_id) == ("ritual_stand_up", ritual.id)
    assert f"{schedule.next_run_at:%Y-%m-%d %H:%M}" == "2026-03-09 08:30"


async def test_the_champion_on_duty_may_set_one_up_and_others_may_not(world: World) -> None:
    await world.setup.save(CHAMPION, await world.plan(CHAMPION))
    with pytest.raises(NotLeading) as refused:
        await world.plan(SOMEBODY)
    assert refused.value.to_ask == (ANA,)
    theirs = await world.plan()
    with pytest.raises(NotLeading):
        await world.setup.save(SOMEBODY, theirs)
    world.clock.now = NOON + timedelta(weeks=1)
    with pytest.raises(NotLeading):
        await world.setup.save(CHAMPION, theirs)


async def test_everybody_may_look_and_is_told_whether_they_may_lead(world: World) -> None:
    ritual = await world.saved()
    for person, leads in ((HANNA, True), (CHAMPION, True), (SOMEBODY, False)):
        [journey] = await world.setup.overview(person, CHANNEL)
        assert journey.may_lead is leads
        [status] = journey.rituals
        assert status.ritual == ritual
        assert f"{status.next_at:%m-%d %H:%M}" == "03-09 08:30"
    assert len((await world.setup.coming(SOMEBODY, ritual.id)).coming) == 5


async def test_the_journey_of_the_channel_comes_first(world: World) -> None:
    await keep_rota(world.database, journey_id="another")
    names = [each.journey_id for each in await world.setup.overview(HANNA, CHANNEL)]
    assert names == [JOURNEY, "another"]
    names = [each.journey_id for each in await world.setup.overview(HANNA, "C0ELSEWHERE")]
    assert names == ["another", JOURNEY]


async def test_saving_the_same_plan_twice_keeps_one(world: World) -> None:
    plan = await world.plan()
    await asyncio.gather(world.setup.save(HANNA, plan), world.setup.save(HANNA, plan))
    [journey] = await world.setup.overview(HANNA, CHANNEL)
    [status] = journey.rituals
    assert status.ritual.revision == 1
    change = await world.again(status.ritual, name="Tuesday")
    await asyncio.gather(world.setup.save(HANNA, change), world.setup.save(HANNA, change))
    assert (await world.row(status.ritual)).revision == 2


async def test_of_two_who_change_it_the_second_is_told(world: World) -> None:
    ritual = await world.saved()
    mine, theirs = await world.again(ritual, name="Mine"), await world.again(ritual, name="Theirs")
    await world.setup.save(HANNA, mine)
    for act in (world.setup.preview, world.setup.save):
        with pytest.raises(ChangedMeanwhile):
            await act(CHAMPION, theirs)
    assert (await world.row(ritual)).name == "Mine"


async def test_another_rhythm_counts_from_now_on_and_another_name_moves_nothing(
    world: World,
) -> None:
    ritual = await world.saved()
    world.clock.now = NOON + timedelta(days=7, hours=1)
    await world.setup.save(HANNA, await world.again(ritual, name="Tuesday"))
    schedule = await world.schedule(ritual)
    assert schedule
    assert f"{schedule.next_run_at:%m-%d}" == "03-09"
    values = ritual.recurrence.model_dump() | {
        "pattern": Weekly(weekdays=("tue",)),
        "zone": "Europe/London",
    }
    await world.setup.save(
        HANNA, await world.again(ritual, recurrence=Recurrence.model_validate(values))
    )
    schedule = await world.schedule(ritual)
    assert schedule
    assert (f"{schedule.next_run_at:%m-%d %H:%M}", schedule.zone) == (
        "03-10 09:30",
        "Europe/London",
    )


async def test_what_was_slept_through_is_not_made_up_for(world: World) -> None:
    ritual = await world.saved()
    await world.setup.pause(CHAMPION, ritual.id)
    [journey] = await world.setup.overview(SOMEBODY, CHANNEL)
    assert journey.rituals[0].ritual.paused
    assert journey.rituals[0].next_at is None
    schedule = await world.schedule(ritual)
    assert schedule
    assert schedule.paused
    world.clock.now = NOON + timedelta(weeks=3)
    await world.setup.resume(HANNA, ritual.id)
    schedule = await world.schedule(ritual)
    assert schedule
    assert not schedule.paused
    assert f"{schedule.next_run_at:%m-%d}" == "03-30"


async def test_a_change_wakes_nothing_that_rests(world: World) -> None:
    ritual = await world.saved()
    await world.setup.pause(HANNA, ritual.id)
    done = await world.setup.save(HANNA, await world.again(ritual, name="Tuesday"))
    assert done.ritual.paused
    assert done.next_at is None
    schedule = await world.schedule(ritual)
    assert schedule
    assert schedule.paused


async def test_what_has_ended_is_gone_from_the_list_and_stays_on_record(world: World) -> None:
    ritual = await world.saved()
    change = await world.again(ritual, name="Late")
    await world.setup.end(HANNA, ritual.id)
    [journey] = await world.setup.overview(HANNA, CHANNEL)
    assert journey.rituals == ()
    assert await world.schedule(ritual) is None
    assert (await world.row(ritual)).ended_at == NOON
    with pytest.raises(NoRitual):
        await world.setup.save(HANNA, change)
    for act in (world.setup.pause, world.setup.resume, world.setup.end, world.setup.form):
        with pytest.raises(NoRitual):
            await act(HANNA, ritual.id)


async def test_others_can_neither_pause_nor_end(world: World) -> None:
    ritual = await world.saved()
    for act in (world.setup.pause, world.setup.resume, world.setup.end, world.setup.form):
        with pytest.raises(NotLeading):
            await act(SOMEBODY, ritual.id)


async def test_a_zone_that_is_no_more_is_told_in_the_list_and_can_be_mended(world: World) -> None:
    ritual = await world.saved()
    await world.lose_zone(ritual)
    [journey] = await world.setup.overview(SOMEBODY, CHANNEL)
    [status] = journey.rituals
    assert "Europe/Atlantis" in str(status.trouble)
    with pytest.raises(UnknownZone):
        await world.setup.coming(SOMEBODY, ritual.id)
    broken = await world.again(ritual, name="Mended")
    with pytest.raises(InvalidAnswers) as refused:
        await world.setup.preview(HANNA, broken)
    assert list(refused.value.faults) == ["zone"]
    mended = replace(broken, recurrence=ritual.recurrence)
    await world.setup.preview(HANNA, mended)
    await world.setup.save(HANNA, mended)
    [journey] = await world.setup.overview(SOMEBODY, CHANNEL)
    assert journey.rituals[0].trouble is None


async def test_a_paused_ritual_without_a_zone_stays_paused_until_it_is_mended(
    world: World,
) -> None:
    ritual = await world.saved()
    await world.setup.pause(HANNA, ritual.id)
    async with world.database.transaction() as session:
        schedule = await session.get(Schedule, (TEAM, schedule_id(ritual.id)))
        assert schedule
        schedule.recurrence = {**schedule.recurrence, "zone": "Europe/Atlantis"}
    with pytest.raises(UnknownZone):
        await world.setup.resume(HANNA, ritual.id)
    assert (await world.row(ritual)).paused


async def test_the_preview_goes_on_from_what_was_asked_and_names_the_champions(
    world: World,
) -> None:
    ritual = await world.saved()
    async with world.database.transaction() as session:
        session.add(
            RitualRound(
                workspace_id=TEAM,
                id="r1",
                ritual_id=ritual.id,
                number=1,
                due_at=NOON,
                closes_at=NOON,
                channel_id=CHANNEL,
                visibility="named",
                questions=[ritual.questions[0].model_dump(mode="json")],
            )
        )
    seen = await world.setup.preview(HANNA, await world.again(ritual, name="Next"))
    asked = [each.questions[0].text for each in seen.coming]
    assert asked[:2] == ["Who was surprised?", "Does it fit?"]
    assert seen.has_rota
    assert {each.champions for each in seen.coming} == {(ANA,), (BO,), ("U0CY",)}
    assert (await world.row(ritual)).revision == 1


async def test_the_form_leaves_out_a_question_that_was_retired(world: World) -> None:
    ritual = await world.saved()
    first, second = ritual.questions
    async with world.database.transaction() as session:
        row = await table.lock_ritual(session, TEAM, ritual.id)
        assert row
        row.questions = questions_stored([first.model_copy(update={"retired": True}), second])
    form = await world.setup.form(HANNA, ritual.id)
    assert [each.text for each in form.plan.questions] == [second.text]


async def test_a_journey_has_so_many_rituals_and_no_more(world: World) -> None:
    for number in range(MAX_RITUALS):
        await world.saved(name=f"Ritual {number}")
    with pytest.raises(InvalidAnswers):
        await world.saved(name="One more")


async def test_a_name_is_given_once_in_a_journey(world: World) -> None:
    monday = await world.saved(name="Monday question")
    again = await world.plan(name="monday  QUESTION")
    for tried in (world.setup.preview, world.setup.save):
        with pytest.raises(InvalidAnswers) as refused:
            await tried(HANNA, again)
        assert list(refused.value.faults) == ["name"]
        assert "has a ritual called “monday  QUESTION” already" in refused.value.faults["name"]
    friday = await world.saved(name="Friday question")
    with pytest.raises(InvalidAnswers):
        await world.setup.save(HANNA, await world.again(friday, name="Monday question"))
    kept = await world.setup.save(HANNA, await world.again(monday, name="MONDAY question"))
    assert kept.ritual.name == "MONDAY question"


async def test_the_name_of_one_that_has_ended_or_of_another_journey_is_free(world: World) -> None:
    await keep_rota(world.database, [BO], journey_id="another")
    await world.saved(journey_id="another")
    await world.setup.end(HANNA, (await world.saved()).id)
    assert (await world.saved()).name == "Monday"


async def test_of_two_who_give_the_same_name_at_once_one_is_refused(world: World) -> None:
    plans = [await world.plan(), await world.plan()]
    done = await asyncio.gather(
        *(world.setup.save(HANNA, each) for each in plans), return_exceptions=True
    )
    [refused] = [each for each in done if isinstance(each, BaseException)]
    assert isinstance(refused, InvalidAnswers)


async def test_who_leads_several_journeys_chooses_among_those(world: World) -> None:
    await keep_rota(world.database, [BO], journey_id="another")
    hers = await world.setup.new_form(HANNA, RitualKind.FREE, CHANNEL, _in_berlin)
    assert [id_ for id_, _ in hers.journeys] == [JOURNEY, "another"]
    his = await world.setup.new_form(SOMEBODY, RitualKind.FREE, CHANNEL, _in_berlin)
    assert (his.plan.journey_id, his.journeys) == ("another", (("another", "Another"),))


async def test_what_paused_it_is_forgotten_when_it_comes_again(world: World) -> None:
    ritual = await world.saved()
    async with world.database.transaction() as session:
        row = await table.lock_ritual(session, TEAM, ritual.id)
        assert row
        row.paused, row.paused_for = True, "is_archived"
    async with world.database.transaction() as session:
        schedule = await session.get(Schedule, (TEAM, schedule_id(ritual.id)))
        assert schedule
        schedule.paused = True
    done = await world.setup.resume(HANNA, ritual.id)
    assert ritual_value(await world.row(ritual)) == replace(done.ritual, paused_for=None)
    assert done.next_at


async def test_while_something_is_in_the_way_it_stays_paused_and_for_what(world: World) -> None:
    async def archived(channel_id: str) -> str:
        assert channel_id == CHANNEL
        return "is_archived"

    ritual = await world.saved()
    await world.setup.pause(HANNA, ritual.id)
    done = await world.setup.resume(HANNA, ritual.id, archived)
    assert (done.ritual.paused, done.ritual.paused_for, done.next_at) == (True, "is_archived", None)
    schedule = await world.schedule(ritual)
    assert schedule
    assert schedule.paused
