"""Read older versions of the narrative, and restore one as a draft."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.stack.drafts import Drafts
from handlers.blocks import stack_changes as blocks
from handlers.blocks.message import plain_modal
from handlers.blocks.stack_editing import editor, loading
from handlers.blocks.stack_forms import Where
from handlers.modals import fill_modal, push_modal
from handlers.stack_editing import person_of, where_of
from handlers.voice import stack_changes as voice

Payload = dict[str, Any]


class StackHistoryHandlers:
    """What a steward does with older versions."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """List the versions, on top of the playbook or the editor."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], loading())
        if view_id is not None:
            await self._list(body, client, view_id, page=0)

    async def on_page(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """List another page of the versions."""
        await ack()
        await self._list(body, client, body["view"]["id"], page=int(body["actions"][0]["value"]))

    async def on_version(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Show one version."""
        await ack()
        where, number = where_of(body), int(body["actions"][0]["value"])
        versions = await self._drafts.history(person_of(body), where.journey_id)
        chosen = next(version for version in versions if version.number == number)
        is_newest = chosen is versions[0]
        view = blocks.version_modal(chosen, where, is_newest=is_newest)
        await fill_modal(client, body["view"]["id"], view)

    async def on_restore(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Make an older version the draft, and show it in the editor below."""
        await ack()
        where, number = where_of(body), int(body["actions"][0]["value"])
        desk = await self._drafts.restore(person_of(body), where.journey_id, number)
        told = plain_modal(voice.HISTORY_TITLE, voice.restored(number), voice.BACK)
        await fill_modal(client, body["view"]["id"], told)
        await fill_modal(
            client,
            body["view"]["root_view_id"],
            editor(desk, Where(desk.journey_id, place=where.place)),
        )

    async def _list(
        self, body: Payload, client: AsyncWebClient, view_id: str, *, page: int
    ) -> None:
        where = replace(where_of(body), page=page)
        versions = await self._drafts.history(person_of(body), where.journey_id)
        await fill_modal(client, view_id, blocks.history_modal(versions, where))
