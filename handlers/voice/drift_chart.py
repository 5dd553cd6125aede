"""What stands in the chart of drift over time, and what says the same to whoever can't see it."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from coherence.drift.over_time import OverTime
from coherence.stack.document import Layer
from handlers.charts import Chart, Panel, Row
from handlers.voice.mrkdwn import clip, escape

MODAL_TITLE = "Drift over time"
BUTTON = "Over time"
BACK = "Back"
ON_ITS_WAY = "_The chart is on its way._"
NOT_ALLOWED = (
    "With a chart this reads faster: whoever installed me can allow the optional permission "
    "`files:write` in Slack."
)
FAILED = "The chart could not be shown this time; the numbers are complete."

_NAME = 32
_LAYERS = {
    Layer.VISION: "Vision",
    Layer.NARRATIVE: "Narrative",
    Layer.SYSTEM: "System",
    Layer.TOUCHPOINT: "Touchpoint",
    None: "No layer named yet",
}


class By(StrEnum):
    """What the reports are told apart by."""

    LAYER = "layer"
    TOUCHPOINT = "touchpoint"


TITLES: Final = {By.LAYER: "By layer", By.TOUCHPOINT: "By touchpoint"}


def chart(over_time: OverTime, *told_apart: By) -> Chart:
    """The chart, with a panel for each."""
    months = tuple(map(month, over_time.months))
    panels = tuple(Panel(TITLES[by], rows(over_time, by)) for by in told_apart)
    return Chart(title(over_time), months, panels)


def title(over_time: OverTime) -> str:
    """Above the chart."""
    where = f"in {clip(over_time.journey, 60)}" if over_time.journey else "in all journeys"
    return f"Drift reported {where}"


def month(first: date) -> str:
    """A month, on the axis and in the numbers; never to be taken for a day."""
    return f"{first:%b %Y}"


def rows(over_time: OverTime, by: By) -> tuple[Row, ...]:
    """Each layer, or each touchpoint, with its counts."""
    if by is By.LAYER:
        return tuple(Row(_LAYERS[layer], counts) for layer, counts in over_time.layers.items())
    named = [
        Row(clip(name, _NAME) if name else "No touchpoint named", counts)
        for name, counts in over_time.touchpoints.items()
    ]
    others = [Row("Other touchpoints", over_time.others)] if any(over_time.others) else []
    return (*named, *others)


def alt_text(over_time: OverTime, *told_apart: By) -> str:
    """The chart in words: the sums, and the month with the most."""
    begin, end = over_time.months[0], over_time.months[-1]
    span = f"from {begin:%B %Y} to {end:%B %Y}"
    if not over_time.total:
        return f"{title(over_time)}, {span}: no reports."
    sums = _monthly(over_time)
    top = sums.index(max(sums))
    most = f"most of them in {over_time.months[top]:%B %Y} ({sums[top]:,})"
    sentences = [
        f"{title(over_time)}, {span}: {_reports(over_time.total)}, {most}.",
        *(f"{TITLES[by]}: {_sums(rows(over_time, by))}." for by in told_apart),
    ]
    return " ".join(sentences)


def heading(over_time: OverTime) -> str:
    """Above the picture and the numbers."""
    where = f"in *{escape(over_time.journey)}*" if over_time.journey else "everywhere"
    return f"Drift reported {where}, the last {len(over_time.months)} months"


def numbers(over_time: OverTime, by: By) -> str:
    """What the picture shows, number by number: months without any are left out.

    A name that can't be drawn is called by its place here.
    """
    lines = [_line("All", over_time, _monthly(over_time))]
    lines += [
        _line(f"{place}. {escape(row.name)}", over_time, row.counts)
        for place, row in enumerate(rows(over_time, by), start=1)
    ]
    return "\n".join([f"*{TITLES[by]}*", *lines])


def nothing(over_time: OverTime, *, narrowed: bool) -> str:
    """There is nothing to draw."""
    found = "that fits these filters " if narrowed else ""
    return f"{heading(over_time)}: nothing {found}was reported."


def counted(narrowed_by: Sequence[str], *, ignores: bool) -> str:
    """Which reports the numbers are about; `ignores` where the list is narrowed by more than that."""
    only = f", only {', '.join(map(escape, narrowed_by))}" if narrowed_by else ""
    rest = " The list's choice by state, time or words makes no difference here." if ignores else ""
    return f"Counted are all reports, open and resolved{only}.{rest}"


def _monthly(over_time: OverTime) -> tuple[int, ...]:
    return tuple(sum(month) for month in zip(*over_time.layers.values(), strict=True))


def _line(name: str, over_time: OverTime, counts: Sequence[int]) -> str:
    each = [
        f"{month(first)}: {count:,}"
        for first, count in zip(over_time.months, counts, strict=True)
        if count
    ]
    return f"{name}, {sum(counts):,} ({', '.join(each)})"


def _sums(shown: Sequence[Row]) -> str:
    return ", ".join(f"{row.name} {sum(row.counts):,}" for row in shown)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count:,} reports"
