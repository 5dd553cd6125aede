"""What the bot says where the handle and the topic follow the duty."""

from collections.abc import Sequence
from typing import Final

from coherence.champion.surface import SurfaceKind
from coherence.champion.surface_choice import ToCome
from coherence.champion.surfaces import TAKEN, Trouble
from handlers.voice.dates import moment
from handlers.voice.mrkdwn import clip, escape

TITLE: Final = "Handle and topic"
CLOSE: Final = "Close"
CANCEL: Final = "Cancel"
SAVE: Final = "Save"

TOPIC_LABEL: Final = "Coherence champion:"
"""What our part of a topic begins with, and is known by."""

HANDLE_LABEL: Final = "A user group that reaches whoever is on duty"
HANDLE_HINT: Final = (
    "I replace everybody in it at each handover, so please choose one that is kept for this."
)
HANDLE_PLACEHOLDER: Final = "None"
FALLBACK_LABEL: Final = "Who has it while nobody is on duty?"
FALLBACK_HINT: Final = (
    "With nobody here, I disable the group for that time, and enable it again later."
)
FALLBACK_PLACEHOLDER: Final = "Nobody"
TOPIC_BOX_LABEL: Final = "Channel topic"
TOPIC_BOX: Final = "Name the champion in the topic"

_NAME: Final = 60
_DISABLED: Final = " (disabled)"
_PLAN: Final = "User groups need a paid plan of Slack, which this workspace doesn't have."
_SHUT_OUT: Final = (
    "Slack does not let the app in. Whoever runs this bot can see why with `coherence doctor`."
)
_UNREACHABLE: Final = "Slack could not be reached, or had trouble, for a while. I go on trying."
_LEFT_OUT: Final = (
    "Slack refuses somebody who is to be in the group, though I see nobody who is deactivated. Please see "
    "whether all of them may be in user groups."
)
_NOT_THERE: Final = "I can't see that channel: it is gone, or it is private and I am not in it."

_HANDLE: Final = {
    "failed_for_some_users": _LEFT_OUT,
    "invalid_users": _LEFT_OUT,
    "missing_scope": (
        "I lack the permission to look after user groups: the optional scopes `usergroups:read` and "
        "`usergroups:write`. Whoever installed the app can grant them by installing it again."
    ),
    "no_such_subteam": "That user group is gone. Please choose another one.",
    "paid_teams_only": _PLAN,
    "permission_denied": (
        "This workspace doesn't let apps change user groups. An admin can allow it in the workspace's "
        "settings, under permissions."
    ),
    "plan_upgrade_required": _PLAN,
    "subteam_max_users_exceeded": "Slack says that the user group would have too many people.",
    TAKEN: "That user group follows the duty of another journey already. Please choose another one.",
}
_TOPIC: Final = {
    "channel_not_found": _NOT_THERE,
    "is_archived": "That channel is archived. Please choose another one where the rota is set up.",
    "method_not_supported_for_channel_type": "A conversation of this kind has no topic.",
    "missing_scope": (
        "I lack a permission for channel topics: the optional scopes `channels:read` and "
        "`channels:write.topic`, for private channels `groups:read` and `groups:write.topic`. Whoever "
        "installed the app can grant them by installing it again."
    ),
    "not_in_channel": "I am not in that channel. Please invite me there with `/invite @Coherence Champion`.",
    "too_long": "The topic has no room left for the champion's name. It takes 250 characters in all.",
    "user_is_restricted": "This workspace doesn't let me change that channel's topic.",
    TAKEN: "That channel's topic follows the duty of another journey already.",
}
_EITHER: Final = {
    "account_inactive": _SHUT_OUT,
    "invalid_auth": _SHUT_OUT,
    "no_answer": _UNREACHABLE,
    "no_connection": _UNREACHABLE,
    "token_expired": _SHUT_OUT,
    "token_revoked": _SHUT_OUT,
}
_REASONS: Final = {SurfaceKind.HANDLE: _HANDLE, SurfaceKind.TOPIC: _TOPIC}


def topic_part(names: Sequence[str]) -> str:
    """Our part of a topic; the names are people's own words, and what separates parts is ours."""
    clean = [escape(clip(name.replace("|", "/"), _NAME)) for name in names]
    return f"{TOPIC_LABEL} {' and '.join(clean) or 'nobody just now'}"


def loading() -> str:
    """While the choice is on its way."""
    return "One moment, I am looking for the user groups."


def intro(journey: str, channel_id: str | None) -> str:
    """Above the choice."""
    topic = f" The topic is that of <#{channel_id}>." if channel_id else ""
    return (
        f"Two places in Slack can follow the duty of *{escape(journey)}*: a handle such as @champion, and a "
        f"part of the channel's topic.{topic} The rest of the topic stays as it is."
    )


def no_groups(error: str) -> str:
    """In place of the user groups, where they can't be listed."""
    return f"I can't offer user groups. {reason(SurfaceKind.HANDLE, error)}"


def none_yet() -> str:
    """In place of the user groups, where there are none."""
    return "This workspace has no user group yet that I could look after. An admin can make one in Slack."


def group(handle: str, name: str, *, disabled: bool) -> str:
    """A user group to choose."""
    return f"@{handle}: {name}{_DISABLED if disabled else ''}"


def standing(kind: SurfaceKind, error: str) -> str:
    """In the form: what keeps a place from following."""
    what = "The handle" if kind is SurfaceKind.HANDLE else "The topic"
    return f":warning: {what} does not follow at the moment. {reason(kind, error)}"


def reason(kind: SurfaceKind, error: str) -> str:
    """Slack's name for a reason, in words."""
    known = {**_EITHER, **_REASONS[kind]}
    if error.startswith("http_"):
        return _UNREACHABLE
    return known.get(error) or f"Slack refuses it and calls the reason “{escape(error)}”."


def changed_meanwhile() -> str:
    """Above the form, where somebody else has saved it."""
    return "Somebody else has changed this meanwhile. Here it is as it stands now."


def saved(to_come: ToCome | None) -> str:
    """After saving; before the first term there is nobody to show."""
    if to_come is None:
        return "Saved. What follows the duty shows it within a minute; if that fails, stewards hear from me."
    if to_come.start is None:
        return "Saved. It begins with the first term, once somebody has joined the rota."
    begins = moment(to_come.start, to_come.zone, to_come.now)
    return f"Saved. It begins with the first term, on {begins} ({to_come.zone}); until then all stays as it is."


def trouble_line(trouble: Trouble) -> str:
    """What stewards read in a notification."""
    what = "handle" if trouble.kind is SurfaceKind.HANDLE else "channel topic"
    of = f" of {escape(trouble.journey)}" if trouble.journey else ""
    return f"The champion's {what}{of} does not follow the duty"


def trouble(trouble: Trouble) -> str:
    """What stewards are told once, and what helps."""
    lines = [f"{_subject(trouble)} {reason(trouble.kind, trouble.error)}"]
    if trouble.journey is not None:
        lines.append(
            "The duty itself goes on as planned. Saving *Handle and topic* tries it again."
        )
    else:
        lines.append("The duty itself goes on as planned, and I try again now and then.")
    return "\n".join(lines)


def _subject(trouble: Trouble) -> str:
    is_handle = trouble.kind is SurfaceKind.HANDLE
    if trouble.journey is None:
        places = "Handles" if is_handle else "Channel topics"
        return f"{places} don't follow the champion's duty at the moment."
    place = "The handle" if is_handle else f"The topic of <#{trouble.target_id}>"
    return f"{place} doesn't follow the duty of *{escape(trouble.journey)}* at the moment."
