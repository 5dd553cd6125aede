"""The life of a report: which state may follow which."""

from collections.abc import Mapping
from typing import Final

from coherence.drift.report import OPEN, State
from coherence.errors import WrongMove

_ONWARD: Final = (State.TRIAGED, State.DIAGNOSED, State.FIXING, State.RESOLVED)

MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.REPORTED: frozenset(_ONWARD),
    State.TRIAGED: frozenset({State.DIAGNOSED, State.FIXING, State.RESOLVED}),
    State.DIAGNOSED: frozenset({State.TRIAGED, State.FIXING, State.RESOLVED}),
    State.FIXING: frozenset({State.TRIAGED, State.DIAGNOSED, State.RESOLVED}),
    State.RESOLVED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset(_ONWARD),
}
"""What may follow each state: on by any step, back where a diagnosis was wrong, out only by reopening."""


def require_move(before: State, after: State) -> None:
    """Raise WrongMove unless one state may follow the other."""
    if after in MOVES[before]:
        return
    if before is State.RESOLVED:
        raise WrongMove("This report is resolved; reopen it first.")
    if after is State.REOPENED:
        raise WrongMove("This report is still open.")
    raise WrongMove(f"A report can't go from {before} to {after}.")


def require_open(state: State) -> None:
    """Raise WrongMove unless a report with this state waits for its end."""
    if state not in OPEN:
        raise WrongMove("This report is resolved; reopen it first.")
