"""Edit the narrative in modals: `/coherence edit`, and *Edit* on the playbook."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Block

from coherence.drift.log import DriftLog
from coherence.drift.report import Filters, Report
from coherence.errors import AmbiguousJourney, DraftHasChanged, InvalidItem
from coherence.evaluating import Evaluations
from coherence.stack.drafts import Clash, Desk, Drafts, Edit, Saved
from coherence.stack.editing import (
    add_item,
    change_item,
    place_down,
    place_item,
    place_up,
    retire_item,
)
from coherence.stewards import Person
from handlers.blocks import stack_changes as changes_blocks
from handlers.blocks import stack_editing as blocks
from handlers.blocks import stack_forms as forms
from handlers.blocks.evaluation import flips_blocks
from handlers.blocks.message import plain_modal
from handlers.blocks.stack_forms import Where
from handlers.modals import fill_modal, open_modal, push_modal
from handlers.publishing import show_changes
from handlers.slack_text import unescape
from handlers.voice import stack_changes as changes_voice
from handlers.voice import stack_editing as voice

Payload = dict[str, Any]


class StackEditingHandlers:
    """What a steward does in the editor."""

    def __init__(self, drafts: Drafts, evaluations: Evaluations, drift: DriftLog) -> None:
        self._drafts = drafts
        self._evaluations = evaluations
        self._drift = drift

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the editor for the channel's journey, or for one named after `edit`."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading())
        name = unescape(body["text"].strip().partition(" ")[2]).strip()
        person = Person(body["team_id"], body["user_id"])
        try:
            desk = await self._drafts.open(person, body["channel_id"], name or None)
            view = blocks.editor(desk, Where(desk.journey_id))
        except AmbiguousJourney as error:
            view = plain_modal(voice.TITLE, voice.which_journey(str(error)), voice.CLOSE)
        await fill_modal(client, view_id, view)

    async def on_open(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Turn the playbook into the editor."""
        await ack()
        await self._show(body, client, where_of(body))

    async def on_go(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Lead to another layer, page or checklist."""
        await ack()
        action = body["actions"][0]
        value = (
            action["selected_option"]["value"] if "selected_option" in action else action["value"]
        )
        place, page = blocks.parse_target(value)
        await self._show(body, client, Where(where_of(body).journey_id, place=place, page=page))

    async def on_form(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form of an item, or of a new one."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading())
        if view_id is None:
            return
        _, item_id, section = blocks.parse_item(body["actions"][0]["value"])
        at = where_of(body)
        where = Where(at.journey_id, at.basis, at.place, at.page, section, item_id or None)
        desk = await self._drafts.look(person_of(body), at.journey_id)
        await fill_modal(client, view_id, forms.item_form(desk, where))

    async def on_form_submitted(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Save an item to the draft; where somebody else changed it, show theirs beside it."""
        view = body["view"]
        where = where_of(body)
        try:
            edit = _saving(where, forms.read_fields(view))
            saved = await self._drafts.save(
                person_of(body),
                where.journey_id,
                where.basis,
                edit,
                once=None if where.item_id else f"added:{view['id']}",
            )
        except InvalidItem as error:
            await ack(response_action="errors", errors=forms.field_errors(view, error))
            return
        if isinstance(saved, Clash):
            await ack(response_action="update", view=forms.clash_form(saved, where))
            return
        await ack()
        notice = voice.saved(saved, where.item_id) if where.item_id else voice.added(saved)
        await fill_modal(client, view["root_view_id"], blocks.editor(saved.desk, where, notice))

    async def on_menu(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Move an item, or retire it."""
        await ack()
        verb, item_id, section = blocks.parse_item(body["actions"][0]["selected_option"]["value"])
        if verb == blocks.RETIRE:
            notice, desk = await self._retire(body, section, item_id)
        else:
            notice, desk = await self._move(body, section, item_id, up=verb == blocks.UP)
        await self._fill(body, client, desk, where_of(body), notice)

    async def on_changes(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show what the draft changes, with the form that publishes it."""
        await ack()
        view_id = await push_modal(client, context, body["trigger_id"], blocks.loading())
        if view_id is None:
            return
        where = where_of(body)
        desk = await self._drafts.look(person_of(body), where.journey_id)
        await show_changes(
            client,
            view_id,
            desk,
            where,
            evaluations=self._evaluations,
            workspace_id=body["team"]["id"],
            open_reports=await self._open_reports(person_of(body), where),
        )

    async def on_publish(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Publish the draft that was shown; if it is another by now, show that one."""
        view, where, person = body["view"], where_of(body), person_of(body)
        note = view["state"]["values"][changes_blocks.NOTE_BLOCK][changes_blocks.INPUT_ACTION]
        words = (note["value"] or "").strip()
        if not words:
            errors = {changes_blocks.NOTE_BLOCK: changes_voice.note_missing()}
            await ack(response_action="errors", errors=errors)
            return
        try:
            version = await self._drafts.publish(
                person,
                where.journey_id,
                where.basis,
                words,
                once=f"published:{view['id']}",
                because_of=changes_blocks.because_of(view),
            )
            answer = changes_blocks.published_modal(version)
        except DraftHasChanged as error:
            desk = await self._drafts.look(person, where.journey_id)
            by_rules = await self._evaluations.preview(person.workspace_id, desk, by_model=False)
            flips = flips_blocks(by_rules, waits=False)
            open_reports = await self._open_reports(person, where)
            answer = _overtaken(desk, where, str(error), flips, open_reports)
        await ack(response_action="update", view=answer)
        desk = await self._drafts.look(person, where.journey_id)
        await fill_modal(client, view["root_view_id"], blocks.editor(desk, where))

    async def on_discard(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Drop the draft, unless somebody has changed it meanwhile."""
        await ack()
        where, person = where_of(body), person_of(body)
        try:
            desk = await self._drafts.discard(person, where.journey_id, where.basis)
            notice = voice.discarded()
        except DraftHasChanged:
            desk = await self._drafts.look(person, where.journey_id)
            notice = voice.not_discarded(desk)
        await self._fill(body, client, desk, where, notice)

    async def _retire(self, body: Payload, section: str, item_id: str) -> tuple[str, Desk]:
        saved = await self._save(body, lambda stack, _: retire_item(stack, section, item_id))
        if isinstance(saved, Clash):
            return voice.not_retired(saved, item_id), saved.desk
        return voice.retired(saved, item_id), saved.desk

    async def _move(
        self, body: Payload, section: str, item_id: str, *, up: bool
    ) -> tuple[str, Desk]:
        find = place_up if up else place_down
        saved = await self._save(
            body,
            lambda stack, _: (
                place_item(stack, section, item_id, place)
                if (place := find(stack, section, item_id))
                else stack
            ),
        )
        if isinstance(saved, Clash):
            return voice.not_moved(saved, item_id), saved.desk
        return voice.moved(saved, item_id), saved.desk

    async def _save(self, body: Payload, edit: Edit) -> Saved | Clash:
        where = where_of(body)
        return await self._drafts.save(person_of(body), where.journey_id, where.basis, edit)

    async def _open_reports(self, person: Person, where: Where) -> Sequence[Report]:
        wanted = Filters(journey_id=where.journey_id, only_open=True)
        page = await self._drift.list(person, wanted, size=changes_blocks.MAX_REPORTS)
        return page.reports

    async def _show(self, body: Payload, client: AsyncWebClient, where: Where) -> None:
        desk = await self._drafts.look(person_of(body), where.journey_id)
        await self._fill(body, client, desk, where)

    async def _fill(
        self,
        body: Payload,
        client: AsyncWebClient,
        desk: Desk,
        where: Where,
        notice: str | None = None,
    ) -> None:
        await fill_modal(client, body["view"]["id"], blocks.editor(desk, where, notice))


def where_of(body: Payload) -> Where:
    """Where in the editor something was done."""
    return Where.load(body["view"]["private_metadata"])


def person_of(body: Payload) -> Person:
    """Who did it."""
    return Person(body["team"]["id"], body["user"]["id"])


def _saving(where: Where, fields: Payload) -> Edit:
    if where.item_id is None:
        return lambda stack, taken: add_item(stack, where.section, fields, taken)[0]
    change = partial(change_item, section=where.section, item_id=where.item_id, fields=fields)
    return lambda stack, _: change(stack)


def _overtaken(
    desk: Desk,
    where: Where,
    sentence: str,
    flips: Sequence[Block],
    open_reports: Sequence[Report],
) -> Payload:
    if desk.draft is not None:
        return changes_blocks.changes_modal(desk, where, sentence, flips, open_reports)
    return plain_modal(
        changes_voice.CHANGES_TITLE, changes_voice.overtaken(desk), changes_voice.BACK
    )
