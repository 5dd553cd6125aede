"""The one error handler: plain words to the person, the details to the log."""

import secrets
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from coherence.deliveries import Deliveries
from coherence.errors import CoherenceError
from handlers.answers import Answers, UndeliveredAnswer
from handlers.blocks.message import plain_message, plain_modal
from handlers.modals import VIEW_ID
from handlers.voice import errors as voice
from handlers.voice.check import CLOSE

_SLACK_FAULTS = (SlackClientError, UndeliveredAnswer, aiohttp.ClientError, TimeoutError)

log = structlog.get_logger(__name__)


class ErrorHandler:
    """Registered with Bolt for all listeners."""

    def __init__(self, answers: Answers, deliveries: Deliveries) -> None:
        self._answers = answers
        self._deliveries = deliveries

    async def handle(
        self,
        error: Exception,
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> BoltResponse | None:
        """Tell the person and the log what happened; never raises."""
        sentence = _report(error)
        if body.get("type") == "view_submission":
            return _field_error(body["view"], sentence)
        try:
            await self._tell(sentence, body, context, client)
        except (*_SLACK_FAULTS, SQLAlchemyError) as failure:
            log.warning("person_not_told", failure=_describe(failure))
        return None

    async def _tell(
        self,
        sentence: str,
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        view_id = context.get(VIEW_ID) or body.get("view", {}).get("id")
        if view_id:
            await client.views_update(
                view_id=view_id, view=plain_modal(voice.TITLE, sentence, CLOSE)
            )
        elif response_url := body.get("response_url"):
            await self._answers.respond(response_url, plain_message(sentence))
        elif "channel" in body.get("event", {}):
            await self._tell_directly(sentence, body, client)

    async def _tell_directly(
        self, sentence: str, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        if await self._deliveries.claim(body["team_id"], body["event_id"]):
            await client.chat_postMessage(
                channel=body["event"]["channel"],
                thread_ts=body["event"].get("thread_ts"),
                **plain_message(sentence).payload(),
            )


def _report(error: Exception) -> str:
    """Log an error under a new reference; return what the person is told."""
    reference = secrets.token_hex(4)
    if isinstance(error, CoherenceError):
        log.info("refused", reference=reference, error=type(error).__name__)
        return voice.expected(error)
    if isinstance(error, _SLACK_FAULTS):
        log.error("slack_failed", reference=reference, error=_describe(error))
    else:
        log.error("failed", reference=reference, exc_info=error)
    return voice.unexpected(reference)


def _describe(error: Exception) -> str:
    # Slack's own error names only: its messages may repeat what was sent.
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return str(error) if isinstance(error, UndeliveredAnswer) else type(error).__name__


def _field_error(view: dict[str, Any], sentence: str) -> BoltResponse:
    """Keep the modal open with the person's text, and the sentence under its first field."""
    first_input = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    answer = {"response_action": "errors", "errors": {first_input: sentence}}
    return BoltResponse(status=200, body=answer)
