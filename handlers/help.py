"""Say what the bot does: `/coherence help`, a word it doesn't know, or "help" in a message."""

from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.deliveries import Deliveries
from coherence.setup import Setup
from coherence.stewards import Person, Stewards
from handlers.answers import Answers
from handlers.blocks.help import help_message
from handlers.blocks.message import plain_message
from handlers.slack_text import unescape
from handlers.voice import help as voice
from handlers.voice.mrkdwn import one_line

HELP_WORDS = frozenset(
    {"", "help", "hello", "hi", "narrative", "thanks", "thank you", "what can you do"}
)


class HelpHandlers:
    """The ways to find out what the bot does; `model_host` is where drafts are sent, if anywhere."""

    def __init__(
        self,
        answers: Answers,
        deliveries: Deliveries,
        setup: Setup,
        stewards: Stewards,
        model_host: str | None,
    ) -> None:
        self._answers = answers
        self._deliveries = deliveries
        self._setup = setup
        self._stewards = stewards
        self._model_host = model_host

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer `/coherence help`, `/coherence` alone, and what the bot doesn't know."""
        await ack()
        word = unescape(body.get("text") or "").strip().partition(" ")[0]
        if word.lower() in HELP_WORDS:
            person = Person(body["team_id"], body["user_id"])
            answer = help_message(self._model_host, offers_setup=await self._can_set_up(person))
        else:
            answer = plain_message(voice.unknown_command(one_line(word, 40)))
        await self._answers.respond(body, answer)

    async def on_drift(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer `/coherence drift help`."""
        await ack()
        await self._answers.respond(body, plain_message(voice.drift()))

    async def on_direct_message(
        self, event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        """Answer a greeting or a call for help in a direct message."""
        offers_setup = await self._can_set_up(Person(body["team_id"], event["user"]))
        if await self._deliveries.claim(body["team_id"], body["event_id"]):
            await client.chat_postMessage(
                channel=event["channel"],
                thread_ts=event.get("thread_ts"),
                **help_message(self._model_host, offers_setup=offers_setup).payload(),
            )

    async def _can_set_up(self, person: Person) -> bool:
        """Whether set-up is the next thing to do, and this person may; help comes either way."""
        if await self._setup.has_narrative(person.workspace_id):
            return False
        try:
            return await self._stewards.is_steward(person)
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return False
