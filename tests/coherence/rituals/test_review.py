"""What people make of a review once it is revealed."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from coherence.errors import ChangedMeanwhile, InvalidAnswers, NoRound, NotLeading, TooLate
from coherence.outbox import Outbox
from coherence.rituals.access import RitualAccess
from coherence.rituals.action import ActionState
from coherence.rituals.conclusion import Conclusion, Draft
from coherence.rituals.letters import Letter
from coherence.rituals.review import RitualReviews
from coherence.rituals.summary import RitualSummaries, Summary
from coherence.stack.document import Layer
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.outbox import Delivery
from storage.rituals import Ritual, RitualRound
from storage.stewards import Steward
from tests.support.reviews import (
    FIRST,
    HANNA,
    MAYA,
    PRIYA,
    RITUAL,
    SAM,
    TOM,
    alike,
    keep_journey,
    keep_ritual,
    keep_round,
)
from tests.support.rituals import TEAM
from tests.support.times import SettableClock

LED = Person(TEAM, HANNA)
TODAY = date(2026, 1, 8)
UPDATE_PAGE = Draft("Update the price page", TOM, TODAY + timedelta(days=14), Layer.TOUCHPOINT)
FOUND = Conclusion(Layer.NARRATIVE, "Sales tells another story than support.", (UPDATE_PAGE,))
NOTHING = Conclusion(None, "All of it holds.", ())


class World:
    """A revealed review, and who is still here."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SettableClock(FIRST + timedelta(days=3))
        self.left: set[str] = set()
        stewards = Stewards(database, self.clock, _nobody)
        outbox = Outbox(database, self.clock, self.clock, stewards)
        access = RitualAccess(database, self.clock, stewards)
        self.reviews = RitualReviews(database, self.clock, outbox, access, self.is_here)
        self.summaries = RitualSummaries(database, self.is_here)
        self.first = ""

    async def is_here(self, user_id: str) -> bool:
        return user_id not in self.left

    async def summary(self, round_id: str | None = None) -> Summary:
        found = await self.summaries.of(TEAM, round_id or self.first)
        assert found is not None
        assert found.review is not None
        return found

    async def conclude(self, conclusion: Conclusion = FOUND, person: Person = LED) -> None:
        """As whoever opens the form now and sends it."""
        seen = (await self.reviews.concluding(person, self.first)).seen
        await self.reviews.conclude(person, self.first, conclusion, seen=seen)

    async def before(self, round_id: str) -> list[tuple[str, ActionState]]:
        """What was decided before, as a review tells it."""
        review = (await self.summary(round_id)).review
        return [(each.text, each.state) for each in review.before] if review else []

    async def told(self) -> list[str]:
        """The kinds of what is to be said, a word each."""
        async with self.database.reading() as session:
            rows = (await session.exec(select(Delivery))).all()
        return sorted(each.kind for each in rows)

    async def revision(self, round_id: str | None = None) -> int:
        async with self.database.reading() as session:
            row = await session.get(RitualRound, (TEAM, round_id or self.first))
        assert row is not None
        return row.revision


async def _nobody(_user_id: str) -> bool:
    return False


@pytest.fixture
async def world(database: Database) -> World:
    world = World(database)
    await keep_journey(database, HANNA)
    await keep_ritual(database)
    given = alike(4, (HANNA, MAYA, TOM))
    given[TOM]["narrative"] = (1, "Support says the opposite.")
    world.first = await keep_round(database, 1, given)
    return world


async def test_what_people_disagree_on_comes_first_with_who_offers_to_explain(world: World) -> None:
    assert await world.reviews.explain(Person(TEAM, TOM), world.first, "narrative", "t1")
    assert await world.reviews.explain(Person(TEAM, MAYA), world.first, "narrative", "t2")
    review = (await world.summary()).review
    assert review is not None
    [narrative] = review.disagreed
    assert narrative.result.question.layer is Layer.NARRATIVE
    assert narrative.explaining == (MAYA, TOM)
    assert await world.told() == [Letter.PROMPT, Letter.PROMPT, Letter.SUMMARY, Letter.SUMMARY]


async def test_an_offer_to_explain_is_taken_back_by_the_next_press_but_not_by_a_redelivery(
    world: World,
) -> None:
    tom = Person(TEAM, TOM)
    assert await world.reviews.explain(tom, world.first, "narrative", "t1")
    assert await world.reviews.explain(tom, world.first, "narrative", "t1")
    assert not await world.reviews.explain(tom, world.first, "narrative", "t2")
    review = (await world.summary()).review
    assert review
    assert review.disagreed[0].explaining == ()
    assert await world.revision() == 2


async def test_two_who_offer_to_explain_at_once_are_both_named(world: World) -> None:
    await asyncio.gather(
        *(
            world.reviews.explain(Person(TEAM, who), world.first, "narrative", who)
            for who in (MAYA, TOM, SAM)
        )
    )
    review = (await world.summary()).review
    assert review
    assert set(review.disagreed[0].explaining) == {MAYA, TOM, SAM}
    assert await world.revision() == 3


async def test_nobody_explains_a_question_that_was_not_asked_or_a_review_that_is_open(
    world: World,
) -> None:
    with pytest.raises(NoRound):
        await world.reviews.explain(LED, world.first, "nonsense", "t1")
    second = await keep_round(world.database, 2, {}, closed=False)
    with pytest.raises(NoRound):
        await world.reviews.explain(LED, second, "narrative", "t2")


async def test_a_review_is_concluded_with_a_layer_a_sentence_and_actions(world: World) -> None:
    await world.conclude()
    summary = await world.summary()
    assert summary.asked.drifted is Layer.NARRATIVE
    assert summary.asked.conclusion == FOUND.sentence
    assert summary.asked.concluded_by == HANNA
    assert summary.review
    [action] = summary.review.decided
    assert (action.text, action.owner, action.due_on) == (
        UPDATE_PAGE.text,
        TOM,
        UPDATE_PAGE.due_on,
    )
    assert await world.told() == [Letter.OWNER, Letter.PROMPT, Letter.SUMMARY]


async def test_concluding_again_edits_and_the_same_form_twice_changes_nothing(world: World) -> None:
    seen = (await world.reviews.concluding(LED, world.first)).seen
    for _ in range(2):
        await world.reviews.conclude(LED, world.first, FOUND, seen=seen)
    assert await world.revision() == 1
    await world.conclude(NOTHING)
    summary = await world.summary()
    assert summary.asked.drifted is None
    assert summary.asked.conclusion == NOTHING.sentence
    assert summary.review
    assert summary.review.decided == ()


async def test_of_two_who_conclude_at_once_the_second_is_told_to_look(world: World) -> None:
    async with world.database.transaction() as session:
        session.add(Steward(workspace_id=TEAM, user_id=MAYA, named_by=MAYA, named_at=FIRST))
    maya = Person(TEAM, MAYA)
    seen = (await world.reviews.concluding(LED, world.first)).seen
    outcomes = await asyncio.gather(
        world.reviews.conclude(LED, world.first, FOUND, seen=seen),
        world.reviews.conclude(maya, world.first, NOTHING, seen=seen),
        return_exceptions=True,
    )
    assert {type(each) for each in outcomes} == {type(None), ChangedMeanwhile}
    assert await world.revision() == 1


async def test_an_edit_leaves_an_action_done_unless_it_is_another_one(world: World) -> None:
    await world.conclude()
    await world.reviews.settle(LED, f"{world.first}:1", ActionState.DONE, shown_in=world.first)
    await world.conclude(replace(FOUND, sentence="Another sentence."))
    review = (await world.summary()).review
    assert review
    assert review.decided[0].state is ActionState.DONE
    await world.conclude(replace(FOUND, actions=(replace(UPDATE_PAGE, text="Call sales"),)))
    review = (await world.summary()).review
    assert review
    assert review.decided[0].state is ActionState.OPEN


async def test_what_is_missing_has_passed_or_has_left_is_told_at_its_field(world: World) -> None:
    world.left = {SAM}
    conclusion = Conclusion(
        None,
        "",
        (
            replace(UPDATE_PAGE, due_on=TODAY - timedelta(days=1)),
            replace(UPDATE_PAGE, owner=SAM),
            Draft("Call sales"),
        ),
    )
    with pytest.raises(InvalidAnswers) as refused:
        await world.conclude(conclusion)
    assert set(refused.value.faults) == {"conclusion", "due_1", "owner_2", "owner_3", "due_3"}
    assert refused.value.faults["due_1"].startswith("This day has passed")
    assert await world.told() == []


async def test_today_is_the_day_where_the_ritual_is(world: World, database: Database) -> None:
    async with database.transaction() as session:
        row = await session.get(Ritual, (TEAM, RITUAL))
        assert row
        row.recurrence = {**row.recurrence, "zone": "Pacific/Auckland"}
    # Nine in the evening in London is the next morning in Auckland.
    world.clock.now = FIRST + timedelta(days=3, hours=12)
    with pytest.raises(InvalidAnswers):
        await world.conclude(replace(FOUND, actions=(replace(UPDATE_PAGE, due_on=TODAY),)))


async def test_a_day_that_has_passed_meanwhile_may_stay_where_it_stood(world: World) -> None:
    await world.conclude()
    world.clock.now += timedelta(days=40)
    await world.conclude(replace(FOUND, sentence="We were late."))
    assert (await world.summary()).asked.conclusion == "We were late."


async def test_a_conclusion_comes_too_late_once_the_next_review_is_revealed(world: World) -> None:
    seen = (await world.reviews.concluding(LED, world.first)).seen
    await keep_round(world.database, 2, {}, closed=False)
    await world.reviews.conclude(LED, world.first, NOTHING, seen=seen)
    seen = (await world.reviews.concluding(LED, world.first)).seen
    await keep_round(world.database, 3, alike(3, (HANNA, TOM)))
    with pytest.raises(TooLate):
        await world.reviews.conclude(LED, world.first, FOUND, seen=seen)


async def test_only_who_is_on_duty_or_a_steward_concludes(world: World) -> None:
    with pytest.raises(NotLeading):
        await world.reviews.concluding(Person(TEAM, TOM), world.first)
    with pytest.raises(NotLeading):
        await world.reviews.conclude(Person(TEAM, TOM), world.first, FOUND, seen="")


async def test_who_was_champion_when_it_was_asked_concludes_too(world: World) -> None:
    second = await keep_round(world.database, 2, alike(3, (HANNA, TOM)), champions=[TOM])
    seen = (await world.reviews.concluding(Person(TEAM, TOM), second)).seen
    await world.reviews.conclude(Person(TEAM, TOM), second, FOUND, seen=seen)
    assert (await world.summary(second)).asked.concluded_by == TOM


SECOND, THIRD = FIRST + timedelta(days=32), FIRST + timedelta(days=62)
"""When the reviews close."""


@pytest.mark.parametrize(
    ("done", "concluded", "told_in"),
    [
        (timedelta(days=-5), None, {2}),
        (timedelta(hours=1), None, {2, 3}),
        (timedelta(hours=1), timedelta(hours=2), {2}),
        (timedelta(hours=3), timedelta(hours=2), {2, 3}),
    ],
    ids=["before it", "in its talk", "before it is concluded", "after it was concluded"],
)
async def test_an_action_returns_until_a_review_has_told_what_became_of_it(
    world: World, done: timedelta, concluded: timedelta | None, told_in: set[int]
) -> None:
    await world.conclude()
    end = SECOND + concluded if concluded else None
    rounds = {
        2: await keep_round(world.database, 2, alike(3, (HANNA, TOM)), concluded_at=end),
        3: await keep_round(world.database, 3, alike(3, (HANNA, TOM))),
        4: await keep_round(world.database, 4, alike(3, (HANNA, TOM))),
    }
    assert {number for number in rounds if await world.before(rounds[number])} == {2, 3, 4}
    world.clock.now = SECOND + done
    tom = Person(TEAM, TOM)
    await world.reviews.settle(tom, f"{world.first}:1", ActionState.DONE, shown_in=rounds[2])
    assert {number for number in rounds if await world.before(rounds[number])} == told_in
    assert await world.before(rounds[2]) == [(UPDATE_PAGE.text, ActionState.DONE)]


async def test_settling_shows_itself_where_it_was_decided_and_in_the_newest(world: World) -> None:
    await world.conclude()
    second = await keep_round(world.database, 2, alike(3, (HANNA, TOM)))
    for _ in range(2):
        await world.reviews.settle(LED, f"{world.first}:1", ActionState.DROPPED, shown_in=second)
    assert await world.revision() == 2
    assert await world.revision(second) == 1
    action = await world.reviews.settle(
        LED, f"{world.first}:1", ActionState.OPEN, shown_in=world.first
    )
    assert action.is_open


async def test_only_its_owner_or_who_leads_settles_an_action(world: World) -> None:
    await world.conclude()
    with pytest.raises(NotLeading):
        await world.reviews.settle(
            Person(TEAM, PRIYA), f"{world.first}:1", ActionState.DONE, shown_in=world.first
        )


async def test_an_action_whose_owner_has_left_is_taken_over_by_the_first(world: World) -> None:
    await world.conclude()
    with pytest.raises(ChangedMeanwhile):
        await world.reviews.take_over(Person(TEAM, PRIYA), f"{world.first}:1", shown_in=world.first)
    world.left = {TOM}
    review = (await world.summary()).review
    assert review
    assert review.gone == {TOM}
    outcomes = await asyncio.gather(
        *(
            world.reviews.take_over(Person(TEAM, who), f"{world.first}:1", shown_in=world.first)
            for who in (PRIYA, SAM)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, ChangedMeanwhile) for each in outcomes) == 1
    review = (await world.summary()).review
    assert review
    assert review.decided[0].owner in {PRIYA, SAM}
    assert review.gone == frozenset()


async def test_the_change_is_since_the_last_round_that_shows_the_same_and_none_without_one(
    database: Database,
) -> None:
    world = World(database)
    await keep_journey(database, HANNA)
    await keep_ritual(database, visibility="anonymous")
    people = [f"U{number}" for number in range(6)]
    first = await keep_round(database, 1, alike(3, people))
    second = await keep_round(database, 2, alike(4, people))
    few = await keep_round(database, 3, alike(4, people[:4]))
    fourth = await keep_round(database, 4, alike(4, people))

    async def changes(round_id: str) -> set[float | None]:
        review = (await world.summary(round_id)).review
        assert review
        return {each.change for each in review.rated}

    assert await changes(first) == {None}
    assert await changes(second) == {1.0}
    assert await changes(few) == set()
    assert await changes(fourth) == {0.0}
    review = (await world.summary(fourth)).review
    assert review
    assert review.over_time.means[Layer.VISION] == (3.0, 4.0, None, 4.0)


async def test_a_layer_that_few_rated_without_names_is_in_neither_the_ratings_nor_the_chart(
    database: Database,
) -> None:
    world = World(database)
    await keep_journey(database, HANNA)
    await keep_ritual(database, visibility="anonymous")
    given = alike(4, [f"U{number}" for number in range(6)])
    for person in ("U0", "U1"):
        given[person]["system"] = (None, None)
    review = (await world.summary(await keep_round(database, 1, given))).review
    assert review
    assert {each.result.question.layer for each in review.rated} == set(Layer) - {Layer.SYSTEM}
    assert review.over_time.means[Layer.SYSTEM] == (None,)
    assert review.over_time.means[Layer.VISION] == (4.0,)


async def test_the_summary_of_a_review_a_year_on_has_twelve_reviews_over_time(
    world: World,
) -> None:
    last = ""
    for number in range(2, 15):
        last = await keep_round(world.database, number, alike(number % 5 + 1, (HANNA, TOM)))
    review = (await world.summary(last)).review
    assert review
    assert len(review.over_time.reviews) == 12
    assert review.over_time.reviews[-1].id == last
