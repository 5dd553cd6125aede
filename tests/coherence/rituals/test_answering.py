"""Answering a round, on both databases."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import col, select

from coherence.errors import (
    AlreadyTakenPart,
    CoherenceError,
    InvalidAnswers,
    NamesNotShown,
    NoRound,
    RoundClosed,
)
from coherence.outbox import Outbox
from coherence.rituals.answering import RitualAnswers, State
from coherence.rituals.ballots import Ballots
from coherence.rituals.given import MOST_WORDS, Given
from coherence.rituals.letters import prompt_key, summary_key
from coherence.rituals.names import PAGE, RitualNames
from coherence.rituals.ritual import Visibility
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.outbox import Delivery
from storage.ritual_answers import RitualAnswer, RitualBallot, RitualPart
from storage.rituals import find_ritual, find_round
from tests.coherence.rituals.asked import (
    BOTH,
    RATED,
    RITUAL,
    WORDED,
    ask,
    posted,
)
from tests.support.people import ONBOARDING as CHANNEL
from tests.support.rituals import TEAM
from tests.support.rituals import close_round as close
from tests.support.rotas import add_rota
from tests.support.times import NOON, SettableClock

MAYA, TOM = Person(TEAM, "U0MAYA"), Person(TEAM, "U0TOM")
ANONYMOUS, NAMED, CHAMPION = Visibility.ANONYMOUS, Visibility.NAMED, Visibility.CHAMPION


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def answers(database: Database, clock: SettableClock) -> RitualAnswers:
    return make(database, clock)


def make(database: Database, clock: SettableClock) -> RitualAnswers:
    async def nobody(_user_id: str) -> bool:
        return False

    stewards = Stewards(database, clock, nobody)
    return RitualAnswers(database, clock, Outbox(database, clock, clock, stewards))


async def rows(database: Database) -> Sequence[RitualAnswer]:
    async with database.reading() as session:
        query = select(RitualAnswer).order_by(
            col(RitualAnswer.user_id), col(RitualAnswer.question_id)
        )
        return (await session.exec(query)).all()


async def ballots(database: Database) -> Sequence[RitualBallot]:
    async with database.reading() as session:
        return (await session.exec(select(RitualBallot))).all()


async def parts(database: Database) -> Sequence[RitualPart]:
    async with database.reading() as session:
        return (await session.exec(select(RitualPart))).all()


async def test_a_named_answer_is_kept_and_stands_in_the_form_again(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, champions=["U0TOM"])
    kept = await answers.answer(
        MAYA, asked, {"both": Given(4, "  The page says so.  "), "gap": Given()}, ballot="b"
    )
    standing = await answers.standing(MAYA, asked)
    assert not kept.changed
    assert standing.state is State.OPEN
    assert standing.given == {"both": Given(4, "The page says so.")}
    assert standing.asked.champions == ("U0TOM",)
    assert (await answers.standing(TOM, asked)).given == {}


async def test_a_named_answer_can_be_changed_and_taken_out_again(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database)
    await answers.answer(MAYA, asked, {"both": Given(4), "gap": Given(None, "Prices")}, ballot="b")
    clock.now += timedelta(minutes=5)
    kept = await answers.answer(
        MAYA, asked, {"both": Given(2, "Not any more"), "gap": Given()}, ballot="c"
    )
    [row] = await rows(database)
    assert kept.changed
    assert (row.rating, row.words, row.late) == (2, "Not any more", False)
    assert (row.answered_at, row.changed_at) == (NOON, clock.now)


async def test_a_form_that_did_not_show_an_answer_does_not_remove_it(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database)
    await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="laptop")
    await answers.answer(MAYA, asked, {"gap": Given(None, "Prices")}, ballot="phone")
    assert [row.question_id for row in await rows(database)] == ["both", "gap"]


async def test_handing_in_the_same_twice_changes_nothing(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database)
    await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b")
    clock.now += timedelta(minutes=5)
    await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b")
    [row] = await rows(database)
    assert row.changed_at is None


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize(
    ("given", "where", "words"),
    [
        ({}, "both", "at least one"),
        ({"both": Given(None, "  "), "gap": Given(None, "")}, "both", "at least one"),
        ({"both": Given(None, "Evidence alone")}, "both", "rating too"),
        ({"both": Given(6)}, "both", "from 1 to 5"),
        ({"gap": Given(None, "x" * (MOST_WORDS + 1))}, "gap", "1,000 characters"),
        ({"another": Given(3)}, "both", "at least one"),
    ],
)
async def test_what_is_no_answer_is_refused_at_its_field_and_not_kept(
    database: Database,
    answers: RitualAnswers,
    visibility: Visibility,
    given: dict[str, Given],
    where: str,
    words: str,
) -> None:
    asked = await ask(database, visibility)
    with pytest.raises(InvalidAnswers) as refused:
        await answers.answer(MAYA, asked, given, ballot="b")
    assert words in refused.value.faults[where]
    assert not await rows(database)
    assert not await ballots(database)
    assert not await parts(database)


async def test_a_round_that_is_not_there_says_so(
    database: Database, answers: RitualAnswers
) -> None:
    with pytest.raises(NoRound):
        await answers.standing(MAYA, "gone")
    with pytest.raises(NoRound):
        await answers.answer(MAYA, "gone", {"both": Given(4)}, ballot="b")
    asked = await ask(database)
    with pytest.raises(NoRound):
        await answers.standing(Person("T0OTHER", "U0MAYA"), asked)


async def test_after_the_close_an_answer_comes_late_only_if_the_person_knows(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database)
    await close(database, asked)
    with pytest.raises(RoundClosed):
        await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b")
    assert (await answers.standing(MAYA, asked)).state is State.LATE
    kept = await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b", late=True)
    [row] = await rows(database)
    assert kept.late
    assert row.late


async def test_what_was_answered_in_time_stays_as_it_was_after_the_close(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database)
    await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b")
    await close(database, asked)
    changed = {"both": Given(1), "gap": Given(None, "Prices")}
    await answers.answer(MAYA, asked, changed, ballot="b", late=True)
    standing = await answers.standing(MAYA, asked)
    assert standing.settled == {"both"}
    assert standing.given == {"both": Given(4), "gap": Given(None, "Prices")}
    assert [row.late for row in await rows(database)] == [False, True]


async def test_a_late_answer_can_be_changed_and_stays_late(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, questions=[RATED])
    await close(database, asked)
    for rating in (2, 5):
        await answers.answer(MAYA, asked, {"fit": Given(rating)}, ballot="b", late=True)
    [row] = await rows(database)
    assert (row.rating, row.late) == (5, True)


async def test_who_answered_everything_in_time_has_nothing_to_add(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, questions=[RATED])
    await answers.rate(MAYA, asked, "fit", 3)
    await close(database, asked)
    assert (await answers.standing(MAYA, asked)).state is State.DONE


async def test_once_it_is_asked_again_the_round_before_takes_nothing(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database)
    await close(database, asked)
    await ask(database, number=2)
    assert (await answers.standing(MAYA, asked)).state is State.CLOSED
    with pytest.raises(RoundClosed):
        await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b", late=True)


async def test_the_last_round_of_a_ritual_that_has_ended_takes_nothing_late(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database)
    await close(database, asked)
    async with database.transaction() as session:
        ritual = await find_ritual(session, TEAM, RITUAL)
        assert ritual is not None
        ritual.ended_at = NOON
    assert (await answers.standing(MAYA, asked)).state is State.CLOSED
    with pytest.raises(RoundClosed):
        await answers.answer(MAYA, asked, {"both": Given(4)}, ballot="b", late=True)


async def test_late_answers_have_post_and_summary_shown_anew_once_for_all_in_a_while(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database, questions=[RATED])
    await posted(database, prompt_key(asked))
    await posted(database, summary_key(asked))
    await close(database, asked)
    for person in (MAYA, TOM):
        await answers.answer(person, asked, {"fit": Given(2)}, ballot="b", late=True)
    async with database.reading() as session:
        found = (await session.exec(select(Delivery).order_by(col(Delivery.key)))).all()
        row = await find_round(session, TEAM, asked)
    new = [each for each in found if ":late:" in each.key]
    assert [each.kind for each in new] == ["ritual_prompt", "ritual_summary"]
    assert {(each.method, each.lane) for each in new} == {("update", CHANNEL)}
    assert all(each.next_attempt_at > clock.now for each in new)
    assert row is not None
    assert row.revision == 2


async def test_the_first_answer_of_all_brings_the_summary_that_was_missing(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, questions=[RATED])
    await posted(database, prompt_key(asked), "17.5")
    await close(database, asked)
    await answers.answer(MAYA, asked, {"fit": Given(2)}, ballot="b", late=True)
    async with database.reading() as session:
        summary = await session.get(Delivery, (TEAM, summary_key(asked)))
    assert summary is not None
    assert (summary.method, summary.thread_ts) == ("post", "17.5")


async def test_a_post_that_was_never_sent_stays_unsent(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, questions=[RATED])
    await close(database, asked)
    await answers.answer(MAYA, asked, {"fit": Given(2)}, ballot="b", late=True)
    async with database.reading() as session:
        assert not (await session.exec(select(Delivery))).all()


async def test_an_anonymous_answer_is_kept_once_and_can_not_be_given_again(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, ANONYMOUS)
    await answers.answer(MAYA, asked, {"both": Given(2), "gap": Given(None, "Prices")}, ballot="b")
    standing = await answers.standing(MAYA, asked)
    assert standing.state is State.DONE
    assert standing.given == {}
    with pytest.raises(AlreadyTakenPart):
        await answers.answer(MAYA, asked, {"both": Given(5)}, ballot="another form")
    kept = {(row.question_id, row.rating, row.words) for row in await ballots(database)}
    assert kept == {("both", 2, None), ("gap", None, "Prices")}
    assert [(row.user_id, row.done) for row in await parts(database)] == [("U0MAYA", True)]


async def test_an_anonymous_form_handed_in_twice_counts_once(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, ANONYMOUS)
    for _ in range(2):
        await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b")
    assert len(await ballots(database)) == 1


async def test_an_anonymous_answer_after_the_close_is_not_kept(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, ANONYMOUS)
    await close(database, asked)
    assert (await answers.standing(MAYA, asked)).state is State.CLOSED
    for late in (False, True):
        with pytest.raises(RoundClosed):
            await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b", late=late)
    assert not await ballots(database)
    assert not await parts(database)


async def test_a_form_whose_first_press_was_kept_just_before_the_close_is_kept(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, ANONYMOUS)
    await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b")
    await close(database, asked)
    await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b")
    assert len(await ballots(database)) == 1


@pytest.mark.parametrize("died_after", ["_take_part", "_keep"])
async def test_what_died_half_way_is_made_whole_by_the_same_form(
    database: Database,
    answers: RitualAnswers,
    monkeypatch: pytest.MonkeyPatch,
    died_after: str,
) -> None:
    asked = await ask(database, ANONYMOUS)
    following = {"_take_part": "_keep", "_keep": "_have_taken_part"}[died_after]

    async def die(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(Ballots, following, die)
        with pytest.raises(ConnectionError):
            await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b")
    assert (await answers.standing(MAYA, asked)).state is State.OPEN
    await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b")
    assert len(await ballots(database)) == 1
    assert [row.done for row in await parts(database)] == [True]


@pytest.mark.parametrize("closed_after", ["_take_part", "_keep"])
async def test_a_close_between_two_of_the_steps_leaves_answers_and_count_agreeing(
    database: Database,
    answers: RitualAnswers,
    monkeypatch: pytest.MonkeyPatch,
    closed_after: str,
) -> None:
    asked = await ask(database, ANONYMOUS)
    step = getattr(Ballots, closed_after)

    async def then_close(*given: object) -> object:
        done = await step(*given)
        await close(database, asked)
        return done

    monkeypatch.setattr(Ballots, closed_after, then_close)
    try:
        await answers.answer(MAYA, asked, {"both": Given(2)}, ballot="b")
        is_kept = True
    except RoundClosed:
        is_kept = False
    async with database.reading() as session:
        row = await find_round(session, TEAM, asked)
    assert row is not None
    assert is_kept is (closed_after == "_keep")
    assert (row.taken_part, len(await ballots(database))) == ((1, 1) if is_kept else (0, 0))
    assert not await parts(database)


@pytest.mark.parametrize("visibility", Visibility)
async def test_two_devices_at_once_count_as_one_person(
    database: Database, clock: SettableClock, visibility: Visibility
) -> None:
    """With a bot each on PostgreSQL, where several processes run; SQLite has one."""
    asked = await ask(database, visibility, [RATED])
    several = [make(database, clock)] * 8
    others: list[Database] = []
    if database.url.get_backend_name() == "postgresql":
        others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(2)]
        several = [make(each, clock) for each in (database, *others) for _ in range(3)]

    async def press(number: int, on: RitualAnswers) -> CoherenceError | None:
        try:
            await on.answer(MAYA, asked, {"fit": Given(1 + number % 5)}, ballot=f"form {number}")
        except CoherenceError as error:
            return error
        return None

    said = await asyncio.gather(*(press(number, on) for number, on in enumerate(several)))
    for other in others:
        await other.close()
    if visibility is ANONYMOUS:
        assert sorted(type(each).__name__ for each in said) == sorted(
            ["NoneType", *["AlreadyTakenPart"] * (len(several) - 1)]
        )
        assert len(await ballots(database)) == 1
        assert [each.done for each in await parts(database)] == [True]
    else:
        assert said == [None] * len(several)
        assert len(await rows(database)) == 1


async def test_many_people_at_once_are_all_counted(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, ANONYMOUS, [RATED])
    people = [Person(TEAM, f"U{number:04}") for number in range(40)]
    await asyncio.gather(*(answers.rate(each, asked, "fit", 4) for each in people))
    assert len(await ballots(database)) == len(people)
    assert all(each.done for each in await parts(database))


@pytest.mark.parametrize("visibility", [NAMED, CHAMPION])
async def test_a_rating_can_be_pressed_again_under_a_name(
    database: Database, answers: RitualAnswers, visibility: Visibility
) -> None:
    asked = await ask(database, visibility, [RATED])
    first = await answers.rate(MAYA, asked, "fit", 3)
    second = await answers.rate(MAYA, asked, "fit", 4)
    assert (first.changed, second.changed) == (False, True)
    assert [row.rating for row in await rows(database)] == [4]


async def test_an_anonymous_rating_is_pressed_once(
    database: Database, answers: RitualAnswers
) -> None:
    asked = await ask(database, ANONYMOUS, [RATED])
    await answers.rate(MAYA, asked, "fit", 3)
    with pytest.raises(AlreadyTakenPart):
        await answers.rate(MAYA, asked, "fit", 4)
    assert [row.rating for row in await ballots(database)] == [3]


async def answered_by(answers: RitualAnswers, asked: str, *people: str) -> None:
    for user_id in people:
        await answers.answer(Person(TEAM, user_id), asked, {"fit": Given(4)}, ballot=user_id)


async def test_everybody_sees_names_where_that_was_promised(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database, NAMED, [RATED])
    await answered_by(answers, asked, "U0MAYA")
    await close(database, asked)
    await answers.answer(TOM, asked, {"fit": Given(1)}, ballot="b", late=True)
    names = await RitualNames(database, clock).who_answered(TOM, asked)
    assert [(each.user_id, each.given["fit"].rating, each.late) for each in names.people] == [
        ("U0MAYA", 4, frozenset()),
        ("U0TOM", 1, frozenset({"fit"})),
    ]


async def test_where_names_are_the_champions_nobody_else_sees_them(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database, CHAMPION, [RATED], champions=["U0TOM"])
    await add_rota(database, "j", ["U0PRIYA"])
    await answered_by(answers, asked, "U0MAYA")
    await close(database, asked)
    names = RitualNames(database, clock)
    was, now = TOM, Person(TEAM, "U0PRIYA")
    for champion in (was, now):
        assert len((await names.who_answered(champion, asked)).people) == 1
    for other in (MAYA, Person(TEAM, "U0HANNA")):
        with pytest.raises(NamesNotShown):
            await names.who_answered(other, asked)


async def test_nobody_sees_names_while_it_is_open_or_where_there_are_none(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database, NAMED, [RATED])
    names = RitualNames(database, clock)
    with pytest.raises(NamesNotShown):
        await names.who_answered(MAYA, asked)
    unnamed = await ask(database, ANONYMOUS, [RATED], number=2, champions=["U0MAYA"])
    await answers.rate(MAYA, unnamed, "fit", 4)
    await close(database, unnamed)
    with pytest.raises(NamesNotShown):
        await names.who_answered(MAYA, unnamed)


async def test_names_come_in_pages(
    database: Database, answers: RitualAnswers, clock: SettableClock
) -> None:
    asked = await ask(database, NAMED, [RATED, WORDED, BOTH])
    people = [f"U{number:04}" for number in range(PAGE + 3)]
    await answered_by(answers, asked, *people)
    await close(database, asked)
    names = RitualNames(database, clock)
    first = await names.who_answered(MAYA, asked)
    assert first.more_after == people[PAGE - 1]
    second = await names.who_answered(MAYA, asked, after=first.more_after)
    assert second.more_after is None
    shown = [each.user_id for each in (*first.people, *second.people)]
    assert shown == people
