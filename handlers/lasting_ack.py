"""An ack that lasts, whatever the listener does after it."""

from collections.abc import Awaitable, Callable

from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext


class LastingAck(AsyncAck):
    """An ack that cannot be taken back.

    Bolt's runner looks for it every 10 ms, but clears it as soon as a listener fails: one that acks and
    then fails at once would never be acked, and Slack would call it a timeout and deliver it again.
    """

    _answer: BoltResponse | None = None

    @property
    def response(self) -> BoltResponse | None:
        """What was acked, or None so far."""
        return self._answer

    @response.setter
    def response(self, answer: BoltResponse | None) -> None:
        if answer is not None:
            self._answer = answer


async def use_lasting_ack(
    context: AsyncBoltContext, next_: Callable[[], Awaitable[BoltResponse]]
) -> None:
    """Middleware: give every request an ack that lasts."""
    context["ack"] = LastingAck()  # type: ignore[no-untyped-call]
    await next_()
