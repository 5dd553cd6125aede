"""What could not be delivered, for stewards: `/coherence undelivered`."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.outbox import Outbox
from coherence.stewards import Person
from handlers.blocks import undelivered as blocks
from handlers.modals import fill_modal, open_modal
from handlers.setup import person_in

Payload = dict[str, Any]


class UndeliveredHandlers:
    """The list of what was given up; `titles` are what the kinds of deliveries are called."""

    def __init__(self, outbox: Outbox, titles: Mapping[str, str]) -> None:
        self._outbox = outbox
        self._titles = titles

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._show(client, view_id, Person(body["team_id"], body["user_id"]))

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list from a button."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._show(client, view_id, person_in(body))

    async def on_again(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Have one sent again, and show what is left."""
        await ack()
        person = person_in(body)
        await self._outbox.send_again(person, body["actions"][0]["value"])
        await self._show(client, body["view"]["id"], person)

    async def on_let_go(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take one off the list, and show what is left."""
        await ack()
        person = person_in(body)
        await self._outbox.let_go(person, body["actions"][0]["value"])
        await self._show(client, body["view"]["id"], person)

    async def _show(self, client: AsyncWebClient, view_id: str, person: Person) -> None:
        undelivered = await self._outbox.undelivered(person)
        await fill_modal(client, view_id, blocks.undelivered_modal(undelivered, self._titles))
