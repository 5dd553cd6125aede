"""The table of Web API methods: what each needs, takes and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox import (
    chat_methods,
    conversation_methods,
    file_methods,
    user_group_methods,
    user_methods,
    view_methods,
)
from sandbox.arguments import type_problem
from sandbox.local_slack import LocalSlack
from sandbox.rate_limits import Tier
from sandbox.wire import Json, SlackError

# The errors by which Slack names a required argument that is missing; others are
# `invalid_arguments`, and so are these where the method has no such error.
MISSING = {
    "channel": "channel_not_found",
    "user": "user_not_found",
    "ts": "message_not_found",
    "message_ts": "message_not_found",
    "file": "file_not_found",
    "usergroup": "missing_argument",
    "users": "no_users_provided",
}
READS = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
TOPICS = (
    *("channels:write.topic", "groups:write.topic", "im:write.topic", "mpim:write.topic"),
    *("channels:manage", "groups:write", "im:write", "mpim:write"),
)
OPENS = ("channels:manage", "groups:write", "im:write", "mpim:write")
# Accepted by every method.
EVERYWHERE = frozenset({"team_id", "pretty"})


@dataclass(frozen=True)
class Method:
    """One method: any one of `scopes` is enough; `required` and `optional` name its arguments.

    `renamed` holds what this method calls an error that others call differently; those of `may_be_empty`
    have a meaning without text too.
    """

    run: Callable[[LocalSlack, Json], Json]
    tier: Tier | None
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anybody"] = "bot"
    renamed: Mapping[str, str] = field(default_factory=dict)
    may_be_empty: tuple[str, ...] = ()

    def check_types(self, args: Json) -> None:
        """Raise SlackError `invalid_arguments` where an argument is of the wrong type."""
        problems = [
            type_problem(name, args[name])
            for name in (*self.required, *self.optional)
            if args.get(name) is not None
        ]
        found = [problem for problem in problems if problem]
        if found:
            raise SlackError("invalid_arguments", *found)

    def check_required(self, args: Json) -> None:
        """Raise SlackError where a required argument is missing, as this method names it."""
        for name in self.required:
            if args.get(name) == "" and name in self.may_be_empty:
                continue
            if args.get(name) in (None, "", [], {}):
                message = f"[ERROR] missing required field: {name}"
                error = MISSING.get(name, "invalid_arguments")
                raise SlackError(error, *([message] if error == "invalid_arguments" else []))

    def warnings(self, args: Json) -> Json:
        """Return a warning about arguments that this method does not know."""
        unknown = sorted(set(args) - {*self.required, *self.optional, *EVERYWHERE})
        if not unknown:
            return {}
        notes = [f"unknown_argument: {name}" for name in unknown]
        return {"warning": "unknown_arguments", "response_metadata": {"warnings": notes}}


_SAID = ("text", "blocks", "attachments", "markdown_text", "metadata", "parse", "link_names")
_AS_WHOM = ("as_user", "icon_emoji", "icon_url", "username")
_UPLOADER = ("icon_emoji", "icon_url", "username")
_PAGED = ("cursor", "limit")
_LISTED = (*_PAGED, "exclude_archived", "team_id", "types")
_WHEN = (*_PAGED, "include_all_metadata", "inclusive", "latest", "oldest")
_TOO_LONG = {"msg_blocks_too_long": "msg_too_long"}
_NO_LIMIT = {"invalid_limit": "invalid_arguments"}
_TRIGGERED = ("trigger_id", "interactivity_pointer")

METHODS: dict[str, Method] = {
    "api.test": Method(user_methods.api_test, "t4", optional=("error",), caller="anybody"),
    "auth.test": Method(user_methods.auth_test, "t5"),
    "apps.connections.open": Method(user_methods.open_connection, "t3", caller="app"),
    "blocks.validate": Method(
        view_methods.validate_blocks,
        None,
        optional=("blocks", "message", "view"),
        renamed={"invalid_blocks_format": "invalid_blocks"},
    ),
    "chat.postMessage": Method(
        chat_methods.post_message,
        "t5",
        ("chat:write",),
        required=("channel",),
        optional=(
            *_SAID,
            *_AS_WHOM,
            "thread_ts",
            "reply_broadcast",
            "mrkdwn",
            "unfurl_links",
            "unfurl_media",
            "current_draft_last_updated_ts",
        ),
    ),
    "chat.postEphemeral": Method(
        chat_methods.post_ephemeral,
        "t4",
        ("chat:write",),
        required=("channel", "user"),
        optional=(*_SAID, *_AS_WHOM, "thread_ts"),
        renamed={**_TOO_LONG, "user_not_found": "user_not_in_channel"},
    ),
    "chat.update": Method(
        chat_methods.update,
        "t3",
        ("chat:write",),
        required=("channel", "ts"),
        optional=(*_SAID, "as_user", "reply_broadcast", "file_ids", "unfurled_attachments"),
        renamed=_TOO_LONG,
    ),
    "chat.delete": Method(
        chat_methods.delete, "t3", ("chat:write",), ("channel", "ts"), optional=("as_user",)
    ),
    "chat.getPermalink": Method(chat_methods.permalink, "t5", required=("channel", "message_ts")),
    "conversations.history": Method(
        conversation_methods.history,
        "t3",
        HISTORY,
        ("channel",),
        optional=_WHEN,
        renamed=_NO_LIMIT,
    ),
    "conversations.info": Method(
        conversation_methods.info,
        "t3",
        READS,
        ("channel",),
        optional=("include_locale", "include_num_members"),
    ),
    "conversations.list": Method(conversation_methods.list_channels, "t2", READS, optional=_LISTED),
    "conversations.members": Method(
        conversation_methods.members, "t4", READS, ("channel",), optional=_PAGED
    ),
    "conversations.open": Method(
        conversation_methods.open_conversation,
        "t3",
        OPENS,
        optional=("channel", "users", "return_im", "prevent_creation"),
    ),
    "conversations.replies": Method(
        conversation_methods.replies,
        "t3",
        HISTORY,
        ("channel", "ts"),
        optional=_WHEN,
        renamed={
            **_NO_LIMIT,
            "message_not_found": "thread_not_found",
            "not_in_channel": "channel_not_found",
        },
    ),
    "files.completeUploadExternal": Method(
        file_methods.complete_upload,
        "t4",
        ("files:write",),
        ("files",),
        optional=("channel_id", "channels", "initial_comment", "thread_ts", "blocks", *_UPLOADER),
    ),
    "files.getUploadURLExternal": Method(
        file_methods.upload_url,
        "t4",
        ("files:write",),
        ("length", "filename"),
        optional=("snippet_type", "alt_txt"),
        renamed={"invalid_arguments": "missing_argument"},
    ),
    "conversations.setTopic": Method(
        conversation_methods.set_topic,
        "t2",
        TOPICS,
        ("channel", "topic"),
        may_be_empty=("topic",),
    ),
    "files.info": Method(
        file_methods.info,
        "t4",
        ("files:read",),
        ("file",),
        optional=(*_PAGED, "count", "page"),
    ),
    "usergroups.disable": Method(
        user_group_methods.disable,
        "t2",
        ("usergroups:write",),
        ("usergroup",),
        optional=("include_count",),
    ),
    "usergroups.enable": Method(
        user_group_methods.enable,
        "t2",
        ("usergroups:write",),
        ("usergroup",),
        optional=("include_count",),
    ),
    "usergroups.list": Method(
        user_group_methods.list_groups,
        "t2",
        ("usergroups:read",),
        optional=("include_count", "include_disabled", "include_users"),
    ),
    "usergroups.users.update": Method(
        user_group_methods.update_users,
        "t2",
        ("usergroups:write",),
        ("usergroup", "users"),
        optional=("additional_channels", "include_count", "is_shared"),
    ),
    "users.conversations": Method(
        conversation_methods.of_user, "t3", READS, optional=(*_LISTED, "user", "exclude_muted")
    ),
    "users.info": Method(
        user_methods.info, "t4", ("users:read",), ("user",), optional=("include_locale",)
    ),
    "users.list": Method(
        user_methods.list_users,
        "t2",
        ("users:read",),
        optional=(*_PAGED, "include_locale", "team_id"),
        renamed=_NO_LIMIT,
    ),
    "views.open": Method(view_methods.open_view, "t4", required=("view",), optional=_TRIGGERED),
    "views.push": Method(view_methods.push_view, "t4", required=("view",), optional=_TRIGGERED),
    "views.update": Method(
        view_methods.update_view,
        "t4",
        required=("view",),
        optional=("view_id", "external_id", "hash"),
    ),
    "views.publish": Method(
        view_methods.publish_view,
        "t4",
        required=("user_id", "view"),
        optional=("hash", "interactivity_pointer"),
    ),
}
