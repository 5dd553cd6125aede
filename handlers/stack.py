"""Read the narrative: `/coherence narrative`."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.stack.versions import Stacks
from handlers.blocks import stack as blocks
from handlers.modals import fill_modal, open_modal


class StackHandlers:
    """The ways to read the shared narrative."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks

    async def on_command(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show the playbook of the journey that the channel belongs to."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_playbook())
        published = await self._stacks.published_for_channel(body["team_id"], body["channel_id"])
        await fill_modal(client, view_id, blocks.playbook_modal(published))
