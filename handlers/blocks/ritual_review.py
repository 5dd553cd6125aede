"""The form that concludes a review."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from slackblocks import (
    Block,
    DatePicker,
    DividerBlock,
    Element,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
    UserSelectMenu,
)

from coherence.rituals import conclusion as rules
from coherence.rituals.action import Action
from coherence.rituals.conclusion import Concluding, Conclusion, Draft, field
from coherence.stack.document import Layer
from handlers.blocks.message import modal, plain_modal, section
from handlers.voice import ritual_review as voice
from handlers.voice.ritual_summary import LAYERS

CONCLUDE_CALLBACK: Final = "ritual_conclude"
INPUT_ACTION: Final = "value"
DRIFTED: Final = "drifted"
_NONE: Final = "none"

State = Mapping[str, Any]


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the form is on its way."""
    return plain_modal(voice.CONCLUDE_TITLE, voice.loading(), voice.CLOSE)


def done_modal(sentence: str) -> dict[str, Any]:
    """What the form became."""
    return plain_modal(voice.CONCLUDE_TITLE, sentence, voice.CLOSE)


def conclude_form(concluding: Concluding) -> dict[str, Any]:
    """The form, with what was concluded so far."""
    asked = concluding.asked
    chosen = (asked.drifted or _NONE) if asked.concluded_at else None
    blocks: list[Block] = [
        _input(DRIFTED, voice.DRIFTED_LABEL, _layers(chosen, none=True)),
        InputBlock(
            PlainText(voice.CONCLUSION_LABEL),
            PlainTextInput(
                INPUT_ACTION,
                initial_value=asked.conclusion or None,
                max_length=rules.LONGEST_CONCLUSION,
            ),
            block_id=rules.CONCLUSION,
            hint=PlainText(voice.CONCLUSION_HINT),
        ),
        section("actions", voice.actions_intro()),
    ]
    for slot in range(1, rules.MOST_ACTIONS + 1):
        blocks += _action(slot, concluding.actions.get(slot))
    return modal(
        voice.CONCLUDE_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=CONCLUDE_CALLBACK,
        private_metadata=json.dumps({"round": asked.id, "seen": concluding.seen}),
    )


def conclusion_in(view: State) -> tuple[str, str, Conclusion]:
    """The round that the form is about, what was seen of it, and what somebody concludes."""
    held, values = json.loads(view["private_metadata"]), view["state"]["values"]
    drifted = _chosen(values, DRIFTED)
    conclusion = Conclusion(
        Layer(drifted) if drifted in set(Layer) else None,
        _typed(values, rules.CONCLUSION),
        tuple(_draft(values, slot) for slot in range(1, rules.MOST_ACTIONS + 1)),
    )
    return held["round"], held["seen"], conclusion


def _action(slot: int, kept: Action | None) -> list[Block]:
    return [
        DividerBlock(block_id=f"divider_{slot}"),
        _input(
            field(rules.TEXT, slot),
            voice.action_label(slot),
            PlainTextInput(
                INPUT_ACTION,
                initial_value=kept.text if kept else None,
                max_length=rules.LONGEST_ACTION,
            ),
            optional=True,
        ),
        _input(
            field(rules.OWNER, slot),
            voice.OWNER_LABEL,
            UserSelectMenu(
                INPUT_ACTION,
                initial_user=kept.owner if kept else None,
                placeholder=PlainText(voice.OWNER_PLACEHOLDER),
            ),
            optional=True,
        ),
        _input(
            field(rules.DUE, slot),
            voice.DUE_LABEL,
            DatePicker(INPUT_ACTION, initial_date=kept.due_on.isoformat() if kept else None),
            optional=True,
        ),
        _input(
            field(rules.LAYER, slot),
            voice.ACTION_LAYER_LABEL,
            _layers(kept.layer if kept else None),
            optional=True,
        ),
    ]


def _layers(chosen: str | None, *, none: bool = False) -> StaticSelectMenu:
    options = {str(layer): Option(PlainText(name), layer) for layer, name in LAYERS.items()}
    if none:
        options[_NONE] = Option(PlainText(voice.NONE_DRIFTED), _NONE)
    return StaticSelectMenu(
        INPUT_ACTION,
        options=list(options.values()),
        initial_option=options[chosen] if chosen else None,
        placeholder=PlainText(voice.LAYER_PLACEHOLDER),
    )


def _input(block_id: str, label: str, element: Element, *, optional: bool = False) -> InputBlock:
    return InputBlock(PlainText(label), element, block_id=block_id, optional=optional)


def _draft(values: State, slot: int) -> Draft:
    due = values.get(field(rules.DUE, slot), {}).get(INPUT_ACTION, {}).get("selected_date")
    owner = values.get(field(rules.OWNER, slot), {}).get(INPUT_ACTION, {}).get("selected_user")
    layer = _chosen(values, field(rules.LAYER, slot))
    return Draft(
        _typed(values, field(rules.TEXT, slot)),
        owner or None,
        date.fromisoformat(due) if due else None,
        Layer(layer) if layer else None,
    )


def _typed(values: State, block_id: str) -> str:
    return (values.get(block_id, {}).get(INPUT_ACTION, {}).get("value") or "").strip()


def _chosen(values: State, block_id: str) -> str | None:
    option = values.get(block_id, {}).get(INPUT_ACTION, {}).get("selected_option") or {}
    return option.get("value")
