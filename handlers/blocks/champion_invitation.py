"""Being asked to take turns, and the answers, in Block Kit."""

from datetime import datetime

from slackblocks import ActionsBlock, Button, ContextBlock, PlainText, Text

from coherence.champion.invitations import Answered, Answers, Invitation
from handlers.blocks.champion_actions import DECLINE, JOIN
from handlers.blocks.message import Message, plain_message, section, whole_lines
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_invitation as voice


def invitation_message(asked: Invitation) -> Message:
    """The question, with both answers."""
    place = ChampionPlace(asked.journey_id, about=asked.about)
    blocks = [
        section("invitation", voice.invitation(asked)),
        ActionsBlock([*answer_buttons(place)], block_id="answer"),
        ContextBlock([Text(voice.freedom())], block_id="freedom"),
    ]
    return Message(voice.heading(asked), blocks)


def answer_buttons(place: ChampionPlace) -> list[Button]:
    """Join, or rather not."""
    return [
        Button(PlainText(voice.JOIN), action_id=JOIN, value=place.text(), style="primary"),
        Button(PlainText(voice.DECLINE), action_id=DECLINE, value=place.text()),
    ]


def answered_message(done: Answered, now: datetime) -> Message:
    """In the place of the question."""
    return plain_message(voice.answered(done, now))


def answers_message(answers: Answers) -> Message:
    """The one message to who asked."""
    text = whole_lines(voice.answers_text(answers))
    return Message(voice.answers_heading(answers), [section("answers", text)])


def removed_message(journey: str, by: str | None) -> Message:
    """To somebody who is out of the rota."""
    return plain_message(voice.removed(journey, by))
