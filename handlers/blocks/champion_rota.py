"""Setting up a rota, in Block Kit: the form, the preview with the order, and what was saved."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DatePicker,
    DividerBlock,
    Option,
    OverflowMenu,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
    TimePicker,
    UserMultiSelectMenu,
)

from coherence.champion.plan import (
    MAX_PEOPLE,
    WORKING_WEEK,
    RotaPlan,
    regrouped,
    validated_settings,
)
from coherence.champion.rotas import RotaForm, RotaPreview, RotaSaved
from coherence.champion.settings import RotaSettings
from coherence.rota.document import Cadence
from coherence.rota.fields import Weekday
from handlers.blocks.champion_actions import SET_UP
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
from handlers.blocks.message import modal, plain_modal, section, whole_lines
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_rota as voice
from handlers.voice.champion_cadence import how_often

FORM_CALLBACK: Final = "champion_rota_form"
PREVIEW_CALLBACK: Final = "champion_rota_preview"
ORDER_ACTION: Final = "champion_rota_order"

_WORKING_DAY: Final = "workday"
_OFTEN: Final = ("1 week", "2 week", "3 week", "4 week", "1 month", "2 month", "3 month", "1 day")
_NTH: Final = (1, 2, 3, 4, -1)
_MOST_TURNS: Final = 12
_MOST_GAP: Final = 6
_NONE: Final = "none"


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the form is on its way."""
    return plain_modal(voice.SET_UP_TITLE, voice.loading(), voice.CANCEL)


def choose_modal(journeys: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Several journeys, and one to choose."""
    buttons = [
        Button(PlainText(name[:75]), action_id=SET_UP, value=ChampionPlace(journey_id).text())
        for journey_id, name in journeys
    ]
    # Of one action id, a block may have one element.
    rows = [
        ActionsBlock([button], block_id=f"journey_{number}")
        for number, button in enumerate(buttons)
    ]
    return modal(
        voice.CHOOSE_TITLE, [section("choose", voice.choose_journey()), *rows], close=voice.CANCEL
    )


def rota_form(
    form: RotaForm, more: Sequence[Block] = (), notice: str | None = None
) -> dict[str, Any]:
    """The form of a rota; `more` is a section of others' at its end, `notice` stands above all."""
    plan = form.plan
    blocks = [
        *([section("notice", notice)] if notice else []),
        section("about", voice.about(form)),
        *(input_of(field, plan.seen) for field in _fields(plan)),
        *([DividerBlock(block_id="more"), *more] if more else []),
    ]
    return modal(
        voice.SET_UP_TITLE if form.is_new else voice.EDIT_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.PREVIEW,
        callback_id=FORM_CALLBACK,
        private_metadata=dump(plan),
    )


def form_answers(view: State) -> RotaPlan:
    """The plan that was entered. Raises InvalidAnswers by the names of the fields."""
    opened = load(view["private_metadata"])
    typed = typed_in(view)
    settings = validated_settings(_settings(typed))
    members = list(typed["members"].get("selected_users") or ())
    return RotaPlan(
        opened.journey_id,
        settings,
        regrouped(members, opened.groups, settings),
        typed["channel"].get("selected_conversation"),
        opened.seen,
    )


def preview_modal(preview: RotaPreview, now: datetime) -> dict[str, Any]:
    """What a plan would do, to be looked at and put in order before it is saved."""
    return modal(
        voice.PREVIEW_TITLE,
        list(_preview(preview, now)),
        close=voice.BACK,
        submit=voice.SAVE,
        callback_id=PREVIEW_CALLBACK,
        private_metadata=dump(preview.plan),
    )


def saved_modal(done: RotaSaved) -> dict[str, Any]:
    """It is kept; closing this closes the forms below it."""
    return modal(
        voice.SAVED_TITLE,
        [section("saved", voice.saved(done))],
        close=voice.CLOSE,
        clear_on_close=True,
    )


def dump(plan: RotaPlan) -> str:
    """A plan as a view's private metadata."""
    held = {
        "journey": plan.journey_id,
        "settings": plan.settings.model_dump(mode="json", exclude_defaults=True),
        "groups": plan.groups,
        "channel": plan.channel_id,
        "seen": plan.seen,
    }
    return json.dumps(held, separators=(",", ":"))


def load(metadata: str) -> RotaPlan:
    """Read it back."""
    held = json.loads(metadata)
    return RotaPlan(
        held["journey"],
        RotaSettings.model_validate(held["settings"]),
        tuple(map(tuple, held["groups"])),
        held["channel"],
        held["seen"],
    )


def _preview(preview: RotaPreview, now: datetime) -> Iterator[Block]:
    yield section("rhythm", voice.rhythm(preview.plan.settings))
    if said := voice.asking(preview):
        yield section("asking", said)
    yield section("moves", whole_lines(voice.moves(preview, now)))
    yield DividerBlock(block_id="rule")
    yield section("order", voice.order_heading())
    for number, group in enumerate(preview.plan.groups):
        said = voice.members_of(number + 1, group, preview)
        yield SectionBlock(
            Text(said), block_id=f"place_{number}", accessory=_order_menu(preview.plan, number)
        )


def _order_menu(plan: RotaPlan, number: int) -> OverflowMenu | None:
    group, last = plan.groups[number], len(plan.groups) - 1
    choices = {
        "up": voice.MOVE_UP if number else None,
        "down": voice.MOVE_DOWN if number < last else None,
        "with": voice.TOGETHER if number and plan.settings.per_term == 1 else None,
        "alone": voice.ALONE if len(group) > 1 else None,
    }
    options = [
        Option(PlainText(said), f"{choice} {group[0]}") for choice, said in choices.items() if said
    ]
    return OverflowMenu(action_id=ORDER_ACTION, options=options) if options else None


def _fields(plan: RotaPlan) -> Iterator[FormField]:
    settings = plan.settings
    members = UserMultiSelectMenu(
        action_id=INPUT_ACTION,
        initial_users=plan.people or None,
        max_selected_items=MAX_PEOPLE,
        placeholder=PlainText(voice.MEMBERS_PLACEHOLDER),
    )
    yield FormField("members", voice.MEMBERS, members, voice.MEMBERS_HINT)
    yield FormField("cadence", voice.CADENCE, _cadence_menu(settings))
    start = DatePicker(INPUT_ACTION, initial_date=settings.start.isoformat())
    yield FormField("start", voice.START, start, voice.START_HINT)
    time = TimePicker(action_id=INPUT_ACTION, initial_time=f"{settings.handover:%H:%M}")
    yield FormField("handover", voice.HANDOVER, time)
    zone = PlainTextInput(action_id=INPUT_ACTION, initial_value=settings.zone, max_length=60)
    yield FormField("zone", voice.ZONE, zone, voice.ZONE_HINT)
    yield FormField(
        "channel",
        voice.CHANNEL,
        channel_menu(plan.channel_id, voice.CHANNEL_PLACEHOLDER),
        voice.CHANNEL_HINT,
        optional=True,
    )
    seats = radio(voice.PER_TERM_CHOICES, str(settings.per_term))
    yield FormField("per_term", voice.PER_TERM, seats)
    yield FormField(
        "weekdays",
        voice.WEEKDAYS,
        weekday_boxes(settings.weekdays or ()),
        voice.WEEKDAYS_HINT,
        optional=True,
    )
    gaps = {"0": voice.NO_GAP} | {str(n): voice.gap(n) for n in range(1, _MOST_GAP + 1)}
    gap = settings.rest.min_gap_terms
    yield FormField("gap", voice.GAP, select(with_choice(gaps, str(gap), voice.gap(gap)), str(gap)))
    turns = {_NONE: voice.NO_MOST} | {str(n): str(n) for n in range(1, _MOST_TURNS + 1)}
    most = str(settings.rest.max_per_year or _NONE)
    yield FormField(
        "most", voice.MOST, select(with_choice(turns, most, most), most), voice.REST_HINT
    )
    country = PlainTextInput(
        action_id=INPUT_ACTION, initial_value=settings.country or None, max_length=2
    )
    yield FormField("country", voice.COUNTRY, country, voice.COUNTRY_HINT, optional=True)


def _cadence_menu(settings: RotaSettings) -> StaticSelectMenu:
    often = {value: capital(how_often(_cadence(value))) for value in _OFTEN}
    often[_WORKING_DAY] = voice.WORKING_DAY
    nth = {
        f"{number} {each.value}": capital(how_often(_cadence(f"{number} {each.value}")))
        for number in _NTH
        for each in Weekday
        if each in WORKING_WEEK
    }
    value = _cadence_value(settings)
    if value not in nth:
        often = with_choice(often, value, capital(how_often(settings.cadence)))
    # The library takes no option of a group as the one that is chosen.
    return select({**often, **nth}, value)


def _cadence(value: str) -> Cadence:
    number, what = value.split()
    if what in {"day", "week", "month"}:
        return Cadence.model_validate({"every": int(number), "unit": what})
    return Cadence.model_validate({"nth": int(number), "weekday": what, "unit": "month"})


def _cadence_value(settings: RotaSettings) -> str:
    cadence = settings.cadence
    if cadence.nth is not None and cadence.weekday is not None:
        return f"{cadence.nth} {cadence.weekday.value}"
    if (cadence.unit, cadence.every, settings.weekdays) == ("day", 1, WORKING_WEEK):
        return _WORKING_DAY
    return f"{cadence.every} {cadence.unit}"


def _settings(typed: Mapping[str, State]) -> dict[str, Any]:
    cadence = chosen(typed["cadence"])
    weekdays = set(all_chosen(typed["weekdays"]))
    if cadence == _WORKING_DAY:
        cadence, weekdays = "1 day", {each.value for each in WORKING_WEEK}
    most = chosen(typed["most"])
    return {
        "zone": written(typed["zone"]),
        "start": typed["start"].get("selected_date"),
        "handover": typed["handover"].get("selected_time"),
        "cadence": _cadence(cadence),
        "weekdays": weekdays or None,
        "per_term": int(chosen(typed["per_term"])),
        "rest": {
            "min_gap_terms": int(chosen(typed["gap"])),
            "max_per_year": None if most == _NONE else int(most),
        },
        "country": written(typed["country"]).upper() or None,
    }
