"""What reaches the app, whichever way it is carried."""

from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.wire import Json

EnvelopeKind = Literal["slash_commands", "interactive", "events_api"]
Transport = Literal["socket", "http"]


@dataclass(frozen=True)
class Envelope:
    """One thing for the app to take note of; events may be told again (`retry_attempt`)."""

    kind: EnvelopeKind
    payload: Json
    accepts_response_payload: bool = False
    retry_attempt: int = 0
    retry_reason: str = ""

    @property
    def name(self) -> str:
        """Return a short name for the traffic log, such as `events_api message`."""
        what = self.payload.get("event", self.payload)
        return f"{self.kind} {what.get('type') or what.get('command', '')}".strip()


class NoAckError(Exception):
    """The app did not acknowledge.

    `error` is what Slack shows the member, `reason` what it says when it sends an event again;
    `final` is true where the app asked not to be told again.
    """

    error = "dispatch_failed"
    reason = "unknown_error"
    final = False


class AckTimeoutError(NoAckError):
    """The app did not acknowledge in time."""

    error = "operation_timeout"
    reason = "timeout"


class Delivery(Protocol):
    """Carries envelopes to the app."""

    @property
    def connected(self) -> bool:
        """Say whether the app can be reached now."""

    async def wait_until_connected(self) -> None:
        """Return once the app can be reached."""

    async def deliver(self, envelope: Envelope) -> Json:
        """Return the body of the app's ack; raise NoAckError where none came in time."""

    async def close(self) -> None:
        """Give up every connection to the app."""
