"""Put an answer where it was asked for: the rules' at once, and in its place what a model makes of it."""

import asyncio
from dataclasses import replace

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from coherence.assessment import NotJudged
from coherence.check import Checks
from coherence.check_result import CheckResult
from handlers.answers import Answers
from handlers.blocks import check_answer as blocks
from handlers.places import Kind, Place
from handlers.slack_faults import SLACK_FAULTS, describe, is_gone

ACK_HEAD_START_SECONDS = 0.3
"""A modal changed sooner after the ack that filled it might be overtaken by that ack."""

log = structlog.get_logger(__name__)


class CheckAnswers:
    """Answers that are completed in place."""

    def __init__(self, checks: Checks, answers: Answers) -> None:
        self._checks = checks
        self._answers = answers
        self._under_way: set[str] = set()

    async def show(self, client: AsyncWebClient, place: Place, result: CheckResult) -> None:
        """Show an answer in the place of an earlier one, if that is still there.

        For what somebody has just pressed: raises what Slack's clients raise.
        """
        try:
            await self._put(client, place, result)
        except SLACK_FAULTS as error:
            if not is_gone(error):
                raise
            log.info("answer_gone", place=place.kind.value, error=describe(error))

    async def renew(self, client: AsyncWebClient, place: Place, result: CheckResult) -> None:
        """As `show`, but where Slack fails the earlier answer stays, and only the log says so."""
        try:
            await self.show(client, place, result)
        except SLACK_FAULTS as error:
            log.warning("answer_not_renewed", place=place.kind.value, error=describe(error))

    async def again(self, client: AsyncWebClient, place: Place, result: CheckResult) -> None:
        """Show that a model is asked once more, ask it, and show what came of it.

        A second press while it is asked changes nothing.
        """
        if result.check_id not in self._under_way:
            await self.renew(client, place, result)
            await self.complete(client, place, result)

    async def complete(
        self, client: AsyncWebClient, place: Place, result: CheckResult, *, after_ack: bool = False
    ) -> None:
        """Have the model judge an answer that waits for it, and show what came of it.

        `after_ack`: the answer was put there by an ack that may still be on its way. Of two that wait for
        the same answer, one asks.
        """
        if not result.awaits_judge or result.check_id in self._under_way:
            return
        self._under_way.add(result.check_id)
        try:
            head_start = ACK_HEAD_START_SECONDS if after_ack else 0
            judged, _ = await asyncio.gather(self._judge(result), asyncio.sleep(head_start))
            await self.renew(client, place, judged)
        finally:
            self._under_way.discard(result.check_id)

    async def _judge(self, result: CheckResult) -> CheckResult:
        try:
            return await self._checks.judge(result)
        except SQLAlchemyError:
            log.exception("check_not_judged", check=result.check_id)
            return replace(result, found=replace(result.found, unjudged=NotJudged.INTERRUPTED))

    async def _put(self, client: AsyncWebClient, place: Place, result: CheckResult) -> None:
        match place.kind:
            case Kind.MODAL:
                view = blocks.answer_modal(result, said=place.said)
                await client.views_update(view_id=place.address, view=view)
            case Kind.DIRECT:
                said = blocks.direct_answer(result).payload()
                await client.chat_update(channel=place.address, ts=str(place.ts), **said)
            case Kind.PRIVATE:
                message = blocks.answer_message(result)
                await self._answers.change(place.address, message)
