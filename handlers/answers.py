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
        self, body: Mapping[str, Any], message: Message, *, replace: bool = False
    ) -> None:
        """Answer a command or a press so that only who made it sees it, in the thread where it was made.

        With `replace`, in place of the message whose button was pressed. Raises UndeliveredAnswer.
        """
        await self._send(body["response_url"], message, replace=replace, place=_thread_of(body))

    async def change(self, response_url: str, message: Message) -> None:
        """Put something else in the place of an answer. Raises UndeliveredAnswer."""
        await self._send(response_url, message, replace=True, place={})

    async def _send(
        self, response_url: str, message: Message, *, replace: bool, place: Mapping[str, str]
    ) -> None:
        client = AsyncWebhookClient(
            response_url, session=self._session, retry_handlers=self._retry_handlers()
        )
        how = {"response_type": "ephemeral", "replace_original": replace}
        answer = {**how, **place, **message.payload()}
        reply = await client.send_dict(answer)
        for pause in PAUSES:
            if reply.status_code not in _PASSING:
                break
            await asyncio.sleep(pause)
            reply = await client.send_dict(answer)
        if reply.status_code != _OK or _REFUSED.search(reply.body):
            raise UndeliveredAnswer(reply.status_code)


def _thread_of(body: Mapping[str, Any]) -> Mapping[str, str]:
    """The thread in which something was pressed, as an answer names it; nothing for the channel itself."""
    pressed = body.get("message") or {}
    thread_ts = pressed.get("thread_ts")
    return {"thread_ts": thread_ts} if thread_ts and thread_ts != pressed.get("ts") else {}
