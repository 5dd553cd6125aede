"""All parts of the local Slack, put together."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.company import furnish
from sandbox.delivery import Delivery, Transport
from sandbox.events import AppEvents
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.http_delivery import HttpDelivery
from sandbox.manifest import Manifest, read_manifest
from sandbox.payloads import Payloads
from sandbox.posts import Posts
from sandbox.rate_limits import RateLimits
from sandbox.response_urls import ResponseUrls
from sandbox.socket_mode import SocketMode
from sandbox.traffic import Traffic
from sandbox.triggers import Triggers
from sandbox.uploads import Uploads
from sandbox.views import Views
from sandbox.workspace import Workspace
from sandbox.world import App, World


@dataclass(frozen=True)
class Credentials:
    """What the app proves itself with."""

    bot_token: str = field(default_factory=lambda: f"xoxb-sandbox-{secrets.token_hex(12)}")
    app_token: str = field(default_factory=lambda: f"xapp-sandbox-{secrets.token_hex(12)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))


@dataclass(frozen=True)
class Settings:
    """How the sandbox runs; times are in seconds of real time.

    `clock_file` gets the clock's offset for the bot to read. `retry_seconds` are the pauses
    before an event is sent again. `transport` is how the app is reached. `rate_limits` says
    whether calls are counted: off unless asked for, so that what a test may call does not depend
    on how fast it runs.
    """

    manifest: Path = Path(__file__).parent.parent / "manifest.yml"
    host: str = "127.0.0.1"
    port: int = 0
    transport: Transport = "socket"
    clock_file: Path | None = None
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    retry_seconds: tuple[float, ...] = (0.5, 2.0, 5.0)
    rate_limits: bool = False
    credentials: Credentials = field(default_factory=Credentials)


class LocalSlack:
    """The parts of one local Slack; every module works on what it needs of them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.credentials = settings.credentials
        self.manifest: Manifest = read_manifest(settings.manifest)
        self.clock = Clock(settings.clock_file)
        self.world = World(App(self.manifest.name))
        self.changes = Changes()
        self.views = Views()
        self.faults = Faults()
        self.rate_limits = RateLimits(on=settings.rate_limits)
        self.files = Files(self.clock)
        self.uploads = Uploads(self.files)
        self.traffic = Traffic(self.clock)
        self.triggers = Triggers(settings.trigger_seconds)
        self.response_urls = ResponseUrls()
        self.payloads = Payloads(self.world, self.credentials.verification_token)
        self.socket_mode = SocketMode(
            app_id=self.world.app.id,
            traffic=self.traffic,
            ack_seconds=settings.ack_seconds,
            on_change=self.changes.state,
        )
        self.http = HttpDelivery(
            signing_secret=self.credentials.signing_secret,
            verification_token=self.credentials.verification_token,
            traffic=self.traffic,
            ack_seconds=settings.ack_seconds,
            on_change=self.changes.state,
        )
        over_http = settings.transport == "http"
        self.delivery: Delivery = self.http if over_http else self.socket_mode
        self.events = AppEvents(
            world=self.world,
            manifest=self.manifest,
            payloads=self.payloads,
            delivery=self.delivery,
            retry_seconds=settings.retry_seconds,
        )
        self.posts = Posts(
            world=self.world, clock=self.clock, changes=self.changes, events=self.events
        )
        self.workspace = Workspace(
            world=self.world, clock=self.clock, changes=self.changes, events=self.events
        )
        self.url = ""
        furnish(self.world, self.clock)

    def found_at(self, url: str) -> None:
        """Note the address at which the server listens."""
        self.url = url
        self.response_urls.base = f"{url}/response/"
        self.files.base = f"{url}/files/"
        self.uploads.base = f"{url}/upload/"

    def reset(self) -> None:
        """Go back to the example company, real time and good weather."""
        held = (self.world, self.views, self.triggers, self.response_urls, self.files)
        for part in (*held, self.uploads, self.faults, self.rate_limits, self.traffic):
            part.clear()
        self.clock.reset()
        furnish(self.world, self.clock)
        self._announce_everything()

    def _announce_everything(self) -> None:
        self.changes.state()
        for channel in self.world.channels:
            self.changes.messages(channel, self.world.watchers(channel))
        for user in self.world.members:
            self.changes.views(user)
