"""Words that everything about rituals shares."""

import pytest

from handlers.voice.ritual_words import one_decimal


@pytest.mark.parametrize(
    ("mean", "said"),
    [(2.25, "2.3"), (3.25, "3.3"), (3.75, "3.8"), (4.0, "4.0"), (13 / 3, "4.3"), (None, "0.0")],
)
def test_means_are_rounded_as_people_round(mean: float | None, said: str) -> None:
    assert str(one_decimal(mean)) == said
