"""The settings of drift: stewards open them from the list."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.drift.settings import DriftSettings, changed
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from coherence.stewards import Person
from handlers.blocks import drift_settings as blocks
from handlers.blocks.drift import Listed
from handlers.modals import fill_modal, push_modal
from handlers.setup import person_in
from handlers.voice import drift_settings as voice

Payload = dict[str, Any]


class DriftSettingsHandlers:
    """One form, on top of the list."""

    def __init__(self, settings: DriftSettings) -> None:
        self._settings = settings

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show the settings of the journey that is listed, else of the first."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading_modal())
        if view_id is None:
            return
        listed = Listed.load(body["view"]["private_metadata"])
        await fill_modal(client, view_id, await self._form(person_in(body), listed.journey_id))

    async def on_journey(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Show those of another journey."""
        await ack()
        journey_id = body["actions"][0]["selected_option"]["value"]
        form = await self._form(person_in(body), journey_id)
        await fill_modal(client, body["view"]["id"], form)

    async def on_submitted(self, ack: AsyncAck, body: Payload) -> None:
        """Save what was chosen; where another steward was faster, show both."""
        person, view = person_in(body), body["view"]
        journey_id, seen, chosen = blocks.answers(view)
        try:
            await self._settings.save(person, journey_id, chosen, seen=seen)
        except InvalidAnswers as error:
            fault = error.faults[blocks.CHANNEL_BLOCK]
            await ack(response_action="errors", errors={blocks.channel_block(view): fault})
        except ChangedMeanwhile:
            current = await self._settings.read(person, journey_id)
            both = replace(current.chosen, **changed(chosen, seen))
            journeys = await self._settings.journeys(person)
            form = blocks.settings_modal(current, journeys, both, voice.changed_meanwhile())
            await ack(response_action="update", view=form)
        else:
            await ack()

    async def _form(self, person: Person, journey_id: str | None) -> Payload:
        journeys = await self._settings.journeys(person)
        current = await self._settings.read(person, journey_id or journeys[0].journey_id)
        return blocks.settings_modal(current, journeys)
