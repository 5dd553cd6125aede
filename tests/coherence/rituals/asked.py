"""A round that was asked in the local Slack's workspace, written down directly."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coherence.rituals.ritual import Form, Question, RitualKind, Visibility, questions_stored
from storage.database import Database
from storage.journeys import Journey
from storage.outbox import Delivery, State
from storage.ritual_answers import close_ballots
from storage.rituals import Ritual, RitualRound, find_ritual, lock_round
from storage.workspaces import register_workspace
from tests.support.times import NOON

TEAM, CHANNEL = "T0LARKFIELD", "C0ONBOARD"
RITUAL = "r"

RATED = Question(id="fit", text="Does the story hold?", form=Form.RATING)
WORDED = Question(id="gap", text="What did not fit?", form=Form.WORDS)
BOTH = Question(id="both", text="How present is the vision?", form=Form.BOTH)


async def ask(
    database: Database,
    visibility: Visibility = Visibility.NAMED,
    questions: Sequence[Question] = (BOTH, WORDED),
    *,
    number: int = 1,
    champions: Sequence[str] = (),
    journey_id: str = "j",
    now: datetime = NOON,
) -> str:
    """Have a round asked; returns its id."""
    round_id = f"{RITUAL}{number}"
    async with database.transaction() as session:
        if await find_ritual(session, TEAM, RITUAL) is None:
            await register_workspace(session, TEAM, name="Larkfield", now=now)
            if await session.get(Journey, (TEAM, journey_id)) is None:
                session.add(
                    Journey(workspace_id=TEAM, id=journey_id, name="Onboarding", created_at=now)
                )
                await session.flush()
            session.add(_ritual(visibility, questions, journey_id, now))
            await session.flush()
        session.add(
            RitualRound(
                workspace_id=TEAM,
                id=round_id,
                ritual_id=RITUAL,
                number=number,
                due_at=now,
                closes_at=now + timedelta(hours=4),
                channel_id=CHANNEL,
                visibility=visibility,
                questions=questions_stored(questions),
                champions=[*champions],
            )
        )
    return round_id


async def close(database: Database, round_id: str, now: datetime = NOON) -> None:
    """Close a round, as its time does."""
    async with database.transaction() as session:
        row = await lock_round(session, TEAM, round_id)
        assert row is not None
        row.closed_at = now
        if row.visibility == Visibility.ANONYMOUS:
            row.taken_part = await close_ballots(session, TEAM, round_id)


async def posted(database: Database, key: str, ts: str = "1.0", now: datetime = NOON) -> None:
    """Have a delivery on record as sent."""
    async with database.transaction() as session:
        session.add(
            Delivery(
                workspace_id=TEAM,
                key=key,
                kind="ritual_prompt",
                method="post",
                lane=CHANNEL,
                facts={},
                due_at=now,
                next_attempt_at=now,
                state=State.SENT.value,
                ts=ts,
            )
        )


def _ritual(
    visibility: Visibility, questions: Sequence[Question], journey_id: str, now: datetime
) -> Ritual:
    return Ritual(
        workspace_id=TEAM,
        id=RITUAL,
        journey_id=journey_id,
        kind=RitualKind.FREE,
        name="Friday look",
        channel_id=CHANNEL,
        recurrence={
            "pattern": {"kind": "weekly", "weekdays": ["fri"]},
            "start": "2026-01-01",
            "time": "09:30",
            "zone": "UTC",
        },
        visibility=visibility,
        questions=questions_stored(questions),
        open_minutes=240,
        created_at=now,
    )
