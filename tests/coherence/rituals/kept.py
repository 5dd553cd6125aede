"""Rounds with their answers, written down directly."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
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
from storage.journeys import Journey
from storage.ritual_answers import RitualAnswer, RitualBallot, RitualPart, close_ballots
from storage.rituals import Ritual, RitualRound, find_round, lock_round
from storage.workspaces import register_workspace
from tests.support.times import NOON

TEAM = "T0LARK"
FIT = Question(id="fit", text="Does the story hold?", form=Form.BOTH)
GAP = Question(id="gap", text="What did not fit?", form=Form.WORDS)


async def found(database: Database, *journeys: str) -> None:
    """Found a workspace with these journeys; their names are their ids with a capital."""
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
        session.add_all(
            Journey(workspace_id=TEAM, id=each, name=each.title(), created_at=NOON)
            for each in journeys
        )


async def keep_ritual(
    database: Database, ritual_id: str, *, journey_id: str = "signup", **values: Any
) -> None:
    """Put a ritual on record; its name is its id with a capital, its zone Auckland's."""
    usual: dict[str, Any] = {
        "kind": "free",
        "name": ritual_id.title(),
        "channel_id": "C0ONBOARD",
        "recurrence": {
            "pattern": {"kind": "weekly", "weekdays": ["mon"]},
            "start": "2026-01-01",
            "time": "09:30",
            "zone": "Pacific/Auckland",
        },
        "visibility": Visibility.NAMED,
        "questions": questions_stored([FIT, GAP]),
        "open_minutes": 60,
        "created_at": NOON,
    }
    row = Ritual(workspace_id=TEAM, id=ritual_id, journey_id=journey_id, **{**usual, **values})
    await keep(database, [row])


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
    round_id = f"{ritual_id} {number}"
    row = RitualRound(
        workspace_id=TEAM,
        id=round_id,
        ritual_id=ritual_id,
        number=number,
        due_at=due_at,
        closes_at=due_at + timedelta(hours=1),
        channel_id="C0ONBOARD",
        visibility=visibility,
        questions=questions_stored(questions),
        **values,
    )
    await keep(database, [row])
    return round_id


async def keep(database: Database, rows: Iterable[SQLModel]) -> None:
    """Put rows on record, in their order."""
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()


def answer(round_id: str, user_id: str, question: Question = FIT, **said: Any) -> RitualAnswer:
    """What somebody answers under their name."""
    usual: dict[str, Any] = {"answered_at": NOON}
    return RitualAnswer(
        workspace_id=TEAM,
        round_id=round_id,
        user_id=user_id,
        question_id=question.id,
        **{**usual, **said},
    )


def ballot(round_id: str, key: str, question: Question = FIT, **said: Any) -> RitualBallot:
    """What somebody answers without a name, under a key."""
    return RitualBallot(
        workspace_id=TEAM, id=key, round_id=round_id, question_id=question.id, **said
    )


def part(round_id: str, user_id: str, *, done: bool = True) -> RitualPart:
    """That somebody takes part without a name."""
    return RitualPart(workspace_id=TEAM, round_id=round_id, user_id=user_id, done=done)


async def close(database: Database, round_id: str, now: datetime = NOON) -> Round:
    """Close a round."""
    async with database.transaction() as session:
        row = await lock_round(session, TEAM, round_id)
        assert row is not None
        row.closed_at = now
        if row.visibility == Visibility.ANONYMOUS:
            row.taken_part = await close_ballots(session, TEAM, round_id)
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
