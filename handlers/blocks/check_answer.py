"""The answer to a check in Block Kit: as a message, and in a modal."""

import json
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    Option,
    OverflowMenu,
    PlainText,
    SectionBlock,
    Text,
)

from coherence.check_result import CheckResult
from coherence.findings import Finding, group_findings, group_key
from handlers.blocks.examples import pin_menu
from handlers.blocks.message import MAX_SECTION, Message, modal, section
from handlers.voice import check as voice
from handlers.voice import check_feedback as feedback_voice
from handlers.voice import check_meaning as meaning_voice
from handlers.voice.mrkdwn import clip

EDIT_ACTION = "check_edit"
EDIT_ABOVE_ACTION = "check_edit_above"
"""Opens the form on top of an answer that is still to change."""
REWRITE_ACTION = "check_rewrite"
AGAIN_ACTION = "check_meaning_again"
FINDING_ACTION = "check_finding"
SET_ASIDE_ACTION = "check_set_aside"

HELPFUL, DISMISS, REPORT_DRIFT = "helpful", "dismiss", "drift"

_SHOWN_FINDINGS = 8
_MAX_CHARACTERS = 9_000
"""Of all findings together; Slack refuses a message whose blocks hold some 13,000."""

_MAX_REWRITE = 1_500


def answer_message(result: CheckResult) -> Message:
    """The answer to a command, whose text nobody sees otherwise."""
    return Message(voice.headline(result.assessment), [_excerpt(result), *_answer_blocks(result)])


def direct_answer(result: CheckResult) -> Message:
    """The answer in a direct message, below the draft itself."""
    return Message(voice.headline(result.assessment), [*_answer_blocks(result, hint=True)])


def answer_modal(result: CheckResult, *, said: bool = False) -> dict[str, Any]:
    """The answer in a modal, below the draft, or the message that somebody has `said`."""
    blocks = [_excerpt(result, said=said), *_answer_blocks(result, in_modal=True)]
    return modal(
        voice.RESULT_TITLE,
        blocks,
        close=voice.CLOSE,
        private_metadata=json.dumps({"said": said}),
    )


def finding_value(verb: str, check_id: str, group: str) -> str:
    """What is said of which finding, as an option's value."""
    return f"{verb}:{check_id}:{group}"


def parse_finding(value: str) -> tuple[str, str, str]:
    """Verb, check and group of an option's value."""
    verb, check_id, group = value.split(":")
    return verb, check_id, group


def finding_text(group: Sequence[Finding]) -> str:
    """Findings about one line: both quotes, why, and what to write instead."""
    lines = [
        f"*{voice.finding_title(group)}*",
        voice.narrative_line(group[0]),
        voice.why_line(group[0]),
        voice.suggestion_line(group),
    ]
    return clip("\n".join(line for line in lines if line), MAX_SECTION)


def context(block_id: str, sentence: str) -> ContextBlock:
    """A quiet line."""
    return ContextBlock([Text(sentence)], block_id=block_id)


def _answer_blocks(
    result: CheckResult, *, hint: bool = False, in_modal: bool = False
) -> Iterator[Block]:
    assessment = result.assessment
    yield section("verdict", f"*{voice.headline(assessment)}*")
    if result.awaits_judge:
        yield section("waiting", meaning_voice.reading_for_meaning())
    yield from _findings(result)
    if assessment.rewrite:
        yield DividerBlock(block_id="rule_rewrite")
        yield section("rewrite", meaning_voice.rewrite(assessment, _MAX_REWRITE))
    if not_checked := meaning_voice.meaning_not_checked(assessment, result.renewed_at):
        yield context("meaning", not_checked)
    yield from _notes(result)
    if hint and not assessment.findings:
        yield context("hint", voice.help_hint())
    yield ActionsBlock(list(_buttons(result, in_modal=in_modal)), block_id="actions")


def _findings(result: CheckResult) -> Iterator[Block]:
    groups = group_findings(result.assessment.findings)
    shown = _that_fit([finding_text(group) for group in groups])
    for n, (group, text) in enumerate(zip(groups, shown, strict=False)):
        yield DividerBlock(block_id=f"rule_{n}")
        yield _finding(n, text, group_key(group[0]), result)
    if len(groups) > len(shown):
        yield context("not_shown", voice.not_shown(len(groups) - len(shown)))


def _that_fit(findings: Sequence[str]) -> Sequence[str]:
    lengths = accumulate(map(len, findings[:_SHOWN_FINDINGS]))
    return findings[: sum(length <= _MAX_CHARACTERS for length in lengths)]


def _finding(n: int, text: str, group: str, result: CheckResult) -> SectionBlock:
    if group in result.helpful:
        text = f"{clip(text, MAX_SECTION - 100)}\n{feedback_voice.noted()}"
    menu = OverflowMenu(
        FINDING_ACTION,
        [
            Option(PlainText(label), finding_value(verb, result.check_id, group))
            for label, verb in (
                (feedback_voice.HELPFUL, HELPFUL),
                (feedback_voice.NOT_A_PROBLEM, DISMISS),
                (feedback_voice.REPORT_DRIFT, REPORT_DRIFT),
            )
        ],
    )
    # What the model adds may change the finding; then there is something to say of it.
    accessory = None if result.awaits_judge else menu
    return SectionBlock(Text(text), block_id=f"finding_{n}", accessory=accessory)


def _notes(result: CheckResult) -> Iterator[Block]:
    assessment = result.assessment
    menus = feedback_voice.MENUS if assessment.findings and not result.awaits_judge else None
    notes = [voice.checked_against(result), voice.rules_not_run(assessment), menus]
    yield context("checked_against", " ".join(note for note in notes if note))
    for block_id, note in (
        ("left_out", meaning_voice.left_out(assessment)),
        ("set_aside", feedback_voice.set_aside_count(assessment.dismissed)),
    ):
        if note:
            yield context(block_id, note)


def _buttons(result: CheckResult, *, in_modal: bool) -> Iterator[Button | OverflowMenu]:
    if result.assessment.rewrite:
        yield _button(voice.USE_REWRITE, REWRITE_ACTION, result.check_id, primary=True)
    edit = EDIT_ABOVE_ACTION if in_modal and result.awaits_judge else EDIT_ACTION
    yield _button(voice.EDIT_AND_CHECK_AGAIN, edit, result.check_id)
    if meaning_voice.may_try_again(result.assessment):
        yield _button(meaning_voice.CHECK_MEANING_AGAIN, AGAIN_ACTION, result.check_id)
    if result.assessment.dismissed and not result.awaits_judge:
        yield _button(feedback_voice.SHOW_SET_ASIDE, SET_ASIDE_ACTION, result.check_id)
    if not result.awaits_judge:
        yield pin_menu(result.check_id)


def _button(text: str, action_id: str, value: str, *, primary: bool = False) -> Button:
    return Button(
        PlainText(text), action_id=action_id, value=value, style="primary" if primary else None
    )


def _excerpt(result: CheckResult, *, said: bool = False) -> ContextBlock:
    excerpt = voice.message_excerpt if said else voice.draft_excerpt
    return context("excerpt", excerpt(result.assessment.text))
