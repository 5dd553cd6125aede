"""Tells open pages that something they show has changed."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sandbox.wire import Json


class Changes:
    """Passes each change on to the members who can see it."""

    def __init__(self) -> None:
        self._listeners: list[tuple[str, asyncio.Queue[Json]]] = []

    @contextmanager
    def listen(self, user: str) -> Iterator[asyncio.Queue[Json]]:
        """Yield a queue that gets what `user` should look at again."""
        listener = (user, asyncio.Queue[Json]())
        self._listeners.append(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.remove(listener)

    def messages(self, channel: str, users: Iterable[str]) -> None:
        """Announce that messages of a channel have changed."""
        self._tell(set(users), {"type": "messages", "channel": channel})

    def views(self, user: str) -> None:
        """Announce that a member's modals or Home have changed."""
        self._tell({user}, {"type": "views"})

    def state(self) -> None:
        """Announce to everybody that channels, members, the clock or the app have changed."""
        self._tell(None, {"type": "state"})

    def _tell(self, users: set[str] | None, change: Json) -> None:
        for user, queue in self._listeners:
            if users is None or user in users:
                queue.put_nowait(change)
