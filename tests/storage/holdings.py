"""A workspace with a row in every table, and what its tables then say."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import SQLModel

from coherence.drift.words import words_of
from coherence.stack.example import example_stack
from coherence.stack.file import stack_content
from storage.check import CheckFinding, NarrativeCheck
from storage.database import Database
from storage.drift import (
    PLACE_BITS,
    DriftCounter,
    DriftEvent,
    DriftEvidence,
    DriftLink,
    DriftMeToo,
    DriftReport,
    DriftWords,
)
from storage.evaluation import EvaluationOutcome, EvaluationRun
from storage.feedback import EVERYBODY, Dismissal, FindingFeedback
from storage.journeys import Journey, JourneyChannel
from storage.outbox import Delivery, DeliveryLane
from storage.policies import CheckPolicy
from storage.processed import ProcessedId
from storage.rereading import Rereading, RereadItem
from storage.schedules import Occurrence, Schedule
from storage.stack import StackDraft, StackVersion
from storage.stack_revisions import StackRevision
from storage.stewards import Steward
from storage.tables import metadata
from storage.usage import ModelUsage
from storage.workspaces import Workspace
from tests.storage.champion_rows import champion_rows
from tests.storage.ritual_rows import ritual_rows
from tests.support.times import NOON

OWN_WORDS = "This is how we say it"
"""In the reason that each person has given for a dismissal."""


async def fill(database: Database, workspace_id: str, *people: str, words: str = "Hello.") -> None:
    """Give a workspace a journey with a published narrative, and each person a check of `words`."""
    async with database.transaction() as session:
        for rows in _rows(workspace_id, people, words):
            session.add_all(rows)
            await session.flush()


async def tables_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    async with database.engine.connect() as connection:
        return {
            table.name: [
                dict(row)
                for row in (
                    await connection.execute(select(table).order_by(*table.primary_key.columns))
                ).mappings()
            ]
            for table in metadata().sorted_tables
        }


async def everything_written(database: Database) -> str:
    """All values of all tables, as one text."""
    held = await tables_of(database)
    return "\n".join(str(value) for rows in held.values() for row in rows for value in row.values())


def _rows(workspace_id: str, people: tuple[str, ...], words: str) -> Iterator[list[SQLModel]]:
    own = {"workspace_id": workspace_id}
    journey = {**own, "journey_id": "j"}
    yield [Workspace(id=workspace_id, name="Larkfield", created_at=NOON)]
    yield [Journey(workspace_id=workspace_id, id="j", name="Onboarding", created_at=NOON)]
    version = StackVersion(
        **journey,
        number=1,
        document=stack_content(example_stack()),
        author=people[0],
        note=f"Agreed with <@{people[0]}>",
        published_at=NOON,
    )
    yield [
        version,
        StackDraft(
            workspace_id=workspace_id,
            journey_id="j",
            document=version.document,
            based_on=1,
            author=people[0],
            edited_at=NOON,
        ),
        StackRevision(
            **journey, number=1, document=version.document, author=people[0], made_at=NOON
        ),
        JourneyChannel(**journey, channel_id="C0ONBOARD"),
        *(Steward(**own, user_id=person, named_by=people[0], named_at=NOON) for person in people),
        ProcessedId(**own, id="1.2.3", processed_at=NOON),
        ModelUsage(workspace_id=workspace_id, day=NOON.date(), model="m", calls=1),
        CheckPolicy(workspace_id=workspace_id, keep="texts", keep_days=90),
    ]
    yield [
        Rereading(
            workspace_id=workspace_id,
            journey_id="j",
            version=1,
            told_to=people[0],
            created_at=NOON,
            tell_at=NOON,
        )
    ]
    yield [EvaluationRun(**journey, id="run", stack_version=1, model="m", finished_at=NOON)]
    yield [
        EvaluationOutcome(**own, run_id="run", example_id="E1", expected="fits", verdict="conflict")
    ]
    schedule = Schedule(
        workspace_id=workspace_id,
        id="s",
        kind="k",
        subject_id="j",
        recurrence={"every": 1},
        zone="UTC",
        next_run_at=NOON,
    )
    yield [schedule]
    yield [Occurrence(workspace_id=workspace_id, schedule_id="s", due_at=NOON, recorded_at=NOON)]
    yield [each for place in ("C0ONBOARD", *people) for each in _delivery(workspace_id, place)]
    slot = sum(map(ord, workspace_id))
    yield [DriftCounter(workspace_id=workspace_id, slot=slot, last_number=len(people))]
    for number, person in enumerate(people, start=1):
        yield from _drift(workspace_id, slot, number, person, words)
    yield from champion_rows(workspace_id, "j", *people)
    yield from ritual_rows(workspace_id, "j", *people)
    for number, person in enumerate(people):
        yield from _check(workspace_id, f"check {number}", person, words)


def _delivery(workspace_id: str, place: str) -> list[SQLModel]:
    user_id = None if place.startswith("C") else place
    delivery = Delivery(
        workspace_id=workspace_id,
        lane=place,
        key=f"s {place}" if user_id is None else uuid4().hex,
        kind="k",
        method="post",
        user_id=user_id,
        facts={"about": "<@U0MAYA>"},
        schedule_id="s",
        due_at=NOON,
        next_attempt_at=NOON,
    )
    lane = DeliveryLane(workspace_id=workspace_id, lane=place, user_id=user_id, free_at=NOON)
    return [lane, delivery]


def _drift(
    workspace_id: str, slot: int, number: int, person: str, words: str
) -> Iterator[list[SQLModel]]:
    yield [
        DriftReport(
            workspace_id=workspace_id,
            number=number,
            journey_id="j",
            severity="small",
            statement_ids=["P1"],
            summary=f"<@{person}> was told something else",
            reporter=person,
            owner=person,
            reported_at=NOON,
            changed_at=NOON,
        )
    ]
    part: dict[str, Any] = {"workspace_id": workspace_id, "number": number}
    yield [
        DriftEvidence(
            **part,
            id=1,
            kind="message",
            text=words,
            author=person,
            channel_id="C0ONBOARD",
            message_ts="1.2",
            added_by=person,
            added_at=NOON,
        ),
        DriftEvent(
            **part,
            id=1,
            what="owner",
            after=person,
            note=f"Ask <@{person}>",
            actor=person,
            happened_at=NOON,
        ),
        DriftLink(**part, id=1, kind="report", target="2", added_by=person, added_at=NOON),
        DriftMeToo(**part, user_id=person, noticed_at=NOON),
        DriftWords(**part, place=(slot << PLACE_BITS) + number, words=" ".join(words_of(words))),
    ]


def _check(workspace_id: str, check_id: str, person: str, words: str) -> Iterator[list[SQLModel]]:
    yield [
        NarrativeCheck(
            workspace_id=workspace_id,
            id=check_id,
            journey_id="j",
            stack_version=1,
            user_id=person,
            text=words,
            verdict="conflict",
            judged_by=["rules"],
            checked_at=NOON,
            model="m",
            prompt_version="1",
            judged_at=NOON,
            rewrite=f"Put differently: {words}",
        )
    ]
    yield [
        *(
            Dismissal(
                workspace_id=workspace_id,
                journey_id="j",
                line_id=f"P{check_id[-1]}",
                sentence="f",
                user_id=whom,
                dismissed_by=person,
                reason=f"{OWN_WORDS} of {person}",
                dismissed_at=NOON,
            )
            for whom in (person, EVERYBODY)
        ),
        CheckFinding(
            workspace_id=workspace_id,
            check_id=check_id,
            position=0,
            source="rule",
            relation="term",
            severity="low",
            start=0,
            end=len(words),
            quote=words,
            statement="s",
            why=f"It says: {words}",
            suggestion=f"Rather: {words}",
        ),
    ]
    yield [
        RereadItem(
            workspace_id=workspace_id,
            journey_id="j",
            version=1,
            position=int(check_id[-1]),
            check_id=check_id,
            read_at=NOON,
            worse=["P1"],
        ),
        FindingFeedback(
            workspace_id=workspace_id,
            check_id=check_id,
            position=0,
            user_id=person,
            helpful=True,
            given_at=NOON,
        ),
    ]
