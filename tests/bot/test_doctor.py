"""`coherence doctor` says in words what is ok, what is not, and what to do."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot import doctor
from bot.diagnosis import Finding, State
from bot.doctor import examine, examine_clock, examine_scopes, examine_settings
from bot.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.settings import Settings
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox import server
from sandbox.faults import Fault
from sandbox.local_slack import Settings as SlackSettings
from sandbox.server import RunningSandbox
from storage.database import Database
from storage.workspaces import register_workspace
from tests.bot.cli import run_process
from tests.support.times import NOON


async def examined(settings: Settings) -> dict[str, Finding]:
    database = Database(settings.database_url)
    try:
        return {finding.name: finding for finding in await examine(settings, database)}
    finally:
        await database.close()


def states(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: finding.state.value for name, finding in findings.items()}


async def test_a_right_set_up_is_ok_everywhere(settings: Settings) -> None:
    assert states(await examined(settings)) == {
        "bot token": "ok",
        "app token": "ok",
        "Slack": "ok",
        "identity": "ok",
        "scopes": "ok",
        "clock": "ok",
        "channels": "ok",
        "history": "ok",
        "pictures": "ok",
        "outbox": "ok",
        "Socket Mode": "ok",
        "database": "ok",
        "model": "not checked",
    }


async def test_under_http_the_signing_secret_counts_and_not_the_socket(
    slack: RunningSandbox, sqlite_url: str
) -> None:
    settings = Settings.model_validate(
        {**slack.environment, "DATABASE_URL": sqlite_url, "COHERENCE_TRANSPORT": "http"}
    )
    findings = await examined(settings)
    assert findings["signing secret"].state is State.OK
    assert findings["Socket Mode"].state is State.NOT_CHECKED
    assert "app token" not in findings


async def test_a_slack_that_cannot_be_reached_is_said_once(sqlite_url: str) -> None:
    settings = Settings.model_validate(
        {
            "SLACK_API_URL": "http://127.0.0.1:1/api/",
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "DATABASE_URL": sqlite_url,
        }
    )
    findings = await examined(settings)
    assert [name for name, f in findings.items() if f.state is State.NOT_OK] == ["Slack"]


@pytest.mark.parametrize(
    ("fault", "name"), [("invalid_auth", "identity"), ("account_inactive", "identity")]
)
async def test_a_refused_bot_token_is_named_by_slacks_reason(
    slack: RunningSandbox, settings: Settings, fault: str, name: str
) -> None:
    slack.slack.faults.add(Fault("auth.test", fault))
    findings = await examined(settings)
    assert findings[name].state is State.NOT_OK
    assert fault in findings[name].detail
    assert findings["scopes"].state is State.NOT_CHECKED


async def test_a_refused_app_token_is_named(slack: RunningSandbox, settings: Settings) -> None:
    slack.slack.faults.add(Fault("apps.connections.open", "invalid_auth"))
    finding = (await examined(settings))["Socket Mode"]
    assert finding.state is State.NOT_OK
    assert "connections:write" in (finding.advice or "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, ["SLACK_BOT_TOKEN is missing", "SLACK_APP_TOKEN is missing"]),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}, ["does not begin with xoxb-", "xapp-"]),
        ({"COHERENCE_TRANSPORT": "http", "SLACK_SIGNING_SECRET": "short"}, ["missing", "32 hexadecimal"]),
        ({"COHERENCE_TRANSPORT": "http"}, ["missing", "SLACK_SIGNING_SECRET is missing"]),
    ],
)  # fmt: skip
def test_tokens_of_the_wrong_kind_are_named(values: dict[str, str], said: list[str]) -> None:
    findings = list(examine_settings(Settings.model_validate(values)))
    assert [finding.state for finding in findings] == [State.NOT_OK] * 2
    for finding, words in zip(findings, said, strict=True):
        assert words in finding.detail


def test_missing_and_surplus_scopes_are_named() -> None:
    assert "missing: users:read" in examine_scopes(REQUIRED_SCOPES - {"users:read"}).detail
    assert (
        "more than the bot needs: files:read"
        in examine_scopes(REQUIRED_SCOPES | {"files:read"}).detail
    )
    assert examine_scopes(REQUIRED_SCOPES | OPTIONAL_SCOPES).state is State.OK


@pytest.mark.parametrize(
    ("seconds", "state", "said"),
    [(0, "ok", "agree"), (61, "not ok", "61 seconds ahead of"), (-90, "not ok", "90 seconds behind")],
)  # fmt: skip
def test_a_clock_that_is_off_is_told_by_how_much(seconds: int, state: str, said: str) -> None:
    finding = examine_clock(format_datetime(NOON, usegmt=True), NOON + timedelta(seconds=seconds))
    assert finding.state.value == state
    assert said in finding.detail


def test_without_a_date_the_clock_is_not_checked() -> None:
    assert examine_clock(None, datetime.now(UTC)).state is State.NOT_CHECKED


async def test_an_old_and_an_unreachable_database_are_told_apart(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert "no tables yet" in (await doctor.examine_database(empty)).detail
    await empty.close()
    gone = Database("postgresql://nobody@127.0.0.1:1/none")
    assert "can't be used" in (await doctor.examine_database(gone)).detail
    await gone.close()


@pytest.fixture
def generous_manifest(tmp_path: Path) -> Path:
    """The manifest with the optional scopes granted."""
    manifest = (server.PAGE.parent.parent / "manifest.yml").read_text()
    path = tmp_path / "manifest.yml"
    path.write_text(manifest.replace("- chat:write", "- channels:read\n      - chat:write"))
    return path


@pytest.fixture
async def generous(generous_manifest: Path) -> AsyncIterator[RunningSandbox]:
    running = await server.start(SlackSettings(manifest=generous_manifest))
    yield running
    await running.stop()


@pytest.mark.parametrize(
    ("channel", "state", "said"),
    [
        ("C0ONBOARD", "ok", "in all 1 linked channels"),
        ("C0RANDOM", "not ok", "the bot is not in #random"),
        ("C0NOWHERE", "not ok", "C0NOWHERE: channel_not_found"),
    ],
)
async def test_with_the_optional_scope_linked_channels_are_looked_at(
    generous: RunningSandbox, database_url: str, channel: str, state: str, said: str
) -> None:
    database = Database(database_url)
    async with database.transaction() as session:
        await register_workspace(session, generous.world.team.id, "Larkfield", now=NOON)
    await Stacks(database, lambda: NOON).import_draft(
        generous.world.team.id, example_stack(), author="a", channels=[channel]
    )
    await database.close()
    settings = Settings.model_validate({**generous.environment, "DATABASE_URL": database_url})
    finding = (await examined(settings))["channels"]
    assert (finding.state.value, said in finding.detail) == (state, True)


@pytest.fixture
def slack_elsewhere() -> Iterator[RunningSandbox]:
    """A local Slack in a thread of its own, for commands that run an event loop themselves."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    running = asyncio.run_coroutine_threadsafe(server.start(port=0), loop).result(10)
    yield running
    asyncio.run_coroutine_threadsafe(running.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_the_command_prints_a_line_for_each_and_no_token(
    slack_elsewhere: RunningSandbox, sqlite_url: str
) -> None:
    environment: dict[str, Any] = {**slack_elsewhere.environment, "DATABASE_URL": sqlite_url}
    done = run_process("doctor", **environment)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines[0] == "ok           bot token: SLACK_BOT_TOKEN is set and begins with xoxb-."
    assert lines[-1] == "not checked  model: without OPENAI_API_KEY checks run on rules."
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert environment[name] not in done.stdout.decode()


def test_json_says_the_same_and_a_fault_exits_with_one(
    slack_elsewhere: RunningSandbox, tmp_path: Path
) -> None:
    environment: dict[str, Any] = {
        **slack_elsewhere.environment,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
    }
    done = run_process("doctor", "--format", "json", **environment)
    assert done.returncode == 1
    [wrong] = [each for each in json.loads(done.stdout) if each["state"] == "not ok"]
    assert wrong["name"] == "database"
    assert "coherence db upgrade" in wrong["advice"]


def test_an_empty_environment_is_examined_too(tmp_path: Path) -> None:
    done = run_process(
        "doctor",
        DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}",
        SLACK_API_URL="http://127.0.0.1:1/api/",
    )
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (1, b"")
    assert "not ok       bot token: SLACK_BOT_TOKEN is missing. To do: copy it" in said
