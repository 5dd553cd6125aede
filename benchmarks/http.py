"""The bot over HTTP, against a bare Bolt app on the same server whose handler only acks.

Two processes: this one plays Slack (signed requests, and the response_url that takes the answers);
the other serves one app at a time with uvicorn. `SIZE` shortens the run: SIZE=0.1 sends a tenth of
the requests.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from benchmarks import Measure
from sandbox import server
from sandbox.server import RunningSandbox

SECRET = "5" * 32
SIZE = float(os.environ.get("SIZE", "1"))
MANY = max(2_000, int(50_000 * SIZE))
ROUND = max(100, int(1_000 * SIZE))
CONCURRENT = (1, 32)
TEXTS = {"help": "help", "rules check": "check You are guaranteed to get your money, 24/7."}
USER, CHANNEL = "U0MAYA", "C0ONBOARD"
PAGE_KB = 1_024
_PATIENCE = 60
"""Seconds to wait for answers after the last ack."""


def run() -> list[Measure]:
    """Measure throughput, the slowest hundredth, and memory."""
    return asyncio.run(_run())


@dataclass(frozen=True)
class Load:
    """What one load came to: requests a second, and the 99th percentile of the ack in seconds."""

    per_second: float
    p99: float


class Answers:
    """Stands in for response_url: takes every answer and counts it."""

    def __init__(self) -> None:
        self.taken = 0
        self.changed = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        """Take one answer."""
        await request.read()
        async with self.changed:
            self.taken += 1
            self.changed.notify_all()
        return web.Response(text="ok")

    async def reach(self, number: int) -> None:
        """Wait until so many answers were taken. Raises TimeoutError where one got lost."""
        async with asyncio.timeout(_PATIENCE), self.changed:
            await self.changed.wait_for(lambda: self.taken >= number)


@dataclass
class Caller:
    """Sends commands as Slack does and waits for the acks, and for the answers if there are any."""

    http: aiohttp.ClientSession
    url: str
    team: str
    response_url: str
    answers: Answers | None
    sent: int = 0

    async def load(self, text: str, concurrent: int, requests: int) -> Load:
        """Send requests, `concurrent` at a time; the time runs until the last answer is there."""
        times: list[float] = []
        before = self.answers.taken if self.answers else 0
        left = iter(range(requests))
        began = time.perf_counter()
        await asyncio.gather(*(self._send_all(text, left, times) for _ in range(concurrent)))
        if self.answers is not None:
            await self.answers.reach(before + requests)
        took = time.perf_counter() - began
        return Load(requests / took, statistics.quantiles(times, n=100)[98])

    async def _send_all(self, text: str, left: Iterator[int], times: list[float]) -> None:
        for _ in left:
            body = self._body(text)
            began = time.perf_counter()
            async with self.http.post(self.url, data=body, headers=_signed(body)) as answer:
                assert answer.status == 200, answer.status
                await answer.read()
            times.append(time.perf_counter() - began)

    def _body(self, text: str) -> bytes:
        self.sent += 1
        fields = {
            "command": "/coherence",
            "text": text,
            "team_id": self.team,
            "user_id": USER,
            "channel_id": CHANNEL,
            "trigger_id": f"1.2.{self.sent}",
            "response_url": self.response_url,
        }
        return urlencode(fields).encode()


async def _run() -> list[Measure]:
    slack = await server.start(port=0)
    try:
        async with _answers() as (answers, response_url):
            bare = await _measure_bare(slack, response_url)
            return await _measure_bot(slack, answers, response_url, bare)
    finally:
        await slack.stop()


async def _measure_bare(slack: RunningSandbox, response_url: str) -> dict[int, Load]:
    async with _served(slack, "bare") as (url, _), aiohttp.ClientSession() as http:
        caller = Caller(http, url, slack.world.team.id, response_url, None)
        await caller.load("help", 1, ROUND // 5)
        return {n: await caller.load("help", n, ROUND) for n in CONCURRENT}


async def _measure_bot(
    slack: RunningSandbox, answers: Answers, response_url: str, bare: dict[int, Load]
) -> list[Measure]:
    async with _served(slack, "bot") as (url, pid), aiohttp.ClientSession() as http:
        caller = Caller(http, url, slack.world.team.id, response_url, answers)
        at_rest = _resident_mb(pid)
        await caller.load("help", 1, ROUND // 5)
        rows = [
            row
            for name, text in TEXTS.items()
            for n in CONCURRENT
            for row in _compared(name, n, await caller.load(text, n, ROUND), bare[n])
        ]
        while caller.sent < MANY:
            await caller.load(TEXTS["rules check"], max(CONCURRENT), ROUND)
            await caller.load("help", max(CONCURRENT), ROUND)
        return [*rows, *_memory(at_rest, _resident_mb(pid))]


def _compared(name: str, concurrent: int, ours: Load, bare: Load) -> list[Measure]:
    where = f"HTTP, {name}, {concurrent} at once"
    return [
        Measure(
            f"{where}: requests/s",
            ours.per_second / bare.per_second,
            "×",
            f"{ours.per_second:,.0f}/s with the answer sent, bare ack {bare.per_second:,.0f}/s",
        ),
        Measure(
            f"{where}: p99 of the ack",
            ours.p99 / bare.p99,
            "×",
            f"{ours.p99 * 1e3:,.1f} ms, bare {bare.p99 * 1e3:,.1f} ms",
        ),
    ]


def _memory(at_rest: float, after: float) -> list[Measure]:
    return [
        Measure("memory at rest", at_rest, "MB", "resident, after the start"),
        Measure(
            f"memory after {MANY:,} requests / at rest", after / at_rest, "×", f"{after:,.0f} MB"
        ),
    ]


def _signed(body: bytes) -> dict[str, str]:
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=timestamp, body=body)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
        "Content-Type": "application/x-www-form-urlencoded",
    }


@asynccontextmanager
async def _answers() -> AsyncIterator[tuple[Answers, str]]:
    answers = Answers()
    app = web.Application()
    app.router.add_post("/", answers.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield answers, f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@asynccontextmanager
async def _served(slack: RunningSandbox, which: str) -> AsyncIterator[tuple[str, int]]:
    """A process that serves one of the apps: the address for Slack's requests, and its pid."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            **slack.environment,
            "SLACK_SIGNING_SECRET": SECRET,
            "COHERENCE_TRANSPORT": "http",
            "COHERENCE_PORT": "0",
            "COHERENCE_ENV_FILE": "",
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
            "PATH": os.environ["PATH"],
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.http_served", which,
            stdout=asyncio.subprocess.PIPE, env=settings,
        )  # fmt: skip
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}/slack/events", process.pid
        finally:
            process.terminate()
            await process.wait()


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / PAGE_KB / PAGE_KB
