"""The payloads that Slack sends to an app, complete as bolt and others expect them."""

import time

from sandbox.clock import real_ts
from sandbox.manifest import Command, Shortcut
from sandbox.messages import Message
from sandbox.views import View, view_object
from sandbox.wire import Json
from sandbox.world import Channel, World, new_id


class Payloads:
    """Builds payloads; `token` is the legacy verification token that each carries."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token

    def command(self, *, user: str, channel: Channel, command: Command, text: str) -> Json:
        """Return the payload of a slash command, but for its trigger and response URL."""
        world = self._world
        return {
            "token": self._token,
            "team_id": world.team.id,
            "team_domain": world.team.domain,
            "channel_id": channel.id,
            "channel_name": _channel_name(channel),
            "user_id": user,
            "user_name": world.members[user].name,
            "command": command.command,
            "text": text,
            "api_app_id": world.app.id,
            "is_enterprise_install": "false",
        }

    def shortcut(self, *, user: str, shortcut: Shortcut, message: Message | None) -> Json:
        """Return the payload of a global shortcut, or of a message shortcut on `message`."""
        payload = {
            "type": "shortcut" if message is None else "message_action",
            **self._common(user),
            "action_ts": real_ts(),
            "callback_id": shortcut.callback_id,
        }
        del payload["api_app_id"]
        if message is not None:
            payload["channel"] = self._channel(message.channel)
            payload["message_ts"] = message.ts
            payload["message"] = self.message(message)
        return payload

    def message_action(self, *, user: str, message: Message, action: Json, state: Json) -> Json:
        """Return `block_actions` for an element of a message.

        Ephemeral messages are only pointed at by their container, never carried.
        """
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": message.visible_to is not None,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        payload: Json = {
            "type": "block_actions",
            **self._common(user),
            "container": container,
            "channel": self._channel(message.channel),
            "state": {"values": state},
            "actions": [action],
        }
        if message.visible_to is None:
            payload["message"] = self.message(message)
        return payload

    def view_action(self, *, view: View, action: Json) -> Json:
        """Return `block_actions` for an element of a modal or Home."""
        return {
            "type": "block_actions",
            **self._common(view.user),
            "container": {"type": "view", "view_id": view.id},
            "view": self.view(view),
            "actions": [action],
        }

    def view_submission(self, view: View) -> Json:
        """Return `view_submission` of a modal."""
        return {
            "type": "view_submission",
            **self._common(view.user),
            "view": self.view(view),
            "response_urls": [],
        }

    def view_closed(self, view: View, *, is_cleared: bool) -> Json:
        """Return `view_closed` of a modal."""
        return {
            "type": "view_closed",
            **self._common(view.user),
            "view": self.view(view),
            "is_cleared": is_cleared,
        }

    def block_suggestion(
        self, *, user: str, element: Json, block_id: str, query: str, place: View | Message
    ) -> Json:
        """Return the request for options of an external select."""
        payload: Json = {
            "type": "block_suggestion",
            **self._common(user),
            "action_id": element["action_id"],
            "block_id": block_id,
            "value": query,
        }
        if isinstance(place, View):
            return {
                **payload,
                "container": {"type": "view", "view_id": place.id},
                "view": self.view(place),
            }
        return {
            **payload,
            "container": {
                "type": "message",
                "message_ts": place.ts,
                "channel_id": place.channel,
                "is_ephemeral": place.visible_to is not None,
            },
            "channel": self._channel(place.channel),
            "message": self.message(place),
        }

    def event(self, event: Json) -> Json:
        """Return an event wrapped as the Events API sends it."""
        world = self._world
        return {
            "token": self._token,
            "team_id": world.team.id,
            "context_team_id": world.team.id,
            "context_enterprise_id": None,
            "api_app_id": world.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": world.team.id,
                    "user_id": world.app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_id('E')}",
        }

    def message(self, message: Message) -> Json:
        """Return a message as Slack's API and payloads show it."""
        return message_object(message, self._world)

    def view(self, view: View) -> Json:
        """Return a view as Slack's API and payloads show it."""
        return view_object(view, self._world.app, self._world.team)

    def _common(self, user: str) -> Json:
        member = self._world.members[user]
        team = self._world.team
        return {
            "user": {
                "id": user,
                "username": member.name,
                "name": member.name,
                "team_id": team.id,
            },
            "api_app_id": self._world.app.id,
            "token": self._token,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _channel(self, channel: str) -> Json:
        return {"id": channel, "name": _channel_name(self._world.channels[channel])}


def message_object(message: Message, world: World) -> Json:
    """Return a message as Slack's API and payloads show it."""
    if message.deleted:
        return _tombstone(message)
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": message.team or world.team.id,
    }
    if message.bot_id is not None:
        shown["bot_id"] = message.bot_id
    if message.bot_id == world.app.bot_id:
        shown["app_id"] = world.app.id
        shown["bot_profile"] = _bot_profile(world)
    for name in ("blocks", "files", "metadata", "edited", "subtype", "thread_ts"):
        if held := getattr(message, name):
            shown[name] = held
    replies = world.messages.replies(message) if message.thread_ts == message.ts else []
    if replies:
        shown |= _thread_summary(replies)
    return shown


def _tombstone(message: Message) -> Json:
    """What is left of a deleted message that has replies."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": message.ts,
        "thread_ts": message.ts,
    }


def _thread_summary(replies: list[Message]) -> Json:
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
    }


def _bot_profile(world: World) -> Json:
    return {
        "id": world.app.bot_id,
        "deleted": False,
        "name": world.app.name,
        "updated": 0,
        "app_id": world.app.id,
        "icons": {},
        "team_id": world.team.id,
    }


def _channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return channel.name if channel.kind == "public_channel" else "privategroup"
