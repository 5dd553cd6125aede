"""Response URLs: five uses within half an hour, then Slack says so."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from sandbox.messages import Message
from sandbox.wire import SlackError

USES = 5
LIFETIME_SECONDS = 30 * 60


@dataclass
class ResponseUrl:
    """One response URL: who and where it answers to.

    `original` is the app's own message that `replace_original` and `delete_original` mean: the
    one acted on, or else the first one sent through this URL. Answers to an action replace the
    message acted on unless they say otherwise (`replaces`). `acknowledged` is set once the
    app's ack was dealt with.
    """

    token: str
    address: str
    user: str
    channel: str
    made_at: float
    original: Message | None = None
    replaces: bool = False
    uses: int = 0
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)


class ResponseUrls:
    """Hands out response URLs below `base` and counts their uses."""

    def __init__(self, lifetime: float = LIFETIME_SECONDS) -> None:
        self.base = ""
        self._lifetime = lifetime
        self._urls: dict[str, ResponseUrl] = {}

    def clear(self) -> None:
        """Forget all URLs: each has expired from now on."""
        self._urls.clear()

    def make(self, user: str, channel: str, original: Message | None = None) -> ResponseUrl:
        """Return a fresh URL for something that `user` did in a channel."""
        token = secrets.token_urlsafe(18)
        made = ResponseUrl(
            token,
            f"{self.base}{token}",
            user,
            channel,
            time.monotonic(),
            original=original,
            replaces=original is not None,
        )
        self._urls[token] = made
        return made

    def find(self, token: str) -> ResponseUrl | None:
        """Return a URL, whether or not it may still be used."""
        return self._urls.get(token)

    def look_at(self, token: str) -> ResponseUrl:
        """Return a URL that may still be used; raise SlackError `expired_url` or `used_url`."""
        url = self._urls.get(token)
        if url is None or time.monotonic() - url.made_at > self._lifetime:
            raise SlackError("expired_url")
        if url.uses >= USES:
            raise SlackError("used_url")
        return url
