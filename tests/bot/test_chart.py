"""Charts of people's own words, whatever those are."""

import io
import warnings

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from bot.chart import _lines, draw
from bot.chart_fonts import Lettering
from handlers.charts import Chart, Line, Lines, Panel, Row

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


def test_lines_with_gaps_that_lie_on_each_other_are_drawn_whatever_their_names() -> None:
    rows = tuple(Line(name, (3.0, None, 4.2)) for name in NAMES)
    panel = Lines("Mean rating", rows, lowest=1, highest=5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = draw(Chart("Layers", ("Jan 2026", "Feb 2026", "Mar 2026"), (panel,)))
    assert png.startswith(b"\x89PNG")


def test_layers_are_told_apart_by_marker_and_dash_not_by_colour_alone() -> None:
    axes = Figure().subplots()
    rows = tuple(Line(str(number), (3.0, 4.0)) for number in range(4))
    lines = _lines(axes, ("Jan 2026", "Feb 2026"), Lines("Mean rating", rows, 1, 5))
    looks = {(each.get_marker(), each.get_linestyle()) for each in axes.get_lines()}
    assert len(lines) == len(looks) == 4
    assert axes.get_ylim() == (0.75, 5.25)


def test_a_chart_reads_alike_on_light_and_dark_since_its_ground_is_its_own() -> None:
    panel = Lines("Mean rating", (Line("Vision", (1.0, 5.0)),), lowest=1, highest=5)
    picture = imread(io.BytesIO(draw(Chart("Layers", ("Jan 2026", "Feb 2026"), (panel,)))))
    assert picture[..., 3].min() == 1.0
    assert picture[0, 0, :3].min() > 0.95
