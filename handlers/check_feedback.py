"""What people make of an answer's findings: helpful, not a problem here, and taking that back."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import NoFinding
from coherence.feedback import Feedback
from coherence.findings import group_key
from coherence.stewards import Person
from handlers.blocks import check_feedback as blocks
from handlers.blocks.check_answer import HELPFUL, parse_finding
from handlers.blocks.check_feedback import Dismissing
from handlers.check_answers import CheckAnswers
from handlers.modals import fill_modal, open_window
from handlers.places import Place, place_of
from handlers.voice.check import loading_form

Payload = dict[str, Any]


class CheckFeedbackHandlers:
    """The menu of a finding, the reason's modal, and the list of what is set aside."""

    def __init__(self, feedback: Feedback, check_answers: CheckAnswers) -> None:
        self._feedback = feedback
        self._check_answers = check_answers

    async def on_finding(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Take what somebody chose from a finding's menu."""
        await ack()
        chosen = body["actions"][0]["selected_option"]["value"]
        verb, check_id, group = parse_finding(chosen)
        if verb == HELPFUL:
            result = await self._feedback.helpful(_person(body), check_id, group)
            await self._check_answers.show(client, place_of(body), result)
        else:
            await self._ask_reason(body, context, client, check_id, group)

    async def on_dismissed(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Set the finding aside and show the answer without it."""
        view = body["view"]
        about = Dismissing.load(view["private_metadata"])
        typed = view["state"]["values"][blocks.REASON_BLOCK][blocks.INPUT_ACTION]["value"]
        result = await self._feedback.dismiss(
            _person(body),
            about.check_id,
            about.group,
            reason=(typed or "").strip() or None,
            everybody=about.everybody,
        )
        await ack()
        await self._check_answers.renew(client, about.place, result)

    async def on_set_aside(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """List what is set aside in an answer."""
        await ack()
        view_id = await _open_above(body, context, client)
        if view_id is not None:
            check_id = body["actions"][0]["value"]
            await self._show_set_aside(body, client, view_id, check_id, place_of(body))

    async def on_restore(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Have a finding count again, in the list and in the answer."""
        await ack()
        _, check_id, group = parse_finding(body["actions"][0]["value"])
        result = await self._feedback.restore(_person(body), check_id, group)
        place = Place.load(body["view"]["private_metadata"])
        await self._show_set_aside(body, client, body["view"]["id"], check_id, place)
        await self._check_answers.renew(client, place, result)

    async def _ask_reason(
        self,
        body: Payload,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        check_id: str,
        group: str,
    ) -> None:
        view_id = await _open_above(body, context, client)
        if view_id is None:
            return
        person = _person(body)
        result = await self._feedback.look(person, check_id)
        findings = [each for each in result.assessment.findings if group_key(each) == group]
        if not findings:
            raise NoFinding("This finding is set aside already.")
        everybody = await self._feedback.counts_for_everybody(person)
        about = Dismissing(check_id, group, everybody, place_of(body))
        await fill_modal(client, view_id, blocks.dismiss_form(result, findings, about))

    async def _show_set_aside(
        self, body: Payload, client: AsyncWebClient, view_id: str, check_id: str, place: Place
    ) -> None:
        result, set_aside = await self._feedback.set_aside(_person(body), check_id)
        await fill_modal(client, view_id, blocks.set_aside_modal(result, set_aside, place))


async def _open_above(
    body: Payload, context: AsyncBoltContext, client: AsyncWebClient
) -> str | None:
    """Open a modal where the answer is a message, or on top of the answer's own."""
    return await open_window(client, context, body, blocks.loading_modal(loading_form()))


def _person(body: Payload) -> Person:
    return Person(body["team"]["id"], body["user"]["id"])
