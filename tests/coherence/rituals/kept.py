"""Rounds with their answers, written down directly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rituals.ritual import (
    Form,
    Question,
    Round,
    Visibility,
    questions_stored,
    round_value,
)
from storage.database import Database
from storage.ritual_answers import RitualAnswer, RitualBallot
from storage.rituals import Ritual, find_round
from tests.support.keeping import keep
from tests.support.rituals import (
    TEAM,
    add_journey,
    answer_row,
    ballot_row,
    close_round,
    ritual_row,
    round_row,
    weekly,
)
from tests.support.times import NOON

FIT = Question(id="fit", text="Does the story hold?", form=Form.BOTH)
GAP = Question(id="gap", text="What did not fit?", form=Form.WORDS)
MONDAYS = weekly("mon", zone="Pacific/Auckland")


async def found(database: Database, *journeys: str) -> None:
    """Found a workspace with these journeys; their names are their ids with a capital."""
    for each in journeys:
        await add_journey(database, each, name=each.title())


async def keep_ritual(
    database: Database, ritual_id: str, *, journey_id: str = "signup", **values: Any
) -> None:
    """Put a ritual on record; its name is its id with a capital, its zone Auckland's."""
    await keep(database, [_ritual(ritual_id, journey_id, **values)])


async def keep_round(
    database: Database,
    ritual_id: str,
    visibility: Visibility,
    *,
    number: int = 1,
    due_at: datetime = NOON,
    questions: Sequence[Question] = (FIT, GAP),
    **values: Any,
) -> str:
    """Put a round that is open on record; return its id."""
    asked = questions_stored(questions)
    row = round_row(
        _ritual(ritual_id, visibility=visibility, questions=asked), number, due_at=due_at, **values
    )
    await keep(database, [row])
    return row.id


def _ritual(ritual_id: str, journey_id: str = "signup", **values: Any) -> Ritual:
    usual: dict[str, Any] = {
        "name": ritual_id.title(),
        "recurrence": MONDAYS,
        "questions": questions_stored([FIT, GAP]),
        "open_minutes": 60,
    }
    return ritual_row(ritual_id, journey_id, **{**usual, **values})


def answer(round_id: str, user_id: str, question: Question = FIT, **said: Any) -> RitualAnswer:
    """What somebody answers under their name."""
    return answer_row(round_id, user_id, question.id, **said)


def ballot(round_id: str, key: str, question: Question = FIT, **said: Any) -> RitualBallot:
    """What somebody answers without a name, under a key."""
    return ballot_row(round_id, key, question.id, **said)


async def close(database: Database, round_id: str) -> Round:
    """Close a round; returns it as it is then."""
    await close_round(database, round_id)
    return await the_round(database, round_id)


async def the_round(database: Database, round_id: str) -> Round:
    """A round as it is."""
    async with database.reading() as session:
        row = await find_round(session, TEAM, round_id)
        assert row is not None
        return round_value(row)


async def insert_all(session: AsyncSession, rows: Sequence[SQLModel]) -> None:
    """Put many rows of a kind on record at once."""
    await session.exec(insert(type(rows[0])), params=[row.model_dump() for row in rows])
