"""The one error handler: plain words to the person, the details to the log."""

import secrets
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from coherence.deliveries import Deliveries
from coherence.errors import CoherenceError, NoJourneyYet, NoPublishedStack, NotASteward, NotLeading
from coherence.stewards import Person, Stewards
from handlers.answers import Answers
from handlers.blocks.home import sentence_view
from handlers.blocks.message import Message, plain_message, plain_modal
from handlers.blocks.setup import offer_message, offer_modal
from handlers.home import is_on_home
from handlers.modals import VIEW_ID
from handlers.slack_faults import SLACK_FAULTS, describe
from handlers.standing import admins_in_slack
from handlers.voice import errors as voice
from handlers.voice import setup as setup_voice
from handlers.voice.check import CLOSE
from handlers.voice.mrkdwn import escape

# What set-up puts right, by a steward's hand.
_NOT_SET_UP = (NoJourneyYet, NoPublishedStack)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reply:
    """What a person is told; with `offers_setup`, the button to set the bot up goes with it."""

    sentence: str
    offers_setup: bool = False
    title: str = voice.TITLE

    def message(self) -> Message:
        """As a message."""
        return offer_message(self.sentence) if self.offers_setup else plain_message(self.sentence)

    def modal(self) -> dict[str, Any]:
        """As a modal."""
        if self.offers_setup:
            return offer_modal(self.sentence)
        return plain_modal(self.title, self.sentence, CLOSE)


class ErrorHandler:
    """Registered with Bolt for all listeners."""

    def __init__(self, answers: Answers, deliveries: Deliveries, stewards: Stewards) -> None:
        self._answers = answers
        self._deliveries = deliveries
        self._stewards = stewards

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
            # Under a field Slack shows plain text: nothing is escaped, and nobody mentioned.
            plain = str(error) if isinstance(error, CoherenceError) else sentence
            return _field_error(body["view"], plain, voice.title(error))
        try:
            reply = await self._reply(error, sentence, body, client)
            await self._tell(reply, body, context, client)
        except (*SLACK_FAULTS, SQLAlchemyError) as failure:
            log.warning("person_not_told", failure=describe(failure))
        return None

    async def _reply(
        self, error: Exception, sentence: str, body: dict[str, Any], client: AsyncWebClient
    ) -> Reply:
        """The sentence, or whom to ask, or the way to set-up, where that helps more."""
        try:
            if isinstance(error, NotASteward):
                to_ask = error.to_ask or await admins_in_slack(client)
                return Reply(voice.not_a_steward(to_ask), title=voice.NOT_THEIRS)
            if isinstance(error, NotLeading):
                admins = () if error.to_ask else await admins_in_slack(client)
                return Reply(voice.not_leading(error.to_ask, admins), title=voice.NOT_THEIRS)
            person = _person_in(body)
            if isinstance(error, _NOT_SET_UP) and person is not None:
                return await self._not_set_up(error, person, client)
        except SLACK_FAULTS as failure:
            log.warning("steward_not_looked_up", failure=describe(failure))
        return Reply(sentence, title=voice.title(error))

    async def _not_set_up(
        self, error: CoherenceError, person: Person, client: AsyncWebClient
    ) -> Reply:
        if await self._stewards.is_steward(person):
            return Reply(setup_voice.nothing_yet(error), offers_setup=True)
        to_ask = await self._stewards.to_ask(person.workspace_id)
        to_ask = to_ask or await admins_in_slack(client)
        return Reply(setup_voice.nothing_yet_ask(error, to_ask))

    async def _tell(
        self,
        reply: Reply,
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        on_home = is_on_home(body)
        view_id = context.get(VIEW_ID) or (not on_home and body.get("view", {}).get("id"))
        if view_id:
            await client.views_update(view_id=view_id, view=reply.modal())
        elif on_home:
            await self._tell_after_home(reply, body, client)
        elif body.get("event", {}).get("type") == "app_home_opened":
            await _tell_on_home(reply, body["event"], client)
        elif body.get("response_url"):
            await self._answers.respond(body, reply.message())
        elif "channel" in body.get("event", {}):
            await self._tell_directly(reply, body, client)

    async def _tell_after_home(
        self, reply: Reply, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        """In a direct message: on the Home itself nothing appears beside what is there."""
        if await self._deliveries.claim(body["team"]["id"], body["trigger_id"]):
            await client.chat_postMessage(channel=body["user"]["id"], **reply.message().payload())

    async def _tell_directly(
        self, reply: Reply, body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        if await self._deliveries.claim(body["team_id"], body["event_id"]):
            await client.chat_postMessage(
                channel=body["event"]["channel"],
                thread_ts=body["event"].get("thread_ts"),
                **reply.message().payload(),
            )


async def _tell_on_home(reply: Reply, event: dict[str, Any], client: AsyncWebClient) -> None:
    """Where nothing is shown yet; what was shown before says more than a sentence."""
    if event["tab"] == "home" and "view" not in event:
        await client.views_publish(user_id=event["user"], view=sentence_view(reply.sentence))


def _report(error: Exception) -> str:
    """Log an error under a new reference; return what the person is told."""
    reference = secrets.token_hex(4)
    if isinstance(error, CoherenceError):
        log.info("refused", reference=reference, error=type(error).__name__)
        return voice.expected(error)
    if isinstance(error, SLACK_FAULTS):
        log.error("slack_failed", reference=reference, error=describe(error))
    else:
        log.error("failed", reference=reference, exc_info=error)
    return voice.unexpected(reference)


def _field_error(view: dict[str, Any], sentence: str, title: str) -> BoltResponse:
    """Keep the modal open with the person's text, and the sentence under its first field.

    One without a field holds no text either, so the sentence takes its place.
    """
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if not inputs:
        shown = plain_modal(title, escape(sentence), CLOSE)
        return BoltResponse(status=200, body={"response_action": "update", "view": shown})
    answer = {"response_action": "errors", "errors": {inputs[0]: sentence}}
    return BoltResponse(status=200, body=answer)


def _person_in(body: dict[str, Any]) -> Person | None:
    """Who acts: commands, interactions and events each say it in their own place."""
    workspace_id = body.get("team_id") or body.get("team", {}).get("id")
    held = body.get("event") or body
    user_id = held.get("user_id") or held.get("user")
    if isinstance(user_id, dict):
        user_id = user_id.get("id")
    return Person(workspace_id, user_id) if workspace_id and user_id else None
