"""A quarter of one team's drift, from the first report to the version of the narrative that ends it."""

import io
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.outbox import Pace
from coherence.stack.example import example_stack
from coherence.stewards import Person as Who
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.world import PRIVATE, Channel
from storage.database import Database
from tests.support.drift_team import Read, Team, Teammate, empty_parts, posts_in, raw_parts
from tests.support.people import ONBOARDING, text_of
from tests.support.steward import shown
from tests.support.times import SettableClock

SALES, DEALS = "C0SALES", "C0DEALS"
CARD = "No card is ever asked for, I told them"
SECRET = "The Brandt workshop gets our mobile number until June"
HURRIED = Pace(between=timedelta(0))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: the scenarios of each part play on both."""
    return sqlite_url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox,
    settings: Settings,
    clock: SettableClock,
    database: Database,
    logged: io.StringIO,
) -> AsyncIterator[Application]:
    named = settings.model_copy(update={"stewards": ("U0HANNA",)})
    async with start(named, clock, pace=HURRIED) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def team(bot: Application, slack: RunningSandbox, clock: SettableClock) -> Team:
    """A team whose narrative is published, and where nothing was said yet."""
    slack.world.messages.clear()
    members = {"U0MAYA", "U0LUIS", slack.world.app.bot_user_id}
    slack.world.channels[DEALS] = Channel(DEALS, "deals", kind=PRIVATE, members=members)
    await bot.use_cases.stacks.import_draft(
        slack.world.team.id,
        example_stack(),
        author="U0HANNA",
        channels=[ONBOARDING, SALES],
        publish_note="The first version we all agree on",
    )
    return Team(bot, slack, clock)


@dataclass
class Quarter:
    """The people of the play."""

    team: Team

    def __post_init__(self) -> None:
        self.hanna, self.maya, self.priya, self.tom, self.luis, self.sam = (
            Teammate(self.team, user_id)
            for user_id in ("U0HANNA", "U0MAYA", "U0PRIYA", "U0TOM", "U0LUIS", "U0SAM")
        )

    async def play(self) -> None:
        await self.march()
        await self.april()
        await self.may()

    async def march(self) -> None:
        await self.first_week()
        await self.second_week()
        await self.rest_of_march()

    async def first_week(self) -> None:
        on, luis = self.team.on, self.luis
        await on(3, 3)
        self.paid = luis.say("The money is on your account the next morning.", SALES)
        await self.priya.report_message(
            self.paid,
            "Sales says the next morning, our narrative says two working days",
            severity="serious",
            touchpoint="C3",
            statements=["P3"],
        )
        await on(3, 4)
        await self.tom.command("drift The welcome email says ten minutes, the help page thirty")
        await self.tom.send(touchpoint="C1", statements=["P1"])
        await on(3, 5)
        await luis.command("check With Larkfield you are guaranteed to get your money.", SALES)
        await luis.choose(await luis.private_answer(SALES), "drift", "guaranteed")
        await luis.send("Our own pitch deck guarantees payment")
        await on(3, 6)
        await self.sam.report_anywhere(
            "The app's settings call reminders dunning", severity="small"
        )
        self.lists = [await self.maya.list(ONBOARDING)]

    async def second_week(self) -> None:
        on = self.team.on
        await on(3, 10)
        await self.sam.me_too(1, "Two days or one, which is it?", self.paid)
        await self.maya.press_in(1, "drift_take")
        await self.maya.fill_in(1, "triage", {"layer": "touchpoint", "severity": "serious"})
        await self.maya.fill_in(2, "triage", {"owner": "U0PRIYA", "layer": "narrative"})
        await on(3, 11)
        promised = self.luis.say(SECRET, DEALS)
        await self.maya.report_message(
            promised, "One customer was promised a phone line that we don't have"
        )
        await self.tom.open(5)
        await on(3, 12)
        await self.maya.fill_in(5, "snooze", {"until": "2026-04-15"})
        await self.luis.me_too(2, "The welcome email says ten minutes, the app thirty")
        await self.maya.press_in(1, "drift_fixing")
        await on(3, 13)
        note = "The follow-up template says “two working days” now"
        await self.maya.fill_in(1, "resolve", {"resolution": "fixed", "note": note})

    async def rest_of_march(self) -> None:
        on, team = self.team.on, self.team
        await on(3, 17)
        hanna = Who(team.slack.world.team.id, "U0HANNA")
        published = await team.bot.use_cases.stacks.published(hanna.workspace_id)
        await team.bot.use_cases.drift_reports.allow_anonymous(
            hanna, published.journey_id, allowed=True
        )
        await self.sam.report_anywhere(
            "On stage we say everybody, on the page we say workshops", anonymous=["anonymous"]
        )
        await on(3, 19)
        page = self.tom.say("Import your old customers in a minute.", ONBOARDING)
        slow = self.priya.say("Importing took Anna's workshop two hours.", "C0SUPPORT")
        link = f"{team.slack.slack.url}/archives/{slow.channel}/p{slow.ts.replace('.', '')}"
        await self.priya.report_message(
            page, "Importing takes a minute, or two hours", other=link, statements=["P1"]
        )
        await self.maya.fill_in(
            7, "link", {"item": "P1", "report": "2", "ticket": "https://tickets.example/482"}
        )
        await on(3, 24)
        first = self.luis.say("Cancel whenever you like, we keep nothing.", SALES)
        second = self.sam.say("Reminder texts stay with us after you leave.", ONBOARDING)
        await self.tom.shortcut("report_drift", first)
        await self.tom.modal_showing("What doesn't fit?")
        self.tom.done()
        await self.tom.shortcut("report_drift", second)
        await self.tom.press(await self.tom.modal_showing("belong to it?"), "drift_report_add")
        await self.tom.send("Leaving: sales says nothing stays, the app keeps reminder texts")
        await on(3, 26)
        await self.hanna.fill_in(
            3,
            "resolve",
            {"resolution": "not_drift", "note": "The deck is from before the narrative"},
        )
        await self.hanna.fill_in(
            6, "resolve", {"resolution": "accepted", "note": "On stage we may dream a little"}
        )

    async def april(self) -> None:
        on = self.team.on
        await on(4, 2)
        await self.priya.fill_in(1, "reopen", {"note": "Sales says it again"})
        await on(4, 7)
        await self.sam.report_anywhere("Two mails in one day, both ask for the next step")
        await self.sam.press_in(4, "drift_take")
        await self.sam.fill_in(4, "triage", {"layer": "touchpoint"})
        await on(4, 9)
        await self.sam.press_in(4, "drift_fixing")
        note = "It says “gentle reminders” since today's release"
        await self.sam.fill_in(4, "resolve", {"resolution": "fixed", "note": note})
        await on(4, 16)
        self.lists.append(await self.maya.list(ONBOARDING))
        await self.maya.fill_in(5, "snooze", {"until": "2026-05-29"})
        await on(4, 20)
        await self.tom.report_message(
            self.priya.say("We answer at weekends too, if you are quick.", "C0SUPPORT"),
            "Support answers at weekends, our promise says Monday to Friday",
            statements=["P4"],
        )
        await self.maya.press_in(5, "drift_wake")
        await self.priya.press_in(10, "drift_take")
        await on(4, 23)
        await self.luis.report_anywhere("The price list in the app is older than the page's")
        await self.hanna.report_anywhere("A poster says seamless", severity="small")
        await on(4, 28)
        await self.tom.command("drift Our video shows a desktop, we say phone first")
        await self.tom.send(statements=["D2"])
        await self.maya.fill_in(8, "triage", {"owner": "U0TOM", "layer": "narrative"})

    async def may(self) -> None:
        on = self.team.on
        await on(5, 5)
        await self.luis.report_anywhere("The day-14 mail comes on day 20", touchpoint="C2")
        await self.hanna.fill_in(12, "resolve", {"resolution": "fixed"})
        await on(5, 7)
        card = self.luis.say(CARD, DEALS)
        await self.luis.report_message(card, "A card is needed after two months; we say never")
        await on(5, 12)
        for number in (9, 11, 13, 14):
            await self.maya.fill_in(number, "resolve", {"resolution": "fixed", "note": "Done"})
        await self.maya.fill_in(
            15, "resolve", {"resolution": "accepted", "note": "The page says it in small print"}
        )
        await self.maya.fill_in(
            5, "resolve", {"resolution": "accepted", "note": "Until June, as promised"}
        )
        await self.maya.fill_in(1, "resolve", {"resolution": "fixed", "note": "Sales was trained"})
        await on(5, 19)
        await self.publish(["2", "7", "8", "10"])
        await on(5, 20)
        ends = {"resolution": "narrative_changed", "note": "The promise names its limits now"}
        for who, number in ((self.priya, 2), (self.maya, 7), (self.tom, 8), (self.priya, 10)):
            await who.fill_in(number, "resolve", ends)
        self.lists.append(await self.maya.list(ONBOARDING))
        self.lists.append(await self.maya.list(ONBOARDING, "resolved"))

    async def publish(self, because_of: list[str]) -> None:
        maya = self.maya
        await maya.edit("P1", "promises", "promises", limits="Importing takes up to two hours.")
        maya.done()
        changes = await maya.changes(await maya.editor("promises"))
        self.team.looked_at(maya.id, changes)
        await maya.submit(changes, note="What drift taught us", because_of=because_of)
        assert "Version 2 is published" in shown(changes)
        self.team.looked_at(maya.id, changes)
        maya.done()
        await self.team.settle()


@pytest.fixture
async def quarter(team: Team) -> Quarter:
    """The quarter, played to its end, and a month after it in which nothing happens."""
    played = Quarter(team)
    await played.play()
    await team.on(7, 6)
    return played


async def test_a_quarter_of_drift_reads_as_people_talk(quarter: Quarter) -> None:
    team = quarter.team
    for read in (*team.posts, *team.windows):
        assert not raw_parts(read.words), read.words
        assert not empty_parts(read.blocks), read.words
    said_twice = [each for each, times in _words_by_place(team).items() if times > 1]
    assert not said_twice
    _digests_come_when_there_is_something_to_say(team)
    _nobody_is_written_to_more_than_once_about_a_report(team)
    _nobody_who_is_quoted_or_wants_no_name_is_named(quarter)
    _what_was_private_stays_so(team)
    _everybody_learns_how_it_ended(team)
    _what_is_no_longer_so_is_not_said(quarter)


def _words_by_place(team: Team) -> Counter[tuple[str, str]]:
    return Counter((each.where, each.words) for each in team.posts)


def _digests_come_when_there_is_something_to_say(team: Team) -> None:
    mondays = [date(2026, 3, 9) + timedelta(weeks=n) for n in range(12)]
    assert _days_of_digests(team, "D0HANNA") == mondays
    months = [date(2026, month, 1) for month in (4, 5, 6)]
    assert _days_of_digests(team, ONBOARDING) == _days_of_digests(team, SALES) == months
    for each in _digests(team):
        new, _, old = each.words.partition("*Still open from before*")
        assert not {*_numbers(new.partition("*Resolved*")[0])} & {*_numbers(old)}, each.words
        assert not re.search(r"\b0 (new|resolved|open)", each.words)


def _nobody_is_written_to_more_than_once_about_a_report(team: Team) -> None:
    letters = {
        name: [int(b["elements"][0]["value"]) for m in _letters(team, name) for b in m.blocks[-1:]]
        for name in ("HANNA", "MAYA", "PRIYA", "TOM", "LUIS", "SAM")
    }
    assert letters == {
        "HANNA": [],
        "MAYA": [1],
        "PRIYA": [1, 2, 10, 7],
        "TOM": [2, 10, 8, 13],
        "LUIS": [3, 11, 14, 15, 2],
        "SAM": [1, 9],
    }


def _nobody_who_is_quoted_or_wants_no_name_is_named(quarter: Quarter) -> None:
    assert all("U0LUIS" not in said for said in quarter.lists)
    assert not any("<@" in each.words for each in _digests(quarter.team))
    without_a_name = [r for r in quarter.team.windows if "On stage we say" in r.words]
    shown = [r.words for r in without_a_name if "What happened" in r.words]
    assert shown
    assert all("U0SAM" not in words for words in shown)


def _what_was_private_stays_so(team: Team) -> None:
    for secret in (SECRET, CARD):
        assert not [each.where for each in team.posts if secret in each.words]
        seen_by = {each.where.partition(",")[0] for each in team.windows if secret in each.words}
        assert seen_by <= {"U0MAYA", "U0LUIS"}
    [toms] = [r for r in team.windows if r.where == "U0TOM, Drift 5"]
    assert "Only its members can read it here." in toms.words
    assert DEALS not in toms.words


def _everybody_learns_how_it_ended(team: Team) -> None:
    ends = {
        "SAM": ["It is resolved, fixed", "It is resolved, fixed"],
        "LUIS": [
            "It is resolved, not drift",
            "It is resolved, fixed",
            "It is resolved, fixed",
            "It is resolved, accepted as it is",
            "Version 2 of the narrative answers this.",
        ],
    }
    for name, said in ends.items():
        for letter, end in zip(_letters(team, name), said, strict=True):
            assert end in text_of(letter.blocks)
            assert "Thank you for noticing." in text_of(letter.blocks)
    told_of_version = [
        name for name in ("MAYA", "PRIYA", "TOM", "LUIS") if _hears_of_version(team, name)
    ]
    assert told_of_version == ["PRIYA", "TOM", "LUIS"]


def _what_is_no_longer_so_is_not_said(quarter: Quarter) -> None:
    team = quarter.team
    in_april = next(each for each in quarter.lists if "*Drift 9*" in each)
    assert "put off until" not in in_april
    reopened = [r for r in team.posts if r.text.startswith("Drift 1 is reopened")]
    assert {each.where for each in reopened} == {"D0MAYA", "D0PRIYA"}
    assert all("Sales says it again" in each.words for each in reopened)
    later = [
        r for r in team.posts if r.text.startswith("Drift 1 is resolved") and r.when.month == 5
    ]
    assert later
    assert not [each for each in later if "two working days” now" in each.words]


def _numbers(words: str) -> list[str]:
    return re.findall(r"• Drift (\d+),", words)


def _digests(team: Team) -> list[Read]:
    return [each for each in team.posts if each.text.startswith("Drift in ")]


def _days_of_digests(team: Team, where: str) -> list[date]:
    return [each.when.date() for each in _digests(team) if each.where == where]


def _letters(team: Team, name: str) -> list[Message]:
    messages = posts_in(team.slack, f"D0{name}")
    return [m for m in messages if m.blocks and m.blocks[0]["block_id"] == "letter"]


def _hears_of_version(team: Team, name: str) -> bool:
    return any("Version 2 of the narrative" in text_of(m.blocks) for m in _letters(team, name))
