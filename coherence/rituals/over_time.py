"""How the layers were rated, review after review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.rituals.counting import Ratings, ratings_of
from coherence.rituals.ritual import Round
from coherence.stack.document import Layer

MOST_REVIEWS: Final = 12
"""As many as a year has; more would be too narrow to read."""

FEWEST_REVIEWS: Final = 2
"""A single review is no course."""


@dataclass(frozen=True)
class LayersOverTime:
    """The mean rating of each layer in some reviews, oldest first; None where one can't be shown."""

    reviews: tuple[Round, ...]
    means: Mapping[Layer, tuple[float | None, ...]]

    @property
    def is_worth_showing(self) -> bool:
        """Whether at least two reviews have something to show."""
        shown = [
            any(mean is not None for mean in each)
            for each in zip(*self.means.values(), strict=True)
        ]
        return sum(shown) >= FEWEST_REVIEWS

    def mean(self, layer: Layer, review: Round) -> float | None:
        """The mean of a layer in one of the reviews; None where there is none to show."""
        numbers = [each.number for each in self.reviews]
        if layer not in self.means or review.number not in numbers:
            return None
        return self.means[layer][numbers.index(review.number)]


async def layers_over_time(session: AsyncSession, reviews: Sequence[Round]) -> LayersOverTime:
    """The layers in those reviews, which have closed and are given oldest first."""
    ratings = await ratings_of(session, reviews)
    means = {
        layer: tuple(_mean(each, layer, ratings) for each in reviews)
        for layer in Layer
        if any(asked.layer is layer for each in reviews for asked in each.questions)
    }
    return LayersOverTime(tuple(reviews), means)


def _mean(review: Round, layer: Layer, ratings: Ratings) -> float | None:
    counted = [
        (rating, count)
        for asked in review.questions
        if asked.layer is layer
        for rating, count in ratings.get((review.id, asked.id), {}).items()
    ]
    rated = sum(count for _, count in counted)
    return sum(rating * count for rating, count in counted) / rated if rated else None
