"""What is kept about a person, with a button to have it erased."""

from slackblocks import ActionsBlock, Button, ConfirmationDialogue, PlainText

from coherence.privacy import Kept
from handlers.blocks.message import Message, section
from handlers.voice import privacy as voice

ERASE_ACTION = "privacy_erase"


def kept_message(kept: Kept) -> Message:
    """The answer to `/coherence privacy`."""
    blocks = [
        section("about_you", voice.about_you(kept)),
        section("everybody", voice.EVERYBODY),
        section("erasing", voice.what_erasing_does()),
        ActionsBlock([_erase_button()], block_id="privacy"),
    ]
    return Message(voice.SUMMARY, blocks)


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
