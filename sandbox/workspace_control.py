"""The control API's calls for what admins do: channels, members, the app's install."""

import base64
import binascii

from aiohttp import web

from sandbox import control_calls as calls
from sandbox.control_routes import DONE, doing
from sandbox.local_slack import LocalSlack
from sandbox.wire import Json, WrongCallError


class WorkspaceControl:
    """Serves changes to the workspace itself."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def add_routes(self, app: web.Application) -> None:
        """Serve `/sandbox/channel/…`, `/sandbox/member`, `/sandbox/app` and `/sandbox/file`."""
        post = app.router.add_post
        post("/sandbox/channel/create", doing(calls.CreateChannelCall, self.create))
        post("/sandbox/channel/rename", doing(calls.RenameChannelCall, self.rename))
        post("/sandbox/channel/archive", doing(calls.ArchiveCall, self.archive))
        post("/sandbox/channel/members", doing(calls.ChannelMembersCall, self.members))
        post("/sandbox/member", doing(calls.MemberCall, self.member))
        post("/sandbox/app", doing(calls.AppCall, self.app))
        post("/sandbox/file", doing(calls.FileCall, self.file))

    def create(self, call: calls.CreateChannelCall) -> Json:
        """Make a channel."""
        workspace = self._slack.workspace
        self._slack.world.member(call.user)
        channel = workspace.create(call.user, call.name, is_private=call.is_private)
        return {"channel": channel.id}

    def rename(self, call: calls.RenameChannelCall) -> Json:
        """Give a channel another name."""
        self._slack.workspace.rename(self._slack.world.group(call.channel), call.name)
        return DONE

    def archive(self, call: calls.ArchiveCall) -> Json:
        """Archive a channel, or bring it back."""
        channel = self._slack.world.group(call.channel)
        self._slack.workspace.archive(channel, call.user, archived=call.archived)
        return DONE

    def members(self, call: calls.ChannelMembersCall) -> Json:
        """Take members, or the app, into a channel and out of it."""
        channel = self._slack.world.group(call.channel)
        for user in call.add:
            self._slack.workspace.invite(channel, user, call.user)
        for user in call.remove:
            self._slack.workspace.remove(channel, user, call.user)
        return {"members": sorted(channel.members)}

    def member(self, call: calls.MemberCall) -> Json:
        """Set what a member is."""
        roles = call.model_dump(exclude={"user"}, exclude_none=True)
        self._slack.workspace.set_roles(call.user, **roles)
        return DONE

    def app(self, call: calls.AppCall) -> Json:
        """Install the app, or uninstall it."""
        self._slack.workspace.install(installed=call.installed)
        return DONE

    def file(self, call: calls.FileCall) -> Json:
        """Keep a file that a member is about to hand over."""
        self._slack.world.member(call.user)
        try:
            content = base64.b64decode(call.content, validate=True)
        except binascii.Error as wrong:
            raise WrongCallError("content must be base64.") from wrong
        return {"file": self._slack.files.add(call.user, call.name, content, call.mimetype)}
