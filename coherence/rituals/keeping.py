"""Keep what somebody wants a ritual to be: its row and its schedule, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.errors import ChangedMeanwhile, InvalidAnswers, NoRitual
from coherence.rituals.plan import RitualPlan, kept_fields, questions_of, says_the_same
from coherence.rituals.ritual import (
    questions_stored,
    ritual_value,
    schedule_id,
    schedule_kind,
)
from coherence.schedules import NewSchedule, Schedules
from coherence.stewards import Person
from storage import rituals as table
from storage.schedules import lock_schedule

MAX_RITUALS: Final = 20
"""Rituals of one journey."""


async def lock_with_schedule(
    session: AsyncSession, workspace_id: str, ritual_id: str
) -> table.Ritual | None:
    """A ritual to be changed with its schedule, or None."""
    # The schedule first, as it is when it is due: two who wait for each other would wait for ever.
    await lock_schedule(session, workspace_id, schedule_id(ritual_id))
    return await table.lock_ritual(session, workspace_id, ritual_id)


async def lock_living(session: AsyncSession, workspace_id: str, ritual_id: str) -> table.Ritual:
    """The same for a ritual that is there and has not ended. Raises NoRitual."""
    row = await lock_with_schedule(session, workspace_id, ritual_id)
    if row is None or row.ended_at is not None:
        raise NoRitual
    return row


async def add_ritual(
    session: AsyncSession, schedules: Schedules, person: Person, plan: RitualPlan, *, now: datetime
) -> table.Ritual:
    """Keep a new ritual, due from now on. Raises NoRitual, InvalidAnswers."""
    if plan.seen:
        raise NoRitual
    others = await table.list_rituals(session, person.workspace_id, plan.journey_id)
    if len(others) >= MAX_RITUALS:
        raise InvalidAnswers({"name": f"A journey can have {MAX_RITUALS} rituals."})
    require_own_name(plan, others)
    row = table.Ritual(
        workspace_id=person.workspace_id,
        id=plan.id,
        journey_id=plan.journey_id,
        kind=plan.kind.value,
        questions=questions_stored(questions_of(plan, ())),
        created_by=person.user_id,
        created_at=now,
        **kept_fields(plan),
    )
    session.add(row)
    new = NewSchedule(
        row.workspace_id,
        schedule_id(row.id),
        schedule_kind(plan.kind),
        row.recurrence,
        plan.recurrence.zone,
        subject_id=row.id,
    )
    await schedules.add(session, new)
    return row


async def change_ritual(
    session: AsyncSession, schedules: Schedules, row: table.Ritual, plan: RitualPlan
) -> None:
    """Have a ritual be what a plan wants, from its next time on. Raises NoRitual, ChangedMeanwhile."""
    if row.ended_at is not None:
        raise NoRitual
    questions = questions_of(plan, ritual_value(row).questions)
    if says_the_same(plan, row, questions):
        return
    require_seen(plan, row)
    require_own_name(plan, await table.list_rituals(session, row.workspace_id, plan.journey_id))
    is_moved = row.recurrence != plan.recurrence.model_dump(mode="json")
    for name, value in kept_fields(plan).items():
        setattr(row, name, value)
    row.questions = questions_stored(questions)
    row.revision += 1
    if is_moved:
        place = (row.workspace_id, schedule_id(row.id))
        await schedules.change(session, *place, row.recurrence)
        schedule = await lock_schedule(session, *place)
        if schedule is not None:
            schedule.zone = plan.recurrence.zone


def require_own_name(plan: RitualPlan, living: Sequence[table.Ritual]) -> None:
    """Raise InvalidAnswers where another of the journey's `living` rituals has a plan's name.

    Case and spaces don't count. One that had its name before may keep it.
    """
    names = {each.id: _folded(each.name) for each in living}
    wanted = _folded(plan.name)
    if names.pop(plan.id, None) != wanted and wanted in names.values():
        said = (
            f"This journey has a ritual called “{plan.name}” already; please choose another name."
        )
        raise InvalidAnswers({"name": said})


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def require_seen(plan: RitualPlan, row: table.Ritual | None) -> None:
    """Raise ChangedMeanwhile where a plan was made from another ritual than this, NoRitual after its end."""
    if row is not None and row.ended_at is not None:
        raise NoRitual
    if plan.seen != (row.revision if row else 0):
        raise ChangedMeanwhile
