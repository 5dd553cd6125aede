"""The clock that the application runs by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from coherence.clock import Clock


def system_clock() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


def make_clock(clock_file: Path | None) -> Clock:
    """The real clock, or for rehearsals one shifted by the seconds that a file holds."""
    if clock_file is None:
        return system_clock
    return lambda: system_clock() + timedelta(seconds=_read_offset(clock_file))


def _read_offset(clock_file: Path) -> float:
    try:
        return float(clock_file.read_text(encoding="ascii") or 0)
    except (FileNotFoundError, ValueError):
        # Written by another process: absent at first, and empty for the moment of a rewrite.
        return 0.0
