"""The soak in small: ten seeds, as `make soak` runs them by the month."""

import pytest

from benchmarks.soak import Seed, soak

SEEDS = range(1, 11)


@pytest.mark.parametrize("number", SEEDS)
async def test_bots_that_are_killed_lose_nothing_and_repeat_nothing(
    number: int, postgres: str
) -> None:
    tally = await soak(Seed(number, kills=2, days=1), postgres)
    assert tally.wrong == []
    assert tally.kills == 2
    assert tally.posted > 0


async def test_where_history_cannot_be_read_nothing_is_lost_either(postgres: str) -> None:
    tally = await soak(Seed(2, kills=2, days=1, readable=False), postgres)
    assert tally.lost == 0
    assert tally.posted + tally.twice > 0
