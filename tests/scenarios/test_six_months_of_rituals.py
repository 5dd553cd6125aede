"""Six months of two teams' rituals, read message by message as the teams would."""

import io
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.outbox import Pace
from coherence.recurrence import Monthly, OnDate
from coherence.rituals.action import ActionState
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack
from coherence.working_days import is_working_day
from handlers.blocks import ritual_actions as actions
from handlers.blocks.ritual_summary import SETTLES
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.world import Member
from tests.support.drift_team import Read, empty_parts, raw_parts
from tests.support.duty import Heard
from tests.support.people import ONBOARDING, SUPPORT
from tests.support.ritual_months import (
    Answerer,
    Asked,
    Months,
    buttons_of,
    key_of,
    lines_of,
    local,
    open_until,
    when,
)
from tests.support.rotas import FIRST_DAY, TEAM, add_rota, weekly
from tests.support.times import SettableClock

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
HANNA = "U0HANNA"
IN_LONDON = ("U0MAYA", "U0LUIS", "U0SAM", "U0OLE", "U0NINA", "U0PRIYA")
IN_NEW_YORK = ("U0TOM", "U0ANA", "U0BEN", "U0KIM", "U0JOY")
ZONES = dict.fromkeys((HANNA, *IN_LONDON), LONDON) | dict.fromkeys(
    (*IN_NEW_YORK, "U0PRIYA"), NEW_YORK
)
OPENS = datetime(2026, 9, 29, 8, tzinfo=UTC)
NEVER = 1_000_000.0
HURRIED = Pace(between=timedelta(0), settling=timedelta(0))
UNKIND = re.compile(
    r"(?i)\b(overdue|failed|forgot|missed|refused|too late|unreliable|excuse|blame|non-?responders?)\b"
)
OF_WHO_HAS_NOT = re.compile(
    r"(?i)not (?:yet )?answered|n't (?:yet )?answered|did(?: not|n't) answer|still missing|waiting for"
)


@dataclass(frozen=True)
class Habit:
    """A ritual as it is set up, who answers it, and when it has to come, by its own clock."""

    name: str
    kind: str
    channel: str
    zone: ZoneInfo
    people: Sequence[str]
    at: str
    hours: int
    visibility: str
    holidays: str
    times: Sequence[str]
    rhythm: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        """What is typed into the form."""
        return {
            "name": self.name,
            "time": self.at,
            "zone": self.zone.key,
            "country": "GB-ENG" if self.zone is LONDON else "US",
            "holidays": self.holidays,
            "open": str(self.hours * 60),
            "visibility": self.visibility,
            **self.rhythm,
        }

    @property
    def due(self) -> list[str]:
        """Day and time of each."""
        return [f"{each} {self.at}" for each in self.times]

    @property
    def is_review(self) -> bool:
        return self.kind == "monthly_review"


def mondays(**instead: str | None) -> list[str]:
    """Mondays from October to March, as ISO dates; of some of them another day, or none."""
    first = date(2026, 10, 5)
    days = [(first + timedelta(weeks=n)).isoformat() for n in range(26)]
    moved = {
        f"202{'6' if key[1] == '1' else '7'}-{key[1:3]}-{key[3:]}": instead[key] for key in instead
    }
    return [day for each in days if (day := moved.get(each, each))]


SECOND_THURSDAYS: Final = {"weekdays": ["thu"], "cadence": "2", "start": "2026-10-01"}
ON_THE_25TH: Final = {
    "cadence": json.dumps(
        Monthly(on=OnDate(day=25)).model_dump(mode="json", exclude_none=True), separators=(",", ":")
    )
}
HABITS: Final = (
    Habit(
        "Monday question", "stand_up", ONBOARDING, LONDON, IN_LONDON, "09:30", 8, "named", "skip",
        # Boxing Day is made up for on the 28th; Easter is on the 28th of March.
        mondays(_1228=None, _0329=None),
    ),
    Habit(
        "Monday look", "stand_up", SUPPORT, NEW_YORK, IN_NEW_YORK, "09:30", 4, "named", "move",
        mondays(_1012="2026-10-13", _0118="2027-01-19", _0215="2027-02-16"),
    ),
    Habit(
        "Sprint check", "sprint_review", ONBOARDING, LONDON, IN_LONDON, "15:00", 72, "champion", "skip",
        ["2026-10-01", "2026-10-15", "2026-10-29", "2026-11-12", "2026-11-26", "2027-01-07",
         "2027-01-21", "2027-02-04", "2027-02-18", "2027-03-04", "2027-03-18"],
        SECOND_THURSDAYS,
    ),
    Habit(
        "Month in London", "monthly_review", ONBOARDING, LONDON, IN_LONDON, "10:00", 72, "champion", "skip",
        ["2026-10-01", "2026-11-02", "2026-12-01", "2027-01-04", "2027-02-01", "2027-03-01"],
    ),
    Habit(
        "Month in New York", "monthly_review", SUPPORT, NEW_YORK, IN_NEW_YORK, "11:00", 120, "anonymous",
        "move",
        ["2026-10-26", "2026-11-25", "2026-12-28", "2027-01-25", "2027-02-25", "2027-03-25"],
        ON_THE_25TH,
    ),
)  # fmt: skip
BY_NAME = {each.name: each for each in HABITS}
ROTAS = {LONDON: ("U0MAYA", "U0LUIS", "U0SAM"), NEW_YORK: ("U0TOM", "U0ANA", "U0BEN")}
ASKED_FOR = {
    ("U0OLE", "Monday question"): "once",
    ("U0NINA", "Monday question"): "once",
    ("U0PRIYA", "Sprint check"): "daily",
    ("U0KIM", "Month in New York"): "daily",
}
QUIET_MONTH = 3
"""The month whose anonymous review only three answer."""
DROPPED_MONTH = 4
"""The month in which what was decided before is dropped."""
SAYINGS = (
    "The welcome email says ten minutes; the help page says thirty.",
    "Sales told a workshop that invoices can be undone. They can't.",
    "A customer quoted our promise back at us, and it held.",
    "“Reminder” in the app, “dunning” on the invoice.",
    "Nothing this time.",
    "The trial ends on day 14, the poster says 30 & more.",
    "Support and the docs give two names to one button.",
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: the scenarios of each part play on both."""
    return sqlite_url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(OPENS)


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    """A bot that ticks when it is told to, in a company of two zones."""
    new = {"U0OLE": "Ole Lind", "U0NINA": "Nina Falk", "U0ANA": "Ana Sousa", "U0BEN": "Ben Ito"}
    for user, name in (new | {"U0KIM": "Kim Park", "U0JOY": "Joy Eze"}).items():
        slack.world.members[user] = Member(user, user[2:].lower(), name, "Support")
    for user, zone in ZONES.items():
        slack.world.members[user].tz = zone.key
    app = slack.world.app.bot_user_id
    for channel, people in ((ONBOARDING, IN_LONDON), (SUPPORT, IN_NEW_YORK)):
        slack.world.channels[channel].members = {HANNA, app, *people}
    slack.world.messages.clear()
    named = settings.model_copy(update={"stewards": (HANNA,)})
    async with start(named, clock, Timetable(pace=HURRIED, tick_seconds=NEVER)) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def play(bot: Application, slack: RunningSandbox, clock: SettableClock) -> "Play":
    months, journeys = Months(bot, slack, clock), {}
    for channel, zone in ((ONBOARDING, LONDON), (SUPPORT, NEW_YORK)):
        published = await bot.use_cases.stacks.import_draft(
            TEAM,
            example_stack(),
            author=HANNA,
            journey=f"Onboarding, {zone.key.partition('/')[2].replace('_', ' ')}",
            channels=[channel],
            publish_note="The first version we all agree on",
        )
        assert isinstance(published, PublishedStack)
        journeys[zone] = published.journey_id
        rota = weekly(zone.key, cadence={"every": 2, "unit": "week"})
        await add_rota(bot.database, published.journey_id, ROTAS[zone], rota, channel_id=channel)
    played = Play(months, journeys)
    try:
        await played.play()
    finally:
        _write_down(months)
    return played


@dataclass
class Play:
    """The two teams, and what they do."""

    months: Months
    journeys: Mapping[ZoneInfo, str]
    people: dict[str, Answerer] = field(default_factory=dict)
    concluded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for user in (HANNA, *IN_LONDON, *IN_NEW_YORK):
            self.people[user] = Answerer(self.months, user)

    def rounds(self, name: str) -> list[Asked]:
        """The rounds of a ritual."""
        return [each for each in self.months.asked if each.ritual == name]

    async def play(self) -> None:
        for habit in HABITS:
            await self.people[HANNA].set_up(habit.kind, habit.channel, **habit.fields)
        ids = await self.months.ritual_ids()
        await self.until(when(12, 8))
        await self.people[HANNA].pause_or_resume(ids["Sprint check"], actions.PAUSE, "is paused")
        await self.until(when(1, 5))
        await self.people[HANNA].pause_or_resume(ids["Sprint check"], actions.RESUME, "comes again")
        await self.until(when(3, 31, 20))

    async def until(self, end: datetime) -> None:
        await self.months.until(end, self.habits)

    async def habits(self, heard: Heard) -> None:
        """What people do when a ritual writes to them."""
        parts = key_of(heard.message).split(":")
        if parts[0] != "ritual":
            return
        if parts[2] == "remind":
            await self.is_reminded(heard, parts[1])
        elif parts[2:] == ["prompt"]:
            await self.is_asked(heard)

    async def is_asked(self, heard: Heard) -> None:
        name = lines_of(heard.message).splitlines()[0].strip("*")
        habit = BY_NAME[name]
        serving = await self.months.serving_in(self.journeys[habit.zone])
        asked = Asked(name, heard.at, heard.message, serving, open_until(heard.message))
        self.months.asked.append(asked)
        number = len(self.rounds(name))
        if number == 1:
            await self.ask_for_reminders(asked)
        for place, user in enumerate(habit.people):
            self.mean_to_answer(asked, habit, number, place, user)
        if habit.is_review:
            self.mean_to_review(asked, habit, number)
        if name == "Sprint check" and number == 2:
            self.months.plan(asked.closes + timedelta(hours=8), self._look_at_names(asked))

    async def ask_for_reminders(self, asked: Asked) -> None:
        for (user, name), how_often in ASKED_FOR.items():
            if name == asked.ritual:
                await self.people[user].ask_to_be_reminded(asked.message, how_often)

    def mean_to_answer(
        self, asked: Asked, habit: Habit, number: int, place: int, user: str
    ) -> None:
        given = (1 + (place * place + number) % 5, SAYINGS[(place * 2 + number) % len(SAYINGS)])
        if (user, habit.name) in ASKED_FOR and user != "U0NINA":
            return
        if habit.visibility == "anonymous":
            if number != QUIET_MONTH or place < 3:
                self._answer(asked, user, given, timedelta(hours=place % 2))
        elif habit.is_review or (place + number) % 3 == 0:
            self._answer(asked, user, given, timedelta(minutes=20 * (place % 2)))
        elif (place + number) % 6 == 1:
            after = asked.closes + timedelta(hours=2) - asked.at
            self._answer(asked, user, given, after, late=True)

    def _answer(
        self,
        asked: Asked,
        user: str,
        given: tuple[int, str],
        after: timedelta,
        *,
        late: bool = False,
    ) -> None:
        async def deed() -> None:
            words = "comes late" if late else "Open until"
            await self.people[user].answer_ritual(asked.message, given, words)
            asked.answered[user] = self.months.clock.now

        self.months.plan(asked.at + after, deed)

    async def is_reminded(self, heard: Heard, key: str) -> None:
        """Who is reminded answers there, most of the time; daily reminders, at the second."""
        [asked] = [each for each in self.months.asked if each.key == key]
        before = sum(user == heard.to for user, _ in asked.reminded)
        asked.reminded.append((heard.to, heard.at))
        daily = ASKED_FOR[heard.to, asked.ritual] == "daily"
        number = len(self.rounds(asked.ritual))
        if number % 3 and (before or not daily):
            given = (1 + number % 5, SAYINGS[number % len(SAYINGS)])
            await self.people[heard.to].answer_ritual(heard.message, given)
            asked.answered[heard.to] = heard.at

    def mean_to_review(self, asked: Asked, habit: Habit, number: int) -> None:
        """In November, London's champion reveals early; each review is concluded, but for the last."""
        end = asked.closes
        if habit.zone is LONDON and number == 2:
            end = asked.at + timedelta(hours=26)

            async def reveal() -> None:
                [leads] = await self.months.serving_in(self.journeys[habit.zone])
                await self.people[leads].press_in(asked.message, actions.CLOSE)

            self.months.plan(end, reveal)

        async def review() -> None:
            await self.review(asked, habit, number)

        self.months.plan(end + timedelta(hours=1), review)

    async def review(self, asked: Asked, habit: Habit, number: int) -> None:
        [summary] = self.months.thread(asked)
        [leads] = await self.months.serving_in(self.journeys[habit.zone])
        if habit.zone is LONDON and number == 1:
            explains = actions.EXPLAIN_PREFIX
            action_id = next(a for a in _action_ids(summary) if a.startswith(explains))
            await self.people["U0NINA"].press_in(summary, action_id)
        owner = habit.people[(number - 2) % len(habit.people)]
        settles = SETTLES[ActionState.DROPPED if number == DROPPED_MONTH else ActionState.DONE]
        if number > 1:
            value = next(v for _, a, v in buttons_of(summary.blocks) if a == settles)
            await self.people[owner].press_in(summary, settles, value)
        finding = f"Month {number}: sales and support tell the first invoice differently."
        await self.people[leads].conclude(
            summary,
            drifted=("narrative", "touchpoint", "none", "system", "vision", "none")[number - 1],
            conclusion=finding,
            text_1=f"Agree on what month {number} has taught us",
            owner_1=habit.people[(number - 1) % len(habit.people)],
            due_1=(asked.at + timedelta(days=20)).date().isoformat(),
            layer_1="narrative",
        )
        self.concluded.append(asked.key)

    def _look_at_names(self, asked: Asked) -> Callable[[], Any]:
        async def deed() -> None:
            [summary] = self.months.thread(asked)
            await self.people[HANNA].press_in(summary, actions.NAMES)
            await self.people[HANNA].modal_showing("champion")
            await self.people[HANNA].done()
            leads = (await self.months.serving_in(self.journeys[LONDON]))[0]
            await self.people[leads].press_in(summary, actions.NAMES)
            await self.people[leads].modal_showing("Only the champion sees these names.")
            await self.people[leads].done()

        return deed


def _action_ids(message: Message) -> list[str]:
    return [action_id for _, action_id, _ in buttons_of(message.blocks)]


async def test_six_months_of_rituals_read_as_colleagues_talk(play: Play) -> None:
    _each_is_posted_once_at_its_time(play)
    _who_is_champion_is_named(play)
    _no_question_comes_twice_running(play)
    _each_closes_once_and_is_summed_up_once(play)
    _each_closes_after_its_hours_or_on_the_next_working_day(play)
    _answers_are_counted_while_it_is_open_and_come_late_marked(play)
    _only_who_asked_and_has_not_answered_is_reminded(play)
    _nothing_public_is_about_who_has_not_answered(play)
    _names_stand_only_where_that_was_said(play)
    _few_anonymous_answers_are_hidden(play)
    _what_was_decided_comes_back_and_is_settled(play)
    _all_of_it_reads_well(play)


def _each_is_posted_once_at_its_time(play: Play) -> None:
    for habit in HABITS:
        rounds = play.rounds(habit.name)
        assert local([each.at for each in rounds], habit.zone) == habit.due, habit.name
        assert {each.message.channel for each in rounds} == {habit.channel}


def _who_is_champion_is_named(play: Play) -> None:
    """The rotas hand over every second Monday at nine, half an hour before the stand-ups, in their order."""
    for asked in play.months.asked:
        habit = BY_NAME[asked.ritual]
        turns = ROTAS[habit.zone]
        day = asked.at.astimezone(habit.zone).date()
        expected = turns[(day - FIRST_DAY).days // 14 % len(turns)]
        assert asked.serving == (expected,)
        first, *_ = play.months.versions(asked.message)
        assert f"Champion: <@{expected}>." in first, first


def _no_question_comes_twice_running(play: Play) -> None:
    for habit in HABITS:
        if habit.kind == "stand_up":
            firsts = [play.months.versions(each.message)[0] for each in play.rounds(habit.name)]
            asked = [next(x for x in one.splitlines() if x.startswith(">")) for one in firsts]
            assert all(before != after for before, after in pairwise(asked))
            assert len(set(asked)) > 6


def _each_closes_once_and_is_summed_up_once(play: Play) -> None:
    for asked in play.months.asked:
        said = play.months.versions(asked.message)
        over = ["has closed." in each or "is revealed." in each for each in said]
        if asked.closes < play.months.clock.now:
            assert over[-1], said[-1]
        assert over == sorted(over), said
        summaries = [each for each in play.months.thread(asked) if key_of(each)]
        assert len(summaries) == (1 if over[-1] and asked.answered else 0), said[-1]
        for one in summaries:
            assert key_of(one) == f"ritual:{asked.key}:summary"


def _each_closes_after_its_hours_or_on_the_next_working_day(play: Play) -> None:
    for asked in play.months.asked:
        habit = BY_NAME[asked.ritual]
        begin = asked.at.astimezone(habit.zone).replace(tzinfo=None)
        end = asked.closes.astimezone(habit.zone).replace(tzinfo=None)
        least = begin + timedelta(hours=habit.hours)
        rest = [least.date() + timedelta(days=n) for n in range((end - least).days)]
        country = "GB-ENG" if habit.zone is LONDON else "US"
        assert end.time() == least.time()
        assert is_working_day(end.date(), country), (asked.ritual, end)
        assert not any(is_working_day(each, country) for each in rest), (asked.ritual, begin, end)


def _answers_are_counted_while_it_is_open_and_come_late_marked(play: Play) -> None:
    for asked in play.months.asked:
        said = play.months.versions(asked.message)
        if "is open until" in said[-1] or not asked.answered:
            continue
        assert any("answered." in each for each in said[:-1]), said
        late = [user for user, at in asked.answered.items() if at > asked.closes]
        if "Open until" in said[-1]:
            continue
        assert f"{len(asked.answered)} answered" in said[-1], (asked.answered, said[-1])
        if late:
            assert f"{len(late)} of them after it closed" in said[-1]


def _only_who_asked_and_has_not_answered_is_reminded(play: Play) -> None:
    letters = [each for each in play.months.heard if ":remind:" in key_of(each.message)]
    reminded = [(a, user, at) for a in play.months.asked for user, at in a.reminded]
    assert len(letters) == len(reminded)
    assert {(user, asked.ritual) for asked, user, _ in reminded} == set(ASKED_FOR)
    for asked, user, at in reminded:
        assert asked.answered.get(user, at) >= at, (asked.ritual, user)
        own = at.astimezone(ZONES[user])
        assert asked.at < at < asked.closes
        assert 9 <= own.hour < 17
        assert own.weekday() < 5
        times = sum(who == user for who, _ in asked.reminded)
        assert times == 1 or ASKED_FOR[user, asked.ritual] == "daily"


def _nothing_public_is_about_who_has_not_answered(play: Play) -> None:
    for each in public(play):
        assert not OF_WHO_HAS_NOT.search(each.words), each.words


def _names_stand_only_where_that_was_said(play: Play) -> None:
    """Lines of answers: with names in the stand-ups, without any elsewhere."""
    for asked in play.months.asked:
        named = BY_NAME[asked.ritual].visibility == "named"
        for message in (asked.message, *play.months.thread(asked)):
            for version in play.months.versions(message):
                quotes = [line for line in version.splitlines() if _is_quote(line)]
                assert all(("<@" in line) == named for line in quotes), quotes
                if not named:
                    assert _mentioned(version) <= set(_may_be_named(asked, play)), version


def _is_quote(line: str) -> bool:
    return line.startswith("• ") and any(each[:20] in line for each in SAYINGS)


def _mentioned(words: str) -> set[str]:
    return set(re.findall(r"<@(U0[A-Z]+)>", words))


def _may_be_named(asked: Asked, play: Play) -> Sequence[str]:
    """The champions, and in a review who has an action or has offered to explain."""
    habit = BY_NAME[asked.ritual]
    if not habit.is_review:
        return asked.serving
    number = play.rounds(asked.ritual).index(asked) + 1
    owners = [habit.people[(number - n) % len(habit.people)] for n in (1, 2, 3)]
    leads = [each for one in play.rounds(asked.ritual)[: number + 1] for each in one.serving]
    return [*leads, *owners, *(["U0NINA"] if number == 1 and habit.zone is LONDON else [])]


def _few_anonymous_answers_are_hidden(play: Play) -> None:
    rounds = play.rounds("Month in New York")
    for number, asked in enumerate(rounds[:-1], 1):
        words = "\n".join(
            each
            for message in (asked.message, *play.months.thread(asked))
            for each in play.months.versions(message)
        )
        if number == QUIET_MONTH:
            assert "3 answered without names. Below 5, answers are not shown" in words
            assert "on average" not in words
            assert not any(each[:20] in words for each in SAYINGS)
        else:
            assert "5 answered." in words
            assert "on average" in words


def _what_was_decided_comes_back_and_is_settled(play: Play) -> None:
    for name in ("Month in London", "Month in New York"):
        for number, asked in enumerate(play.rounds(name)[:-1], 1):
            [summary] = play.months.thread(asked)
            said = play.months.versions(summary)
            assert f"Agree on what month {number} has taught us" in said[-1]
            if number > 1:
                before = f"Agree on what month {number - 1} has taught us"
                end = "_dropped_" if number == DROPPED_MONTH else "_done_"
                assert said[0].partition(before)[2].splitlines()[1] == "Done"
                assert said[-1].partition(before)[2].splitlines()[1] == end


def public(play: Play) -> list[Read]:
    """What stands in the channels for all to read."""
    return [each for each in play.months.posts if each.where in {ONBOARDING, SUPPORT}]


def _all_of_it_reads_well(play: Play) -> None:
    for read in (*play.months.posts, *play.months.windows):
        assert not raw_parts(read.words), read.words
        assert not empty_parts(read.blocks), read.words
        assert not UNKIND.search(read.words), read.words


def _write_down(months: Months) -> None:
    """For whoever would like to read it: `TRANSCRIPT=months.txt pytest …`."""
    if path := os.environ.get("TRANSCRIPT"):
        Path(path).write_text(months.transcript())
