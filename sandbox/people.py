"""What members do, and what the app gets to know of it."""

from sandbox.delivery import Envelope, NoAckError
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.response_api import respond
from sandbox.response_urls import ResponseUrl
from sandbox.typed_text import entities_only, escaped, rich_text
from sandbox.wire import Json, SlackError, WrongCallError


class People:
    """The members' side of messages, commands and shortcuts."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        subtype: str | None = None,
        blocks: list[Json] | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        """Say something in a channel; `text` is as typed."""
        world = self._slack.world
        found = world.channel_seen_by(user, channel)
        if found.archived:
            raise WrongCallError(f"#{found.name} is archived.")
        if user not in found.members:
            raise WrongCallError(f"{user} is not in #{found.name}.", 403)
        if thread_ts is not None:
            thread_ts = self._thread(user, channel, thread_ts)
        if not text.strip() and not blocks and not files:
            raise WrongCallError("A message needs text, blocks or files.")
        sent = escaped(text, world)
        typed = [rich_text(sent)] if sent and blocks is None else []
        return self._slack.posts.by_member(
            channel,
            user,
            sent,
            blocks=blocks or typed,
            thread_ts=thread_ts,
            subtype=subtype or ("file_share" if files else None),
            files=files,
        )

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change what a message of one's own says."""
        message = self._own(user, channel, ts)
        sent = escaped(text, self._slack.world)
        self._slack.posts.edit(message, sent, [rich_text(sent)])

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete a message of one's own, or dismiss one that only this member sees."""
        message = self.message_seen_by(user, channel, ts)
        if message.visible_to is None:
            message = self._own(user, channel, ts)
        self._slack.posts.delete(message)

    async def command(self, user: str, channel: str, command: str, text: str) -> Json:
        """Run a slash command and return how it went, once the app has acknowledged it."""
        slack = self._slack
        place = slack.world.channel_seen_by(user, channel)
        found = slack.manifest.command(command)
        if found is None or not slack.world.app_installed:
            raise WrongCallError(f"{command} is not a valid command.")
        sent = escaped(text, slack.world) if found.should_escape else entities_only(text)
        if place.archived:
            raise WrongCallError(f"#{place.name} is archived.")
        url = slack.response_urls.make(user, channel)
        payload = {
            **slack.payloads.command(user=user, channel=place, command=found, text=sent),
            "response_url": url.address,
            "trigger_id": slack.triggers.make(user),
        }
        try:
            ack = await slack.delivery.deliver(
                Envelope("slash_commands", payload, accepts_response_payload=True)
            )
            return self._answered(url, ack)
        except NoAckError as failure:
            return {"ok": False, "error": failure.error}
        finally:
            url.acknowledged.set()

    async def shortcut(
        self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
    ) -> Json:
        """Use a global shortcut, or a message shortcut on the message at `ts`."""
        slack = self._slack
        message = self.message_seen_by(user, channel, ts) if channel and ts else None
        shortcut = slack.manifest.shortcut(callback_id, is_global=message is None)
        slack.world.member(user)
        if shortcut is None or not slack.world.app_installed:
            kind = "global" if message is None else "message"
            raise WrongCallError(f"The app has no {kind} shortcut {callback_id!r}.", 404)
        payload = slack.payloads.shortcut(user=user, shortcut=shortcut, message=message)
        payload["trigger_id"] = slack.triggers.make(user)
        url = slack.response_urls.make(user, message.channel) if message is not None else None
        return await self.interact(payload, url)

    async def interact(self, payload: Json, url: ResponseUrl | None = None) -> Json:
        """Send an interaction of which only the ack counts."""
        if url is not None:
            payload = {**payload, "response_url": url.address}
        try:
            await self._slack.delivery.deliver(Envelope("interactive", payload))
        except NoAckError as failure:
            return {"ok": False, "error": failure.error}
        finally:
            if url is not None:
                url.acknowledged.set()
        return {"ok": True}

    def message_seen_by(self, user: str, channel: str, ts: str) -> Message:
        """Return a message that the member sees; raise WrongCallError otherwise."""
        self._slack.world.channel_seen_by(user, channel)
        message = self._slack.world.messages.find(channel, ts)
        if message is None or message.deleted or message.visible_to not in {None, user}:
            raise WrongCallError(f"{user} sees no message {ts} in {channel}.", 404)
        return message

    def _thread(self, user: str, channel: str, ts: str) -> str:
        parent = self.message_seen_by(user, channel, ts)
        if parent.visible_to is not None:
            raise WrongCallError("Nobody can reply to a message that only they see.")
        return parent.thread_ts or parent.ts

    def _own(self, user: str, channel: str, ts: str) -> Message:
        message = self.message_seen_by(user, channel, ts)
        if message.user != user:
            raise WrongCallError("Only one's own messages can be changed.", 403)
        return message

    def _answered(self, url: ResponseUrl, ack: Json) -> Json:
        if not (ack.get("text") or ack.get("blocks")):
            return {"ok": True}
        try:
            respond(self._slack, url, ack)
        except SlackError as error:
            return {"ok": False, "error": error.error}
        return {"ok": True}
