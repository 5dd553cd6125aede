"""Signed HTTP: requests to the app's request URL, and its answers."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from sandbox.delivery import AckTimeoutError, Envelope, NoAckError
from sandbox.traffic import Traffic
from sandbox.wire import Json

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
NO_RETRY = "X-Slack-No-Retry"
HTTP_OK, SERVER_ERROR = 200, 500
# Over HTTP Slack has a name of its own for an ack that was too late.
HTTP_REASON = {AckTimeoutError.reason: "http_timeout"}


class NotVerifiedError(Exception):
    """The request URL did not answer Slack's challenge; the text is one sentence."""


class NotReachedError(NoAckError):
    """Nobody answers at the request URL."""

    reason = "connection_failed"


class RefusedError(NoAckError):
    """The app answered with another status than 200."""

    reason = "http_error"

    def __init__(self, name: str, status: int, *, final: bool) -> None:
        super().__init__(name)
        self.error = "http_client_error" if status < SERVER_ERROR else "http_service_error"
        self.final = final


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str
    no_retry: bool


class HttpDelivery:
    """Posts each envelope to the request URL, signed as Slack signs.

    `ack_seconds` is how long the app may take, in real time. `on_change` is called as the app
    comes within reach or goes out of it. Timestamps are in real time.
    """

    def __init__(
        self,
        *,
        signing_secret: str,
        verification_token: str,
        traffic: Traffic,
        ack_seconds: float,
        on_change: Callable[[], None],
    ) -> None:
        self._secret = signing_secret.encode()
        self._token = verification_token
        self._traffic = traffic
        self._ack_seconds = ack_seconds
        self._on_change = on_change
        self._url = ""
        self._reached = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None

    @property
    def connected(self) -> bool:
        """Say whether the request URL was verified and answered the last time."""
        return self._reached.is_set()

    async def wait_until_connected(self) -> None:
        """Return once the request URL answers."""
        await self._reached.wait()

    async def use(self, request_url: str) -> None:
        """Send everything to this address from now on.

        Raise NotVerifiedError where it does not give Slack's challenge back.
        """
        challenge = secrets.token_urlsafe(24)
        body = {"type": "url_verification", "token": self._token, "challenge": challenge}
        try:
            answer = await self._posted(request_url, json.dumps(body).encode(), JSON)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise NotVerifiedError(f"{request_url} does not answer.") from error
        given = _json_object(answer.text).get("challenge", answer.text.strip())
        if answer.status != HTTP_OK or given != challenge:
            raise NotVerifiedError(
                f"{request_url} did not give the challenge back (it answered {answer.status})."
            )
        self._url = request_url
        self._found(reached=True)

    async def deliver(self, envelope: Envelope) -> Json:
        """Send an envelope and return what the app answered; raise NoAckError without a 200."""
        started, answer, ack, status = time.monotonic(), None, None, "no answer"
        try:
            answer = await self._sent(envelope)
            ack = _ack(answer.text)
        finally:
            self._traffic.record(
                "to_app",
                envelope.name,
                request=envelope.payload,
                response=ack if ack is not None else {},
                status=answer.status if answer is not None else status,
                seconds=time.monotonic() - started,
            )
        if answer.status != HTTP_OK:
            raise RefusedError(envelope.name, answer.status, final=answer.no_retry)
        return ack

    async def close(self) -> None:
        """Close the connections that are kept open."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._found(reached=False)

    async def _sent(self, envelope: Envelope) -> _Answer:
        if not self._url:
            raise NotReachedError(envelope.name)
        body, content_type = encoded(envelope)
        try:
            answer = await self._posted(self._url, body, content_type, retry_headers(envelope))
        except TimeoutError as error:
            raise AckTimeoutError(envelope.name) from error
        except aiohttp.ClientError as error:
            self._found(reached=False)
            raise NotReachedError(envelope.name) from error
        self._found(reached=True)
        return answer

    async def _posted(
        self, url: str, body: bytes, content_type: str, more: dict[str, str] | None = None
    ) -> _Answer:
        headers = {
            "Accept": "application/json,*/*",
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            **signature(self._secret, body, int(time.time())),
            **(more or {}),
        }
        async with (
            asyncio.timeout(self._ack_seconds),
            self._client().post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            text = await response.text(errors="replace")
            no_retry = response.headers.get(NO_RETRY) == "1"
            return _Answer(response.status, text, no_retry)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _found(self, *, reached: bool) -> None:
        if reached == self._reached.is_set():
            return
        if reached:
            self._reached.set()
        else:
            self._reached.clear()
        self._on_change()


def signature(secret: bytes, body: bytes, timestamp: int) -> dict[str, str]:
    """Return the headers by which an app knows that a request is Slack's."""
    base = b"v0:%d:%s" % (timestamp, body)
    signed = hmac.new(secret, base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={signed}"}


def encoded(envelope: Envelope) -> tuple[bytes, str]:
    """Return a request's body and content type: events are JSON, everything else is a form."""
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), JSON
    fields = envelope.payload
    if envelope.kind == "interactive":
        fields = {"payload": json.dumps(envelope.payload)}
    return urlencode(fields).encode(), FORM


def retry_headers(envelope: Envelope) -> dict[str, str]:
    """Return the headers by which an app knows that it may have had an event before."""
    if not envelope.retry_attempt:
        return {}
    return {
        "X-Slack-Retry-Num": str(envelope.retry_attempt),
        "X-Slack-Retry-Reason": HTTP_REASON.get(envelope.retry_reason, envelope.retry_reason),
    }


def _ack(text: str) -> Json:
    """Return an answer's body as an object; a plain text is what the app says."""
    found = _json_object(text)
    return found or ({"text": text} if text.strip() and not _is_json(text) else {})


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _json_object(text: str) -> Json:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
