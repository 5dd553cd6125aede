"""A round that has closed: the short summary in the prompt's place, and the whole one in its thread."""

from collections.abc import Iterator, Sequence
from typing import Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    PlainText,
    SectionBlock,
    Text,
)

from coherence.rituals.action import Action, ActionState
from coherence.rituals.results import QuestionResult
from coherence.rituals.ritual import Question, Visibility
from coherence.rituals.summary import Rated, Review, Summary
from handlers.blocks import ritual_actions as actions
from handlers.blocks.message import Message, section, whole_lines
from handlers.blocks.pictures import picture_block
from handlers.pictures import Picture
from handlers.voice import ritual_summary as voice

SETTLES: Final = {
    ActionState.DONE: f"{actions.SETTLE_PREFIX}done",
    ActionState.DROPPED: f"{actions.SETTLE_PREFIX}dropped",
    ActionState.OPEN: f"{actions.SETTLE_PREFIX}open",
}
TAKE_OVER: Final = f"{actions.SETTLE_PREFIX}take"

_CHARACTERS: Final = 6_000
"""For all questions and answers together: Slack refuses messages of some 13,000 characters."""

_SECTION: Final = 2_900
"""For one question: Slack takes 3,000 characters."""

_AROUND: Final = 50
"""What stands around the words of an answer: its rating, who gave it, that it came late."""


def closed_prompt(summary: Summary) -> Message:
    """What stands in the channel once a round has closed."""
    return Message(voice.plain(summary), list(_closed(summary)))


def settled_by_press(shown_in: str, action: Action) -> str:
    """The value of a button that settles an action."""
    return f"{shown_in}|{action.id}"


def thread_message(summary: Summary, picture: Picture | None = None) -> Message:
    """What stands in its thread."""
    review = summary.review
    blocks: list[Block] = [section("closed", voice.closed(summary))]
    if review is None:
        blocks += _questions(summary)
    else:
        blocks += _review(summary, review, picture)
    blocks += _worn_out(summary)
    return Message(voice.plain(summary), [*blocks, *_buttons(summary)])


def _closed(summary: Summary) -> Iterator[Block]:
    yield section("closed", voice.closed(summary))
    if short := voice.short(summary):
        yield section("short", whole_lines(short))
    if in_thread := voice.in_thread(summary):
        yield ContextBlock([Text(in_thread)], block_id="thread")
    if summary.is_last and summary.asked.visibility is not Visibility.ANONYMOUS:
        yield ActionsBlock(
            [_button(actions.ANSWER, voice.ANSWER_LATE, summary.asked.id)], block_id="answer"
        )


def _questions(summary: Summary) -> Iterator[Block]:
    asked = summary.results.shown
    for result in asked:
        yield section(
            f"question_{result.question.id}",
            _with_quotes(voice.question(result), result, len(asked)),
        )
    if hidden := summary.results.left_out:
        yield section("left_out", whole_lines(voice.left_out(hidden)))
    yield from _lines_left_out(summary)


def _review(summary: Summary, review: Review, picture: Picture | None) -> Iterator[Block]:
    if summary.has_results:
        yield from _ratings(summary, review)
    if changes := voice.changes(review):
        yield section("changes", changes)
    yield section("drift", voice.drift(review))
    if review.before:
        yield section("before", voice.before(review))
        yield from _actions(summary, review, review.before)
    if picture is not None:
        yield picture_block(picture.file_id, picture.alt_text)
    yield section("conclusion", voice.conclusion(summary))
    if summary.asked.concluded_at is not None:
        yield section("decided", voice.decided(review))
        yield from _actions(summary, review, review.decided)


def _ratings(summary: Summary, review: Review) -> Iterator[Block]:
    if review.rated:
        yield section("disagreement", voice.disagreement(review))
    rated, differ = review.rated, review.disagreed
    yield from (_rated(summary, each, len(rated)) for each in differ)
    if differ:
        yield ContextBlock([Text(voice.explaining_is_named())], block_id="named")
    if differ and len(rated) > len(differ):
        yield section("alike", voice.alike())
    yield from (_rated(summary, each, len(rated)) for each in rated if not each.is_disagreed_on)
    if not_rated := voice.not_rated(summary):
        yield section("not_rated", not_rated)
    yield from _lines_left_out(summary)


def _lines_left_out(summary: Summary) -> Iterator[Block]:
    if said := voice.lines_left_out(summary):
        yield section("lines_left_out", said)


def _rated(summary: Summary, each: Rated, of: int) -> SectionBlock:
    question = each.result.question
    button = _explain(summary, question) if each.is_disagreed_on else None
    words = _with_quotes(voice.rated(each), each.result, of)
    return SectionBlock(Text(words), block_id=f"rated_{question.id}", accessory=button)


def _with_quotes(head: str, result: QuestionResult, of: int) -> str:
    """What is said of a question and as many answers as there is room for; the rest is counted.

    Of few, each is whole; of many, long ones are cut.
    """
    lines, room = [head], min(_CHARACTERS // max(of, 1), _SECTION) - len(head)
    left = len(result.said) + result.more
    for quote in voice.quotes(result, _longest(voice.quotes(result, room), room)):
        room -= len(quote) + 1
        if room < 0:
            break
        lines.append(quote)
        left -= 1
    return "\n".join([*lines, voice.more_quotes(left)] if left else lines)


def _longest(quotes: Sequence[str], room: int) -> int:
    """How long a quote may be where the shorter ones leave their room to the longer."""
    lengths = sorted(map(len, quotes))
    while lengths and lengths[0] < room // len(lengths):
        room -= lengths.pop(0) + 1
    return room // max(len(lengths), 1) - _AROUND


def _actions(summary: Summary, review: Review, shown: Sequence[Action]) -> Iterator[Block]:
    for each in shown:
        is_gone = each.is_open and each.owner in review.gone
        yield section(f"action_{each.id}", voice.action(each, is_gone=is_gone))
        yield ActionsBlock(
            list(settling(summary.asked.id, each, is_gone=is_gone)), block_id=f"settle_{each.id}"
        )


def settling(shown_in: str, each: Action, *, is_gone: bool = False) -> Iterator[Button]:
    """What can be done with an action that stands in the summary of this round, or is told elsewhere."""
    value = settled_by_press(shown_in, each)
    if is_gone:
        yield _button(TAKE_OVER, voice.TAKE_OVER, value)
    if not each.is_open:
        yield _button(SETTLES[ActionState.OPEN], voice.OPEN_AGAIN, value)
        return
    yield _button(SETTLES[ActionState.DONE], voice.DONE, value)
    yield _button(SETTLES[ActionState.DROPPED], voice.DROP, value)


def _worn_out(summary: Summary) -> Iterator[Block]:
    for question in summary.worn_out:
        if summary.is_retired(question):
            yield section(f"worn_out_{question.id}", voice.retired(question))
        elif len(summary.ritual.asked) > 1:
            yield section(f"worn_out_{question.id}", voice.worn_out(question))
            value = f"{summary.asked.id}|{question.id}"
            yield ActionsBlock(
                [_button(actions.RETIRE, voice.RETIRE, value)], block_id=f"retire_{question.id}"
            )


def _buttons(summary: Summary) -> Iterator[Block]:
    buttons: list[Element] = []
    if summary.review is not None:
        is_first = summary.asked.concluded_at is None
        words = voice.CONCLUDE if is_first else voice.CONCLUDE_AGAIN
        buttons.append(_button(actions.CONCLUDE, words, summary.asked.id, is_first=is_first))
    if summary.asked.visibility is not Visibility.ANONYMOUS and summary.results.people:
        buttons.append(_button(actions.NAMES, voice.NAMES, summary.asked.id))
    if buttons:
        yield ActionsBlock(buttons, block_id="buttons")


def _explain(summary: Summary, question: Question) -> Button:
    return _button(
        f"{actions.EXPLAIN_PREFIX}{question.id}", voice.EXPLAIN, f"{summary.asked.id}|{question.id}"
    )


def _button(action_id: str, words: str, value: str, *, is_first: bool = False) -> Button:
    return Button(PlainText(words), action_id, value=value, style="primary" if is_first else None)
