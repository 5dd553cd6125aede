"""The `chat.*` methods: what the app says."""

from sandbox.arguments import text_of
from sandbox.limits import MESSAGE_TEXT, check_message
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.payloads import message_object
from sandbox.wire import Json, SlackError
from sandbox.world import Channel


def post_message(slack: LocalSlack, args: Json) -> Json:
    """Post to a channel or a direct message."""
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    _check_may_post(slack, channel)
    # Slack cuts a text that is too long here, and refuses it elsewhere.
    text, blocks = said(slack, {**args, "text": text_of(args, "text")[:MESSAGE_TEXT]})
    message = slack.posts.by_app(
        channel.id,
        text,
        blocks=blocks,
        thread_ts=thread_of(slack, channel, args),
        metadata=_metadata(args),
    )
    shown = message_object(message, slack.world)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(slack: LocalSlack, args: Json) -> Json:
    """Post what only one member of the channel sees."""
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    _check_may_post(slack, channel)
    user = text_of(args, "user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = said(slack, args)
    message = slack.posts.by_app(
        channel.id,
        text,
        blocks=blocks,
        thread_ts=thread_of(slack, channel, args),
        visible_to=user,
    )
    return {"message_ts": message.ts}


def update(slack: LocalSlack, args: Json) -> Json:
    """Change one of the app's own messages; blocks that are not given again are removed."""
    message = _own_message(slack, args, otherwise="cant_update_message")
    text, blocks = said(slack, args)
    slack.posts.edit(message, text, blocks)
    shown = message_object(message, slack.world)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(slack: LocalSlack, args: Json) -> Json:
    """Delete one of the app's own messages."""
    message = _own_message(slack, args, otherwise="cant_delete_message")
    slack.posts.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(slack: LocalSlack, args: Json) -> Json:
    """Return the address of a message in the sandbox's page."""
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    ts = text_of(args, "message_ts")
    found = slack.world.messages.find(channel.id, ts)
    if found is None or found.visible_to is not None:
        raise SlackError("message_not_found")
    address = f"{slack.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def said(slack: LocalSlack, args: Json) -> tuple[str, list[Json]]:
    """Return the text and blocks of a message, having checked them as Slack does.

    Raise SlackError `no_text`, `msg_too_long`, `invalid_blocks` or `msg_blocks_too_long`.
    """
    text, blocks = text_of(args, "text"), args.get("blocks") or []
    markdown = text_of(args, "markdown_text")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    check_message(text, blocks)
    slack.uploads.check_shown(blocks, "invalid_blocks")
    return text, blocks


def thread_of(slack: LocalSlack, channel: Channel, args: Json) -> str | None:
    """Return the thread to post in; raise SlackError `cannot_reply_to_message` for no thread."""
    thread_ts = text_of(args, "thread_ts")
    if not thread_ts:
        return None
    parent = slack.world.messages.find(channel.id, thread_ts)
    if parent is None or parent.visible_to is not None:
        raise SlackError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def _check_may_post(slack: LocalSlack, channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    if not slack.world.app_is_in(channel):
        raise SlackError("not_in_channel")
    if channel.is_im and not slack.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")


def _metadata(args: Json) -> Json | None:
    metadata = args.get("metadata")
    if not metadata:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_schema")
    return metadata


def _own_message(slack: LocalSlack, args: Json, *, otherwise: str) -> Message:
    channel = slack.world.channel_for_app(text_of(args, "channel"))
    message = slack.world.messages.find(channel.id, text_of(args, "ts"))
    if message is None or message.visible_to is not None or message.deleted:
        raise SlackError("message_not_found")
    if message.bot_id != slack.world.app.bot_id:
        raise SlackError(otherwise)
    return message
