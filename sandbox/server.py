"""Puts the local Slack behind one loopback address."""

import errno
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from sandbox.control import Control
from sandbox.files import add_file_routes
from sandbox.lab_control import LabControl
from sandbox.local_slack import LocalSlack, Settings
from sandbox.response_api import ResponseApi
from sandbox.uploads import add_upload_routes
from sandbox.web_api import WebApi
from sandbox.workspace_control import WorkspaceControl
from sandbox.world import World

PAGE = Path(__file__).parent / "page"
LARGEST_BODY = 4 * 1024 * 1024
SHUTDOWN_SECONDS = 1.0
NO_PAGE = "The sandbox runs. Its page is not there: sandbox/page/index.html is missing.\n"


class PortTakenError(Exception):
    """Another program listens on the port."""


class RunningSandbox:
    """A local Slack that answers on `url`.

    `environment` is all that a bot must be told to talk to it.
    """

    def __init__(self, slack: LocalSlack, control: Control, runner: web.AppRunner) -> None:
        self.slack = slack
        self.people = control.people
        self.surfaces = control.surfaces
        self._runner = runner

    @property
    def url(self) -> str:
        """Return the address of the page, without a trailing slash."""
        return self.slack.url

    @property
    def api_url(self) -> str:
        """Return the base address of the Web API, with a trailing slash."""
        return f"{self.slack.url}/api/"

    @property
    def world(self) -> World:
        """Return the workspace."""
        return self.slack.world

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings by which a bot finds this Slack."""
        credentials = self.slack.credentials
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": credentials.bot_token,
            "SLACK_APP_TOKEN": credentials.app_token,
            "SLACK_SIGNING_SECRET": credentials.signing_secret,
        }

    async def until_connected(self) -> None:
        """Return once the bot can be reached: its socket is open, its request URL answers."""
        await self.slack.delivery.wait_until_connected()

    async def send_to(self, request_url: str) -> None:
        """Reach the bot over HTTP at this address; Settings.transport must be `http`.

        Raise NotVerifiedError where the address does not answer Slack's challenge.
        """
        await self.slack.http.use(request_url)

    async def settle(self) -> None:
        """Return once every event that is on its way was acknowledged or given up."""
        await self.slack.events.settle()

    async def stop(self) -> None:
        """Close all connections and free the port."""
        await self.slack.events.stop()
        for way in (self.slack.socket_mode, self.slack.http):
            await way.close()
        await self._runner.cleanup()


async def start(settings: Settings | None = None, port: int | None = None) -> RunningSandbox:
    """Start a local Slack; port 0 takes any free one.

    Raise PortTakenError where the port is taken, ManifestError where the manifest is unusable.
    """
    settings = settings or Settings()
    if port is not None:
        settings = replace(settings, port=port)
    slack = LocalSlack(settings)
    control = Control(slack)
    app = web.Application(client_max_size=LARGEST_BODY)
    for part in (
        WebApi(slack),
        ResponseApi(slack),
        control,
        LabControl(slack),
        WorkspaceControl(slack),
    ):
        part.add_routes(app)
    app.router.add_get("/link/", slack.socket_mode.serve)
    token = slack.credentials.bot_token
    add_file_routes(app, slack.files, token, slack.manifest.scopes)
    add_upload_routes(app, slack.uploads, slack.files, slack.faults, slack.traffic)
    _add_page(app)
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)
    await runner.setup()
    slack.found_at(await _listen(runner, settings))
    return RunningSandbox(slack, control, runner)


async def _listen(runner: web.AppRunner, settings: Settings) -> str:
    site = web.TCPSite(runner, settings.host, settings.port, reuse_address=True)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(f"Port {settings.port} is taken.") from error
        raise
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


def _add_page(app: web.Application) -> None:
    async def index(_: web.Request) -> web.StreamResponse:
        page = PAGE / "index.html"
        if not page.is_file():
            return web.Response(text=NO_PAGE)
        return web.FileResponse(page, headers={"Cache-Control": "no-cache"})

    async def channel(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"/#{request.match_info['channel']}")

    async def fresh(request: web.Request, response: web.StreamResponse) -> None:
        if request.path.startswith("/page/"):
            response.headers["Cache-Control"] = "no-cache"
        if request.path.endswith(".js"):
            response.content_type = "text/javascript"

    app.on_response_prepare.append(fresh)
    app.router.add_get("/", index)
    app.router.add_get(r"/archives/{channel:\w+}/{message:p\d+}", channel)
    app.router.add_static("/page/", PAGE)
