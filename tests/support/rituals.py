"""Rituals for tests: rows as set-up writes them, and what the bot then says in the local Slack."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from coherence.recurrence import Recurrence, next_time
from coherence.rituals import letters
from coherence.rituals.ritual import (
    Form,
    Question,
    RitualKind,
    Visibility,
    questions_stored,
    schedule_id,
    schedule_kind,
)
from coherence.stack.document import Layer
from storage.database import Database
from storage.journeys import Journey
from storage.outbox import Delivery, State, add_deliveries
from storage.ritual_answers import (
    RitualAnswer,
    RitualBallot,
    RitualPart,
    RitualReminder,
    close_ballots,
)
from storage.rituals import Ritual, RitualRound, lock_round
from storage.schedules import Schedule, add_schedule
from storage.workspaces import register_workspace
from tests.support.keeping import keep
from tests.support.people import ONBOARDING
from tests.support.times import NOON

TEAM = "T0LARKFIELD"
RITUAL = "ritual"

WORDS = Question(id="q1", text="What did not fit the story yesterday?")
RATING = Question(id="q2", text="How well did yesterday fit the story?", form=Form.RATING)
LAYERS = tuple(
    Question(
        id=layer.value, text=f"How coherent is our {layer.value}?", form=Form.BOTH, layer=layer
    )
    for layer in Layer
)


def weekly(*weekdays: str, zone: str = "UTC") -> dict[str, Any]:
    """At half past nine on these days of each week, from the beginning of the year on."""
    return {
        "pattern": {"kind": "weekly", "weekdays": [*weekdays]},
        "start": "2026-01-01",
        "time": "09:30",
        "zone": zone,
    }


DAILY = weekly("mon", "tue", "wed", "thu", "fri", zone="Europe/London")


@dataclass(frozen=True)
class Asked:
    """What a test's ritual is; whatever a test doesn't care about has a default."""

    kind: RitualKind = RitualKind.STAND_UP
    visibility: Visibility = Visibility.NAMED
    questions: Sequence[Question] = (WORDS,)
    recurrence: dict[str, Any] = field(default_factory=lambda: DAILY)
    open_minutes: int = 240
    channel_id: str = ONBOARDING
    name: str = "Daily question"
    id: str = RITUAL
    created_by: str | None = "U0HANNA"


def ritual_row(ritual_id: str = RITUAL, journey_id: str = "journey", **columns: Any) -> Ritual:
    """A ritual on Fridays with one question, except for these columns."""
    usual: dict[str, Any] = {
        "workspace_id": TEAM,
        "kind": RitualKind.FREE.value,
        "name": "Friday look",
        "channel_id": ONBOARDING,
        "recurrence": weekly("fri"),
        "visibility": Visibility.NAMED.value,
        "questions": questions_stored([WORDS]),
        "open_minutes": 240,
        "created_at": NOON,
    }
    return Ritual(**{**usual, "id": ritual_id, "journey_id": journey_id, **columns})


def round_row(
    ritual: Ritual, number: int = 1, *, due_at: datetime = NOON, **columns: Any
) -> RitualRound:
    """A round that asks what its ritual asks, and is open as long, except for these columns."""
    usual: dict[str, Any] = {
        "workspace_id": ritual.workspace_id,
        "id": f"{ritual.id} {number}",
        "closes_at": due_at + timedelta(minutes=ritual.open_minutes),
        "channel_id": ritual.channel_id,
        "visibility": ritual.visibility,
        "questions": ritual.questions,
    }
    given = {"ritual_id": ritual.id, "number": number, "due_at": due_at}
    return RitualRound(**{**usual, **given, **columns})


def answer_row(round_id: str, user_id: str, question_id: str, **columns: Any) -> RitualAnswer:
    """What somebody answers under their name: a rating, words, or both."""
    usual: dict[str, Any] = {"workspace_id": TEAM, "answered_at": NOON}
    given = {"round_id": round_id, "user_id": user_id, "question_id": question_id}
    return RitualAnswer(**{**usual, **given, **columns})


def ballot_row(round_id: str, ballot_id: str, question_id: str, **columns: Any) -> RitualBallot:
    """What somebody answers without a name: a rating, words, or both."""
    given = {"round_id": round_id, "id": ballot_id, "question_id": question_id}
    return RitualBallot(**{"workspace_id": TEAM, **given, **columns})


def part_row(round_id: str, user_id: str, **columns: Any) -> RitualPart:
    """That somebody has taken part without a name."""
    usual: dict[str, Any] = {"workspace_id": TEAM, "done": True}
    return RitualPart(**{**usual, "round_id": round_id, "user_id": user_id, **columns})


async def add_journey(database: Database, journey_id: str = "journey", **columns: Any) -> str:
    """Add a journey, and the workspace where it isn't there; returns the journey's id."""
    usual: dict[str, Any] = {"name": "Onboarding", "created_at": NOON}
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
        await session.flush()
        session.add(Journey(workspace_id=TEAM, id=journey_id, **{**usual, **columns}))
    return journey_id


async def add_ritual(
    database: Database, journey_id: str, asked: Asked | None = None, *, now: datetime = NOON
) -> Ritual:
    """Add a ritual with its schedule, due from `now` on."""
    asked = asked or Asked()
    ritual = ritual_row(
        asked.id,
        journey_id,
        kind=asked.kind.value,
        name=asked.name,
        channel_id=asked.channel_id,
        recurrence=asked.recurrence,
        visibility=asked.visibility.value,
        questions=questions_stored(asked.questions),
        open_minutes=asked.open_minutes,
        created_by=asked.created_by,
        created_at=now,
    )
    schedule = Schedule(
        workspace_id=TEAM,
        id=schedule_id(asked.id),
        kind=schedule_kind(asked.kind),
        subject_id=asked.id,
        recurrence=asked.recurrence,
        zone=str(asked.recurrence["zone"]),
        next_run_at=next_time(Recurrence.model_validate(asked.recurrence), now),
    )
    async with database.transaction() as session:
        session.add(ritual)
        await add_schedule(session, schedule)
    return ritual


async def add_round(
    database: Database,
    ritual: Ritual,
    *,
    due_at: datetime = NOON,
    number: int = 1,
    ts: str | None = "1.0",
    **columns: Any,
) -> RitualRound:
    """Add a round of a ritual that is open, posted already at `ts`; without it, never posted."""
    row = round_row(ritual, number, due_at=due_at, **{"id": uuid4().hex, **columns})
    async with database.transaction() as session:
        session.add(row)
        if ts is not None:
            await add_deliveries(session, [_posted(row, ts)], machine_now=due_at)
    return row


def _posted(row: RitualRound, ts: str) -> Delivery:
    sent = letters.prompt(row).row(row.workspace_id, due_at=row.due_at, now=row.due_at)
    sent.state, sent.ts, sent.settled_at = State.SENT.value, ts, row.due_at
    return sent


async def add_answers(
    database: Database, row: RitualRound, *people: str, rating: int = 3, late: bool = False
) -> None:
    """Have people answer every question of a round; of an anonymous one, that they took part."""
    if row.visibility == Visibility.ANONYMOUS:
        await keep(database, [part_row(row.id, each) for each in people])
        return
    said = {"rating": rating, "words": "As it should.", "late": late, "answered_at": row.due_at}
    answers = [
        answer_row(row.id, person, str(question["id"]), **said)
        for person in people
        for question in row.questions
    ]
    await keep(database, answers)


async def close_round(database: Database, round_id: str, now: datetime = NOON) -> None:
    """Close a round as its time does, without telling anybody."""
    async with database.transaction() as session:
        row = await lock_round(session, TEAM, round_id)
        assert row is not None
        row.closed_at = now
        if row.visibility == Visibility.ANONYMOUS:
            row.taken_part = await close_ballots(session, TEAM, round_id)


async def add_reminder(
    database: Database, ritual: Ritual, user_id: str, how_often: str, zone: str | None = None
) -> None:
    """Have somebody ask to be reminded of a ritual."""
    reminder = RitualReminder(
        workspace_id=ritual.workspace_id,
        ritual_id=ritual.id,
        user_id=user_id,
        how_often=how_often,
        zone=zone,
    )
    await keep(database, [reminder])
