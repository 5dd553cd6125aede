"""What a round's answers come to, within what was promised about who sees them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coherence.rituals.ritual import FEWEST_SHOWN, Question, Visibility


@dataclass(frozen=True)
class Said:
    """One answer. `user_id` is None where nobody is to know whose it is."""

    rating: int | None
    words: str | None
    user_id: str | None = None
    late: bool = False


@dataclass(frozen=True)
class QuestionResult:
    """The answers to one question: how many gave each rating, and the first of those with words.

    `more` is how many further answers have words.
    """

    question: Question
    ratings: Mapping[int, int] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    more: int = 0

    @property
    def rated(self) -> int:
        """How many gave a rating."""
        return sum(self.ratings.values())

    @property
    def mean(self) -> float | None:
        """The mean rating, None without any."""
        if not self.rated:
            return None
        return sum(rating * count for rating, count in self.ratings.items()) / self.rated

    @property
    def lowest(self) -> int | None:
        """The lowest rating that somebody gave."""
        return min((rating for rating, count in self.ratings.items() if count), default=None)

    @property
    def highest(self) -> int | None:
        """The highest rating that somebody gave."""
        return max((rating for rating, count in self.ratings.items() if count), default=None)

    @property
    def spread(self) -> int:
        """How many steps lie between the lowest rating and the highest."""
        return (self.highest or 0) - (self.lowest or 0)


@dataclass(frozen=True)
class RoundResults:
    """The results of a round, question by question as they were asked. `people` have answered.

    Where `hidden`, `questions` is empty: an anonymous round with fewer than five answers says only that.
    """

    people: int
    late: int
    hidden: bool
    questions: tuple[QuestionResult, ...]

    def of(self, question_id: str) -> QuestionResult | None:
        """The answers to one question, or None."""
        return next((each for each in self.questions if each.question.id == question_id), None)


def round_results(
    visibility: Visibility, questions: Sequence[QuestionResult], *, people: int, late: int = 0
) -> RoundResults:
    """Put results together, as far as the round's visibility allows them to be shown."""
    hidden = visibility is Visibility.ANONYMOUS and people < FEWEST_SHOWN
    return RoundResults(people, late, hidden, () if hidden else tuple(questions))


def most_disagreed(results: RoundResults) -> list[QuestionResult]:
    """The questions that have ratings, those on which people disagree most first.

    By the steps between lowest and highest, then by the variance of the ratings, then as they were asked.
    """
    rated = [each for each in results.questions if each.rated]
    return sorted(rated, key=lambda each: (-each.spread, -_variance(each)))


def _variance(result: QuestionResult) -> float:
    mean = result.mean or 0.0
    return (
        sum(count * (rating - mean) ** 2 for rating, count in result.ratings.items()) / result.rated
    )
