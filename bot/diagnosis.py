"""What `coherence doctor` says of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How one thing stands, in words."""

    OK = "ok"
    NOT_OK = "not ok"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not ok."""

    name: str
    state: State
    detail: str
    advice: str | None = None


def good(name: str, detail: str) -> Finding:
    """Say that it is ok."""
    return Finding(name, State.OK, detail)


def bad(name: str, detail: str, advice: str) -> Finding:
    """Say that it is not, and what to do."""
    return Finding(name, State.NOT_OK, detail, advice)
