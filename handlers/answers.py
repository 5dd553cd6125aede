"""Answers through a `response_url`: seen by one person, in any conversation, bot invited or not."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import regex
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.blocks.message import Message

_OK = 200
_REFUSED = regex.compile(r'"ok"\s*:\s*false')

# The SDK's handlers repeat a webhook call for 429 only; a response_url may be used five times.
_PASSING = frozenset({500, 502, 503, 504})
PAUSES = (0.2, 1.0)


class UndeliveredAnswer(Exception):
    """Slack did not take an answer; `status` is its HTTP status."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"Slack answered {status} to a response_url")


def thread_of(body: Mapping[str, Any]) -> str | None:
    """The thread in which something was pressed; None for what stands in the channel itself."""
    pressed = body.get("message") or {}
    thread_ts = pressed.get("thread_ts")
    return None if thread_ts == pressed.get("ts") else thread_ts


class Answers:
    """Sends answers on the process's HTTP session; Bolt's `respond` opens one for each."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        retry_handlers: Callable[[], list[AsyncRetryHandler]],
    ) -> None:
        self._session = session
        self._retry_handlers = retry_handlers

    async def respond(
        self,
        response_url: str,
        message: Message,
        *,
        replace: bool = False,
        thread_ts: str | None = None,
    ) -> None:
        """Answer so that only the person who asked sees it. Raises UndeliveredAnswer.

        With `replace`, in place of the message whose button was pressed; with `thread_ts`, in that thread.
        """
        client = AsyncWebhookClient(
            response_url, session=self._session, retry_handlers=self._retry_handlers()
        )
        answer = {"response_type": "ephemeral", "replace_original": replace, **message.payload()}
        if thread_ts is not None:
            answer["thread_ts"] = thread_ts
        reply = await client.send_dict(answer)
        for pause in PAUSES:
            if reply.status_code not in _PASSING:
                break
            await asyncio.sleep(pause)
            reply = await client.send_dict(answer)
        if reply.status_code != _OK or _REFUSED.search(reply.body):
            raise UndeliveredAnswer(reply.status_code)
