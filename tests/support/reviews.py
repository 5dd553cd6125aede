"""Reviews that have been revealed, as rows: what people gave, month after month."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from coherence.rituals.ritual import Visibility
from coherence.stack.document import Layer
from storage.database import Database
from storage.ritual_answers import RitualAnswer, RitualBallot
from storage.ritual_review import RitualAction
from storage.rituals import Ritual, RitualRound
from storage.stewards import Steward
from tests.support.keeping import keep
from tests.support.rituals import (
    TEAM,
    add_journey,
    answer_row,
    ballot_row,
    ritual_row,
    round_row,
)

JOURNEY, RITUAL = "onboarding", "review"
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
    await add_journey(database, JOURNEY, created_at=FIRST)
    named = [
        Steward(workspace_id=TEAM, user_id=user, named_by=user, named_at=FIRST) for user in stewards
    ]
    await keep(database, named)


async def keep_ritual(database: Database, **changes: Any) -> None:
    """A monthly review of the journey, unless `changes` make it something else."""
    usual: dict[str, Any] = {
        "journey_id": JOURNEY,
        "kind": "monthly_review",
        "name": "Monthly review",
        "recurrence": {
            "pattern": {"kind": "monthly", "on": {"kind": "date", "day": 5}},
            "start": "2026-01-05",
            "time": "09:00",
            "zone": "Europe/London",
        },
        "questions": LAYER_QUESTIONS,
        "open_minutes": 3 * 24 * 60,
        "created_at": FIRST,
    }
    await keep(database, [ritual_row(RITUAL, **{**usual, **changes})])


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
    async with database.reading() as session:
        ritual = await session.get(Ritual, (TEAM, ritual_id))
    assert ritual is not None
    row = _row(ritual, number, len(given), closed=closed, **changes)
    await keep(database, [row, *_answers(row, given)])
    return row.id


def action_row(
    round_id: str, slot: int, owner: str, due_on: date, *, ritual_id: str = RITUAL, **columns: Any
) -> RitualAction:
    """What somebody is to do until a day, as the form's action of that number."""
    usual: dict[str, Any] = {"workspace_id": TEAM, "text": f"Action {slot}", "made_at": FIRST}
    given = {"ritual_id": ritual_id, "round_id": round_id, "owner": owner, "due_on": due_on}
    return RitualAction(**{**usual, **given, "id": f"{round_id}:{slot}", **columns})


def alike(rating: int, people: Sequence[str]) -> dict[str, dict[str, Given]]:
    """Everybody gives every layer the same."""
    return {person: {layer.value: (rating, None) for layer in Layer} for person in people}


def _row(ritual: Ritual, number: int, people: int, *, closed: bool, **changes: Any) -> RitualRound:
    due_at = FIRST + timedelta(days=30 * (number - 1))
    usual: dict[str, Any] = {
        "id": f"{ritual.id}-{number}",
        "closes_at": due_at + timedelta(days=4),
        "champions": [HANNA],
        "closed_at": due_at + timedelta(days=2) if closed else None,
        "taken_part": people if ritual.visibility == Visibility.ANONYMOUS else None,
    }
    return round_row(ritual, number, **{"due_at": due_at, **usual, **changes})


def _answers(
    row: RitualRound, given: Mapping[str, Mapping[str, Given]]
) -> Iterator[RitualAnswer | RitualBallot]:
    for person, answers in given.items():
        for question, (rating, words) in answers.items():
            said: dict[str, Any] = {"rating": rating, "words": words}
            if row.visibility == Visibility.ANONYMOUS:
                yield ballot_row(row.id, f"{row.id} {person} {question}", question, **said)
            else:
                yield answer_row(row.id, person, question, answered_at=row.due_at, **said)
