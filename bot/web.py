"""The bot's own web server: health for operators and, under HTTP, Slack's requests."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.calendar_feed import ReadCalendar, calendar_route

MAX_BODY_BYTES = 4 * 1024 * 1024
"""More than anything Slack sends: a view is 250 kB at most."""

BODY_SECONDS = 10.0
"""How long a body may take to arrive: Slack waits three seconds for the whole answer."""


_CLOSE = {"Connection": "close"}


@dataclass(frozen=True)
class Readiness:
    """Which parts work, by name, and how long ago Slack last sent something, if ever."""

    parts: dict[str, bool]
    last_event_seconds: float | None

    @property
    def ready(self) -> bool:
        """Whether all parts work; a long silence alone says nothing."""
        return all(self.parts.values())


def make_web_app(
    readiness: Callable[[], Awaitable[Readiness]],
    bolt: AsyncApp | None = None,
    read_calendar: ReadCalendar | None = None,
) -> Starlette:
    """The routes `/health` and `/ready`; with a Bolt app also `/slack/events`, and calendars if any."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        state = await readiness()
        said = {"ready": state.ready, **state.parts, "last_event_seconds": state.last_event_seconds}
        return JSONResponse(said, status_code=200 if state.ready else 503)

    async def slack_events(request: Request) -> Response:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await read_body(request)
        except (TimeoutError, ClientDisconnect):
            return JSONResponse({"error": "body_too_slow"}, status_code=408, headers=_CLOSE)
        if body is None:
            return JSONResponse({"error": "body_too_large"}, status_code=413)
        return await _dispatch(bolt, request, body) if bolt else Response(status_code=404)

    routes = [Route("/health", health), Route("/ready", ready)]
    if bolt is not None:
        routes.append(Route("/slack/events", slack_events, methods=["POST"]))
    if read_calendar is not None:
        routes.append(calendar_route(read_calendar))
    return Starlette(routes=routes)


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes | None:
    """The request's body, or None as soon as it is larger than `limit` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


async def _dispatch(bolt: AsyncApp, request: Request, body: bytes) -> Response:
    try:
        bolt_request = to_async_bolt_request(request, body)
    except UnicodeDecodeError:
        return JSONResponse({"error": "body_not_utf8"}, status_code=400)
    return to_starlette_response(await bolt.async_dispatch(bolt_request))
