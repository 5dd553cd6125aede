"""The connection to Slack: one HTTP session, clients that retry, the Socket Mode handler."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.http_retry.async_handler import (
    AsyncRetryHandler,
    HttpRequest,
    HttpResponse,
    RetryState,
)
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator
from slack_sdk.http_retry.interval_calculator import RetryIntervalCalculator
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
LONGEST_WAIT_SECONDS = 30
DRAIN_SECONDS = 10.0
PAUSES: RetryIntervalCalculator = BackoffRetryIntervalCalculator()
"""Before trying again what failed on the way or inside Slack."""

_TOO_MANY_REQUESTS = 429


class RateLimitHandler(AsyncRateLimitErrorRetryHandler):
    """Wait as Slack asks and try again, unless the wait is too long for a person or unreadable."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != _TOO_MANY_REQUESTS:
            return False
        headers = {name.lower(): value for name, value in response.headers.items()}
        wait = headers.get("retry-after", ["1"])[0]
        return wait.isdecimal() and int(wait) <= LONGEST_WAIT_SECONDS


class ConnectionErrorHandler(AsyncConnectionErrorRetryHandler):
    """Repeat what a lost connection swallowed, except posts: Slack may have taken them."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if request.url.endswith("/chat.postMessage"):
            return False
        return await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )


def answer_retry_handlers() -> list[AsyncRetryHandler]:
    """What to try again of an answer to a response_url: never what a lost connection swallowed."""
    return [RateLimitHandler(max_retry_count=2)]


def retry_handlers() -> list[AsyncRetryHandler]:
    """What to try again of calls to the Web API."""
    return [
        RateLimitHandler(max_retry_count=2),
        AsyncServerErrorRetryHandler(max_retry_count=2, interval_calculator=PAUSES),
        ConnectionErrorHandler(max_retry_count=1, interval_calculator=PAUSES),
    ]


def open_session() -> aiohttp.ClientSession:
    """The one HTTP session of the process; with it the clients' own timeouts don't count."""
    return aiohttp.ClientSession(timeout=REQUEST_TIMEOUT)


def make_client(
    token: SecretStr | None,
    api_url: str,
    session: aiohttp.ClientSession,
    *,
    tries_again: bool = True,
) -> AsyncWebClient:
    """A Web API client on the shared session; without a token, a pattern for Bolt's own.

    The outbox has one that tries nothing again: it decides itself when, and whether it may.
    """
    return AsyncWebClient(
        token=token.get_secret_value() if token else None,
        base_url=api_url,
        session=session,
        retry_handlers=retry_handlers() if tries_again else [],
    )


class InFlight(AsyncListenerStartHandler):
    """The listeners that are running; Bolt itself keeps no reference to them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """Note the task that a listener runs in."""
        self.note_current_task()

    def note_current_task(self) -> None:
        """Count the running task until it is done."""
        task = asyncio.current_task()
        if task is not None and task not in self._tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float = DRAIN_SECONDS) -> int:
        """Wait for running listeners, and for those they start; return how many did not finish."""
        until = asyncio.get_running_loop().time() + seconds
        while self._tasks:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await asyncio.wait(self._tasks, timeout=left)
        return len(self._tasks)


class Arrivals:
    """When Slack last sent something that was signed and fresh."""

    def __init__(self) -> None:
        self._last: float | None = None

    @property
    def last_event_seconds(self) -> float | None:
        """How long ago that was; None if nothing has arrived yet."""
        return None if self._last is None else round(time.monotonic() - self._last, 1)

    async def note(self, next_: Callable[[], Awaitable[BoltResponse]]) -> None:
        """Middleware: something arrives now. Bolt runs its own checks before this."""
        self._last = time.monotonic()
        await next_()


class SocketHandler(AsyncSocketModeHandler):
    """Bolt's handler, which knows what it is working on and can stop taking more."""

    def __init__(
        self, app: AsyncApp, app_token: str, web_client: AsyncWebClient, in_flight: InFlight
    ) -> None:
        super().__init__(app, app_token, web_client=web_client)
        self.stopping = False
        self._in_flight = in_flight

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt's own does
        """Answer a request, unless we are stopping: Slack then delivers it again."""
        if not self.stopping:
            self._in_flight.note_current_task()
            await super().handle(client, req)


def socket_handler(
    app: AsyncApp, app_token: SecretStr, web_client: AsyncWebClient, in_flight: InFlight
) -> SocketHandler:
    """A Socket Mode handler; `web_client` is one of its own, that speaks with the app's token."""
    return SocketHandler(app, app_token.get_secret_value(), web_client, in_flight)
