"""What was said: messages by channel, their threads, and who sees which."""

from dataclasses import dataclass, field

from sandbox.wire import Json


@dataclass
class Message:
    """One message in one channel.

    `visible_to` names the only member who sees an ephemeral message; `bot_id` is set for
    messages of apps, `team` where the author belongs to another company's workspace.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    edited: Json | None = None
    deleted: bool = False
    visible_to: str | None = None
    team: str | None = None

    @property
    def is_reply(self) -> bool:
        """Say whether it stands in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


class Messages:
    """All messages, by channel and oldest first."""

    def __init__(self) -> None:
        self._by_channel: dict[str, list[Message]] = {}

    def clear(self) -> None:
        """Forget every message."""
        self._by_channel.clear()

    def add(self, message: Message) -> None:
        """Append a message; a first reply makes its parent a thread."""
        self._by_channel.setdefault(message.channel, []).append(message)
        parent = self.find(message.channel, message.thread_ts or "")
        if parent is not None and message.is_reply and message.visible_to is None:
            parent.thread_ts = parent.ts

    def find(self, channel: str, ts: str) -> Message | None:
        """Return the message of that timestamp, ephemeral ones included."""
        return next((found for found in self._by_channel.get(channel, []) if found.ts == ts), None)

    def remove(self, message: Message) -> None:
        """Take a message away; one with replies stays as a tombstone."""
        if self.replies(message):
            message.deleted, message.text, message.blocks, message.files = True, "", [], []
            return
        self._by_channel[message.channel].remove(message)

    def replies(self, parent: Message) -> list[Message]:
        """Return the public replies in a message's thread, oldest first."""
        return [
            found
            for found in self._by_channel.get(parent.channel, [])
            if found.is_reply and found.thread_ts == parent.ts and found.visible_to is None
        ]

    def public(self, channel: str) -> list[Message]:
        """Return what everybody in the channel sees at top level, oldest first."""
        return [m for m in self._by_channel.get(channel, []) if not m.is_reply and not m.visible_to]

    def private_to(self, user: str, channel: str) -> list[Message]:
        """Return what only one member sees, in a channel and in its threads, oldest first."""
        return [found for found in self._by_channel.get(channel, []) if found.visible_to == user]

    def seen_by(self, user: str, channel: str, thread_ts: str | None = None) -> list[Message]:
        """Return what one member sees: the top level, or a thread with its parent first."""
        return [
            found
            for found in self._by_channel.get(channel, [])
            if found.visible_to in {None, user}
            and (thread_ts in {found.ts, found.thread_ts} if thread_ts else not found.is_reply)
        ]
