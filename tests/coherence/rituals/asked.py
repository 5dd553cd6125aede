"""A round that was asked in the local Slack's workspace, written down directly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from coherence.rituals.ritual import Form, Question, Visibility, questions_stored
from storage.database import Database
from storage.journeys import Journey
from storage.outbox import Delivery, State
from storage.rituals import find_ritual
from tests.support.keeping import keep
from tests.support.people import ONBOARDING
from tests.support.rituals import TEAM, add_journey, ritual_row, round_row
from tests.support.times import NOON

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
    async with database.reading() as session:
        ritual = await find_ritual(session, TEAM, RITUAL)
        journey = await session.get(Journey, (TEAM, journey_id))
    if journey is None:
        await add_journey(database, journey_id)
    if ritual is None:
        asks: dict[str, Any] = {"visibility": visibility, "created_at": now}
        ritual = ritual_row(RITUAL, journey_id, questions=questions_stored(questions), **asks)
        await keep(database, [ritual])
    row = round_row(
        ritual,
        number,
        due_at=now,
        visibility=visibility,
        questions=questions_stored(questions),
        champions=[*champions],
    )
    await keep(database, [row])
    return row.id


async def posted(database: Database, key: str, ts: str = "1.0", now: datetime = NOON) -> None:
    """Have a delivery on record as sent."""
    sent = Delivery(
        workspace_id=TEAM,
        key=key,
        kind="ritual_prompt",
        method="post",
        lane=ONBOARDING,
        facts={},
        due_at=now,
        next_attempt_at=now,
        state=State.SENT.value,
        ts=ts,
    )
    await keep(database, [sent])
