"""Rounds of rituals as a team sees them: the post, its progress, its end, and reminders."""

import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.rituals.ritual import RitualKind, Visibility
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack
from handlers.voice.ritual_prompt import closed_before
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.journeys import list_journeys
from storage.rituals import Ritual, list_rounds
from tests.support.duty import Duty, Heard
from tests.support.people import ONBOARDING, Person, text_of
from tests.support.rehearsal import QUICK
from tests.support.rituals import (
    LAYERS,
    RATING,
    RITUAL,
    TEAM,
    WORDS,
    Asked,
    add_answers,
    add_ritual,
)
from tests.support.rotas import add_rota
from tests.support.times import SettableClock

MAYA, TOM, HANNA = "U0MAYA", "U0TOM", "U0HANNA"
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NEVER = 1_000_000.0


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(MONDAY - timedelta(hours=1))


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    """A bot that ticks when it is told to."""
    named = settings.model_copy(update={"stewards": (HANNA,)})
    async with start(named, clock, Timetable(pace=QUICK, tick_seconds=NEVER)) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def team(bot: Application, slack: RunningSandbox, clock: SettableClock) -> Duty:
    """The example company; Maya is on duty from Monday at nine."""
    published = await bot.use_cases.stacks.import_draft(
        TEAM, example_stack(), author="hanna", channels=[ONBOARDING], publish_note="First"
    )
    assert isinstance(published, PublishedStack)
    await add_rota(bot.database, published.journey_id, [MAYA, TOM])
    return Duty(bot, slack, clock)


async def set_up(team: Duty, asked: Asked) -> Ritual:
    async with team.bot.database.reading() as session:
        [journey] = await list_journeys(session, TEAM)
    return await add_ritual(team.bot.database, journey.id, asked, now=team.clock())


def posted(heard: Sequence[Heard]) -> Message:
    """The post of a round among what was said."""
    [post] = [each for each in heard if each.to == ONBOARDING and _key(each).endswith(":prompt")]
    return post.message


def letters_to(heard: Sequence[Heard], user: str) -> list[Message]:
    return [each.message for each in heard if each.to == user and ":remind:" in _key(each)]


def _key(heard: Heard) -> str:
    assert heard.message.metadata
    return str(heard.message.metadata["event_payload"]["key"])


async def answered(team: Duty, *people: str) -> None:
    async with team.bot.database.reading() as session:
        [newest] = await list_rounds(session, TEAM, RITUAL, limit=1)
    await add_answers(team.bot.database, newest, *people)


async def remind(person: Person, message: Message, how_often: str) -> None:
    await person.press(message, "ritual_remind")
    form = await person.modal_showing("only while you have not answered")
    await person.slack.surfaces.submit(form, {"how_often": {"how_often": how_often}})


async def test_a_stand_up_from_its_post_to_its_end(team: Duty) -> None:
    await set_up(team, Asked(name="Daily <!here> question"))
    post = posted(await team.at(MONDAY))
    said = text_of(post.blocks)
    assert "*Daily &lt;!here&gt; question*" in said
    assert ">What did not fit the story yesterday?" in said
    assert f"Champion: <@{MAYA}>." in said
    assert "Everybody in this channel sees your answer and your name" in said
    assert "Mon 2 Mar 2026, 13:30 Europe/London" in said
    assert "answered" not in said
    await answered(team, MAYA, TOM)
    assert await team.at(MONDAY + timedelta(minutes=5)) == []
    assert "2 have answered." in text_of(post.blocks)
    assert await team.at(MONDAY + timedelta(hours=4)) == []
    [summary] = team.slack.world.messages.replies(post)
    assert "2 answered" in text_of(summary.blocks)
    assert "has closed. 2 answered." in text_of(post.blocks)
    assert "Answer late" in text_of(post.blocks)
    assert "ritual_close" not in str(post.blocks)


async def test_once_it_is_asked_again_nobody_is_offered_to_answer_the_one_before(
    team: Duty,
) -> None:
    await set_up(team, Asked())
    first = posted(await team.at(MONDAY))
    await team.at(MONDAY + timedelta(hours=4))
    assert "Answer late" in text_of(first.blocks)
    posted(await team.at(MONDAY + timedelta(days=1)))
    await team.at(MONDAY + timedelta(days=1, minutes=6))
    assert "has closed" in text_of(first.blocks)
    assert "Answer late" not in text_of(first.blocks)


async def test_one_rating_is_five_buttons_and_a_review_names_its_layers(team: Duty) -> None:
    await set_up(team, Asked(questions=(RATING,)))
    review = Asked(
        id="review",
        name="Monthly review",
        kind=RitualKind.MONTHLY_REVIEW,
        visibility=Visibility.ANONYMOUS,
        questions=LAYERS,
    )
    await set_up(team, review)
    heard = await team.at(MONDAY)
    by_name = {each.message.text.partition(":")[0]: each.message for each in heard}
    rates = str(by_name["Daily question"].blocks)
    assert [f"ritual_rate_{each}" in rates for each in range(1, 6)] == [True] * 5
    said = text_of(by_name["Monthly review"].blocks)
    assert "4. How coherent is our touchpoint?" in said
    assert "Nobody can see that an answer is yours" in said
    assert "Reveal" in said.splitlines()
    assert by_name["Monthly review"].text == "Monthly review: 4 questions"
    never = "Where fewer than 5 have answered, their answers will never be shown"
    assert never in str(by_name["Monthly review"].blocks)
    assert never not in rates


async def test_who_is_on_duty_closes_it_and_others_hear_whom_to_ask(
    team: Duty, slack: RunningSandbox
) -> None:
    await set_up(team, Asked())
    post = posted(await team.at(MONDAY))
    await answered(team, TOM)
    tom, maya = Person(slack, TOM), Person(slack, MAYA)
    await tom.press(post, "ritual_close")
    assert f"<@{MAYA}>" in text_of((await tom.private_answer()).blocks)
    for _ in range(2):
        await maya.press(post, "ritual_close")
    await team.bot.in_flight.drain()
    said = [text_of(each.blocks) for each in maya.private_answers()]
    assert ["It has closed." in said[0], said[1]] == [True, closed_before()]
    assert await team.at(MONDAY + timedelta(minutes=1)) == []
    assert len(slack.world.messages.replies(post)) == 1
    assert "has closed. 1 answered." in text_of(post.blocks)


async def test_who_asked_is_reminded_once_and_can_answer_there(
    team: Duty, slack: RunningSandbox
) -> None:
    await set_up(team, Asked())
    post = posted(await team.at(MONDAY))
    tom, maya = Person(slack, TOM), Person(slack, MAYA)
    for person in (tom, maya):
        await remind(person, post, "once")
        saved = await person.modal_showing("I'll remind you of *Daily question* once")
        assert " This time: <!date^" in text_of(saved.blocks)
    await answered(team, MAYA)
    heard = await team.until(MONDAY + timedelta(hours=3))
    [letter] = letters_to(heard, TOM)
    assert letters_to(heard, MAYA) == []
    said = text_of(letter.blocks)
    assert f"*Daily question* in <#{ONBOARDING}> is open until" in said
    assert "You had not answered when I sent this." in said
    assert "You asked to be reminded once. Only you see this." in said
    assert "ritual_answer" in str(letter.blocks)
    assert letter.text == "Daily question is still open"
    await remind(tom, letter, "never")
    await tom.modal_showing("I won't remind you of *Daily question*.")
    heard = await team.until(MONDAY + timedelta(days=2))
    assert letters_to(heard, TOM) == []


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        ("archived", f"<#{ONBOARDING}> is archived"),
        ("deleted", "its channel is gone, or I am not in it"),
        ("left", f"nobody but me is left in <#{ONBOARDING}>"),
    ],
)
async def test_where_nobody_can_be_asked_the_ritual_rests_and_stewards_hear_once(
    team: Duty, slack: RunningSandbox, happens: str, why: str
) -> None:
    await set_up(team, Asked())
    channel = slack.world.channels[ONBOARDING]
    if happens == "archived":
        channel.archived = True
    elif happens == "deleted":
        del slack.world.channels[ONBOARDING]
    else:
        channel.members.clear()
        channel.members.add(slack.world.app.bot_user_id)
    heard = await team.until(MONDAY + timedelta(days=2))
    [told] = [each for each in heard if ":trouble:" in _key(each)]
    assert told.to == HANNA
    assert told.text.startswith(f"I can't ask *Daily question*: {why}. I have paused it.")
    assert [each for each in heard if ":prompt" in _key(each)] == []
    hanna = Person(slack, HANNA)
    await hanna.press(told.message, "ritual_open")
    await hanna.modal_showing("*Daily question*")


async def test_what_an_archived_channel_kept_from_being_told_comes_after_resume(
    team: Duty, slack: RunningSandbox
) -> None:
    await set_up(team, Asked())
    post = posted(await team.at(MONDAY))
    await answered(team, TOM)
    channel = slack.world.channels[ONBOARDING]
    channel.archived = True
    heard = await team.until(MONDAY + timedelta(days=2))
    [told] = [each for each in heard if ":trouble:" in _key(each)]
    assert slack.world.messages.replies(post) == []
    channel.archived = False
    hanna = Person(slack, HANNA)
    await hanna.press(told.message, "ritual_open")
    await hanna.press(await hanna.modal_showing("Paused: "), "ritual_resume")
    await hanna.modal_showing("comes again.")
    await team.at(MONDAY + timedelta(days=2, minutes=1))
    [summary] = slack.world.messages.replies(post)
    assert "1 answered" in text_of(summary.blocks)
    assert "has closed" in text_of(post.blocks)


async def test_a_channel_that_was_renamed_is_asked_as_before(
    team: Duty, slack: RunningSandbox
) -> None:
    await set_up(team, Asked())
    slack.world.channels[ONBOARDING].name = "customers"
    assert posted(await team.at(MONDAY)).channel == ONBOARDING


async def test_a_post_that_waited_out_its_round_is_not_sent(
    team: Duty, slack: RunningSandbox
) -> None:
    await set_up(team, Asked(open_minutes=30))
    team.clock.now = MONDAY
    await team.bot.worker._schedules.fire_due(TEAM)
    heard = await team.at(MONDAY + timedelta(minutes=45))
    assert [each.message.text for each in heard if _key(each).startswith("ritual:")] == []


async def test_after_a_week_of_downtime_one_post_comes(team: Duty) -> None:
    await set_up(team, Asked(questions=(WORDS, RATING)))
    heard = await team.at(MONDAY + timedelta(days=7, hours=1))
    assert posted(heard).text.startswith("Daily question: ")
