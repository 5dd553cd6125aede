"""The form of a check in Block Kit; the answer is in `check_answer`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slackblocks import (
    Block,
    DividerBlock,
    InputBlock,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
)

from coherence.check import JourneyChoice
from coherence.check_result import CheckResult
from handlers.blocks.message import MAX_SECTION, modal, plain_modal, section
from handlers.voice import check as voice
from handlers.voice.mrkdwn import clip

FORM_CALLBACK = "check_form"
DRAFT_BLOCK = "draft"
TOUCHPOINT_BLOCK = "touchpoint"
INPUT_ACTION = "value"

MAX_EDITABLE = 3_000
"""What fits into Slack's text input."""

_MAX_OPTION_TEXT = 75
_MAX_OPTIONS = 100


@dataclass(frozen=True)
class FormContext:
    """What the form remembers until it is submitted: where it was opened."""

    channel_id: str | None = None

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "FormContext":
        """From a view's private metadata."""
        return cls(**json.loads(metadata))


def loading_modal(sentence: str) -> dict[str, Any]:
    """Shown at once, while the content is on its way: a trigger lives three seconds."""
    return plain_modal(voice.FORM_TITLE, sentence, voice.CLOSE)


def check_form(
    choices: Sequence[JourneyChoice],
    context: FormContext,
    earlier: CheckResult | None = None,
    draft: str | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """The form: a draft and where it will be used, filled in from an earlier check.

    `draft` is another wording than the one that was checked then, `notice` says so.
    """
    draft = draft or (earlier.assessment.text if earlier else None)
    blocks: list[Block] = [_draft_input(draft), _touchpoint_input(choices, earlier)]
    if notice:
        blocks.insert(0, section("notice", notice))
    return modal(
        voice.FORM_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.CHECK,
        callback_id=FORM_CALLBACK,
        private_metadata=context.dump(),
    )


def read_only_draft(text: str) -> dict[str, Any]:
    """A draft too long for a form, to read and copy."""
    parts = [text[at : at + MAX_SECTION] for at in range(0, len(text), MAX_SECTION)]
    shown = [SectionBlock(PlainText(part), block_id=f"part_{n}") for n, part in enumerate(parts)]
    notice = section("too_long", voice.too_long_to_edit(MAX_EDITABLE))
    return modal(
        voice.FORM_TITLE, [notice, DividerBlock(block_id="rule"), *shown], close=voice.CLOSE
    )


def choice_value(journey_id: str, touchpoint_id: str | None) -> str:
    """A choice of journey and touchpoint as an option's value."""
    return f"{journey_id}:{touchpoint_id or ''}"


def parse_choice(value: str) -> tuple[str, str | None]:
    """Journey id and touchpoint id of an option's value."""
    journey_id, _, touchpoint_id = value.partition(":")
    return journey_id, touchpoint_id or None


def _draft_input(draft: str | None) -> InputBlock:
    element = PlainTextInput(
        action_id=INPUT_ACTION,
        multiline=True,
        max_length=MAX_EDITABLE,
        initial_value=draft or None,
        focus_on_load=True,
        placeholder=PlainText(voice.DRAFT_PLACEHOLDER),
    )
    return InputBlock(PlainText(voice.DRAFT_LABEL), element, block_id=DRAFT_BLOCK)


def _touchpoint_input(choices: Sequence[JourneyChoice], earlier: CheckResult | None) -> InputBlock:
    options = {choice.journey_id: _options(choice) for choice in choices}
    several = len(choices) > 1
    menu = StaticSelectMenu(
        action_id=INPUT_ACTION,
        options=None if several else options[choices[0].journey_id],
        option_groups=[
            OptionGroup(clip(choice.name, _MAX_OPTION_TEXT), options[choice.journey_id])
            for choice in choices
        ]
        if several
        else None,
        initial_option=_initial_option(choices, options, earlier),
        placeholder=PlainText(voice.ANY_TOUCHPOINT),
    )
    return InputBlock(
        PlainText(voice.JOURNEY_LABEL if several else voice.TOUCHPOINT_LABEL),
        menu,
        block_id=TOUCHPOINT_BLOCK,
        hint=PlainText(voice.TOUCHPOINT_HINT),
    )


def _options(choice: JourneyChoice) -> list[Option]:
    named = [(touchpoint.id, touchpoint.name) for touchpoint in choice.touchpoints]
    return [
        Option(PlainText(name), choice_value(choice.journey_id, touchpoint_id))
        for touchpoint_id, name in [(None, voice.ANY_TOUCHPOINT), *named][:_MAX_OPTIONS]
    ]


def _initial_option(
    choices: Sequence[JourneyChoice],
    options: dict[str, list[Option]],
    earlier: CheckResult | None,
) -> Option | None:
    if earlier is not None:
        touchpoint_id = earlier.touchpoint.id if earlier.touchpoint else None
        wanted = choice_value(earlier.journey_id, touchpoint_id)
        offered = options.get(earlier.journey_id, [])
        return next((option for option in offered if option.value == wanted), None)
    return options[choices[0].journey_id][0] if len(choices) == 1 else None
