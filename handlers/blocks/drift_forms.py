"""The forms that change a drift report: triage, resolve, reopen, put off, link."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from slackblocks import (
    Block,
    DatePicker,
    Element,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticMultiSelectMenu,
    StaticSelectMenu,
    UserSelectMenu,
)

from coherence.drift.records import MAX_SUMMARY
from coherence.drift.report import LinkKind, Report, Resolution, Severity
from coherence.stack.document import Layer, Stack
from handlers.blocks.drift_detail import Opened, Shown
from handlers.blocks.drift_lines import first_touchpoints
from handlers.blocks.message import modal, plain_modal, section, whole_lines
from handlers.voice import drift as drift_voice
from handlers.voice import drift_life as voice
from handlers.voice import drift_report as report_voice
from handlers.voice.mrkdwn import clip

TRIAGE_CALLBACK: Final = "drift_triage"
RESOLVE_CALLBACK: Final = "drift_resolve"
REOPEN_CALLBACK: Final = "drift_reopen"
SNOOZE_CALLBACK: Final = "drift_snooze"
LINK_CALLBACK: Final = "drift_link"
INPUT_ACTION: Final = "value"

MAX_NOTE = 500
_MAX_LINES = 20
_MAX_OPTIONS = 100
_OPTION = 75
_NOTHING = "nothing"
"""The option that takes a choice back: people can't empty Slack's menus."""

State = Mapping[str, Any]


@dataclass(frozen=True)
class Fields:
    """What the triage form holds; an empty string where nothing is chosen."""

    summary: str
    severity: str
    layer: str
    touchpoint_id: str
    statement_ids: tuple[str, ...]
    owner: str

    @classmethod
    def of(cls, report: Report, stack: Stack | None) -> "Fields":
        """As the form can show them; a layer that is only a guess is left for somebody to decide."""
        known = {item.id for item in stack.items()} if stack else set()
        touched = [each for each in report.statement_ids if each in known]
        return cls(
            report.summary,
            report.severity.value,
            report.layer.value if report.layer and not report.layer_is_guess else "",
            report.touchpoint_id if report.touchpoint_id in known else "",
            tuple(touched[:_MAX_LINES]),
            report.owner or "",
        )

    def changed_from(self, seen: "Fields") -> dict[str, Any]:
        """The fields that differ from what was seen."""
        return {key: value for key, value in vars(self).items() if value != getattr(seen, key)}


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the form is on its way."""
    return plain_modal(drift_voice.TITLE, drift_voice.loading(), voice.CANCEL)


def triage_form(
    shown: Shown, opened: Opened, fields: Fields | None = None, notice: str | None = None
) -> dict[str, Any]:
    """What a report says, to be put right; `fields` are what somebody has entered already."""
    seen = Fields.of(shown.report, shown.stack)
    held = {"opened": opened.dump(), "fields": vars(seen)}
    return modal(
        voice.TRIAGE_TITLE,
        [*_notice(notice), *_triage_inputs(fields or seen, shown, opened.seen)],
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=TRIAGE_CALLBACK,
        private_metadata=json.dumps(held, ensure_ascii=False),
    )


def triage_answers(view: State) -> tuple[Opened, Fields, Fields]:
    """The report, what the form held when it was opened, and what was entered."""
    held = json.loads(view["private_metadata"])
    seen = Fields(**{**held["fields"], "statement_ids": tuple(held["fields"]["statement_ids"])})
    typed = {block.partition("@")[0]: each for block, each in view["state"]["values"].items()}
    entered: dict[str, Any] = {
        key: _entered(typed[key][INPUT_ACTION]) for key in vars(seen) if key in typed
    }
    return Opened.load(held["opened"]), seen, replace(seen, **entered)


def block_of(view: State, field: str) -> str:
    """The id of the block that holds a field of the triage form."""
    ids = (str(each["block_id"]) for each in view["blocks"])
    return next(each for each in ids if each.startswith(f"{field}@"))


def resolve_form(
    opened: Opened, typed: Mapping[str, Any] | None = None, notice: str | None = None
) -> dict[str, Any]:
    """How a report ends."""
    typed = typed or {}
    options = {
        each.value: Option(PlainText(said), each.value)
        for each, said in drift_voice.RESOLUTIONS.items()
    }
    radio = RadioButtonGroup(
        INPUT_ACTION,
        list(options.values()),
        initial_option=options.get(typed.get("resolution", "")),
    )
    note = _note(voice.NOTE_PLACEHOLDER, typed)
    blocks = [
        *_notice(notice),
        InputBlock(PlainText(voice.RESOLUTION_LABEL), radio, block_id="resolution"),
        _input("note", voice.NOTE_LABEL, note, voice.NOTE_HINT),
    ]
    return _form(voice.RESOLVE_TITLE, blocks, voice.RESOLVE, RESOLVE_CALLBACK, opened)


def reopen_form(
    opened: Opened, typed: Mapping[str, Any] | None = None, notice: str | None = None
) -> dict[str, Any]:
    """Why a report is open again."""
    note = _note(voice.WHY_PLACEHOLDER, typed or {})
    blocks = [*_notice(notice), _input("note", voice.WHY_LABEL, note)]
    return _form(voice.REOPEN_TITLE, blocks, voice.REOPEN, REOPEN_CALLBACK, opened)


def snooze_form(
    opened: Opened, typed: Mapping[str, Any] | None = None, notice: str | None = None
) -> dict[str, Any]:
    """Until when a report rests."""
    picker = DatePicker(INPUT_ACTION, initial_date=(typed or {}).get("until"))
    until = InputBlock(
        PlainText(voice.UNTIL_LABEL), picker, block_id="until", hint=PlainText(voice.UNTIL_HINT)
    )
    return _form(
        voice.SNOOZE_TITLE, [*_notice(notice), until], voice.SNOOZE, SNOOZE_CALLBACK, opened
    )


def link_form(shown: Shown, opened: Opened) -> dict[str, Any]:
    """What a report is tied to: one of three, or several."""
    blocks: list[Block] = []
    if lines := _lines(shown.stack, ()):
        menu = StaticSelectMenu(
            action_id=INPUT_ACTION,
            options=lines,
            placeholder=PlainText(voice.STATEMENTS_PLACEHOLDER),
        )
        blocks.append(_input(LinkKind.ITEM.value, voice.ITEM_LABEL, menu))
    other = PlainTextInput(
        INPUT_ACTION, max_length=20, placeholder=PlainText(voice.REPORT_PLACEHOLDER)
    )
    ticket = PlainTextInput(
        INPUT_ACTION, max_length=2_000, placeholder=PlainText(voice.TICKET_PLACEHOLDER)
    )
    blocks += [
        _input(LinkKind.REPORT.value, voice.REPORT_LABEL, other),
        _input(LinkKind.TICKET.value, voice.TICKET_LABEL, ticket),
    ]
    return _form(voice.LINK_TITLE, blocks, voice.LINK, LINK_CALLBACK, opened)


def link_answers(view: State) -> dict[LinkKind, str]:
    """What was entered, by kind; only what is filled in."""
    typed = answers(view)
    return {kind: typed[kind.value] for kind in LinkKind if typed.get(kind.value)}


def answers(view: State) -> dict[str, str]:
    """What was entered in a form, by field."""
    values = view["state"]["values"]
    return {block: str(_entered(each[INPUT_ACTION])) for block, each in values.items()}


def resolution_in(typed: Mapping[str, str]) -> Resolution:
    """How a report is to end."""
    return Resolution(typed["resolution"])


def day_in(typed: Mapping[str, str]) -> date:
    """Until when a report is to rest."""
    return date.fromisoformat(typed["until"])


def _triage_inputs(fields: Fields, shown: Shown, seen: int) -> Iterator[Block]:
    # Slack keeps what was typed in a block of the same id: after a clash the block is another.
    for name, said, element, hint, is_optional in _triage_fields(fields, shown):
        yield _input(f"{name}@{seen}", said, element, hint, optional=is_optional)


def _triage_fields(
    fields: Fields, shown: Shown
) -> Iterator[tuple[str, str, Element, str | None, bool]]:
    summary = PlainTextInput(INPUT_ACTION, initial_value=fields.summary, max_length=MAX_SUMMARY)
    yield "summary", report_voice.SUMMARY_LABEL, summary, voice.SUMMARY_HINT, False
    severities = {each.value: report_voice.SEVERITIES[each] for each in Severity}
    yield "severity", report_voice.SEVERITY_LABEL, _select(severities, fields.severity), None, False
    layers = {each.value: report_voice.LAYERS[each] for each in Layer}
    menu = _select({_NOTHING: report_voice.NOT_SURE, **layers}, fields.layer or _NOTHING)
    yield "layer", report_voice.LAYER_LABEL, menu, voice.layer_hint(shown.report), True
    if shown.stack is not None and shown.stack.touchpoints:
        first = first_touchpoints(shown.stack, fields.touchpoint_id, _MAX_OPTIONS - 1)
        places = {_NOTHING: report_voice.NO_TOUCHPOINT, **{each.id: each.name for each in first}}
        places_menu = _select(places, fields.touchpoint_id or _NOTHING)
        yield "touchpoint_id", report_voice.TOUCHPOINT_LABEL, places_menu, None, True
    if options := _lines(shown.stack, fields.statement_ids):
        chosen = [each for each in options if each.value in fields.statement_ids]
        lines = StaticMultiSelectMenu(
            INPUT_ACTION,
            options=options,
            initial_options=chosen or None,
            max_selected_items=_MAX_LINES,
            placeholder=PlainText(voice.STATEMENTS_PLACEHOLDER),
        )
        yield "statement_ids", report_voice.STATEMENTS_LABEL, lines, None, True
    owner = UserSelectMenu(
        INPUT_ACTION,
        initial_user=fields.owner or None,
        placeholder=PlainText(voice.OWNER_PLACEHOLDER),
    )
    yield "owner", voice.OWNER_LABEL, owner, None, True


def _lines(stack: Stack | None, chosen: tuple[str, ...]) -> list[Option]:
    """The lines of the narrative to choose from, those that are chosen in any case."""
    if stack is None:
        return []
    ids = [item.id for item in stack.items()]
    first = [each for each in ids if each in chosen]
    rest = [each for each in ids if each not in chosen]
    return [
        Option(
            PlainText(report_voice.statement(each, drift_voice.item_text(stack, each) or "")), each
        )
        for each in (*first, *rest)[:_MAX_OPTIONS]
    ]


def _select(choices: Mapping[str, str], chosen: str) -> StaticSelectMenu:
    options = {
        value: Option(PlainText(clip(said, _OPTION)), value) for value, said in choices.items()
    }
    return StaticSelectMenu(
        action_id=INPUT_ACTION,
        options=list(options.values()),
        initial_option=options.get(chosen),
    )


def _entered(element: State) -> str | tuple[str, ...]:
    match element["type"]:
        case "multi_static_select":
            return tuple(each["value"] for each in element.get("selected_options") or ())
        case "static_select" | "radio_buttons":
            value = str((element.get("selected_option") or {}).get("value", ""))
            return "" if value == _NOTHING else value
        case "users_select":
            return str(element.get("selected_user") or "")
        case "datepicker":
            return str(element.get("selected_date") or "")
        case _:
            return str(element.get("value") or "").strip()


def _note(placeholder: str, typed: Mapping[str, Any]) -> PlainTextInput:
    return PlainTextInput(
        INPUT_ACTION,
        initial_value=typed.get("note") or None,
        multiline=True,
        max_length=MAX_NOTE,
        placeholder=PlainText(placeholder),
    )


def _input(
    block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = True
) -> InputBlock:
    return InputBlock(
        PlainText(label),
        element,
        block_id=block_id,
        hint=PlainText(hint) if hint else None,
        optional=optional,
    )


def _form(
    title: str, blocks: list[Block], submit: str, callback_id: str, opened: Opened
) -> dict[str, Any]:
    return modal(
        title,
        blocks,
        close=voice.CANCEL,
        submit=submit,
        callback_id=callback_id,
        private_metadata=opened.dump(),
    )


def _notice(notice: str | None) -> list[Block]:
    return [section("notice", whole_lines(notice))] if notice else []
