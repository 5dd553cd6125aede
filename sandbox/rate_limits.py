"""Slack's rate tiers: how many calls of a method a token may make in a minute of real time."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Literal

from sandbox.wire import SlackError

Tier = Literal["t1", "t2", "t3", "t4", "t5"]

PER_MINUTE: dict[str, int] = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
# Slack says "hundreds a minute" of the methods with limits of their own.
SPECIAL_PER_MINUTE = 300
MINUTE_SECONDS = 60.0
# One message a second in a channel, and a few at once after a pause.
POST_METHOD = "chat.postMessage"
POST_SECONDS = 1.0
POST_BURST = 5


class RateLimitedError(SlackError):
    """Too many calls; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class RateLimits:
    """Counts calls while it is `on`; `now` tells real time in seconds."""

    def __init__(self, *, on: bool, now: Callable[[], float] = time.monotonic) -> None:
        self.on = on
        self._now = now
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._posts: dict[tuple[str, str], float] = {}

    def clear(self) -> None:
        """Forget every call that was made."""
        self._calls.clear()
        self._posts.clear()

    def count(self, method: str, tier: Tier | None, token: str, channel: str = "") -> None:
        """Count a call; raise RateLimitedError where it is one too many, uncounted."""
        if not self.on:
            return
        now = self._now()
        waits = [self._tier_wait(method, tier, token, now)]
        if method == POST_METHOD:
            waits.append(self._post_wait(token, channel, now))
        wait = max(waits)
        if wait > 0:
            raise RateLimitedError(math.ceil(wait))
        self._calls[method, token].append(now)
        if method == POST_METHOD:
            before = self._posts.get((token, channel), now)
            self._posts[token, channel] = max(before, now) + POST_SECONDS

    def _tier_wait(self, method: str, tier: Tier | None, token: str, now: float) -> float:
        calls = self._calls[method, token]
        while calls and calls[0] <= now - MINUTE_SECONDS:
            calls.popleft()
        most = PER_MINUTE.get(tier or "", SPECIAL_PER_MINUTE)
        return calls[0] + MINUTE_SECONDS - now if len(calls) >= most else 0.0

    def _post_wait(self, token: str, channel: str, now: float) -> float:
        """Return how long until the channel takes one more: its bucket drains one a second."""
        free_at = self._posts.get((token, channel), now)
        return max(0.0, free_at - now - (POST_BURST - 1) * POST_SECONDS)
