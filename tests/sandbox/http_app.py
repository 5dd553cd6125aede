"""The least app over HTTP: it keeps every request and answers as each test says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

Json = dict[str, Any]


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        fields = parse_qs(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def json(self) -> Json:
        """What is told: the event's envelope, or the interaction inside the form."""
        if self.headers["Content-Type"] == "application/json":
            found: Json = json.loads(self.body)
        else:
            found = json.loads(self.form["payload"])
        return found


class HttpApp:
    """Gives the challenge back, and `status`, `text` and `headers` to everything else."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.text = ""
        self.headers: dict[str, str] = {}
        self.open = asyncio.Event()
        self.open.set()
        self._received: asyncio.Queue[Received] = asyncio.Queue()

    async def next(self) -> Received:
        async with asyncio.timeout(40):
            return await self._received.get()

    def none_waiting(self) -> bool:
        return self._received.empty()

    def answers(self, value: object) -> None:
        """Answer with JSON from now on."""
        self.text, self.headers = json.dumps(value), {"Content-Type": "application/json"}

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        served = web.Application()
        served.router.add_post("/slack/events", self._answer)
        runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/slack/events"
        try:
            yield
        finally:
            self.open.set()
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if b"url_verification" in body:
            return web.json_response({"challenge": json.loads(body)["challenge"]})
        self._received.put_nowait(Received(dict(request.headers), body))
        await self.open.wait()
        return web.Response(status=self.status, text=self.text, headers=self.headers)
