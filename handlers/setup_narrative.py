"""How a narrative begins: a few questions, the example or a file; then the preview, then it is published."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import ChangedMeanwhile, InvalidAnswers, InvalidStack
from coherence.interview import Interview
from coherence.setup import Setup
from coherence.stack.example import example_stack
from coherence.stack.file import read_stack
from coherence.stewards import Person
from handlers.blocks import setup_narrative as blocks
from handlers.blocks.setup import INPUT_ACTION, loading_modal, overview_modal
from handlers.membership import membership
from handlers.modals import fill_modal, push_modal
from handlers.setup import person_in
from handlers.voice import setup as voice

Payload = dict[str, Any]


class NarrativeHandlers:
    """From nothing to a published version."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup

    async def on_begin(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Ask how the narrative of a journey shall begin."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], loading_modal())
        status = await self._setup.journey(person_in(body), body["actions"][0]["value"])
        await fill_modal(client, view_id, blocks.source_form(status))

    async def on_source_submitted(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Go on with what was chosen."""
        person, view = person_in(body), body["view"]
        form = blocks.NarrativeForm.load(view["private_metadata"])
        chosen = view["state"]["values"][blocks.SOURCE_BLOCK][INPUT_ACTION]
        match chosen["selected_option"]["value"]:
            case blocks.INTERVIEW:
                answers = await self._earlier_answers(person, form.journey_id)
                shown = blocks.interview_form(form.journey_id, answers)
                await ack(response_action="update", view=shown)
            case blocks.FILE:
                await ack(response_action="update", view=blocks.file_form(form))
            case blocks.EXAMPLE:
                preview = await self._setup.save_draft(
                    person, form.journey_id, example_stack(), author=_author(body)
                )
                await ack(response_action="push", view=blocks.preview_modal(preview))
                await self._refresh(body, context, client)
            case _:
                preview = await self._setup.preview(person, form.journey_id)
                await ack(response_action="push", view=blocks.preview_modal(preview))

    async def on_interview_submitted(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Make the answers a draft, under the journey's name, and show it."""
        person, view = person_in(body), body["view"]
        journey_id = blocks.NarrativeForm.load(view["private_metadata"]).journey_id
        try:
            stack = blocks.interview_answers(view).stack(voice.INTERVIEW_TITLE)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        preview = await self._setup.save_draft(person, journey_id, stack, author=_author(body))
        await ack(response_action="push", view=blocks.preview_modal(preview))
        await self._refresh(body, context, client)

    async def on_another_part(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Make room for another part of a file; what was pasted stays."""
        await ack()
        view = body["view"]
        form = blocks.NarrativeForm.load(view["private_metadata"])
        more = replace(form, parts=min(form.parts + 1, blocks.MAX_PARTS))
        await fill_modal(client, view["id"], blocks.file_form(more))

    async def on_file_submitted(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Make the pasted file a draft, and show it."""
        person, view = person_in(body), body["view"]
        journey_id = blocks.NarrativeForm.load(view["private_metadata"]).journey_id
        try:
            stack = read_stack(blocks.pasted_file(view).encode())
        except InvalidStack as error:
            part = blocks.part_with_fault(view, str(error))
            await ack(response_action="errors", errors={part: str(error)})
            return
        preview = await self._setup.save_draft(person, journey_id, stack, author=_author(body))
        await ack(response_action="push", view=blocks.preview_modal(preview))
        await self._refresh(body, context, client)

    async def on_publish(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Publish the draft that was shown; if it is another one by now, show that."""
        person, view = person_in(body), body["view"]
        form = blocks.NarrativeForm.load(view["private_metadata"])
        note = view["state"]["values"][blocks.NOTE_BLOCK][INPUT_ACTION]["value"].strip()
        if not note:
            await ack(response_action="errors", errors={blocks.NOTE_BLOCK: voice.NOTE_NEEDED})
            return
        try:
            published = await self._setup.publish(
                person, form.journey_id, seen=form.seen, author=_author(body), note=note
            )
        except ChangedMeanwhile:
            await self._show_again(ack, person, form.journey_id, note)
            return
        status = await self._setup.journey(person, form.journey_id)
        known = await membership(client, str(context.bot_user_id))
        done = blocks.done_modal(published, status.settings.channels, known)
        await ack(response_action="update", view=done)

    async def _earlier_answers(self, person: Person, journey_id: str) -> Interview | None:
        content = await self._setup.content(person, journey_id)
        return Interview.from_stack(content) if content else None

    async def _show_again(self, ack: AsyncAck, person: Person, journey_id: str, note: str) -> None:
        status = await self._setup.journey(person, journey_id)
        if status.draft_by is None:
            errors = {blocks.NOTE_BLOCK: voice.already_changed()}
            await ack(response_action="errors", errors=errors)
            return
        preview = await self._setup.preview(person, journey_id)
        shown = blocks.preview_modal(preview, note, voice.draft_replaced())
        await ack(response_action="update", view=shown)

    async def _refresh(
        self, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        overview = await self._setup.overview(person_in(body))
        known = await membership(client, str(context.bot_user_id))
        await fill_modal(client, body["view"]["root_view_id"], overview_modal(overview, known))


def _author(body: Payload) -> str:
    return str(body["user"]["id"])
