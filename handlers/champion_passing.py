"""Sitting a term out, and stepping in now."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.passing import ChampionPasses
from coherence.champion.stepping_in import ChampionStepIns
from coherence.errors import ChangedMeanwhile, InvalidAnswers, TooLate
from handlers.blocks import champion_swap as blocks
from handlers.champion_message import change_message
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal, open_window
from handlers.setup import person_in
from handlers.voice import champion_swap as voice

Payload = dict[str, Any]


class ChampionPassingHandlers:
    """What people do about their own duty at once."""

    def __init__(self, passes: ChampionPasses, step_ins: ChampionStepIns) -> None:
        self._passes = passes
        self._step_ins = step_ins

    async def on_sit_out(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """Show what sitting a term out means."""
        await ack()
        place = ChampionPlace.of_press(body)
        loading = blocks.loading_modal(voice.SIT_OUT_TITLE)
        view_id = await open_window(client, context, body, loading)
        if place.start is None:
            raise TooLate("Choose one of your coming terms first.")
        found = await self._passes.look(person_in(body), place.journey_id, place.start)
        await fill_modal(client, view_id, blocks.pass_modal(found, place))

    async def on_sat_out(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Sit it out, and say so in the message that it began with."""
        place = ChampionPlace.of_text(view["private_metadata"])
        if place.start is None:
            raise TooLate("Choose one of your coming terms first.")
        found = await self._passes.sit_out(person_in(body), place.journey_id, place.start)
        await ack(response_action="update", view=blocks.pass_modal(found, place))
        await change_message(client, place, blocks.passed_message(found))

    async def on_step_in(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """Show whom stepping in relieves."""
        await ack()
        place = ChampionPlace.of_action(body["actions"][0])
        loading = blocks.loading_modal(voice.STEP_IN_TITLE)
        view_id = await open_window(client, context, body, loading)
        rota, term = await self._step_ins.look(person_in(body), place.journey_id)
        await fill_modal(client, view_id, blocks.step_in_modal(rota, term, place))

    async def on_stepped_in(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """Take the duty over."""
        place = ChampionPlace.of_text(view["private_metadata"])
        until = blocks.until_in(view)
        try:
            rota, stepped = await self._step_ins.step_in(person_in(body), place.journey_id, until)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        done = blocks.stepped_in_modal(stepped, rota, place)
        await ack(response_action="update", view=done)

    async def on_hand_back(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Undo it."""
        await ack()
        place = ChampionPlace.of_action(body["actions"][0])
        stepped = blocks.stepped_in(body["view"])
        try:
            await self._step_ins.hand_back(person_in(body), place.journey_id, stepped)
        except ChangedMeanwhile:
            said = voice.changed_since()
        else:
            said = voice.handed_back()
        await fill_modal(client, body["view"]["id"], blocks.done_modal(voice.STEP_IN_TITLE, said))
