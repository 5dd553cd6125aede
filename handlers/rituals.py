"""Setting up rituals in Slack: `/coherence rituals`, the form, the preview, and what comes next."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.clock import Clock
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from coherence.rituals.ritual import RitualKind
from coherence.rituals.setup import RitualSetup
from coherence.stewards import Person
from handlers.blocks import ritual_form as forms
from handlers.blocks import rituals as blocks
from handlers.blocks.form_parts import by_block
from handlers.membership import membership, zone_of
from handlers.modals import fill_modal, is_in_modal, open_modal, open_window
from handlers.ritual_channels import in_the_way_in_slack
from handlers.setup import person_in
from handlers.voice import rituals as voice

Payload = dict[str, Any]


class RitualSetupHandlers:
    """The ways to look at rituals and to set them up."""

    def __init__(self, setup: RitualSetup, now: Clock) -> None:
        self._setup = setup
        self._now = now

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list: `/coherence rituals`."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        person = Person(body["team_id"], body["user_id"])
        await self._list(client, view_id, person, _to_post_in(body.get("channel_id")))

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list from a button, such as the one beside what keeps a ritual from being posted."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        await self._list(client, view_id, person_in(body), _channel_in(body))

    async def on_add(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form of a new ritual; its id is made here, so that saving twice adds one."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        person, kind = person_in(body), RitualKind(body["actions"][0]["value"])
        form = await self._setup.new_form(
            person, kind, _channel_in(body), lambda: zone_of(client, person.user_id)
        )
        await fill_modal(client, view_id, forms.ritual_form(form))

    async def on_edit(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form of a ritual as it is."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        form = await self._setup.form(person_in(body), body["actions"][0]["value"])
        await fill_modal(client, view_id, forms.ritual_form(form))

    async def on_coming(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show what a ritual will post, when, and to whom."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        person = person_in(body)
        preview = await self._setup.coming(person, body["actions"][0]["value"])
        shown = blocks.coming_modal(preview, self._now())
        await fill_modal(client, view_id, shown)

    async def on_form_submitted(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show what would come, above the form."""
        person, view = person_in(body), body["view"]
        try:
            preview = await self._setup.preview(person, forms.form_answers(view))
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=by_block(view, error.faults))
            return
        except ChangedMeanwhile:
            await ack(response_action="update", view=await self._changed(person, view))
            return
        known = await membership(client, str(context.bot_user_id))
        shown = blocks.preview_modal(
            preview, self._now(), metadata=forms.dump(preview.plan), membership=known
        )
        await ack(response_action="push", view=shown)

    async def on_saved(self, ack: AsyncAck, body: Payload) -> None:
        """Keep the plan that was looked at."""
        person, view = person_in(body), body["view"]
        try:
            done = await self._setup.save(person, forms.load(view["private_metadata"]))
        except ChangedMeanwhile:
            await ack(response_action="update", view=await self._changed(person, view))
            return
        await ack(response_action="update", view=blocks.saved_modal(done))

    async def on_pause(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Let a ritual rest."""
        await ack()
        view_id = await _window(client, context, body)
        ritual = await self._setup.pause(person_in(body), body["actions"][0]["value"])
        await self._done(client, view_id, body, voice.done("pause", ritual.name))

    async def on_resume(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Have a ritual come again, if nothing is in the way in its channel."""
        await ack()
        view_id = await _window(client, context, body)
        in_the_way = in_the_way_in_slack(client, str(context.bot_user_id))
        done = await self._setup.resume(person_in(body), body["actions"][0]["value"], in_the_way)
        await self._done(client, view_id, body, voice.resumed(done.ritual))

    async def on_end(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Have a ritual come no more."""
        await ack()
        view_id = await _window(client, context, body)
        ritual = await self._setup.end(person_in(body), body["actions"][0]["value"])
        await self._done(client, view_id, body, voice.done("end", ritual.name))

    async def _done(
        self, client: AsyncWebClient, view_id: str | None, body: Payload, notice: str
    ) -> None:
        await self._list(client, view_id, person_in(body), _channel_in(body), notice)

    async def _list(
        self,
        client: AsyncWebClient,
        view_id: str | None,
        person: Person,
        channel_id: str | None,
        notice: str | None = None,
    ) -> None:
        journeys = await self._setup.overview(person, channel_id)
        await fill_modal(client, view_id, blocks.list_modal(journeys, channel_id, notice))

    async def _changed(self, person: Person, view: Payload) -> Payload:
        """The form anew, on the ritual as it is by now."""
        plan = forms.load(view["private_metadata"])
        form = await self._setup.form(person, plan.id)
        return forms.ritual_form(form, voice.changed_meanwhile())


async def _window(client: AsyncWebClient, context: AsyncBoltContext, body: Payload) -> str | None:
    """The list itself where the button is in it, else a window of its own."""
    if is_in_modal(body):
        return str(body["view"]["id"])
    return await open_window(client, context, body, blocks.loading_modal())


def _channel_in(body: Payload) -> str | None:
    """The channel in which the list was asked for, or in which a message has the button."""
    if is_in_modal(body):
        return body["view"].get("private_metadata") or None
    return _to_post_in(body.get("channel", {}).get("id"))


def _to_post_in(channel_id: str | None) -> str | None:
    """A channel as it is; nothing for a direct message, in which no team can be asked."""
    return None if not channel_id or channel_id.startswith("D") else channel_id
