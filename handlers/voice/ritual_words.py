"""The words that everything about rituals shares: kinds, ratings, and who sees an answer."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from coherence.rituals.ritual import FEWEST_SHOWN, Question, RitualKind, Visibility
from handlers.voice.mrkdwn import in_a_row, person

KINDS: Final[Mapping[RitualKind, str]] = {
    RitualKind.STAND_UP: "Stand-up question",
    RitualKind.SPRINT_REVIEW: "Sprint review check",
    RitualKind.MONTHLY_REVIEW: "Monthly review",
    RitualKind.FREE: "A ritual of your own",
}

_LAYER_RATINGS: Final[Mapping[int, str]] = {
    1: "1 – absent",
    2: "2 – weak",
    3: "3 – patchy",
    4: "4 – good",
    5: "5 – fully there",
}

_RATINGS: Final[Mapping[int, str]] = {
    1: "1 – not at all",
    2: "2 – hardly",
    3: "3 – partly",
    4: "4 – mostly",
    5: "5 – fully",
}

VISIBILITIES: Final[Mapping[Visibility, str]] = {
    Visibility.NAMED: "With names",
    Visibility.CHAMPION: "Names for the champion only",
    Visibility.ANONYMOUS: "Anonymous",
}


def ratings(question: Question) -> Mapping[int, str]:
    """What each rating means: how far a layer is there, or how far something is so."""
    return _LAYER_RATINGS if question.layer else _RATINGS


def who_sees(visibility: Visibility, champions: Sequence[str]) -> str:
    """Who sees what, exactly, told before anybody answers; `champions` are on duty for this round."""
    match visibility:
        case Visibility.NAMED:
            return "Everybody in this channel sees your answer and your name once it closes."
        case Visibility.CHAMPION:
            return (
                "Everybody in this channel sees your answer once it closes, without your name. "
                f"{_who_sees_names(champions)}"
            )
        case Visibility.ANONYMOUS:
            return (
                "Nobody can see that an answer is yours, and it can't be changed later. Answers to a "
                f"question are shown once it closes, if at least {FEWEST_SHOWN} people have answered it; "
                f"lines beside ratings, if at least {FEWEST_SHOWN} have written one."
            )


def _who_sees_names(champions: Sequence[str]) -> str:
    if not champions:
        return "Only whoever is champion, now or later, can see that it is yours."
    return f"Only {people(champions)}, and whoever is champion later, can see that it is yours."


def one_decimal(mean: float | None) -> Decimal:
    """A mean as it is read: 3.25 is 3.3, as taught at school; 0.0 where there is none."""
    # What a sum has lost in binary must not turn a half down.
    exact = Decimal(repr(round(mean or 0.0, 9)))
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def people(users: Sequence[str]) -> str:
    """People by name, as in a sentence."""
    return in_a_row([person(each) for each in users])
