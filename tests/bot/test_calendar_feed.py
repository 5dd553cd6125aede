"""Calendar programs follow the duty at a secret address of the bot's own web server."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
import vobject

from bot.bootstrap import Application, start
from bot.settings import Settings, Transport
from coherence.privacy import Leaver
from coherence.stewards import Person as Colleague
from handlers.blocks import champion_actions as actions
from handlers.blocks.champion_calendar import MAKE_ACTION, STOP_ACTION
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from tests.support.people import ONBOARDING, Person, eventually, text_of
from tests.support.rotas import HANNA, MAYA, TEAM, TOM, add_rota, arrange, publish_journey
from tests.support.times import NOON, SettableClock
from tests.support.web import served

PUBLIC = "https://champion.example.com"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: the use cases are tested on both."""
    return sqlite_url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    public = settings.model_copy(update={"public_url": PUBLIC})
    async with start(public, clock) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def url(bot: Application) -> AsyncIterator[str]:
    """The address of the bot's web server."""
    async with served(bot) as address:
        yield address


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def rota(bot: Application) -> str:
    journey = await publish_journey(bot.database, ONBOARDING)
    await add_rota(bot.database, journey)
    return journey


@pytest.mark.usefixtures("rota")
async def test_an_address_is_made_read_and_stopped(
    slack: RunningSandbox, url: str, http: aiohttp.ClientSession, logged: io.StringIO
) -> None:
    maya = Person(slack, MAYA)
    await maya.command("champion")
    card = await maya.private_answer()
    await maya.press(card, "champion_more")
    await eventually(lambda: "Calendar" in text_of(maya.private_answers()[-1].blocks))
    await maya.press(maya.private_answers()[-1], actions.CALENDAR)
    window = await maya.modal_showing("No address yet")
    await maya.press(window, MAKE_ACTION)
    window = await maya.modal_showing("only this once")
    told = text_of(window.blocks)
    address = told.partition("```")[2].partition("```")[0]
    assert address.startswith(f"{PUBLIC}/calendar/")
    path = address.removeprefix(PUBLIC)
    async with http.get(url + path) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        calendar = vobject.readOne(await answer.text())
    name = slack.world.members[HANNA].real_name
    assert calendar.vevent.summary.value == f"Coherence champion: {name}"
    await maya.press(window, STOP_ACTION)
    await eventually(lambda: "works." not in text_of(window.blocks))
    async with http.get(url + path) as answer:
        assert (answer.status, await answer.read()) == (404, b"")
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in logged.getvalue()


async def test_what_has_not_changed_is_not_sent_again(
    bot: Application, rota: str, url: str, http: aiohttp.ClientSession, clock: SettableClock
) -> None:
    secret = await bot.use_cases.champion.feeds.make(Colleague(TEAM, MAYA), rota)
    address = f"{url}/calendar/{secret}.ics"
    async with http.get(address) as answer:
        tag = answer.headers["ETag"]
    clock.now += timedelta(hours=6)
    asked = {"If-None-Match": f'"another", W/{tag}'}
    async with http.get(address, headers=asked) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    await arrange(bot.database, rota, NOON + timedelta(days=1), [TOM])
    async with http.get(address, headers=asked) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != tag
    async with http.head(address) as answer:
        assert (answer.status, await answer.read()) == (200, b"")


async def test_it_ends_when_its_maker_leaves_or_is_erased(
    bot: Application,
    slack: RunningSandbox,
    rota: str,
    url: str,
    http: aiohttp.ClientSession,
) -> None:
    feeds = bot.use_cases.champion.feeds
    gone, erased, own = [
        f"{url}/calendar/{await feeds.make(Colleague(TEAM, user), which)}.ics"
        for user, which in ((HANNA, rota), (MAYA, rota), (TOM, None))
    ]
    slack.world.members[HANNA].deleted = True
    await bot.use_cases.privacy.erase_person(Leaver(TEAM, MAYA))
    assert await status(http, gone) == 404
    slack.world.members[HANNA].deleted = False
    assert [await status(http, each) for each in (gone, erased, own)] == [404, 404, 200]


async def test_while_slack_does_not_answer_calendars_keep_what_they_have(
    bot: Application, slack: RunningSandbox, rota: str, url: str, http: aiohttp.ClientSession
) -> None:
    secret = await bot.use_cases.champion.feeds.make(Colleague(TEAM, MAYA), rota)
    slack.slack.faults.add(Fault("users.info", "internal_error", times=None))
    async with http.get(f"{url}/calendar/{secret}.ics") as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "600"


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/.ics",
        "/calendar/wrong.ics",
        "/calendar/a/b.ics",
        "/calendar/",
        f"/calendar/{'x' * 5000}.ics",
        "/calendar/%00%ff.ics",
    ],
)
@pytest.mark.usefixtures("rota")
async def test_anything_else_is_not_there(url: str, http: aiohttp.ClientSession, path: str) -> None:
    assert await status(http, url + path) == 404


async def test_without_a_public_address_there_are_no_calendars_on_the_web(
    slack: RunningSandbox, settings: Settings, http: aiohttp.ClientSession
) -> None:
    over_http = settings.model_copy(update={"transport": Transport.HTTP})
    async with start(over_http) as application:
        assert application.read_calendar is None


async def status(http: aiohttp.ClientSession, address: str) -> int:
    async with http.get(address) as answer:
        return answer.status
