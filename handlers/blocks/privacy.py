"""What is kept about a person, with a button to have it erased."""

from dataclasses import dataclass

from slackblocks import ActionsBlock, Button, ConfirmationDialogue, PlainText

from coherence.check_policy import Policy
from coherence.privacy import Kept
from coherence.usage import Today
from handlers.blocks.message import Message, section
from handlers.blocks.retention import OPEN_ACTION
from handlers.voice import privacy as voice
from handlers.voice import retention as retention_voice
from handlers.voice.usage import today_in_slack

ERASE_ACTION = "privacy_erase"


@dataclass(frozen=True)
class Told:
    """How checks are handled; `today` is told to stewards only, where a model is asked."""

    policy: Policy
    model_host: str | None
    today: Today | None
    is_steward: bool


def kept_message(kept: Kept, told: Told) -> Message:
    """The answer to `/coherence privacy`."""
    buttons = [_erase_button(), *([_open_button()] if told.is_steward else [])]
    blocks = [
        section("about_you", voice.about_you(kept, told.policy)),
        section("checks", voice.about_checks(told.policy, told.model_host)),
        section("everybody", voice.EVERYBODY),
        *([section("today", today_in_slack(told.today))] if told.today else []),
        section("erasing", voice.what_erasing_does()),
        ActionsBlock(list(buttons), block_id="privacy"),
    ]
    return Message(voice.SUMMARY, blocks)


def _open_button() -> Button:
    return Button(PlainText(retention_voice.OPEN), action_id=OPEN_ACTION, value="open")


def _erase_button() -> Button:
    confirm = ConfirmationDialogue(
        title=PlainText(voice.CONFIRM_TITLE),
        text=PlainText(voice.confirmation()),
        confirm=PlainText(voice.CONFIRM),
        deny=PlainText(voice.CANCEL),
    )
    return Button(
        PlainText(voice.ERASE), action_id=ERASE_ACTION, value="me", style="danger", confirm=confirm
    )
