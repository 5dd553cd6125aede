import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from sandbox.error_names import may_answer
from sandbox.local_slack import Settings
from sandbox.methods import METHODS
from sandbox.server import RunningSandbox, start
from tests.sandbox.minimal_app import Controls, MinimalApp

SCOPES = [
    "chat:write",
    "files:write",
    "commands",
    "users:read",
    "im:write",
    *(f"{kind}:{what}" for kind in ("channels", "im") for what in ("history", "read")),
]
EVENTS = ["message.im", "message.channels", "app_mention", "app_home_opened"]
MANIFEST = {
    "features": {
        "bot_user": {"display_name": "Test App"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/try", "description": "Try", "should_escape": True},
            {"command": "/raw", "description": "Try without links"},
        ],
        "shortcuts": [
            {"name": "Anywhere", "type": "global", "callback_id": "anywhere"},
            {"name": "On it", "type": "message", "callback_id": "on_it"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {"event_subscriptions": {"bot_events": EVENTS}},
}


def foreign_errors(running: RunningSandbox) -> list[tuple[str, str]]:
    """Errors that were answered in a test and that Slack's method never answers."""
    answers = [
        (entry["name"], entry["response"].get("error"))
        for entry in running.slack.traffic.since()
        if entry["direction"] == "to_slack" and isinstance(entry["response"], dict)
    ]
    return [
        (name, error)
        for name, error in answers
        if name in METHODS and error is not None and error not in may_answer(name)
    ]


@pytest.fixture
def sandbox_settings(tmp_path: Path) -> Settings:
    """Settings of a sandbox whose app may do much and is not waited for long."""
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
    return Settings(
        manifest=manifest,
        clock_file=tmp_path / "clock",
        retry_seconds=(0.0, 0.0, 0.0),
    )


@pytest.fixture
async def sandbox(sandbox_settings: Settings) -> AsyncIterator[RunningSandbox]:
    running = await start(sandbox_settings)
    yield running
    await running.stop()
    assert foreign_errors(running) == []


@pytest.fixture
async def impatient(sandbox_settings: Settings) -> AsyncIterator[RunningSandbox]:
    """A sandbox that waits for acks a twentieth of a second only."""
    running = await start(replace(sandbox_settings, ack_seconds=0.05))
    yield running
    await running.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def app(sandbox: RunningSandbox, session: aiohttp.ClientSession) -> AsyncIterator[MinimalApp]:
    """An app connected to the sandbox."""
    connected = MinimalApp(sandbox, session)
    async with connected.connected():
        yield connected


@pytest.fixture
def controls(sandbox: RunningSandbox, session: aiohttp.ClientSession) -> Controls:
    return Controls(sandbox, session)
