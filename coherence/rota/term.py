"""A term: a stretch of time, who serves in it, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """How it came that these people serve."""

    ROTA = "rota"
    OVERRIDE = "override"
    COVER = "cover"
    SWAP = "swap"
    VACANT = "vacant"


@dataclass(frozen=True)
class Term:
    """From `start` until `end`, both in UTC, `users` serve; of two, the first leads.

    `turn` is whose turn in the order it counts as, where that is not those who serve: after a swap, for
    example. Whoever covers for somebody takes the turn, and the one covered for comes next.
    """

    start: datetime
    end: datetime
    users: tuple[str, ...]
    source: Source
    why: str
    turn: tuple[str, ...] | None = None

    @property
    def counted(self) -> tuple[str, ...]:
        """Whose turn it was."""
        return self.users if self.turn is None else self.turn


def clip(terms: Iterable[Term], start: datetime, end: datetime) -> list[Term]:
    """The terms within a range whose end is not part of it, cut at its ends."""
    return [
        _within(term, start, end) for term in terms if max(term.start, start) < min(term.end, end)
    ]


def _within(term: Term, start: datetime, end: datetime) -> Term:
    if term.start >= start and term.end <= end:
        return term
    return replace(term, start=max(term.start, start), end=min(term.end, end))
