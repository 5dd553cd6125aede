import asyncio
import gc
import io
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import hypothesis
import pytest
import structlog
from sqlmodel import SQLModel

from bot.bootstrap import Application, start
from bot.logs import configure_logs
from bot.settings import LogFormat, Settings
from sandbox import server as sandbox_server
from sandbox.server import RunningSandbox
from storage.database import Database
from storage.migrations.upgrade import upgrade
from tests.support.model_server import ModelServer
from tests.support.network import forbid_network
from tests.support.postgres import (
    TEMPLATE,
    TestServer,
    create_database,
    database_address,
    drop_database,
    start_server,
)

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

_CLEARED = ("SLACK_", "OPENAI_", "COHERENCE_", "DATABASE_URL")
_server = pytest.StashKey[TestServer]()
_folder = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    forbid_network()
    for name in [name for name in os.environ if name.startswith(_CLEARED)]:
        del os.environ[name]
    os.environ["COHERENCE_ENV_FILE"] = ""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.stash[_server] = start_server()
    config.stash[_folder] = Path(tempfile.mkdtemp(prefix="coherence-tests-"))
    asyncio.run(_make_templates(config))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - xdist's
    node.workerinput["postgres"] = node.config.stash[_server].address
    node.workerinput["sqlite"] = str(_sqlite_template(node.config))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server in config.stash:
        config.stash[_server].stop()
        shutil.rmtree(config.stash[_folder])


def pytest_collection_finish() -> None:
    # What is imported by now stays: looking through it again and again would stop everything for a while.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    # Each mapper keeps what it has compiled, and with it every test's engine.
    for mapper in SQLModel._sa_registry.mappers:
        mapper._compiled_cache.clear()


async def _make_templates(config: pytest.Config) -> None:
    template = database_address(config.stash[_server].address, TEMPLATE)
    for address in (template, f"sqlite:///{_sqlite_template(config)}"):
        database = Database(address)
        await upgrade(database)
        await database.close()


def _sqlite_template(config: pytest.Config) -> Path:
    return config.stash[_folder] / "template.db"


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> str:
    worker = getattr(pytestconfig, "workerinput", None)
    return str(worker["postgres"]) if worker else pytestconfig.stash[_server].address


@pytest.fixture(scope="session")
def sqlite_template(pytestconfig: pytest.Config) -> Path:
    worker = getattr(pytestconfig, "workerinput", None)
    return Path(worker["sqlite"]) if worker else _sqlite_template(pytestconfig)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a migrated SQLite database of the test's own."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgresql_url(postgres: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of the test's own."""
    name = create_database(postgres)
    yield database_address(postgres, name)
    drop_database(postgres, name)


@pytest.fixture
def second_postgresql_url(postgres: str) -> Iterator[str]:
    """The address of one more, for tests that need two."""
    name = create_database(postgres)
    yield database_address(postgres, name)
    drop_database(postgres, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database of the test's own: the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the bot logs, formatted as in a terminal."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(LogFormat.CONSOLE, stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = before


@pytest.fixture
async def slack() -> AsyncIterator[RunningSandbox]:
    """A local Slack with the example company."""
    running = await sandbox_server.start(port=0)
    yield running
    await running.stop()


@pytest.fixture
def settings(slack: RunningSandbox, database_url: str) -> Settings:
    """Settings of a bot in that Slack."""
    return Settings.model_validate({**slack.environment, "DATABASE_URL": database_url})


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    """A local model, which answers honestly unless a test scripts it."""
    async with ModelServer() as server:
        yield server


@pytest.fixture
def judged_settings(slack: RunningSandbox, model: ModelServer, database_url: str) -> Settings:
    """Settings of a bot in that Slack that asks that model."""
    return Settings.model_validate(
        {**slack.environment, **model.environment, "DATABASE_URL": database_url}
    )


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    """The bot, connected by Socket Mode."""
    running: AbstractAsyncContextManager[Application] = start(settings)
    async with running as application:
        await slack.until_connected()
        yield application
