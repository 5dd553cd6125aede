"""Asking for a swap or for cover, and answering such a request."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.requests import RequestKind
from coherence.champion.swaps import ChampionSwaps
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from handlers.blocks import champion_swap as blocks
from handlers.champion_message import change_message
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal, open_window
from handlers.setup import person_in
from handlers.voice import champion_swap as voice

Payload = dict[str, Any]

_TITLES = {RequestKind.SWAP: voice.SWAP_TITLE, RequestKind.COVER: voice.COVER_TITLE}


class ChampionSwapHandlers:
    """What people do with requests; the messages about one are changed by the outbox."""

    def __init__(self, swaps: ChampionSwaps) -> None:
        self._swaps = swaps

    async def on_swap(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """Open the form that asks for a swap."""
        await ack()
        await self._ask(body, client, context, RequestKind.SWAP)

    async def on_cover(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """Open the form that asks for cover."""
        await ack()
        await self._ask(body, client, context, RequestKind.COVER)

    async def on_asked(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask whom the form names, and say so in the message that it began with."""
        wish, place = blocks.wish_in(view)
        try:
            request = await self._swaps.ask(person_in(body), wish)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        done = blocks.done_modal(_TITLES[wish.kind], voice.asked(request))
        await ack(response_action="update", view=done)
        if place.message is not None:
            asking = await self._swaps.asking(person_in(body), wish.journey_id, wish.kind)
            await change_message(client, place, blocks.asked_message(request, asking.rota))

    async def on_withdraw(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take one's own request back."""
        await ack()
        place = ChampionPlace.of_action(body["actions"][0])
        request = await self._swaps.withdraw(person_in(body), place.journey_id, place.about)
        if body.get("view", {}).get("type") == "modal":
            done = blocks.done_modal(_TITLES[request.kind], voice.withdrawn())
            await fill_modal(client, body["view"]["id"], done)

    async def on_accept(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """Show what accepting means."""
        await ack()
        place = ChampionPlace.of_action(body["actions"][0])
        loading = blocks.loading_modal(voice.ACCEPT_TITLE)
        view_id = await open_window(client, context, body, loading)
        exchange = await self._swaps.offered(person_in(body), place.journey_id, place.about)
        await fill_modal(client, view_id, blocks.accept_modal(exchange, place))

    async def on_accepted(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """Take it over, unless what is exchanged is no longer what was shown."""
        person, (place, gives) = person_in(body), blocks.accepted_in(view)
        where = (person, place.journey_id, place.about)
        try:
            exchange = await self._swaps.accept(*where, gives=gives)
        except ChangedMeanwhile:
            again = await self._swaps.offered(*where)
            shown = blocks.accept_modal(again, place, voice.offer_changed())
            await ack(response_action="update", view=shown)
            return
        done = blocks.done_modal(voice.ACCEPT_TITLE, voice.accepted(exchange))
        await ack(response_action="update", view=done)

    async def on_refuse(self, ack: AsyncAck, body: Payload) -> None:
        """Say that one can't."""
        await ack()
        place = ChampionPlace.of_action(body["actions"][0])
        await self._swaps.refuse(person_in(body), place.journey_id, place.about)

    async def _ask(
        self,
        body: Payload,
        client: AsyncWebClient,
        context: AsyncBoltContext,
        kind: RequestKind,
    ) -> None:
        place = ChampionPlace.of_press(body)
        view_id = await open_window(client, context, body, blocks.loading_modal(_TITLES[kind]))
        asking = await self._swaps.asking(person_in(body), place.journey_id, kind)
        await fill_modal(client, view_id, blocks.ask_modal(asking, kind, place))
