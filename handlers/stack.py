"""Read the narrative: `/coherence narrative`."""

from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.rereading import Progress, Rereadings
from coherence.stack.versions import PublishedStack, Stacks
from coherence.stewards import Person, Stewards
from handlers.blocks import stack as blocks
from handlers.modals import fill_modal, open_modal

log = structlog.get_logger(__name__)


class StackHandlers:
    """The ways to read the shared narrative."""

    def __init__(self, stacks: Stacks, stewards: Stewards, rereadings: Rereadings) -> None:
        self._stacks = stacks
        self._stewards = stewards
        self._rereadings = rereadings

    async def on_command(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show the playbook of the journey that the channel belongs to."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_playbook())
        published = await self._stacks.published_for_channel(body["team_id"], body["channel_id"])
        may_edit = await self._may_edit(Person(body["team_id"], body["user_id"]))
        reading = await self._reading(body["team_id"], published) if may_edit else None
        playbook = blocks.playbook_modal(published, for_steward=may_edit, reading=reading)
        await fill_modal(client, view_id, playbook)

    async def _reading(self, workspace_id: str, published: PublishedStack) -> Progress | None:
        return await self._rereadings.under_way(
            workspace_id, published.journey_id, published.number
        )

    async def _may_edit(self, person: Person) -> bool:
        try:
            return await self._stewards.is_steward(person)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            # Reading needs no steward: without the answer the playbook comes without its buttons.
            log.warning("standing_unknown", error=type(error).__name__)
            return False
