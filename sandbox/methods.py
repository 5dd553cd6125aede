"""The table of Web API methods: what each needs, takes and does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox import chat_methods, conversation_methods, user_methods, view_methods
from sandbox.local_slack import LocalSlack
from sandbox.wire import Json, SlackError

Tier = Literal["t1", "t2", "t3", "t4", "t5"]

# The errors by which Slack names a required argument that is missing; others are
# `invalid_arguments`.
MISSING = {
    "channel": "channel_not_found",
    "user": "user_not_found",
    "ts": "message_not_found",
    "message_ts": "message_not_found",
}
READS = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
OPENS = ("channels:manage", "groups:write", "im:write", "mpim:write")
# Accepted by every method.
EVERYWHERE = frozenset({"team_id", "pretty"})


@dataclass(frozen=True)
class Method:
    """One method: any one of `scopes` is enough; `required` and `optional` name its arguments."""

    run: Callable[[LocalSlack, Json], Json]
    tier: Tier | None
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anybody"] = "bot"

    def check_required(self, args: Json) -> None:
        """Raise SlackError where a required argument is missing, as this method names it."""
        for name in self.required:
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
_PAGED = ("cursor", "limit")
_LISTED = (*_PAGED, "exclude_archived", "team_id", "types")
_WHEN = (*_PAGED, "include_all_metadata", "inclusive", "latest", "oldest")
_TRIGGERED = ("trigger_id", "interactivity_pointer")

METHODS: dict[str, Method] = {
    "api.test": Method(user_methods.api_test, "t4", optional=("error",), caller="anybody"),
    "auth.test": Method(user_methods.auth_test, "t5"),
    "apps.connections.open": Method(user_methods.open_connection, "t3", caller="app"),
    "blocks.validate": Method(
        view_methods.validate_blocks, None, optional=("blocks", "message", "view")
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
    ),
    "chat.update": Method(
        chat_methods.update,
        "t3",
        ("chat:write",),
        required=("channel", "ts"),
        optional=(*_SAID, "as_user", "reply_broadcast", "file_ids", "unfurled_attachments"),
    ),
    "chat.delete": Method(
        chat_methods.delete, "t3", ("chat:write",), ("channel", "ts"), optional=("as_user",)
    ),
    "chat.getPermalink": Method(chat_methods.permalink, "t5", required=("channel", "message_ts")),
    "conversations.history": Method(
        conversation_methods.history, "t3", HISTORY, ("channel",), optional=_WHEN
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
        conversation_methods.replies, "t3", HISTORY, ("channel", "ts"), optional=_WHEN
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
