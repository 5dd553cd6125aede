"""What a round's answers come to, within what was promised about who sees them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

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

    `more` is how many further answers have words. Where `hidden`, nothing of them is here, nor how many:
    somebody answered, and fewer than five did so without a name. With `lines_hidden` the same is so of the
    lines beside ratings that are shown.
    """

    question: Question
    ratings: Mapping[int, int] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    more: int = 0
    hidden: bool = False
    lines_hidden: bool = False

    @property
    def answered(self) -> int:
        """How many answered it; of a question with ratings nobody gives words alone."""
        return max(self.rated, self.worded)

    @property
    def worded(self) -> int:
        """How many answers have words."""
        return len(self.said) + self.more

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

    Where `hidden`, `questions` is empty: of an anonymous round that fewer than five people have answered,
    only that is said.
    """

    people: int
    late: int
    hidden: bool
    questions: tuple[QuestionResult, ...]

    @property
    def shown(self) -> tuple[QuestionResult, ...]:
        """The questions whose answers may be seen."""
        return tuple(each for each in self.questions if not each.hidden)

    @property
    def left_out(self) -> tuple[QuestionResult, ...]:
        """The questions that too few people have answered."""
        return tuple(each for each in self.questions if each.hidden)


def round_results(
    visibility: Visibility, questions: Sequence[QuestionResult], *, people: int, late: int = 0
) -> RoundResults:
    """Put results together, as far as the round's visibility allows them to be shown."""
    hidden = is_too_few(visibility, people)
    shown = () if hidden else tuple(_as_promised(visibility, each) for each in questions)
    return RoundResults(people, late, hidden, shown)


def is_too_few(visibility: Visibility, answered: int) -> bool:
    """Whether so few answers are hidden: to a round, to each of its questions, and lines beside ratings."""
    return visibility is Visibility.ANONYMOUS and answered < FEWEST_SHOWN


def most_disagreed(results: RoundResults) -> list[QuestionResult]:
    """The questions that have ratings, those on which people disagree most first.

    By the steps between lowest and highest, then by the variance of the ratings, then as they were asked.
    """
    rated = [each for each in results.questions if each.rated]
    return sorted(rated, key=lambda each: (-each.spread, -_variance(each)))


def _as_promised(visibility: Visibility, result: QuestionResult) -> QuestionResult:
    if result.answered and is_too_few(visibility, result.answered):
        return QuestionResult(result.question, hidden=True)
    if result.worded and is_too_few(visibility, result.worded):
        return replace(result, said=(), more=0, lines_hidden=True)
    return result


def _variance(result: QuestionResult) -> float:
    mean = result.mean or 0.0
    return (
        sum(count * (rating - mean) ** 2 for rating, count in result.ratings.items()) / result.rated
    )
