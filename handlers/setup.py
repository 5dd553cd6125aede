"""Set-up in Slack: `/coherence setup`, journeys with channels and hours, stewards."""

from typing import Any
from uuid import uuid4

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import ChangedMeanwhile, ChannelsTaken, InvalidAnswers
from coherence.journey_settings import JourneySettings
from coherence.setup import Setup
from coherence.stewards import Person
from handlers.blocks import setup as blocks
from handlers.blocks.setup_narrative import source_form
from handlers.membership import membership, zone_of
from handlers.modals import fill_modal, is_in_modal, open_modal, push_modal
from handlers.voice import setup as voice

Payload = dict[str, Any]


class SetupHandlers:
    """The ways to set up a workspace; how narratives begin is in `handlers/setup_narrative.py`."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the overview: `/coherence setup`."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._show(view_id, Person(body["team_id"], body["user_id"]), context, client)

    async def on_offer(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the overview from a button, in place of the modal that it is in if it is in one."""
        await ack()
        view_id = (
            body["view"]["id"]
            if is_in_modal(body)
            else await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        )
        await self._show(view_id, person_in(body), context, client)

    async def on_add(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form of a new journey; its id is made here, so that saving twice adds one."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._setup.overview(person_in(body))
        zone = await zone_of(client, body["user"]["id"])
        form = blocks.JourneyForm(uuid4().hex)
        new = JourneySettings(form.journey_id, "", zone=zone)
        await fill_modal(client, view_id, blocks.journey_form(new, form))

    async def on_change(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form of a journey."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading_modal())
        status = await self._setup.journey(person_in(body), body["actions"][0]["value"])
        settings = status.settings
        form = blocks.JourneyForm(settings.journey_id, settings.fingerprint)
        await fill_modal(client, view_id, blocks.journey_form(settings, form))

    async def on_journey_submitted(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Save a journey; a new one goes on to its narrative."""
        person, view = person_in(body), body["view"]
        form = blocks.JourneyForm.load(view["private_metadata"])
        wanted, moving = blocks.journey_answers(view)
        try:
            await self._setup.save_journey(person, wanted, seen=form.seen, moving=moving)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        except ChannelsTaken as error:
            await _ask_to_move(ack, wanted, form, error)
            return
        except ChangedMeanwhile:
            await ack(response_action="update", view=await self._changed(person, wanted))
            return
        if form.seen is None:
            status = await self._setup.journey(person, form.journey_id)
            await ack(response_action="update", view=source_form(status))
        else:
            await ack()
        await self._show(view["root_view_id"], person, context, client)

    async def on_stewards(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list of stewards."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading_modal())
        overview = await self._setup.overview(person_in(body))
        await fill_modal(client, view_id, blocks.stewards_form(overview.stewards))

    async def on_stewards_submitted(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Name the chosen people."""
        person = person_in(body)
        chosen, seen = blocks.stewards_answer(body["view"])
        await self._setup.name_stewards(person, chosen, seen=seen)
        await ack()
        await self._show(body["view"]["root_view_id"], person, context, client)

    async def _show(
        self, view_id: str, person: Person, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        overview = await self._setup.overview(person)
        known = await membership(client, str(context.bot_user_id))
        await fill_modal(client, view_id, blocks.overview_modal(overview, known))

    async def _changed(self, person: Person, wanted: JourneySettings) -> Payload:
        now = (await self._setup.journey(person, wanted.journey_id)).settings
        form = blocks.JourneyForm(now.journey_id, now.fingerprint)
        return blocks.journey_form(wanted, form, voice.changed_meanwhile(now))


def person_in(body: Payload) -> Person:
    """Who acts, in an interaction's payload."""
    return Person(body["team"]["id"], body["user"]["id"])


async def _ask_to_move(
    ack: AsyncAck, wanted: JourneySettings, form: blocks.JourneyForm, error: ChannelsTaken
) -> None:
    if set(error.owners) <= set(form.asked):
        errors = {blocks.MOVE_BLOCK: voice.MOVE_NEEDED}
        await ack(response_action="errors", errors=errors)
        return
    await ack(response_action="update", view=blocks.moving_form(wanted, form, error.owners))
