"""The bot's own web server: health for operators and, under HTTP, Slack's requests."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

MAX_BODY_BYTES = 4 * 1024 * 1024
"""More than anything Slack sends: a view is 250 kB at most."""

Readiness = Callable[[], Awaitable[dict[str, bool]]]
"""Says for each part by name whether it works."""


def make_web_app(readiness: Readiness, bolt: AsyncApp | None = None) -> Starlette:
    """The routes `/health` and `/ready`; with a Bolt app also `/slack/events`."""

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        parts = await readiness()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    async def slack_events(request: Request) -> Response:
        body = await read_body(request)
        if body is None:
            return JSONResponse({"error": "body_too_large"}, status_code=413)
        return await _dispatch(bolt, request, body) if bolt else Response(status_code=404)

    routes = [Route("/health", health), Route("/ready", ready)]
    if bolt is not None:
        routes.append(Route("/slack/events", slack_events, methods=["POST"]))
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
