"""Weeks of a team's duty, as the team reads them."""

import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from functools import partial

import pytest

from bot.bootstrap import Application, _champion_rounds, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.champion.letters import Letter, mark
from coherence.champion.loading import change_rota
from coherence.champion.service import look_backs
from coherence.drift.report import NewReport
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack
from handlers.voice.champion_round import look_backs as look_back_line
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.champion import (
    ChampionLeave,
    ChampionMember,
    ChampionRota,
    find_member,
    find_service,
)
from storage.journeys import list_journeys
from storage.outbox import State, find_delivery
from tests.support.duty import Duty, Heard
from tests.support.people import Person, eventually, text_of
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
    slack: RunningSandbox,
    settings: Settings,
    clock: SettableClock,
    logged: io.StringIO,
) -> AsyncIterator[Application]:
    """A bot that ticks when it is told to."""
    named = settings.model_copy(update={"stewards": (HANNA,)})
    timetable = Timetable(pace=QUICK, tick_seconds=NEVER)
    async with start(named, clock, timetable) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def duty(bot: Application, slack: RunningSandbox, clock: SettableClock) -> Duty:
    """Maya, Tom and Priya take weekly turns from Mon 9 Mar on, at 02:30 in London."""
    published = await bot.use_cases.stacks.import_draft(
        TEAM, example_stack(), author="hanna", channels=[CHANNEL], publish_note="First"
    )
    assert isinstance(published, PublishedStack)
    for person, zone in ZONES.items():
        slack.world.member(person).tz = zone
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
        [journey] = await list_journeys(session, TEAM)
    return journey.id


async def absent(duty: Duty, first: date, last: date, *people: str) -> None:
    """Have people say that they are away."""
    now = duty.clock()
    async with duty.bot.database.transaction() as session:
        await change_rota(session, TEAM, await journey_of(duty), now=now)
        session.add_all(
            ChampionLeave(
                workspace_id=TEAM,
                id=f"{person} {first}",
                user_id=person,
                first=first,
                last=last,
                told_at=now,
            )
            for person in people
        )


def _has_no_buttons(message: Message) -> bool:
    return "actions" not in _kinds(message)


def _kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


async def leave_notes(duty: Duty, person: Person, letter: Heard, notes: str) -> None:
    await person.press(letter.message, "champion_notes")
    form = await person.modal_showing("What should the next champion know?")
    await person.submit(form, notes=notes)
    await person.modal_showing("Saved.")


def letters(heard: Sequence[Heard], kind: Letter, to: str | None = None) -> list[Heard]:
    return [each for each in heard if each.kind == kind and to in {None, each.to}]


async def test_four_weeks_with_leave_a_vacancy_and_clocks_that_change(duty: Duty) -> None:
    await absent(duty, date(2026, 3, 15), date(2026, 3, 16), TOM)
    await absent(duty, date(2026, 3, 22), date(2026, 3, 28), MAYA, TOM, PRIYA)
    heard = await duty.until(at(4, 6, 23))
    assert [f"{each.at:%d %b %H:%M} {each.kind[9:]} {each.to}" for each in heard] == [
        f"06 Mar 12:00 reminder {MAYA}",
        f"08 Mar 01:30 handover {CHANNEL}",
        f"09 Mar 09:00 incoming {MAYA}",
        # Tom is away: Priya serves, in whose zone clocks have changed already.
        f"11 Mar 13:00 reminder {PRIYA}",
        f"13 Mar 15:00 notes {MAYA}",
        f"15 Mar 01:30 handover {CHANNEL}",
        f"16 Mar 09:00 look_back {MAYA}",
        f"16 Mar 13:00 incoming {PRIYA}",
        # Before the leave that comes before Tom's term.
        f"18 Mar 08:00 reminder {TOM}",
        f"20 Mar 19:00 notes {PRIYA}",
        # Nobody is there that week, so nobody begins.
        f"22 Mar 01:30 handover {CHANNEL}",
        f"29 Mar 01:30 handover {CHANNEL}",
        f"30 Mar 07:00 incoming {TOM}",
        # Priya was away when her term had ended.
        f"30 Mar 13:00 look_back {PRIYA}",
        f"01 Apr 08:00 reminder {MAYA}",
        f"03 Apr 13:00 notes {TOM}",
        f"05 Apr 00:30 handover {CHANNEL}",
        f"06 Apr 07:00 look_back {TOM}",
        f"06 Apr 08:00 incoming {MAYA}",
    ]
    [_, _, vacancy, again, _] = letters(heard, Letter.HANDOVER)
    assert vacancy.text.startswith("No champion this week for *New customer onboarding*.")
    assert again.text.startswith(f"<@{TOM}> is champion for *New customer onboarding* until Sun")


async def test_what_waits_what_changed_and_what_was_noted_is_handed_over(
    duty: Duty, slack: RunningSandbox
) -> None:
    maya, tom = Person(slack, MAYA), Person(slack, TOM)
    reports = duty.bot.use_cases.drift_reports
    for number in range(7):
        await reports.report(NewReport(TEAM, HANNA, f"Clash {number}", channel_id=CHANNEL))
    heard = await duty.until(at(3, 13, 16))
    [wanted] = letters(heard, Letter.NOTES)
    await leave_notes(duty, maya, wanted, "Old")
    await eventually(lambda: "You have left notes" in text_of(wanted.message.blocks))
    await leave_notes(duty, maya, wanted, "Ask <!channel> & Sam\nabout pricing")
    heard = await duty.until(at(3, 16, 8))
    [briefing] = letters(heard, Letter.INCOMING, TOM)
    assert f"*<@{MAYA}> left you a note*\n>Ask &lt;!channel&gt; &amp; Sam\n>about" in briefing.text
    assert "• Drift 1, for 9 days: Clash 0" in briefing.text
    assert "Drift 6" not in briefing.text
    assert "… and 2 more" in briefing.text
    await tom.press(briefing.message, "champion_guide")
    await tom.modal_showing("What you leave to others.")


async def test_who_says_that_they_have_it_reads_so_where_the_button_was(
    duty: Duty, slack: RunningSandbox
) -> None:
    tom = Person(slack, TOM)
    heard = await duty.until(at(3, 16, 8))
    [briefing] = letters(heard, Letter.INCOMING, TOM)
    duty.clock.now = at(3, 16, 8, 12)
    await tom.press(briefing.message, "champion_acknowledge")
    await eventually(
        lambda: "You said at 09:12 that you have it." in text_of(briefing.message.blocks)
    )
    assert "I have it" not in text_of(briefing.message.blocks).splitlines()
    async with duty.bot.database.reading() as session:
        said = await find_service(session, TEAM, await journey_of(duty), at(3, 15, 1, 30), TOM)
    assert said
    assert said.acknowledged_at == at(3, 16, 8, 12)


async def test_two_questions_are_kept_and_shown_to_nobody_by_name(
    duty: Duty, slack: RunningSandbox
) -> None:
    for person, day in ((MAYA, 16), (TOM, 23), (PRIYA, 30)):
        heard = await duty.until(at(3, day, 14))
        [letter] = letters(heard, Letter.LOOK_BACK, person)
        who = Person(slack, person)
        await who.press(letter.message, "champion_look_back")
        form = await who.modal_showing("How heavy was it?")
        async with duty.bot.database.reading() as session:
            assert await look_backs(session, TEAM, await journey_of(duty)) is None
        change = "Shorter <terms>" if person == TOM else ""
        await who.submit(form, weight="4" if person == TOM else "2", change=change)
        await who.modal_showing("without names")
        await eventually(partial(_has_no_buttons, letter.message))
    async with duty.bot.database.reading() as session:
        found = await look_backs(session, TEAM, await journey_of(duty))
    assert found
    assert look_back_line(found) == (
        "Those who served found it 2.7 of 5 heavy (3 answers).\n"
        "What they would change:\n• “Shorter &lt;terms&gt;”"
    )


async def test_notes_that_come_after_the_handover_are_not_taken(
    duty: Duty, slack: RunningSandbox
) -> None:
    maya = Person(slack, MAYA)
    [wanted] = letters(await duty.until(at(3, 13, 16)), Letter.NOTES)
    await maya.press(wanted.message, "champion_notes")
    form = await maya.modal_showing("What should the next champion know?")
    await duty.until(at(3, 15, 2))
    refused = await maya.submit(form, notes="Too late")
    assert "Your term has ended" in refused["errors"]["notes"]


async def test_where_the_channel_is_gone_stewards_hear_once_and_the_duty_goes_on(
    duty: Duty, slack: RunningSandbox
) -> None:
    slack.world.channels[CHANNEL].archived = True
    heard = await duty.until(at(3, 30, 22))
    [told] = letters(heard, Letter.STEWARDS)
    assert told.to == HANNA
    assert "is archived" in told.text
    assert letters(heard, Letter.HANDOVER) == []
    assert [each.to for each in letters(heard, Letter.INCOMING)] == [MAYA, TOM, PRIYA, MAYA]


async def test_what_is_no_longer_true_when_it_is_sent_is_not_said(duty: Duty) -> None:
    rounds = _champion_rounds(duty.bot.use_cases, duty.bot.settings, duty.bot.database, duty.clock)
    duty.clock.now = at(3, 11, 10)
    await rounds.go(TEAM)
    async with duty.bot.database.transaction() as session:
        member = await find_member(session, TEAM, await journey_of(duty), TOM)
        assert member
        member.messages = False
    heard = await duty.at(at(3, 11, 10, 1))
    assert {each.to for each in heard} == {MAYA}
    key = f"{Letter.REMINDER}:{await journey_of(duty)}:{mark(at(3, 15, 1, 30))}:{TOM}"
    async with duty.bot.database.reading() as session:
        planned = await find_delivery(session, TEAM, key)
    assert planned
    assert planned.state == State.DROPPED


async def test_after_weeks_of_silence_there_is_no_burst(duty: Duty) -> None:
    heard = await duty.at(at(3, 31, 14))
    assert sorted(f"{each.kind[9:]} {each.to}" for each in heard) == [
        f"handover {CHANNEL}",
        f"incoming {MAYA}",
        f"look_back {PRIYA}",
        f"look_back {TOM}",
    ]
    # With the clock turned back, and caught up again.
    assert await duty.at(at(3, 20, 12)) == []
    assert await duty.at(at(3, 31, 14, 30)) == []
