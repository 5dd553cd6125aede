"""A year of one team's duty, read message by message as the team would."""

import io
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.champion.letters import Letter
from coherence.drift.report import NewReport
from coherence.outbox import Pace
from coherence.stack.example import example_stack
from coherence.working_days import is_working_day
from handlers.blocks import champion_actions as actions
from sandbox.server import RunningSandbox
from sandbox.views import View
from sandbox.world import Member
from storage.database import Database
from tests.support.drift_team import empty_parts, raw_parts
from tests.support.duty import Heard
from tests.support.duty_year import Colleague, Year, at, typed
from tests.support.people import ONBOARDING, text_of
from tests.support.times import SettableClock

HURRIED = Pace(between=timedelta(0), settling=timedelta(0))
LONDON, NEW_YORK = "Europe/London", "America/New_York"
ZONES = {
    "U0MAYA": LONDON,
    "U0TOM": NEW_YORK,
    "U0PRIYA": NEW_YORK,
    "U0LUIS": LONDON,
    "U0SAM": LONDON,
    "U0OLE": LONDON,
    "U0NINA": LONDON,
}
UNASKED = {Letter.REMINDER, Letter.NOTES, Letter.INCOMING, Letter.LOOK_BACK}
UNKIND = re.compile(
    r"(?i)\b(overdue|failed|forgot|missed|refused|declined|too late|unreliable|excuse|blame|skipped)\b"
)


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
    """A bot in a team of two zones."""
    members = slack.world.members
    members["U0OLE"] = Member("U0OLE", "ole", "Ole Lind", "Finance")
    members["U0NINA"] = Member("U0NINA", "nina", "Nina Falk", "Support")
    for user, zone in ZONES.items():
        members[user].tz = zone
        slack.world.channels[ONBOARDING].members.add(user)
    named = settings.model_copy(update={"stewards": ("U0HANNA",)})
    async with start(named, clock, pace=HURRIED) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def year(bot: Application, slack: RunningSandbox, clock: SettableClock) -> Year:
    """A team whose narrative is published, and where nothing was said yet."""
    slack.world.messages.clear()
    await bot.use_cases.stacks.import_draft(
        slack.world.team.id,
        example_stack(),
        author="U0HANNA",
        channels=[ONBOARDING],
        publish_note="The first version we all agree on",
    )
    return Year(bot, slack, clock)


@dataclass
class Play:
    """The people of the play, what they do, and what was seen on some days."""

    year: Year
    people: dict[str, Colleague] = field(default_factory=dict)
    seen: list[tuple[datetime, dict[str, list[str]]]] = field(default_factory=list)
    passed: list[tuple[datetime, str]] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    reported: int = 0

    def __post_init__(self) -> None:
        for user in ("U0HANNA", *ZONES):
            self.people[user] = Colleague(self.year, user)
        self.hanna, self.maya, self.tom, self.priya, self.luis, self.sam, self.ole, self.nina = (
            self.people.values()
        )

    async def play(self) -> None:
        await self.march()
        await self.april()
        await self.may()
        await self.june()
        await self.summer()
        await self.september()
        await self.autumn()
        await self.winter()

    async def on(self, month: int, day: int, hour: int = 12, year: int = 2026) -> None:
        await self.year.on(at(month, day, hour, year), self.habits)

    async def serving(self) -> Colleague:
        [who] = await self.year.serving()
        return self.people[who]

    async def next_one(self) -> Colleague:
        return self.people[await self.year.next_one()]

    async def march(self) -> None:
        await self.set_up()
        for person in (self.maya, self.tom, self.priya, self.luis):
            await person.answer(person.last_letter(Letter.INVITATION), actions.JOIN)
        await self.ole.answer(self.ole.last_letter(Letter.INVITATION), actions.DECLINE)
        await self.on(3, 11)
        await self.look()
        await self.report("Sales says the next morning, our narrative says two days", self.luis)
        await self.on(3, 20)
        await self.sam.answer(self.sam.last_letter(Letter.INVITATION), actions.JOIN)
        await self.report("The welcome email says ten minutes, the help page thirty", self.tom)
        await self.on(3, 31)
        await self.look()

    async def set_up(self) -> None:
        await self.hanna.command("champion rota")
        form = await self.hanna.modal_showing("Who takes turns")
        asked = ["U0MAYA", "U0TOM", "U0PRIYA", "U0LUIS", "U0SAM", "U0OLE"]
        preview = await self.preview(form, members=asked, zone="London", country="GB")
        await self.hanna.send(preview, "is saved")

    async def preview(self, form: View, **fields: object) -> View:
        answer = await self.hanna.submit(form, **typed(form, **fields))
        assert not answer.get("errors"), answer
        return await self.hanna.modal_showing("The order.")

    async def april(self) -> None:
        await self.on(4, 1)
        await self.luis.away(date(2026, 4, 13), date(2026, 4, 24))
        await self.luis.done()
        await self.on(4, 15, 20)
        await self.sit_out(await self.next_one())
        await self.on(4, 21)
        await self.look()
        await self.report("The app's settings call reminders dunning", self.sam)
        await self.learn_of_leave(4, 22)

    async def learn_of_leave(self, month: int, day: int) -> None:
        """Somebody falls ill on a Tuesday of their term, and two colleagues say yes at once."""
        await self.on(month, day)
        who = await self.serving()
        noted = await who.away(date(2026, month, day + 1), date(2026, month, day + 3))
        await who.ask_for_cover(at(month, day + 1, 8), at(month, day + 5, 8), where=noted)
        first, second = await self.two_who_were_asked()
        offer, late = await first.consider(), await second.consider()
        await first.send(offer, "Done, thank you.")
        await second.send(late, "moment faster")

    async def two_who_were_asked(self) -> list[Colleague]:
        now = self.year.clock.now
        asked = [
            each
            for each in self.people.values()
            if (letters := each.letters(Letter.REQUEST)) and letters[-1].at == now
        ]
        return asked[:2]

    async def may(self) -> None:
        await self.on(5, 7, 16)
        who = await self.next_one()
        other = self.luis if who is not self.luis else self.maya
        await who.ask_to_swap(other.id)
        await self.on(5, 8, 10)
        await other.send(await other.consider(), "Done, thank you.")
        await self.on(5, 13)
        await self.look()
        await self.on(5, 20, 20)
        await self.sit_out(await self.next_one())
        await self.on(5, 27)
        await self.look()

    async def june(self) -> None:
        await self.on(6, 11, 16)
        await (await self.next_one()).ask_to_swap()
        first, second = await self.two_who_were_asked()
        offer, late = await first.consider(), await second.consider()
        await first.send(offer, "Done, thank you.")
        await second.send(late, "moment faster")
        await self.on(6, 16)
        who = await self.serving()
        other = await self.somebody_else(who)
        await who.ask_for_cover(at(6, 17, 8), at(6, 19, 8), other.id)
        await other.send(await other.consider(), "Done, thank you.")
        await self.on(6, 18)
        await self.look()
        await self.on(6, 20)
        await self.look()

    async def somebody_else(self, who: Colleague) -> Colleague:
        following = await self.next_one()
        return next(p for p in (self.maya, self.luis, self.sam) if p not in {who, following})

    async def summer(self) -> None:
        await self.on(7, 8)
        await (await self.somebody_else(await self.serving())).step_in()
        await self.look()
        await self.on(7, 15)
        await self.priya.pause()
        await self.on(8, 3)
        await self.sam.switch_messages("I don't write to you unasked.")
        await self.on(8, 5)
        for person in (self.maya, self.tom, self.luis, self.sam):
            await person.away(date(2026, 8, 17), date(2026, 8, 23))
            await person.done()
        await self.on(8, 19)
        await self.look()
        await self.report("A poster says seamless", self.maya)
        await self.on(9, 1)
        await self.priya.resume()

    async def september(self) -> None:
        await self.on(9, 14)
        await self.sam.switch_messages("I remind you of your terms")
        while await self.year.serving() != ("U0LUIS",):
            now = self.year.clock.now + timedelta(weeks=1)
            await self.on(now.month, now.day)
        now = self.year.clock.now + timedelta(days=2)
        await self.on(now.month, now.day)
        self.year.slack.slack.workspace.set_roles("U0LUIS", deleted=True)
        await self.year.settle()
        await self.on(now.month, now.day, 15)
        await self.look()
        await self.tom.step_in()
        await self.look()

    async def autumn(self) -> None:
        await self.on(10, 14)
        await self.look()
        await self.edit(members=["U0MAYA", "U0TOM", "U0PRIYA", "U0SAM", "U0NINA"])
        await self.nina.answer(self.nina.last_letter(Letter.INVITATION), actions.JOIN)
        await self.on(10, 26, 13)
        await self.look()
        await self.on(11, 2, 16)
        await self.look()
        # Ten days in which the bot is down.
        await self.on(11, 10)
        await self.year.at(at(11, 20, 11))
        await self.year.settle()
        await self.on(12, 1)
        self.year.clock.now -= timedelta(hours=1)
        await self.year.settle()
        await self.look()

    async def edit(self, **fields: object) -> None:
        await self.hanna.command("champion rota")
        form = await self.hanna.modal_showing("Terms that have begun stay as they are")
        await self.hanna.send(await self.preview(form, **fields), "is saved")

    async def winter(self) -> None:
        await self.on(12, 9)
        for person in (self.maya, self.tom, self.nina):
            await person.away(date(2026, 12, 24), date(2027, 1, 1))
            await person.done()
        await self.on(12, 29)
        await self.look()
        await self.on(1, 14, 20, 2027)
        await self.sit_out(await self.next_one())
        await self.on(1, 20, 12, 2027)
        await self.edit(handover="10:00")
        await self.look()
        await self.on(2, 3, 12, 2027)
        await self.sam.leave_rota()
        await self.on(3, 2, 12, 2027)
        await self.look()

    async def sit_out(self, who: Colleague) -> None:
        self.passed.append((self.year.clock.now, who.id))
        await who.sit_out()

    async def report(self, words: str, by: Colleague) -> None:
        self.reported += 1
        reports = self.year.bot.use_cases.drift_reports
        team = self.year.slack.world.team.id
        await reports.report(NewReport(team, by.id, words, channel_id=ONBOARDING))

    async def look(self) -> None:
        """Look at everything that says who has the duty."""
        serving = await self.year.serving()
        card = await self.hanna.card()
        table = await self.hanna.form_of(card, actions.TERMS, "who hands over to whom")
        seen = {
            "answer": people_in(line_with(text_of(card.blocks), " on duty ")),
            "table": people_in(rows_of(table)[0]),
            "calendar": await self.year.in_calendar(),
            "Home": people_in(line_with(await self.hanna.home(), "until")),
            "channel": self.told_in_channel(),
            "rota": list(serving),
        }
        await self.hanna.done()
        self.seen.append((self.year.clock.now, seen))

    def told_in_channel(self) -> list[str]:
        told = [h for h in self.year.heard if h.kind == Letter.HANDOVER]
        return people_in(told[-1].text.partition(" for *")[0])

    async def habits(self, heard: Heard) -> None:
        """What people do without being asked: most of the time."""
        if heard.to not in self.people:
            return
        who, kind = self.people[heard.to], heard.kind
        times = self.counted[kind] = self.counted.get(kind, 0) + 1
        if kind == Letter.INCOMING and times % 4:
            await who.answer(heard.message, actions.ACKNOWLEDGE)
        elif kind == Letter.NOTES and times % 3 == 1:
            form = await who.form_of(heard.message, actions.NOTES, "What should the next champion")
            await who.send(form, "Saved.", notes=f"Sales asked about version {times} of the deck.")
        elif kind == Letter.LOOK_BACK and times % 3:
            form = await who.form_of(heard.message, actions.LOOK_BACK, "How heavy was it?")
            await who.send(form, "without names", weight=str(1 + times % 4), change="")


def people_in(words: str) -> list[str]:
    """Whom some words mention, in order."""
    return re.findall(r"<@(U0[A-Z]+)>", words)


def rows_of(table: View) -> list[str]:
    """Who serves in each of the coming terms."""
    cells = [f["text"] for block in table.blocks for f in block.get("fields", [])]
    return cells[1::2]


def line_with(words: str, part: str) -> str:
    return next((line for line in words.splitlines() if part in line), "")


@pytest.fixture
async def play(year: Year) -> Play:
    played = Play(year)
    await played.play()
    return played


async def test_a_year_of_duty_reads_as_people_talk(play: Play) -> None:
    _write_down(play.year)
    for read in (*play.year.posts, *play.year.windows):
        assert not raw_parts(read.words), read.words
        assert not empty_parts(read.blocks), read.words
        assert not UNKIND.search(read.words), read.words
    _all_that_says_who_serves_agrees(play)
    _nothing_is_said_twice(play)
    _the_channel_hears_of_each_change_once(play)
    _a_term_makes_few_messages(play)
    _nobody_is_written_to_who_is_not_there_or_wants_no_messages(play)
    _people_hear_in_their_own_hours(play)
    _who_passed_is_not_shown_around(play)
    _time_that_was_lost_is_not_caught_up_on(play)


def _write_down(year: Year) -> None:
    """For whoever would like to read it: `TRANSCRIPT=year.txt pytest …`."""
    if path := os.environ.get("TRANSCRIPT"):
        Path(path).write_text(year.transcript())


def _all_that_says_who_serves_agrees(play: Play) -> None:
    assert len(play.seen) > 15
    for moment, seen in play.seen:
        assert len({tuple(each) for each in seen.values()}) == 1, (moment, seen)
    assert {len(seen["rota"]) for _, seen in play.seen} == {0, 1}


def _nothing_is_said_twice(play: Play) -> None:
    said: dict[tuple[str, str], datetime] = {}
    for each in play.year.posts:
        if not each.change and each.where not in play.people:
            before = said.get((each.where, each.words))
            assert before is None or each.when - before >= timedelta(days=5), each.words
            said[each.where, each.words] = each.when


def _the_channel_hears_of_each_change_once(play: Play) -> None:
    told = [each for each in play.year.heard if each.to == ONBOARDING]
    news = [each for each in told if each.kind == Letter.HANDOVER]
    assert {each.kind for each in told} <= {Letter.HANDOVER, "drift_monthly"}
    who = [people_in(each.text.partition(" for *")[0]) for each in news]
    assert all(before != after for before, after in pairwise(who))
    vacant = [each.at for each, named in zip(news, who, strict=True) if not named]
    assert [f"{each:%d %b}" for each in vacant] == ["17 Aug", "23 Sep"]
    # Weeks but for: one of the swap before the own, ten days in which nobody could tell; more for covers.
    assert len(news) <= 52 + 2 * 4


def _a_term_makes_few_messages(play: Play) -> None:
    for person in play.people.values():
        heard = [each for each in play.year.heard if each.to == person.id]
        days = Counter(each.at.date() for each in heard)
        assert max(days.values()) <= 3, (person.id, days.most_common(3))
        for kind in (Letter.REMINDER, Letter.NOTES, Letter.INCOMING, Letter.LOOK_BACK):
            times = [each.at for each in heard if each.kind == kind]
            assert all(b - a > timedelta(days=2) for a, b in pairwise(times)), (person.id, kind)


def _nobody_is_written_to_who_is_not_there_or_wants_no_messages(play: Play) -> None:
    def heard(person: Colleague, first: datetime, last: datetime) -> list[str]:
        return [
            each.text for each in play.year.heard if each.to == person.id and first < each.at < last
        ]

    assert not heard(play.sam, at(8, 3), at(9, 14))
    assert not heard(play.sam, at(2, 3, 12, 2027), at(3, 3, 12, 2027))
    assert not heard(play.priya, at(7, 15), at(9, 1))
    assert not heard(play.luis, at(9, 23), at(3, 3, 12, 2027))
    assert not heard(play.ole, at(3, 3), at(3, 3, 12, 2027))


def _people_hear_in_their_own_hours(play: Play) -> None:
    for each in play.year.heard:
        if each.to in ZONES and each.kind in UNASKED:
            own = each.at.astimezone(ZoneInfo(ZONES[each.to]))
            assert 9 <= own.hour < 17, each
            assert is_working_day(own.date(), "GB"), each


def _who_passed_is_not_shown_around(play: Play) -> None:
    assert len(play.passed) == 3
    for moment, who in play.passed:
        others = [
            each
            for each in play.year.posts
            if moment <= each.when < moment + timedelta(days=2)
            and who in people_in(each.words)
            and each.where != play.people[who].direct_channel
        ]
        assert not others, others[0].words


def _time_that_was_lost_is_not_caught_up_on(play: Play) -> None:
    back = at(11, 20, 11)
    heard = Counter(each.to for each in play.year.heard if each.at == back)
    assert heard
    assert max(heard.values()) == 1
    first, last = back - timedelta(days=10), back
    assert not [each for each in play.year.heard if first + timedelta(hours=2) < each.at < last]
    again = [each for each in play.year.heard if at(12, 1, 11) <= each.at < at(12, 1, 12)]
    assert not again
