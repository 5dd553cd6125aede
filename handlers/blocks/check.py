"""The check in Block Kit: the form, the answer, the answer in a modal."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    InputBlock,
    Option,
    OptionGroup,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from coherence.check import JourneyChoice
from coherence.check_result import CheckResult
from coherence.findings import Finding
from handlers.blocks.examples import pin_menu
from handlers.blocks.message import MAX_SECTION, Message, modal, plain_modal, section
from handlers.voice import check as voice
from handlers.voice.mrkdwn import clip

FORM_CALLBACK = "check_form"
DRAFT_BLOCK = "draft"
TOUCHPOINT_BLOCK = "touchpoint"
INPUT_ACTION = "value"
EDIT_ACTION = "check_edit"

MAX_EDITABLE = 3_000
"""What fits into Slack's text input."""

_SHOWN_FINDINGS = 8
_MAX_CHARACTERS = 9_000
"""Of all findings together; Slack refuses a message whose blocks hold some 13,000."""

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
    choices: Sequence[JourneyChoice], context: FormContext, earlier: CheckResult | None = None
) -> dict[str, Any]:
    """The form: a draft and where it will be used, filled in from an earlier check."""
    draft = earlier.assessment.text if earlier else None
    blocks: list[Block] = [_draft_input(draft), _touchpoint_input(choices, earlier)]
    return modal(
        voice.FORM_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.CHECK,
        callback_id=FORM_CALLBACK,
        private_metadata=context.dump(),
    )


def read_only_draft(result: CheckResult) -> dict[str, Any]:
    """A draft too long for a form, to read and copy."""
    text = result.assessment.text
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


def answer_message(result: CheckResult) -> Message:
    """The answer to a command, whose text nobody sees otherwise."""
    blocks = [_excerpt(result), *_answer_blocks(result), _edit_button(result)]
    return Message(voice.headline(result.assessment), blocks)


def direct_answer(result: CheckResult) -> Message:
    """The answer in a direct message, below the draft itself."""
    hint = [_context("hint", voice.help_hint())] if not result.assessment.findings else []
    blocks = [*_answer_blocks(result), *hint, _edit_button(result)]
    return Message(voice.headline(result.assessment), blocks)


def answer_modal(result: CheckResult, *, said: bool = False) -> dict[str, Any]:
    """The answer in a modal, below the draft, or the message that somebody has `said`."""
    blocks = [_excerpt(result, said=said), *_answer_blocks(result), _edit_button(result)]
    return modal(voice.RESULT_TITLE, blocks, close=voice.CLOSE)


def _answer_blocks(result: CheckResult) -> list[Block]:
    assessment = result.assessment
    groups = voice.group_findings(assessment.findings)
    shown = _that_fit([_finding(group) for group in groups])
    blocks: list[Block] = [section("verdict", f"*{voice.headline(assessment)}*")]
    for n, finding in enumerate(shown):
        blocks.append(DividerBlock(block_id=f"rule_{n}"))
        blocks.append(section(f"finding_{n}", finding))
    if len(groups) > len(shown):
        blocks.append(_context("not_shown", voice.not_shown(len(groups) - len(shown))))
    notes = [voice.checked_against(result), voice.meaning_not_checked(assessment)]
    notes.append(voice.rules_not_run(assessment))
    return [*blocks, _context("checked_against", " ".join(note for note in notes if note))]


def _that_fit(findings: Sequence[str]) -> Sequence[str]:
    lengths = accumulate(map(len, findings[:_SHOWN_FINDINGS]))
    return findings[: sum(length <= _MAX_CHARACTERS for length in lengths)]


def _finding(group: Sequence[Finding]) -> str:
    lines = [
        f"*{voice.finding_title(group)}*",
        voice.narrative_line(group[0]),
        voice.why_line(group[0]),
        voice.suggestion_line(group),
    ]
    return clip("\n".join(line for line in lines if line), MAX_SECTION)


def _context(block_id: str, sentence: str) -> ContextBlock:
    return ContextBlock([Text(sentence)], block_id=block_id)


def _excerpt(result: CheckResult, *, said: bool = False) -> ContextBlock:
    excerpt = voice.message_excerpt if said else voice.draft_excerpt
    return _context("excerpt", excerpt(result.assessment.text))


def _edit_button(result: CheckResult) -> ActionsBlock:
    button = Button(
        PlainText(voice.EDIT_AND_CHECK_AGAIN), action_id=EDIT_ACTION, value=result.check_id
    )
    return ActionsBlock([button, pin_menu(result.check_id)], block_id="edit")


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
