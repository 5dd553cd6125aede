"""How a round ends: once, by time, by somebody, or as the next begins."""

import asyncio
from datetime import timedelta

import pytest

from coherence.errors import NoRound, NotLeading
from coherence.outbox import NotSentYet
from coherence.rituals.letters import Letter, prompt_key
from coherence.rituals.ritual import RitualKind, Visibility
from coherence.stewards import Person
from storage.database import Database
from storage.outbox import State
from storage.ritual_answers import has_answered
from storage.rituals import Ritual
from tests.coherence.rituals.ritual_world import HANNA, World
from tests.support.rituals import TEAM, Asked, add_answers, add_journey, add_ritual, add_round
from tests.support.rotas import add_rota
from tests.support.times import NOON

END = NOON + timedelta(hours=4)
STEWARD, MAYA, TOM = Person(TEAM, HANNA), Person(TEAM, "U0MAYA"), Person(TEAM, "U0TOM")


@pytest.fixture
async def world(database: Database) -> World:
    await add_journey(database)
    return World(database)


@pytest.fixture
async def ritual(world: World) -> Ritual:
    return await add_ritual(world.database, "journey")


async def test_when_its_time_is_over_it_closes_and_tells_what_came_of_it(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, "U0MAYA", "U0TOM")
    world.clock.now = END - timedelta(seconds=1)
    await world.rounds.go(TEAM)
    assert (await world.round(asked.id)).closed_at is None
    world.clock.now = END
    for _ in range(2):
        await world.rounds.go(TEAM)
    row = await world.round(asked.id)
    assert (row.closed_at, row.closed_by, row.shown) == (END, None, 2)
    [summary] = await world.planned(Letter.SUMMARY)
    assert (summary.thread_ts, summary.lane, summary.method) == ("1.0", "C0ONBOARD", "post")
    closed = f"{prompt_key(asked.id)}:closed"
    [update] = [each for each in await world.planned(Letter.PROMPT) if each.key == closed]
    assert update.method == "update"


async def test_where_nobody_answered_only_the_post_says_so(world: World, ritual: Ritual) -> None:
    asked = await add_round(world.database, ritual)
    await world.closing.close(STEWARD, asked.id)
    assert await world.planned(Letter.SUMMARY) == []
    claim = await world.claim(Letter.PROMPT)
    prompt = await world.prompts.of(claim)
    assert prompt
    assert (prompt.ts, prompt.asked.is_open) == ("1.0", False)


async def test_a_review_that_nobody_answered_still_has_a_thread_to_conclude_it_in(
    world: World,
) -> None:
    review = await add_ritual(world.database, "journey", Asked(kind=RitualKind.MONTHLY_REVIEW))
    asked = await add_round(world.database, review)
    await world.closing.close(STEWARD, asked.id)
    [summary] = await world.planned(Letter.SUMMARY)
    assert summary.thread_ts == "1.0"


@pytest.mark.parametrize(("people", "summaries"), [(4, 0), (5, 1)])
async def test_where_too_few_answered_without_names_there_is_nothing_for_a_thread(
    world: World, people: int, summaries: int
) -> None:
    ritual = await add_ritual(world.database, "journey", Asked(visibility=Visibility.ANONYMOUS))
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, *(f"U0PERSON{n}" for n in range(people)))
    await world.closing.close(STEWARD, asked.id)
    assert len(await world.planned(Letter.SUMMARY)) == summaries


@pytest.mark.parametrize("state", [State.DEAD, State.EXPIRED, State.DROPPED, None])
async def test_a_round_whose_post_never_came_says_nothing(
    world: World, ritual: Ritual, state: State | None
) -> None:
    asked = await add_round(world.database, ritual, ts="1.0" if state else None)
    if state:
        await world.mark(prompt_key(asked.id), state=state.value, ts=None)
    await add_answers(world.database, asked, "U0MAYA")
    await world.closing.close(STEWARD, asked.id)
    assert await world.planned(Letter.SUMMARY) == []
    assert [each.method for each in await world.planned(Letter.PROMPT)] == ["post"] * bool(state)


async def test_a_post_that_still_waits_is_not_sent_once_its_round_has_closed(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual)
    await world.mark(prompt_key(asked.id), state=State.DUE.value, ts=None)
    await world.closing.close(STEWARD, asked.id)
    claim = await world.claim(Letter.PROMPT)
    assert await world.prompts.of(claim) is None


async def test_while_the_post_is_on_its_way_time_waits_and_a_press_knows_it(
    world: World, ritual: Ritual
) -> None:
    first = await add_round(world.database, ritual)
    second = await add_round(world.database, ritual, number=2)
    for each in (first, second):
        await add_answers(world.database, each, "U0MAYA")
        await world.mark(prompt_key(each.id), state=State.SENDING.value, ts=None, lease_until=END)
    world.clock.now = END - timedelta(hours=1)
    await world.closing.close(STEWARD, first.id, ts="1.7")
    [summary] = await world.planned(Letter.SUMMARY)
    assert summary.thread_ts == "1.7"
    world.clock.now = END
    await world.rounds.go(TEAM)
    assert (await world.round(second.id)).closed_at is None
    await world.mark(prompt_key(second.id), state=State.SENT.value, ts="1.8")
    await world.rounds.go(TEAM)
    assert {each.thread_ts for each in await world.planned(Letter.SUMMARY)} == {"1.7", "1.8"}


async def test_an_update_waits_for_a_post_that_is_on_its_way(world: World, ritual: Ritual) -> None:
    asked = await add_round(world.database, ritual)
    await world.closing.close(STEWARD, asked.id)
    claim = await world.claim(Letter.PROMPT)
    await world.mark(prompt_key(asked.id), state=State.SENDING.value, ts=None)
    with pytest.raises(NotSentYet):
        await world.prompts.of(claim)


async def test_of_two_who_press_at_once_one_closes_it(world: World, ritual: Ritual) -> None:
    await add_rota(world.database, "journey", ["U0HANNA"])
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, "U0MAYA")
    presses = [world.closing.close(STEWARD, asked.id) for _ in range(4)]
    assert sorted(await asyncio.gather(*presses)) == [False, False, False, True]
    assert len(await world.planned(Letter.SUMMARY)) == 1
    assert len(await world.planned(Letter.PROMPT)) == 2


async def test_who_is_on_duty_may_close_it_and_who_is_not_hears_whom_to_ask(
    world: World, ritual: Ritual
) -> None:
    await add_rota(world.database, "journey", ["U0MAYA", "U0TOM"])
    asked = await add_round(world.database, ritual)
    [on_duty] = await world.access.champions(TEAM, "journey")
    other = TOM if on_duty == MAYA.user_id else MAYA
    with pytest.raises(NotLeading) as refused:
        await world.closing.close(other, asked.id)
    assert list(refused.value.to_ask) == [on_duty]
    assert await world.closing.close(Person(TEAM, on_duty), asked.id)
    assert (await world.round(asked.id)).closed_by == on_duty


async def test_whom_the_post_names_as_champion_may_close_it_after_their_term(
    world: World, ritual: Ritual
) -> None:
    asked = await add_round(world.database, ritual, champions=[MAYA.user_id])
    with pytest.raises(NotLeading):
        await world.closing.close(TOM, asked.id)
    assert await world.closing.close(MAYA, asked.id)


async def test_a_round_that_is_not_on_record_cant_be_closed(world: World) -> None:
    with pytest.raises(NoRound):
        await world.closing.close(STEWARD, "gone")


async def test_an_anonymous_round_keeps_how_many_took_part_and_forgets_who(world: World) -> None:
    ritual = await add_ritual(world.database, "journey", Asked(visibility=Visibility.ANONYMOUS))
    asked = await add_round(world.database, ritual)
    await add_answers(world.database, asked, "U0MAYA", "U0TOM")
    await world.closing.close(STEWARD, asked.id)
    assert (await world.round(asked.id)).taken_part == 2
    async with world.database.reading() as session:
        assert not await has_answered(session, TEAM, asked.id, "U0MAYA")
