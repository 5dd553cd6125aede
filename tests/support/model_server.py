"""A local model: real HTTP, OpenAI's chat completions, scripted by a test or by hand.

`python -m tests.support.model_server --port 4010` answers honestly by a few rules about the example
company. A draft with a word such as `model:hang` gets that behaviour; `POST /script` with
`{"behaviour": "hang"}` gives it to all, `{"behaviour": null}` ends it.
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.support import model_scripts as scripts
from tests.support.honest_model import answer_honestly
from tests.support.model_questions import BadRequest, Question, check_request
from tests.support.model_scripts import Behaviour, Turn

KEY = "sk-local-0123456789abcdef"
MODEL = "gpt-5-mini"
SHORTEST_CACHED_CHARACTERS = 4096
_MOST_BYTES = 64 * 1024**2


@dataclass
class Abilities:
    """What the endpoint understands; `vague`: what it does not, it refuses without saying why."""

    json_schema: bool = True
    json_object: bool = True
    cache_key: bool = True
    vague: bool = False


class ModelServer:
    """Answers honestly unless scripted; `key` None takes any key."""

    def __init__(self, key: str | None = KEY, model: str = MODEL) -> None:
        self.key = key
        self.model = model
        self.abilities = Abilities()
        self.default: Behaviour = scripts.replies(answer_honestly)
        self.requests: list[Question] = []
        self.refused: list[str] = []
        self.url = ""
        self.at_once = 0
        self.most_at_once = 0
        self._queue: deque[Behaviour] = deque()
        self._cached: dict[str, str] = {}
        self._stopping = asyncio.Event()
        self._runner = self._make_runner()

    def script(self, *behaviours: Behaviour) -> None:
        """Behave so, one after the other, and then as usual again."""
        self._queue.extend(behaviours)

    def always(self, behaviour: Behaviour) -> None:
        """Behave so from now on."""
        self.default = behaviour

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a bot that asks this model."""
        return {
            "OPENAI_BASE_URL": self.url,
            "OPENAI_API_KEY": self.key or KEY,
            "COHERENCE_MODEL": self.model,
        }

    async def start(self, port: int = 0) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, bound = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{bound}/v1"
        return self

    async def stop(self) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _make_runner(self) -> web.AppRunner:
        served = web.Application(client_max_size=_MOST_BYTES)
        served.router.add_post("/v1/chat/completions", self._complete)
        served.router.add_get("/v1/models", self._list_models)
        served.router.add_post("/script", self._take_script)
        # A caller who has gone is no longer counted as waiting.
        return web.AppRunner(
            served, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not self._knows(request):
            return _error(401, "Incorrect API key provided.", None, "invalid_api_key")
        try:
            body = check_request(await request.json())
        except BadRequest as error:
            self.refused.append(error.message)
            return _error(400, error.message, error.param, error.code)
        except ValueError:
            return _error(400, "We could not parse the JSON body of your request.", None, None)
        headers = {name.lower(): value for name, value in request.headers.items()}
        question = Question(body, headers)
        self.requests.append(question)
        return self._inability(question) or await self._behave(question, request)

    async def _behave(self, question: Question, request: web.Request) -> web.StreamResponse:
        if question.body["model"] != self.model:
            message = f"The model `{question.body['model']}` does not exist."
            return _error(404, message, None, "model_not_found")
        named = named_behaviour(question)
        behave = named or (self._queue.popleft() if self._queue else self.default)
        cached = self._cached_tokens(question)
        return await behave(Turn(question, request, lambda: self.at_once, self._stopping, cached))

    def _knows(self, request: web.Request) -> bool:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        return scheme == "Bearer" and bool(key) and self.key in {None, key}

    def _inability(self, question: Question) -> web.Response | None:
        """Refuse what this endpoint does not know, in the words of servers that do so."""
        able = self.abilities
        if "prompt_cache_key" in question.body and not able.cache_key:
            if able.vague:
                return web.json_response({"error": "Bad Request"}, status=400)
            location = {"type": "extra_forbidden", "loc": ["body", "prompt_cache_key"]}
            detail = {**location, "msg": "Extra inputs are not permitted", "input": "json_schema"}
            return web.json_response({"detail": [detail]}, status=422)
        known = {"json_schema": able.json_schema, "json_object": able.json_object}
        if known.get(question.rung, True):
            return None
        if able.vague:
            return web.json_response({"error": "Bad Request"}, status=400)
        message = (
            f"Invalid parameter: 'response_format' of type '{question.rung}' is not supported."
        )
        return _error(400, message, "response_format", None)

    def _cached_tokens(self, question: Question) -> int:
        """Tokens of a system part seen before under the same key, as the API's cache counts them."""
        key = question.body.get("prompt_cache_key", "")
        seen = self._cached.get(key) == question.system
        self._cached[key] = question.system
        long_enough = len(question.system) >= SHORTEST_CACHED_CHARACTERS
        return len(question.system) // scripts.CHARACTERS_PER_TOKEN if seen and long_enough else 0

    async def _list_models(self, _request: web.Request) -> web.Response:
        listed = [{"id": self.model, "object": "model", "created": 0, "owned_by": "local"}]
        return web.json_response({"object": "list", "data": listed})

    async def _take_script(self, request: web.Request) -> web.Response:
        name = (await request.json()).get("behaviour")
        if name is not None and name not in NAMED:
            return web.json_response({"known": sorted(NAMED)}, status=400)
        self.default = NAMED[name]() if name else scripts.replies(answer_honestly)
        return web.json_response({"behaviour": name})


def named_behaviour(question: Question) -> Behaviour | None:
    """The behaviour that a draft asks for with a word such as `model:hang`."""
    draft = " ".join(sentence.text for sentence in question.sentences)
    return next((make() for name, make in NAMED.items() if f"model:{name}" in draft), None)


def _honest() -> Behaviour:
    return scripts.replies(answer_honestly)


def _invents(question: Question) -> dict[str, Any]:
    """Quotes that are in neither text."""
    invented = {
        "sentence_id": question.sentences[0].id if question.sentences else "S1",
        "statement_id": question.statements[0].id if question.statements else "P1",
        "message_quote": "words that nobody wrote",
        "statement_quote": "words that nobody wrote",
        "relation": "contradicts",
        "why": "Made up.",
        "rewrite": None,
    }
    return {"status": "ok", "assessments": [invented]}


NAMED: dict[str, Callable[[], Behaviour]] = {
    "hang": scripts.hangs,
    "slow": lambda: scripts.slow(5, _honest()),
    "refuse": scripts.refuses,
    "unsure": scripts.cannot_judge,
    "cut": lambda: scripts.truncates(60, answer_honestly),
    "invent": lambda: scripts.replies(_invents),
    "garbage": scripts.garbage,
    "html": scripts.html,
    "drip": scripts.drips,
    "drop": scripts.drops,
    "401": lambda: scripts.status(401, error="invalid_api_key"),
    "404": lambda: scripts.status(404, error="model_not_found"),
    "429": lambda: scripts.status(429, error="rate_limit_exceeded"),
    "quota": lambda: scripts.status(429, error="insufficient_quota"),
    "500": lambda: scripts.status(500),
    "toolong": lambda: scripts.status(400, error="context_length_exceeded"),
}
"""What a person can ask for by name."""


def _error(status: int, message: str, param: str | None, code: str | None) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return web.json_response({"error": error}, status=status)


async def _run(port: int) -> None:
    server = await ModelServer(key=None).start(port)
    print(f"OPENAI_BASE_URL={server.url} OPENAI_API_KEY={KEY}", flush=True)  # noqa: T201
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="A local model for the sandbox.")
    parser.add_argument("--port", type=int, default=4010)
    asyncio.run(_run(parser.parse_args(arguments).port))


if __name__ == "__main__":
    main(sys.argv[1:])
