"""Socket Mode: envelopes to the app over WebSockets, and its acks."""

import asyncio
import json
import secrets
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from aiohttp import WSMsgType, web

from sandbox.delivery import AckTimeoutError, Envelope
from sandbox.traffic import Traffic
from sandbox.wire import Json

PING_SECONDS = 10.0
CONNECTION_SECONDS = 18_060


class SocketMode:
    """The app's connections; each envelope goes to one of them, in turn.

    `ack_seconds` is how long the app may take, in real time. `on_change` is called as
    connections come and go.
    """

    def __init__(
        self, *, app_id: str, traffic: Traffic, ack_seconds: float, on_change: Callable[[], None]
    ) -> None:
        self._app_id = app_id
        self._traffic = traffic
        self._ack_seconds = ack_seconds
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._somebody_connected = asyncio.Event()
        self._turn = 0
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def connected(self) -> bool:
        """Say whether the app has a connection open."""
        return bool(self._connections)

    async def wait_until_connected(self) -> None:
        """Return once the app has a connection open."""
        await self._somebody_connected.wait()

    def new_ticket(self) -> str:
        """Return a ticket that opens one connection."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def deliver(self, envelope: Envelope) -> Json:
        """Send an envelope and return the body of its ack; raise AckTimeoutError without one."""
        started, answer, status = time.monotonic(), {}, "no ack"
        try:
            async with asyncio.timeout(self._ack_seconds):
                answer = await self._send(envelope)
            status = "ack"
        except TimeoutError as error:
            raise AckTimeoutError(envelope.name) from error
        finally:
            self._traffic.record(
                "to_app",
                envelope.name,
                request=envelope.payload,
                response=answer,
                status=status,
                seconds=time.monotonic() - started,
            )
        return answer

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Keep one connection of the app, from its ticket to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="This ticket is unknown or was used.")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await socket.prepare(request)
        self._joined(socket)
        if request.transport is not None:
            self._transports[socket] = request.transport
        try:
            await socket.send_json(self._hello())
            await self._listen(socket)
        finally:
            self._left(socket)
            self._transports.pop(socket, None)
        return socket

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self._connections):
            await socket.close(code=1001, message=b"the sandbox stops")

    def drop(self) -> None:
        """Cut every connection without a word, as a broken network does."""
        for socket in list(self._connections):
            self._left(socket)
            transport = self._transports.pop(socket, None)
            if transport is not None:
                transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Tell the app on every connection to come back with a new one, as Slack does hourly."""
        for socket in list(self._connections):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def _send(self, envelope: Envelope) -> Json:
        envelope_id = str(uuid.uuid4())
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = ack
        try:
            await self._send_to_next(_frame(envelope, envelope_id))
            return await ack
        finally:
            del self._waiting[envelope_id]

    async def _send_to_next(self, frame: Json) -> None:
        while True:
            await self._somebody_connected.wait()
            self._turn += 1
            socket = self._connections[self._turn % len(self._connections)]
            with suppress(ConnectionError):
                await socket.send_json(frame)
                return
            self._left(socket)

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledged(message.data)

    def _acknowledged(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        if not isinstance(ack, dict):
            return
        waiting = self._waiting.get(str(ack.get("envelope_id")))
        if waiting is not None and not waiting.done():
            payload = ack.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})

    def _joined(self, socket: web.WebSocketResponse) -> None:
        self._connections.append(socket)
        self._somebody_connected.set()
        self._on_change()

    def _left(self, socket: web.WebSocketResponse) -> None:
        if socket not in self._connections:
            return
        self._connections.remove(socket)
        if not self._connections:
            self._somebody_connected.clear()
        self._on_change()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": "sandbox",
                "started": None,
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
        }


def _frame(envelope: Envelope, envelope_id: str) -> Json:
    frame: Json = {
        "envelope_id": envelope_id,
        "type": envelope.kind,
        "payload": envelope.payload,
        "accepts_response_payload": envelope.accepts_response_payload,
    }
    if envelope.kind == "events_api":
        frame["retry_attempt"] = envelope.retry_attempt
        frame["retry_reason"] = envelope.retry_reason
    return frame
