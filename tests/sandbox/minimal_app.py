"""The least app: Web API calls, and Socket Mode envelopes answered as each test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.server import RunningSandbox

Json = dict[str, Any]


class MinimalApp:
    """Acknowledges every envelope, with `answer` if that is set, unless it is `silent`."""

    def __init__(self, running: RunningSandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = running
        self.session = session
        self.answer: Json | None = None
        self.silent = False
        self.hello: Json = {}
        self._envelopes: asyncio.Queue[Json] = asyncio.Queue()

    async def call(self, method: str, **arguments: object) -> Json:
        """Call a method with JSON arguments and the bot's token."""
        token = self.sandbox.environment["SLACK_BOT_TOKEN"]
        return await self._post(method, token, arguments)

    async def respond(self, url: str, **body: object) -> tuple[int, Json]:
        async with self.session.post(url, json=body) as response:
            return response.status, await response.json()

    async def next(self) -> Json:
        """Return the next envelope, waiting for it."""
        async with asyncio.timeout(40):
            return await self._envelopes.get()

    async def next_payload(self) -> Json:
        payload: Json = (await self.next())["payload"]
        return payload

    async def next_event(self) -> Json:
        event: Json = (await self.next_payload())["event"]
        return event

    def none_waiting(self) -> bool:
        return self._envelopes.empty()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hold one connection open."""
        token = self.sandbox.environment["SLACK_APP_TOKEN"]
        opened = await self._post("apps.connections.open", token, {})
        async with self.session.ws_connect(opened["url"]) as socket:
            self.hello = await socket.receive_json()
            listening = asyncio.create_task(self._listen(socket))
            try:
                yield
            finally:
                listening.cancel()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            envelope = message.json()
            if "envelope_id" in envelope and not self.silent:
                ack: Json = {"envelope_id": envelope["envelope_id"]}
                if envelope["accepts_response_payload"] and self.answer is not None:
                    ack["payload"] = self.answer
                await socket.send_json(ack)
            self._envelopes.put_nowait(envelope)

    async def _post(self, method: str, token: str, arguments: Json) -> Json:
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.sandbox.api_url}{method}"
        async with self.session.post(url, json=arguments, headers=headers) as response:
            body: Json = await response.json()
            return body


class Controls:
    """The control API, as the page calls it."""

    def __init__(self, running: RunningSandbox, session: aiohttp.ClientSession) -> None:
        self._base = f"{running.url}/sandbox/"
        self._session = session

    async def get(self, path: str, **query: str) -> Json:
        async with self._session.get(self._base + path, params=query) as response:
            body: Json = await response.json()
            return body

    async def post(self, path: str, **body: object) -> Json:
        return (await self.try_post(path, **body))[1]

    async def try_post(self, path: str, **body: object) -> tuple[int, Json]:
        async with self._session.post(self._base + path, json=body) as response:
            return response.status, await response.json()

    async def messages(self, user: str, channel: str, **query: str) -> list[Json]:
        body = await self.get("messages", user=user, channel=channel, **query)
        messages: list[Json] = body["messages"]
        return messages

    async def views(self, user: str) -> list[Json]:
        views: list[Json] = (await self.get("views", user=user))["views"]
        return views
