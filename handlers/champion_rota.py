"""Setting up a rota in Slack: the form, the preview, and saving it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Block

from coherence.champion import plan as planning
from coherence.champion.plan import RotaPlan
from coherence.champion.rotas import ChampionRotas
from coherence.clock import Clock
from coherence.errors import AmbiguousJourney, ChangedMeanwhile, InvalidAnswers
from coherence.stewards import Person
from handlers.blocks import champion_rota as blocks
from handlers.blocks.form_parts import by_block
from handlers.champion_place import ChampionPlace
from handlers.membership import zone_of
from handlers.modals import fill_modal, open_modal, open_window, refill_modal
from handlers.setup import person_in
from handlers.slack_faults import SLACK_FAULTS, describe
from handlers.voice import champion_rota as voice

Payload = dict[str, Any]

MoreInForm: TypeAlias = Callable[[Person, str], Awaitable[Sequence[Block]]]
"""What stands at the end of a journey's rota form: a section with buttons of their own."""

_PATIENCE_SECONDS = 1.0

log = structlog.get_logger(__name__)

_REORDER = {
    "up": planning.moved_up,
    "down": planning.moved_down,
    "with": planning.joined_above,
    "alone": planning.parted,
}


async def nothing_more(_person: Person, _journey_id: str) -> Sequence[Block]:
    """For a form that has no such section."""
    return ()


class ChampionRotaHandlers:
    """The ways to set up a rota; `more_in_form` adds to the form what follows the duty."""

    def __init__(
        self, rotas: ChampionRotas, now: Clock, more_in_form: MoreInForm = nothing_more
    ) -> None:
        self._rotas = rotas
        self._now = now
        self._more = more_in_form

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form of the journey that is meant here: `/coherence champion rota`."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        person = Person(body["team_id"], body["user_id"])
        try:
            journey_id = await self._rotas.journey_here(person, body.get("channel_id"))
        except AmbiguousJourney:
            choice = blocks.choose_modal(await self._rotas.journeys(person))
            await fill_modal(client, view_id, choice)
            return
        await self._show(client, view_id, person, journey_id, asked_in=body.get("channel_id"))

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form from a button: above the window that it is in, if it is in one."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        place = ChampionPlace.of_action(body["actions"][0])
        asked_in = body.get("channel", {}).get("id")
        await self._show(client, view_id, person_in(body), place.journey_id, asked_in=asked_in)

    async def on_form_submitted(self, ack: AsyncAck, body: Payload) -> None:
        """Show what would follow, above the form."""
        person, view = person_in(body), body["view"]
        try:
            preview = await self._rotas.preview(person, blocks.form_answers(view))
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=by_block(view, error.faults))
            return
        except ChangedMeanwhile:
            await ack(response_action="update", view=await self._changed(person, view))
            return
        await ack(response_action="push", view=blocks.preview_modal(preview, self._now()))

    async def on_order(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Put somebody elsewhere in the order, and show what would follow then."""
        await ack()
        view, chosen = body["view"], body["actions"][0]["selected_option"]["value"]
        plan = _reordered(blocks.load(view["private_metadata"]), chosen)
        preview = await self._rotas.preview(person_in(body), plan)
        shown = blocks.preview_modal(preview, self._now())
        await refill_modal(client, view["id"], shown, view["hash"])

    async def on_saved(self, ack: AsyncAck, body: Payload) -> None:
        """Keep the plan that was looked at."""
        person, view = person_in(body), body["view"]
        try:
            done = await self._rotas.save(person, blocks.load(view["private_metadata"]))
        except ChangedMeanwhile:
            await ack(response_action="update", view=await self._changed(person, view))
            return
        await ack(response_action="update", view=blocks.saved_modal(done))

    async def _changed(self, person: Person, view: Payload) -> Payload:
        """The form anew, on the rota as it is by now."""
        plan = blocks.load(view["private_metadata"])
        form = await self._rotas.form(person, plan.journey_id)
        more = await self._more(person, plan.journey_id)
        return blocks.rota_form(form, more, voice.changed_meanwhile())

    async def _show(
        self,
        client: AsyncWebClient,
        view_id: str | None,
        person: Person,
        journey_id: str,
        *,
        asked_in: str | None,
    ) -> None:
        form = await self._rotas.form(person, journey_id, asked_in=asked_in)
        if form.lacks_zone and (own := await _own_zone(client, person)):
            form = await self._rotas.form(person, journey_id, asked_in=asked_in, own_zone=own)
        more = await self._more(person, journey_id)
        await fill_modal(client, view_id, blocks.rota_form(form, more))


async def _own_zone(client: AsyncWebClient, person: Person) -> str | None:
    """The zone in somebody's profile; a proposal isn't worth an error or a wait."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await zone_of(client, person.user_id)
    except SLACK_FAULTS as failure:
        log.warning("zone_not_proposed", failure=describe(failure))
        return None


def _reordered(plan: RotaPlan, chosen: str) -> RotaPlan:
    what, _, user_id = chosen.partition(" ")
    return replace(plan, groups=_REORDER[what](plan.groups, user_id))
