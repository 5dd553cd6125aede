"""The application's clock: real time plus an offset that rehearsals may move."""

import time
from pathlib import Path

MICROSECONDS = 1_000_000


class Clock:
    """Tells the application's time and hands out message timestamps.

    The offset, in seconds, is written to `file` for the bot to read. Trigger expiry, acks and
    signatures keep real time and do not use this clock.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = 0.0
        self._last_microsecond = 0

    @property
    def offset(self) -> float:
        """Return the seconds added to real time."""
        return self._offset

    def now(self) -> float:
        """Return the application's time in seconds since the epoch."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> float:
        """Move the application's time by so many seconds and return the new time."""
        self._move_to(self._offset + seconds)
        return self.now()

    def reset(self) -> None:
        """Go back to real time."""
        self._move_to(0.0)

    def message_ts(self) -> str:
        """Return a fresh message timestamp, later than every one handed out before."""
        self._last_microsecond = max(int(self.now() * MICROSECONDS), self._last_microsecond + 1)
        return as_ts(self._last_microsecond)

    def _move_to(self, offset: float) -> None:
        self._offset = offset
        self._last_microsecond = 0
        if self._file is not None:
            # In one step, so that nobody reads half of it, and to the last digit: by both clocks it
            # is the same moment.
            fresh = self._file.with_suffix(".new")
            fresh.write_text(f"{offset!r}\n", encoding="utf-8")
            fresh.replace(self._file)


def as_ts(microseconds: int) -> str:
    """Return microseconds since the epoch as Slack's `seconds.microseconds`."""
    return f"{microseconds // MICROSECONDS}.{microseconds % MICROSECONDS:06d}"


def real_ts() -> str:
    """Return real time in Slack's form, for what is no message: actions and events."""
    return as_ts(int(time.time() * MICROSECONDS))
