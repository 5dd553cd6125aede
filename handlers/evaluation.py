"""Test the narrative: run its examples in the background, with progress in a modal."""

import asyncio
import json
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import NoPublishedStack
from coherence.evaluating import Evaluations, Progress
from coherence.stack.drafts import Desk, Drafts
from coherence.stack.versions import PublishedStack
from handlers.blocks import evaluation as blocks
from handlers.modals import fill_modal, push_modal
from handlers.stack_editing import person_of

Payload = dict[str, Any]

PROGRESS_SECONDS = 1.0
"""Between two looks at how far a run is: Slack takes about one change of a view a second."""


class EvaluationHandlers:
    """What a steward does to see how well the check works."""

    def __init__(self, evaluations: Evaluations, drafts: Drafts) -> None:
        self._evaluations = evaluations
        self._drafts = drafts

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show what came of the last run, or how far the one under way is."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading())
        if view_id is None:
            return
        published = await self._published(body)
        workspace_id = body["team"]["id"]
        progress = self._evaluations.under_way(workspace_id, published.journey_id)
        if progress is not None:
            await self._follow(client, view_id, published, progress)
            return
        last = await self._evaluations.last(workspace_id, published.journey_id)
        view = blocks.last_run_modal(published, last, self._evaluations.model)
        await fill_modal(client, view_id, view)

    async def on_run(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Run the examples; of two who begin at once, the second follows the first one's run."""
        await ack()
        published = await self._published(body)
        progress = self._evaluations.start(body["team"]["id"], published)
        await self._follow(client, body["view"]["id"], published, progress)

    async def _follow(
        self,
        client: AsyncWebClient,
        view_id: str,
        published: PublishedStack,
        progress: Progress,
    ) -> None:
        """Show how far a run is until it is done; it goes on when nobody looks any more."""
        shown = -1
        while not progress.task.done():
            if progress.done != shown:
                shown = progress.done
                await fill_modal(client, view_id, blocks.progress_modal(published, progress))
            await asyncio.wait({progress.task}, timeout=PROGRESS_SECONDS)
        await fill_modal(client, view_id, blocks.result_modal(progress.task.result()))

    async def _published(self, body: Payload) -> PublishedStack:
        journey_id = json.loads(body["view"]["private_metadata"])["journey_id"]
        desk: Desk = await self._drafts.look(person_of(body), journey_id)
        if desk.published is None:
            raise NoPublishedStack(desk.stack.journey)
        return desk.published
