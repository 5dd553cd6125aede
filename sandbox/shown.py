"""The workspace, messages and views as the control API shows them."""

from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.views import View, view_object
from sandbox.wire import Json
from sandbox.world import Channel, Member, World


def shown_state(slack: LocalSlack, user: str) -> Json:
    """Return what one member sees of the workspace and of the app."""
    world = slack.world
    world.member(user)
    return {
        "team": {"id": world.team.id, "name": world.team.name},
        "me": user,
        "now": slack.clock.now(),
        "app": _app(slack),
        "members": [_member(member) for member in world.members.values()],
        "channels": [_channel(c, user, world) for c in world.channels_seen_by(user)],
    }


def shown_message(message: Message, world: World) -> Json:
    """Return a message as the page shows it."""
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot": message.bot_id is not None,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "reply_count": 0 if message.is_reply else len(world.messages.replies(message)),
        "edited": message.edited is not None,
        "deleted": message.deleted,
        "subtype": message.subtype,
        "files": message.files,
        "ephemeral": message.visible_to is not None,
    }


def shown_view(view: View, slack: LocalSlack) -> Json:
    """Return a view, with what is wrong with its inputs."""
    return {**view_object(view, slack.world.app, slack.world.team), "errors": view.errors}


def _app(slack: LocalSlack) -> Json:
    app, manifest = slack.world.app, slack.manifest
    shortcuts = {
        is_global: [
            {"callback_id": s.callback_id, "name": s.name, "description": s.description}
            for s in manifest.shortcuts
            if s.is_global is is_global and slack.world.app_installed
        ]
        for is_global in (True, False)
    }
    return {
        "id": app.id,
        "name": app.name,
        "bot_user_id": app.bot_user_id,
        "connected": slack.delivery.connected,
        "installed": slack.world.app_installed,
        "home": manifest.home_tab,
        "commands": [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
            for c in manifest.commands
            if slack.world.app_installed
        ],
        "message_shortcuts": shortcuts[False],
        "global_shortcuts": shortcuts[True],
    }


def _member(member: Member) -> Json:
    return {
        "id": member.id,
        "name": member.name,
        "real_name": member.real_name,
        "title": member.title,
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "is_restricted": member.is_restricted,
        "is_bot": member.is_bot,
        "deleted": member.deleted,
        "tz": member.tz,
        "avatar_color": member.avatar_color,
    }


def _channel(channel: Channel, user: str, world: World) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "members": sorted(channel.members),
        "is_member": user in channel.members,
        "is_archived": channel.archived,
        "app_is_member": world.app_is_in(channel),
        "with": channel.other_member(user) if channel.is_im else None,
    }
