"""Switchable failures: the next calls of a method answer as a bad day at Slack would."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass

from aiohttp import web

from sandbox.wire import Json, WrongCallError

ANY_METHOD = "*"
RESPONSE_URL = "response_url"
LOOK_AGAIN_SECONDS = 0.05
SERVER_ERROR = "<!DOCTYPE html><html><body><h1>{reason}</h1></body></html>"
SERVER_ERRORS = {"http_500": 500, "http_502": 502, "http_503": 503, "http_504": 504}
# What may go wrong other than by a Slack error, in the order in which the page offers it.
KINDS = ("ratelimited", *SERVER_ERRORS, "slow", "hang", "stuck_answer", "lost_answer", "dropped")


@dataclass
class Fault:
    """How the next `times` calls of `method` fail; without a number, all until it is cleared.

    `kind` is `ratelimited` (429 with `retry_after` seconds), `http_500`, `http_502`, `http_503`,
    `http_504`, `hang` (no answer for `seconds`), `slow` (a right answer after `seconds`),
    `stuck_answer` (the work is done, no answer for `seconds`), `lost_answer` (the work is done, the
    connection drops), `dropped` (the connection drops and
    nothing is done), or the name of a Slack error.
    """

    method: str
    kind: str
    times: int | None = 1
    retry_after: int = 1
    seconds: float = 30.0


class Faults:
    """The faults that are still to happen, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Make the next calls fail; raise WrongCallError for a count below one."""
        if fault.times is not None and fault.times < 1:
            raise WrongCallError("A fault happens at least once: times must be 1 or more.")
        self._faults.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        self._faults.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call meets, using up one of its times."""
        fault = next((f for f in self._faults if f.method in {method, ANY_METHOD}), None)
        if fault is None or fault.times is None:
            return fault
        fault.times -= 1
        if fault.times == 0:
            self._faults.remove(fault)
        return fault

    def listed(self) -> list[Json]:
        """Return what is still to happen."""
        return [asdict(fault) for fault in self._faults]


async def answer_under(
    fault: Fault | None,
    request: web.Request,
    work: Callable[[], web.Response],
    refuse: Callable[[str], web.Response] | None = None,
) -> web.Response | None:
    """Return the answer to a call that meets `fault`, or None where none may be sent.

    `refuse` builds the answer for the name of a Slack error.
    """
    if fault is None:
        return work()
    if fault.kind in {"hang", "stuck_answer"}:
        if fault.kind == "stuck_answer":
            work()
        await _until_gone(request, fault.seconds)
        return None
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return work()
    if fault.kind in {"lost_answer", "dropped"}:
        if fault.kind == "lost_answer":
            work()
        return None
    return _refusal(fault, refuse or _plain_refusal)


def rate_limited(retry_after: int) -> web.Response:
    """Return Slack's answer to a call too many."""
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(retry_after)})


def _refusal(fault: Fault, refuse: Callable[[str], web.Response]) -> web.Response:
    if fault.kind == "ratelimited":
        return rate_limited(fault.retry_after)
    if fault.kind in SERVER_ERRORS:
        status = SERVER_ERRORS[fault.kind]
        text = SERVER_ERROR.format(reason=f"Error {status}")
        return web.Response(status=status, text=text, content_type="text/html")
    return refuse(fault.kind)


def _plain_refusal(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})


def drop(request: web.Request) -> web.Response:
    """Cut the connection; the returned response never arrives."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _until_gone(request: web.Request, seconds: float) -> None:
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
