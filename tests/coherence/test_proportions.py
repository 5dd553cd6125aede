"""Wilson's interval against values that others have published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.proportions import FEWEST, Share, wilson_interval


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # By hand: (c + z²/2) / (n + z²) ± …
        (11, 12, 0.6461, 0.9851),
    ],
)
def test_the_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    assert wilson_interval(count, of) == pytest.approx((low, high), abs=0.00006)


def test_of_no_cases_anything_may_be_true() -> None:
    assert wilson_interval(0, 0) == (0, 1)
    assert Share(0, 0).value is None


def test_a_share_says_something_from_five_cases_on() -> None:
    assert [Share(1, of).is_telling for of in (FEWEST - 1, FEWEST)] == [False, True]


@given(of=st.integers(1, 10_000), data=st.data())
def test_the_interval_holds_the_share_and_mirrors_its_complement(
    of: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, of))
    low, high = wilson_interval(count, of)
    assert 0 <= low <= count / of <= high <= 1
    assert wilson_interval(of - count, of) == pytest.approx((1 - high, 1 - low), abs=1e-9)
