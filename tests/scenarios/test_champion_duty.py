"""`/coherence champion`: who is on duty, who comes next, and why, as people read it."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from handlers.blocks import champion_actions as actions
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.champion import ChampionLeave
from tests.support.people import ONBOARDING, Person, eventually, text_of
from tests.support.rotas import HANNA, TEAM, add_rota, publish_journey
from tests.support.times import NOON, SettableClock

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    named = settings.model_copy(update={"stewards": (HANNA,)})
    async with start(named, clock) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def journey(bot: Application) -> str:
    return await publish_journey(bot.database, ONBOARDING)


@pytest.fixture
async def rota(bot: Application, journey: str) -> str:
    """Hanna, Maya and Tom take weekly turns."""
    await add_rota(bot.database, journey)
    return journey


def buttons(shown: Message) -> list[str]:
    return [
        element["action_id"]
        for block in shown.blocks
        for element in block.get("elements", [])
        if element["type"] == "button"
    ]


def _whole(person: Person) -> Message | None:
    """The answer once it has all its buttons."""
    shown = person.private_answers()[-1]
    return None if "champion_more" in buttons(shown) else shown


async def asked(person: Person, words: str = "", channel: str = ONBOARDING) -> str:
    """What the card says."""
    await person.command(f"champion {words}".strip(), channel)
    return text_of((await person.private_answer(channel)).blocks)


async def away(bot: Application, user_id: str, first: date, last: date) -> None:
    async with bot.database.transaction() as session:
        session.add(
            ChampionLeave(
                workspace_id=TEAM,
                id=f"{user_id}{first}",
                user_id=user_id,
                first=first,
                last=last,
                told_at=NOON,
            )
        )


@pytest.mark.usefixtures("rota")
async def test_the_card_says_who_is_on_duty_since_when_why_and_who_comes_next(
    tom: Person,
) -> None:
    said = await asked(tom)
    assert "<@U0HANNA> is on duty since Mon 2 Mar, 09:00 until Mon 9 Mar, 09:00." in said
    assert "_Next in the order._" in said
    assert "Next: <@U0MAYA>, from Mon 9 Mar, 09:00." in said
    assert "Times are those of Europe/London." in said


@pytest.mark.usefixtures("rota")
async def test_who_serves_is_spoken_to_and_can_ask_for_cover_or_why(slack: RunningSandbox) -> None:
    hanna = Person(slack, HANNA)
    said = await asked(hanna)
    assert "You are on duty since Mon 2 Mar" in said
    first = await hanna.private_answer()
    assert buttons(first) == [
        actions.TERMS,
        actions.WHY,
        actions.COVER,
        actions.SIT_OUT,
        "champion_more",
    ]
    assert "Sit out: 23 Mar" in said
    await hanna.press(first, "champion_more")
    whole = await eventually(lambda: _whole(hanna))
    assert buttons(whole)[4:] == [
        actions.SWAP,
        actions.MINE,
        actions.CALENDAR,
        actions.SET_UP,
    ]
