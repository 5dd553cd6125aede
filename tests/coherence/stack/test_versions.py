"""Drafts and published versions, on both databases."""

import asyncio
import inspect
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlmodel import select

from coherence.errors import (
    AmbiguousJourney,
    DraftInProgress,
    InvalidStack,
    NoJourney,
    NoPublishedStack,
    NotFound,
)
from coherence.stack.document import Stack
from coherence.stack.versions import DraftStack, PublishedStack, Stacks
from storage import stack as table
from storage.database import Database
from storage.journeys import Journey
from storage.stack import StackVersion
from storage.workspaces import register_workspace
from tests.coherence.stack.stacks import small
from tests.support.times import NOON

TEAM = "T0TEAM"


@pytest.fixture
async def stacks(database: Database) -> Stacks:
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
    hours = count()

    def an_hour_later() -> datetime:
        return NOON + timedelta(hours=next(hours))

    return Stacks(database, an_hour_later)


def stack(text: str = "one", journey: str = "J") -> Stack:
    return small(journey=journey, vision=[{"id": "V1", "text": text}])


async def publish(stacks: Stacks, text: str = "one", journey: str = "J") -> PublishedStack:
    saved = await stacks.import_draft(
        TEAM, stack(text, journey), author="ana", publish_note=f"because {text}"
    )
    assert isinstance(saved, PublishedStack)
    return saved


async def rows(database: Database) -> Sequence[StackVersion]:
    async with database.reading() as session:
        return (await session.exec(select(StackVersion).order_by("number"))).all()


async def test_an_import_makes_a_draft_that_nobody_is_checked_against(stacks: Stacks) -> None:
    saved = await stacks.import_draft(TEAM, stack(), author="ana")
    assert isinstance(saved, DraftStack)
    assert (saved.stack, saved.author, saved.based_on) == (stack(), "ana", None)
    assert await stacks.draft(TEAM) == saved
    with pytest.raises(NoPublishedStack, match="“J” has no published narrative yet"):
        await stacks.published(TEAM)


async def test_a_second_import_replaces_ones_own_draft(stacks: Stacks) -> None:
    await stacks.import_draft(TEAM, stack("one"), author="ana")
    await stacks.import_draft(TEAM, stack("two"), author="ana")
    assert (await stacks.draft(TEAM)).stack == stack("two")


async def test_somebody_elses_draft_is_replaced_only_where_that_is_asked_for(
    stacks: Stacks,
) -> None:
    await stacks.import_draft(TEAM, stack("one"), author="ana")
    for note in (None, "At once"):
        with pytest.raises(DraftInProgress, match="“J” has a draft that somebody else changed"):
            await stacks.import_draft(TEAM, stack("two"), author="bo", publish_note=note)
    assert (await stacks.draft(TEAM)).stack == stack("one")
    await stacks.import_draft(TEAM, stack("one"), author="bo")
    await stacks.import_draft(TEAM, stack("two"), author="ana", replace_draft=True)
    draft = await stacks.draft(TEAM)
    assert (draft.stack, draft.author) == (stack("two"), "ana")


async def test_publishing_numbers_the_draft_and_takes_it_away(stacks: Stacks) -> None:
    await stacks.import_draft(TEAM, stack(), author="ana")
    published = await stacks.publish(TEAM, author="bo", note="agreed")
    assert (published.number, published.author, published.note) == (1, "bo", "agreed")
    assert (published.is_new, published.stack) == (True, stack())
    with pytest.raises(NotFound, match="“J” has no draft"):
        await stacks.draft(TEAM)
    with pytest.raises(NotFound, match="“J” has no draft"):
        await stacks.publish(TEAM, author="bo", note="again")


async def test_versions_are_numbered_from_one_and_remembered(stacks: Stacks) -> None:
    for text in ("one", "two", "three"):
        await publish(stacks, text)
    history = await stacks.history(TEAM)
    assert [(v.number, v.note) for v in history] == [
        (3, "because three"),
        (2, "because two"),
        (1, "because one"),
    ]
    assert (await stacks.published(TEAM)).stack == stack("three")
    assert (await stacks.published(TEAM, number=2)).stack == stack("two")


async def test_a_draft_says_which_version_it_started_from(stacks: Stacks) -> None:
    await publish(stacks)
    saved = await stacks.import_draft(TEAM, stack("two"), author="ana")
    assert isinstance(saved, DraftStack)
    assert saved.based_on == 1


async def test_an_unchanged_import_publishes_nothing_new(
    stacks: Stacks, database: Database
) -> None:
    first = await publish(stacks)
    again = await publish(stacks)
    assert (again.number, again.is_new, again.published_at) == (1, False, first.published_at)
    assert len(await rows(database)) == 1
    with pytest.raises(NotFound):
        await stacks.draft(TEAM)


async def test_an_older_text_published_again_is_a_new_version(stacks: Stacks) -> None:
    for text in ("one", "two", "one"):
        await publish(stacks, text)
    assert (await stacks.published(TEAM)).number == 3


async def test_a_published_version_never_changes(stacks: Stacks, database: Database) -> None:
    await publish(stacks)
    [before] = await rows(database)
    await publish(stacks)
    await stacks.import_draft(TEAM, stack("two"), author="eve")
    await stacks.publish(TEAM, author="eve", note="two")
    await publish(stacks, "three")
    first, *_ = await rows(database)
    assert first.model_dump() == before.model_dump()


def test_nothing_in_storage_writes_to_a_version_that_exists() -> None:
    source = inspect.getsource(table)
    assert not any(verb in source for verb in ("update(", "delete(", "merge(", "text("))


@pytest.mark.parametrize("number", [0, -1, 3, 2**31, 10**30])
async def test_a_number_that_was_never_published_is_not_found(stacks: Stacks, number: int) -> None:
    await publish(stacks, "one")
    await publish(stacks, "two")
    with pytest.raises(NotFound, match=rf"“J” has no version {number}; the newest is 2\."):
        await stacks.published(TEAM, number=number)


async def test_publishers_at_the_same_moment_get_numbers_of_their_own(
    stacks: Stacks, database: Database
) -> None:
    await publish(stacks, "zero")
    published = await asyncio.gather(*(publish(stacks, f"text {n}") for n in range(4)))
    assert sorted(p.number for p in published) == [2, 3, 4, 5]
    assert [row.number for row in await rows(database)] == [1, 2, 3, 4, 5]


async def test_a_draft_is_published_once_by_two_at_the_same_moment(
    stacks: Stacks, database: Database
) -> None:
    await stacks.import_draft(TEAM, stack(), author="ana")
    answers = await asyncio.gather(
        *(stacks.publish(TEAM, author=name, note="mine") for name in ("ana", "bo")),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["NotFound", "PublishedStack"]
    assert len(await rows(database)) == 1


async def test_two_first_imports_at_the_same_moment_make_one_journey(
    stacks: Stacks, database: Database
) -> None:
    await asyncio.gather(publish(stacks, "one"), publish(stacks, "two"))
    async with database.reading() as session:
        assert len((await session.exec(select(Journey))).all()) == 1
    assert [row.number for row in await rows(database)] == [1, 2]


async def test_without_a_journey_one_is_told_how_to_get_one(stacks: Stacks) -> None:
    with pytest.raises(NoJourney, match="no journey yet"):
        await stacks.published(TEAM)


async def test_with_several_journeys_one_is_asked_which(stacks: Stacks) -> None:
    await publish(stacks, journey="Buying")
    await publish(stacks, journey="Leaving")
    with pytest.raises(AmbiguousJourney, match=r"\(“Buying”, “Leaving”\)"):
        await stacks.published(TEAM)
    assert (await stacks.published(TEAM, "Leaving")).stack.journey == "Leaving"
    with pytest.raises(NoJourney, match="no journey called “Staying”"):
        await stacks.published(TEAM, "Staying")


async def test_each_journey_counts_its_own_versions(stacks: Stacks) -> None:
    await publish(stacks, "one", "Buying")
    await publish(stacks, "two", "Buying")
    assert (await publish(stacks, "one", "Leaving")).number == 1


async def test_a_journey_named_with_the_import_overrules_the_file(stacks: Stacks) -> None:
    await stacks.import_draft(TEAM, stack(), author="ana", journey=" Leaving ")
    assert (await stacks.draft(TEAM, "Leaving")).stack.journey == "Leaving"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 76])
async def test_a_journey_gets_no_name_that_a_file_could_not_have(stacks: Stacks, name: str) -> None:
    with pytest.raises(InvalidStack, match="1 to 75 characters"):
        await stacks.import_draft(TEAM, stack(), author="ana", journey=name)
    with pytest.raises(NoJourney):
        await stacks.draft(TEAM)


async def test_a_channel_finds_the_journey_it_was_linked_to(stacks: Stacks) -> None:
    for journey, channel in (("Buying", "C1"), ("Leaving", "C2")):
        await stacks.import_draft(
            TEAM, stack(journey=journey), author="ana", channels=[channel], publish_note="x"
        )
    assert (await stacks.published_for_channel(TEAM, "C1")).stack.journey == "Buying"
    assert (await stacks.published_for_channel(TEAM, "C2")).stack.journey == "Leaving"
    with pytest.raises(AmbiguousJourney):
        await stacks.published_for_channel(TEAM, "C3")


async def test_a_channel_linked_again_belongs_to_the_new_journey_alone(stacks: Stacks) -> None:
    for journey in ("Buying", "Leaving"):
        await stacks.import_draft(
            TEAM, stack(journey=journey), author="ana", channels=["C1"], publish_note="x"
        )
    assert (await stacks.published_for_channel(TEAM, "C1")).stack.journey == "Leaving"


async def test_a_channel_is_linked_even_if_nothing_else_changed(stacks: Stacks) -> None:
    await publish(stacks, journey="Buying")
    await publish(stacks, journey="Leaving")
    await stacks.import_draft(
        TEAM, stack(journey="Buying"), author="ana", channels=["C1"], publish_note="x"
    )
    assert (await stacks.published_for_channel(TEAM, "C1")).stack.journey == "Buying"


async def test_another_workspace_sees_none_of_it(stacks: Stacks, database: Database) -> None:
    async with database.transaction() as session:
        await register_workspace(session, "T0OTHER", "Other", now=NOON)
    await publish(stacks)
    with pytest.raises(NoJourney):
        await stacks.published("T0OTHER")


async def test_a_draft_whose_house_rule_fails_its_example_is_not_published(stacks: Stacks) -> None:
    await publish(stacks)
    rule = {"id": "R1", "kind": "existence", "tokens": ["very"], "pass": ["very good"]}
    await stacks.import_draft(TEAM, small(rules=[rule]), author="ana")
    with pytest.raises(
        InvalidStack,
        match=r"^This can.t be published yet: rule R1 should let “very good” pass, and flags “very”",
    ):
        await stacks.publish(TEAM, author="ana", note="rules")
    assert (await stacks.published(TEAM)).number == 1
    assert (await stacks.draft(TEAM)).stack.rules
