"""Answering a ritual, in words."""

from typing import Final

from coherence.rituals.answering import Kept, Standing, State
from coherence.rituals.given import MOST_WORDS, Given
from coherence.rituals.names import Answerer, WhoAnswered
from coherence.rituals.ritual import Form, Question, Round, Visibility
from handlers.voice import ritual_words
from handlers.voice.dates import Style, on_own_clock
from handlers.voice.mrkdwn import bold, brief, clip, escape
from handlers.voice.mrkdwn import person as named
from handlers.voice.ritual_summary import LAYERS

TITLE: Final = "Your answer"
NAMES_TITLE: Final = "Who answered what"
SUBMIT: Final = "Hand in"
SUBMIT_LATE: Final = "Hand in late"
CANCEL: Final = "Cancel"
CLOSE: Final = "Close"
ANSWER_LATE: Final = "Answer late"
NEXT: Final = "Next"
FROM_THE_START: Final = "From the start"
RATING_PLACEHOLDER: Final = "Choose a rating"
RATING: Final = "Rating"
EVIDENCE: Final = "A line of evidence"
EVIDENCE_HINT: Final = "What made you choose this? You may leave it out."

_ONCE: Final = "Kept. Nobody can tell that it is yours, so it can't be changed."
_LABEL: Final = 1_900
_TITLE: Final = 24
_SECTION: Final = 2_900
"""For one person: Slack takes 3,000 characters."""
_CUT: Final = 150


def title(standing: Standing) -> str:
    """Which ritual a window is about."""
    return clip(standing.name, _TITLE)


def loading() -> str:
    """While the window is on its way."""
    return "One moment."


def who_sees(standing: Standing) -> str:
    """Before anything else: who sees what."""
    return ritual_words.who_sees(standing.asked.visibility, standing.asked.champions)


def comes_late(standing: Standing) -> str:
    """Below who sees what, where a round has closed."""
    return (
        f"This closed on {_closing(standing.asked)}; your answer comes late and is marked so. "
        "It is shown with the others at once."
    )


def until(standing: Standing) -> str:
    """Until when it can be answered and changed."""
    asked = standing.asked
    closes = f"Open until {on_own_clock(asked.closes_at)}."
    if asked.visibility is Visibility.ANONYMOUS:
        return closes
    return f"{closes} You can change this until it closes."


def closed_meanwhile() -> str:
    """Above a form that was open when the round closed."""
    return (
        "*This closed while you were writing.* Nothing is lost: press once more to hand it in late."
    )


def label(question: Question) -> str:
    """A question above its field; plain text."""
    return clip(question.text, _LABEL)


def settled(question: Question, given: Given) -> str:
    """A question that was answered in time and is closed by now."""
    return f"{bold(escape(question.text))}\nYou answered in time: {shown(question, given)}"


def typed_in_vain(question: Question, given: Given) -> str:
    """What somebody typed for a question whose answer can't be changed any more."""
    return f"What you have just typed isn't kept: {shown(question, given)}"


def already_taken_part() -> str:
    """An anonymous round that this person has answered."""
    return "You have answered this already. Nobody can tell which answer is yours, so it can't be changed."


def answered_in_time(standing: Standing) -> str:
    """A round that has closed, all of which this person answered in time."""
    closed = _closing(standing.asked)
    return f"This closed on {closed}. What you answered counts as it is."


def closed(standing: Standing) -> str:
    """A round that takes no answers any more."""
    asked = standing.asked
    when = _closing(asked)
    if asked.visibility is Visibility.ANONYMOUS:
        return f"This closed on {when}. Answers without a name can't come late."
    return f"This closed on {when}, and has been asked again or has ended since: it takes no more answers."


def nothing_kept() -> str:
    """Above what somebody typed when it was too late."""
    return "Nothing of what you typed was kept. Here it is, so that you can copy it:"


def typed(question: Question, given: Given) -> str:
    """A question and what was typed, above a field to copy longer words from."""
    rating = ritual_words.ratings(question).get(given.rating or 0)
    return f"{bold(escape(question.text))}{f': {rating}' if rating else ''}"


def kept(kept: Kept) -> str:
    """In place of the form."""
    if kept.asked.visibility is Visibility.ANONYMOUS:
        return _ONCE
    if kept.late:
        return "Kept. It came late and is marked so."
    what = "Changed." if kept.changed else "Kept."
    return f"{what} You can change this until it closes."


def rated(kept: Kept, rating: int) -> str:
    """After one press on a rating."""
    if kept.asked.visibility is Visibility.ANONYMOUS:
        return _ONCE
    what = "Changed to" if kept.changed else "Kept:"
    said = ritual_words.ratings(kept.asked.questions[0])[rating]
    return f"{what} {said}. You can press another one until it closes."


def rated_too_late(standing: Standing) -> str:
    """After a press on a rating of a round that has closed."""
    when = _closing(standing.asked)
    match standing.state:
        case State.LATE:
            return f"This closed on {when}, so nothing was kept. You can still answer; it comes late and is marked so."
        case State.DONE:
            return answered_in_time(standing)
        case _:
            return closed(standing)


def names_intro(answered: WhoAnswered) -> str:
    """Above who answered what."""
    if answered.asked.visibility is Visibility.CHAMPION:
        return f"{bold(escape(answered.name))}\nOnly the champion sees these names."
    return bold(escape(answered.name))


def nobody() -> str:
    """Where nobody has answered."""
    return "Nobody has answered."


def answerer(answered: WhoAnswered, one: Answerer) -> str:
    """One person's answers, a line each: whole where they fit into one section, else cut."""
    whole = _answers_of(answered, one, MOST_WORDS)
    return whole if len(whole) <= _SECTION else _answers_of(answered, one, _CUT)


def _answers_of(answered: WhoAnswered, one: Answerer, limit: int) -> str:
    lines = [named(one.user_id)]
    several = len(answered.asked.questions) > 1
    for question in answered.asked.questions:
        if question.id in one.given:
            what = f"{_asked(question)} " if several else ""
            late = " _(late)_" if question.id in one.late else ""
            lines.append(f"{what}{shown(question, one.given[question.id], limit)}{late}")
    return "\n".join(lines)


def _asked(question: Question) -> str:
    """A question before somebody's answer to it: its layer is enough where it has one."""
    if question.layer:
        return f"{bold(LAYERS[question.layer])}:"
    return f"_{escape(clip(question.text, 80))}_"


def shown(question: Question, given: Given, limit: int = MOST_WORDS) -> str:
    """An answer on one line, with its words cut to some characters."""
    parts = [ritual_words.ratings(question)[given.rating]] if given.rating else []
    if given.words:
        parts.append(f"“{brief(given.words, limit)}”")
    return ", ".join(parts)


def words_label(question: Question) -> str:
    """What stands above the words of an answer; plain text."""
    return EVIDENCE if question.form is Form.BOTH else label(question)


def _closing(asked: Round) -> str:
    return on_own_clock(asked.closed_at or asked.closes_at, Style.DATED)
