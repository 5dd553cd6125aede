"""A ritual with a row in every table of rituals."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import SQLModel

from storage.ritual_answers import RitualReminder
from storage.ritual_review import RitualAction, RitualExplanation
from tests.support.rituals import answer_row, ballot_row, part_row, ritual_row, round_row
from tests.support.times import NOON


def ritual_rows(workspace_id: str, journey_id: str, *people: str) -> Iterator[list[SQLModel]]:
    """Yield the rows of a ritual, with the journey's id, that these people have answered, parents first."""
    own: dict[str, Any] = {"workspace_id": workspace_id}
    asks = {"questions": [{"id": "q", "text": "What did not fit?"}], "created_by": people[0]}
    ritual = ritual_row(journey_id, journey_id, **own, **asks)
    yield [ritual]
    yield [
        round_row(ritual, 1, id=journey_id, champions=[*people]),
        round_row(ritual, 0, id=f"{journey_id} before", closed_at=NOON),
    ]
    said = {"rating": 3, "words": "It held."}
    yield [ballot_row(journey_id, f"{journey_id} ballot", "q", **own, **said)]
    asked = {**own, "round_id": journey_id}
    for number, person in enumerate(people):
        yield [*_of_person(asked, journey_id, person, number)]


def _of_person(
    asked: dict[str, Any], ritual_id: str, person: str, number: int
) -> Iterator[SQLModel]:
    own = {"workspace_id": asked["workspace_id"], "ritual_id": ritual_id}
    in_team = {"workspace_id": asked["workspace_id"]}
    yield answer_row(asked["round_id"], person, "q", rating=4, words="Yes.", **in_team)
    yield part_row(asked["round_id"], person, **in_team)
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
