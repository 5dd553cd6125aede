"""A newer arrangement covers older ones, and everything else stays as it was."""

from datetime import timedelta
from itertools import pairwise
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.champion.arrangements import (
    Arrangement,
    clear,
    lay,
    stand_in,
    with_person,
    within,
)
from coherence.rota.term import Source, Term
from tests.coherence.champion.rotas import ANA, BO, CY
from tests.support.times import NOON

HOUR: Final = timedelta(hours=1)
HOURS: Final = 30


@st.composite
def arrangements(draw: st.DrawFn) -> Arrangement:
    start = draw(st.integers(0, HOURS - 1))
    end = draw(st.integers(start + 1, HOURS))
    users = tuple(draw(st.lists(st.sampled_from([ANA, BO, CY]), max_size=2, unique=True)))
    source = draw(st.sampled_from([Source.OVERRIDE, Source.COVER, Source.SWAP]))
    made = NOON + timedelta(minutes=draw(st.integers(0, 5)))
    return Arrangement(NOON + start * HOUR, NOON + end * HOUR, users, source, None, made)


laid_one_by_one = st.lists(arrangements(), max_size=8).map(lambda new: lay([], new))


def by_hour(laid: list[Arrangement]) -> list[tuple[object, ...] | None]:
    """What is arranged in each hour."""
    return [
        next((each.origin for each in laid if each.start <= hour < each.end), None)
        for hour in (NOON + number * HOUR for number in range(HOURS))
    ]


@settings(deadline=None)
@given(laid_one_by_one, arrangements())
def test_the_newest_wins_and_everything_else_is_as_it_was(
    before: list[Arrangement], new: Arrangement
) -> None:
    after = lay(before, [new])
    for hour, (old, now) in enumerate(zip(by_hour(before), by_hour(after), strict=True)):
        is_covered = new.start <= NOON + hour * HOUR < new.end
        assert now == (new.origin if is_covered else old)


@settings(deadline=None)
@given(st.lists(arrangements(), max_size=12))
def test_they_never_overlap_and_stand_in_order(new: list[Arrangement]) -> None:
    laid = lay([], new)
    assert all(a.end <= b.start for a, b in pairwise(laid))
    assert all(each.start < each.end for each in laid)


@settings(deadline=None)
@given(laid_one_by_one, arrangements())
def test_what_was_covered_can_be_put_back(before: list[Arrangement], new: Arrangement) -> None:
    covered = within(before, new.start, new.end)
    after = lay(before, [new])
    assert lay(clear(after, new.start, new.end), covered) == before


def test_a_stand_in_takes_the_same_seat() -> None:
    assert with_person((ANA, BO), ANA, CY) == (CY, BO)
    assert with_person((ANA, BO), BO, CY) == (ANA, CY)
    assert with_person((ANA, BO), ANA, BO) == (BO,)
    assert with_person((), None, CY) == (CY,)


def test_a_stand_in_serves_where_the_other_would_and_nowhere_else() -> None:
    terms = [
        Term(NOON, NOON + 2 * HOUR, (ANA, BO), Source.ROTA, ""),
        Term(NOON + 2 * HOUR, NOON + 4 * HOUR, (BO,), Source.ROTA, ""),
        Term(NOON + 4 * HOUR, NOON + 6 * HOUR, (ANA,), Source.ROTA, ""),
    ]
    found = stand_in(terms, ANA, CY, NOON + HOUR, NOON + 5 * HOUR)
    assert [(each.start, each.end, each.users) for each in found] == [
        (NOON + HOUR, NOON + 2 * HOUR, (CY, BO)),
        (NOON + 4 * HOUR, NOON + 5 * HOUR, (CY,)),
    ]
