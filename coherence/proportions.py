"""So many of so many, and what that says about the next ones."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

FEWEST: Final = 5
"""Of fewer cases than this a share says too little to be told."""

_Z: Final = 1.959963984540054
"""Of the normal distribution, for 95 in a hundred."""


@dataclass(frozen=True)
class Share:
    """`count` of `of` cases, `count` never more than `of`."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of no cases at all."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the true one lies, 95 times in a hundred."""
        return wilson_interval(self.count, self.of)

    @property
    def is_telling(self) -> bool:
        """Whether there are cases enough to say anything."""
        return self.of >= FEWEST


def wilson_interval(count: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion, from 0 to 1; (0, 1) of no cases.

    E. B. Wilson, “Probable inference, the law of succession, and statistical inference”, Journal of the
    American Statistical Association 22 (1927), 209–212. It holds for few cases and near 0 and 1, where
    the usual p ± 1.96 s does not (R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, method 3).
    """
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, _Z * _Z
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    # At the edges the two are equal, and arithmetic would leave a speck beyond them.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == of else min(1.0, centre + half)
    return low, high
