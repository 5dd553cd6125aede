"""A published version is held against recent checks and touchpoints: each once, whatever dies in between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.openai_judge import OpenAIJudge
from coherence.check import Checks
from coherence.check_policy import Keep
from coherence.check_result import CheckRequest
from coherence.privacy import Leaver, Privacy
from coherence.rereading import LEASE, Rereadings
from coherence.rereading_news import Effect, Overtaken, RereadingNews, Telling
from coherence.stack.document import Stack
from coherence.stack.example import example_stack
from coherence.stack.file import stack_content
from coherence.stack.versions import PublishedStack, Stacks
from coherence.stewards import Stewards
from coherence.usage import Meter
from storage.database import Database
from storage.feedback import EVERYBODY, Dismissal
from storage.policies import CheckPolicy, save_policy
from storage.rereading import MOST_ATTEMPTS, RereadItem, claim_item, list_items, record_item
from storage.stewards import set_stewards
from storage.workspaces import register_workspace
from tests.support import model_scripts as scripts
from tests.support.judges import judging
from tests.support.model_server import ModelServer
from tests.support.times import NOON, SettableClock

WORKSPACE, MAYA, TOM = "T0ACME", "U0MAYA", "U0TOM"
PLAIN = "Your workshop can send an invoice from the phone."
CALL_US = "Any question? Call us, we are there at the weekend, ready."


async def nobody_is_admin(_user_id: str) -> bool:
    return False


class World:
    """A workspace whose narrative changes."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database = database
        self.clock = clock
        self.judge: OpenAIJudge | None = None
        self.meter = Meter(database, clock, 1_000_000)

    async def publish(self, **sections: Any) -> PublishedStack:
        content = stack_content(example_stack()) | sections
        published = await Stacks(self.database, self.clock).import_draft(
            WORKSPACE, Stack.model_validate(content), author="hanna", publish_note="Agreed"
        )
        assert isinstance(published, PublishedStack)
        return published

    async def begin(self, **sections: Any) -> None:
        """Publish a first version, and let all be done that comes of it."""
        await self.publish(**sections)
        assert await self.news() is None

    async def check(self, text: str, user: str = MAYA, **more: Any) -> None:
        checks = Checks(self.database, self.clock, self.judge, self.meter)
        result = await checks.check(CheckRequest(WORKSPACE, user, text, **more))
        assert result is not None
        if result.awaits_judge:
            await checks.judge(result)

    def reader(self, owner: str | None = None) -> Rereadings:
        return Rereadings(self.database, self.clock, self.judge, self.meter, owner)

    async def read(self) -> Rereadings:
        reader = self.reader()
        while await reader.read_next(WORKSPACE):
            pass
        await reader.end_read(WORKSPACE)
        return reader

    async def news(self) -> Telling | None:
        reader = await self.read()
        return await self.teller(reader).next(WORKSPACE)

    def teller(self, reader: Rereadings) -> RereadingNews:
        stewards = Stewards(self.database, self.clock, nobody_is_admin)
        return RereadingNews(self.database, self.clock, reader, stewards)

    async def effect(self) -> Effect:
        telling = await self.news()
        assert telling is not None
        assert isinstance(telling.news, Effect)
        return telling.news

    async def items(self, published: PublishedStack) -> list[RereadItem]:
        async with self.database.reading() as session:
            return list(
                await list_items(session, WORKSPACE, published.journey_id, published.number)
            )


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOON)


@pytest.fixture
async def world(database: Database, clock: SettableClock) -> World:
    async with database.transaction() as session:
        await register_workspace(session, WORKSPACE, "Larkfield", now=NOON)
        await set_stewards(session, WORKSPACE, [TOM], named_by=TOM, now=NOON)
    return World(database, clock)


@pytest.fixture
async def judged(world: World, model: ModelServer) -> AsyncIterator[World]:
    async with judging(model, seconds=5) as judge:
        world.judge = judge
        yield world


def never_say(*phrases: str) -> list[dict[str, Any]]:
    return [
        *stack_content(example_stack())["never"],
        {"id": "X9", "text": "Nobody says that.", "patterns": list(phrases)},
    ]


async def test_it_counts_the_checks_that_now_clash_and_names_the_line(world: World) -> None:
    await world.begin()
    for text in (PLAIN, "A small workshop is enough.", "Payment in two days."):
        await world.check(text)
    await world.publish(never=never_say("workshop"))
    effect = await world.effect()
    assert (effect.from_version, effect.version) == (1, 2)
    assert (effect.checks.worse, effect.checks.better) == (2, 0)
    assert effect.checks.most_often is not None
    assert effect.checks.most_often.statement == "Nobody says that."
    assert effect.by_model == 0


async def test_it_counts_the_checks_that_no_longer_clash(world: World) -> None:
    await world.begin(never=never_say("workshop"))
    await world.check(PLAIN)
    await world.publish()
    effect = await world.effect()
    assert (effect.checks.worse, effect.checks.better) == (0, 1)


async def test_a_touchpoint_whose_copy_now_clashes_is_quoted(world: World) -> None:
    await world.begin()
    await world.publish(never=never_say("small"))
    [touchpoint] = (await world.effect()).touchpoints
    assert touchpoint.touchpoint.id == "C1"
    assert [(p.line, p.quote) for p in touchpoint.worse] == [("X9", "small")]


async def test_a_touchpoint_that_was_put_right_no_longer_clashes(world: World) -> None:
    await world.publish(never=never_say("small"))
    await world.effect()
    content = stack_content(example_stack())["touchpoints"]
    content[0]["copy"] = content[0]["copy"].replace("small", "short")
    await world.publish(never=never_say("small"), touchpoints=content)
    [touchpoint] = (await world.effect()).touchpoints
    assert (touchpoint.worse, touchpoint.better) == ((), ("X9",))


async def test_a_first_version_is_told_of_only_where_a_touchpoint_clashes_with_it(
    world: World,
) -> None:
    await world.begin()
    await world.publish(never=never_say("small"), journey="Another journey")
    [touchpoint] = (await world.effect()).touchpoints
    assert touchpoint.touchpoint.id == "C1"


async def test_a_version_that_changes_nothing_says_so_once(world: World) -> None:
    await world.begin()
    await world.check(PLAIN)
    await world.publish(vision=[{"id": "V1", "text": "Calm."}])
    telling = await world.news()
    assert telling is not None
    assert isinstance(telling.news, Effect)
    assert not telling.news.changes_anything
    assert telling.user_id == TOM


async def test_where_nobody_is_named_nobody_is_told(world: World) -> None:
    async with world.database.transaction() as session:
        await set_stewards(session, WORKSPACE, [], named_by=TOM, now=NOON)
    await world.begin()
    await world.publish(never=never_say("small"))
    assert await world.news() is None
    assert not await world.reader().has_work(WORKSPACE)


async def test_only_recent_checks_are_read_and_each_text_once(
    world: World, clock: SettableClock
) -> None:
    await world.begin()
    await world.check("An old workshop.")
    clock.now = NOON + timedelta(days=31)
    for user in (MAYA, TOM, MAYA):
        await world.check("A new workshop.", user)
    published = await world.publish(never=never_say("workshop"))
    assert published.to_reread is not None
    assert published.to_reread.checks == 1
    assert (await world.effect()).checks.worse == 1


@pytest.mark.parametrize("kept", [Keep.FINGERPRINTS, Keep.NOTHING])
async def test_checks_whose_words_are_not_kept_are_left_alone(world: World, kept: Keep) -> None:
    async with world.database.transaction() as session:
        await save_policy(session, CheckPolicy(workspace_id=WORKSPACE, keep=kept, keep_days=9))
    await world.begin()
    await world.check(PLAIN)
    published = await world.publish(never=never_say("workshop"))
    assert published.to_reread is not None
    assert published.to_reread.checks == 0


async def test_what_was_dismissed_does_not_count(world: World) -> None:
    await world.begin()
    await world.check(PLAIN)
    published = await world.publish(never=never_say("workshop"))
    checks = Checks(world.database, world.clock)
    result = await checks.check(CheckRequest(WORKSPACE, MAYA, PLAIN))
    assert result is not None
    [line, sentence] = result.wordings[0]
    async with world.database.transaction() as session:
        session.add(
            Dismissal(
                workspace_id=WORKSPACE,
                journey_id=published.journey_id,
                line_id=line,
                sentence=sentence,
                user_id=EVERYBODY,
                dismissed_by=TOM,
                dismissed_at=NOON,
            )
        )
    assert (await world.effect()).checks.worse == 0


async def test_a_newer_version_covers_what_the_older_had_not_finished(world: World) -> None:
    await world.begin()
    await world.check(PLAIN)
    second = await world.publish(never=never_say("workshop"))
    assert await world.reader().read_next(WORKSPACE)
    await world.publish(never=never_say("workshop", "small"))
    effect = await world.effect()
    assert (effect.from_version, effect.version) == (1, 3)
    assert effect.checks.worse == 1
    assert [touchpoint.touchpoint.id for touchpoint in effect.touchpoints] == ["C1"]
    assert sum(item.read_at is not None for item in await world.items(second)) == 1


async def test_a_message_about_an_overtaken_version_says_so(
    world: World, clock: SettableClock
) -> None:
    await world.begin()
    await world.publish(never=never_say("small"))
    reader = world.reader()
    news = world.teller(reader)
    clock.now += timedelta(seconds=6)
    begun = await news.next(WORKSPACE)
    assert begun is not None
    await news.told(begun, "D1", "1.1")
    await world.publish()
    told = await news.next(WORKSPACE)
    assert told is not None
    assert (told.ts, told.news, told.is_last) == ("1.1", Overtaken(2), True)


async def test_what_a_process_was_reading_when_it_died_is_read_by_another(
    world: World, clock: SettableClock
) -> None:
    await world.begin()
    await world.check(PLAIN)
    published = await world.publish(never=never_say("workshop"))
    died = world.reader("died")
    async with world.database.transaction() as session:
        claimed = await claim_item(session, WORKSPACE, died.lease())
    assert claimed is not None
    other = await world.read()
    assert await other.has_work(WORKSPACE)
    assert await world.teller(other).next(WORKSPACE) is None
    clock.now += LEASE
    assert (await world.effect()).checks.worse == 1
    assert all(item.read_at for item in await world.items(published))


async def test_what_comes_after_its_lease_is_not_written_over_what_is_there(
    world: World, clock: SettableClock
) -> None:
    await world.begin()
    published = await world.publish(never=never_say("small"))
    slow = world.reader("slow")
    async with world.database.transaction() as session:
        item = await claim_item(session, WORKSPACE, slow.lease())
    clock.now += LEASE
    await world.read()
    before = await world.items(published)
    assert item is not None
    async with world.database.transaction() as session:
        assert not await record_item(session, item, "slow", worse=["late"], read_at=NOON)
    assert await world.items(published) == before


async def test_an_item_that_kills_its_reader_again_and_again_holds_up_nothing(
    world: World, clock: SettableClock
) -> None:
    await world.begin()
    await world.publish(never=never_say("small"))
    for _ in range(MOST_ATTEMPTS):
        async with world.database.transaction() as session:
            item = await claim_item(session, WORKSPACE, world.reader("dies").lease())
            assert item is not None
            assert item.position == 0
        clock.now += LEASE
    effect = await world.effect()
    assert effect.unread == 1


async def test_two_processes_share_the_work_and_read_each_item_once(
    postgresql_url: str, clock: SettableClock
) -> None:
    first, second = Database(postgresql_url), Database(postgresql_url)
    async with first.transaction() as session:
        await register_workspace(session, WORKSPACE, "Larkfield", now=NOON)
        await set_stewards(session, WORKSPACE, [TOM], named_by=TOM, now=NOON)
    world = World(first, clock)
    await world.begin()
    for n in range(30):
        await world.check(f"Workshop number {n}.")
    published = await world.publish(never=never_say("workshop"))
    readers = [Rereadings(each, clock, owner=name) for each, name in ((first, "1"), (second, "2"))]

    async def work(reader: Rereadings) -> int:
        count = 0
        while await reader.read_next(WORKSPACE):
            count += 1
        await reader.end_read(WORKSPACE)
        return count

    counts = await asyncio.gather(*(work(reader) for reader in readers))
    items = await world.items(published)
    assert sum(counts) == len(items) == 32
    assert min(counts) > 0
    assert {item.attempts for item in items} == {1}
    tellers = [
        World(each, clock).teller(reader)
        for each, reader in zip((first, second), readers, strict=True)
    ]
    told = await asyncio.gather(*(teller.next(WORKSPACE) for teller in tellers))
    assert [telling is None for telling in told].count(False) == 1
    await first.close()
    await second.close()


async def test_an_erased_check_takes_what_is_known_of_it_along(world: World) -> None:
    await world.begin()
    await world.check(PLAIN)
    published = await world.publish(never=never_say("workshop"))
    await Privacy(world.database, world.clock).erase_person(Leaver(WORKSPACE, MAYA))
    assert [item.check_id for item in await world.items(published)] == [None, None]
    assert (await world.effect()).progress.checks == 0


async def test_an_erased_steward_is_told_nothing(world: World) -> None:
    await world.begin()
    await world.publish(never=never_say("small"))
    await Privacy(world.database, world.clock).erase_person(Leaver(WORKSPACE, TOM))
    assert await world.news() is None


async def test_the_model_judges_what_it_judged_before_and_both_sides_of_a_touchpoint(
    judged: World, model: ModelServer
) -> None:
    await judged.begin()
    await judged.check(CALL_US)
    asked = len(model.requests)
    promises = [
        p for p in stack_content(example_stack())["promises"] if "no phone line" not in str(p)
    ]
    await judged.publish(promises=promises, examples=[])
    effect = await judged.effect()
    assert (effect.checks.worse, effect.checks.better) == (0, 1)
    assert effect.by_model == effect.progress.total == 3
    # What each was before is on record.
    assert len(model.requests) - asked == 3


async def test_what_reads_the_same_to_a_model_is_not_asked_about_again(
    judged: World, model: ModelServer
) -> None:
    await judged.begin()
    await judged.check(CALL_US)
    asked = len(model.requests)
    never = stack_content(example_stack())["never"]
    never[0]["patterns"] = [*never[0]["patterns"], "workshop"]
    await judged.publish(never=never)
    effect = await judged.effect()
    assert effect.by_model == 3
    assert len(model.requests) == asked


async def test_a_check_that_no_model_judged_before_is_compared_by_the_rules_alone(
    world: World, model: ModelServer
) -> None:
    await world.begin()
    await world.check(CALL_US)
    async with judging(model) as judge:
        world.judge = judge
        await world.publish(never=never_say("weekend"))
        effect = await world.effect()
    assert effect.checks.worse == 1
    assert (effect.by_model, effect.left_to_people) == (2, 0)
    assert all("Call us" not in str(question.sentences) for question in model.requests)


async def test_what_was_read_again_counts_as_judged_before_for_the_next_version(
    judged: World, model: ModelServer
) -> None:
    await judged.begin()
    await judged.check(CALL_US)
    await judged.publish(never=never_say("small"))
    await judged.effect()
    asked = len(model.requests)
    await judged.publish(never=never_say("small", "slow"), vision=[{"id": "V1", "text": "Calm."}])
    effect = await judged.effect()
    assert effect.by_model == 3
    assert len(model.requests) - asked == 3


async def test_a_model_that_fails_leaves_the_comparison_to_the_rules(
    judged: World, model: ModelServer
) -> None:
    await judged.begin()
    await judged.check(CALL_US)
    model.always(scripts.status(500))
    await judged.publish(never=never_say("weekend"))
    effect = await judged.effect()
    assert (effect.checks.worse, effect.checks.better) == (1, 0)
    assert effect.by_model == 0


async def test_half_of_the_days_budget_is_left_to_people(judged: World, model: ModelServer) -> None:
    await judged.begin()
    await judged.check(CALL_US)
    spent = await judged.meter.spent_today(WORKSPACE)
    judged.meter.daily_tokens = 2 * spent
    asked = len(model.requests)
    await judged.publish(never=never_say("weekend"))
    effect = await judged.effect()
    assert effect.checks.worse == 1
    assert effect.left_to_people == effect.progress.total == 3
    assert len(model.requests) == asked
