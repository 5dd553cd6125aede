"""What people make of findings, in Block Kit: the reason for setting one aside, and what is set aside."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DividerBlock,
    InputBlock,
    PlainText,
    PlainTextInput,
)

from coherence.check_result import CheckResult
from coherence.feedback import MAX_REASON, SetAside
from coherence.findings import Finding
from handlers.blocks.check_answer import context, finding_text, finding_value
from handlers.blocks.message import modal, plain_modal, section
from handlers.places import Place
from handlers.voice import check_feedback as voice

DISMISS_CALLBACK = "check_dismiss"
RESTORE_ACTION = "check_restore"
REASON_BLOCK = "reason"
INPUT_ACTION = "value"
RESTORE = "restore"

_SHOWN = 20


@dataclass(frozen=True)
class Dismissing:
    """What the reason's modal remembers: which finding, where the answer stands, for whom it counts."""

    check_id: str
    group: str
    everybody: bool
    place: Place

    def dump(self) -> str:
        """As a view's private metadata."""
        held = {"check": self.check_id, "group": self.group, "everybody": self.everybody}
        return json.dumps({**held, "place": self.place.dump()})

    @classmethod
    def load(cls, metadata: str) -> "Dismissing":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(held["check"], held["group"], held["everybody"], Place.load(held["place"]))


def loading_modal(sentence: str) -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, sentence, voice.CLOSE)


def dismiss_form(
    result: CheckResult, findings: Sequence[Finding], dismissing: Dismissing
) -> dict[str, Any]:
    """Ask for a reason, which nobody has to give, and say for whom it will count."""
    reason = PlainTextInput(action_id=INPUT_ACTION, multiline=True, max_length=MAX_REASON)
    return modal(
        voice.TITLE,
        [
            section("finding", finding_text(findings)),
            section("counts_for", voice.counts_for(result.journey, everybody=dismissing.everybody)),
            InputBlock(
                PlainText(voice.REASON_LABEL),
                reason,
                block_id=REASON_BLOCK,
                hint=PlainText(voice.reason_hint(everybody=dismissing.everybody)),
                optional=True,
            ),
        ],
        close=voice.CANCEL,
        submit=voice.CONFIRM,
        callback_id=DISMISS_CALLBACK,
        private_metadata=dismissing.dump(),
    )


def set_aside_modal(
    result: CheckResult, set_aside: Sequence[SetAside], place: Place
) -> dict[str, Any]:
    """What is set aside in an answer, by whom and why, each to be taken back."""
    blocks = [
        block for n, each in enumerate(set_aside[:_SHOWN]) for block in _entry(n, each, result)
    ]
    return modal(
        voice.SET_ASIDE_TITLE,
        blocks or [section("nothing", voice.nothing_set_aside())],
        close=voice.CLOSE,
        private_metadata=place.dump(),
    )


def _entry(n: int, each: SetAside, result: CheckResult) -> Iterator[Block]:
    if n:
        yield DividerBlock(block_id=f"rule_{n}")
    yield section(f"finding_{n}", finding_text(each.findings))
    said = voice.by_whom(each, result.user_id)
    if not each.may_restore:
        said = f"{said} {voice.only_a_steward()}"
    yield context(f"by_{n}", said)
    if each.may_restore:
        value = finding_value(RESTORE, result.check_id, each.group)
        button = Button(PlainText(voice.RESTORE), action_id=RESTORE_ACTION, value=value)
        yield ActionsBlock([button], block_id=f"restore_{n}")
