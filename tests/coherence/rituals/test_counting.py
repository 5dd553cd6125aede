"""Rounds counted out of the database, and anonymous ones closed for good."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from coherence.rituals.counting import count_round, rating_history, ratings_of
from coherence.rituals.results import QuestionResult, RoundResults
from coherence.rituals.ritual import Form, Question, Round, Visibility
from storage import ritual_answers
from storage.database import Database
from storage.ritual_answers import RitualBallot, RitualPart, close_ballots
from tests.coherence.rituals.kept import (
    FIT,
    GAP,
    answer,
    ballot,
    close,
    found,
    keep_ritual,
    keep_round,
    the_round,
)
from tests.support.keeping import keep
from tests.support.rituals import TEAM
from tests.support.rituals import part_row as part
from tests.support.times import NOON

PEOPLE = tuple(f"U{number:02}" for number in range(12))
MORE = Question(id="more", text="How sure are you?", form=Form.RATING)


@pytest.fixture
async def friday(database: Database) -> Database:
    await found(database, "signup")
    await keep_ritual(database, "friday")
    return database


async def counted(database: Database, asked: Round, **how: Any) -> RoundResults:
    async with database.reading() as session:
        return await count_round(session, asked, **how)


async def vote(database: Database, asked: str, people: Sequence[str]) -> list[str]:
    """Have people answer without a name, one after the other; return the keys of their ballots."""
    keys = [f"{random.Random(asked + user).getrandbits(128):032x}" for user in people]  # noqa: S311 - no secret
    for key, user in zip(keys, people, strict=True):
        await keep(database, [part(asked, user, done=False)])
        await keep(database, [ballot(asked, key, rating=3, words=f"Under {key}")])
        async with database.transaction() as session:
            row = await session.get_one(RitualPart, (TEAM, asked, user))
            row.done = True
    return keys


async def test_named_answers_are_counted_with_names_and_who_came_late(friday: Database) -> None:
    asked = await keep_round(friday, "friday", Visibility.NAMED)
    tom = [answer(asked, "U0TOM", rating=4, words="Well"), answer(asked, "U0TOM", GAP, words="-")]
    await keep(friday, [*tom, answer(asked, "U0ANA", rating=2, late=True)])
    came = await counted(friday, await the_round(friday, asked))
    assert (came.people, came.late, came.hidden) == (2, 1, False)
    fit, gap = came.questions
    assert (fit.ratings, fit.mean, fit.spread) == ({4: 1, 2: 1}, 3.0, 2)
    assert [(said.user_id, said.words) for said in fit.said] == [("U0TOM", "Well")]
    assert (gap.rated, len(gap.said)) == (0, 1)


async def test_names_for_the_champion_are_shown_to_who_is_on_duty_only(friday: Database) -> None:
    asked = await keep_round(friday, "friday", Visibility.CHAMPION)
    await keep(friday, [answer(asked, "U0TOM", rating=4, words="Well")])
    row = await the_round(friday, asked)
    for names, user in ((False, None), (True, "U0TOM")):
        came = await counted(friday, row, names=names)
        assert [said.user_id for said in came.questions[0].said] == [user]


async def test_answers_without_names_are_not_shown_in_the_order_they_were_given(
    friday: Database,
) -> None:
    asked = await keep_round(friday, "friday", Visibility.CHAMPION)
    said = ["wool", "linen", "cotton"]
    given = [
        answer(asked, f"U{number}", GAP, words=words, answered_at=NOON + timedelta(minutes=number))
        for number, words in enumerate(said)
    ]
    await keep(friday, given)
    row = await the_round(friday, asked)
    for names, shown in ((False, sorted(said)), (True, said)):
        came = await counted(friday, row, names=names)
        assert [each.words for each in came.questions[1].said] == shown


async def test_more_words_than_a_summary_has_room_for_are_counted(friday: Database) -> None:
    asked = await keep_round(friday, "friday", Visibility.NAMED)
    await keep(friday, [answer(asked, user, words="Well") for user in PEOPLE])
    came = await counted(friday, await the_round(friday, asked), most_said=5)
    assert (len(came.questions[0].said), came.questions[0].more) == (5, 7)


@pytest.mark.parametrize(("people", "hidden"), [(4, True), (5, False)])
async def test_anonymous_answers_are_shown_from_the_fifth_on_and_have_no_name(
    friday: Database, people: int, hidden: bool
) -> None:
    asked = await keep_round(friday, "friday", Visibility.ANONYMOUS)
    await vote(friday, asked, PEOPLE[:people])
    came = await counted(friday, await close(friday, asked), names=True)
    assert (came.people, came.hidden) == (people, hidden)
    assert all(said.user_id is None for each in came.questions for said in each.said)
    assert sum(each.rated for each in came.questions) == (0 if hidden else people)


async def test_an_anonymous_question_that_few_answered_is_hidden_beside_one_that_is_shown(
    friday: Database,
) -> None:
    asked = await keep_round(friday, "friday", Visibility.ANONYMOUS)
    await vote(friday, asked, PEOPLE[:6])
    await keep(friday, [ballot(asked, "lone", GAP, words="Only I sell there")])
    came = await counted(friday, await close(friday, asked), names=True)
    fit, gap = came.questions
    assert (fit.hidden, fit.rated) == (False, 6)
    assert gap == QuestionResult(GAP, hidden=True)


async def test_means_over_time_leave_out_a_question_that_few_answered_without_names(
    friday: Database,
) -> None:
    few = await keep_round(friday, "friday", Visibility.ANONYMOUS, number=1, questions=[FIT, MORE])
    await vote(friday, few, PEOPLE[:6])
    await keep(friday, [ballot(few, f"m{n}", MORE, rating=1) for n in range(4)])
    named = await keep_round(friday, "friday", Visibility.NAMED, number=2, questions=[FIT, MORE])
    await keep(friday, [answer(named, "U0TOM", MORE, rating=1)])
    rounds = [await close(friday, each) for each in (few, named)]
    async with friday.reading() as session:
        ratings = await ratings_of(session, rounds)
    assert ratings.keys() == {(few, "fit"), (named, "more")}
    assert [each.ratings for each in rating_history(rounds, MORE, ratings)] == [{1: 1}]


async def test_ratings_over_time_leave_out_what_is_open_or_hidden_or_was_not_asked(
    friday: Database,
) -> None:
    asked = []
    for number, visibility in enumerate((*Visibility, Visibility.ANONYMOUS), start=1):
        asked.append(await keep_round(friday, "friday", visibility, number=number))
        await keep(friday, [answer(asked[-1], "U0TOM", rating=number)])
    few, enough = asked[2:]
    await vote(friday, few, PEOPLE[:4])
    await vote(friday, enough, PEOPLE[:6])
    still_open = await keep_round(friday, "friday", Visibility.NAMED, number=5)
    other = await keep_round(friday, "friday", Visibility.NAMED, number=6, questions=[GAP])
    for each in (still_open, other):
        await keep(friday, [answer(each, "U0TOM", rating=5)])
    rounds = [await close(friday, each) for each in (*asked, other)]
    async with friday.reading() as session:
        newest_first = [*reversed(rounds), await the_round(friday, still_open)]
        came = rating_history(newest_first, FIT, await ratings_of(session, newest_first))
    assert [each.ratings for each in came] == [{3: 6}, {2: 1}, {1: 1}]


async def test_closing_forgets_who_took_part_and_counts_those_who_finished(
    friday: Database,
) -> None:
    asked = await keep_round(friday, "friday", Visibility.ANONYMOUS)
    await vote(friday, asked, PEOPLE[:6])
    await keep(friday, [part(asked, "U0STUCK", done=False)])
    assert (await close(friday, asked)).taken_part == 6
    async with friday.reading() as session:
        assert (await session.exec(select(RitualPart))).all() == []


async def test_closing_touches_no_other_round(friday: Database) -> None:
    other = await keep_round(friday, "friday", Visibility.ANONYMOUS, number=1)
    await vote(friday, other, PEOPLE[:3])
    asked = await keep_round(friday, "friday", Visibility.ANONYMOUS, number=2)
    await vote(friday, asked, PEOPLE[:2])
    await close(friday, asked)
    async with friday.reading() as session:
        parts = (await session.exec(select(RitualPart))).all()
        ballots = (await session.exec(select(RitualBallot.round_id))).all()
    assert {(each.round_id, each.user_id) for each in parts} == {(other, u) for u in PEOPLE[:3]}
    assert sorted(ballots) == [other] * 3 + [asked] * 2


async def test_closing_keeps_every_answer_and_may_be_done_again(
    friday: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ritual_answers, "_STRETCH", 5)
    asked = await keep_round(friday, "friday", Visibility.ANONYMOUS)
    keys = await vote(friday, asked, PEOPLE)
    await close(friday, asked)
    before = await _ballots(friday)
    assert sorted(before) == sorted((key, 3, f"Under {key}") for key in keys)
    async with friday.transaction() as session:
        assert await close_ballots(session, TEAM, asked) == 0
    assert await _ballots(friday) == before


@pytest.mark.parametrize("stretch", [5, 500])
async def test_a_closed_round_s_tables_know_nothing_of_the_order_of_answers(
    friday: Database, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    monkeypatch.setattr(ritual_answers, "_STRETCH", stretch)
    asked = await keep_round(friday, "friday", Visibility.ANONYMOUS)
    keys = await vote(friday, asked, PEOPLE)
    assert keys != sorted(keys)
    if friday.url.get_backend_name() == "postgresql":
        # The order in which rows lie, and the transaction that wrote each: what it is that has to go.
        assert await _lying(friday, "ctid") == keys
        assert len(await _distinct(friday, "xmin")) == len(keys)
    await close(friday, asked)
    if friday.url.get_backend_name() == "postgresql":
        assert await _lying(friday, "ctid") == sorted(keys)
        assert len(await _distinct(friday, "xmin")) == 1
    else:
        assert await _lying(friday, "workspace_id, id") == sorted(keys)
        assert not await _has_rowid(friday)


async def _ballots(database: Database) -> list[tuple[str, int | None, str | None]]:
    async with database.reading() as session:
        rows = (await session.exec(select(RitualBallot))).all()
    return [(row.id, row.rating, row.words) for row in rows]


async def _lying(database: Database, order: str) -> list[str]:
    query = f"SELECT id FROM ritual_ballot ORDER BY {order}"  # noqa: S608 - the test's own words
    async with database.engine.connect() as connection:
        return list((await connection.execute(text(query))).scalars())


async def _distinct(database: Database, column: str) -> set[str]:
    query = f"SELECT {column}::text FROM ritual_ballot"  # noqa: S608 - the test's own words
    async with database.engine.connect() as connection:
        return set((await connection.execute(text(query))).scalars())


async def _has_rowid(database: Database) -> bool:
    query = "SELECT wr FROM pragma_table_list WHERE name = 'ritual_ballot'"
    async with database.engine.connect() as connection:
        return not (await connection.execute(text(query))).scalar_one()
