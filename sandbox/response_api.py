"""`/response/<token>`: what the app answers through a response URL."""

import asyncio
import json
import time
from contextlib import suppress

from aiohttp import web

from sandbox.arguments import flag, text_of
from sandbox.chat_methods import said, thread_of
from sandbox.faults import answer_under, drop
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.response_urls import ResponseUrl
from sandbox.web_api import body_of
from sandbox.wire import Json, SlackError

FAULT_NAME = "response_url"
# Over the internet a response takes longer than the ack that was sent just before it. On
# loopback it may overtake the ack, and what the ack says would then come last.
ACK_HEAD_START_SECONDS = 0.1
# Errors of the URL itself; all others are about what was sent.
GONE = {"expired_url", "used_url"}


class ResponseApi:
    """Serves response URLs."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def add_routes(self, app: web.Application) -> None:
        """Serve `/response/<token>`."""
        app.router.add_post("/response/{token}", self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take one use of a response URL, or fail where a fault is due."""
        started = time.monotonic()
        text = await request.text()
        fault = self._slack.faults.take(FAULT_NAME)
        token = request.match_info["token"]
        await self._let_ack_come_first(token)
        response = await answer_under(fault, request, lambda: self._respond(token, text))
        self._slack.traffic.record(
            "to_slack",
            FAULT_NAME,
            request=_parsed(text),
            response=body_of(response),
            status=response.status if response is not None else "no answer",
            seconds=time.monotonic() - started,
        )
        return response if response is not None else drop(request)

    async def _let_ack_come_first(self, token: str) -> None:
        url = self._slack.response_urls.find(token)
        if url is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(ACK_HEAD_START_SECONDS):
                await url.acknowledged.wait()

    def _respond(self, token: str, text: str) -> web.Response:
        try:
            self._take_use(token, text)
        except SlackError as error:
            status = 404 if error.error in GONE else 400
            return web.json_response(error.answer(), status=status)
        return web.json_response({"ok": True})

    def _take_use(self, token: str, text: str) -> None:
        url = self._slack.response_urls.look_at(token)
        body = _parsed(text)
        if body is None:
            raise SlackError("invalid_payload")
        respond(self._slack, url, body)
        url.uses += 1


def respond(slack: LocalSlack, url: ResponseUrl, body: Json) -> None:
    """Do what a message sent to a response URL, or in an ack, asks for."""
    original = url.original
    if flag(body, "delete_original"):
        if original is None:
            raise SlackError("message_not_found")
        slack.posts.delete(original)
        url.original = None
        return
    text, blocks = said(slack, body)
    replaces = flag(body, "replace_original") if "replace_original" in body else url.replaces
    if original is not None and replaces:
        _replace(slack, original, text, blocks)
    else:
        _add(slack, url, body, text, blocks)


def _replace(slack: LocalSlack, original: Message, text: str, blocks: list[Json]) -> None:
    if slack.world.messages.find(original.channel, original.ts) is None:
        raise SlackError("message_not_found")
    slack.posts.edit(original, text, blocks)


def _add(slack: LocalSlack, url: ResponseUrl, body: Json, text: str, blocks: list[Json]) -> None:
    public = text_of(body, "response_type") == "in_channel"
    message = slack.posts.by_app(
        url.channel,
        text,
        blocks=blocks,
        thread_ts=thread_of(slack, slack.world.channels[url.channel], body),
        visible_to=None if public else url.user,
    )
    if url.original is None:
        url.original = message


def _parsed(text: str) -> Json | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
