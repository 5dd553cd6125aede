"""Check a draft: by command, form, message shortcut, global shortcut or direct message."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.check import Checks
from coherence.check_result import CheckRequest, CheckResult
from handlers.answers import Answers
from handlers.blocks import check as blocks
from handlers.blocks import check_answer as answer_blocks
from handlers.check_answers import CheckAnswers
from handlers.modals import fill_modal, open_modal, push_modal
from handlers.places import in_direct_message, in_modal, place_of, private
from handlers.slack_text import message_draft, unescape
from handlers.voice import check as voice
from handlers.voice import check_meaning as meaning_voice

Payload = dict[str, Any]


class CheckHandlers:
    """The ways to ask whether a text fits the story."""

    def __init__(self, checks: Checks, answers: Answers, check_answers: CheckAnswers) -> None:
        self._checks = checks
        self._answers = answers
        self._check_answers = check_answers

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
            await self._answers.respond(body, answer_blocks.answer_message(result))
            await self._check_answers.complete(client, private(body["response_url"]), result)

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
            await fill_modal(client, view_id, answer_blocks.answer_modal(result, said=True))
            await self._check_answers.complete(client, in_modal(view_id, said=True), result)

    async def on_form_submitted(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
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
            await ack(response_action="update", view=answer_blocks.answer_modal(result))
            place = in_modal(view["id"])
            await self._check_answers.complete(client, place, result, after_ack=True)
        else:
            await ack()

    async def on_edit(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form again with the draft in it, from an answer in a message or a modal."""
        await ack()
        view_id = body.get("view", {}).get("id") or await open_modal(
            client, context, body["trigger_id"], blocks.loading_modal(voice.loading_form())
        )
        earlier = await self._earlier(body)
        await self._fill_form(client, view_id, earlier, earlier.assessment.text)

    async def on_edit_above(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form on top of an answer in a modal that will change once a model has judged."""
        await ack()
        loading = blocks.loading_modal(voice.loading_form())
        if view_id := await push_modal(client, context, body["trigger_id"], loading):
            earlier = await self._earlier(body)
            await self._fill_form(client, view_id, earlier, earlier.assessment.text)

    async def on_rewrite(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form with the wording that the model has proposed, to copy or to check."""
        await ack()
        view_id = body.get("view", {}).get("id") or await open_modal(
            client, context, body["trigger_id"], blocks.loading_modal(voice.loading_form())
        )
        earlier = await self._earlier(body)
        if rewrite := earlier.assessment.rewrite:
            notice = meaning_voice.wording_in_form()
            await self._fill_form(client, view_id, earlier, rewrite, notice)
        else:
            await self._fill_form(client, view_id, earlier, earlier.assessment.text)

    async def on_check_again(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Have the model asked once more, and show that it is."""
        await ack()
        result = await self._checks.ask_again(*_asked_for(body))
        await self._check_answers.again(client, place_of(body), result)

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
            posted = await client.chat_postMessage(
                channel=event["channel"],
                thread_ts=event.get("thread_ts"),
                **answer_blocks.direct_answer(result).payload(),
            )
            place = in_direct_message(event["channel"], posted["ts"])
            await self._check_answers.complete(client, place, result)

    async def _earlier(self, body: Payload) -> CheckResult:
        return await self._checks.recall(*_asked_for(body))

    async def _fill_form(
        self,
        client: AsyncWebClient,
        view_id: str,
        earlier: CheckResult,
        draft: str,
        notice: str | None = None,
    ) -> None:
        if len(draft) > blocks.MAX_EDITABLE:
            await fill_modal(client, view_id, blocks.read_only_draft(draft))
            return
        choices = await self._checks.choices(earlier.workspace_id, None)
        context = blocks.FormContext(earlier.channel_id)
        form = blocks.check_form(choices, context, earlier, draft, notice)
        await fill_modal(client, view_id, form)

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


def _asked_for(body: Payload) -> tuple[str, str, str]:
    """The workspace, the person and the check of a button that was pressed."""
    return body["team"]["id"], body["user"]["id"], body["actions"][0]["value"]
