"""User groups: handles such as @champion that reach several members at once."""

from dataclasses import dataclass, field

from sandbox.wire import Json


@dataclass
class UserGroup:
    """One group; `disabled_at` is when it was disabled, in seconds, 0 while it works."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    disabled_at: int = 0


def group_object(group: UserGroup, team_id: str, *, with_users: bool = True) -> Json:
    """Return a group as the Web API shows it."""
    shown: Json = {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "auto_type": None,
        "date_delete": group.disabled_at,
        "user_count": len(group.users),
    }
    return {**shown, "users": list(group.users)} if with_users else shown
