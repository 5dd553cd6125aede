"""The control API's levers for developers: clock, traffic, faults, connections, rate limits."""

from collections.abc import Mapping

from aiohttp import web

from sandbox import control_calls as calls
from sandbox.control_routes import DONE, doing, reading
from sandbox.error_names import COMMON, known, may_answer
from sandbox.faults import ANY_METHOD, KINDS, RESPONSE_URL, Fault
from sandbox.local_slack import LocalSlack
from sandbox.methods import METHODS
from sandbox.uploads import FAULT_NAME as UPLOAD
from sandbox.wire import Json, WrongCallError


class LabControl:
    """Serves what no member of a workspace could do."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def add_routes(self, app: web.Application) -> None:
        """Serve `/sandbox/clock` and its like."""
        get, post = app.router.add_get, app.router.add_post
        get("/sandbox/traffic", reading(self.traffic))
        get("/sandbox/lab", reading(self.levers))
        post("/sandbox/clock", doing(calls.ClockCall, self.clock))
        post("/sandbox/redeliver", doing(calls.RedeliverCall, self.redeliver))
        post("/sandbox/faults", doing(calls.FaultsCall, self.faults))
        post("/sandbox/rate_limits", doing(calls.RateLimitsCall, self.rate_limits))
        post("/sandbox/connections", doing(calls.ConnectionsCall, self.connections))
        post("/sandbox/reset", doing(calls.EmptyCall, self.reset))

    def traffic(self, query: Mapping[str, str]) -> Json:
        """Return what the app and the sandbox said to each other after entry `since`."""
        try:
            since = int(query.get("since", "0"))
        except ValueError as wrong:
            raise WrongCallError("since must be a whole number.") from wrong
        return {"entries": self._slack.traffic.since(since)}

    def levers(self, _: Mapping[str, str]) -> Json:
        """Return how everything stands, and which faults each method can be given."""
        last = self._slack.events.last
        errors = {name: sorted(may_answer(name) - COMMON) for name in METHODS}
        return {
            "transport": self._slack.settings.transport,
            "rate_limits": self._slack.rate_limits.on,
            "faults": self._slack.faults.listed(),
            "last_event": last.name if last is not None else None,
            "kinds": list(KINDS),
            "common_errors": sorted(COMMON),
            "errors": {**errors, RESPONSE_URL: ["expired_url", "used_url"], UPLOAD: []},
        }

    def clock(self, call: calls.ClockCall) -> Json:
        """Move the application's clock."""
        now = self._slack.clock.advance(call.advance)
        self._slack.changes.state()
        return {"now": now}

    def redeliver(self, call: calls.RedeliverCall) -> Json:
        """Send the last event again."""
        if self._slack.events.last is None:
            raise WrongCallError("No event was sent yet.", 404)
        self._slack.events.send_again(call.times)
        return DONE

    def faults(self, call: calls.FaultsCall) -> Json:
        """Add or clear faults."""
        faults = self._slack.faults
        if call.clear:
            faults.clear()
        if call.kind is not None:
            _check_kind(call.method, call.kind)
            faults.add(Fault(**call.model_dump(exclude={"clear"})))
        return {"faults": faults.listed()}

    def rate_limits(self, call: calls.RateLimitsCall) -> Json:
        """Count calls in rate tiers, or stop counting."""
        self._slack.rate_limits.on = call.on
        self._slack.rate_limits.clear()
        return {"on": call.on}

    async def connections(self, call: calls.ConnectionsCall) -> Json:
        """Cut the app's sockets, or ask it to come back with new ones."""
        if self._slack.settings.transport == "http":
            raise WrongCallError("There are no sockets: the app is reached over HTTP.")
        if call.do == "drop":
            self._slack.socket_mode.drop()
        else:
            await self._slack.socket_mode.ask_to_reconnect()
        return DONE

    def reset(self, _: calls.EmptyCall) -> Json:
        """Go back to the example company."""
        self._slack.reset()
        return DONE


def _check_kind(method: str, kind: str) -> None:
    if kind in KINDS or method == RESPONSE_URL:
        return
    possible = known() if method == ANY_METHOD else may_answer(method)
    if kind not in possible:
        whose = "Slack never answers" if method == ANY_METHOD else f"{method} never answers"
        raise WrongCallError(f"{whose} {kind!r}.")
