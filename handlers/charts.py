"""What a chart shows, whoever draws it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Row:
    """What is counted under one name, a number for each tick."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Panel:
    """Rows stacked on each other."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Line:
    """A course under one name, a value for each tick; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Lines:
    """Courses beside each other on a scale of whole numbers from `lowest` to `highest`."""

    title: str
    rows: tuple[Line, ...]
    lowest: int
    highest: int


@dataclass(frozen=True)
class Chart:
    """Panels below each other, over the same ticks from left to right; all in people's own words."""

    title: str
    ticks: tuple[str, ...]
    panels: tuple[Panel | Lines, ...]


Draw: TypeAlias = Callable[[Chart], Awaitable[bytes]]
"""Draws a chart as PNG without holding up anything else."""
