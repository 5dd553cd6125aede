"""The one message about a drift report to whom it concerns, in Block Kit."""

from slackblocks import ActionsBlock, Button, PlainText

from coherence.drift.telling import Letter
from handlers.blocks.drift import OPEN_ACTION
from handlers.blocks.message import Message, section
from handlers.voice import drift as voice
from handlers.voice import drift_life as life_voice


def letter_message(letter: Letter, reader: str) -> Message:
    """How the report stands now, and the way to it."""
    report = letter.report
    button = Button(PlainText(voice.LETTER_BUTTON), OPEN_ACTION, value=str(report.number))
    return Message(
        life_voice.letter_line(report, reader),
        [
            section("letter", life_voice.letter(report, reader, letter.events)),
            ActionsBlock([button], block_id="letter_open"),
        ],
    )
