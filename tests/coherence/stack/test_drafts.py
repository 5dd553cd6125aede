"""Editing together, on both databases."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from coherence.errors import DraftHasChanged, InvalidStack, NotASteward
from coherence.stack.document import Stack
from coherence.stack.drafts import Basis, Clash, Drafts, Edit, Saved
from coherence.stack.editing import add_item, change_item, items_of, retire_item
from coherence.stack.versions import PublishedStack, Stacks
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.workspaces import register_workspace
from tests.coherence.stack.stacks import small
from tests.support.times import NOON

MAYA, TOM = Person("T1", "U0MAYA"), Person("T1", "U0TOM")
START = small(
    promises=[{"id": "P1", "text": "one"}, {"id": "P2", "text": "two"}],
    narrative={"milestones": [{"id": "N1", "name": "n", "text": "t"}]},
)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def stacks(database: Database) -> Stacks:
    async with database.transaction() as session:
        await register_workspace(session, "T1", "Larkfield", now=NOON)
    stacks = Stacks(database, lambda: NOON)
    await stacks.import_draft("T1", START, author="hanna", publish_note="First")
    return stacks


@pytest.fixture
def drafts(database: Database, stacks: Stacks, clock: Clock) -> Drafts:
    async def standing(user_id: str) -> bool:
        return user_id in {"U0MAYA", "U0TOM"}

    return Drafts(database, lambda: clock.now, Stewards(database, lambda: NOON, standing))


@pytest.fixture
async def journey(drafts: Drafts) -> str:
    return (await drafts.open(MAYA, None)).journey_id


def text(item_id: str, words: str) -> Edit:
    return lambda stack, _: change_item(stack, "promises", item_id, {"text": words})


def added(words: str) -> Edit:
    def edit(stack: Stack, taken: Collection[str]) -> Stack:
        return add_item(stack, "promises", {"text": words}, taken)[0]

    return edit


def texts(stack: Stack) -> dict[str, str]:
    return {item["id"]: item["text"] for item in items_of(stack, "promises")}


async def test_many_who_save_at_the_same_moment_lose_nothing(drafts: Drafts, journey: str) -> None:
    saved = await asyncio.gather(
        *(drafts.save(TOM, journey, Basis(version=1), added(f"new {n}")) for n in range(5)),
        drafts.save(MAYA, journey, Basis(version=1), text("P1", "better")),
    )
    assert all(isinstance(each, Saved) and each.is_new for each in saved)
    held = texts((await drafts.look(MAYA, journey)).stack)
    assert held["P1"] == "better"
    assert sorted(held.values()) == ["better", *(f"new {n}" for n in range(5)), "two"]
    assert set(held) == {f"P{n}" for n in range(1, 8)}


async def test_of_two_who_change_the_same_words_at_the_same_moment_one_is_asked(
    drafts: Drafts, journey: str
) -> None:
    saved = await asyncio.gather(
        *(
            drafts.save(person, journey, Basis(version=1), text("P1", person.user_id))
            for person in (MAYA, TOM)
        )
    )
    assert {type(each) for each in saved} == {Saved, Clash}


async def test_of_two_who_publish_at_the_same_moment_one_is_told(
    drafts: Drafts, journey: str
) -> None:
    await drafts.save(MAYA, journey, Basis(version=1), text("P1", "better"))
    basis = (await drafts.look(MAYA, journey)).basis
    answers = await asyncio.gather(
        *(
            drafts.publish(person, journey, basis, "mine", once=person.user_id)
            for person in (MAYA, TOM)
        ),
        return_exceptions=True,
    )
    assert {type(answer) for answer in answers} == {PublishedStack, DraftHasChanged}
    assert len(await drafts.history(MAYA, journey)) == 2


async def test_a_form_from_an_earlier_draft_is_merged_into_the_next(
    drafts: Drafts, journey: str
) -> None:
    await drafts.save(MAYA, journey, Basis(version=1), text("P1", "better"))
    opened = (await drafts.look(TOM, journey)).basis
    await drafts.publish(MAYA, journey, opened, "now", once="a")
    await drafts.save(MAYA, journey, Basis(version=2), text("P1", "best"))
    saved = await drafts.save(TOM, journey, opened, text("P2", "his"))
    assert isinstance(saved, Saved)
    assert texts(saved.desk.stack) == {"P1": "best", "P2": "his"}


async def test_a_form_that_is_too_old_is_refused_and_changes_nothing(
    drafts: Drafts, journey: str, clock: Clock
) -> None:
    await drafts.save(MAYA, journey, Basis(version=1), text("P1", "better"))
    old = (await drafts.look(MAYA, journey)).basis
    clock.now += timedelta(days=8)
    await drafts.save(MAYA, journey, old, text("P1", "best"))
    await drafts.publish(MAYA, journey, (await drafts.look(MAYA, journey)).basis, "x", once="a")
    with pytest.raises(DraftHasChanged, match="too old"):
        await drafts.save(TOM, journey, old, text("P2", "his"))
    assert (await drafts.look(MAYA, journey)).draft is None


async def test_ids_of_items_that_were_only_ever_drafted_are_not_used_again(
    drafts: Drafts, journey: str
) -> None:
    await drafts.save(MAYA, journey, Basis(version=1), added("three"))
    desk = await drafts.look(MAYA, journey)
    await drafts.discard(MAYA, journey, desk.basis)
    saved = await drafts.save(MAYA, journey, Basis(version=1), added("another"))
    assert isinstance(saved, Saved)
    assert texts(saved.desk.stack)["P4"] == "another"


async def test_what_two_together_make_inconsistent_is_not_published(
    drafts: Drafts, journey: str
) -> None:
    fields = {"name": "Mail", "milestone": "N1"}
    await drafts.save(
        MAYA,
        journey,
        Basis(version=1),
        lambda stack, _: retire_item(stack, "narrative.milestones", "N1"),
    )
    await drafts.save(
        TOM,
        journey,
        Basis(version=1),
        lambda stack, taken: add_item(stack, "touchpoints", fields, taken)[0],
    )
    desk = await drafts.look(MAYA, journey)
    assert [problem.sentence for problem in desk.problems] == ["there is no milestone N1."]
    with pytest.raises(InvalidStack, match="can't be published yet"):
        await drafts.publish(MAYA, journey, desk.basis, "x", once="a")


async def test_a_draft_is_not_discarded_or_replaced_unseen(drafts: Drafts, journey: str) -> None:
    await drafts.save(MAYA, journey, Basis(version=1), text("P1", "better"))
    seen = (await drafts.look(MAYA, journey)).basis
    await drafts.save(TOM, journey, seen, text("P2", "his"))
    with pytest.raises(DraftHasChanged):
        await drafts.discard(MAYA, journey, seen)
    with pytest.raises(DraftHasChanged, match="publish or discard it first"):
        await drafts.restore(MAYA, journey, 1)
    assert texts((await drafts.look(MAYA, journey)).stack) == {"P1": "better", "P2": "his"}


async def test_an_import_takes_part_in_the_count_of_revisions(
    drafts: Drafts, stacks: Stacks, journey: str
) -> None:
    await drafts.save(MAYA, journey, Basis(version=1), text("P1", "better"))
    seen = (await drafts.look(MAYA, journey)).basis
    await stacks.import_draft("T1", START, author="hanna", replace_draft=True)
    with pytest.raises(DraftHasChanged):
        await drafts.publish(MAYA, journey, seen, "x", once="a")


async def test_nobody_else_may_do_any_of_it(drafts: Drafts, journey: str) -> None:
    priya = Person("T1", "U0PRIYA")
    basis = Basis(version=1)
    for attempt in (
        drafts.open(priya, None),
        drafts.look(priya, journey),
        drafts.save(priya, journey, basis, text("P1", "x")),
        drafts.publish(priya, journey, basis, "x", once="a"),
        drafts.discard(priya, journey, basis),
        drafts.history(priya, journey),
        drafts.restore(priya, journey, 1),
    ):
        with pytest.raises(NotASteward):
            await attempt
