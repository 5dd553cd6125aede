"""The fields of a drift report's form, and what is entered in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slackblocks import (
    Block,
    CheckboxGroup,
    Element,
    InputBlock,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    StaticMultiSelectMenu,
    StaticSelectMenu,
)
from slackblocks.objects import CompositionObject

from coherence.drift.choices import DriftJourney
from coherence.drift.layers import guess_layer
from coherence.drift.report import NewReport, Severity
from coherence.stack.document import Layer, Stack
from handlers.blocks.drift_lines import count_lines, first_touchpoints, statement_groups
from handlers.voice import drift_report as voice
from handlers.voice.mrkdwn import clip

SUMMARY_BLOCK = "summary"
OTHER_BLOCK = "other"
INPUT_ACTION = "value"
MAX_TYPED = 3_000

NONE = "-"
"""The option that stands for no touchpoint, or no layer."""

_MAX_OPTIONS = 100
_MAX_OPTION_TEXT = 75
_MAX_STATEMENTS = 20

State = Mapping[str, Mapping[str, Any]]


def typed_report(view: Mapping[str, Any], draft: NewReport) -> NewReport:
    """The draft with what stands in the form now; fields that it doesn't show stay as they were."""
    fields: State = {
        block_id.partition("@")[0]: next(iter(inputs.values()))
        for block_id, inputs in view["state"]["values"].items()
    }
    severity = _option(fields, "severity")
    return replace(
        draft,
        summary=fields[SUMMARY_BLOCK]["value"] or "",
        journey_id=_option(fields, "journey") or draft.journey_id,
        severity=Severity(severity) if severity else draft.severity,
        anonymous=bool(fields.get("anonymous", {}).get("selected_options")),
        layer=_layer_in(fields, draft),
        touchpoint_id=_touchpoint_in(fields, draft),
        statement_ids=_statements_in(fields, draft),
    )


def other_side(view: Mapping[str, Any]) -> str:
    """What was typed as the link to the other side of the clash."""
    typed = view["state"]["values"].get(OTHER_BLOCK, {}).get(INPUT_ACTION, {}).get("value")
    return (typed or "").strip()


def _layer_in(fields: State, draft: NewReport) -> Layer | None:
    """The chosen layer; a guess that was left as it stood is still a guess."""
    if "layer" not in fields:
        return draft.layer
    chosen = _option(fields, "layer")
    layer = Layer(chosen) if chosen and chosen != NONE else None
    return None if layer == draft.layer_guess else layer


def _touchpoint_in(fields: State, draft: NewReport) -> str | None:
    if "touchpoint" not in fields:
        return draft.touchpoint_id
    chosen = _option(fields, "touchpoint")
    return chosen if chosen != NONE else None


def _statements_in(fields: State, draft: NewReport) -> tuple[str, ...]:
    if "statements" not in fields:
        return draft.statement_ids
    return tuple(each["value"] for each in fields["statements"]["selected_options"] or [])


def report_inputs(draft: NewReport, journey: DriftJourney | None) -> Iterator[Block]:
    """The fields, filled in from a draft; those about the story only once a journey is chosen."""
    summary = PlainTextInput(
        action_id=INPUT_ACTION,
        multiline=True,
        max_length=MAX_TYPED,
        initial_value=draft.summary[:MAX_TYPED] or None,
        focus_on_load=True,
        placeholder=PlainText(voice.SUMMARY_PLACEHOLDER),
    )
    yield _input(SUMMARY_BLOCK, voice.SUMMARY_LABEL, summary, voice.SUMMARY_HINT)
    severities = [
        Option(PlainText(label), value.value) for value, label in voice.SEVERITIES.items()
    ]
    severity = StaticSelectMenu(
        INPUT_ACTION, options=severities, initial_option=option_of(severities, draft.severity.value)
    )
    yield _input("severity", voice.SEVERITY_LABEL, severity)
    if journey is not None:
        yield from _story_inputs(draft, journey)
    other = PlainTextInput(action_id=INPUT_ACTION, placeholder=PlainText(voice.OTHER_PLACEHOLDER))
    yield _input(OTHER_BLOCK, voice.OTHER_LABEL, other, voice.OTHER_HINT, optional=True)
    if journey is not None and journey.anonymous:
        yield _anonymous(draft)


def _story_inputs(draft: NewReport, journey: DriftJourney) -> Iterator[Block]:
    """What depends on the journey; another one's fields have other ids, so that nothing is carried over."""
    stack, at = journey.stack, f"@{journey.journey_id}"
    if stack is not None and stack.touchpoints:
        first = first_touchpoints(stack, draft.touchpoint_id, _MAX_OPTIONS - 1)
        named = [(NONE, voice.NO_TOUCHPOINT), *((each.id, each.name) for each in first)]
        options = [Option(PlainText(clip(name, _MAX_OPTION_TEXT)), value) for value, name in named]
        known = option_of(options, draft.touchpoint_id) or options[0]
        menu = StaticSelectMenu(INPUT_ACTION, options=options, initial_option=known)
        yield _input(f"touchpoint{at}", voice.TOUCHPOINT_LABEL, menu, optional=True)
    if stack is not None and (groups := statement_groups(stack, draft.statement_ids)):
        yield _statements(f"statements{at}", stack, groups, draft.statement_ids)
    yield _layer(f"layer{at}", draft, journey)


def _statements(
    block_id: str, stack: Stack, groups: Sequence[OptionGroup], chosen: Sequence[str]
) -> InputBlock:
    options = [option for group in groups for option in group.options]
    initial: list[CompositionObject] = [option for option in options if option.value in chosen]
    menu = StaticMultiSelectMenu(
        INPUT_ACTION,
        options=None,  # type: ignore[arg-type]  # groups stand in for them
        option_groups=list(groups),
        max_selected_items=_MAX_STATEMENTS,
        placeholder=PlainText(voice.CHOOSE_LINES),
    )
    # The builder takes whole groups only, where Slack takes the options that are chosen.
    menu.initial_options = initial or None
    left_out = count_lines(stack) - len(options)
    hint = voice.lines_not_shown(left_out) if left_out else None
    return _input(block_id, voice.STATEMENTS_LABEL, menu, hint, optional=True)


def _layer(block_id: str, draft: NewReport, journey: DriftJourney) -> InputBlock:
    options = [
        Option(PlainText(voice.NOT_SURE), NONE),
        *(Option(PlainText(label), layer.value) for layer, label in voice.LAYERS.items()),
    ]
    guess = draft.layer or guess_of(draft, journey)
    initial = option_of(options, guess.value) if guess else None
    menu = StaticSelectMenu(INPUT_ACTION, options=options, initial_option=initial or options[0])
    is_guess = guess is not None and draft.layer is None
    hint = voice.layer_guess(guess) if guess and is_guess else voice.LAYER_HINT
    return _input(block_id, voice.LAYER_LABEL, menu, hint, optional=True)


def guess_of(draft: NewReport, journey: DriftJourney) -> Layer | None:
    """The layer that the form offers as a guess."""
    if journey.stack is None:
        return None
    return guess_layer(journey.stack, draft.statement_ids, draft.touchpoint_id)


def _anonymous(draft: NewReport) -> InputBlock:
    options = [Option(PlainText(voice.ANONYMOUS_OPTION), "anonymous")]
    boxes = CheckboxGroup(
        INPUT_ACTION, options=options, initial_options=options if draft.anonymous else None
    )
    return _input("anonymous", voice.ANONYMOUS_LABEL, boxes, voice.ANONYMOUS_HINT, optional=True)


def option_of(options: Sequence[Option], value: str | None) -> Option | None:
    """The option with this value, or None."""
    return next((option for option in options if option.value == value), None)


def _option(fields: State, name: str) -> str | None:
    chosen = fields.get(name, {}).get("selected_option")
    return str(chosen["value"]) if chosen else None


def _input(
    block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        PlainText(label),
        element,
        block_id=block_id,
        hint=PlainText(hint) if hint else None,
        optional=optional,
    )
