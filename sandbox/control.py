"""The control API under `/sandbox`: what people do, for the page and for tests."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from sandbox import control_calls as calls
from sandbox.company import FIRST_PERSON
from sandbox.faults import Fault
from sandbox.local_slack import LocalSlack
from sandbox.messages import Message
from sandbox.people import People
from sandbox.shown import shown_message, shown_state, shown_view
from sandbox.surfaces import Surfaces
from sandbox.views import View
from sandbox.wire import Json, SlackError, WrongCallError

CallT = TypeVar("CallT", bound=calls.Call)
Answer = Json | Awaitable[Json]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
KEEP_ALIVE_SECONDS = 15.0
DONE: Json = {"ok": True}


class Control:
    """Serves the control API."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self.people = People(slack)
        self.surfaces = Surfaces(slack, self.people)

    def add_routes(self, app: web.Application) -> None:
        """Serve `/sandbox/…`."""
        get, post = app.router.add_get, app.router.add_post
        get("/sandbox/state", _read(self.state))
        get("/sandbox/messages", _read(self.messages))
        get("/sandbox/views", _read(self.views))
        get("/sandbox/traffic", _read(self.traffic))
        get("/sandbox/events", self.events)
        post("/sandbox/message", _done(calls.SayCall, self.say))
        post("/sandbox/message/edit", _done(calls.MessageCall, self.edit))
        post("/sandbox/message/delete", _done(calls.MessageCall, self.delete))
        post("/sandbox/command", _done(calls.CommandCall, self.command))
        post("/sandbox/shortcut", _done(calls.ShortcutCall, self.shortcut))
        post("/sandbox/action", _done(calls.ActionCall, self.action))
        post("/sandbox/options", _done(calls.OptionsCall, self.options))
        post("/sandbox/view/submit", _done(calls.SubmitCall, self.submit))
        post("/sandbox/view/close", _done(calls.CloseCall, self.close))
        post("/sandbox/home/open", _done(calls.ByMember, self.open_home))
        post("/sandbox/clock", _done(calls.ClockCall, self.clock))
        post("/sandbox/redeliver", _done(calls.RedeliverCall, self.redeliver))
        post("/sandbox/faults", _done(calls.FaultsCall, self.faults))
        post("/sandbox/reset", _done(calls.EmptyCall, self.reset))

    def state(self, query: Mapping[str, str]) -> Json:
        """Return the workspace as one member sees it, whoever acts first if none is named."""
        return shown_state(self._slack, query.get("user") or FIRST_PERSON)

    def messages(self, query: Mapping[str, str]) -> Json:
        """Return a channel's messages, or one thread's, as one member sees them."""
        user, channel = _needed(query, "user"), _needed(query, "channel")
        self._slack.world.channel_seen_by(user, channel)
        world = self._slack.world
        found = world.messages.seen_by(user, channel, query.get("thread_ts") or None)
        return {"messages": [shown_message(message, world) for message in found]}

    def views(self, query: Mapping[str, str]) -> Json:
        """Return a member's modals and Home."""
        user = _needed(query, "user")
        self._slack.world.member(user)
        home = self._slack.views.home(user)
        return {
            "views": [shown_view(view, self._slack) for view in self._slack.views.stack(user)],
            "home": shown_view(home, self._slack) if home is not None else None,
        }

    def traffic(self, query: Mapping[str, str]) -> Json:
        """Return what the app and the sandbox said to each other after entry `since`."""
        try:
            since = int(query.get("since", "0"))
        except ValueError as wrong:
            raise WrongCallError("since must be a whole number.") from wrong
        return {"entries": self._slack.traffic.since(since)}

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

    def open_home(self, call: calls.ByMember) -> Json:
        """Open the app's Home."""
        self.surfaces.open_home(call.user)
        return DONE

    def clock(self, call: calls.ClockCall) -> Json:
        """Move the application's clock."""
        now = self._slack.clock.advance(call.advance)
        self._slack.changes.state()
        return {"now": now}

    def redeliver(self, call: calls.RedeliverCall) -> Json:
        """Send the last event again."""
        self._slack.events.send_again(call.times)
        return DONE

    def faults(self, call: calls.FaultsCall) -> Json:
        """Add or clear faults."""
        faults = self._slack.faults
        if call.clear:
            faults.clear()
        if call.kind is not None:
            asked = call.model_dump(exclude={"clear"})
            faults.add(Fault(**asked))
        return {"faults": faults.listed()}

    def reset(self, _: calls.EmptyCall) -> Json:
        """Go back to the example company."""
        self._slack.reset()
        return DONE

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what has changed for one member, as server-sent events."""
        user = request.query.get("user", "")
        if user not in self._slack.world.members:
            return _refusal(f"There is no member {user!r}.", 404)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(b": listening\n\n")
        with self._slack.changes.listen(user) as changes:
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


def _read(answer: Callable[[Mapping[str, str]], Json]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(answer(request.query))
        except WrongCallError as error:
            return _refusal(str(error), error.status)

    return handle


def _done(model: type[CallT], answer: Callable[[CallT], Answer]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = answer(model.model_validate_json(await request.text() or "{}"))
            return web.json_response(await body if inspect.isawaitable(body) else body)
        except ValidationError as error:
            return _refusal(_sentence(error), 400)
        except WrongCallError as error:
            return _refusal(str(error), error.status)
        except SlackError as error:
            return _refusal(f"Slack would refuse this: {error.error}.", 400)

    return handle


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    return f"{where}: {first['msg']}."


def _refusal(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


def _needed(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    if not value:
        raise WrongCallError(f"{name} is missing.")
    return value
