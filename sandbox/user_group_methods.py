"""The `usergroups.*` methods that the app uses."""

from sandbox.arguments import flag, text_of
from sandbox.local_slack import LocalSlack
from sandbox.user_groups import UserGroup, group_object
from sandbox.wire import Json, SlackError


def list_groups(slack: LocalSlack, args: Json) -> Json:
    """Return the groups that work, or with `include_disabled` all of them."""
    found = [
        group_object(group, slack.world.team.id, with_users=flag(args, "include_users"))
        for group in slack.world.groups.values()
        if flag(args, "include_disabled") or not group.disabled_at
    ]
    return {"usergroups": found}


def update_users(slack: LocalSlack, args: Json) -> Json:
    """Replace everybody in a group; one who can't be in it fails the whole call."""
    group = _group(slack, args)
    # Slack's pages don't say what becomes of a disabled group: here the app has to enable it first.
    if group.disabled_at:
        raise SlackError("invalid_arguments", "[ERROR] the user group is disabled")
    users = list(dict.fromkeys(filter(None, text_of(args, "users").split(","))))
    if not users:
        raise SlackError("no_users_provided")
    if not all(_may_be_in(slack, user) for user in users):
        raise SlackError("invalid_users")
    group.users = users
    return _changed(slack, group)


def enable(slack: LocalSlack, args: Json) -> Json:
    """Let a group work again, with whoever was in it."""
    group = _group(slack, args)
    group.disabled_at = 0
    return _changed(slack, group)


def disable(slack: LocalSlack, args: Json) -> Json:
    """Let a group reach nobody any more."""
    group = _group(slack, args)
    group.disabled_at = group.disabled_at or int(slack.clock.now())
    return _changed(slack, group)


def _group(slack: LocalSlack, args: Json) -> UserGroup:
    group = slack.world.groups.get(text_of(args, "usergroup"))
    if group is None:
        raise SlackError("invalid_arguments", "[ERROR] no such user group")
    return group


def _may_be_in(slack: LocalSlack, user: str) -> bool:
    member = slack.world.members.get(user)
    return member is not None and not member.deleted and not member.is_bot


def _changed(slack: LocalSlack, group: UserGroup) -> Json:
    slack.changes.state()
    return {"usergroup": group_object(group, slack.world.team.id)}
