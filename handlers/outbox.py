"""Send what the outbox holds: each call once, whatever dies in between."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from coherence.outbox import Claim, Method, NotSentYet, Outbox
from handlers.pictures import is_not_ready, once_ready, without_pictures
from handlers.sent_before import Own, find_sent
from handlers.slack_outcomes import FAILURES, Later, Refused, Unclear, outcome_of

EVENT_TYPE = "coherence_delivery"
"""The `event_type` of the metadata that carries a delivery's key."""

MOST_AT_ONCE = 8
"""Calls under way; with one claim a second that stays below Slack's hundreds of posts a minute."""

RENDER_FAILED = "render_failed"
_RENDER_ATTEMPTS = 3

Arguments: TypeAlias = dict[str, Any]

log = structlog.get_logger(__name__)

Render: TypeAlias = Callable[[Claim], Awaitable[Arguments | None]]
"""The arguments of the call, text and blocks and what else it takes; None if nothing is to be said.

It may raise NotSentYet: it is asked again soon; or GivenUp.
"""


class GivenUp(Exception):
    """It is no use to send it; `error` is a name for the reason, as Slack's are."""

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(error)


@dataclass(frozen=True)
class DeliveryKind:
    """How deliveries of one kind are written; `title` is what a steward knows them by."""

    name: str
    title: str
    render: Render


class Sender:
    """Sends the deliveries of one workspace.

    `client` must try nothing again by itself: here it is decided what is.
    """

    def __init__(
        self,
        outbox: Outbox,
        client: AsyncWebClient,
        own: Own,
        kinds: Mapping[str, DeliveryKind],
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._own = own
        self._kinds = kinds
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def workspace_id(self) -> str:
        """The workspace that it speaks in."""
        return self._own.workspace_id

    async def send_due(self) -> None:
        """Begin to send what is due, as far as there is room; what hangs holds up nothing else."""
        free = MOST_AT_ONCE - len(self._sending)
        if free <= 0 or not self._kinds:
            return
        for claim in await self._outbox.claim(self.workspace_id, [*self._kinds], limit=free):
            task = asyncio.create_task(self._deliver(claim))
            self._sending.add(task)
            task.add_done_callback(self._finished)

    async def drain(self) -> None:
        """Wait until what is under way is over: no call takes long."""
        while self._sending:
            await asyncio.wait(self._sending)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Whatever was not written down is found out when the lease is over.
            log.error("delivery_not_recorded", exc_info=error)

    async def _deliver(self, claim: Claim) -> None:
        with structlog.contextvars.bound_contextvars(delivery=claim.key, kind=claim.kind):
            if claim.unsure_since is not None and not await self._is_still_to_send(claim):
                return
            arguments = await self._render(claim)
            # A machine that slept meanwhile has lost its claim; somebody else sends it then.
            if arguments is not None and self._outbox.has_time_for_a_call(claim):
                await self._call(claim, arguments)

    async def _is_still_to_send(self, claim: Claim) -> bool:
        """Look whether Slack has it, where nobody knows; settle it if it is not to be sent."""
        try:
            async with asyncio.timeout_at(self._deadline(claim)):
                found = await find_sent(self._client, claim, self._own)
        except FAILURES as error:
            log.warning("lookup_failed", error=_name(error))
            await self._outbox.lookup_failed(claim, _name(error))
            return False
        if found is not None:
            log.info("delivered_before", ts=found.ts)
            await self._outbox.sent(claim, found.ts, found.channel_id)
            return False
        return await self._outbox.not_found(claim)

    def _deadline(self, claim: Claim) -> float:
        return asyncio.get_running_loop().time() + self._outbox.seconds_to_look(claim)

    async def _render(self, claim: Claim) -> Arguments | None:
        try:
            arguments = await self._kinds[claim.kind].render(claim)
        except NotSentYet:
            await self._outbox.postponed(claim, self._outbox.pace.settling)
            return None
        except GivenUp as reason:
            log.warning("delivery_given_up", error=reason.error)
            await self._outbox.refused(claim, reason.error, most_attempts=1)
            return None
        except Exception:
            # One that cannot be written must not stop the others.
            log.exception("render_failed")
            await self._outbox.refused(claim, RENDER_FAILED, most_attempts=_RENDER_ATTEMPTS)
            return None
        if arguments is None:
            await self._outbox.nothing_to_say(claim)
        return arguments

    async def _call(self, claim: Claim, arguments: Arguments) -> None:
        try:
            async with asyncio.timeout(self._outbox.pace.call.total_seconds()):
                answer = await self._send_with_pictures(claim, arguments)
        except FAILURES as error:
            await self._note(claim, outcome_of(error))
        else:
            await self._outbox.sent(claim, answer.get("ts"), answer.get("channel"))

    async def _send_with_pictures(self, claim: Claim, arguments: Arguments) -> AsyncSlackResponse:
        """Send it as soon as Slack shows its pictures, or at last without them: the words count."""
        try:
            return await once_ready(lambda: self._send(claim, arguments))
        except SlackApiError as error:
            if not is_not_ready(error):
                raise
            log.warning("sent_without_pictures")
            return await self._send(claim, without_pictures(arguments))

    async def _send(self, claim: Claim, arguments: Arguments) -> AsyncSlackResponse:
        client = self._client
        if claim.method is Method.UPDATE:
            # A person's id will do for a post only: a message stands in the channel it was put into.
            return await client.chat_update(channel=claim.posted_in or claim.lane, **arguments)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": claim.key}}
        return await client.chat_postMessage(
            channel=claim.lane, thread_ts=claim.thread_ts, metadata=metadata, **arguments
        )

    async def _note(self, claim: Claim, outcome: Later | Refused | Unclear) -> None:
        match outcome:
            case Later(wait):
                log.info("delivery_postponed", seconds=wait.total_seconds())
                await self._outbox.postponed(claim, wait)
            case Refused(error, most_attempts):
                log.warning("delivery_refused", error=error, attempt=claim.attempts)
                await self._outbox.refused(claim, error, most_attempts=most_attempts)
            case Unclear(error):
                log.warning("delivery_unclear", error=error, attempt=claim.attempts)
                await self._outbox.unclear(claim, error)


def _name(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or f"http_{error.response.status_code}")
    return type(error).__name__
