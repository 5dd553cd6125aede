"""Somebody leaves the company, and the bot doesn't hear of it: who is about to serve is looked up."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.champion.letters import Letter
from coherence.champion.loading import change_rota, load_rota
from coherence.champion.next_up import NextUp
from coherence.champion.people import ChampionPeople, PersonFacts
from handlers.champion_accounts_round import PAUSE_IF_UNKNOWN, ChampionAccountsRound
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from storage.journeys import list_journeys
from storage.outbox import State, list_deliveries
from tests.support.rehearsal import QUICK
from tests.support.rotas import HANNA, MAYA, TEAM, TOM, add_rota, publish_journey
from tests.support.times import SettableClock

NEVER = 1_000_000.0
MAYAS = datetime(2026, 3, 9, 9, tzinfo=UTC)
EARLY = MAYAS - timedelta(days=3)
LATE = MAYAS - timedelta(hours=20)


@pytest.fixture
def clock() -> SettableClock:
    """Friday in Hanna's week; on Monday it is Maya's turn, then Tom's."""
    return SettableClock(EARLY)


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    """A bot that ticks when it is told to, with a rota."""
    async with start(settings, clock, _timetable()) as application:
        await application.worker.tick()
        journey = await publish_journey(application.database, "C0ONBOARD")
        await add_rota(application.database, journey)
        async with application.database.transaction() as session:
            await change_rota(session, TEAM, journey, now=EARLY)
        yield application


def _timetable() -> Timetable:
    return Timetable(pace=QUICK, tick_seconds=NEVER)


def leaves_unheard(slack: RunningSandbox, user_id: str) -> None:
    """Deactivate an account without an event."""
    slack.world.member(user_id).deleted = True


def looked_up(slack: RunningSandbox) -> list[str]:
    calls = slack.slack.traffic.since()
    return [str(each["request"]["user"]) for each in calls if each["name"] == "users.info"]


async def look(bot: Application) -> None:
    """Tick, and wait for the look that began."""
    await bot.worker.tick()
    await bot.accounts.finish()


async def who_comes(bot: Application) -> list[tuple[str, ...]]:
    """Who serves in Hanna's week and the two after it."""
    async with bot.database.reading() as session:
        [journey] = await list_journeys(session, TEAM)
        rota = await load_rota(session, TEAM, journey.id)
    return [term.users for term in rota.coming(EARLY, 3)]


async def told(bot: Application, letter: Letter) -> list[str]:
    """To whom something is said, or was."""
    async with bot.database.reading() as session:
        found = [each for state in State for each in await list_deliveries(session, TEAM, state)]
    return [each.lane for each in found if each.kind == letter]


async def test_who_begins_tomorrow_is_looked_up_and_passed_over_if_gone(
    bot: Application, slack: RunningSandbox, clock: SettableClock
) -> None:
    leaves_unheard(slack, MAYA)
    await look(bot)
    assert looked_up(slack) == []
    clock.now = LATE
    await look(bot)
    # Whoever comes instead is looked up as well.
    assert looked_up(slack) == [MAYA, TOM]
    assert await who_comes(bot) == [(HANNA,), (TOM,), (HANNA,)]
    assert await told(bot, Letter.STEWARDS) == []


async def test_who_left_during_a_downtime_gets_no_duty_at_the_start(
    bot: Application, slack: RunningSandbox, settings: Settings, clock: SettableClock
) -> None:
    await look(bot)
    leaves_unheard(slack, MAYA)
    clock.now = MAYAS + timedelta(hours=1)
    async with start(settings, clock, _timetable()) as again:
        await again.worker.tick()
        assert await told(again, Letter.HANDOVER) == ["C0ONBOARD"]
        assert MAYA not in await told(again, Letter.INCOMING)
        # What had begun by then is on record; from the start on, nobody serves.
        assert await who_comes(again) == [(HANNA,), (MAYA,), ()]


@pytest.mark.parametrize("kind", ["hang", "http_500", "ratelimited", "internal_error"])
async def test_a_slack_that_does_not_tell_holds_up_no_handover(
    bot: Application, slack: RunningSandbox, clock: SettableClock, kind: str
) -> None:
    slack.slack.faults.add(Fault("users.info", kind, times=None))
    clock.now = LATE
    await bot.worker.tick()
    clock.now = MAYAS + timedelta(minutes=1)
    await bot.worker.tick()
    assert MAYA in await told(bot, Letter.INCOMING)
    slack.slack.faults.clear()


async def test_who_could_not_be_looked_up_is_looked_up_later(
    bot: Application, slack: RunningSandbox, clock: SettableClock
) -> None:
    slack.slack.faults.add(Fault("users.info", "internal_error"))
    leaves_unheard(slack, MAYA)
    clock.now = LATE
    await look(bot)
    assert (await who_comes(bot))[1] == (MAYA,)
    clock.now += PAUSE_IF_UNKNOWN
    await look(bot)
    assert (await who_comes(bot))[1] == (TOM,)


async def test_each_is_looked_up_once_before_a_term(bot: Application, clock: SettableClock) -> None:
    asked: list[str] = []

    async def note(user_id: str) -> PersonFacts | None:
        asked.append(user_id)
        return PersonFacts(can_serve=True)

    cases = bot.use_cases
    people = ChampionPeople(bot.database, clock, cases.outbox, cases.stewards, note)
    lookups = ChampionAccountsRound(people, NextUp(bot.database, clock), clock)
    await lookups.go(TEAM)
    assert asked == [HANNA, MAYA]
    asked.clear()
    for hours in range(0, 19, 3):
        clock.now = LATE + timedelta(hours=hours)
        await lookups.go(TEAM)
        await lookups.finish()
    assert asked == [MAYA]


async def test_a_slack_that_answers_nothing_is_left_alone_after_three_questions(
    bot: Application, clock: SettableClock
) -> None:
    asked: list[str] = []

    async def silent(user_id: str) -> PersonFacts | None:
        asked.append(user_id)
        return None

    for name in ("Second", "Third"):
        await add_rota(bot.database, await publish_journey(bot.database, name=name))
    cases = bot.use_cases
    people = ChampionPeople(bot.database, clock, cases.outbox, cases.stewards, silent)
    await ChampionAccountsRound(people, NextUp(bot.database, clock), clock).go(TEAM)
    assert len(asked) == 3
