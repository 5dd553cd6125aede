"""How calls of the control API are read and refused."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from sandbox.control_calls import Call
from sandbox.wire import Json, SlackError, WrongCallError

CallT = TypeVar("CallT", bound=Call)
Answer = Json | Awaitable[Json]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
DONE: Json = {"ok": True}


def reading(answer: Callable[[Mapping[str, str]], Json]) -> Handler:
    """Return a handler for GET calls."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(answer(request.query))
        except WrongCallError as error:
            return refusal(str(error), error.status)

    return handle


def doing(model: type[CallT], answer: Callable[[CallT], Answer]) -> Handler:
    """Return a handler for POST calls with a body of this model."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = answer(model.model_validate_json(await request.text() or "{}"))
            return web.json_response(await body if inspect.isawaitable(body) else body)
        except ValidationError as error:
            return refusal(_sentence(error), 400)
        except WrongCallError as error:
            return refusal(str(error), error.status)
        except SlackError as error:
            return refusal(f"Slack would refuse this: {error.error}.", 400)

    return handle


def refusal(sentence: str, status: int) -> web.Response:
    """Return the answer to a wrong call."""
    return web.json_response({"error": sentence}, status=status)


def needed(query: Mapping[str, str], name: str) -> str:
    """Return a query's value; raise WrongCallError where it is missing."""
    value = query.get(name, "")
    if not value:
        raise WrongCallError(f"{name} is missing.")
    return value


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    return f"{where}: {first['msg']}."
