"""Read the drift log: `/coherence drift`, the list, and one report."""

from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.clock import Clock
from coherence.drift.log import DriftLog
from coherence.drift.settings import DriftSettings
from coherence.errors import AmbiguousJourney, NoPublishedStack, NotFound
from coherence.stack.document import Stack
from coherence.stack.versions import Stacks
from coherence.stewards import Person
from handlers.blocks import drift as blocks
from handlers.blocks.drift import Listed
from handlers.blocks.drift_detail import Opened, Shown, detail_modal
from handlers.matching import drift_number
from handlers.modals import fill_modal, is_in_modal, open_modal, open_window
from handlers.setup import person_in
from handlers.slack_faults import SLACK_FAULTS, describe

Payload = dict[str, Any]

log = structlog.get_logger(__name__)


class DriftReading:
    """What a list and a report are made of: the log, and the narrative that names their parts."""

    def __init__(self, log: DriftLog, settings: DriftSettings, stacks: Stacks, now: Clock) -> None:
        self._log = log
        self._settings = settings
        self._stacks = stacks
        self._now = now

    async def start(self, person: Person, channel_id: str | None) -> Listed:
        """The list of the channel's journey, or of all where none is meant. Raises NoJourneyYet."""
        try:
            published = await self._stacks.published_for_channel(person.workspace_id, channel_id)
        except (AmbiguousJourney, NoPublishedStack):
            listed = Listed()
        else:
            listed = Listed(published.journey_id, published.stack.journey)
        return replace(listed, has_settings=await self._may_choose(person))

    async def page(self, person: Person, listed: Listed) -> Payload:
        """A page of the list, as a modal."""
        page = await self._log.list(person, listed.filters(self._now()), before=listed.before)
        stack = await self.stack(person.workspace_id, listed)
        return blocks.list_modal(page, listed, stack)

    async def report(self, person: Person, number: int) -> Shown:
        """A report as this person sees it. Raises NoDrift."""
        detail = await self._log.detail(person, number)
        stack = await self._stack(person.workspace_id, detail.journey)
        return Shown(detail, person.user_id, stack)

    async def stack(self, workspace_id: str, listed: Listed) -> Stack | None:
        """The narrative of the journey that is listed, if there is one."""
        return await self._stack(workspace_id, listed.journey) if listed.journey else None

    async def _may_choose(self, person: Person) -> bool:
        """Whether to offer the settings; a list is not held up where Slack doesn't tell."""
        try:
            return await self._settings.may_choose(person)
        except SLACK_FAULTS as error:
            log.warning("standing_not_told", error=describe(error))
            return False

    async def _stack(self, workspace_id: str, journey: str) -> Stack | None:
        try:
            return (await self._stacks.published(workspace_id, journey)).stack
        except NotFound:
            return None


class DriftHandlers:
    """The ways to read the drift log."""

    def __init__(self, reading: DriftReading) -> None:
        self._reading = reading

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list, or the report whose number was given."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        person = Person(body["team_id"], body["user_id"])
        number = drift_number(body)
        if number is not None:
            view = detail_modal(await self._reading.report(person, number))
        else:
            listed = await self._reading.start(person, body["channel_id"])
            view = await self._reading.page(person, listed)
        await fill_modal(client, view_id, view)

    async def on_list(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list from a button."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        person = person_in(body)
        listed = await self._reading.start(person, None)
        await fill_modal(client, view_id, await self._reading.page(person, listed))

    async def on_filter(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """List by another choice."""
        await ack()
        name, value = blocks.chosen_in(body["actions"][0])
        await self._list(body, client, _listed_in(body).with_filter(name, value))

    async def on_find(self, ack: AsyncAck, body: Payload) -> None:
        """List what has these words."""
        listed = _listed_in(body).with_filter("text", blocks.words_in(body["view"]))
        view = await self._reading.page(person_in(body), listed)
        await ack(response_action="update", view=view)

    async def on_page(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """List another page."""
        await ack()
        await self._list(body, client, _listed_in(body).at_page(body["actions"][0]["value"]))

    async def on_clear(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """List with nothing chosen."""
        await ack()
        await self._list(body, client, _listed_in(body).cleared_once_more())

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show one report: on top of the list, or from a message or the Home."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        if view_id is None:
            return
        shown = await self._reading.report(person_in(body), int(body["actions"][0]["value"]))
        if not is_in_modal(body):
            await fill_modal(client, view_id, detail_modal(shown))
            return
        view = detail_modal(shown, _listed_in(body), list_hash=body["view"]["hash"])
        await fill_modal(client, view_id, view)

    async def on_open_here(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Show another report in this window: Slack has three on top of each other at most."""
        await ack()
        number = int(body["actions"][0]["value"])
        shown = await self._reading.report(person_in(body), number)
        view = detail_modal(shown)
        if body["view"]["private_metadata"]:
            instead_of = opened_in(body)
            view = detail_modal(shown, instead_of.listed, list_hash=instead_of.list_hash)
        await fill_modal(client, body["view"]["id"], view)

    async def _list(self, body: Payload, client: AsyncWebClient, listed: Listed) -> None:
        view = await self._reading.page(person_in(body), listed)
        await fill_modal(client, body["view"]["id"], view)


def opened_in(body: Payload) -> Opened:
    """The report that the window shows in which something was done."""
    return Opened.load(body["view"]["private_metadata"])


def _listed_in(body: Payload) -> Listed:
    return Listed.load(body["view"]["private_metadata"])
