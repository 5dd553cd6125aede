"""A judge that speaks chat completions, with OpenAI's API or a server that is compatible with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import SecretStr

from bot.model_reply import estimate, read_completion
from bot.model_request import EndpointFailed, Form, Rung, request_for
from bot.settings import Settings
from coherence.assessment import NotJudged
from coherence.judge import Answer, JudgeFailed, Prompt, Usage

if TYPE_CHECKING:
    from bot.openai_endpoint import Endpoint

log = structlog.get_logger(__name__)


class CallFailed(JudgeFailed):
    """The endpoint gave no answer; `status` is the HTTP status of what it gave, None if nothing."""

    def __init__(self, reason: NotJudged, status: int | None, usage: Usage) -> None:
        super().__init__(reason, usage)
        self.status = status


class OpenAIJudge:
    """One model at one endpoint, for the whole process; checks do not wait for each other.

    What the endpoint supports is learned from its answers: a form of the question that it refuses
    is given up for the next one down as soon as that one is taken.
    """

    def __init__(self, *, key: SecretStr, address: str, model: str, seconds: float) -> None:
        self._key = key
        self._address = address
        self._model = model
        self._seconds = seconds
        self._form = Form()
        self._opening: asyncio.Task[Endpoint] | None = None

    @property
    def model(self) -> str:
        """The model's name, as the endpoint knows it."""
        return self._model

    @property
    def rung(self) -> Rung:
        """How the next question asks for the form of its reply: the firmest that is not refused."""
        return self._form.rung

    def prepare(self) -> None:
        """Begin to build the client, which takes a second, so that no check has to wait for it.

        It is built in a thread. Where that is not possible, for example with a proxy of an unknown
        kind, questions fail.
        """
        self._begin()

    async def ask(self, prompt: Prompt) -> Answer:
        """Send one question and return the answer; tries and lower forms share one deadline.

        Raises JudgeFailed. After a timeout, `usage` is an estimate of what was sent: endpoints
        charge for answers that nobody waits for.
        """
        try:
            endpoint = await self._endpoint()
            async with asyncio.timeout(self._seconds) as deadline:
                body = await self._climb_down(endpoint, prompt, deadline)
            return read_completion(body, prompt)
        except EndpointFailed as failed:
            raise self._failed(failed.reason, failed.status, prompt) from None
        except TimeoutError:
            raise self._failed(NotJudged.TIMEOUT, None, prompt) from None
        except JudgeFailed as failed:
            self._note(failed.reason, None)
            raise

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._opening is not None:
            [opened] = await asyncio.gather(self._opening, return_exceptions=True)
            if not isinstance(opened, BaseException):
                await opened.close()

    async def _climb_down(
        self, endpoint: "Endpoint", prompt: Prompt, deadline: asyncio.Timeout
    ) -> bytes:
        """Ask in the best form known, and in the next one down as often as a form is refused.

        Each call climbs down by itself and only what was taken is remembered, so that calls that
        meet the same refusal at once do not climb down further than one of them would.
        """
        form = self._form
        while True:
            try:
                request = request_for(prompt, self._model, form)
                body = await _send(endpoint, request, deadline)
            except EndpointFailed as failed:
                lower = form.without(failed.blamed)
                if lower is None:
                    raise
                form = lower
            else:
                self._learn(form)
                return body

    def _learn(self, form: Form) -> None:
        if form != self._form:
            self._form = form
            log.info("model_form_learned", rung=form.rung.value, cache_key=form.cache_key)

    async def _endpoint(self) -> "Endpoint":
        # A check that is given up must not take the client away from the others that wait for it.
        return await asyncio.shield(self._begin())

    def _begin(self) -> "asyncio.Task[Endpoint]":
        if self._opening is None:
            opening = asyncio.to_thread(_open, self._key, self._address, self._seconds)
            self._opening = asyncio.create_task(opening)
        return self._opening

    def _failed(self, reason: NotJudged, status: int | None, prompt: Prompt) -> CallFailed:
        self._note(reason, status)
        spent = estimate(prompt) if reason is NotJudged.TIMEOUT else Usage()
        return CallFailed(reason, status, spent)

    def _note(self, reason: NotJudged, status: int | None) -> None:
        log.warning("model_failed", reason=reason.value, status=status, model=self._model)


async def _send(endpoint: "Endpoint", request: dict[str, Any], deadline: asyncio.Timeout) -> bytes:
    """Send a request, and once more if that makes sense and the deadline leaves the time."""
    try:
        return await endpoint.complete(request)
    except EndpointFailed as failed:
        pause = failed.pause
        if pause is None or pause >= _seconds_left(deadline):
            raise
    await asyncio.sleep(pause)
    return await endpoint.complete(request)


def _seconds_left(deadline: asyncio.Timeout) -> float:
    until = deadline.when()
    return 0.0 if until is None else until - asyncio.get_running_loop().time()


def _open(key: SecretStr, address: str, seconds: float) -> "Endpoint":
    # Here and not above: it imports openai, which the event loop must not wait for.
    module = import_module("bot.openai_endpoint")
    try:
        endpoint: Endpoint = module.Endpoint(key, address, seconds)
    except (ValueError, ImportError):
        # A proxy in the environment whose kind is unknown or needs a library that is not there.
        raise EndpointFailed(NotJudged.MISCONFIGURED) from None
    return endpoint


def make_judge(settings: Settings) -> OpenAIJudge | None:
    """The judge that the settings describe; None without a key. Nothing is connected yet."""
    if settings.openai_api_key is None:
        return None
    return OpenAIJudge(
        key=settings.openai_api_key,
        address=settings.openai_base_url,
        model=settings.model,
        seconds=settings.model_seconds,
    )


@asynccontextmanager
async def open_judge(settings: Settings) -> AsyncIterator[OpenAIJudge | None]:
    """The judge that the settings describe: its client is being built, and closed in the end."""
    judge = make_judge(settings)
    if judge is not None:
        judge.prepare()
    try:
        yield judge
    finally:
        if judge is not None:
            await judge.close()
