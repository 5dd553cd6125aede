"""What people press under a round's post besides answering: closing it, and being reminded."""

import asyncio
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import CoherenceError
from coherence.rituals.closing import RitualClosing
from coherence.rituals.reminders import RitualReminders
from handlers.answers import Answers
from handlers.blocks import ritual_reminder as blocks
from handlers.blocks.message import plain_message
from handlers.membership import zone_of
from handlers.modals import fill_modal, open_window
from handlers.setup import person_in
from handlers.voice import ritual_prompt as voice

Payload = dict[str, Any]

_PATIENCE_SECONDS = 1.0


class RitualRoundHandlers:
    """The buttons under a round's post, and the form of reminders."""

    def __init__(
        self, closing: RitualClosing, reminders: RitualReminders, answers: Answers
    ) -> None:
        self._closing = closing
        self._reminders = reminders
        self._answers = answers

    async def on_close(self, ack: AsyncAck, body: Payload) -> None:
        """Close a round, or reveal it; of two who press, the second changes nothing."""
        await ack()
        ts = body.get("container", {}).get("message_ts")
        first = await self._closing.close(person_in(body), body["actions"][0]["value"], ts=ts)
        said = voice.closed() if first else voice.closed_before()
        await self._answers.respond(body, plain_message(said))

    async def on_remind(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Ask how often."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        round_id = body["actions"][0]["value"]
        choice = await self._reminders.choice(person_in(body), round_id)
        await fill_modal(client, view_id, blocks.remind_modal(choice, round_id))

    async def on_reminded(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Keep it."""
        person, view = person_in(body), body["view"]
        try:
            choice = await self._reminders.choose(
                person,
                view["private_metadata"],
                blocks.how_often_in(view),
                await _zone(client, person.user_id),
            )
        except CoherenceError as error:
            await ack(response_action="errors", errors={blocks.FIELD: str(error)})
            return
        await ack(response_action="update", view=blocks.saved_modal(choice))


async def _zone(client: AsyncWebClient, user_id: str) -> str | None:
    """Their zone; None, which stands for the journey's, where Slack doesn't tell in time."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await zone_of(client, user_id)
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return None
