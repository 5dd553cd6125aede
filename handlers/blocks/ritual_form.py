"""The form in which a ritual is set up, in Block Kit, and what was entered in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from slackblocks import (
    Block,
    DatePicker,
    PlainTextInput,
    StaticSelectMenu,
    TimePicker,
)

from coherence.recurrence import (
    WEEKDAYS,
    Monthly,
    OnDate,
    OnWeekday,
    OnWorkingDay,
    Pattern,
    Recurrence,
    Weekly,
)
from coherence.rituals.plan import (
    MAX_NAME,
    Rhythm,
    RitualPlan,
    plan_with,
)
from coherence.rituals.planned_questions import MAX_QUESTION, PlannedQuestion
from coherence.rituals.ritual import Form, RitualKind, Visibility
from coherence.rituals.setup import RitualForm
from coherence.stack.document import Layer
from handlers.blocks.form_parts import (
    INPUT_ACTION,
    FormField,
    State,
    all_chosen,
    capital,
    channel_menu,
    chosen,
    input_of,
    radio,
    select,
    typed_in,
    weekday_boxes,
    with_choice,
    written,
)
from handlers.blocks.message import modal, section
from handlers.voice import rituals as voice
from handlers.voice.recurrence import how_often
from handlers.voice.ritual_templates import NAMES, TEMPLATES
from handlers.voice.ritual_words import KINDS, VISIBILITIES

FORM_CALLBACK: Final = "ritual_form"

_WEEKS: Final = (1, 2, 3, 4)
_NTH: Final = (1, 2, 3, 4, -1)
_LAST_DAY: Final = 31
_OPEN_HOURS: Final = (1, 2, 4, 8, 24, 48, 72, 120, 168, 336)
_MAX_LINES: Final = 2_400
"""Characters of all questions with their marks, as they are typed."""

_PATTERN: Final[TypeAdapter[Pattern]] = TypeAdapter(Pattern)
_PLAN: Final = TypeAdapter(RitualPlan)


def ritual_form(form: RitualForm, notice: str | None = None) -> dict[str, Any]:
    """The form of a ritual; `notice` stands above all."""
    plan = form.plan
    return modal(
        KINDS[plan.kind],
        [
            *([section("notice", notice)] if notice else []),
            section("about", voice.about_form(form)),
            *_blocks(form),
        ],
        close=voice.CANCEL,
        submit=voice.PREVIEW,
        callback_id=FORM_CALLBACK,
        private_metadata=dump(plan),
    )


def form_answers(view: State) -> RitualPlan:
    """The plan that was entered. Raises InvalidAnswers by the names of the fields."""
    opened, typed = load(view["private_metadata"]), typed_in(view)
    asked = replace(
        opened,
        journey_id=chosen(typed["journey"]) if "journey" in typed else opened.journey_id,
        name=written(typed["name"]),
        channel_id=typed["channel"].get("selected_conversation"),
        visibility=Visibility(chosen(typed["visibility"])),
        questions=_questions(opened.kind, typed),
        open_for=timedelta(minutes=int(chosen(typed["open"]))),
    )
    return plan_with(asked, _rhythm(typed))


def dump(plan: RitualPlan) -> str:
    """A plan as a view's private metadata."""
    held = _PLAN.dump_python(plan, mode="json")
    return json.dumps(held, separators=(",", ":"), ensure_ascii=False)


def load(metadata: str) -> RitualPlan:
    """Read it back."""
    return _PLAN.validate_json(metadata)


def _blocks(form: RitualForm) -> Iterator[Block]:
    for field in _fields(form):
        yield input_of(field, form.plan.seen)
        if field.name == "visibility":
            yield section("sentences", voice.sentences(form.champions))


def _fields(form: RitualForm) -> Iterator[FormField]:
    plan = form.plan
    if len(form.journeys) > 1:
        journeys = {id_: name[:75] for id_, name in form.journeys}
        yield FormField("journey", voice.JOURNEY, select(journeys, plan.journey_id))
    name = PlainTextInput(
        action_id=INPUT_ACTION, initial_value=plan.name or NAMES[plan.kind], max_length=MAX_NAME
    )
    yield FormField("name", voice.NAME, name)
    channel = channel_menu(plan.channel_id, voice.CHANNEL_PLACEHOLDER)
    yield FormField("channel", voice.CHANNEL, channel)
    yield from _question_fields(form)
    yield from _rhythm_fields(plan.recurrence)
    yield FormField("open", voice.OPEN_FOR, _open_menu(plan.open_for), voice.OPEN_HINT)
    visible = {each.value: said for each, said in VISIBILITIES.items()}
    yield FormField("visibility", voice.VISIBILITY, radio(visible, plan.visibility.value))


def _question_fields(form: RitualForm) -> Iterator[FormField]:
    kind = form.plan.kind
    questions = TEMPLATES[kind] if form.is_new else form.plan.questions
    if kind is RitualKind.MONTHLY_REVIEW:
        yield from _layer_fields({each.layer: each for each in questions})
        return
    lines = PlainTextInput(
        action_id=INPUT_ACTION,
        initial_value=voice.question_lines(questions) or None,
        multiline=True,
        max_length=_MAX_LINES,
    )
    yield FormField("questions", voice.QUESTIONS, lines, voice.questions_hint(kind))


def _layer_fields(questions: Mapping[Layer | None, PlannedQuestion]) -> Iterator[FormField]:
    for layer, label in voice.LAYERS.items():
        asked = questions.get(layer)
        line = PlainTextInput(
            action_id=INPUT_ACTION,
            initial_value=asked.text if asked else None,
            max_length=MAX_QUESTION,
        )
        yield FormField(f"layer_{layer.value}", label, line, voice.LAYER_HINT, optional=True)


def _rhythm_fields(recurrence: Recurrence) -> Iterator[FormField]:
    yield FormField("cadence", voice.CADENCE, _cadence_menu(recurrence.pattern))
    days = getattr(recurrence.pattern, "weekdays", ())
    boxes = weekday_boxes(days)
    yield FormField("weekdays", voice.WEEKDAYS, boxes, voice.WEEKDAYS_HINT, optional=True)
    at = TimePicker(action_id=INPUT_ACTION, initial_time=f"{recurrence.time:%H:%M}")
    yield FormField("time", voice.TIME, at)
    zone = PlainTextInput(action_id=INPUT_ACTION, initial_value=recurrence.zone, max_length=60)
    yield FormField("zone", voice.ZONE, zone, voice.ZONE_HINT)
    start = DatePicker(INPUT_ACTION, initial_date=recurrence.start.isoformat())
    yield FormField("start", voice.START, start, voice.START_HINT)
    holidays = select(voice.HOLIDAY_CHOICES, recurrence.on_holiday)
    yield FormField("holidays", voice.HOLIDAYS, holidays)
    country = PlainTextInput(
        action_id=INPUT_ACTION, initial_value=recurrence.country or None, max_length=6
    )
    yield FormField("country", voice.COUNTRY, country, voice.COUNTRY_HINT, optional=True)


def _cadence_menu(pattern: Pattern) -> StaticSelectMenu:
    often = {
        _cadence_value(Weekly(weekdays=WEEKDAYS, every=n)): voice.every_weeks(n) for n in _WEEKS
    }
    often |= {_cadence_value(each): capital(how_often(each)) for each in _monthly()}
    said = (
        voice.every_weeks(pattern.every)
        if isinstance(pattern, Weekly)
        else capital(how_often(pattern))
    )
    value = _cadence_value(pattern)
    return select(with_choice(often, value, said), value)


def _monthly() -> Iterator[Pattern]:
    yield Monthly(on=OnWorkingDay(which="first"))
    yield Monthly(on=OnWorkingDay(which="last"))
    for nth in _NTH:
        for day in WEEKDAYS[:5]:
            yield Monthly(on=OnWeekday(nth=nth, weekday=day))
    for number in (*range(1, 29), _LAST_DAY):
        yield Monthly(on=OnDate(day=number))


def _cadence_value(pattern: Pattern) -> str:
    if isinstance(pattern, Weekly):
        return str(pattern.every)
    return json.dumps(pattern.model_dump(mode="json", exclude_none=True), separators=(",", ":"))


def _pattern(value: str, weekdays: list[str]) -> Pattern | None:
    if not value.isdecimal():
        return _PATTERN.validate_json(value)
    if not weekdays:
        return None
    return Weekly.model_validate({"weekdays": weekdays, "every": int(value)})


def _open_menu(span: timedelta) -> StaticSelectMenu:
    choices = {str(hours * 60): voice.long(timedelta(hours=hours)) for hours in _OPEN_HOURS}
    value = str(int(span / timedelta(minutes=1)))
    return select(with_choice(choices, value, voice.long(span)), value)


def _rhythm(typed: Mapping[str, State]) -> Rhythm:
    return Rhythm(
        _pattern(chosen(typed["cadence"]), all_chosen(typed["weekdays"])),
        date.fromisoformat(typed["start"]["selected_date"]),
        time.fromisoformat(typed["time"]["selected_time"]),
        written(typed["zone"]),
        written(typed["country"]),
        chosen(typed["holidays"]),
    )


def _questions(kind: RitualKind, typed: Mapping[str, State]) -> tuple[PlannedQuestion, ...]:
    if kind is not RitualKind.MONTHLY_REVIEW:
        return voice.questions_in(written(typed["questions"]))
    layers = {layer: written(typed[f"layer_{layer.value}"]) for layer in voice.LAYERS}
    return tuple(PlannedQuestion(text, Form.BOTH, layer) for layer, text in layers.items() if text)
