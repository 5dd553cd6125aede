"""A check that a model judges, against the bare call of the same endpoint.

The endpoint is the tests' local model server in this process; it answers at once or after 200 ms. Both
sides send the same request; a check also runs the rules, grounds the reply, keeps to the budget and
records everything in SQLite.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import aiohttp

from benchmarks import Measure
from benchmarks.local_bot import CHANNEL, USER, local_bot, local_slack
from bot.bootstrap import Application
from bot.model_request import Form, request_for
from coherence.check import Checks
from coherence.check_result import CheckRequest
from coherence.judging import pose
from coherence.rules import compile_stack
from coherence.stack.example import example_stack
from sandbox.server import RunningSandbox
from tests.support import model_scripts as scripts
from tests.support.honest_model import answer_honestly
from tests.support.model_server import ModelServer

CONCURRENT = (1, 64)
ENDPOINT_SECONDS = (0.0, 0.2)
ROUNDS = 4
SLACKS_PATIENCE = 3.0
HANGING_CHECKS = 200
DRAFT = (
    "Number {}: with Larkfield you send an invoice from the phone. Call us if anything is unclear."
)


def run() -> list[Measure]:
    """Measure the added time, the stable prefix, the acks while the endpoint hangs, and a cache hit."""
    return [*asyncio.run(_added()), _stable_prefix(), *asyncio.run(_acks_while_hanging())]


async def _added() -> list[Measure]:
    async with ModelServer() as model, local_slack() as slack, _bot(slack, model) as application:
        caller = _Caller(model, application.use_cases.checks, slack.world.team.id)
        measures = []
        for seconds, concurrent in itertools.product(ENDPOINT_SECONDS, CONCURRENT):
            model.always(scripts.slow(seconds, scripts.replies(answer_honestly)))
            measures += await _compare(caller, seconds, concurrent)
        return [*measures, await _cache_hit(caller)]


@dataclass
class _Caller:
    """Asks the endpoint bare, or through a check; each draft is a new one."""

    model: ModelServer
    checks: Checks
    workspace_id: str
    number: int = 0

    def __post_init__(self) -> None:
        self._compiled = compile_stack(example_stack())

    async def bare(self, http: aiohttp.ClientSession) -> None:
        """Send the request that a check would send, and read the answer."""
        prompt = pose(self._compiled, self._draft(), None).prompt
        key = self.model.environment["OPENAI_API_KEY"]
        async with http.post(
            f"{self.model.url}/chat/completions",
            json=request_for(prompt, self.model.model, Form()),
            headers={"Authorization": f"Bearer {key}"},
        ) as answer:
            assert answer.status == 200, answer.status
            await answer.json()

    async def check(self, draft: str | None = None) -> None:
        """Check a draft to the end."""
        request = CheckRequest(self.workspace_id, USER, draft or self._draft())
        result = await self.checks.check(request)
        assert result is not None
        if result.awaits_judge:
            result = await self.checks.judge(result)
        assert result.assessment.unjudged is None, result.assessment.unjudged

    def _draft(self) -> str:
        self.number += 1
        return DRAFT.format(self.number)


async def _compare(caller: _Caller, seconds: float, concurrent: int) -> list[Measure]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await caller.check()
        bare = await _median_of(lambda: caller.bare(http), concurrent)
        ours = await _median_of(caller.check, concurrent)
    name = f"judged check, {concurrent} at once, endpoint {seconds * 1e3:.0f} ms"
    added = (
        f"adds {(ours - bare) * 1e3 / concurrent:,.1f} ms a check to the bare {bare * 1e3:,.0f} ms"
    )
    return [Measure(name, ours / bare, "×", added)]


async def _cache_hit(caller: _Caller) -> Measure:
    caller.model.always(scripts.replies(answer_honestly))
    first = await _median_of(caller.check, 1)
    known = "Call us if anything is unclear, we are there for you."
    await caller.check(known)
    hit = await _median_of(lambda: caller.check(known), 1)
    return Measure(
        "cache hit / judged check, endpoint 0 ms", hit / first, "×", f"{hit * 1e3:,.1f} ms"
    )


async def _median_of(call: Callable[[], Awaitable[None]], concurrent: int) -> float:
    """Seconds until `concurrent` calls that begin together are all done."""
    times = []
    for _ in range(ROUNDS if concurrent > 1 else ROUNDS * 5):
        began = time.perf_counter()
        await asyncio.gather(*(call() for _ in range(concurrent)))
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _stable_prefix() -> Measure:
    prompt = pose(compile_stack(example_stack()), DRAFT.format(1), None).prompt
    share = len(prompt.system) / (len(prompt.system) + len(prompt.user))
    return Measure("prompt: share of the stable prefix", share * 100, "%", "example narrative")


async def _acks_while_hanging() -> list[Measure]:
    async with ModelServer() as model, local_slack() as slack, _bot(slack, model):
        model.always(scripts.hangs())
        times = await asyncio.gather(*(_ack(slack, number) for number in range(HANGING_CHECKS)))
    slowest = max(times)
    late = sum(seconds > SLACKS_PATIENCE for seconds in times)
    note = f"slowest {slowest * 1e3:,.0f} ms; {late} later than Slack's {SLACKS_PATIENCE:.0f} s"
    name = f"{HANGING_CHECKS} checks at once, endpoint hangs: slowest ack"
    return [Measure(name, slowest / SLACKS_PATIENCE, "× 3 s", note)]


async def _ack(slack: RunningSandbox, number: int) -> float:
    began = time.perf_counter()
    text = f"check {DRAFT.format(number)}"
    acked = await slack.people.command(USER, CHANNEL, "/coherence", text)
    assert acked == {"ok": True}, acked
    return time.perf_counter() - began


def _bot(slack: RunningSandbox, model: ModelServer) -> AbstractAsyncContextManager[Application]:
    return local_bot(slack, **model.environment, COHERENCE_DAILY_TOKENS=str(10**9))
