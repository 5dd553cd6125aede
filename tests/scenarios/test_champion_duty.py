"""`/coherence champion`: who is on duty, who comes next, and why, as people read it."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.champion.loading import change_rota
from coherence.drift.report import NewReport, Severity, Triage
from coherence.errors import NotTheirDrift
from coherence.stewards import Person as Colleague
from handlers.blocks import champion_actions as actions
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.champion import ChampionLeave, ChampionTerm, find_member
from tests.support.people import ONBOARDING, SUPPORT, Person, eventually, text_of
from tests.support.rotas import HANNA, MAYA, TEAM, TOM, add_rota, arrange, publish_journey
from tests.support.times import NOON, SettableClock

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: reading rotas is tested on both."""
    return sqlite_url


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


@pytest.fixture
def priya(slack: RunningSandbox) -> Person:
    """Somebody who takes no turns."""
    return Person(slack, "U0PRIYA")


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
async def test_the_card_says_who_is_on_duty_from_when_why_and_who_comes_next(
    tom: Person,
) -> None:
    said = await asked(tom)
    assert "<@U0HANNA> is on duty until Mon 9 Mar, 09:00 (since Mon 2 Mar, 09:00)." in said
    assert "Why: next in the order." in said
    assert "Next: <@U0MAYA>, from Mon 9 Mar, 09:00." in said
    assert "Times are those of Europe/London." in said


@pytest.mark.usefixtures("rota")
async def test_who_serves_is_spoken_to_and_can_ask_for_cover_or_why(slack: RunningSandbox) -> None:
    hanna = Person(slack, HANNA)
    said = await asked(hanna)
    assert "You are on duty until Mon 9 Mar" in said
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
    assert whole
    assert buttons(whole)[4:] == [
        actions.SWAP,
        actions.MINE,
        actions.CALENDAR,
        actions.SET_UP,
        actions.SURFACES,
    ]


@pytest.mark.usefixtures("rota")
async def test_a_member_may_step_in_and_somebody_else_may_only_read(
    maya: Person, priya: Person
) -> None:
    said = await asked(maya)
    assert "Next: you, from Mon 9 Mar" in said
    assert buttons(await maya.private_answer())[:3] == [
        actions.TERMS,
        actions.STEP_IN,
        actions.WHY,
    ]
    await asked(priya)
    assert buttons(await priya.private_answer()) == [actions.TERMS, actions.CALENDAR]


@pytest.mark.usefixtures("rota")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-03-18", "<@U0TOM> is on duty from Mon 16 Mar, 09:00 until Mon 23 Mar, 09:00."),
        ("tomorrow", "<@U0HANNA> is on duty from Mon 2 Mar, 09:00 until Mon 9 Mar, 09:00."),
        ("Next Friday", "<@U0HANNA> is on duty"),
        ("next", "<@U0MAYA> is on duty from Mon 9 Mar, 09:00"),
        ("new customer ONBOARDING 2026-03-18", "<@U0TOM> is on duty"),
        # The day of a handover has both, and clocks have changed by then.
        ("2026-03-30", "<@U0MAYA> is on duty from Mon 30 Mar, 09:00 until Mon 6 Apr, 09:00."),
        ("2026-02-01", "The first term begins on Mon 2 Mar, 09:00."),
        ("2026-02-30", "The calendar has no day 2026-02-30."),
        ("2046-02-01", "within five years"),
        ("@tom", "When <@U0TOM> serves is in `/coherence champion table`."),
        ("whenever", "“whenever” is neither a journey nor a day that I know."),
    ],
)
async def test_one_can_ask_about_a_day(priya: Person, words: str, expected: str) -> None:
    assert expected in await asked(priya, words)


@pytest.mark.usefixtures("rota")
async def test_the_day_of_a_handover_has_both(priya: Person) -> None:
    said = await asked(priya, "2026-03-09")
    assert said.index("<@U0HANNA> is on duty") < said.index("<@U0MAYA> is on duty")
    assert "Mon 9 Mar" in said


async def test_a_week_without_a_champion_is_said_calmly(
    bot: Application, rota: str, priya: Person
) -> None:
    for user_id in (HANNA, MAYA, TOM):
        await away(bot, user_id, date(2026, 3, 1), date(2026, 3, 8))
    said = await asked(priya)
    assert "There is no champion until Mon 9 Mar, 09:00 (since Mon 2 Mar, 09:00)" in said
    assert "that is all right" in said
    assert "Next: <@U0HANNA>" in said


async def test_what_was_arranged_shows_on_the_card_and_in_the_table(
    bot: Application, rota: str, priya: Person
) -> None:
    await arrange(bot.database, rota, FIRST, [TOM], days=1, source="cover")
    said = await asked(priya)
    assert "<@U0TOM> is on duty until Tue 3 Mar, 09:00 (since Mon 2 Mar, 09:00)." in said
    assert "Next: <@U0HANNA>, from Tue 3 Mar" in said
    assert actions.SIT_OUT not in buttons(await _all_of(Person(priya.slack, "U0SAM"), bot, rota))
    await priya.press(await priya.private_answer(), actions.TERMS)
    table = await priya.modal_showing("who hands over to whom")
    assert "<@U0TOM> · cover" in text_of(table.blocks)


@pytest.mark.usefixtures("rota")
async def test_the_coming_terms_are_shown_page_by_page(maya: Person) -> None:
    await maya.command("champion table")
    table = await maya.modal_showing("who hands over to whom")
    assert rows(table)[:2] == [
        ("*Mon 2 Mar*, 09:00 (now)", "<@U0HANNA>"),
        ("*Mon 9 Mar*, 09:00", "you"),
    ]
    assert len(rows(table)) == 8
    await maya.press(table, "champion_page_8")
    table = await maya.modal_showing("Earlier terms")
    assert rows(table)[0] == ("*Mon 27 Apr*, 09:00", "<@U0TOM>")
    await maya.press(table, "champion_page_0")
    assert rows(await maya.modal_showing("(now)"))[0][1] == "<@U0HANNA>"


@pytest.mark.usefixtures("rota")
async def test_why_me_tells_what_put_me_there_and_my_next_term(slack: RunningSandbox) -> None:
    hanna = Person(slack, HANNA)
    await asked(hanna)
    await hanna.press(await hanna.private_answer(), actions.WHY)
    said = text_of((await hanna.modal_showing("You are on duty")).blocks)
    assert "from Mon 2 Mar, 09:00 until Mon 9 Mar, 09:00 (Europe/London)" in said
    assert "whoever has served goes to the end of the order" in said
    assert "Your next one after this: Mon 23 Mar, 09:00 to Mon 30 Mar, 09:00" in said
    assert "last term" not in said


async def test_why_me_never_says_who_was_passed_over(
    bot: Application, rota: str, tom: Person
) -> None:
    await away(bot, MAYA, date(2026, 3, 9), date(2026, 3, 9))
    await asked(tom)
    await tom.press(await tom.private_answer(), actions.WHY)
    said = text_of((await tom.modal_showing("You serve")).blocks)
    assert "the first in the order who can serve" in said
    assert MAYA not in said
    assert "away" not in said


async def test_of_two_journeys_the_channel_says_which_and_elsewhere_both_are_shown(
    bot: Application, rota: str, priya: Person
) -> None:
    renewal = await publish_journey(bot.database, SUPPORT, name="Renewal")
    await add_rota(bot.database, renewal, [TOM])
    assert "*Coherence champion · Renewal*" in await asked(priya, channel=SUPPORT)
    assert "*Coherence champion · New customer onboarding*" in await asked(priya)
    both = await asked(priya, channel="C0RANDOM")
    assert "*New customer onboarding*\n<@U0HANNA> is on duty" in both
    assert "*Renewal*\n<@U0TOM> is on duty" in both
    listed = await priya.private_answer("C0RANDOM")
    block = next(each for each in listed.blocks if "Renewal" in text_of([each]))
    button = block["accessory"]
    names = {"block_id": block["block_id"], "action_id": button["action_id"]}
    await slack_presses(priya, listed, **names, value=button["value"])
    card = await eventually(lambda: _card_of(priya, "C0RANDOM"))
    assert card
    assert "Next: <@U0TOM>" in text_of(card.blocks)
    await priya.command("champion table", "C0RANDOM")
    await priya.modal_showing("Put its name before “table”")


async def test_without_a_rota_there_is_one_sentence_and_a_button_for_stewards(
    bot: Application, journey: str, slack: RunningSandbox, priya: Person
) -> None:
    said = await asked(priya)
    assert "There is no rota yet, so nobody is on duty." in said
    assert buttons(await priya.private_answer()) == []
    hanna = Person(slack, HANNA)
    assert "Set up the rota" in await asked(hanna)
    assert buttons(await hanna.private_answer()) == [actions.SET_UP]


async def test_a_rota_that_nobody_has_joined_says_so(
    bot: Application, journey: str, priya: Person
) -> None:
    await add_rota(bot.database, journey, [])
    assert "Nobody has joined the rota yet." in await asked(priya)


async def test_somebody_who_was_erased_is_called_as_they_are_kept(
    bot: Application, rota: str, priya: Person
) -> None:
    async with bot.database.transaction() as session:
        session.add(
            ChampionTerm(
                workspace_id=TEAM,
                journey_id=rota,
                start=FIRST,
                end=FIRST + WEEK,
                users=["a former colleague & <!channel>"],
                source="rota",
                why="Next in the order.",
            )
        )
    said = await asked(priya)
    assert "A former colleague &amp; &lt;!channel&gt; is on duty" in said


class TestDrift:
    """What the champion on duty may do, and gets."""

    async def test_only_the_champion_of_the_journey_may_triage(
        self, bot: Application, rota: str, clock: SettableClock
    ) -> None:
        renewal = await publish_journey(bot.database, SUPPORT, name="Renewal")
        await add_rota(bot.database, renewal, ["U0SAM"])
        tom = Colleague(TEAM, TOM)
        report = await bot.use_cases.drift_reports.report(
            NewReport(TEAM, "U0PRIYA", "Prices clash", channel_id=ONBOARDING)
        )
        assert report
        triage = Triage(severity=Severity.SERIOUS)
        for person in (tom, Colleague(TEAM, "U0SAM")):
            with pytest.raises(NotTheirDrift):
                await bot.use_cases.drift_triage.change(person, 1, triage, seen=report.revision)
        clock.now = NOON + 2 * WEEK
        changed = await bot.use_cases.drift_triage.change(tom, 1, triage, seen=report.revision)
        assert changed.severity is Severity.SERIOUS
        assert not await bot.use_cases.champion.duty.is_on_duty(Colleague("T0OTHER", TOM), rota)

    async def test_the_weekly_digest_goes_to_the_champion_and_to_stewards_while_nobody_is(
        self, bot: Application, rota: str, clock: SettableClock, maya: Person, slack: RunningSandbox
    ) -> None:
        await clash(bot)
        await arrange(bot.database, rota, FIRST + 2 * WEEK, [MAYA], days=7)
        clock.now = FIRST + 2 * WEEK + timedelta(seconds=1)
        await bot.worker.tick()
        letter = await eventually(lambda: saying(maya, "as the champion on duty"))
        assert letter
        hanna = Person(slack, HANNA)
        assert not saying(hanna, "Prices clash")
        await arrange(bot.database, rota, FIRST + 3 * WEEK, [TOM], days=7)
        await quiet(bot, rota, TOM)
        clock.now += WEEK
        await bot.worker.tick()
        assert await eventually(lambda: saying(hanna, "as a steward"))
        assert not Person(slack, TOM).direct_answers()

    async def test_who_has_just_begun_hears_of_drift_once_in_the_briefing(
        self, bot: Application, rota: str, clock: SettableClock, maya: Person, slack: RunningSandbox
    ) -> None:
        await clash(bot)
        clock.now = FIRST + WEEK + timedelta(seconds=1)
        async with bot.database.transaction() as session:
            await change_rota(session, TEAM, rota, now=clock.now)
        await bot.worker.tick()
        assert await eventually(lambda: saying(maya, "You are champion now"))
        await bot.worker.tick()
        await bot.worker._sender.drain()
        assert len(saying(maya, "Prices clash")) == 1
        assert not saying(Person(slack, HANNA), "Prices clash")


async def clash(bot: Application) -> None:
    """Have something reported."""
    await bot.use_cases.drift_reports.report(
        NewReport(TEAM, "U0PRIYA", "Prices clash", channel_id=ONBOARDING)
    )


def saying(person: Person, words: str) -> list[Message]:
    """What the bot has written to somebody with these words."""
    return [each for each in person.direct_answers() if words in text_of(each.blocks)]


async def quiet(bot: Application, journey_id: str, user_id: str) -> None:
    """Have somebody want no messages."""
    async with bot.database.transaction() as session:
        member = await find_member(session, TEAM, journey_id, user_id)
        assert member
        member.messages = False


def rows(table: View) -> list[tuple[str, str]]:
    """The two columns of the coming terms."""
    cells = [field["text"] for block in table.blocks for field in block.get("fields", [])]
    return list(zip(cells[::2], cells[1::2], strict=True))


async def _all_of(person: Person, bot: Application, journey_id: str) -> Message:
    """The card of somebody who only serves because it was arranged."""
    await arrange(bot.database, journey_id, FIRST + WEEK, [person.id], days=1, source="override")
    await asked(person)
    card = await person.private_answer()
    assert actions.SWAP in buttons(card)
    return card


def _card_of(person: Person, channel: str) -> Message | None:
    shown = person.private_answers(channel)[-1]
    return shown if buttons(shown) else None


async def slack_presses(person: Person, where: Message, **names: Any) -> None:
    acked = await person.slack.surfaces.act_on_message(person.id, where, **names)
    assert acked == {"ok": True}
