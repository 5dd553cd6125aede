"""What owners of actions hear: once each, and only what is true when it is sent."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from coherence.outbox import Claim, Method, NotSentYet, Outbox
from coherence.privacy import FORMER, Leaver, Privacy
from coherence.rituals.access import RitualAccess
from coherence.rituals.action import ActionState
from coherence.rituals.conclusion import Conclusion, Draft
from coherence.rituals.letters import Letter
from coherence.rituals.owners import Naming, RitualOwners
from coherence.rituals.review import RitualReviews
from coherence.stack.document import Layer
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.outbox import Delivery
from tests.support.reviews import (
    FIRST,
    HANNA,
    MAYA,
    PRIYA,
    TOM,
    alike,
    keep_journey,
    keep_ritual,
    keep_round,
)
from tests.support.rituals import TEAM
from tests.support.times import SettableClock

PAGE = Draft("Update the price page", TOM, date(2026, 1, 22), Layer.TOUCHPOINT)
CALL = Draft("Call sales", MAYA, date(2026, 1, 29))


async def _nobody(_user_id: str) -> bool:
    return False


@dataclass
class World:
    """A revealed review, who leads it, and what the outbox would say."""

    database: Database
    asked: str = ""
    left: set[str] = field(default_factory=set)
    clock: SettableClock = field(default_factory=lambda: SettableClock(FIRST + timedelta(days=3)))

    def __post_init__(self) -> None:
        stewards = Stewards(self.database, self.clock, _nobody)
        self.outbox = Outbox(self.database, self.clock, self.clock, stewards)
        access = RitualAccess(self.database, self.clock, stewards)
        self.reviews = RitualReviews(self.database, self.clock, self.outbox, access, self.is_here)
        self.owners = RitualOwners(self.database, self.is_here)

    async def is_here(self, user_id: str) -> bool:
        return user_id not in self.left

    async def conclude(self, *actions: Draft, by: str = HANNA) -> None:
        """As whoever opens the form a minute later and sends it."""
        self.clock.now += timedelta(minutes=1)
        seen = (await self.reviews.concluding(Person(TEAM, by), self.asked)).seen
        conclusion = Conclusion(None, "It holds.", actions)
        await self.reviews.conclude(Person(TEAM, by), self.asked, conclusion, seen=seen)

    async def settle(self, by: str, state: ActionState, slot: int = 1) -> None:
        await self.reviews.settle(
            Person(TEAM, by), f"{self.asked}:{slot}", state, shown_in=self.asked
        )

    async def claims(self) -> list[Claim]:
        self.clock.now += timedelta(minutes=1)
        return list(await self.outbox.claim(TEAM, [Letter.OWNER], limit=9))

    async def sent(self) -> list[tuple[Method, Naming]]:
        """Send all there is to say; returns what was said, in order."""
        said = []
        while claims := await self.claims():
            for claim in claims:
                naming = await self.owners.of(claim)
                if naming is None:
                    await self.outbox.nothing_to_say(claim)
                    continue
                said.append((claim.method, naming))
                await self.outbox.sent(claim, naming.ts or claim.key, f"D of {claim.lane}")
        return said

    async def deliveries(self) -> list[Delivery]:
        query = select(Delivery).where(col(Delivery.kind) == Letter.OWNER)
        async with self.database.reading() as session:
            return list((await session.exec(query)).all())


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await keep_journey(database, HANNA, PRIYA)
    await keep_ritual(database)
    world.asked = await keep_round(database, 1, alike(4, (HANNA, MAYA, TOM)))
    return world


async def test_whoever_was_named_by_somebody_else_hears_of_it_once_for_each_action(
    world: World,
) -> None:
    await world.conclude(PAGE, CALL, replace(CALL, text="Ask support"))
    said = await world.sent()
    told = sorted((how, each.owner, each.named_by) for how, each in said)
    assert told == [(Method.POST, owner, HANNA) for owner in (MAYA, MAYA, TOM)]
    assert {each.action.text for _, each in said if each.action} == {
        "Update the price page",
        "Call sales",
        "Ask support",
    }
    assert said[0][1].ritual.name == "Monthly review"


async def test_whoever_concludes_and_names_themselves_hears_nothing(world: World) -> None:
    await world.conclude(replace(PAGE, owner=HANNA))
    await world.settle(HANNA, ActionState.DONE)
    assert await world.deliveries() == []


async def test_concluding_again_with_the_same_actions_says_nothing_again(world: World) -> None:
    await world.conclude(PAGE)
    await world.sent()
    seen = (await world.reviews.concluding(Person(TEAM, PRIYA), world.asked)).seen
    again = Conclusion(Layer.VISION, "Another sentence.", (PAGE,))
    await world.reviews.conclude(Person(TEAM, PRIYA), world.asked, again, seen=seen)
    assert await world.sent() == []
    assert len(await world.deliveries()) == 1


async def test_another_text_or_day_changes_the_message_in_its_place(world: World) -> None:
    await world.conclude(PAGE)
    [(_, first)] = await world.sent()
    await world.conclude(replace(PAGE, text="Write the price page anew"), by=PRIYA)
    [(how, naming)] = await world.sent()
    assert how is Method.UPDATE
    assert naming.action
    assert (naming.action.text, naming.named_by) == ("Write the price page anew", HANNA)
    await world.conclude(replace(PAGE, due_on=date(2026, 2, 2)))
    [(how, later)] = await world.sent()
    assert later.action
    assert (how, later.action.due_on) == (Method.UPDATE, date(2026, 2, 2))
    assert first.ts is None
    assert naming.ts == later.ts is not None


async def test_what_was_changed_before_it_is_sent_is_said_once_as_it_is_then(world: World) -> None:
    await world.conclude(PAGE)
    await world.conclude(replace(PAGE, text="Write the price page anew"))
    said = await world.sent()
    assert [how for how, _ in said if how is Method.POST] == [Method.POST]
    assert {each.action.text for _, each in said if each.action} == {"Write the price page anew"}


async def test_the_new_owner_hears_of_it_and_the_old_ones_message_says_that_it_is_not_theirs(
    world: World,
) -> None:
    await world.conclude(PAGE)
    await world.sent()
    await world.conclude(replace(PAGE, owner=MAYA), by=PRIYA)
    said = {each.owner: (how, each) for how, each in await world.sent()}
    how, naming = said[MAYA]
    assert (how, naming.named_by, naming.is_theirs) == (Method.POST, PRIYA, True)
    how, naming = said[TOM]
    assert (how, naming.is_theirs) == (Method.UPDATE, False)
    assert naming.action is not None


async def test_an_action_that_comes_back_to_somebody_is_said_where_they_heard_of_it_first(
    world: World,
) -> None:
    await world.conclude(PAGE)
    await world.sent()
    await world.conclude(replace(PAGE, owner=MAYA))
    await world.sent()
    await world.conclude(PAGE)
    said = {each.owner: (how, each.is_theirs) for how, each in await world.sent()}
    assert said == {TOM: (Method.UPDATE, True), MAYA: (Method.UPDATE, False)}


async def test_what_is_removed_or_given_away_before_it_is_sent_is_not_sent(world: World) -> None:
    await world.conclude(PAGE, CALL)
    await world.conclude(replace(PAGE, owner=PRIYA))
    assert [(how, each.owner) for how, each in await world.sent()] == [(Method.POST, PRIYA)]
    await world.conclude(PAGE)
    assert (Method.POST, TOM) in [(how, each.owner) for how, each in await world.sent()]


async def test_a_removed_action_is_taken_back_in_its_message_and_another_one_is_told_anew(
    world: World,
) -> None:
    await world.conclude(PAGE)
    await world.sent()
    await world.conclude()
    [(how, naming)] = await world.sent()
    assert (how, naming.owner, naming.action) == (Method.UPDATE, TOM, None)
    await world.conclude(replace(PAGE, text="Call sales"))
    said = [(how, each.action and each.action.text) for how, each in await world.sent()]
    assert sorted(said, key=str) == [(Method.POST, "Call sales"), (Method.UPDATE, None)]


async def test_what_became_of_it_is_said_in_its_place_and_a_second_press_says_nothing(
    world: World,
) -> None:
    await world.conclude(PAGE)
    await world.sent()
    for _ in range(2):
        await world.settle(PRIYA, ActionState.DONE)
    [(how, naming)] = await world.sent()
    assert naming.action
    assert (how, naming.action.state) == (Method.UPDATE, ActionState.DONE)
    assert naming.action.settled_by == PRIYA
    await world.settle(TOM, ActionState.OPEN)
    [(how, naming)] = await world.sent()
    assert naming.action
    assert (how, naming.action.is_open) == (Method.UPDATE, True)


async def test_what_was_settled_before_it_is_sent_is_told_only_if_it_is_opened_again(
    world: World,
) -> None:
    await world.conclude(PAGE, CALL)
    await world.settle(PRIYA, ActionState.DROPPED)
    assert {each.owner for _, each in await world.sent()} == {MAYA}
    for state in (ActionState.OPEN, ActionState.DONE, ActionState.OPEN):
        await world.settle(PRIYA, state)
    said = [each for how, each in await world.sent() if how is Method.POST]
    assert [(each.owner, each.named_by) for each in said] == [(TOM, HANNA)]
    await world.settle(TOM, ActionState.DONE)
    await world.settle(TOM, ActionState.OPEN)
    assert {how for how, _ in await world.sent()} == {Method.UPDATE}


async def test_whoever_gets_an_action_that_is_done_hears_of_it_when_it_is_opened_again(
    world: World,
) -> None:
    await world.conclude(replace(PAGE, owner=HANNA))
    await world.settle(HANNA, ActionState.DONE)
    await world.conclude(PAGE)
    assert await world.sent() == []
    await world.settle(PRIYA, ActionState.OPEN)
    assert [(how, each.named_by) for how, each in await world.sent()] == [(Method.POST, HANNA)]


async def test_taking_over_tells_nobody_anew(world: World) -> None:
    await world.conclude(PAGE)
    await world.sent()
    world.left = {TOM}
    action = f"{world.asked}:1"
    await world.reviews.take_over(Person(TEAM, MAYA), action, shown_in=world.asked)
    assert await world.sent() == []


async def test_a_change_waits_for_a_message_that_is_on_its_way(world: World) -> None:
    await world.conclude(PAGE)
    [first] = await world.claims()
    await world.settle(TOM, ActionState.DONE)
    [posted] = [each for each in await world.deliveries() if each.method == Method.POST]
    assert posted.key == first.key
    [update] = [each for each in await world.deliveries() if each.method == Method.UPDATE]
    claim = replace(first, key=update.key, method=Method.UPDATE, facts=update.facts)
    with pytest.raises(NotSentYet):
        await world.owners.of(claim)


async def test_a_second_naming_waits_while_the_first_message_may_have_arrived(world: World) -> None:
    await world.conclude(PAGE)
    [first] = await world.claims()
    await world.conclude(replace(PAGE, owner=MAYA))
    await world.conclude(PAGE)
    toms = [each for each in await world.deliveries() if each.lane == TOM]
    [second] = [each for each in toms if each.method == Method.POST and each.key != first.key]
    with pytest.raises(NotSentYet):
        await world.owners.of(replace(first, key=second.key, facts=second.facts))
    await world.outbox.sent(first, "1.0", "D of Tom")
    assert (Method.POST, TOM) not in [(how, each.owner) for how, each in await world.sent()]


async def test_nothing_is_sent_to_who_is_erased_and_nobody_is_named_who_is(world: World) -> None:
    await world.conclude(PAGE, CALL, by=PRIYA)
    privacy = Privacy(world.database, world.clock)
    await privacy.erase_person(Leaver(TEAM, TOM, ["Tom Berg"]))
    await privacy.erase_person(Leaver(TEAM, PRIYA, ["Priya Nair"]))
    [(_, naming)] = await world.sent()
    assert (naming.owner, naming.named_by) == (MAYA, FORMER)
    assert TOM not in str([each.model_dump() for each in await world.deliveries()])
