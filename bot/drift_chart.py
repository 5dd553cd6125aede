"""The chart of drift over time, as PNG.

It stands on a ground of its own, so that it reads alike in light and dark; hatching tells apart what
colours (Okabe and Ito's, which colour-blind people tell apart) don't.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from coherence.drift.over_time import OverTime
from handlers.voice import drift_chart as voice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
_INCHES: Final = (10.0, 7.0)
_DOTS_PER_INCH: Final = 150
_MOST_LABELS: Final = 12


def draw(over_time: OverTime) -> bytes:
    """The chart: months from left to right, layers above, touchpoints below."""
    # Slow to import, and only this needs it. Without pyplot, nothing is global.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=_INCHES, dpi=_DOTS_PER_INCH, facecolor=_GROUND, layout="constrained")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, sharex=True)
    figure.suptitle(_plain(voice.title(over_time)), color=_INK, fontsize=14)
    _bars(upper, over_time, voice.BY_LAYER, voice.layer_rows(over_time))
    _bars(lower, over_time, voice.BY_TOUCHPOINT, voice.touchpoint_rows(over_time))
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_GROUND)
    return out.getvalue()


def _bars(
    axes: "Axes", over_time: OverTime, title: str, rows: Sequence[tuple[str, Sequence[int]]]
) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - as above

    places = range(len(over_time.months))
    below = [0] * len(places)
    for (name, counts), colour, hatch in zip(rows, _COLOURS, _HATCHES, strict=False):
        axes.bar(
            places,
            counts,
            bottom=below,
            label=_plain(name),
            color=colour,
            hatch=hatch,
            edgecolor=_INK,
            linewidth=0.6,
        )
        below = [under + count for under, count in zip(below, counts, strict=True)]
    step = -(-len(places) // _MOST_LABELS)
    axes.set_xticks(places[::step], [voice.month(each) for each in over_time.months[::step]])
    axes.set_ylim(0, max([*below, 1]) * 1.1)
    axes.set_title(title, color=_INK, loc="left", fontsize=11)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_facecolor(_GROUND)
    axes.tick_params(colors=_INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if rows:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelcolor=_INK)


def _plain(text: str) -> str:
    # Between two dollar signs Matplotlib would read mathematics.
    return text.replace("$", r"\$")
