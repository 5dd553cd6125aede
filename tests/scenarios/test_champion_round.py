"""Weeks of a team's duty, as the team reads them."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.timetable import product_timetable
from coherence.drift.report import NewReport
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack
from sandbox.server import RunningSandbox
from storage.champion import (
    ChampionLeave,
    ChampionMember,
    ChampionRota,
    ChampionService,
    find_service,
)
from storage.database import Database
from tests.support.duty import Duty, Heard
from tests.support.people import Person, text_of
from tests.support.rehearsal import QUICK
from tests.support.times import SettableClock

TEAM, CHANNEL = "T0LARKFIELD", "C0ONBOARD"
MAYA, TOM, PRIYA, HANNA = "U0MAYA", "U0TOM", "U0PRIYA", "U0HANNA"
ZONES = {MAYA: "Europe/London", TOM: "Europe/Stockholm", PRIYA: "America/New_York"}
BEFORE = datetime(2026, 3, 6, 12, tzinfo=UTC)
NEVER = 1_000_000.0


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(BEFORE)


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    """A bot that ticks when it is told to."""
    named = settings.model_copy(update={"stewards": (HANNA,)})
    product = product_timetable(named, Database(named.database_url), clock)
    timetable = replace(product, pace=QUICK, tick_seconds=NEVER)
    async with start(named, clock, timetable) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def duty(bot: Application, slack: RunningSandbox, clock: SettableClock) -> Duty:
    """Maya, Tom and Priya take weekly turns from Monday 9 March on, at 02:30 in London."""
    published = await bot.use_cases.stacks.import_draft(
        TEAM, example_stack(), author="hanna", channels=[CHANNEL], publish_note="First"
    )
    assert isinstance(published, PublishedStack)
    async with bot.database.transaction() as session:
        session.add(_rota(published.journey_id))
        await session.flush()
        session.add_all(
            ChampionMember(
                workspace_id=TEAM,
                journey_id=published.journey_id,
                user_id=person,
                place=place,
                state="serving",
                joined=date(2026, 3, 1),
                zone=zone,
                asked_at=BEFORE,
            )
            for place, (person, zone) in enumerate(ZONES.items())
        )
    return Duty(bot, slack, clock)


def _rota(journey_id: str) -> ChampionRota:
    return ChampionRota(
        workspace_id=TEAM,
        journey_id=journey_id,
        settings={
            "zone": "Europe/London",
            "start": "2026-03-08",
            "handover": "01:30",
            "cadence": {"every": 1, "unit": "week"},
        },
        channel_id=CHANNEL,
        look_at=BEFORE,
        created_by=HANNA,
        created_at=BEFORE,
    )


async def journey_of(duty: Duty) -> str:
    async with duty.bot.database.reading() as session:
        from storage.journeys import list_journeys

        [journey] = await list_journeys(session, TEAM)
    return journey.id


def to(whom: str, heard: list[Heard]) -> list[Heard]:
    return [each for each in heard if each.to == whom]


async def test_print(duty: Duty) -> None:
    await duty.until(at(4, 6, 23))
    for each in duty.heard:
        print(each)
    raise AssertionError
