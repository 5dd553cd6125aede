"""Drift over time, on top of the list: the numbers at once, the chart as soon as Slack has it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.drift.over_time import DriftOverTime, OverTime
from coherence.stack.document import Stack
from handlers.blocks import drift as list_blocks
from handlers.blocks.drift import Listed
from handlers.blocks.drift_over_time import Asked, by_in, over_time_modal
from handlers.drift import DriftReading
from handlers.modals import fill_modal, push_modal, refill_modal
from handlers.pictures import NoPicture, Picture, Pictures, is_not_ready, once_ready
from handlers.slack_faults import SLACK_FAULTS, describe
from handlers.voice import drift_chart as voice

Payload = dict[str, Any]

log = structlog.get_logger(__name__)


class DriftOverTimeHandlers:
    """The window with the chart."""

    def __init__(self, over_time: DriftOverTime, reading: DriftReading, pictures: Pictures) -> None:
        self._over_time = over_time
        self._reading = reading
        self._pictures = pictures

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open it on top of the list."""
        await ack()
        loading = list_blocks.loading_modal()
        view_id = await push_modal(client, context, body["trigger_id"], loading)
        if view_id is not None:
            listed = Listed.load(body["view"]["private_metadata"])
            await self._show(client, body["team"]["id"], view_id, Asked(listed))

    async def on_by(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Tell the reports apart by something else."""
        await ack()
        asked = Asked.load(body["view"]["private_metadata"])
        chosen = asked.told_apart_by(by_in(body["actions"][0]))
        await self._show(client, body["team"]["id"], body["view"]["id"], chosen)

    async def _show(
        self, client: AsyncWebClient, workspace_id: str, view_id: str, asked: Asked
    ) -> None:
        over_time = await self._over_time.of(workspace_id, asked.scope)
        stack = await self._reading.stack(workspace_id, asked.listed)
        window = _Window(client, view_id, asked, over_time, stack)
        seen = await fill_modal(client, view_id, window.view(None))
        if seen is None or not over_time.total:
            return
        chart = voice.chart(over_time, asked.by)
        picture = await self._pictures.of(chart, voice.alt_text(over_time, asked.by))
        try:
            await self._put_in(window, picture, seen)
        except SLACK_FAULTS as error:
            # The numbers are there; an apology in their place would be worth less.
            log.warning("picture_not_shown", error=describe(error))

    async def _put_in(self, window: "_Window", picture: Picture | NoPicture, seen: str) -> None:
        try:
            await window.put_in(picture, seen)
        except SlackApiError as error:
            if not isinstance(picture, Picture) or not is_not_ready(error):
                raise
            log.warning("picture_refused", error=describe(error))
            self._pictures.forget(picture)
            await window.put_in(NoPicture.FAILED, seen)


class _Window:
    """An open window, and what it shows but for the picture."""

    def __init__(
        self,
        client: AsyncWebClient,
        view_id: str,
        asked: Asked,
        over_time: OverTime,
        stack: Stack | None,
    ) -> None:
        self._client = client
        self._view_id = view_id
        self._asked = asked
        self._over_time = over_time
        self._stack = stack

    def view(self, picture: Picture | NoPicture | None) -> Payload:
        return over_time_modal(self._asked, self._over_time, self._stack, picture)

    async def put_in(self, picture: Picture | NoPicture, seen: str) -> None:
        """Show the picture or why there is none, unless something else was chosen meanwhile."""
        view = self.view(picture)
        await once_ready(lambda: refill_modal(self._client, self._view_id, view, seen))
