"""The control API under `/sandbox`: what people do, for the page and for tests."""

import asyncio
import json
from collections.abc import Mapping

from aiohttp import web

from sandbox import control_calls as calls
from sandbox.company import FIRST_PERSON
from sandbox.control_routes import DONE, doing, needed, reading, refusal
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.people import People
from sandbox.shown import shown_message, shown_state, shown_view
from sandbox.surfaces import Surfaces
from sandbox.views import View
from sandbox.wire import Json, WrongCallError

KEEP_ALIVE_SECONDS = 15.0


class Control:
    """Serves the control API."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self.people = People(slack)
        self.surfaces = Surfaces(slack, self.people)

    def add_routes(self, app: web.Application) -> None:
        """Serve `/sandbox/…`."""
        get, post = app.router.add_get, app.router.add_post
        get("/sandbox/state", reading(self.state))
        get("/sandbox/messages", reading(self.messages))
        get("/sandbox/views", reading(self.views))
        get("/sandbox/events", self.events)
        post("/sandbox/message", doing(calls.SayCall, self.say))
        post("/sandbox/message/edit", doing(calls.MessageCall, self.edit))
        post("/sandbox/message/delete", doing(calls.MessageCall, self.delete))
        post("/sandbox/command", doing(calls.CommandCall, self.command))
        post("/sandbox/shortcut", doing(calls.ShortcutCall, self.shortcut))
        post("/sandbox/action", doing(calls.ActionCall, self.action))
        post("/sandbox/options", doing(calls.OptionsCall, self.options))
        post("/sandbox/view/submit", doing(calls.SubmitCall, self.submit))
        post("/sandbox/view/close", doing(calls.CloseCall, self.close))
        post("/sandbox/home/open", doing(calls.HomeCall, self.open_home))

    def state(self, query: Mapping[str, str]) -> Json:
        """Return the workspace as one member sees it, whoever acts first if none is named."""
        return shown_state(self._slack, query.get("user") or FIRST_PERSON)

    def messages(self, query: Mapping[str, str]) -> Json:
        """Return a channel's messages, or one thread's, as one member sees them."""
        user, channel = needed(query, "user"), needed(query, "channel")
        self._slack.world.channel_seen_by(user, channel)
        world = self._slack.world
        found = world.messages.seen_by(user, channel, query.get("thread_ts") or None)
        return {"messages": [shown_message(message, world) for message in found]}

    def views(self, query: Mapping[str, str]) -> Json:
        """Return a member's modals and Home."""
        user = needed(query, "user")
        self._slack.world.member(user)
        home = self._slack.views.home(user)
        return {
            "views": [shown_view(view, self._slack) for view in self._slack.views.stack(user)],
            "home": shown_view(home, self._slack) if home is not None else None,
        }

    def say(self, call: calls.SayCall) -> Json:
        """Say something as a member."""
        message = self.people.say(
            call.user,
            call.channel,
            call.text,
            thread_ts=call.thread_ts,
            subtype=call.subtype,
            blocks=call.blocks,
            files=call.files,
        )
        return {"message": shown_message(message, self._slack.world)}

    def edit(self, call: calls.MessageCall) -> Json:
        """Edit a member's own message."""
        self.people.edit(call.user, call.channel, call.ts, call.text)
        return DONE

    def delete(self, call: calls.MessageCall) -> Json:
        """Delete a member's own message."""
        self.people.delete(call.user, call.channel, call.ts)
        return DONE

    async def command(self, call: calls.CommandCall) -> Json:
        """Run a slash command."""
        return await self.people.command(call.user, call.channel, call.command, call.text)

    async def shortcut(self, call: calls.ShortcutCall) -> Json:
        """Use a shortcut."""
        return await self.people.shortcut(call.user, call.callback_id, call.channel, call.ts)

    async def action(self, call: calls.ActionCall) -> Json:
        """Use an interactive element."""
        place = self._place(call)
        if isinstance(place, View):
            return await self.surfaces.act_in_view(
                place,
                block_id=call.block_id,
                action_id=call.action_id,
                value=call.value,
                state=call.state,
            )
        return await self.surfaces.act_on_message(
            call.user, place, block_id=call.block_id, action_id=call.action_id, value=call.value
        )

    async def options(self, call: calls.OptionsCall) -> Json:
        """Ask the app for the options of an external select."""
        return await self.surfaces.options(
            call.user,
            self._place(call),
            block_id=call.block_id,
            action_id=call.action_id,
            query=call.query,
        )

    async def submit(self, call: calls.SubmitCall) -> Json:
        """Submit a modal."""
        view = self._slack.views.held_by(call.user, call.view_id)
        return await self.surfaces.submit(view, call.state)

    def close(self, call: calls.CloseCall) -> Json:
        """Close a modal, or all of them."""
        view = self._slack.views.held_by(call.user, call.view_id)
        self.surfaces.close(view, clear=call.clear)
        return DONE

    def open_home(self, call: calls.HomeCall) -> Json:
        """Open the app's Home, or its messages."""
        self.surfaces.open_home(call.user, call.tab)
        return DONE

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what has changed for one member, as server-sent events."""
        user = request.query.get("user", "")
        if user not in self._slack.world.members:
            return refusal(f"There is no member {user!r}.", 404)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        with self._slack.changes.listen(user) as changes:
            await response.prepare(request)
            await response.write(b": listening\n\n")
            await _stream(changes, response)
        return response

    def _place(self, call: calls.PlaceCall) -> View | Message:
        if call.view_id is not None:
            return self._slack.views.held_by(call.user, call.view_id)
        if call.channel is None or call.ts is None:
            raise WrongCallError("Name a view_id, or a channel and ts.")
        return self.people.message_seen_by(call.user, call.channel, call.ts)


async def _stream(changes: asyncio.Queue[Json], response: web.StreamResponse) -> None:
    while True:
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                line = f"data: {json.dumps(await changes.get())}\n\n"
        except TimeoutError:
            line = ": still here\n\n"
        try:
            await response.write(line.encode())
        except ConnectionError:
            return
