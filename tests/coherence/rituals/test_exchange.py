"""A file of what rituals have brought holds what was promised, and no more."""

import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coherence.errors import NoJourney, NoRitual
from coherence.rituals import exchange
from coherence.rituals.exchange import ACTION_COLUMNS, ANSWER_COLUMNS, RitualExchange, Wanted
from coherence.rituals.ritual import FEWEST_SHOWN, Visibility
from storage.database import Database
from storage.ritual_review import RitualAction
from tests.coherence.rituals.kept import (
    FIT,
    GAP,
    answer,
    ballot,
    close,
    found,
    insert_all,
    keep_ritual,
    keep_round,
)
from tests.support.keeping import keep
from tests.support.rituals import TEAM
from tests.support.rituals import part_row as part
from tests.support.times import NOON

PEOPLE = tuple(f"U0{name}" for name in ("LI", "TOM", "ANA", "MAYA", "HANNA", "BO"))
NOTHING_OF_WHO = {"user_id": None, "late": None, "answered_at": None, "changed_at": None}


@pytest.fixture
async def exchanged(database: Database) -> RitualExchange:
    await found(database, "signup", "billing")
    await keep_ritual(database, "friday")
    return RitualExchange(database)


async def all_of(records: AsyncIterator[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each async for each in records]


async def answered(exchanged: RitualExchange, **wanted: Any) -> list[dict[str, Any]]:
    return await all_of(exchanged.answers(Wanted(TEAM, **wanted)))


async def test_where_everybody_sees_names_they_are_in_it_with_when_and_how_late(
    database: Database, exchanged: RitualExchange
) -> None:
    asked = await keep_round(database, "friday", Visibility.NAMED)
    later = NOON + timedelta(hours=2)
    await keep(
        database,
        [
            answer(asked, "U0TOM", rating=4, words="It holds", late=True, changed_at=later),
            answer(asked, "U0ANA", GAP, words="The price"),
        ],
    )
    await close(database, asked)
    first, second = await answered(exchanged)
    assert first == {
        "journey": "Signup",
        "ritual": "Friday",
        "kind": "free",
        "round": 1,
        "asked_at": NOON,
        "closed_at": NOON,
        "visibility": "named",
        "question_id": "fit",
        "question": "Does the story hold?",
        "layer": None,
        "rating": 4,
        "words": "It holds",
        "user_id": "U0TOM",
        "late": True,
        "answered_at": NOON,
        "changed_at": later,
    }
    assert tuple(first) == ANSWER_COLUMNS
    assert (second["question_id"], second["rating"], second["user_id"]) == ("gap", None, "U0ANA")


async def test_where_only_the_champion_sees_names_there_is_none_and_no_time(
    database: Database, exchanged: RitualExchange
) -> None:
    asked = await keep_round(database, "friday", Visibility.CHAMPION, champions=["U0MAYA"])
    await keep(database, [answer(asked, "U0TOM", rating=2), answer(asked, "U0ANA", rating=1)])
    await close(database, asked)
    rows = await answered(exchanged)
    assert [row["rating"] for row in rows] == [1, 2]
    assert all(row["late"] is False for row in rows)
    assert all({**row, "late": None}.items() >= NOTHING_OF_WHO.items() for row in rows)
    assert "U0" not in str(rows)


async def _vote(database: Database, visibility: Visibility, people: tuple[str, ...]) -> str:
    """Have each give rating and words of their own, in the order of their names."""
    asked = await keep_round(database, "friday", visibility)
    for place, user in enumerate(people):
        said = {"rating": place % 5 + 1, "words": f"Words {len(people) - place}"}
        if visibility is Visibility.ANONYMOUS:
            keys = (f"{place:02}", f"{place + 50:02}")
            votes = [part(asked, user), ballot(asked, keys[0], FIT, **said)]
            await keep(database, [*votes, ballot(asked, keys[1], GAP, words=said["words"])])
        else:
            await keep(database, [answer(asked, user, FIT, **said)])
            await keep(database, [answer(asked, user, GAP, words=said["words"])])
    await close(database, asked)
    return asked


async def test_anonymous_answers_come_from_the_fifth_on(
    database: Database, exchanged: RitualExchange
) -> None:
    await _vote(database, Visibility.ANONYMOUS, PEOPLE[: FEWEST_SHOWN - 1])
    assert await answered(exchanged) == []


async def test_anonymous_answers_to_a_question_that_few_answered_stay_out(
    database: Database, exchanged: RitualExchange
) -> None:
    asked = await keep_round(database, "friday", Visibility.ANONYMOUS)
    for place, user in enumerate(PEOPLE):
        await keep(database, [part(asked, user), ballot(asked, f"{place:02}", FIT, rating=3)])
    for place in range(FEWEST_SHOWN - 1):
        await keep(database, [ballot(asked, f"gap {place}", GAP, words="Only I sell there")])
    await close(database, asked)
    assert [row["question_id"] for row in await answered(exchanged)] == ["fit"] * len(PEOPLE)


async def test_lines_beside_anonymous_ratings_stay_out_where_few_have_written_one(
    database: Database, exchanged: RitualExchange
) -> None:
    asked = await keep_round(database, "friday", Visibility.ANONYMOUS, questions=[FIT])
    for place, user in enumerate(PEOPLE):
        words = "Only I sell there" if place < FEWEST_SHOWN - 1 else None
        row = ballot(asked, f"{place:02}", FIT, rating=3, words=words)
        await keep(database, [part(asked, user), row])
    await close(database, asked)
    rows = await answered(exchanged)
    assert [(row["rating"], row["words"]) for row in rows] == [(3, None)] * len(PEOPLE)


async def test_anonymous_answers_say_nothing_of_who_or_when(
    database: Database, exchanged: RitualExchange
) -> None:
    await _vote(database, Visibility.ANONYMOUS, PEOPLE[:FEWEST_SHOWN])
    rows = await answered(exchanged)
    assert len(rows) == 2 * FEWEST_SHOWN
    assert all(row.items() >= NOTHING_OF_WHO.items() for row in rows)
    assert "U0" not in str(rows)


@pytest.mark.parametrize("visibility", [Visibility.CHAMPION, Visibility.ANONYMOUS])
async def test_the_order_of_answers_tells_neither_who_came_first_nor_which_belong_together(
    database: Database, exchanged: RitualExchange, visibility: Visibility
) -> None:
    await _vote(database, visibility, PEOPLE)
    rows = await answered(exchanged)
    assert [row["question_id"] for row in rows] == ["fit"] * 6 + ["gap"] * 6
    said = [(row["rating"] or 0, row["words"]) for row in rows]
    assert said[:6] == sorted(said[:6])
    assert said[6:] == sorted(said[6:])
    assert [words for _, words in said[:6]] != [words for _, words in said[6:]]


@pytest.mark.parametrize("visibility", Visibility)
async def test_what_is_open_is_not_in_it(
    database: Database, exchanged: RitualExchange, visibility: Visibility
) -> None:
    asked = await keep_round(database, "friday", visibility)
    for number, user in enumerate(PEOPLE):
        await keep(database, [answer(asked, user, rating=1), part(asked, user)])
        await keep(database, [ballot(asked, str(number), rating=1), _action(asked, str(number))])
    assert await answered(exchanged) == []
    assert await all_of(exchanged.actions(Wanted(TEAM))) == []


async def test_a_question_of_many_answers_comes_in_pages_with_none_lost_or_twice(
    database: Database, exchanged: RitualExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "BATCH", 3)
    asked = await keep_round(database, "friday", Visibility.NAMED)
    said: list[dict[str, Any]] = [{"rating": 3}, {"words": "é"}, {"rating": 3, "words": "Same"}]
    rows = [answer(asked, f"U{n:02}", **{"rating": None, **said[n % 3]}) for n in range(20)]
    await keep(database, rows)
    await close(database, asked)
    users = [row["user_id"] for row in await answered(exchanged)]
    assert sorted(users) == [f"U{n:02}" for n in range(20)]


async def test_rounds_come_in_the_order_in_which_they_were_asked_page_by_page(
    database: Database, exchanged: RitualExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "_ROUNDS", 2)
    await keep_ritual(database, "alpha", journey_id="billing")
    for number in range(1, 6):
        for ritual in ("friday", "alpha"):
            due = NOON + timedelta(weeks=number)
            asked = await keep_round(database, ritual, Visibility.NAMED, number=number, due_at=due)
            await keep(database, [answer(asked, "U0TOM", rating=number)])
            await close(database, asked)
    rows = await answered(exchanged)
    expected = [(name, n) for n in range(1, 6) for name in ("Alpha", "Friday")]
    assert [(row["ritual"], row["round"]) for row in rows] == expected
    assert {row["ritual"] for row in await answered(exchanged, ritual="Alpha")} == {"Alpha"}
    assert {row["journey"] for row in await answered(exchanged, journey="Signup")} == {"Signup"}


async def test_days_are_those_of_the_ritual_s_own_zone(
    database: Database, exchanged: RitualExchange
) -> None:
    # 20:30 UTC is 09:30 of the next day in Auckland.
    asked = await keep_round(
        database, "friday", Visibility.NAMED, due_at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    )
    await keep(database, [answer(asked, "U0TOM", rating=3)])
    await close(database, asked)
    second, third = date(2026, 3, 2), date(2026, 3, 3)
    assert len(await answered(exchanged, since=second, until=third)) == 1
    assert await answered(exchanged, until=second) == []
    assert await answered(exchanged, since=third) == []


async def test_a_zone_that_is_no_more_hides_nothing(
    database: Database, exchanged: RitualExchange
) -> None:
    recurrence = {
        "pattern": {"kind": "daily"},
        "start": "2026-01-01",
        "time": "09:30",
        "zone": "Mars/Crater",
    }
    await keep_ritual(database, "lost", recurrence=recurrence, ended_at=NOON)
    asked = await keep_round(database, "lost", Visibility.NAMED)
    await keep(database, [answer(asked, "U0TOM", rating=3)])
    await close(database, asked)
    assert len(await answered(exchanged, since=NOON.date(), ritual="Lost")) == 1


async def test_an_unknown_ritual_or_journey_is_said(exchanged: RitualExchange) -> None:
    with pytest.raises(NoRitual, match="There is no ritual called “Monday”"):
        await answered(exchanged, ritual="Monday")
    with pytest.raises(NoJourney):
        await answered(exchanged, journey="Nowhere")


def _action(round_id: str, action_id: str, **values: Any) -> RitualAction:
    usual: dict[str, Any] = {"text": "Mend the page", "owner": "U0TOM", "due_on": NOON.date()}
    return RitualAction(
        workspace_id=TEAM,
        id=action_id,
        ritual_id="friday",
        round_id=round_id,
        made_at=NOON,
        **{**usual, **values},
    )


async def test_actions_come_with_owner_day_state_and_layer(
    database: Database, exchanged: RitualExchange
) -> None:
    asked = await keep_round(database, "friday", Visibility.ANONYMOUS)
    settled = {"state": "done", "settled_by": "U0ANA", "settled_at": NOON}
    later = NOON.date() + timedelta(7)
    await keep(database, [_action(asked, "a", layer="vision", due_on=later, **settled)])
    await keep(database, [_action(asked, "b", made_by="U0LI")])
    await close(database, asked)
    first, second = await all_of(exchanged.actions(Wanted(TEAM)))
    assert tuple(second) == ACTION_COLUMNS
    assert (first["text"], first["state"], first["made_by"]) == ("Mend the page", "open", "U0LI")
    assert (second["owner"], second["due_on"], second["layer"]) == ("U0TOM", later, "vision")
    assert (second["state"], second["settled_by"]) == ("done", "U0ANA")


async def test_memory_does_not_grow_with_what_is_written(
    database: Database, exchanged: RitualExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "BATCH", 100)
    await _many(database, 1)
    few = await _peak(exchanged)
    for number in range(2, 6):
        await _many(database, number)
    assert await _peak(exchanged) < 2 * few


async def _many(database: Database, number: int) -> None:
    asked = await keep_round(
        database, "friday", Visibility.NAMED, number=number, due_at=NOON + number * timedelta(1)
    )
    async with database.transaction() as session:
        words = "Words. " * 20
        rows = [answer(asked, f"U{n}", rating=n % 5 + 1, words=words) for n in range(400)]
        await insert_all(session, rows)
    await close(database, asked)


async def _peak(exchanged: RitualExchange) -> int:
    tracemalloc.start()
    async for _ in exchanged.answers(Wanted(TEAM)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
