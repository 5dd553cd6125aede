"""What the local model server may do with a question; each function makes one behaviour."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.model_questions import Question

CHARACTERS_PER_TOKEN = 4


@dataclass
class Turn:
    """One request at the server, with what a behaviour may need to know of the others."""

    question: Question
    http: web.Request
    at_once: Callable[[], int]
    stopping: asyncio.Event
    cached: int = 0
    usage: bool = field(default=True)


Behaviour = Callable[[Turn], Awaitable[web.StreamResponse]]
Content = str | Mapping[str, Any] | Callable[[Question], str | Mapping[str, Any]]


def completion(
    turn: Turn,
    content: str | None,
    *,
    finish_reason: str | None = "stop",
    refusal: str | None = None,
) -> dict[str, Any]:
    """A completion in the shape of OpenAI's."""
    asked = len(turn.question.system) + len(turn.question.user)
    usage = {
        "prompt_tokens": asked // CHARACTERS_PER_TOKEN,
        "completion_tokens": len(content or refusal or "") // CHARACTERS_PER_TOKEN,
        "total_tokens": (asked + len(content or "")) // CHARACTERS_PER_TOKEN,
        "prompt_tokens_details": {"cached_tokens": turn.cached, "audio_tokens": 0},
    }
    message: dict[str, Any] = {
        "role": "assistant",
        "content": content,
        "refusal": refusal,
        "annotations": [],
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-local",
        "object": "chat.completion",
        "created": 1_750_000_000,
        "model": turn.question.body["model"],
        "choices": [choice],
        **({"usage": usage} if turn.usage else {}),
    }


def replies(
    content: Content, *, finish_reason: str | None = "stop", usage: bool = True
) -> Behaviour:
    """Answer with this content, an object that becomes JSON, or what a function makes of it."""

    async def behave(turn: Turn) -> web.StreamResponse:
        said = content(turn.question) if callable(content) else content
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        turn.usage = usage
        return web.json_response(completion(turn, text, finish_reason=finish_reason))

    return behave


def assesses(assessments: list[Mapping[str, Any]], status: str = "ok") -> Behaviour:
    """Answer in the agreed form, with these assessments."""
    return replies({"status": status, "assessments": assessments})


def cannot_judge() -> Behaviour:
    """Say that it can't judge."""
    return assesses([], "cannot_judge")


def refuses() -> Behaviour:
    """Decline, as models do in structured outputs."""

    async def behave(turn: Turn) -> web.StreamResponse:
        return web.json_response(completion(turn, None, refusal="I'm sorry, I can't help."))

    return behave


def truncates(at: int, content: Content) -> Behaviour:
    """Answer with the first `at` characters, as if the limit of tokens were reached."""

    def cut(question: Question) -> str:
        said = content(question) if callable(content) else content
        return (said if isinstance(said, str) else json.dumps(said))[:at]

    return replies(cut, finish_reason="length")


def sends(document: Any) -> Behaviour:
    """Answer 200 with this JSON, whatever shape it has."""

    async def behave(_turn: Turn) -> web.StreamResponse:
        return web.json_response(document)

    return behave


def garbage(body: bytes = b"\xff\xfe{]", content_type: str = "application/json") -> Behaviour:
    """Answer 200 with bytes that are no JSON."""

    async def behave(_turn: Turn) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Type": content_type})

    return behave


def html() -> Behaviour:
    """Answer 200 with a page, as a proxy or a wrong address does."""
    return garbage(b"<!doctype html><title>Sign in</title>", "text/html")


def status(
    code: int,
    *,
    error: str | None = None,
    message: str = "",
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
) -> Behaviour:
    """Answer with an error: `error` is its code, `body` replaces OpenAI's shape."""
    described = {"message": message, "type": "invalid_request_error", "param": param, "code": error}
    document = {"error": described} if body is None else body

    async def behave(_turn: Turn) -> web.StreamResponse:
        return web.json_response(document, status=code, headers=headers)

    return behave


def redirects(to: str) -> Behaviour:
    """Send the caller elsewhere."""
    return status(307, headers={"Location": to}, body={})


def hangs() -> Behaviour:
    """Never answer."""

    async def behave(turn: Turn) -> web.StreamResponse:
        await turn.stopping.wait()
        return web.Response(status=503)

    return behave


def slow(seconds: float, then: Behaviour) -> Behaviour:
    """Answer after a while."""

    async def behave(turn: Turn) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await then(turn)

    return behave


def when_at_once(number: int, then: Behaviour) -> Behaviour:
    """Answer nobody before so many requests are waiting at the same time."""
    together = asyncio.Event()

    async def behave(turn: Turn) -> web.StreamResponse:
        if turn.at_once() >= number:
            together.set()
        await together.wait()
        return await then(turn)

    return behave


def after(event: asyncio.Event, then: Behaviour) -> Behaviour:
    """Answer once the test says so."""

    async def behave(turn: Turn) -> web.StreamResponse:
        await event.wait()
        return await then(turn)

    return behave


def drips(seconds: float = 0.02) -> Behaviour:
    """Send a byte now and then, for ever: no single read ever times out."""

    async def behave(turn: Turn) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(turn.http)
        while not turn.stopping.is_set():
            await response.write(b" ")
            await asyncio.sleep(seconds)
        return response

    return behave


def drops(after_bytes: bytes = b"") -> Behaviour:
    """Close the connection without an answer, or in the middle of one."""

    async def behave(turn: Turn) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        if after_bytes:
            await response.prepare(turn.http)
            await response.write(after_bytes)
        assert turn.http.transport is not None
        turn.http.transport.close()
        return response

    return behave
