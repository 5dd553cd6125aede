"""How much is kept, in Block Kit: the choice, and what it takes away."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from slackblocks import (
    Block,
    InputBlock,
    NumberInput,
    Option,
    PlainText,
    RadioButtonGroup,
)

from coherence.check_policy import Keep, Policy
from coherence.retention import MAX_DAYS, Loss
from handlers.blocks.message import modal, plain_modal, section
from handlers.voice import retention as voice

OPEN_ACTION = "retention_open"
FORM_CALLBACK = "retention_form"
CONFIRM_CALLBACK = "retention_confirm"

INPUT_ACTION = "value"
KEEP_BLOCK = "keep"
DAYS_BLOCK = "days"


@dataclass(frozen=True)
class RetentionForm:
    """What the forms remember: what was kept when they opened, and the choice to confirm."""

    seen: Policy
    wanted: Policy

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "RetentionForm":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(_policy(held["seen"]), _policy(held["wanted"]))


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def retention_form(policy: Policy, notice: str | None = None) -> dict[str, Any]:
    """The choice, as it stands; `notice` is shown above it."""
    options = {
        keep: Option(PlainText(label), keep.value, description=PlainText(cost))
        for keep, (label, cost) in voice.CHOICES.items()
    }
    choice = RadioButtonGroup(
        INPUT_ACTION, list(options.values()), initial_option=options[policy.keep]
    )
    days = NumberInput(
        is_decimal_allowed=False,
        action_id=INPUT_ACTION,
        initial_value=str(policy.days),
        min_value=1,
        max_value=MAX_DAYS,
    )
    blocks: list[Block] = [
        *([section("notice", notice)] if notice else []),
        section("intro", voice.intro()),
        InputBlock(PlainText(voice.KEEP_LABEL), choice, block_id=KEEP_BLOCK),
        InputBlock(
            PlainText(voice.DAYS_LABEL), days, block_id=DAYS_BLOCK, hint=PlainText(voice.DAYS_HINT)
        ),
    ]
    return modal(
        voice.TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=FORM_CALLBACK,
        private_metadata=RetentionForm(policy, policy).dump(),
    )


def retention_answer(view: Mapping[str, Any]) -> RetentionForm:
    """What was chosen, and what was kept when the form opened."""
    values = view["state"]["values"]
    keep = values[KEEP_BLOCK][INPUT_ACTION]["selected_option"]["value"]
    days = values[DAYS_BLOCK][INPUT_ACTION]["value"]
    seen = RetentionForm.load(view["private_metadata"]).seen
    return RetentionForm(seen, Policy(Keep(keep), int(days)))


def confirm_modal(form: RetentionForm, loss: Loss) -> dict[str, Any]:
    """What the choice takes away, before it does."""
    return modal(
        voice.CONFIRM_TITLE,
        [section("loss", voice.loss(loss, form.wanted))],
        close=voice.CANCEL,
        submit=voice.CONFIRM,
        callback_id=CONFIRM_CALLBACK,
        private_metadata=form.dump(),
    )


def chosen_modal(policy: Policy) -> dict[str, Any]:
    """The choice counts from now on."""
    return plain_modal(voice.TITLE, voice.chosen(policy), voice.CLOSE)


def _policy(held: Mapping[str, Any]) -> Policy:
    return Policy(Keep(held["keep"]), int(held["days"]))
