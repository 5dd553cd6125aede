"""What somebody wants a ritual to be, before it is kept. Pure."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from coherence.rituals.ritual import (
    RATINGS,
    Form,
    Question,
    Ritual,
    RitualKind,
    Visibility,
    questions_stored,
)
from coherence.stack.document import Layer
from coherence.working_days import place_name
from coherence.zones import find_zone, similar_zones, zone_info
from storage import rituals as table

MAX_QUESTIONS: Final = 12
"""Questions of one ritual that are asked: more would not be five minutes."""

MAX_QUESTION: Final = 300
"""Characters of one question."""

MAX_TOGETHER: Final = 1_800
"""Characters of all questions: as many as a window remembers until its preview is saved."""

MAX_NAME: Final = 75
MOST_RETIRED: Final = 24
"""Retired questions that a ritual remembers, so that one that comes back has its history."""

_BEGIN: Final = 40
"""Characters by which a question is known in a sentence about it."""

FROM_TO: Final = r"\s*(?:[-\u2010-\u2015\u2212]|to)\s*"
"""What people type between two numbers, as a regular expression: a dash of any length, or a word."""

_SCALE: Final = re.compile(
    rf"\[\s*(?P<lowest>\d+){FROM_TO}(?P<highest>\d+)(?:[^\]]*\]\s*$|(?:\s*(?:and|\+|,)?\s*words)?\s*\])",
    re.IGNORECASE,
)
"""A scale that nobody could answer on: the one that there is, at the end, has been taken off the text."""

_WHOSE: Final = "Whose public holidays? Please give a country, or keep to the day on holidays too."

_SAME_REWORDED: Final = 0.75
"""How alike two texts are, from 0 to 1, for one to be the other in better words."""


@dataclass(frozen=True)
class PlannedQuestion:
    """A question as it was written."""

    text: str
    form: Form = Form.WORDS
    layer: Layer | None = None


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
    return _found(faults) | _question_faults(plan)


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


def _question_faults(plan: RitualPlan) -> dict[str, str]:
    asked = plan.questions
    field = f"layer_{next(iter(Layer))}" if plan.kind is RitualKind.MONTHLY_REVIEW else "questions"
    if not asked:
        return {field: "Please write at least one question."}
    if len(asked) > MAX_QUESTIONS:
        return {field: f"{len(asked)} questions are too many: {MAX_QUESTIONS} at most, please."}
    if faults := _faults_of_each(asked):
        return faults
    # As a window remembers them, where a quotation mark takes two characters.
    if sum(len(json.dumps(each.text, ensure_ascii=False)) for each in asked) > MAX_TOGETHER:
        return {field: "Together the questions are too long; please make some of them shorter."}
    return {}


def _faults_of_each(asked: Sequence[PlannedQuestion]) -> dict[str, str]:
    """What is wrong with any of the questions, by field, each thing said once."""
    faults: dict[str, dict[str, None]] = {}
    for each in asked:
        if fault := _question_fault(each):
            field = f"layer_{each.layer}" if each.layer else "questions"
            faults.setdefault(field, {})[fault] = None
    for twice in _asked_twice(asked):
        said = f"“{_begin(twice)}” is there twice; please take one of them out."
        faults.setdefault("questions", {})[said] = None
    return {field: " ".join(said) for field, said in faults.items()}


def _question_fault(asked: PlannedQuestion) -> str | None:
    if len(asked.text) > MAX_QUESTION:
        return f"“{_begin(asked.text)}” is longer than {MAX_QUESTION} characters; please make it shorter."
    if scale := _SCALE.search(asked.text):
        written = f"“{scale[0].strip()}”"
        if asked.layer:
            return f"Please leave {written} out: a layer is rated from 1 to 5 anyway."
        if _is_known(scale) and asked.text[scale.end() :]:
            return f"Please put {written} at the end of the line: “{_begin(asked.text)}”."
        return f"{written} can't be used: please end the line with [1-5], or with [1-5 and words]."
    return None


def _is_known(scale: re.Match[str]) -> bool:
    return (int(scale["lowest"]), int(scale["highest"])) == (RATINGS[0], RATINGS[-1])


def _asked_twice(asked: Sequence[PlannedQuestion]) -> Iterator[str]:
    """The texts of questions that are there before, whatever answers they take; layers have one each."""
    known: set[str] = set()
    for each in asked:
        text = each.text.casefold()
        if text in known and each.layer is None:
            yield each.text
        known.add(text)


def _begin(text: str) -> str:
    return text if len(text) <= _BEGIN else f"{text[:_BEGIN].rstrip()}…"


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
