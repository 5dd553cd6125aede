"""Stewards choose how drift is reported and told, as they do it in Slack."""

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.drift.settings import Choices
from coherence.stack.example import example_stack
from coherence.stewards import Person as Who
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.outbox import State, list_deliveries
from tests.support.drift_reader import Reader, reported
from tests.support.people import ONBOARDING, SUPPORT, eventually, text_of
from tests.support.steward import block_of, shown
from tests.support.times import SettableClock

TEAM = "T0LARKFIELD"
MONDAY = datetime(2026, 3, 9, 9, 0, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 9, 0, 1, tzinfo=UTC)

Start = Callable[[], AbstractAsyncContextManager[Application]]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def starting(settings: Settings, clock: SettableClock) -> Start:
    """Starts the bot on the same database each time; MAYA and HANNA are named as stewards."""
    named = settings.model_copy(update={"stewards": ("U0MAYA", "U0HANNA")})
    return lambda: start(named, clock)


@pytest.fixture
async def bot(
    slack: RunningSandbox, starting: Start, logged: io.StringIO
) -> AsyncIterator[Application]:
    async with starting() as application:
        await slack.until_connected()
        await application.use_cases.stacks.import_draft(
            TEAM,
            example_stack(),
            author="hanna",
            channels=[ONBOARDING, SUPPORT],
            publish_note="First",
        )
        yield application


@pytest.fixture
def maya(slack: RunningSandbox) -> Reader:
    return Reader(slack, "U0MAYA")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Reader:
    return Reader(slack, "U0HANNA")


@pytest.fixture
def priya(slack: RunningSandbox) -> Reader:
    """No steward."""
    return Reader(slack, "U0PRIYA")


async def settings_of(who: Reader) -> View:
    """Open the settings from the list."""
    await who.press(await who.open_list(), "drift_open_settings")
    return await who.filled_form()


async def save(
    who: Reader, form: View, *ticked: str, channel: str | None = None
) -> dict[str, object]:
    """Submit the form with these boxes ticked."""
    return await who.submit(
        form,
        **{
            block_of(form, "reporting"): [each for each in ticked if each == "anonymous"],
            block_of(form, "digests"): [each for each in ticked if each != "anonymous"],
            block_of(form, "channel"): [channel] if channel else [],
        },
    )


async def chosen(bot: Application) -> Choices:
    person = Who(TEAM, "U0HANNA")
    [journey] = await bot.use_cases.drift_settings.journeys(person)
    return (await bot.use_cases.drift_settings.read(person, journey.journey_id)).chosen


async def at(bot: Application, clock: SettableClock, now: datetime) -> None:
    """Let it be that late, and wait until nothing more is to be sent."""
    clock.now = now
    await bot.worker.tick()

    async def still_to_send() -> int:
        async with bot.database.reading() as session:
            return sum(
                [len(await list_deliveries(session, TEAM, s)) for s in (State.DUE, State.SENDING)]
            )

    while await still_to_send():
        await bot.worker.tick()
        await bot.worker._sender.drain()


def digests_in(slack: RunningSandbox, channel: str) -> int:
    return len([each for each in slack.world.messages.public(channel) if each.metadata])


async def test_stewards_alone_are_offered_the_settings(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    assert "Settings" in shown(await maya.open_list())
    assert "Settings" not in shown(await priya.open_list())


async def test_who_is_no_steward_any_more_is_refused(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    theirs, hers = await priya.open_list(), await maya.open_list()
    theirs.replace(dict(hers.content))
    await priya.press(theirs, "drift_open_settings")
    said = shown(await priya.modal_showing("steward"))
    assert "Digests" not in said
    priya.slack.slack.views.close_all(priya.id)
    stale = await priya.open_list()
    stale.replace(dict((await settings_of(maya)).content))
    refused = await save(priya, stale, "anonymous", "weekly", "monthly")
    assert refused["errors"]
    assert not (await chosen(bot)).anonymous


async def test_a_steward_allows_reports_without_a_name(
    bot: Application, maya: Reader, priya: Reader
) -> None:
    await save(maya, await settings_of(maya), "anonymous", "weekly", "monthly")
    await priya.command("drift Support promises a call")
    await priya.modal_showing("Report without my name")
    assert await reported(bot, priya, "Another", anonymous=True) == 1


async def test_a_filter_does_not_hide_the_settings(bot: Application, maya: Reader) -> None:
    view = await maya.open_list()
    await maya.pick(view, "severity", "serious")
    await maya.do(view, "drift_clear")
    assert "Settings" in shown(view)


async def test_what_is_turned_off_stays_off_after_a_restart_and_a_publication(
    bot: Application,
    slack: RunningSandbox,
    starting: Start,
    clock: SettableClock,
    hanna: Reader,
    maya: Reader,
) -> None:
    await save(hanna, await settings_of(hanna))
    await reported(bot, maya)
    await bot.use_cases.stacks.import_draft(
        TEAM, example_stack(), author="hanna", publish_note="Second"
    )
    async with starting() as again:
        assert await chosen(again) == Choices(False, False, False, None)
        await at(again, clock, MONDAY)
        await at(again, clock, APRIL)
    assert hanna.direct_answers() == maya.direct_answers() == []
    assert digests_in(slack, ONBOARDING) == digests_in(slack, SUPPORT) == 0


async def test_the_digests_go_on_once_they_are_turned_on_again(
    bot: Application, slack: RunningSandbox, clock: SettableClock, hanna: Reader, maya: Reader
) -> None:
    await reported(bot, maya)
    await save(hanna, await settings_of(hanna))
    await at(bot, clock, MONDAY)
    await save(hanna, await settings_of(hanna), "weekly", "monthly")
    await at(bot, clock, MONDAY + timedelta(weeks=1))
    await at(bot, clock, APRIL)
    [letter] = hanna.direct_answers()
    assert "last week" in letter.text
    assert digests_in(slack, ONBOARDING) == 1


async def test_the_months_digest_goes_to_the_channel_that_was_chosen(
    bot: Application, slack: RunningSandbox, clock: SettableClock, maya: Reader
) -> None:
    form = await settings_of(maya)
    refused = await save(maya, form, "weekly", "monthly", channel="C0RANDOM")
    assert refused["errors"] == {
        block_of(form, "channel"): "Please choose a channel of this journey."
    }
    await save(maya, form, "weekly", "monthly", channel=SUPPORT)
    await reported(bot, maya)
    await at(bot, clock, APRIL)
    assert digests_in(slack, SUPPORT) == 1
    assert digests_in(slack, ONBOARDING) == 0


async def test_of_two_stewards_at_once_the_second_keeps_what_the_first_chose(
    bot: Application, maya: Reader, hanna: Reader
) -> None:
    first, second = await settings_of(maya), await settings_of(hanna)
    await save(maya, first, "monthly")
    await save(hanna, second, "anonymous", "weekly", "monthly")
    assert await chosen(bot) == Choices(anonymous=True, weekly=False, monthly=True, channel=None)


async def test_of_two_stewards_who_disagree_the_second_is_told_and_decides(
    bot: Application, maya: Reader, hanna: Reader
) -> None:
    first, second = await settings_of(maya), await settings_of(hanna)
    await save(maya, first, "weekly", "monthly", channel=SUPPORT)
    await save(hanna, second, "monthly", channel=ONBOARDING)
    clash = await hanna.modal_showing("Somebody else changed this")
    assert (await chosen(bot)).channel == SUPPORT
    assert ONBOARDING in str(clash.blocks)
    await save(hanna, clash, "monthly", channel=ONBOARDING)
    assert await chosen(bot) == Choices(False, weekly=False, monthly=True, channel=ONBOARDING)


async def test_a_form_that_is_submitted_twice_is_saved_once(bot: Application, maya: Reader) -> None:
    form = await settings_of(maya)
    answers = [await save(maya, form, "anonymous", channel=SUPPORT) for _ in range(2)]
    assert not any("errors" in each for each in answers)
    assert await chosen(bot) == Choices(True, False, False, SUPPORT)


async def test_each_of_several_journeys_has_its_own(bot: Application, maya: Reader) -> None:
    other = example_stack().model_copy(update={"journey": "Renewal"})
    await bot.use_cases.stacks.import_draft(
        TEAM, other, author="hanna", channels=["C0SALES"], publish_note="First"
    )
    form = await settings_of(maya)
    [menu] = [b["accessory"] for b in form.blocks if "accessory" in b]
    renewal = next(o for o in menu["options"] if o["text"]["text"] == "Renewal")
    await maya.use(form, "drift_settings_journey", renewal["value"])
    await eventually(lambda: "*Renewal*" in shown(form))
    assert "Where the month's digest goes" not in text_of(form.blocks)
