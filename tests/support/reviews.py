"""Reviews that have been revealed, as rows: what people gave, month after month."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rituals.ritual import Visibility
from coherence.stack.document import Layer
from storage.database import Database
from storage.journeys import Journey
from storage.ritual_answers import RitualAnswer, RitualBallot
from storage.rituals import Ritual, RitualRound
from storage.stewards import Steward
from storage.workspaces import Workspace

TEAM, JOURNEY, RITUAL, CHANNEL = "T0LARKFIELD", "onboarding", "review", "C0ONBOARD"
HANNA, MAYA, TOM, SAM, PRIYA = "U0HANNA", "U0MAYA", "U0TOM", "U0SAM", "U0PRIYA"
FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)

LAYER_QUESTIONS: list[dict[str, object]] = [
    {
        "id": layer.value,
        "text": f"How well does the {layer.value} hold?",
        "form": "both",
        "layer": layer.value,
    }
    for layer in Layer
]

Given = tuple[int | None, str | None]
"""A rating and words."""


async def keep_journey(database: Database, *stewards: str) -> None:
    """The workspace, where it isn't there, and the journey, with these stewards."""
    async with database.transaction() as session:
        if await session.get(Workspace, TEAM) is None:
            session.add(Workspace(id=TEAM, name="Larkfield", created_at=FIRST))
            await session.flush()
        session.add(Journey(workspace_id=TEAM, id=JOURNEY, name="Onboarding", created_at=FIRST))
        for user in stewards:
            session.add(Steward(workspace_id=TEAM, user_id=user, named_by=user, named_at=FIRST))


async def keep_ritual(database: Database, **changes: Any) -> None:
    """A monthly review of the journey, unless `changes` make it something else."""
    usual: dict[str, Any] = {
        "workspace_id": TEAM,
        "id": RITUAL,
        "journey_id": JOURNEY,
        "kind": "monthly_review",
        "name": "Monthly review",
        "channel_id": CHANNEL,
        "recurrence": {
            "pattern": {"kind": "monthly", "on": {"kind": "date", "day": 5}},
            "start": "2026-01-05",
            "time": "09:00",
            "zone": "Europe/London",
        },
        "visibility": "named",
        "questions": LAYER_QUESTIONS,
        "open_minutes": 3 * 24 * 60,
        "created_at": FIRST,
    }
    async with database.transaction() as session:
        session.add(Ritual(**{**usual, **changes}))


async def keep_round(
    database: Database,
    number: int,
    given: Mapping[str, Mapping[str, Given]],
    *,
    closed: bool = True,
    ritual_id: str = RITUAL,
    **changes: Any,
) -> str:
    """The round of that month with what each person gave to each question; returns its id."""
    async with database.transaction() as session:
        ritual = await session.get(Ritual, (TEAM, ritual_id))
        assert ritual is not None
        row = _row(ritual, number, len(given), closed=closed, **changes)
        session.add(row)
        await session.flush()
        _answer(session, row, given)
    return row.id


def alike(rating: int, people: Sequence[str]) -> dict[str, dict[str, Given]]:
    """Everybody gives every layer the same."""
    return {person: {layer.value: (rating, None) for layer in Layer} for person in people}


def _row(ritual: Ritual, number: int, people: int, *, closed: bool, **changes: Any) -> RitualRound:
    due_at = FIRST + timedelta(days=30 * (number - 1))
    usual: dict[str, Any] = {
        "workspace_id": TEAM,
        "id": f"{ritual.id}-{number}",
        "ritual_id": ritual.id,
        "number": number,
        "due_at": due_at,
        "closes_at": due_at + timedelta(days=4),
        "channel_id": ritual.channel_id,
        "visibility": ritual.visibility,
        "questions": ritual.questions,
        "champions": [HANNA],
        "closed_at": due_at + timedelta(days=2) if closed else None,
        "taken_part": people if ritual.visibility == Visibility.ANONYMOUS else None,
    }
    return RitualRound(**{**usual, **changes})


def _answer(
    session: AsyncSession, row: RitualRound, given: Mapping[str, Mapping[str, Given]]
) -> None:
    own = {"workspace_id": TEAM, "round_id": row.id}
    for person, answers in given.items():
        for question, (rating, words) in answers.items():
            said: dict[str, Any] = {
                **own,
                "question_id": question,
                "rating": rating,
                "words": words,
            }
            if row.visibility == Visibility.ANONYMOUS:
                session.add(RitualBallot(**said, id=f"{row.id} {person} {question}"))
            else:
                session.add(RitualAnswer(**said, user_id=person, answered_at=row.due_at))
