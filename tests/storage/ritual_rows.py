"""A ritual with a row in every table of rituals."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import SQLModel

from storage.ritual_answers import RitualAnswer, RitualBallot, RitualPart, RitualReminder
from storage.ritual_review import RitualAction, RitualExplanation
from storage.rituals import Ritual, RitualRound
from tests.support.times import NOON


def ritual_rows(workspace_id: str, journey_id: str, *people: str) -> Iterator[list[SQLModel]]:
    """Yield the rows of a ritual, with the journey's id, that these people have answered, parents first."""
    own: dict[str, Any] = {"workspace_id": workspace_id}
    yield [
        Ritual(
            **own,
            id=journey_id,
            journey_id=journey_id,
            kind="free",
            name="Friday",
            channel_id="C0ONBOARD",
            recurrence={
                "pattern": {"kind": "weekly", "weekdays": ["fri"]},
                "start": "2026-01-01",
                "time": "09:30",
                "zone": "UTC",
            },
            visibility="named",
            questions=[{"id": "q", "text": "What did not fit?"}],
            open_minutes=60,
            created_by=people[0],
            created_at=NOON,
        )
    ]
    yield [
        _round(own, journey_id, id=journey_id, number=1, champions=[*people]),
        _round(own, journey_id, id=f"{journey_id} before", number=0, closed_at=NOON),
    ]
    asked = {**own, "round_id": journey_id}
    yield [
        RitualBallot(
            **asked, id=f"{journey_id} ballot", question_id="q", rating=3, words="It held."
        ),
    ]
    for number, person in enumerate(people):
        yield [*_of_person(asked, journey_id, person, number)]


def _round(own: dict[str, Any], ritual_id: str, **values: Any) -> RitualRound:
    return RitualRound(
        **own,
        ritual_id=ritual_id,
        due_at=NOON,
        closes_at=NOON,
        channel_id="C0ONBOARD",
        visibility="named",
        questions=[{"id": "q", "text": "What did not fit?"}],
        **values,
    )


def _of_person(
    asked: dict[str, Any], ritual_id: str, person: str, number: int
) -> Iterator[SQLModel]:
    own = {"workspace_id": asked["workspace_id"], "ritual_id": ritual_id}
    yield RitualAnswer(
        **asked, user_id=person, question_id="q", rating=4, words="Yes.", answered_at=NOON
    )
    yield RitualPart(**asked, user_id=person, done=True)
    yield RitualReminder(**own, user_id=person, how_often="once")
    yield RitualExplanation(**asked, question_id="q", user_id=person)
    yield RitualAction(
        **own,
        round_id=asked["round_id"],
        id=f"{ritual_id} action {number}",
        text=f"Ask <@{person}>",
        owner=person,
        due_on=NOON.date(),
        made_by=person,
        made_at=NOON,
    )
