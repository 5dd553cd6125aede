"""From a ritual that is due to its round and its post."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coherence.outbox import Method
from coherence.recurrence import Recurrence
from coherence.rituals.letters import Letter, prompt_key
from coherence.rituals.posting import AFTER_THE_NEW, BEFORE_THE_NEXT, USEFUL_FOR, closes_at
from coherence.rituals.ritual import Question, RitualKind, Visibility
from storage.database import Database
from storage.outbox import Delivery, State
from storage.rituals import lock_ritual
from tests.coherence.rituals.ritual_world import World
from tests.support.rituals import (
    DAILY,
    LAYERS,
    RATING,
    RITUAL,
    TEAM,
    WORDS,
    Asked,
    add_answers,
    add_journey,
    add_ritual,
    add_round,
)
from tests.support.rotas import add_rota, weekly

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BEFORE = MONDAY - timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
async def world(database: Database) -> World:
    await add_journey(database)
    world = World(database)
    world.clock.now = BEFORE
    return world


async def test_each_time_has_one_round_and_one_post(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    await world.tick(MONDAY)
    await world.tick(MONDAY + timedelta(seconds=1))
    [asked] = await world.asked()
    assert (asked.due_at, asked.number, asked.champions) == (MONDAY, 1, [])
    assert asked.closes_at == MONDAY + timedelta(hours=4)
    [post] = await world.planned(Letter.PROMPT)
    assert (post.key, post.lane) == (prompt_key(asked.id), "C0ONBOARD")
    assert post.expires_at == MONDAY + timedelta(hours=2)


async def test_who_is_on_duty_when_it_is_posted_leads_it(world: World) -> None:
    await add_rota(world.database, "journey", ["U0MAYA", "U0TOM"], weekly())
    await add_ritual(world.database, "journey", now=BEFORE)
    await world.tick(MONDAY)
    await world.tick(MONDAY + WEEK)
    assert [each.champions for each in await world.asked()] == [["U0MAYA"], ["U0TOM"]]


async def test_a_stand_up_asks_one_question_and_never_the_same_twice_running(world: World) -> None:
    third = Question(id="q3", text="Who was surprised?")
    retired = Question(id="q4", text="Old?", retired=True)
    questions = (WORDS, RATING, third, retired)
    await add_ritual(world.database, "journey", Asked(questions=questions), now=BEFORE)
    for number in range(5):
        await world.tick(MONDAY + DAY * number)
    asked = [[each["id"] for each in row.questions] for row in await world.asked()]
    assert asked == [["q1"], ["q2"], ["q3"], ["q1"], ["q2"]]


async def test_a_monthly_review_asks_about_every_layer(world: World) -> None:
    review = Asked(kind=RitualKind.MONTHLY_REVIEW, questions=LAYERS, open_minutes=3 * 24 * 60)
    await add_ritual(world.database, "journey", review, now=BEFORE)
    await world.tick(MONDAY)
    [asked] = await world.asked()
    assert [each["layer"] for each in asked.questions] == [each.layer for each in LAYERS]


async def test_a_round_closes_before_the_ritual_is_asked_again(world: World) -> None:
    await add_ritual(world.database, "journey", Asked(open_minutes=5 * 24 * 60), now=BEFORE)
    await world.tick(MONDAY)
    [asked] = await world.asked()
    assert asked.closes_at == MONDAY + DAY - BEFORE_THE_NEXT


def test_so_late_that_the_next_time_is_near_it_stays_open_until_then() -> None:
    rule = Recurrence.model_validate(DAILY)
    late = MONDAY + DAY - timedelta(minutes=2)
    assert closes_at(rule, timedelta(hours=4), late) == MONDAY + DAY


FRIDAY = MONDAY + 4 * DAY
AUCKLAND = {"zone": "Pacific/Auckland", "time": "09:30"}


@pytest.mark.parametrize(
    ("asked", "days", "rule", "closes"),
    [
        (FRIDAY, 1, {}, FRIDAY + 3 * DAY),
        (FRIDAY, 3, {}, FRIDAY + 3 * DAY),
        (FRIDAY + DAY, 1, {}, FRIDAY + 2 * DAY),
        # Good Friday and Easter Monday; the clocks of London change in between.
        (
            datetime(2027, 3, 25, 9, 30, tzinfo=UTC),
            1,
            {"country": "GB-ENG", "zone": "Europe/London"},
            datetime(2027, 3, 30, 8, 30, tzinfo=UTC),
        ),
        # By UTC it is Sunday evening still.
        (datetime(2026, 3, 5, 20, 30, tzinfo=UTC), 1, AUCKLAND, datetime(2026, 3, 8, 20, 30, tzinfo=UTC)),
    ],
    ids=["Saturday", "Monday", "asked on a Saturday", "Easter", "Saturday in Auckland"],
)  # fmt: skip
def test_what_was_asked_on_a_working_day_closes_on_one(
    asked: datetime, days: int, rule: dict[str, str], closes: datetime
) -> None:
    monthly = {"kind": "monthly", "on": {"kind": "date", "day": 17}}
    recurrence = Recurrence.model_validate({**DAILY, "pattern": monthly, **rule})
    assert closes_at(recurrence, days * DAY, asked) == closes


async def test_a_new_round_closes_the_one_before_and_keeps_its_answers(world: World) -> None:
    ritual = await add_ritual(world.database, "journey", now=BEFORE)
    earlier = await add_round(world.database, ritual, due_at=MONDAY - DAY, closes_at=MONDAY + DAY)
    await add_answers(world.database, earlier, "U0MAYA", "U0TOM")
    await world.tick(MONDAY)
    first, second = await world.asked()
    assert first.closed_at == MONDAY
    assert first.closed_by is None
    assert second.closed_at is None
    assert [each.thread_ts for each in await world.planned(Letter.SUMMARY)] == ["1.0"]


@pytest.mark.parametrize("kind", RitualKind)
async def test_a_late_one_is_asked_while_it_is_of_use_and_not_after(
    world: World, kind: RitualKind
) -> None:
    weekly_rule = {**DAILY, "pattern": {"kind": "weekly", "weekdays": ["mon"]}}
    rule = Asked(kind=kind, recurrence=weekly_rule)
    await add_ritual(world.database, "journey", rule, now=BEFORE)
    await world.tick(MONDAY + USEFUL_FOR[kind])
    assert [each.due_at for each in await world.asked()] == [MONDAY]
    await world.tick(MONDAY + WEEK + USEFUL_FOR[kind] + timedelta(seconds=1))
    assert [each.due_at for each in await world.asked()] == [MONDAY]


async def test_after_a_week_without_the_bot_it_is_asked_once(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    await world.tick(MONDAY + WEEK + timedelta(hours=1))
    assert [each.due_at for each in await world.asked()] == [MONDAY + WEEK]
    assert len(await world.planned(Letter.PROMPT)) == 1


async def test_a_clock_that_is_turned_back_asks_nothing_twice(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    await world.tick(MONDAY + timedelta(minutes=5))
    await world.tick(BEFORE)
    await world.tick(MONDAY + timedelta(minutes=6))
    assert [each.due_at for each in await world.asked()] == [MONDAY]


async def test_two_processes_that_tick_at_once_ask_once(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    world.clock.now = MONDAY
    both = world.schedules, world.new_schedules()
    await asyncio.gather(*(each.fire_due(TEAM) for each in both))
    [asked] = await world.asked()
    [post] = await world.planned(Letter.PROMPT)
    assert post.facts == {"round_id": asked.id}


async def test_a_ritual_that_rests_or_has_ended_or_asks_nothing_is_not_posted(
    world: World,
) -> None:
    nothing_left = Asked(id="r3", questions=(Question(id="q", text="Old?", retired=True),))
    for asked in (Asked(id="r1"), Asked(id="r2"), nothing_left):
        await add_ritual(world.database, "journey", asked, now=BEFORE)
    async with world.database.transaction() as session:
        resting, ended = [await lock_ritual(session, TEAM, each) for each in ("r1", "r2")]
        assert resting
        assert ended
        resting.paused, ended.ended_at = True, BEFORE
    await world.tick(MONDAY)
    assert await world.planned(Letter.PROMPT) == []
    assert [await world.asked(each) for each in ("r1", "r2", "r3")] == [[], [], []]


async def test_on_the_days_when_clocks_change_it_stays_at_half_past_nine(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    friday = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
    for now in (friday, friday + 3 * DAY - timedelta(hours=1)):
        await world.tick(now)
    zone = ZoneInfo("Europe/London")
    due = [f"{each.due_at.astimezone(zone):%a %H:%M}" for each in await world.asked()]
    assert due == ["Fri 09:30", "Mon 09:30"]


async def test_in_a_night_that_loses_an_hour_it_is_asked_once_after_the_gap(world: World) -> None:
    at_night = Asked(recurrence={**DAILY, "pattern": {"kind": "daily"}, "time": "01:30"})
    await add_ritual(world.database, "journey", at_night, now=datetime(2026, 3, 28, 12, tzinfo=UTC))
    for hour in range(4):
        await world.tick(datetime(2026, 3, 29, hour, 45, tzinfo=UTC))
    assert [each.due_at for each in await world.asked()] == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    ]


async def test_in_a_night_that_has_an_hour_twice_it_is_asked_once(world: World) -> None:
    at_night = Asked(recurrence={**DAILY, "pattern": {"kind": "daily"}, "time": "01:30"})
    eve = datetime(2026, 10, 24, 12, tzinfo=UTC)
    await add_ritual(world.database, "journey", at_night, now=eve)
    for half_hour in range(8):
        await world.tick(datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=30 * half_hour))
    assert [each.due_at for each in await world.asked()] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ]


async def test_holidays_are_skipped_or_moved_as_the_team_chose(world: World) -> None:
    mondays = {**DAILY, "pattern": {"kind": "weekly", "weekdays": ["mon"]}, "country": "GB"}
    for on_holiday in ("skip", "move"):
        asked = Asked(id=on_holiday, recurrence={**mondays, "on_holiday": on_holiday})
        await add_ritual(world.database, "journey", asked, now=datetime(2026, 5, 3, tzinfo=UTC))
    for day in range(4, 13):
        await world.tick(datetime(2026, 5, day, 10, tzinfo=UTC))
    days = {each: [row.due_at.day for row in await world.asked(each)] for each in ("skip", "move")}
    # Monday 4 May is a bank holiday.
    assert days == {"skip": [11], "move": [5, 11]}


async def test_who_dies_between_the_plan_and_the_post_leaves_it_to_be_sent(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    world.clock.now = MONDAY
    await world.schedules.fire_due(TEAM)
    # Another process finds the round with its post, and posts it.
    claim = await World(world.database, world.clock).claim(Letter.PROMPT)
    prompt = await world.prompts.of(claim)
    assert prompt
    assert (prompt.asked.number, prompt.ts) == (1, None)
    await world.outbox.sent(claim, "1.5", "C0ONBOARD")
    [post] = await world.planned(Letter.PROMPT)
    assert post.state == State.SENT


async def test_an_anonymous_round_forgets_who_took_part_as_the_next_begins(world: World) -> None:
    secret = Asked(visibility=Visibility.ANONYMOUS)
    ritual = await add_ritual(world.database, "journey", secret, now=BEFORE)
    earlier = await add_round(world.database, ritual, due_at=MONDAY - DAY, closes_at=MONDAY + DAY)
    await add_answers(world.database, earlier, "U0MAYA", "U0TOM")
    await world.tick(MONDAY)
    assert (await world.round(earlier.id)).taken_part == 2
    assert (await world.asked(RITUAL))[1].visibility == "anonymous"


async def posted_and_closed(world: World, asked: Asked) -> None:
    """A first round whose post Slack has taken, and that has closed at its time."""
    await add_ritual(world.database, "journey", asked, now=BEFORE)
    await world.tick(MONDAY)
    [first] = await world.asked()
    await world.mark(prompt_key(first.id), state=State.SENT.value, ts="1.1")
    await world.tick(first.closes_at)


async def renewals(world: World) -> list[Delivery]:
    planned = await world.planned(Letter.PROMPT)
    return [each for each in planned if each.key.endswith(":asked_again")]


async def test_as_the_next_is_asked_the_post_before_it_is_renewed_once_and_after_it(
    world: World,
) -> None:
    await posted_and_closed(world, Asked())
    assert await renewals(world) == []
    await world.tick(MONDAY + DAY)
    await world.tick(MONDAY + DAY + timedelta(seconds=1))
    first, second = await world.asked()
    [renewal] = await renewals(world)
    assert renewal.key == f"{prompt_key(first.id)}:asked_again"
    assert renewal.method == Method.UPDATE
    assert renewal.next_attempt_at == MONDAY + DAY + AFTER_THE_NEW
    [post] = [each for each in await world.planned(Letter.PROMPT) if second.id in each.key]
    assert post.next_attempt_at < renewal.next_attempt_at


async def test_a_post_without_a_way_to_answer_late_is_left_as_it_is(world: World) -> None:
    await posted_and_closed(world, Asked(visibility=Visibility.ANONYMOUS))
    await world.tick(MONDAY + DAY)
    assert await renewals(world) == []


async def test_a_post_that_never_came_is_not_renewed(world: World) -> None:
    await add_ritual(world.database, "journey", now=BEFORE)
    await world.tick(MONDAY)
    [first] = await world.asked()
    await world.mark(prompt_key(first.id), state=State.EXPIRED.value)
    await world.tick(first.closes_at)
    await world.tick(MONDAY + DAY)
    assert await renewals(world) == []
