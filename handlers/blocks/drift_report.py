"""The report of drift in Block Kit: the form, what may be the same, and what was saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    Element,
    InputBlock,
    Option,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from coherence.drift.choices import DriftJourney, JourneyName
from coherence.drift.duplicates import Duplicate
from coherence.drift.report import EvidenceKind, NewEvidence, NewReport
from handlers.blocks.drift_detail import open_here_button
from handlers.blocks.drift_report_fields import option_of, report_inputs
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

_SHOWN_EVIDENCE = 8
_MAX_OPTIONS = 100
_MAX_OPTION_TEXT = 75


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
        *report_inputs(draft, offered.journey),
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
    buttons: list[Element] = [
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


def done_modal(sentence: str, number: int | None) -> dict[str, Any]:
    """What was saved, what happens next, and the way to the report if its number is known."""
    blocks: list[Block] = [section("sentence", sentence)]
    if number is not None:
        blocks.append(ActionsBlock([open_here_button(number)], block_id="saved"))
    return modal(voice.SAVED_TITLE, blocks, close=voice.CLOSE)


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
            initial_option=option_of(options, draft.journey_id),
            placeholder=PlainText(voice.CHOOSE),
        )
        yield InputBlock(
            PlainText(voice.JOURNEY_LABEL), menu, dispatch_action=True, block_id="journey"
        )
    if offered.journey is not None and offered.journey.stack is None:
        yield _context("no_narrative", voice.no_narrative(offered.journey.name))


def _duplicate(each: Duplicate) -> SectionBlock:
    button = _button(voice.ME_TOO, ME_TOO_ACTION, str(each.report.number))
    return SectionBlock(
        Text(voice.duplicate(each)), block_id=f"report_{each.report.number}", accessory=button
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
