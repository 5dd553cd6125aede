"""Draws charts, as PNG.

They stand on a ground of their own, so that they read alike in light and dark; hatching tells apart
what colours (Okabe and Ito's, which colour-blind people tell apart) don't.
"""

import asyncio
import io
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.chart_fonts import Lettering
from handlers.charts import Chart, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Slack shows a picture some 400 dots wide: letters have to be large within it.
WIDTH: Final = 6.0
PANEL_HEIGHT: Final = 4.0
DOTS_PER_INCH: Final = 200

_GROUND: Final = "#FAFAF7"
_INK: Final = "#222222"
_COLOURS: Final = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#999999",
)
_HATCHES: Final = ("", "//", "..", "xx", "\\\\", "++", "--", "oo")
_MOST_LABELS: Final = 6
_LONG_NAME: Final = 22

# What is shared within Matplotlib, its fonts above all, is not made for threads.
_ONE_AT_A_TIME = threading.Lock()


async def draw_aside(chart: Chart) -> bytes:
    """Draw in a thread, so that nothing waits for it but who asked."""
    return await asyncio.to_thread(draw, chart)


def draw(chart: Chart) -> bytes:
    """The chart, its panels below each other; whatever stands in names is read as plain words."""
    with _ONE_AT_A_TIME:
        return _drawn(chart)


def _drawn(chart: Chart) -> bytes:
    # Slow to import, and only this needs it. Without pyplot, nothing is global.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    size = (WIDTH, PANEL_HEIGHT * len(chart.panels) + 0.5)
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=_GROUND, layout="constrained")
    FigureCanvasAgg(figure)
    lettering = Lettering()
    figure.suptitle(
        lettering.drawable(chart.title) or chart.panels[0].title,
        color=_INK,
        fontsize=13,
        parse_math=False,
        family=lettering.families,
    )
    places = figure.subplots(len(chart.panels), 1, sharex=True, squeeze=False)[:, 0]
    for axes, panel in zip(places, chart.panels, strict=True):
        _bars(axes, chart.ticks, panel)
        _name_rows(axes, panel, lettering)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_GROUND)
    return out.getvalue()


def _bars(axes: "Axes", ticks: Sequence[str], panel: Panel) -> None:
    places = range(len(ticks))
    below = [0] * len(places)
    for row, colour, hatch in zip(panel.rows, _COLOURS, _HATCHES, strict=False):
        axes.bar(
            places,
            row.counts,
            bottom=below,
            color=colour,
            hatch=hatch,
            edgecolor=_INK,
            linewidth=0.6,
        )
        below = [under + count for under, count in zip(below, row.counts, strict=True)]
    _scales(axes, ticks, max([*below, 1]))
    axes.set_title(panel.title, color=_INK, loc="left", fontsize=12)


def _scales(axes: "Axes", ticks: Sequence[str], highest: int) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    step = -(-len(ticks) // _MOST_LABELS)
    axes.set_xticks(range(len(ticks))[::step], ticks[::step])
    # A single month would fill the whole width.
    axes.set_xlim(-0.7, max(len(ticks), 3) - 0.3)
    axes.set_ylim(0, highest * 1.1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_facecolor(_GROUND)
    axes.tick_params(colors=_INK, labelsize=11, labelbottom=True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _name_rows(axes: "Axes", panel: Panel, lettering: Lettering) -> None:
    if not panel.rows:
        return
    # A label with an underscore in front would be left out, hence the names come after the legend is made.
    bars = axes.containers
    numbered = list(enumerate(panel.rows[: len(bars)], start=1))
    legend = axes.legend(
        bars,
        [str(number) for number, _ in numbered],
        loc="upper left",
        bbox_to_anchor=(0, -0.12),
        ncols=1 if any(len(row.name) > _LONG_NAME for row in panel.rows) else 2,
        frameon=False,
        labelcolor=_INK,
        fontsize=11,
    )
    for text, (number, row) in zip(legend.get_texts(), numbered, strict=True):
        text.set_parse_math(False)
        text.set_text(lettering.drawable(row.name) or f"No. {number}")
        text.set_fontfamily(lettering.families)
