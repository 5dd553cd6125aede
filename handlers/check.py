"""Check a draft: by command, form, message shortcut, global shortcut or direct message."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.check import Checks
from coherence.check_result import CheckRequest
from handlers.answers import Answers
from handlers.blocks import check as blocks
from handlers.modals import fill_modal, open_modal
from handlers.slack_text import message_draft, unescape
from handlers.voice import check as voice

Payload = dict[str, Any]


class CheckHandlers:
    """The ways to ask whether a text fits the story."""

    def __init__(self, checks: Checks, answers: Answers) -> None:
        self._checks = checks
        self._answers = answers

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Answer `/coherence check <draft>`; without a draft, open the form."""
        await ack()
        draft = unescape(body["text"].strip().partition(" ")[2]).strip()
        if not draft:
            await self._open_form(body, context, client, body["team_id"], body["channel_id"])
            return
        request = CheckRequest(
            workspace_id=body["team_id"],
            user_id=body["user_id"],
            text=draft,
            channel_id=body["channel_id"],
            delivery_id=body["trigger_id"],
        )
        if result := await self._checks.check(request):
            await self._answers.respond(body["response_url"], blocks.answer_message(result))

    async def on_global_shortcut(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form from the shortcuts menu, where no channel says which journey."""
        await ack()
        await self._open_form(body, context, client, body["team"]["id"], None)

    async def on_message_shortcut(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Check somebody's message, and answer in a modal that only the asker sees."""
        await ack()
        view_id = await open_modal(
            client, context, body["trigger_id"], blocks.loading_modal(voice.loading())
        )
        request = CheckRequest(
            workspace_id=body["team"]["id"],
            user_id=body["user"]["id"],
            text=message_draft(body["message"]),
            channel_id=body["channel"]["id"],
            delivery_id=body["trigger_id"],
        )
        if result := await self._checks.check(request):
            await fill_modal(client, view_id, blocks.answer_modal(result, said=True))

    async def on_form_submitted(self, ack: AsyncAck, body: Payload) -> None:
        """Check the form's draft and turn the form into the answer."""
        view = body["view"]
        values = view["state"]["values"]
        chosen = values[blocks.TOUCHPOINT_BLOCK][blocks.INPUT_ACTION]["selected_option"]
        journey_id, touchpoint_id = blocks.parse_choice(chosen["value"])
        request = CheckRequest(
            workspace_id=body["team"]["id"],
            user_id=body["user"]["id"],
            text=values[blocks.DRAFT_BLOCK][blocks.INPUT_ACTION]["value"] or "",
            channel_id=blocks.FormContext.load(view["private_metadata"]).channel_id,
            journey_id=journey_id,
            touchpoint_id=touchpoint_id,
            delivery_id=body["trigger_id"],
        )
        if result := await self._checks.check(request):
            await ack(response_action="update", view=blocks.answer_modal(result))
        else:
            await ack()

    async def on_edit(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form again with the draft in it, from an answer in a message or a modal."""
        await ack()
        workspace_id = body["team"]["id"]
        check_id = body["actions"][0]["value"]
        view_id = body.get("view", {}).get("id") or await open_modal(
            client, context, body["trigger_id"], blocks.loading_modal(voice.loading_form())
        )
        earlier = await self._checks.recall(workspace_id, body["user"]["id"], check_id)
        if len(earlier.assessment.text) > blocks.MAX_EDITABLE:
            await fill_modal(client, view_id, blocks.read_only_draft(earlier))
            return
        choices = await self._checks.choices(workspace_id, None)
        form = blocks.check_form(choices, blocks.FormContext(earlier.channel_id), earlier)
        await fill_modal(client, view_id, form)

    async def on_direct_message(
        self, event: Payload, body: Payload, client: AsyncWebClient
    ) -> None:
        """Check what somebody sends to the bot in a direct message."""
        request = CheckRequest(
            workspace_id=body["team_id"],
            user_id=event["user"],
            text=message_draft(event),
            delivery_id=body["event_id"],
        )
        if result := await self._checks.check(request):
            await client.chat_postMessage(
                channel=event["channel"],
                thread_ts=event.get("thread_ts"),
                **blocks.direct_answer(result).payload(),
            )

    async def _open_form(
        self,
        body: Payload,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        workspace_id: str,
        channel_id: str | None,
    ) -> None:
        view_id = await open_modal(
            client, context, body["trigger_id"], blocks.loading_modal(voice.loading_form())
        )
        choices = await self._checks.choices(workspace_id, channel_id)
        await fill_modal(
            client, view_id, blocks.check_form(choices, blocks.FormContext(channel_id))
        )
