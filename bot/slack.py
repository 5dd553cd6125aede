"""The connection to Slack: one HTTP session, clients that retry, the Socket Mode handler."""

import asyncio

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
    token: SecretStr | None, api_url: str, session: aiohttp.ClientSession
) -> AsyncWebClient:
    """A Web API client on the shared session; without a token, a pattern for Bolt's own."""
    return AsyncWebClient(
        token=token.get_secret_value() if token else None,
        base_url=api_url,
        session=session,
        retry_handlers=retry_handlers(),
    )


class InFlight(AsyncListenerStartHandler):
    """The listeners that are running; Bolt itself keeps no reference to them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """Note the task that a listener runs in."""
        task = asyncio.current_task()
        if task is not None and task not in self._tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float = DRAIN_SECONDS) -> int:
        """Wait for running listeners; return how many were still running when time was up."""
        if not self._tasks:
            return 0
        _, unfinished = await asyncio.wait(self._tasks, timeout=seconds)
        return len(unfinished)


def socket_handler(
    app: AsyncApp, app_token: SecretStr, api_url: str, session: aiohttp.ClientSession
) -> AsyncSocketModeHandler:
    """A Socket Mode handler with a client of its own: it speaks with the app's token."""
    return AsyncSocketModeHandler(
        app,
        app_token.get_secret_value(),
        web_client=make_client(app_token, api_url, session),
    )
