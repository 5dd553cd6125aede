"""Trigger ids: each lets the app open one view, within three seconds of real time."""

import secrets
import time
from dataclasses import dataclass

from sandbox.wire import SlackError


@dataclass
class Trigger:
    """What a trigger id stands for: the member who did something, and where.

    `view_id` is the modal it happened in, if it did in one.
    """

    id: str
    user: str
    made_at: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Hands out trigger ids and takes each once; `lifetime` is in seconds of real time."""

    def __init__(self, lifetime: float = 3.0) -> None:
        self._lifetime = lifetime
        self._triggers: dict[str, Trigger] = {}

    def clear(self) -> None:
        """Forget all ids: each is invalid from now on."""
        self._triggers.clear()

    def make(self, user: str, view_id: str | None = None) -> str:
        """Return a fresh trigger id for something that `user` just did."""
        trigger_id = (
            f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        )
        self._triggers[trigger_id] = Trigger(trigger_id, user, time.monotonic(), view_id)
        return trigger_id

    def look_at(self, trigger_id: str) -> Trigger:
        """Return a trigger that may still be used.

        Raise SlackError `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.made_at > self._lifetime:
            raise SlackError("expired_trigger_id")
        return trigger
