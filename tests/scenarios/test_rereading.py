"""A steward publishes, and one message says what that changes for what was written before."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlmodel import select, update

from bot.bootstrap import Application, start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.stack.document import Stack
from coherence.stack.example import example_stack
from coherence.stack.file import stack_content
from coherence.stack.versions import Stacks
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.database import Database
from storage.rereading import Rereading, RereadItem
from storage.stewards import set_stewards
from tests.bot.test_stop import running_bot
from tests.support import model_scripts as scripts
from tests.support.honest_model import answer_honestly
from tests.support.model_server import ModelServer
from tests.support.people import ONBOARDING, Person, eventually, text_of
from tests.support.steward import Steward, shown
from tests.support.times import NOON

WORKSHOP = "Your workshop can send an invoice from the phone."


class ShiftedClock:
    """The real time, shifted by a test."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.shift


class Gate:
    """A model that answers honestly once the gate is open; `asked`: the messages it was asked about."""

    def __init__(self, model: ModelServer) -> None:
        self.open = asyncio.Event()
        self.asked: list[str] = []
        self._honest = scripts.replies(answer_honestly)
        model.always(self._behave)

    async def _behave(self, turn: scripts.Turn) -> web.StreamResponse:
        self.asked.append(" ".join(item.text for item in turn.question.sentences))
        await self.open.wait()
        return await self._honest(turn)


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
def maya(slack: RunningSandbox) -> Steward:
    return Steward(slack, "U0MAYA")


def narrative(*never: str, journey: str | None = None) -> Stack:
    content = stack_content(example_stack())
    if never:
        said = {"id": "X9", "text": "Nobody says that.", "patterns": list(never)}
        content["never"] = [*content["never"], said]
    return Stack.model_validate(content | ({"journey": journey} if journey else {}))


async def publish_first(application: Application, slack: RunningSandbox) -> None:
    await Stacks(application.database, system_clock).import_draft(
        slack.world.team.id,
        narrative(),
        author="hanna",
        channels=[ONBOARDING],
        publish_note="The first version",
    )
    await settled(application.database, 1)


async def publish_never(application: Application, maya: Steward, *never: str) -> str:
    """Publish in the editor what the command line has drafted; returns what the steward reads then."""
    await Stacks(application.database, system_clock).import_draft(
        maya.slack.world.team.id, narrative(*never), author="hanna"
    )
    await maya.command("edit")
    editor = await maya.modal_showing("draft with")
    changes = await maya.changes(editor)
    await maya.submit(changes, note="Agreed")
    said = shown(changes)
    await eventually(lambda: "as published" in shown(editor))
    return said


async def settled(database: Database, version: int) -> Rereading:
    """The rereading of a version, once all is told."""
    return await _once(database, version, lambda row: row.settled_at is not None)


async def tried(database: Database, version: int) -> None:
    """Wait until it is noted that what a version changes could not be told."""
    await _once(database, version, lambda row: row.attempts > 0)


async def _once(database: Database, version: int, is_so: Callable[[Rereading], bool]) -> Rereading:
    async with asyncio.timeout(40):
        while True:
            async with database.reading() as session:
                query = select(Rereading).where(Rereading.version == version)
                row = (await session.exec(query)).first()
            if row is not None and is_so(row):
                return row
            await asyncio.sleep(0.02)


async def read_count(database: Database) -> list[int]:
    async with database.reading() as session:
        return [item.attempts for item in (await session.exec(select(RereadItem))).all()]


def words_of(message: Message) -> str:
    return text_of(message.blocks)


@asynccontextmanager
async def running(
    slack: RunningSandbox, settings: Settings, clock: ShiftedClock
) -> AsyncIterator[Application]:
    async with start(settings, clock) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def judged_bot(
    slack: RunningSandbox, judged_settings: Settings, clock: ShiftedClock, logged: Any
) -> AsyncIterator[Application]:
    async with running(slack, judged_settings, clock) as application:
        yield application


async def test_the_steward_who_published_gets_one_message_with_what_now_clashes(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    await publish_first(bot, slack)
    tom = Person(slack, "U0TOM")
    await tom.command(f"check {WORKSHOP}")
    await tom.private_answer()
    said = await publish_never(bot, maya, "workshop", "small")
    assert "is being looked at; you get one message with the result" in said
    [message] = await eventually(maya.direct_answers)
    assert message.text == (
        "Version 2 of “New customer onboarding”: 1 touchpoint and 1 check now clash."
    )
    words = words_of(message)
    assert "*Welcome email* (C1) now clashes" in words
    assert "• “small” clashes with X9, “Nobody says that.”" in words
    assert "Of 1 check in the last 30 days, 1 would now clash, most often with X9" in words
    assert "Compared with version 1, by the rules alone" in words
    assert WORKSHOP not in words
    assert "U0TOM" not in words
    await settled(bot.database, 2)
    assert maya.direct_answers() == [message]
    assert not tom.direct_answers()


async def test_what_takes_long_shows_its_progress_in_the_same_message(
    judged_bot: Application,
    slack: RunningSandbox,
    maya: Steward,
    model: ModelServer,
    clock: ShiftedClock,
) -> None:
    await publish_first(judged_bot, slack)
    gate = Gate(model)
    await publish_never(judged_bot, maya, "small")
    await eventually(lambda: gate.asked)
    assert not maya.direct_answers()
    clock.shift = timedelta(seconds=6)
    judged_bot.use_cases.rereadings.wake()
    [message] = await eventually(maya.direct_answers)
    assert message.text == (
        "Looking at 2 touchpoints with version 2 of “New customer onboarding”: 0 of 2 done."
    )
    await maya.command("narrative")
    await maya.modal_showing("Version 2 is being compared with 2 touchpoints: 0 of 2 done.")
    gate.open.set()
    clock.shift = timedelta(seconds=12)
    await eventually(lambda: "1 touchpoint now clashes" in maya.direct_answers()[0].text)
    assert len(maya.direct_answers()) == 1
    assert "by the rules and the model" in words_of(maya.direct_answers()[0])


async def test_peoples_checks_do_not_wait_for_what_is_read_again(
    judged_bot: Application, slack: RunningSandbox, maya: Steward, model: ModelServer
) -> None:
    await publish_first(judged_bot, slack)
    gate = Gate(model)
    await publish_never(judged_bot, maya, "small")
    await eventually(lambda: gate.asked)
    tom = Person(slack, "U0TOM")
    await tom.command("check A small workshop.")
    assert "X9" in words_of(await tom.private_answer())
    # While all that is read again waits, somebody's own question is asked at once.
    await eventually(lambda: "A small workshop." in gate.asked)
    gate.open.set()
    await eventually(lambda: "waiting" not in words_of(tom.private_answers()[-1]))


async def test_a_restart_in_the_middle_loses_nothing_and_repeats_nothing(
    slack: RunningSandbox,
    judged_settings: Settings,
    maya: Steward,
    model: ModelServer,
    clock: ShiftedClock,
) -> None:
    async with running(slack, judged_settings, clock) as application:
        await publish_first(application, slack)
        gate = Gate(model)
        await publish_never(application, maya, "small")
        await eventually(lambda: gate.asked)
        clock.shift = timedelta(seconds=6)
        application.use_cases.rereadings.wake()
        await eventually(maya.direct_answers)
    gate.open.set()
    clock.shift = timedelta(seconds=12)
    async with running(slack, judged_settings, clock) as application:
        await settled(application.database, 2)
        assert set(await read_count(application.database)) == {1}
    [message] = maya.direct_answers()
    assert "1 touchpoint now clashes" in message.text


async def test_a_post_whose_answer_was_lost_is_found_again_where_the_channel_is_known(
    slack: RunningSandbox, settings: Settings, maya: Steward, clock: ShiftedClock
) -> None:
    async with running(slack, settings, clock) as application:
        await publish_first(application, slack)
        await publish_never(application, maya, "small")
        told_before = await settled(application.database, 2)
        slack.slack.faults.add(Fault("chat.postMessage", "lost_answer"))
        await publish_never(application, maya, "small", "phone")
        await tried(application.database, 3)
        clock.shift = timedelta(seconds=30)
        application.use_cases.rereadings.wake()
        told = await settled(application.database, 3)
    assert [message.ts for message in maya.direct_answers()] == [told_before.ts, told.ts]


@pytest.mark.parametrize("kind", ["ratelimited", "http_503", "dropped"])
async def test_what_slack_does_not_take_is_told_later(
    slack: RunningSandbox, settings: Settings, maya: Steward, clock: ShiftedClock, kind: str
) -> None:
    async with running(slack, settings, clock) as application:
        await publish_first(application, slack)
        slack.slack.faults.add(Fault("chat.postMessage", kind))
        await publish_never(application, maya, "small")
        await eventually(lambda: not slack.slack.faults.listed())
        clock.shift = timedelta(seconds=30)
        application.use_cases.rereadings.wake()
        await settled(application.database, 2)
    [message] = maya.direct_answers()
    assert "1 touchpoint now clashes" in message.text


async def test_a_person_who_cannot_be_told_holds_up_nothing(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    await publish_first(bot, slack)
    slack.slack.faults.add(Fault("chat.postMessage", "user_not_found"))
    await publish_never(bot, maya, "small")
    assert (await settled(bot.database, 2)).ts is None
    assert not maya.direct_answers()


async def test_a_version_that_changes_nothing_is_one_calm_sentence(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    await publish_first(bot, slack)
    await publish_never(bot, maya, "zebra")
    [message] = await eventually(maya.direct_answers)
    assert message.text == (
        "Version 2 of “New customer onboarding” changes nothing for 2 touchpoints."
    )


async def test_a_bot_that_is_killed_leaves_nothing_out_and_tells_it_once(
    slack: RunningSandbox, model: ModelServer, database_url: str
) -> None:
    database, tom = Database(database_url), Person(slack, "U0TOM")
    gate = Gate(model)
    gate.open.set()
    async with running_bot(slack, database_url, "socket", **model.environment) as (process, _):
        await name_steward(database, slack, tom)
        await publish(database, slack)
        await settled(database, 1)
        gate.open.clear()
        gate.asked.clear()
        await publish(database, slack, "small")
        await eventually(lambda: len(gate.asked) >= 2)
        process.kill()
        await process.wait()
    await let_leases_end(database)
    gate.open.set()
    async with running_bot(slack, database_url, "socket", **model.environment):
        await settled(database, 2)
    [message] = tom.direct_answers()
    assert "1 touchpoint now clashes" in message.text
    async with database.reading() as session:
        items = (await session.exec(select(RereadItem).where(RereadItem.version == 2))).all()
    assert [(item.read_at is not None, item.attempts) for item in items] == [(True, 2)] * 2
    await database.close()


async def test_a_bot_that_is_killed_before_it_hears_that_slack_took_the_message_finds_it(
    slack: RunningSandbox, sqlite_url: str
) -> None:
    database, tom = Database(sqlite_url), Person(slack, "U0TOM")
    async with running_bot(slack, sqlite_url, "socket") as (process, _):
        await name_steward(database, slack, tom)
        await publish(database, slack)
        await settled(database, 1)
        await publish(database, slack, "small")
        await settled(database, 2)
        slack.slack.faults.add(Fault("chat.postMessage", "slow", seconds=1.0))
        await publish(database, slack, "small", "phone")
        await eventually(lambda: not slack.slack.faults.listed())
        process.kill()
        await process.wait()
    await eventually(lambda: len(tom.direct_answers()) == 2)
    await let_leases_end(database)
    async with running_bot(slack, sqlite_url, "socket"):
        told = await settled(database, 3)
    assert [message.ts for message in tom.direct_answers()][1:] == [told.ts]
    await database.close()


async def name_steward(database: Database, slack: RunningSandbox, person: Person) -> None:
    async with database.transaction() as session:
        team = slack.world.team.id
        await set_stewards(session, team, [person.id], named_by=person.id, now=NOON)


async def publish(database: Database, slack: RunningSandbox, *never: str) -> None:
    """As `coherence stack import --publish` does beside the running bot."""
    await Stacks(database, system_clock).import_draft(
        slack.world.team.id, narrative(*never), author="hanna", publish_note="Agreed"
    )


async def let_leases_end(database: Database) -> None:
    """As if a minute had passed."""
    async with database.transaction() as session:
        for kind in (Rereading, RereadItem):
            await session.exec(update(kind).values(lease_until=None))


async def test_what_is_published_in_slack_is_read_at_once(
    slack: RunningSandbox, settings: Settings, maya: Steward, clock: ShiftedClock
) -> None:
    async with running(slack, settings, clock) as application:
        await publish_first(application, slack)
        application.rereader.look_every_seconds = 3_600.0
        application.use_cases.rereadings.wake()
        # The look that follows waits by the new interval.
        await eventually(lambda: not application.use_cases.rereadings.woken.is_set())
        await publish_never(application, maya, "small")
        await eventually(maya.direct_answers)


async def test_two_bots_on_one_database_read_each_item_once_and_post_one_message(
    slack: RunningSandbox, model: ModelServer, postgresql_url: str, clock: ShiftedClock, logged: Any
) -> None:
    settings = Settings.model_validate(
        {**slack.environment, **model.environment, "DATABASE_URL": postgresql_url}
    )
    tom = Person(slack, "U0TOM")
    async with (
        running(slack, settings, clock) as first,
        running(slack, settings, clock) as second,
    ):
        await name_steward(first.database, slack, tom)
        await publish_first(first, slack)
        for n in range(12):
            await tom.command(f"check A small workshop, number {n}.")
        await eventually(lambda: len(tom.private_answers()) == 12)
        await publish(first.database, slack, "small")
        for application in (first, second):
            application.use_cases.rereadings.wake()
        told = await settled(first.database, 2)
        assert set(await read_count(first.database)) == {1}
    [message] = tom.direct_answers()
    assert message.ts == told.ts
    assert "1 touchpoint and 12 checks now clash" in message.text
