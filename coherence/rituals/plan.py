"""What somebody wants a ritual to be, before it is kept. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from typing import Any, Final, TypeAlias
from uuid import uuid4

from pydantic import ValidationError

from coherence.errors import InvalidAnswers, UnknownCountry, UnknownZone
from coherence.recurrence import (
    Monthly,
    OnDate,
    OnWorkingDay,
    Pattern,
    Recurrence,
    Weekly,
    next_time,
)
from coherence.rituals.planned_questions import PlannedQuestion, question_faults
from coherence.rituals.ritual import (
    Question,
    Ritual,
    RitualKind,
    Visibility,
    questions_stored,
)
from coherence.working_days import place_name
from coherence.zones import find_zone, similar_zones, zone_info
from storage import rituals as table

MAX_NAME: Final = 75
MOST_RETIRED: Final = 24
"""Retired questions that a ritual remembers, so that one that comes back has its history."""

_WHOSE: Final = "Whose public holidays? Please give a country, or keep to the day on holidays too."

_SAME_REWORDED: Final = 0.75
"""How alike two texts are, from 0 to 1, for one to be the other in better words."""


@dataclass(frozen=True)
class RitualPlan:
    """A ritual as it is to be. `seen` is the revision that it was made from, 0 for a new one."""

    id: str
    journey_id: str
    kind: RitualKind
    name: str
    channel_id: str | None
    recurrence: Recurrence
    visibility: Visibility
    questions: tuple[PlannedQuestion, ...]
    open_for: timedelta
    seen: int = 0


@dataclass(frozen=True)
class Rhythm:
    """When a ritual comes, as it was entered."""

    pattern: Pattern | None
    start: date
    time: time
    zone: str
    country: str
    on_holiday: str


@dataclass(frozen=True)
class _Usual:
    pattern: Pattern
    time: time
    open_for: timedelta
    visibility: Visibility
    on_holiday: str


_Alike: TypeAlias = Callable[[Question, PlannedQuestion], bool]

_USUAL: Final[Mapping[RitualKind, _Usual]] = {
    RitualKind.STAND_UP: _Usual(
        Weekly(weekdays=("mon",)), time(9, 30), timedelta(days=1), Visibility.NAMED, "move"
    ),
    RitualKind.SPRINT_REVIEW: _Usual(
        Weekly(weekdays=("fri",), every=2), time(14), timedelta(days=3), Visibility.NAMED, "move"
    ),
    RitualKind.MONTHLY_REVIEW: _Usual(
        Monthly(on=OnWorkingDay(which="first")),
        time(10),
        timedelta(days=5),
        Visibility.CHAMPION,
        "keep",
    ),
    RitualKind.FREE: _Usual(
        Weekly(weekdays=("fri",)), time(15), timedelta(days=1), Visibility.NAMED, "move"
    ),
}


def first_plan(
    kind: RitualKind,
    journey_id: str,
    channel_id: str | None,
    *,
    zone: str,
    country: str | None,
    now: datetime,
) -> RitualPlan:
    """What is offered for a new ritual, without a name and questions yet."""
    usual = _USUAL[kind]
    recurrence = Recurrence.model_validate(
        {
            "pattern": usual.pattern,
            "start": now.astimezone(zone_info(zone)).date(),
            "time": usual.time,
            "zone": zone,
            "country": country,
            "on_holiday": usual.on_holiday if country else "keep",
        }
    )
    return RitualPlan(
        uuid4().hex,
        journey_id,
        kind,
        "",
        channel_id,
        _from_the_next(recurrence, now),
        usual.visibility,
        (),
        usual.open_for,
    )


def plan_of(ritual: Ritual) -> RitualPlan:
    """A ritual as it is, to be changed."""
    return RitualPlan(
        ritual.id,
        ritual.journey_id,
        ritual.kind,
        ritual.name,
        ritual.channel_id,
        ritual.recurrence,
        ritual.visibility,
        tuple(PlannedQuestion(each.text, each.form, each.layer) for each in ritual.asked),
        ritual.open_for,
        ritual.revision,
    )


def recurrence_of(rhythm: Rhythm) -> Recurrence:
    """When a ritual comes. Raises InvalidAnswers by the names of the fields, all at once."""
    zone = find_zone(rhythm.zone)
    faults = {
        "weekdays": None if rhythm.pattern else "Please tick at least one day.",
        "zone": None if zone else str(UnknownZone(rhythm.zone, similar_zones(rhythm.zone))),
        "country": _country_fault(rhythm),
    }
    if found := _found(faults):
        raise InvalidAnswers(found)
    values = {
        "pattern": rhythm.pattern,
        "start": rhythm.start,
        "time": rhythm.time,
        "zone": zone,
        "country": _country(rhythm),
        "on_holiday": rhythm.on_holiday,
    }
    try:
        return Recurrence.model_validate(values)
    except ValidationError:
        raise InvalidAnswers({"start": "Please choose a day that is not so far away."}) from None


def plan_with(plan: RitualPlan, rhythm: Rhythm) -> RitualPlan:
    """A plan that comes as it was entered. Raises InvalidAnswers by the names of the fields, all at once."""
    try:
        return replace(plan, recurrence=recurrence_of(rhythm))
    except InvalidAnswers as error:
        raise InvalidAnswers(_asked_faults(plan) | error.faults) from None


def require_plan(plan: RitualPlan, now: datetime) -> None:
    """Raise InvalidAnswers by the names of the fields, all at once, where a plan can't be kept."""
    if faults := _asked_faults(plan) | _comes_faults(plan.recurrence, now):
        raise InvalidAnswers(faults)


def questions_of(plan: RitualPlan, before: Sequence[Question]) -> tuple[Question, ...]:
    """The plan's questions; those that stay, come back or are reworded keep their ids.

    What is in the plan no more is retired, and kept last.
    """
    left = list(before)
    found = [_take(left, each, _is_same) for each in plan.questions]
    for number, planned in enumerate(plan.questions):
        found[number] = found[number] or _take(left, planned, _is_reworded)
    asked = [
        Question(id=id_ or uuid4().hex[:12], text=each.text, form=each.form, layer=each.layer)
        for each, id_ in zip(plan.questions, found, strict=True)
    ]
    retired = [each.model_copy(update={"retired": True}) for each in left]
    return (*asked, *retired[:MOST_RETIRED])


def says_the_same(plan: RitualPlan, row: table.Ritual, questions: Iterable[Question]) -> bool:
    """Whether a ritual is already what a plan wants."""
    wanted = kept_fields(plan) | {"questions": questions_stored(tuple(questions))}
    return all(getattr(row, name) == value for name, value in wanted.items())


def kept_fields(plan: RitualPlan) -> dict[str, Any]:
    """What a row keeps of a plan beside its questions."""
    return {
        "name": plan.name,
        "channel_id": plan.channel_id,
        "recurrence": plan.recurrence.model_dump(mode="json"),
        "visibility": plan.visibility.value,
        "open_minutes": int(plan.open_for / timedelta(minutes=1)),
    }


def _from_the_next(recurrence: Recurrence, now: datetime) -> Recurrence:
    """The same from its next weekday on, so that of every second week it is the first that counts.

    Every week it is offered from today on, so that whoever ticks an earlier day has it on that day.
    """
    if not isinstance(recurrence.pattern, Weekly) or recurrence.pattern.every == 1:
        return recurrence
    weekly = recurrence.model_copy(
        update={
            "pattern": recurrence.pattern.model_copy(update={"every": 1}),
            "on_holiday": "keep",
        }
    )
    comes = next_time(weekly, now)
    day = comes.astimezone(zone_info(recurrence.zone)).date() if comes else recurrence.start
    return recurrence.model_copy(update={"start": day})


def _needs_country(rhythm: Rhythm) -> bool:
    # A date of the month can leave weekends, which are known everywhere.
    by_date = isinstance(getattr(rhythm.pattern, "on", None), OnDate)
    return rhythm.on_holiday == "skip" or (rhythm.on_holiday == "move" and not by_date)


def _country(rhythm: Rhythm) -> str | None:
    return rhythm.country.strip().upper() or None


def _country_fault(rhythm: Rhythm) -> str | None:
    country = _country(rhythm)
    if country is None:
        return _WHOSE if _needs_country(rhythm) else None
    try:
        place_name(country)
    except UnknownCountry as error:
        return str(error)
    return None


def _found(faults: Mapping[str, str | None]) -> dict[str, str]:
    """The fields in which there is something wrong."""
    return {name: said for name, said in faults.items() if said}


def _asked_faults(plan: RitualPlan) -> dict[str, str]:
    """What is wrong with what is asked, and where."""
    faults = {
        "name": _name_fault(plan.name),
        "channel": None if plan.channel_id else "Please choose the channel that is asked.",
    }
    return _found(faults) | question_faults(plan.kind, plan.questions)


def _comes_faults(recurrence: Recurrence, now: datetime) -> dict[str, str]:
    try:
        comes = next_time(recurrence, now)
    except UnknownZone as error:
        return {"zone": str(error)}
    except UnknownCountry as error:
        return {"country": str(error)}
    return {} if comes else {"cadence": "It would never come on these days; please look again."}


def _name_fault(name: str) -> str | None:
    if not name:
        return "Please give it a name."
    return f"Please use {MAX_NAME} characters at most." if len(name) > MAX_NAME else None


def _take(left: list[Question], planned: PlannedQuestion, alike: _Alike) -> str | None:
    """The id of the first question like this one, which is not left any more then."""
    for each in left:
        if each.layer == planned.layer and alike(each, planned):
            left.remove(each)
            return each.id
    return None


def _is_same(before: Question, planned: PlannedQuestion) -> bool:
    return before.text.casefold() == planned.text.casefold()


def _is_reworded(before: Question, planned: PlannedQuestion) -> bool:
    if before.layer is not None:
        return True
    texts = before.text.casefold(), planned.text.casefold()
    return SequenceMatcher(None, *texts).ratio() >= _SAME_REWORDED
