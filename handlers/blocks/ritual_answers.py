"""Answering a ritual, in Block Kit."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

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
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from coherence.rituals.answering import Kept, Standing, State
from coherence.rituals.given import MOST_WORDS, Answered, Given
from coherence.rituals.names import WhoAnswered
from coherence.rituals.ritual import Form, Question, Visibility
from handlers.blocks import ritual_actions as actions
from handlers.blocks.message import Message, modal, plain_message, plain_modal, section, whole_lines
from handlers.voice import ritual_answers as voice
from handlers.voice import ritual_words

ANSWER_CALLBACK: Final = "ritual_answered"
NAMES_PAGE_ACTION: Final = "ritual_names_page"
INPUT_ACTION: Final = "value"

_FEW: Final = 2
"""More questions than these have their ratings in menus: five steps each would be a long way down."""
_NOTHING: Final = Given()

View = Mapping[str, Any]


@dataclass(frozen=True)
class FormOf:
    """What a form remembers: the round, its random ballot, and whether it says that it comes late.

    `before` are the questions whose answers it showed when it opened.
    """

    round_id: str
    ballot: str
    late: bool = False
    before: tuple[str, ...] = ()

    def dump(self) -> str:
        """As a window's metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "FormOf":
        """Out of a window's metadata."""
        held = json.loads(metadata)
        return cls(**{**held, "before": tuple(held["before"])})


def loading_modal(title: str = voice.TITLE) -> dict[str, Any]:
    """Shown at once, while the window is on its way."""
    return plain_modal(title, voice.loading(), voice.CLOSE)


def answer_modal(standing: Standing) -> dict[str, Any]:
    """The form, or why there is none."""
    match standing.state:
        case State.OPEN | State.LATE:
            return _form(standing, standing.given, [])
        case State.DONE if standing.asked.visibility is Visibility.ANONYMOUS:
            return plain_modal(voice.title(standing), voice.already_taken_part(), voice.CLOSE)
        case State.DONE:
            blocks = [section("done", voice.answered_in_time(standing)), *_settled(standing, {})]
            return modal(voice.title(standing), blocks, close=voice.CLOSE)
        case State.CLOSED:
            return plain_modal(voice.title(standing), voice.closed(standing), voice.CLOSE)


def late_modal(standing: Standing, typed: Answered) -> dict[str, Any]:
    """The form of a round that closed while it was open, with what was typed: it comes late now."""
    return _form(standing, typed, [section("meanwhile", voice.closed_meanwhile())])


def refused_modal(sentence: str, standing: Standing, typed: Answered) -> dict[str, Any]:
    """Why nothing was kept, and what was typed, to be copied."""
    blocks: list[Block] = [section("refused", sentence), *_settled(standing, {})]
    new = [each for each in standing.asked.questions if _is_new(standing, typed, each)]
    if new:
        blocks.append(section("nothing_kept", voice.nothing_kept()))
    for question in new:
        given = _of(typed, question)
        blocks.append(section(f"typed:{question.id}", voice.typed(question, given)))
        if given.words:
            words = PlainText(given.words, emoji=False)
            blocks.append(SectionBlock(words, block_id=f"words:{question.id}"))
    return modal(voice.title(standing), blocks, close=voice.CLOSE)


def why_refused(standing: Standing) -> str:
    """Why nothing was kept of what somebody handed in."""
    if standing.state is State.CLOSED:
        return voice.closed(standing)
    if standing.asked.visibility is Visibility.ANONYMOUS:
        return voice.already_taken_part()
    return voice.answered_in_time(standing)


def kept_modal(kept: Kept) -> dict[str, Any]:
    """In place of the form."""
    return plain_modal(voice.TITLE, voice.kept(kept), voice.CLOSE)


def given_in(view: View) -> dict[str, Given]:
    """What was answered; an empty answer only where the form showed one before."""
    before = FormOf.load(view["private_metadata"]).before
    found: dict[str, Given] = {}
    for block_id, state in view["state"]["values"].items():
        kind, _, question_id = block_id.partition(":")
        given, value = found.get(question_id, _NOTHING), state[INPUT_ACTION]
        if kind == "rating":
            chosen = value.get("selected_option")
            found[question_id] = Given(int(chosen["value"]) if chosen else None, given.words)
        else:
            found[question_id] = Given(given.rating, (value.get("value") or "").strip() or None)
    return {key: each for key, each in found.items() if not each.is_empty or key in before}


def field_of(view: View, question_id: str) -> str:
    """The first field of a question, for a sentence under it."""
    names = (f"rating:{question_id}", f"words:{question_id}")
    fields = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    return next((each for each in fields if each in names), fields[0])


def rated_message(kept: Kept, rating: int) -> Message:
    """To whoever pressed a rating, and to nobody else."""
    return plain_message(voice.rated(kept, rating))


def not_rated_message(standing: Standing) -> Message:
    """To whoever pressed a rating of a round that has closed or that they have answered."""
    if standing.state is State.DONE and standing.asked.visibility is Visibility.ANONYMOUS:
        return plain_message(voice.already_taken_part())
    said = voice.rated_too_late(standing)
    if standing.state is not State.LATE:
        return plain_message(said)
    button = Button(PlainText(voice.ANSWER_LATE), actions.ANSWER, value=standing.asked.id)
    return Message(said, [section("late", said), ActionsBlock([button], block_id="answer")])


def names_modal(answered: WhoAnswered, *, is_first: bool = True) -> dict[str, Any]:
    """A page of who answered what."""
    blocks: list[Block] = [section("intro", voice.names_intro(answered)), DividerBlock()]
    if not answered.people:
        blocks.append(section("nobody", voice.nobody()))
    blocks += [
        section(f"person:{each.user_id}", whole_lines(voice.answerer(answered, each)))
        for each in answered.people
    ]
    buttons: list[Element] = []
    if not is_first:
        buttons.append(_page_button(voice.FROM_THE_START, f"{answered.asked.id}|"))
    if answered.more_after:
        buttons.append(_page_button(voice.NEXT, f"{answered.asked.id}|{answered.more_after}"))
    if buttons:
        blocks.append(ActionsBlock(buttons, block_id="pages"))
    return modal(voice.NAMES_TITLE, blocks, close=voice.CLOSE)


def _page_button(words: str, value: str) -> Button:
    which = "next" if words == voice.NEXT else "first"
    return Button(PlainText(words), f"{NAMES_PAGE_ACTION}_{which}", value=value)


def _form(standing: Standing, filled: Answered, notice: list[Block]) -> dict[str, Any]:
    is_late = standing.state is State.LATE
    open_questions = [each for each in standing.asked.questions if each.id not in standing.settled]
    blocks: list[Block] = [
        *notice,
        section("who_sees", voice.who_sees(standing)),
        section("late", voice.comes_late(standing))
        if is_late
        else ContextBlock([Text(voice.until(standing))], block_id="until"),
        *_settled(standing, filled),
    ]
    for question in open_questions:
        few = len(open_questions) <= _FEW
        blocks += _fields(question, _of(filled, question), few=few, only=len(open_questions) == 1)
    form = FormOf(
        standing.asked.id, secrets.token_hex(16), late=is_late, before=tuple(standing.given)
    )
    return modal(
        voice.title(standing),
        blocks,
        close=voice.CANCEL,
        submit=voice.SUBMIT_LATE if is_late else voice.SUBMIT,
        callback_id=ANSWER_CALLBACK,
        private_metadata=form.dump(),
    )


def _settled(standing: Standing, typed: Answered) -> Iterator[Block]:
    """The questions that were answered in time, once it has closed."""
    for question in standing.asked.questions:
        if question.id in standing.settled:
            kept, new = standing.given[question.id], _of(typed, question)
            yield section(f"settled:{question.id}", voice.settled(question, kept))
            if _is_new(standing, typed, question):
                yield section(f"in_vain:{question.id}", voice.typed_in_vain(question, new))


def _fields(question: Question, given: Given, *, few: bool, only: bool) -> Iterator[Block]:
    if question.takes_rating:
        yield InputBlock(
            PlainText(voice.label(question)),
            _ratings(question, given, few=few),
            block_id=f"rating:{question.id}",
            optional=not only,
        )
    if question.takes_words:
        yield InputBlock(
            PlainText(voice.words_label(question)),
            PlainTextInput(
                INPUT_ACTION,
                initial_value=given.words,
                multiline=question.form is Form.WORDS,
                max_length=MOST_WORDS,
            ),
            block_id=f"words:{question.id}",
            hint=PlainText(voice.EVIDENCE_HINT) if question.form is Form.BOTH else None,
            optional=not only or question.form is Form.BOTH,
        )


def _ratings(question: Question, given: Given, *, few: bool) -> RadioButtonGroup | StaticSelectMenu:
    options = {
        rating: Option(PlainText(words), str(rating))
        for rating, words in ritual_words.ratings(question).items()
    }
    chosen = options.get(given.rating or 0)
    if few:
        return RadioButtonGroup(INPUT_ACTION, list(options.values()), initial_option=chosen)
    return StaticSelectMenu(
        action_id=INPUT_ACTION,
        options=list(options.values()),
        initial_option=chosen,
        placeholder=PlainText(voice.RATING_PLACEHOLDER),
    )


def _is_new(standing: Standing, typed: Answered, question: Question) -> bool:
    """Whether somebody typed something that isn't what is kept of them."""
    return _of(typed, question) not in (_NOTHING, _of(standing.given, question))


def _of(answers: Answered, question: Question) -> Given:
    return answers.get(question.id, _NOTHING)
