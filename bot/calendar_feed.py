"""The addresses of calendars on the bot's own web server."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.champion_calendar import CalendarUnavailable

ReadCalendar: TypeAlias = Callable[[str], Awaitable[bytes | None]]
"""Returns what stands behind a secret, None for nothing. Raises CalendarUnavailable."""

RETRY_SECONDS: Final = 600

_HEADERS: Final = {
    # Programs ask again each time; an answer of a few bytes tells them that nothing has changed.
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}


def calendar_route(read: ReadCalendar) -> Route:
    """The route of all calendars. Whatever doesn't work, never existed or has ended gets the same 404."""

    async def calendar(request: Request) -> Response:
        try:
            content = await read(request.path_params["secret"])
        except CalendarUnavailable:
            return Response(status_code=503, headers={"Retry-After": str(RETRY_SECONDS)})
        if content is None:
            return Response(status_code=404)
        return _answer(request, content)

    return Route("/calendar/{secret}.ics", calendar, methods=["GET"])


def _answer(request: Request, content: bytes) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _has(asked: str, tag: str) -> bool:
    """Whether a list of tags holds this one, weakly compared (RFC 9110, 13.1.2)."""
    known = [each.strip().removeprefix("W/") for each in asked.split(",")]
    return tag in known or "*" in known
