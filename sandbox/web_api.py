"""The Web API: `/api/<method>`, checked and answered as Slack does."""

import json
import time
from collections.abc import Mapping

from aiohttp import web

from sandbox.arguments import arguments, structured, text_of
from sandbox.faults import answer_under, drop, rate_limited
from sandbox.local_slack import LocalSlack
from sandbox.methods import METHODS, Method
from sandbox.rate_limits import RateLimitedError
from sandbox.wire import Json, SlackError


class WebApi:
    """Serves the methods that the app calls."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def add_routes(self, app: web.Application) -> None:
        """Serve `/api/<method>` for GET and POST."""
        app.router.add_route("GET", "/api/{method}", self.answer)
        app.router.add_route("POST", "/api/{method}", self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or fail where a fault is due."""
        started = time.monotonic()
        name = request.match_info["method"]
        args = await arguments(request)
        fault = self._slack.faults.take(name)
        response = await answer_under(
            fault,
            request,
            lambda: self._respond(name, args, request),
            lambda error: web.json_response(self._refused(name, error)),
        )
        self._slack.traffic.record(
            "to_slack",
            name,
            request=args,
            response=body_of(response),
            status=response.status if response is not None else "no answer",
            seconds=time.monotonic() - started,
        )
        return response if response is not None else drop(request)

    def _respond(self, name: str, args: Json, request: web.Request) -> web.Response:
        headers = {"x-oauth-scopes": ",".join(sorted(self._slack.manifest.scopes))}
        method = METHODS.get(name)
        if method is not None and method.scopes:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        try:
            body = self._called(name, method, args, request.headers)
        except RateLimitedError as error:
            return rate_limited(error.retry_after)
        except SlackError as error:
            body = error.answer()
            if method is not None:
                body["error"] = method.renamed.get(error.error, error.error)
        return web.json_response(body, headers=headers)

    def _called(
        self, name: str, method: Method | None, args: Json, headers: Mapping[str, str]
    ) -> Json:
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if "_malformed" in args:
            raise SlackError(args["_malformed"])
        token = self._check_token(method, args, headers)
        channel = text_of(args, "channel")
        self._slack.rate_limits.count(name, method.tier, token, channel)
        self._check_scope(method)
        given = structured({name: args[name] for name in args if name != "token"})
        method.check_types(given)
        method.check_required(given)
        return {"ok": True, **method.run(self._slack, given), **method.warnings(given)}

    def _check_token(self, method: Method, args: Json, headers: Mapping[str, str]) -> str:
        kind, _, bearer = headers.get("Authorization", "").partition(" ")
        token = bearer.strip() if kind.lower() == "bearer" else text_of(args, "token")
        if method.caller == "anybody":
            return token
        if not token:
            raise SlackError("not_authed")
        credentials = self._slack.credentials
        known = {"bot": credentials.bot_token, "app": credentials.app_token}
        if token not in known.values():
            raise SlackError("invalid_auth")
        if token == credentials.bot_token and not self._slack.world.app_installed:
            raise SlackError("account_inactive")
        if token != known[method.caller]:
            raise SlackError("not_allowed_token_type")
        return token

    def _check_scope(self, method: Method) -> None:
        if method.scopes and not self._slack.manifest.scopes.intersection(method.scopes):
            raise self._missing_scope(method)

    def _missing_scope(self, method: Method | None) -> SlackError:
        return SlackError(
            "missing_scope",
            needed=",".join(method.scopes) if method is not None else "",
            provided=",".join(sorted(self._slack.manifest.scopes)),
        )

    def _refused(self, name: str, error: str) -> Json:
        """Return the answer that a fault asks for."""
        if error == "missing_scope":
            return self._missing_scope(METHODS.get(name)).answer()
        return SlackError(error).answer()


def body_of(response: web.Response | None) -> object:
    """Return what an answer says, as JSON where it is, for the traffic log."""
    if response is None or response.text is None:
        return None
    if response.content_type != "application/json":
        return response.text
    return json.loads(response.text)
