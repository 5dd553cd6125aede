"""The `views.*` methods and `blocks.validate`: modals and Home."""

from sandbox.arguments import text_of
from sandbox.limits import check_message, check_view
from sandbox.local_slack import LocalSlack
from sandbox.triggers import Trigger
from sandbox.views import View
from sandbox.wire import Json, SlackError


def open_view(slack: LocalSlack, args: Json) -> Json:
    """Open a modal for whoever made the trigger."""
    trigger = _trigger(slack, args)
    content = checked_view(slack, args["view"], "modal")
    view = slack.views.open(trigger.user, content)
    trigger.used = True
    return _shown(slack, view)


def push_view(slack: LocalSlack, args: Json) -> Json:
    """Put a modal on top of the one in which the trigger was made."""
    trigger = _trigger(slack, args)
    content = checked_view(slack, args["view"], "modal")
    view = slack.views.push(trigger.user, content)
    trigger.used = True
    return _shown(slack, view)


def update_view(slack: LocalSlack, args: Json) -> Json:
    """Change an open view; a closed one is `not_found`."""
    view_id, external_id = text_of(args, "view_id"), text_of(args, "external_id")
    if bool(view_id) == bool(external_id):
        raise SlackError("invalid_arguments", "[ERROR] give view_id or external_id, and one only")
    view = slack.views.find(view_id or None, external_id or None)
    if view is None:
        raise SlackError("not_found")
    content = checked_view(slack, args["view"], view.content["type"])
    slack.views.update(view, content, text_of(args, "hash") or None)
    return _shown(slack, view)


def publish_view(slack: LocalSlack, args: Json) -> Json:
    """Set the Home that a member sees."""
    user = text_of(args, "user_id")
    if not slack.manifest.home_tab:
        raise SlackError("not_enabled")
    if user not in slack.world.members:
        raise SlackError("invalid_arguments", f"[ERROR] invalid user_id: {user}")
    content = checked_view(slack, args["view"], "home")
    view = slack.views.publish(user, content, text_of(args, "hash") or None)
    return _shown(slack, view)


def validate_blocks(slack: LocalSlack, args: Json) -> Json:
    """Check blocks, a message or a view without showing it anywhere."""
    given = [name for name in ("blocks", "message", "view") if args.get(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", "[ERROR] give one of blocks, message or view")
    value = args[given[0]]
    try:
        _validate(given[0], value)
    except SlackError as error:
        raise SlackError(f"invalid_{given[0]}", *error.messages) from error
    return {}


def _validate(kind: str, value: object) -> None:
    if kind == "view":
        check_view(value, value.get("type", "modal") if isinstance(value, dict) else "modal")
    elif kind == "blocks":
        check_message("blocks", value)
    elif isinstance(value, dict):
        check_message(text_of(value, "text"), value.get("blocks") or [])
    else:
        raise SlackError("invalid_message")


def checked_view(slack: LocalSlack, view: object, kind: str) -> Json:
    """Check a view and what it shows; raise SlackError as `check_view` does."""
    content = check_view(view, kind)
    slack.uploads.check_shown(content["blocks"], "invalid_arguments", "/view/blocks")
    return content


def _trigger(slack: LocalSlack, args: Json) -> Trigger:
    trigger_id = text_of(args, "trigger_id") or text_of(args, "interactivity_pointer")
    if not trigger_id:
        raise SlackError("invalid_arguments", "[ERROR] missing required field: trigger_id")
    return slack.triggers.look_at(trigger_id)


def _shown(slack: LocalSlack, view: View) -> Json:
    slack.changes.views(view.user)
    return {"view": slack.payloads.view(view)}
