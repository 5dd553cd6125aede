"""The log of what the app and the sandbox said to each other."""

import re
from collections import deque

from sandbox.clock import Clock
from sandbox.wire import Json

KEPT_ENTRIES = 2_000
TOKEN = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+")


class Traffic:
    """Keeps the last calls in both directions, with tokens replaced."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[Json] = deque(maxlen=KEPT_ENTRIES)
        self._count = 0

    def clear(self) -> None:
        """Forget every entry; numbers go on, so that nobody reads an old one as new."""
        self._entries.clear()

    def record(
        self,
        direction: str,
        name: str,
        *,
        request: object,
        response: object,
        status: int | str,
        seconds: float,
    ) -> None:
        """Write down one exchange; `direction` is `to_slack` or `to_app`."""
        self._count += 1
        self._entries.append(
            {
                "n": self._count,
                "at": self._clock.now(),
                "direction": direction,
                "name": name,
                "request": without_tokens(request),
                "response": without_tokens(response),
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
        )

    def since(self, n: int = 0) -> list[Json]:
        """Return the entries after number `n`, oldest first."""
        return [entry for entry in self._entries if entry["n"] > n]


def without_tokens(value: object) -> object:
    """Return a copy of a JSON value in which credentials are replaced."""
    if isinstance(value, dict):
        return {
            key: "(token)" if key == "token" else without_tokens(held)
            for key, held in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_tokens(held) for held in value]
    return TOKEN.sub("(token)", value) if isinstance(value, str) else value
