"""The workspace: its members and channels, and who may see and say what where."""

import secrets
from dataclasses import dataclass, field

from sandbox.messages import Messages
from sandbox.user_groups import UserGroup
from sandbox.wire import Json, SlackError, WrongCallError

PUBLIC, PRIVATE, IM = "public_channel", "private_channel", "im"


@dataclass(frozen=True)
class Team:
    """The workspace as such."""

    id: str = "T0LARKFIELD"
    name: str = "Larkfield"
    domain: str = "larkfield"


@dataclass(frozen=True)
class App:
    """The identity of the installed app and of its bot user."""

    name: str
    id: str = "A0COHERENCE"
    bot_user_id: str = "U0CHAMPION"
    bot_id: str = "B0CHAMPION"


@dataclass
class Member:
    """A person, or a bot user, of the workspace."""

    id: str
    name: str
    real_name: str
    title: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    tz: str = "Europe/London"
    avatar_color: str = "#2f4858"


@dataclass
class Channel:
    """A public or private channel, or a direct message between two members."""

    id: str
    name: str
    topic: str = ""
    kind: str = PUBLIC
    members: set[str] = field(default_factory=set)
    archived: bool = False
    created: int = 0
    creator: str = ""

    @property
    def is_im(self) -> bool:
        """Say whether this is a direct message."""
        return self.kind == IM

    @property
    def is_private(self) -> bool:
        """Say whether only its members may see it."""
        return self.kind != PUBLIC

    def other_member(self, user: str) -> str | None:
        """Return who a direct message is with, seen from `user`."""
        return next((member for member in sorted(self.members) if member != user), None)


class World:
    """Everything the workspace holds: members, channels, user groups and what was said."""

    def __init__(self, app: App, team: Team | None = None) -> None:
        self.app = app
        self.team = team or Team()
        self.members: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.messages = Messages()
        self.app_installed = True

    def clear(self) -> None:
        """Forget everybody and everything."""
        self.members.clear()
        self.channels.clear()
        self.groups.clear()
        self.messages.clear()
        self.app_installed = True

    def member(self, user: str) -> Member:
        """Return a member; raise WrongCallError where there is none of that id."""
        found = self.members.get(user)
        if found is None:
            raise WrongCallError(f"There is no member {user!r}.", 404)
        return found

    def channel_seen_by(self, user: str, channel: str) -> Channel:
        """Return a channel that the member may open; raise WrongCallError otherwise."""
        self.member(user)
        found = self.channels.get(channel)
        if found is None or (found.is_private and user not in found.members):
            raise WrongCallError(f"{user} sees no channel {channel!r}.", 404)
        return found

    def group(self, channel: str) -> Channel:
        """Return a channel that is no direct message; raise WrongCallError otherwise."""
        found = self.channels.get(channel)
        if found is None or found.is_im:
            raise WrongCallError(f"There is no channel {channel!r}.", 404)
        return found

    def channel_for_app(self, channel: str) -> Channel:
        """Return a channel by id, `#name` or member id, as the Web API takes it.

        Raise SlackError `channel_not_found` where the app may not see it.
        """
        found = self.channels.get(channel) or self._channel_named(channel.removeprefix("#"))
        if found is None and channel in self.members:
            found = self.direct_message(self.app.bot_user_id, channel)
        if found is None or (found.is_private and self.app.bot_user_id not in found.members):
            raise SlackError("channel_not_found")
        return found

    def direct_message(self, one: str, other: str) -> Channel:
        """Return the direct message between two members, opening it if needed."""
        pair = {one, other}
        for channel in self.channels.values():
            if channel.is_im and channel.members == pair:
                return channel
        opened = Channel(new_id("D"), name="", kind=IM, members=pair)
        self.channels[opened.id] = opened
        return opened

    def app_is_in(self, channel: Channel) -> bool:
        """Say whether the app was invited to the channel."""
        return self.app.bot_user_id in channel.members

    def channels_seen_by(self, user: str) -> list[Channel]:
        """Return the channels that the member may open: public ones and their own."""
        return [
            channel
            for channel in self.channels.values()
            if not channel.is_private or user in channel.members
        ]

    def watchers(self, channel: str) -> set[str]:
        """Return the members who may see what is said in a channel."""
        found = self.channels[channel]
        return set(found.members) if found.is_private else set(self.members)

    def _channel_named(self, name: str) -> Channel | None:
        return next(
            (found for found in self.channels.values() if name and found.name == name), None
        )


def new_id(prefix: str) -> str:
    """Return a fresh id in Slack's manner, such as `V0A1B2C3D4E5`."""
    return f"{prefix}0{secrets.token_hex(5).upper()}"


def user_object(member: Member, team: Team) -> Json:
    """Return a member as `users.info` shows them."""
    shown: Json = {
        "id": member.id,
        "team_id": team.id,
        "name": member.name,
        "deleted": member.deleted,
        "real_name": member.real_name,
        "tz": member.tz,
        "profile": {
            "title": member.title,
            "real_name": member.real_name,
            "display_name": member.name,
            "team": team.id,
        },
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "is_primary_owner": member.is_owner,
        "is_restricted": member.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    # Of somebody who was deactivated, Slack no longer tells the zone and the roles.
    gone = (
        "tz",
        "is_admin",
        "is_owner",
        "is_primary_owner",
        "is_restricted",
        "is_ultra_restricted",
    )
    return {k: v for k, v in shown.items() if k not in gone} if member.deleted else shown


def channel_object(channel: Channel, world: World) -> Json:
    """Return a channel as `conversations.info` shows it to the app."""
    bot = world.app.bot_user_id
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_archived": channel.archived,
        "is_mpim": False,
        "context_team_id": world.team.id,
    }
    if channel.is_im:
        return {**shown, "user": channel.other_member(bot), "is_open": True}
    return {
        **shown,
        "name": channel.name,
        "name_normalized": channel.name,
        "creator": channel.creator,
        "is_channel": channel.kind == PUBLIC,
        "is_group": channel.kind == PRIVATE,
        "is_general": channel.name == "general",
        "is_member": bot in channel.members,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }
