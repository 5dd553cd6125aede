"""Tells the app what happens in the workspace, where its manifest subscribes to it."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace

from sandbox.clock import real_ts
from sandbox.delivery import AckTimeoutError, Delivery, Envelope, NoAckError
from sandbox.manifest import Manifest
from sandbox.messages import Message
from sandbox.payloads import Payloads
from sandbox.wire import Json
from sandbox.world import IM, PUBLIC, Channel, World

log = logging.getLogger(__name__)

# What Slack calls events about a channel: of a private one they begin with `group_`.
PREFIX = {PUBLIC: "channel"}
CHANNEL_TYPE = {PUBLIC: "channel", IM: "im"}
SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class AppEvents:
    """Sends events in the background, again if they are not acknowledged.

    `retry_seconds` are the pauses before each repetition.
    """

    def __init__(
        self,
        *,
        world: World,
        manifest: Manifest,
        payloads: Payloads,
        delivery: Delivery,
        retry_seconds: tuple[float, ...],
    ) -> None:
        self._world = world
        self._manifest = manifest
        self._payloads = payloads
        self._delivery = delivery
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[object]] = set()
        self.last: Envelope | None = None

    def message_posted(self, message: Message) -> None:
        """Tell of a new message, and of a mention of the app in it."""
        channel = self._world.channels[message.channel]
        if not self._world.app_is_in(channel) or message.visible_to is not None:
            return
        event = {**self._payloads.message(message), **self._place(channel, message.ts)}
        self._tell_of_message(channel, event)
        if self._mentions_app(channel, message):
            self._send_if_subscribed(
                "app_mention", {**event, "type": "app_mention", "channel_type": None}
            )

    def message_changed(self, message: Message, before: Json) -> None:
        """Tell that a message was edited; `before` is how Slack showed it until then."""
        shown = self._payloads.message(message)
        change = {"subtype": "message_changed", "message": shown, "previous_message": before}
        self._tell_of_change(message, change)

    def message_deleted(self, message: Message, before: Json) -> None:
        """Tell that a message was deleted."""
        change = {
            "subtype": "message_deleted",
            "deleted_ts": message.ts,
            "previous_message": before,
        }
        self._tell_of_change(message, change)

    def home_opened(self, user: str, *, tab: str, view: Json | None = None) -> None:
        """Tell that a member looks at the app's Home or at its messages."""
        channel = self._world.direct_message(user, self._world.app.bot_user_id)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": tab,
            "event_ts": real_ts(),
        }
        if view is not None:
            event["view"] = view
        self._send_if_subscribed("app_home_opened", event)

    def workspace_changed(self, name: str, event: Json) -> None:
        """Tell of something that happened to the workspace as a whole."""
        self._send_if_subscribed(name, {"type": name, **event, "event_ts": real_ts()})

    def channel_changed(
        self, channel: Channel, what: str, event: Json, *, app_was_in: bool = False
    ) -> None:
        """Tell that a channel was changed, a private one only where the app is or was."""
        if channel.kind == PUBLIC or app_was_in or self._world.app_is_in(channel):
            self.workspace_changed(f"{PREFIX.get(channel.kind, 'group')}_{what}", event)

    def membership_changed(self, channel: Channel, name: str, event: Json) -> None:
        """Tell that somebody came into a channel of the app's, or left it."""
        if not self._world.app_is_in(channel):
            return
        kind = {"channel": channel.id, "channel_type": "C" if channel.kind == PUBLIC else "G"}
        self.workspace_changed(name, {**event, **kind, "team": self._world.team.id})

    def send_again(self, times: int) -> None:
        """Repeat the last event envelope, as Slack does when it believes an ack was lost."""
        if self.last is None:
            return
        for attempt in range(1, times + 1):
            envelope = replace(
                self.last, retry_attempt=attempt, retry_reason=AckTimeoutError.reason
            )
            self.in_background(self._deliver_once(envelope))

    def in_background(self, work: Coroutine[object, object, object]) -> None:
        """Run something until it ends or the sandbox stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Return when nothing is on its way to the app any more."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Drop what is still on its way."""
        for task in list(self._tasks):
            task.cancel()
        await self.settle()

    def _tell_of_message(self, channel: Channel, event: Json) -> None:
        self._send_if_subscribed(SUBSCRIPTION[_channel_type(channel)], event)

    def _tell_of_change(self, message: Message, change: Json) -> None:
        channel = self._world.channels[message.channel]
        if not self._world.app_is_in(channel):
            return
        ts = real_ts()
        event = {"type": "message", "hidden": True, "ts": ts, **change}
        self._tell_of_message(channel, {**event, **self._place(channel, ts)})

    def _place(self, channel: Channel, ts: str) -> Json:
        return {
            "channel": channel.id,
            "channel_type": _channel_type(channel),
            "event_ts": ts,
        }

    def _mentions_app(self, channel: Channel, message: Message) -> bool:
        bot = self._world.app.bot_user_id
        return not channel.is_im and message.user != bot and f"<@{bot}>" in message.text

    def _send_if_subscribed(self, subscription: str, event: Json) -> None:
        if subscription not in self._manifest.events or not self._world.app_installed:
            return
        said = {name: value for name, value in event.items() if value is not None}
        self.last = Envelope("events_api", self._payloads.event(said))
        self.in_background(self._deliver_with_retries(self.last))

    async def _deliver_with_retries(self, envelope: Envelope) -> None:
        failure = await self._deliver_once(envelope)
        for attempt, pause in enumerate(self._retry_seconds, start=1):
            if failure is None or failure.final:
                break
            await asyncio.sleep(pause)
            again = replace(envelope, retry_attempt=attempt, retry_reason=failure.reason)
            failure = await self._deliver_once(again)
        if failure is not None:
            log.warning("The app never acknowledged %s.", envelope.name)

    async def _deliver_once(self, envelope: Envelope) -> NoAckError | None:
        try:
            await self._delivery.deliver(envelope)
        except NoAckError as failure:
            return failure
        return None


def _channel_type(channel: Channel) -> str:
    return CHANNEL_TYPE.get(channel.kind, "group")
