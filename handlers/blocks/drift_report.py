"""The report of drift in Block Kit: the form, what may be the same, and what was saved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    CheckboxGroup,
    ContextBlock,
    DividerBlock,
    Element,
    InputBlock,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticMultiSelectMenu,
    StaticSelectMenu,
    Text,
)

from coherence.drift.choices import DriftJourney, JourneyName
from coherence.drift.layers import guess_layer
from coherence.drift.report import EvidenceKind, NewEvidence, NewReport, Severity
from coherence.drift.reporting import Duplicate
from coherence.stack.document import Layer
from handlers.blocks.drift_lines import statement_groups
from handlers.blocks.message import modal, plain_modal, section
from handlers.voice import drift_report as voice
from handlers.voice.mrkdwn import clip

FORM_CALLBACK = "drift_report"
DUPLICATES_CALLBACK = "drift_report_apart"
JOURNEY_ACTION = "drift_report_journey"
ME_TOO_ACTION = "drift_report_me_too"
BACK_ACTION = "drift_report_back"
ADD_ACTION = "drift_report_add"
APART_ACTION = "drift_report_new"

SUMMARY_BLOCK = "summary"
OTHER_BLOCK = "other"
INPUT_ACTION = "value"
MAX_TYPED = 3_000

NONE = "-"
"""The option that stands for no touchpoint, or no layer."""

_MAX_OPTIONS = 100
_MAX_OPTION_TEXT = 75
_MAX_STATEMENTS = 20
_SHOWN_EVIDENCE = 8

State = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Offered:
    """What a form offers: the journeys to choose from, and the chosen one; None until one is chosen."""

    names: Sequence[JourneyName]
    journey: DriftJourney | None


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the form is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def report_form(
    draft: NewReport, offered: Offered, metadata: str, notice: str | None = None
) -> dict[str, Any]:
    """The form, with what is known already; `notice` is shown above it."""
    blocks = [
        *([section("notice", notice)] if notice else []),
        *_evidence(draft.evidence),
        *_journey(draft, offered),
        *_inputs(draft, offered.journey),
    ]
    return modal(
        voice.TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.REPORT,
        callback_id=FORM_CALLBACK,
        private_metadata=metadata,
    )


def offer_modal(first: NewEvidence | None, metadata: str) -> dict[str, Any]:
    """Ask whether a second message belongs to the report that somebody has begun."""
    buttons = [
        _button(voice.ADD, ADD_ACTION, "add", primary=True),
        _button(voice.APART, APART_ACTION, "apart"),
    ]
    blocks = [section("offer", voice.offer(first)), ActionsBlock(buttons, block_id="offered")]
    return modal(voice.OFFER_TITLE, blocks, close=voice.CANCEL, private_metadata=metadata)


def duplicates_modal(found: Sequence[Duplicate], metadata: str) -> dict[str, Any]:
    """Reports that may be about the same, before anything is saved."""
    back = _button(voice.BACK, BACK_ACTION, "back")
    blocks = [
        section("duplicates", voice.duplicates()),
        *map(_duplicate, found),
        DividerBlock(block_id="rule"),
        ActionsBlock([back], block_id="go_back"),
    ]
    return modal(
        voice.DUPLICATES_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.ANOTHER_THING,
        callback_id=DUPLICATES_CALLBACK,
        private_metadata=metadata,
    )


def done_modal(sentence: str) -> dict[str, Any]:
    """What was saved, and what happens next."""
    return plain_modal(voice.SAVED_TITLE, sentence, voice.CLOSE)


def typed_report(view: Mapping[str, Any], draft: NewReport) -> NewReport:
    """The draft with what stands in the form now; fields that it doesn't show stay as they were."""
    fields: State = {
        block_id.partition("@")[0]: next(iter(inputs.values()))
        for block_id, inputs in view["state"]["values"].items()
    }
    journey_id = _option(fields, "journey") or draft.journey_id
    layer = _option(fields, "layer")
    chosen = {
        "summary": fields[SUMMARY_BLOCK]["value"] or "",
        "journey_id": journey_id,
        "severity": Severity(_option(fields, "severity") or draft.severity),
        "anonymous": bool(fields.get("anonymous", {}).get("selected_options")),
    }
    if "layer" in fields:
        chosen["layer"] = Layer(layer) if layer and layer != NONE else None
    if "touchpoint" in fields:
        touchpoint = _option(fields, "touchpoint")
        chosen["touchpoint_id"] = touchpoint if touchpoint != NONE else None
    if "statements" in fields:
        options = fields["statements"]["selected_options"] or []
        chosen["statement_ids"] = tuple(each["value"] for each in options)
    return _as_guess(replace(draft, **chosen))


def other_side(view: Mapping[str, Any]) -> str:
    """What was typed as the link to the other side of the clash."""
    typed = view["state"]["values"].get(OTHER_BLOCK, {}).get(INPUT_ACTION, {}).get("value")
    return (typed or "").strip()


def _as_guess(draft: NewReport) -> NewReport:
    """A guess that was left as it stood is still a guess."""
    return replace(draft, layer=None) if draft.layer == draft.layer_guess else draft


def _evidence(evidence: Sequence[NewEvidence]) -> Iterator[Block]:
    for n, each in enumerate(evidence[:_SHOWN_EVIDENCE]):
        yield section(f"evidence_{n}", voice.evidence(each))
        if each.is_private and each.text:
            yield _context(f"private_{n}", voice.private_evidence())
    if evidence:
        yield DividerBlock(block_id="rule")


def _journey(draft: NewReport, offered: Offered) -> Iterator[Block]:
    if len(offered.names) > 1:
        options = [
            Option(PlainText(clip(each.name, _MAX_OPTION_TEXT)), each.journey_id)
            for each in offered.names[:_MAX_OPTIONS]
        ]
        menu = StaticSelectMenu(
            JOURNEY_ACTION,
            options=options,
            initial_option=_initial(options, draft.journey_id),
            placeholder=PlainText(voice.CHOOSE),
        )
        yield InputBlock(
            PlainText(voice.JOURNEY_LABEL), menu, dispatch_action=True, block_id="journey"
        )
    if offered.journey is not None and offered.journey.stack is None:
        yield _context("no_narrative", voice.no_narrative(offered.journey.name))


def _inputs(draft: NewReport, journey: DriftJourney | None) -> Iterator[Block]:
    summary = PlainTextInput(
        action_id=INPUT_ACTION,
        multiline=True,
        max_length=MAX_TYPED,
        initial_value=draft.summary[:MAX_TYPED] or None,
        focus_on_load=True,
        placeholder=PlainText(voice.SUMMARY_PLACEHOLDER),
    )
    yield _input(SUMMARY_BLOCK, voice.SUMMARY_LABEL, summary, voice.SUMMARY_HINT)
    severities = [Option(PlainText(label), value.value) for value, label in voice.SEVERITIES.items()]
    severity = StaticSelectMenu(
        INPUT_ACTION, options=severities, initial_option=_initial(severities, draft.severity.value)
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
        named = [(NONE, voice.NO_TOUCHPOINT), *((each.id, each.name) for each in stack.touchpoints)]
        options = [
            Option(PlainText(clip(name, _MAX_OPTION_TEXT)), value)
            for value, name in named[:_MAX_OPTIONS]
        ]
        known = _initial(options, draft.touchpoint_id) or options[0]
        menu = StaticSelectMenu(INPUT_ACTION, options=options, initial_option=known)
        yield _input(f"touchpoint{at}", voice.TOUCHPOINT_LABEL, menu, optional=True)
    if stack is not None and (groups := statement_groups(stack, draft.statement_ids)):
        yield _statements(f"statements{at}", groups, draft.statement_ids)
    yield _layer(f"layer{at}", draft, journey)


def _statements(
    block_id: str, groups: Sequence[OptionGroup], chosen: Sequence[str]
) -> InputBlock:
    options = [option for group in groups for option in group.options]
    initial = [option for option in options if option.value in chosen]
    menu = StaticMultiSelectMenu(
        INPUT_ACTION,
        options=None,  # type: ignore[arg-type] - groups stand in for them
        option_groups=list(groups),
        initial_options=initial or None,
        max_selected_items=_MAX_STATEMENTS,
        placeholder=PlainText(voice.CHOOSE),
    )
    return _input(block_id, voice.STATEMENTS_LABEL, menu, optional=True)


def _layer(block_id: str, draft: NewReport, journey: DriftJourney) -> InputBlock:
    options = [
        Option(PlainText(voice.NOT_SURE), NONE),
        *(Option(PlainText(label), layer.value) for layer, label in voice.LAYERS.items()),
    ]
    guess = draft.layer or guess_of(draft, journey)
    initial = _initial(options, guess.value) if guess else None
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


def _duplicate(each: Duplicate) -> SectionBlock:
    button = _button(voice.ME_TOO, ME_TOO_ACTION, str(each.report.number))
    return SectionBlock(
        Text(voice.duplicate(each)), block_id=f"report_{each.report.number}", accessory=button
    )


def _initial(options: Sequence[Option], value: str | None) -> Option | None:
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


def _button(label: str, action_id: str, value: str, *, primary: bool = False) -> Button:
    return Button(
        PlainText(label), action_id=action_id, value=value, style="primary" if primary else None
    )


def _context(block_id: str, sentence: str) -> ContextBlock:
    return ContextBlock([Text(sentence)], block_id=block_id)


def first_message(draft: NewReport) -> NewEvidence | None:
    """What a report began with."""
    return next((e for e in draft.evidence if e.kind is not EvidenceKind.NOTE), None)
