"""What is kept: `/coherence privacy`, its button, and the workspace that leaves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.privacy import Leaver, Privacy
from coherence.retention import Retention
from coherence.stewards import Person, Stewards
from coherence.usage import Meter
from handlers.answers import Answers
from handlers.blocks.message import plain_message
from handlers.blocks.privacy import Told, kept_message
from handlers.voice import privacy as voice

log = structlog.get_logger(__name__)

_NAMES_IN_PROFILE = (
    "real_name",
    "display_name",
    "real_name_normalized",
    "display_name_normalized",
)


@dataclass(frozen=True)
class Handling:
    """Where to learn how checks are handled; `model_host` is where drafts are sent, if anywhere."""

    retention: Retention
    meter: Meter
    stewards: Stewards
    model_host: str | None

    async def told(self, person: Person) -> Told:
        """What to tell a person: stewards also what the model costs."""
        policy = await self.retention.policy(person.workspace_id)
        is_steward = await self._is_steward(person)
        today = await self.meter.today(person.workspace_id) if is_steward else None
        return Told(policy, self.model_host, today if self.model_host else None, is_steward)

    async def _is_steward(self, person: Person) -> bool:
        # What is kept about somebody is told also where Slack doesn't say who they are.
        try:
            return await self.stewards.is_steward(person)
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return False


class PrivacyHandlers:
    """The ways to see what is kept and to have it erased."""

    def __init__(self, privacy: Privacy, handling: Handling, answers: Answers) -> None:
        self._privacy = privacy
        self._handling = handling
        self._answers = answers

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Answer `/coherence privacy`."""
        await ack()
        person = Person(body["team_id"], body["user_id"])
        kept = await self._privacy.kept_about(person.workspace_id, person.user_id)
        answer = kept_message(kept, await self._handling.told(person))
        await self._answers.respond(body, answer)

    async def on_erase(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Erase the person who pressed the button, and put the answer in its place."""
        await ack()
        user_id = body["user"]["id"]
        leaver = Leaver(
            workspace_id=body["team"]["id"],
            user_id=user_id,
            names=_names((await client.users_info(user=user_id))["user"]),
            delivery_id=body["trigger_id"],
        )
        if await self._privacy.erase_person(leaver) is not None:
            answer = plain_message(voice.erased())
            await self._answers.respond(body, answer, replace=True)

    async def erase_workspace(
        self, body: dict[str, Any], next_: Callable[[], Awaitable[BoltResponse]]
    ) -> None:
        """Erase a workspace that uninstalled the app.

        As middleware, since Bolt acks an event before its listener: if this fails, Slack tells again.
        """
        left_at = datetime.fromtimestamp(body["event_time"], UTC)
        rows = await self._privacy.erase_workspace(body["team_id"], left_at=left_at)
        log.info("workspace_erased", rows=rows)
        await next_()

    async def on_uninstalled(self) -> None:
        """Take note that the workspace has left; what that means is done before the ack."""

    async def on_tokens_revoked(self, event: dict[str, Any]) -> None:
        """Log that the bot has lost its token.

        Nothing is erased: a token that leaked is revoked to protect what is kept. Who uninstalls the
        app is told of by an event of its own.
        """
        if event.get("tokens", {}).get("bot"):
            log.warning("bot_token_revoked", hint="install the app again and set SLACK_BOT_TOKEN")


def _names(user: dict[str, Any]) -> tuple[str, ...]:
    profile = user.get("profile", {})
    named = (user.get("name"), user.get("real_name"), *map(profile.get, _NAMES_IN_PROFILE))
    return tuple(dict.fromkeys(name for name in named if name))
