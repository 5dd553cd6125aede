"""Charts of people's own words, whatever those are."""

import warnings

import pytest

from bot.chart import draw
from bot.chart_fonts import Lettering
from handlers.charts import Chart, Panel, Row

NAMES = [
    "Costs $5 to $10 and $x^{2",
    r"\frac{$}{\$",
    "_begins below the line",
    "歓迎メール",
    "स्वागत",
    "البريد الترحيبي",
    "🎉🎉",
    "",
    "a\nb\tc\x00d",
    "w" * 32,
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_drawn_without_a_warning(name: str) -> None:
    panel = Panel("By touchpoint", (Row(name, (1, 2)), Row(name, (0, 1))))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = draw(Chart(name, ("Jan 2026", "Feb 2026"), (panel,)))
    assert png.startswith(b"\x89PNG")


def test_signs_that_no_font_has_are_left_out_and_the_rest_stays() -> None:
    assert Lettering().drawable("Price page \U000e0fff 2\u202e4") == "Price page 24"


def test_a_name_of_nothing_but_such_signs_is_left_to_its_number() -> None:
    assert Lettering().drawable("\U000e0fff\U000e0ffe") == ""


def test_a_panel_of_more_rows_than_colours_or_of_none_is_drawn() -> None:
    many = tuple(Row(f"Row {number}", (1,)) for number in range(12))
    for rows in (many, ()):
        assert draw(Chart("Rows", ("Jan 2026",), (Panel("All", rows),))).startswith(b"\x89PNG")
