"""Posting, editing and deleting messages, and telling everybody concerned."""

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.events import AppEvents
from sandbox.messages import Message
from sandbox.payloads import message_object
from sandbox.views import blocks_with_ids
from sandbox.wire import Json
from sandbox.world import World


class Posts:
    """Changes what was said: the one way for members, the app and response URLs alike."""

    def __init__(self, *, world: World, clock: Clock, changes: Changes, events: AppEvents) -> None:
        self._world = world
        self._clock = clock
        self._changes = changes
        self._events = events

    def by_app(
        self,
        channel: str,
        text: str,
        *,
        blocks: list[Json] | None = None,
        thread_ts: str | None = None,
        metadata: Json | None = None,
        visible_to: str | None = None,
        subtype: str | None = None,
    ) -> Message:
        """Post as the app; only `visible_to` sees an ephemeral message."""
        app = self._world.app
        return self.post(
            Message(
                channel,
                self._clock.message_ts(),
                app.bot_user_id,
                text,
                blocks=blocks_with_ids(blocks or []),
                bot_id=app.bot_id,
                thread_ts=thread_ts,
                metadata=metadata,
                visible_to=visible_to,
                subtype=subtype,
            )
        )

    def by_member(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: list[Json] | None = None,
        thread_ts: str | None = None,
        subtype: str | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        """Post as a member, `text` being in Slack's escaped form."""
        return self.post(
            Message(
                channel,
                self._clock.message_ts(),
                user,
                text,
                blocks=blocks_with_ids(blocks or []),
                thread_ts=thread_ts,
                subtype=subtype,
                files=files or [],
            )
        )

    def post(self, message: Message) -> Message:
        """Add a message and tell of it."""
        self._world.messages.add(message)
        self._show(message)
        self._events.message_posted(message)
        return message

    def edit(self, message: Message, text: str, blocks: list[Json]) -> Message:
        """Replace what a message says."""
        before = message_object(message, self._world)
        message.text, message.blocks = text, blocks_with_ids(blocks)
        if message.visible_to is None:
            message.edited = {"user": message.user, "ts": self._clock.message_ts()}
            self._events.message_changed(message, before)
        self._show(message)
        return message

    def delete(self, message: Message) -> None:
        """Take a message away."""
        before = message_object(message, self._world)
        self._world.messages.remove(message)
        self._show(message)
        if message.visible_to is None:
            self._events.message_deleted(message, before)

    def _show(self, message: Message) -> None:
        watchers = self._world.watchers(message.channel)
        if message.visible_to is not None:
            watchers = {message.visible_to}
        self._changes.messages(message.channel, watchers)
