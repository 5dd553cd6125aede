"""What the bot says of what it could not get delivered."""

from coherence.outbox import LISTED, Undelivered
from handlers.voice.dates import on_own_clock
from handlers.voice.mrkdwn import bold, escape

TITLE = "Undelivered"
CLOSE = "Close"
SEND_AGAIN = "Send again"
LET_GO = "Let it go"

_INVITE = "I am not in that channel. Invite me there first."
_TOO_LONG = "The message was longer than Slack takes."
_SHUT_OUT = (
    "Slack did not let the app in. Whoever runs this bot can see why with `coherence doctor`."
)
_NOT_ALLOWED = "The channel's settings don't let me post there."
_NOBODY = "This person can't be written to any more."
_GONE = "The message that it belongs to is gone."
_UNREACHABLE = "Slack could not be reached, or had trouble, for several hours."

_REASONS = {
    "account_inactive": _SHUT_OUT,
    "cannot_reply_to_message": _GONE,
    "channel_not_found": "That channel is gone, or it is private and I am not in it.",
    "invalid_auth": _SHUT_OUT,
    "is_archived": "That channel is archived.",
    "message_not_found": _GONE,
    "messages_tab_disabled": "The app does not take direct messages.",
    "missing_scope": "The app lacks a permission. Whoever runs this bot can see which with `coherence doctor`.",
    "msg_blocks_too_long": _TOO_LONG,
    "msg_too_long": _TOO_LONG,
    "no_answer": _UNREACHABLE,
    "no_connection": _UNREACHABLE,
    "nobody_there": "Nobody but me is in that channel.",
    "not_authed": _SHUT_OUT,
    "not_in_channel": _INVITE,
    "render_failed": "I could not write it: that is a fault of mine, and the log has it.",
    "restricted_action": _NOT_ALLOWED,
    "token_expired": _SHUT_OUT,
    "token_revoked": _SHUT_OUT,
    "user_disabled": _NOBODY,
    "user_not_found": _NOBODY,
}


def loading() -> str:
    """While the list is on its way."""
    return "One moment, I am looking for what got stuck."


def nothing() -> str:
    """The list is empty."""
    return "Nothing is stuck: everything I had to say has arrived, or is still on its way."


def nothing_to_send(title: str) -> str:
    """After *Send again*, where it would say nothing any more."""
    return (
        f"There is nothing to send any more of {bold(escape(title))}: things have moved on since. I took it off the "
        "list."
    )


def intro(count: int) -> str:
    """Above the list."""
    many = f"The {LISTED} oldest of these" if count == LISTED else "These"
    return (
        f"{many} could not be delivered, and I have stopped trying. *{SEND_AGAIN}* once the reason is gone; "
        f"*{LET_GO}* takes one off the list."
    )


def letter(title: str, undelivered: Undelivered) -> str:
    """One entry: what, where, when it was due, and why it did not arrive."""
    lines = [f"*{escape(title)}* {_place(undelivered)}, due {on_own_clock(undelivered.due_at)}"]
    lines.append(reason(undelivered.error))
    if undelivered.may_have_arrived:
        lines.append(
            "It may have arrived all the same; I could not find out. Look there before sending it again."
        )
    return "\n".join(lines)


def reason(error: str | None) -> str:
    """Slack's name for a reason, in words."""
    if error in _REASONS:
        return _REASONS[error]
    if error and error.startswith("restricted_action"):
        return _NOT_ALLOWED
    if error is None or error.startswith("http_"):
        return _UNREACHABLE
    return f"Slack refused it and calls the reason “{escape(error)}”."


def _place(undelivered: Undelivered) -> str:
    if undelivered.user_id:
        return f"to <@{undelivered.user_id}>"
    return f"in <#{undelivered.channel_id}>"
