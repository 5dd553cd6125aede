"""What admins do to a workspace: channels, who is in them, people's roles, the app's install."""

import re

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.events import AppEvents
from sandbox.wire import Json, WrongCallError
from sandbox.world import PRIVATE, PUBLIC, Channel, Member, World, new_id, user_object

CHANNEL_NAME = re.compile(r"[\w-]{1,80}")
ROLES = ("is_admin", "is_owner", "is_restricted", "deleted")


class Workspace:
    """Changes the workspace, tells the app of it and redraws the pages."""

    def __init__(self, *, world: World, clock: Clock, changes: Changes, events: AppEvents) -> None:
        self._world = world
        self._clock = clock
        self._changes = changes
        self._events = events

    def create(self, user: str, name: str, *, is_private: bool = False) -> Channel:
        """Make a channel in which only its maker is."""
        self._check_name(name)
        channel = Channel(
            new_id("C"),
            name,
            kind=PRIVATE if is_private else PUBLIC,
            members={user},
            created=int(self._clock.now()),
            creator=user,
        )
        self._world.channels[channel.id] = channel
        if not is_private:
            shown = {"id": channel.id, "name": name, "created": channel.created, "creator": user}
            self._events.workspace_changed("channel_created", {"channel": shown})
        self._changes.state()
        return channel

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        self._check_name(name)
        channel.name = name
        shown = {"id": channel.id, "name": name, "created": channel.created}
        self._events.channel_changed(channel, "rename", {"channel": shown})
        self._changes.state()

    def archive(self, channel: Channel, user: str, *, archived: bool = True) -> None:
        """Archive a channel, or with `archived=False` bring it back."""
        if channel.archived == archived:
            return
        channel.archived = archived
        what = "archive" if archived else "unarchive"
        self._events.channel_changed(channel, what, {"channel": channel.id, "user": user})
        self._changes.state()

    def invite(self, channel: Channel, user: str, inviter: str) -> None:
        """Take a member, or the app, into a channel."""
        self._world.member(user)
        if user in channel.members:
            return
        channel.members.add(user)
        self._events.membership_changed(
            channel, "member_joined_channel", {"user": user, "inviter": inviter}
        )
        self._changes.state()

    def remove(self, channel: Channel, user: str, remover: str) -> None:
        """Take a member, or the app, out of a channel."""
        if user not in channel.members:
            return
        channel.members.discard(user)
        if user == self._world.app.bot_user_id:
            left = {"channel": channel.id, "actor_id": remover}
            self._events.channel_changed(channel, "left", left, app_was_in=True)
        else:
            self._events.membership_changed(channel, "member_left_channel", {"user": user})
        self._changes.state()

    def set_roles(self, user: str, **roles: bool) -> Member:
        """Set what a member is: `is_admin`, `is_owner`, `is_restricted` (guest), `deleted`."""
        member = self._world.member(user)
        for name, held in roles.items():
            if name not in ROLES:
                raise WrongCallError(f"A member has no role {name!r}.")
            setattr(member, name, held)
        shown: Json = {"user": user_object(member, self._world.team)}
        self._events.workspace_changed("user_change", shown)
        self._changes.state()
        return member

    def install(self, *, installed: bool = True) -> None:
        """Install the app, or with `installed=False` uninstall it: its bot token is dead then.

        Installing again gives the same token back, since the bot is told it only once.
        """
        if self._world.app_installed == installed:
            return
        bot = self._world.app.bot_user_id
        if not installed:
            self._events.workspace_changed("app_uninstalled", {})
            revoked = {"tokens": {"oauth": [], "bot": [bot]}}
            self._events.workspace_changed("tokens_revoked", revoked)
        self._world.app_installed = installed
        self._world.members[bot].deleted = not installed
        self._changes.state()

    def _check_name(self, name: str) -> None:
        if not CHANNEL_NAME.fullmatch(name) or name != name.lower():
            raise WrongCallError("A channel's name has lower-case letters, digits, - and _ only.")
        if any(channel.name == name for channel in self._world.channels.values()):
            raise WrongCallError(f"There is a channel #{name} already.")
