"""What people answer as the duty goes round: they have it, notes, how it was; and the guide."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.handover import ChampionHandovers
from coherence.champion.service import ChampionServices, Said
from coherence.champion.stints import is_short
from coherence.errors import CoherenceError
from handlers.blocks import champion_round as blocks
from handlers.champion_message import change_message
from handlers.champion_place import ChampionPlace
from handlers.home import is_on_home
from handlers.modals import fill_modal, open_modal
from handlers.setup import person_in
from handlers.voice import champion_round as voice

Payload = dict[str, Any]


class ChampionRoundHandlers:
    """The buttons under the letters of the duty, and the forms that they open."""

    def __init__(self, services: ChampionServices, handovers: ChampionHandovers) -> None:
        self._services = services
        self._handovers = handovers

    async def on_acknowledge(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Note that they have it, and say so in the message with the button, if it was in one."""
        await ack()
        person, journey_id, start = person_in(body), *_term_in(body)
        await self._services.acknowledge(person, journey_id, start)
        if is_on_home(body):
            return
        briefing = await self._handovers.briefing(
            person.workspace_id, journey_id, start, person.user_id
        )
        if briefing is not None:
            message = blocks.incoming_message(briefing).payload()
            place = body["container"]
            await client.chat_update(channel=place["channel_id"], ts=place["message_ts"], **message)

    async def on_notes(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form for notes."""
        await ack()
        await self._ask(body, context, client, voice.NOTES_TITLE, blocks.notes_form)

    async def on_notes_submitted(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient
    ) -> None:
        """Keep the notes, and say so in the request for them, if it began there."""
        place = ChampionPlace.of_text(body["view"]["private_metadata"])
        try:
            said = await self._services.leave_notes(
                person_in(body), *_term(place), blocks.notes_in(body["view"])
            )
        except CoherenceError as error:
            await ack(response_action="errors", errors={"notes": str(error)})
            return
        done = voice.notes_kept() if said.notes else voice.notes_removed()
        await ack(response_action="update", view=blocks.done_modal(voice.NOTES_TITLE, done))
        if place.message is not None:
            await self._change_request(body, place, client, has_notes=bool(said.notes))

    async def on_look_back(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the two questions."""
        await ack()
        await self._ask(body, context, client, voice.LOOK_BACK_TITLE, blocks.look_back_form)

    async def on_looked_back(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Keep the answers, and say so in the message with the questions."""
        place = ChampionPlace.of_text(body["view"]["private_metadata"])
        weight, change = blocks.look_back_in(body["view"])
        if weight is None:
            await ack(response_action="errors", errors={"weight": voice.weight_missing()})
            return
        try:
            await self._services.look_back(person_in(body), *_term(place), weight, change)
        except CoherenceError as error:
            await ack(response_action="errors", errors={"weight": str(error)})
            return
        done = blocks.done_modal(voice.LOOK_BACK_TITLE, voice.looked_back())
        await ack(response_action="update", view=done)
        await change_message(client, place, blocks.looked_back_message())

    async def on_guide(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Open the page for the first time."""
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=blocks.guide_modal())

    async def _change_request(
        self, body: Payload, place: ChampionPlace, client: AsyncWebClient, *, has_notes: bool
    ) -> None:
        person = person_in(body)
        turn = await self._handovers.leaving(person.workspace_id, *_term(place), person.user_id)
        # The button of a short term's briefing stays as it is: nobody has asked there.
        if turn is not None and not is_short(turn.service):
            shown = blocks.noted_message(turn) if has_notes else blocks.notes_message(turn)
            await change_message(client, place, shown)

    async def _ask(
        self,
        body: Payload,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        title: str,
        form: Callable[[Said, ChampionPlace], Payload],
    ) -> None:
        """Open a form about one's service, with what one has said of it so far."""
        loading = blocks.loading_modal(title)
        view_id = await open_modal(client, context, body["trigger_id"], loading)
        place = ChampionPlace.of_press(body)
        said = await self._services.said(person_in(body), *_term(place))
        await fill_modal(client, view_id, form(said, place))


def _term(place: ChampionPlace) -> tuple[str, datetime]:
    """The journey and the beginning of the term; raises ValueError where none is named."""
    if place.start is None:
        raise ValueError("names no term")
    return place.journey_id, place.start


def _term_in(body: Payload) -> tuple[str, datetime]:
    return _term(ChampionPlace.of_action(body["actions"][0]))
