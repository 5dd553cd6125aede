"""The post that asks, in Block Kit."""

from collections.abc import Iterable, Iterator
from typing import Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    ContextBlock,
    PlainText,
    Text,
)
from slackblocks.elements import Element

from coherence.rituals.prompts import Prompt
from coherence.rituals.ritual import Form, Ritual, RitualKind, Round
from handlers.blocks import ritual_actions as actions
from handlers.blocks.message import MAX_SECTION, Message, section
from handlers.voice import ritual_prompt as voice
from handlers.voice.ritual_words import ratings

MOST_SECTIONS: Final = 20
"""Of questions; they hold more than the form can ask."""


def prompt_message(prompt: Prompt) -> Message:
    """The post while it takes answers."""
    return Message(voice.line(prompt), list(_blocks(prompt)))


def answer_buttons(kind: RitualKind, asked: Round) -> list[Element]:
    """How to answer a round: with one press where one rating is all, else in a form."""
    question = asked.questions[0]
    if len(asked.questions) > 1 or question.form is not Form.RATING:
        label = voice.RATE if kind is RitualKind.MONTHLY_REVIEW else voice.ANSWER
        return [Button(PlainText(label), actions.ANSWER, value=asked.id, style="primary")]
    value = f"{asked.id}|{question.id}"
    return [
        Button(PlainText(label), f"{actions.RATE_PREFIX}{rating}", value=value)
        for rating, label in ratings(question).items()
    ]


def rows_of_buttons(answers: list[Element], others: list[Element]) -> Iterator[Block]:
    """One row where one button answers, else a row for the ratings."""
    if len(answers) == 1:
        yield ActionsBlock([*answers, *others], block_id="answer")
        return
    yield ActionsBlock(answers, block_id="answer")
    yield ActionsBlock(others, block_id="more")


def remind_button(asked: Round) -> Button:
    """Opens the choice of reminders."""
    return Button(PlainText(voice.REMIND), actions.REMIND, value=asked.id)


def trouble_message(ritual: Ritual, error: str) -> Message:
    """To stewards."""
    button = Button(PlainText(voice.OPEN), actions.OPEN, value=ritual.id)
    return Message(
        voice.trouble_line(ritual),
        [
            section("trouble", voice.trouble(ritual, error)),
            ActionsBlock([button], block_id="open"),
        ],
    )


def _blocks(prompt: Prompt) -> Iterator[Block]:
    yield section("heading", voice.heading(prompt))
    for number, text in enumerate(_sections(voice.questions(prompt))):
        yield section(f"questions_{number}", text)
    yield ContextBlock([Text(voice.about(prompt))], block_id="about")
    answers = answer_buttons(prompt.ritual.kind, prompt.asked)
    yield from rows_of_buttons(answers, [remind_button(prompt.asked), _close_button(prompt)])
    if said := voice.progress(prompt):
        yield ContextBlock([Text(said)], block_id="progress")


def _close_button(prompt: Prompt) -> Button:
    kind = prompt.ritual.kind
    title, sentence = voice.close_asked(kind, prompt.asked.visibility)
    label = voice.close_label(kind)
    confirm = ConfirmationDialogue(
        PlainText(title), PlainText(sentence), PlainText(label), PlainText(voice.NOT_YET)
    )
    return Button(PlainText(label), actions.CLOSE, value=prompt.asked.id, confirm=confirm)


def _sections(lines: Iterable[str]) -> list[str]:
    """Lines in as few sections as hold them."""
    found = [""]
    for line in lines:
        together = f"{found[-1]}\n{line}" if found[-1] else line
        if len(together) > MAX_SECTION:
            found.append(line)
        else:
            found[-1] = together
    return found[:MOST_SECTIONS]
