"""A rota is read with all that it follows from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from coherence.champion.letters import mark, unmark
from coherence.champion.loading import load_rota, load_rotas
from coherence.champion.resolved import ResolvedRota
from coherence.errors import InvalidRota, NoRota
from coherence.rota.term import Source
from storage.champion import (
    ChampionArrangement,
    ChampionLeave,
    ChampionMember,
    ChampionTerm,
    find_member,
    find_rota,
)
from storage.database import Database
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
SPRING = datetime(2026, 3, 30, 8, tzinfo=UTC)
"""A Monday at nine, after the clocks have changed."""


async def read(database: Database) -> ResolvedRota:
    async with database.reading() as session:
        return await load_rota(session, TEAM, JOURNEY)


async def read_counting(
    database: Database, journey_ids: Sequence[str] | None
) -> tuple[Sequence[ResolvedRota], int]:
    """The rotas, and how many queries it took."""
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    async with database.reading() as session:
        found = await load_rotas(session, TEAM, journey_ids)
    event.remove(engine, "before_cursor_execute", note)
    return found, sum(each.lstrip().startswith("SELECT") for each in asked)


def users(rota: ResolvedRota, weeks: int) -> list[tuple[str, ...]]:
    return [term.users for term in rota.coming(FIRST, weeks)]


async def test_people_take_turns_in_their_order(database: Database) -> None:
    await keep_rota(database)
    rota = await read(database)
    assert users(rota, 4) == [(ANA,), (BO,), (CY,), (ANA,)]
    assert rota.on_duty(FIRST - timedelta(seconds=1)) is None
    assert [term.start for term in rota.coming_of(BO, NOON, 2)] == [FIRST + WEEK, SPRING]


async def test_whoever_is_away_is_passed_over_and_comes_next(database: Database) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        session.add(
            ChampionLeave(
                workspace_id=TEAM,
                id="1",
                user_id=BO,
                first=date(2026, 3, 9),
                last=date(2026, 3, 9),
                told_at=NOON,
            )
        )
    assert users(await read(database), 4) == [(ANA,), (CY,), (BO,), (ANA,)]


async def test_leave_from_another_rota_alone_changes_nothing_here(database: Database) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        session.add(
            ChampionLeave(
                workspace_id=TEAM,
                id="1",
                user_id=BO,
                kind="pass",
                journey_id="another",
                first=date(2026, 3, 9),
                last=date(2026, 3, 9),
                told_at=NOON,
            )
        )
    assert users(await read(database), 2) == [(ANA,), (BO,)]


async def test_who_rests_or_is_gone_or_was_only_asked_has_no_turn(database: Database) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        resting = await find_member(session, TEAM, JOURNEY, ANA)
        gone = await find_member(session, TEAM, JOURNEY, BO)
        assert resting
        assert gone
        resting.paused_from, gone.gone_at = date(2026, 3, 1), NOON - timedelta(days=1)
        session.add(
            ChampionMember(
                workspace_id=TEAM, journey_id=JOURNEY, user_id="U0DEE", place=3, asked_at=NOON
            )
        )
    assert users(await read(database), 2) == [(CY,), (CY,)]


async def test_a_rota_nobody_has_joined_has_no_terms(database: Database) -> None:
    await keep_rota(database, people=())
    rota = await read(database)
    assert rota.coming(NOON, 3) == []
    assert rota.on_duty(NOON) is None


async def test_what_was_arranged_is_laid_over_what_has_begun_and_what_comes(
    database: Database,
) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        session.add_all(
            [
                ChampionTerm(
                    workspace_id=TEAM,
                    journey_id=JOURNEY,
                    start=FIRST,
                    end=FIRST + WEEK,
                    users=[CY],
                    source="rota",
                    why="Next in the order.",
                ),
                ChampionArrangement(
                    workspace_id=TEAM,
                    journey_id=JOURNEY,
                    id="1",
                    start=FIRST + timedelta(days=6),
                    end=FIRST + timedelta(days=8),
                    users=[BO],
                    source="cover",
                    made_at=NOON,
                ),
            ]
        )
    rota = await read(database)
    assert users(rota, 4) == [(CY,), (BO,), (ANA,), (BO,)]
    assert rota.coming(FIRST, 4)[1].source is Source.COVER


async def test_one_that_cannot_be_read_says_so(database: Database) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        rota = await find_rota(session, TEAM, JOURNEY)
        assert rota
        rota.settings = {**rota.settings, "zone": "Mars/Olympus"}
    with pytest.raises(InvalidRota, match="zone"):
        await read(database)


async def test_many_are_read_in_as_many_queries_as_one(
    database: Database,
) -> None:
    for number in range(5):
        await keep_rota(database, journey_id=f"journey {number}")
    one, counted_for_one = await read_counting(database, ["journey 0"])
    found, counted = await read_counting(database, None)
    assert [rota.journey_id for rota in one] == ["journey 0"]
    assert [rota.journey_id for rota in found] == [f"journey {number}" for number in range(5)]
    assert counted == counted_for_one


async def test_a_journey_without_one_says_so(database: Database) -> None:
    with pytest.raises(NoRota):
        await read(database)


def test_a_moment_survives_being_marked() -> None:
    assert unmark(mark(FIRST)) == FIRST
