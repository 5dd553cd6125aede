"""What stands in the chart of drift over time, and what says the same to whoever can't see it."""

from collections.abc import Sequence
from datetime import date

from coherence.drift.over_time import OverTime
from coherence.stack.document import Layer
from handlers.voice.mrkdwn import clip

BY_LAYER = "By layer"
BY_TOUCHPOINT = "By touchpoint"

_NAME = 32
_LAYERS = {
    Layer.VISION: "Vision",
    Layer.NARRATIVE: "Narrative",
    Layer.SYSTEM: "System",
    Layer.TOUCHPOINT: "Touchpoint",
    None: "No layer named yet",
}


def title(over_time: OverTime) -> str:
    """Above the chart."""
    return f"Drift reported in {clip(over_time.journey, 60)}"


def month(first: date) -> str:
    """A month on the axis."""
    return f"{first:%b %y}"


def layer_rows(over_time: OverTime) -> Sequence[tuple[str, Sequence[int]]]:
    """Each layer with its counts."""
    return [(_LAYERS[layer], counts) for layer, counts in over_time.layers.items()]


def touchpoint_rows(over_time: OverTime) -> Sequence[tuple[str, Sequence[int]]]:
    """Each touchpoint with its counts."""
    rows = [
        (clip(name, _NAME) if name else "No touchpoint named", counts)
        for name, counts in over_time.touchpoints.items()
    ]
    return [*rows, ("Other touchpoints", over_time.others)] if any(over_time.others) else rows


def alt_text(over_time: OverTime) -> str:
    """The chart in words: the sums, and the month with the most."""
    begin, end = over_time.months[0], over_time.months[-1]
    span = f"from {begin:%B %Y} to {end:%B %Y}"
    if not over_time.total:
        return f"{title(over_time)}, {span}: no reports."
    sums = [sum(month) for month in zip(*over_time.layers.values(), strict=True)]
    top = sums.index(max(sums))
    return (
        f"{title(over_time)}, {span}: {_reports(over_time.total)}, most of them in "
        f"{over_time.months[top]:%B %Y} ({sums[top]:,}). "
        f"{BY_LAYER}: {_sums(layer_rows(over_time))}. "
        f"{BY_TOUCHPOINT}: {_sums(touchpoint_rows(over_time))}."
    )


def _sums(rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    return ", ".join(f"{name} {sum(counts):,}" for name, counts in rows)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count:,} reports"
