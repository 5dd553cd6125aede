"""Draws charts, as PNG.

They stand on a ground of their own, so that they read alike in light and dark; hatching
and markers tell apart what colours (Okabe and Ito's, which colour-blind people tell apart) don't.
"""

import asyncio
import io
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.chart_fonts import Lettering
from handlers.charts import Chart, Lines, Panel

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.container import Container
    from matplotlib.ticker import MaxNLocator

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
_MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
_DASHES: Final = ("-", "--", "-.", ":")
_LINE_COLOURS: Final = ("#0072B2", "#D55E00", "#007A5A", "#9C4F7F")
"""Those of the colours, two of them darker, that stand out from the ground as thin as lines are."""

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
        if isinstance(panel, Lines):
            drawn = _lines(axes, chart.ticks, panel)
        else:
            drawn = _bars(axes, chart.ticks, panel)
        _name_rows(axes, drawn, panel, lettering)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_GROUND)
    return out.getvalue()


def _bars(axes: "Axes", ticks: Sequence[str], panel: Panel) -> "Sequence[Artist | Container]":
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
    _scales(axes, ticks, panel.title)
    axes.set_ylim(0, max([*below, 1]) * 1.1)
    axes.yaxis.set_major_locator(_whole_numbers())
    return axes.containers


def _lines(axes: "Axes", ticks: Sequence[str], panel: Lines) -> "Sequence[Artist | Container]":
    """Lines that may lie on each other: each has a marker, a dash and a size of its own."""
    drawn: list[Artist | Container] = []
    for place, row in enumerate(panel.rows):
        values = [float("nan") if value is None else value for value in row.values]
        drawn += axes.plot(
            range(len(ticks)),
            values,
            color=_LINE_COLOURS[place % len(_LINE_COLOURS)],
            linestyle=_DASHES[place % len(_DASHES)],
            marker=_MARKERS[place % len(_MARKERS)],
            markersize=max(12 - 2 * place, 5),
            markerfacecolor="none",
            markeredgewidth=2,
            linewidth=2,
            clip_on=False,
        )
    _scales(axes, ticks, panel.title)
    axes.set_ylim(panel.lowest - 0.25, panel.highest + 0.25)
    axes.set_yticks(range(panel.lowest, panel.highest + 1))
    axes.grid(axis="y", color=_INK, alpha=0.15)
    return drawn


def _whole_numbers() -> "MaxNLocator":
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    return MaxNLocator(nbins=5, integer=True)


def _scales(axes: "Axes", ticks: Sequence[str], title: str) -> None:
    step = -(-len(ticks) // _MOST_LABELS)
    axes.set_xticks(range(len(ticks))[::step], ticks[::step])
    # A single month would fill the whole width.
    axes.set_xlim(-0.7, max(len(ticks), 3) - 0.3)
    axes.set_title(title, color=_INK, loc="left", fontsize=12)
    axes.set_facecolor(_GROUND)
    axes.tick_params(colors=_INK, labelsize=11, labelbottom=True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _name_rows(
    axes: "Axes", drawn: "Sequence[Artist | Container]", panel: Panel | Lines, lettering: Lettering
) -> None:
    if not panel.rows:
        return
    # A label with an underscore in front would be left out, hence the names come after the legend is made.
    names = [row.name for row in panel.rows]
    numbered = list(enumerate(names[: len(drawn)], start=1))
    legend = axes.legend(
        drawn,
        [str(number) for number, _ in numbered],
        loc="upper left",
        bbox_to_anchor=(0, -0.12),
        ncols=1 if any(len(name) > _LONG_NAME for name in names) else 2,
        frameon=False,
        labelcolor=_INK,
        fontsize=11,
    )
    for text, (number, name) in zip(legend.get_texts(), numbered, strict=True):
        text.set_parse_math(False)
        text.set_text(lettering.drawable(name) or f"No. {number}")
        text.set_fontfamily(lettering.families)
