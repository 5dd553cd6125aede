"""The `conversations.*` methods: channels, their members and what was said in them."""

import re

from sandbox.arguments import flag, text_of
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.paging import more, page
from sandbox.payloads import message_object
from sandbox.wire import Json, SlackError
from sandbox.world import IM, PRIVATE, PUBLIC, Channel, channel_object

KINDS = (PUBLIC, PRIVATE, IM, "mpim")
MAX_TOPIC = 250
# Scopes that let an app do more with channels of a kind, their topics included.
TOPIC_TOO = {PUBLIC: "channels:manage", PRIVATE: "groups:write"}
LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
END_OF_TIME = 2**63
SCOPE_OF = {PUBLIC: "channels", PRIVATE: "groups", IM: "im", "mpim": "mpim"}


def info(slack: LocalSlack, args: Json) -> Json:
    """Return one channel."""
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    _check_kind(slack, channel, "read")
    return {"channel": channel_object(channel, slack.world)}


def list_channels(slack: LocalSlack, args: Json) -> Json:
    """Return the channels that the app may see."""
    seen = slack.world.channels_seen_by(slack.world.app.bot_user_id)
    return _listed(slack, args, seen)


def of_user(slack: LocalSlack, args: Json) -> Json:
    """Return the channels that somebody is in, the app itself by default."""
    user = text_of(args, "user") or slack.world.app.bot_user_id
    seen = slack.world.channels_seen_by(slack.world.app.bot_user_id)
    return _listed(slack, args, [channel for channel in seen if user in channel.members])


def members(slack: LocalSlack, args: Json) -> Json:
    """Return the ids of a channel's members."""
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    _check_kind(slack, channel, "read")
    listed, metadata = page(sorted(channel.members), args, default=100)
    return {"members": listed, **metadata}


def set_topic(slack: LocalSlack, args: Json) -> Json:
    """Set a channel's topic, of which a line in the channel tells."""
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    _check_any_scope(slack, f"{SCOPE_OF[channel.kind]}:write.topic", TOPIC_TOO[channel.kind])
    if not slack.world.app_is_in(channel):
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    topic = text_of(args, "topic").strip()
    if len(topic) > MAX_TOPIC:
        raise SlackError("too_long")
    channel.topic = LOOSE_AMPERSAND.sub("&amp;", topic).replace("<", "&lt;").replace(">", "&gt;")
    slack.posts.by_app(
        channel.id, f"set the channel topic: {channel.topic}", subtype="channel_topic"
    )
    slack.changes.state()
    return {"channel": channel_object(channel, slack.world)}


def open_conversation(slack: LocalSlack, args: Json) -> Json:
    """Open the direct message with one member."""
    users = [user for user in text_of(args, "users").split(",") if user]
    if args.get("channel"):
        channel = slack.world.channel_for_app(text_of(args, "channel"))
    elif not users:
        raise SlackError("users_list_not_supplied")
    else:
        channel = _direct_message(slack, users)
    shown = channel_object(channel, slack.world)
    return {"channel": shown if flag(args, "return_im") else {"id": channel.id}}


def history(slack: LocalSlack, args: Json) -> Json:
    """Return what was said in a channel at top level, newest first."""
    channel = _readable(slack, args)
    found = _between(slack.world.messages.public(channel.id), args)
    listed, metadata = page(list(reversed(found)), args, default=100)
    shown = [_shown(slack, message, args) for message in listed]
    return {"messages": shown, "has_more": more(metadata), **metadata}


def replies(slack: LocalSlack, args: Json) -> Json:
    """Return a thread, its parent first."""
    channel = _readable(slack, args)
    parent = slack.world.messages.find(channel.id, text_of(args, "ts"))
    if parent is None or parent.visible_to is not None:
        raise SlackError("thread_not_found")
    found = [parent, *_between(slack.world.messages.replies(parent), args)]
    listed, metadata = page(found, args, default=1000)
    shown = [_shown(slack, message, args) for message in listed]
    return {"messages": shown, "has_more": more(metadata), **metadata}


def _listed(slack: LocalSlack, args: Json, channels: list[Channel]) -> Json:
    kinds = [kind.strip() for kind in (text_of(args, "types") or PUBLIC).split(",")]
    if not set(kinds) <= set(KINDS):
        raise SlackError("invalid_types")
    for kind in kinds:
        _check_scope(slack, f"{SCOPE_OF[kind]}:read")
    wanted = [
        channel_object(channel, slack.world)
        for channel in channels
        if channel.kind in kinds and not (flag(args, "exclude_archived") and channel.archived)
    ]
    listed, metadata = page(wanted, args, default=100)
    return {"channels": listed, **metadata}


def _readable(slack: LocalSlack, args: Json) -> Channel:
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    _check_kind(slack, channel, "history")
    if not slack.world.app_is_in(channel):
        raise SlackError("not_in_channel")
    return channel


def _check_kind(slack: LocalSlack, channel: Channel, what: str) -> None:
    _check_scope(slack, f"{SCOPE_OF[channel.kind]}:{what}")


def _check_any_scope(slack: LocalSlack, *scopes: str) -> None:
    if not slack.manifest.scopes.intersection(scopes):
        _check_scope(slack, scopes[0])


def _check_scope(slack: LocalSlack, scope: str) -> None:
    granted = slack.manifest.scopes
    if scope not in granted:
        provided = ",".join(sorted(granted))
        raise SlackError("missing_scope", needed=scope, provided=provided)


def _direct_message(slack: LocalSlack, users: list[str]) -> Channel:
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    member = slack.world.members.get(users[0])
    if member is None or member.id == slack.world.app.bot_user_id:
        raise SlackError("user_not_found")
    if member.deleted:
        raise SlackError("user_disabled")
    return slack.world.direct_message(slack.world.app.bot_user_id, member.id)


def _between(messages: list[Message], args: Json) -> list[Message]:
    oldest, latest = _ts(args, "oldest", 0), _ts(args, "latest", END_OF_TIME)
    margin = 0 if flag(args, "inclusive") else 1

    def wanted(message: Message) -> bool:
        ts = _microseconds(message.ts)
        return oldest + margin <= ts <= latest - margin

    return [message for message in messages if wanted(message)]


def _ts(args: Json, name: str, default: int) -> int:
    value = text_of(args, name)
    if not value:
        return default
    try:
        return _microseconds(value)
    except ValueError as wrong:
        raise SlackError(f"invalid_ts_{name}") from wrong


def _microseconds(ts: str) -> int:
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6] or 0)


def _shown(slack: LocalSlack, message: Message, args: Json) -> Json:
    shown = message_object(message, slack.world)
    if not flag(args, "include_all_metadata"):
        shown.pop("metadata", None)
    return shown
