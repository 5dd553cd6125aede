"""What a round came to, in words."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from coherence.rituals.action import Action, ActionState
from coherence.rituals.given import MOST_WORDS
from coherence.rituals.results import QuestionResult, Said
from coherence.rituals.ritual import FEWEST_SHOWN, Question, RitualKind
from coherence.rituals.summary import Rated, Review, Summary
from coherence.stack.document import Layer
from handlers.voice.dates import plain_day
from handlers.voice.mrkdwn import bold, brief, escape, in_a_row, one_line, person
from handlers.voice.ritual_words import one_decimal, people

TITLE: Final = "the summary of a ritual"
"""What stewards know the delivery by."""

ANSWER_LATE = "Answer late"
NAMES = "Who answered what"
EXPLAIN = "I can explain"
CONCLUDE = "Conclude"
CONCLUDE_AGAIN = "Change the conclusion"
DONE = "Done"
DROP = "Drop"
OPEN_AGAIN = "Open again"
TAKE_OVER = "Take it over"
RETIRE = "Retire it"

LAYERS: Final = {
    Layer.VISION: "Vision",
    Layer.NARRATIVE: "Narrative",
    Layer.SYSTEM: "System",
    Layer.TOUCHPOINT: "Touchpoints",
}
_UNPLACED = "no layer named yet"

_NO_ANSWER = "Nobody answered this one."
_FEW = f"Fewer than {FEWEST_SHOWN} answered"
_NOT_SHOWN = ", so what they said is not shown"
_QUOTED = 200
_ACTION = 150
_QUOTES_IN_CHANNEL = 3
_NAMED = 5
_BOTH = 2
ENDS: Final = {ActionState.DONE: "done", ActionState.DROPPED: "dropped"}


def closed(summary: Summary) -> str:
    """The first line in place of the prompt: it is over, and how many answered."""
    return f"{bold(escape(summary.ritual.name))} {_over(summary)}. {answered(summary)}"


def plain(summary: Summary) -> str:
    """The same as a phone shows it."""
    return f"{escape(summary.ritual.name)} {_over(summary)}. {answered(summary)}"


def answered(summary: Summary) -> str:
    """How many answered, and what is not shown of it."""
    count, late = summary.results.people, summary.results.late
    if not count:
        return "Nobody answered this time."
    if summary.results.hidden:
        return (
            f"{count:,} answered without names. Below {FEWEST_SHOWN}, answers are not shown, so that "
            "nobody can be guessed from them."
        )
    came_late = f", {late:,} of them after it closed" if late else ""
    return f"{count:,} answered{came_late}."


def short(summary: Summary) -> str | None:
    """What it came to, in a few lines for the channel; None where nothing is to be shown."""
    if not summary.has_results:
        return None
    if summary.review is not None:
        return _short_review(summary, summary.review)
    lines = ["\n".join(_short_question(each)) for each in summary.results.shown]
    if hidden := summary.results.left_out:
        which = _which(len(hidden), "the other" if lines else "the")
        lines.append(f"{_FEW} {which}{_NOT_SHOWN}.")
    return "\n\n".join(lines)


def left_out(hidden: Sequence[QuestionResult]) -> str:
    """Which questions too few people have answered."""
    asked = "\n".join(f"• {brief(each.question.text, 100)}" for each in hidden)
    return f"{_FEW} these{_NOT_SHOWN}:\n{asked}"


def in_thread(summary: Summary) -> str | None:
    """Where the rest is; None where there is none."""
    if summary.has_results:
        return "All of it is in the thread."
    if summary.review is not None:
        return "What is open, and the conclusion, are in the thread."
    return None


def question(result: QuestionResult) -> str:
    """A question with its ratings."""
    asked = bold(_text(result.question))
    if not result.rated:
        return asked if result.said else f"{asked}\n{_NO_ANSWER}"
    return f"{asked}\n{ratings(result)}"


def rated(each: Rated) -> str:
    """A question of a review: mean, range, the change, and who explains."""
    lines = [f"*{named(each.result.question)}*: {ratings(each.result)}"]
    if each.explaining:
        lines.append(f"{_some(each.explaining)} can explain how they see it.")
    return "\n".join(lines)


def ratings(result: QuestionResult) -> str:
    """The mean, and how far apart people are."""
    mean = f"{one_decimal(result.mean)} on average"
    if result.rated == 1:
        return f"{result.lowest}, from one person"
    if not result.spread:
        all_of_them = "both" if result.rated == _BOTH else f"all {result.rated:,}"
        return f"{all_of_them} gave a {result.lowest}"
    counts = ", ".join(f"{count:,} gave a {each}" for each, count in sorted(result.ratings.items()))
    return f"{mean}, from {result.lowest} to {result.highest}: {counts}"


def quotes(result: QuestionResult, room: int = 0) -> list[str]:
    """The answers in words, a line each, cut to some characters: `room`, but not to a few only."""
    limit = min(max(room, _QUOTED), MOST_WORDS)
    return [f"• {said(each, limit)}" for each in result.said]


def more_quotes(count: int) -> str:
    """How many answers are left out."""
    return f"… and {count:,} more"


def said(each: Said, limit: int) -> str:
    """One answer, with who gave it where that may be known."""
    rating = f"{each.rating}: " if each.rating is not None else ""
    words = brief(each.words or "", limit)
    who = f" – {person(each.user_id)}" if each.user_id else ""
    return f"{rating}{words}{who}{' _(late)_' if each.late else ''}"


def disagreement(review: Review) -> str:
    """Above what people see differently."""
    if not review.disagreed:
        return "*You see it alike*: no two ratings of a layer are more than a step apart."
    return (
        "*Where you see it differently.* Whoever gave the highest or the lowest rating may know "
        "something that the others don't."
    )


def not_rated(summary: Summary) -> str | None:
    """Which layers have no rating to show, and why; None where all have."""
    too_few = summary.results.left_out
    nobody = [each for each in summary.results.shown if not each.rated]
    lines = []
    if too_few:
        lines.append(
            f"Fewer than {FEWEST_SHOWN} rated {_names(too_few)}, so what they gave is not shown."
        )
    if nobody:
        lines.append(f"Nobody rated {_names(nobody)}.")
    return " ".join(lines) or None


def lines_left_out(summary: Summary) -> str | None:
    """Beside which ratings too few people have written a line; None where there is none."""
    without = [each for each in summary.results.shown if each.lines_hidden]
    if not without:
        return None
    return (
        f"Fewer than {FEWEST_SHOWN} wrote a line of evidence on {_names(without)}, so these lines are not "
        "shown."
    )


def explaining_is_named() -> str:
    """What pressing the button shows."""
    return f"_{EXPLAIN}_ shows your name here; press it again to take that back."


def alike() -> str:
    """Above what people see alike, after what they see differently."""
    return "*Where you see it alike*"


def changes(review: Review) -> str | None:
    """What has changed since the round before; None where there is none to compare with."""
    compared = [each for each in review.rated if each.change is not None]
    if not compared:
        return None
    in_order = sorted(compared, key=lambda each: list(Layer).index(_layer(each)))
    moved = [each for each in in_order if _step(each)]
    if not moved:
        return "*Since last time*: no layer has moved."
    stayed = [each for each in in_order if not _step(each)]
    rest = f"; {_as_before(stayed)} as before" if stayed else ""
    return f"*Since last time*: {', '.join(map(_moved, moved))}{rest}."


def drift(review: Review) -> str:
    """How what is open in the drift log spreads over the layers."""
    if not sum(review.drift.values()):
        return "*Open drift*: none in the log."
    shown = [
        f"{name.lower()} {review.drift[layer]:,}"
        for layer, name in LAYERS.items()
        if review.drift.get(layer)
    ]
    if unplaced := review.drift.get(None):
        shown.append(f"{_UNPLACED} {unplaced:,}")
    return f"*Open drift*: {', '.join(shown)}. `/coherence drift` shows the log."


def before(review: Review) -> str:
    """Above what was decided before; how much of it is done."""
    done = sum(each.state is ActionState.DONE for each in review.before)
    count = len(review.before) + review.more
    rest = f" The {review.more:,} that are due last are left out." if review.more else ""
    return f"*Decided before*: {done:,} of {count:,} done.{rest}"


def decided(review: Review) -> str:
    """Above what was decided in this review."""
    return "*Decided now*" if review.decided else "*Decided now*: no actions."


def action(each: Action, *, is_gone: bool = False) -> str:
    """An action: what, who, until when, and how it stands."""
    layer = f" · {LAYERS[each.layer]}" if each.layer else ""
    what = f"{brief(each.text, _ACTION)} – {person(each.owner)}, by {due(each)}{layer}"
    if not each.is_open:
        return f"{what}\n_{ENDS[each.state]}_"
    return (
        f"{what}\n_{person(each.owner)} is no longer here. Who takes it over?_" if is_gone else what
    )


def conclusion(summary: Summary) -> str:
    """What the review came to."""
    asked = summary.asked
    if asked.concluded_at is None:
        return "*Not concluded yet*. The champion names the layer that drifted most, and what is to be done."
    by = f" – {person(asked.concluded_by)}" if asked.concluded_by else ""
    return f"{_drifted(asked.drifted)} {brief(asked.conclusion or '', 300)}{by}"


def worn_out(asked: Question) -> str:
    """A question proposes its own retirement."""
    return (
        f"“{_text(asked)}” has had much the same answers four times in a row. It may have done its work: "
        "the champion or a steward can retire it. To keep asking, there is nothing to do."
    )


def retired(asked: Question) -> str:
    """A question that proposed it is retired."""
    return f"“{_text(asked)}” is retired and asked no more. To have it again, write it back in `/coherence rituals`."


def explains(*, offered: bool) -> str:
    """To whoever pressed: what the summary says of them now."""
    if offered:
        return "The summary now says that you can explain how you see it."
    return "Taken back: the summary no longer says that you can explain it."


def settled(each: Action) -> str:
    """To whoever pressed: how the action stands."""
    name = f"“{one_line(each.text, 80)}”"
    if each.is_open:
        return f"{name} is open again."
    return f"{name} is noted as {ENDS[each.state]}. Thank you."


def not_theirs(to_ask: Sequence[str]) -> str:
    """To who pressed and neither owns the action nor leads the review; `to_ask` are user ids."""
    ask = _some(to_ask) or "a workspace admin"
    return (
        f"Only who takes care of it, the champion on duty or a steward can change that. Ask {ask}."
    )


def taken_over(each: Action) -> str:
    """To whoever pressed: it is theirs."""
    return f"“{one_line(each.text, 80)}” is yours now, by {due(each)}. Thank you."


def due(each: Action) -> str:
    """Until when; with the year, where it is another than that in which it was decided."""
    return plain_day(each.due_on, each.decided_on)


def named(asked: Question) -> str:
    """A question by its layer, or as it was asked."""
    return LAYERS[asked.layer] if asked.layer else _text(asked)


def _which(count: int, the: str) -> str:
    return f"{the} question" if count == 1 else f"each of {the} {count:,} questions"


def _names(results: Sequence[QuestionResult]) -> str:
    names = [f"*{named(each.question)}*" for each in results[:_NAMED]]
    if rest := len(results) - len(names):
        names.append(f"{rest:,} more")
    return in_a_row(names)


def _some(users: Sequence[str]) -> str:
    rest = len(users) - _NAMED
    return (
        people(users)
        if rest <= 0
        else f"{', '.join(map(person, users[:_NAMED]))} and {rest:,} more"
    )


def _over(summary: Summary) -> str:
    is_review = summary.ritual.kind is RitualKind.MONTHLY_REVIEW
    return "is revealed" if is_review else "has closed"


def _text(asked: Question) -> str:
    return brief(asked.text, 150)


def _short_review(summary: Summary, review: Review) -> str:
    lines = [_short_disagreement(review)] if review.rated else []
    if left_out := not_rated(summary):
        lines.append(left_out)
    if summary.asked.concluded_at is not None:
        sentence = one_line(summary.asked.conclusion or "", 300)
        lines.append(f"{_drifted(summary.asked.drifted)} {sentence}")
    if review.decided:
        count = len(review.decided)
        lines.append("1 action:" if count == 1 else f"{count:,} actions:")
        lines += [f"• {_short_action(each)}" for each in review.decided]
    return "\n".join(lines)


def _short_disagreement(review: Review) -> str:
    if not review.disagreed:
        return "You see the layers alike."
    first, *others = [each.result for each in review.disagreed]
    as_much = [each for each in others if each.spread == first.spread]
    if as_much:
        return f"You differ most on {_names([first, *as_much])}: by {first.spread} steps each."
    return (
        f"You differ most on {_names([first])}: from {first.lowest} to {first.highest}, "
        f"{one_decimal(first.mean)} on average."
    )


def _short_action(each: Action) -> str:
    end = "" if each.is_open else f" ({ENDS[each.state]})"
    return f"{one_line(each.text, 100)} – {person(each.owner)}, by {due(each)}{end}"


def _drifted(layer: Layer | None) -> str:
    return f"*{LAYERS[layer]}* drifted most." if layer else "No layer drifted."


def _short_question(result: QuestionResult) -> Iterable[str]:
    yield question(result)
    if not result.rated:
        yield from quotes(result)[:_QUOTES_IN_CHANNEL]


def _moved(each: Rated) -> str:
    step, name = _step(each), named(each.result.question).lower()
    return f"{name} {'up' if step > 0 else 'down'} {abs(step)} to {one_decimal(each.result.mean)}"


def _as_before(stayed: Sequence[Rated]) -> str:
    return "the others" if len(stayed) > 1 else named(stayed[0].result.question).lower()


def _step(each: Rated) -> Decimal:
    """How far a mean has moved, as one reads it off the means shown."""
    now = each.result.mean or 0.0
    return one_decimal(now) - one_decimal(now - (each.change or 0.0))


def _layer(each: Rated) -> Layer:
    return each.result.question.layer or Layer.TOUCHPOINT
