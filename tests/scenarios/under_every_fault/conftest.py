import io
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.http_retry import builtin_async_handlers
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator

from bot import bootstrap
from bot import slack as bot_slack
from bot.bootstrap import Application
from bot.settings import Settings
from handlers import answers
from handlers.listeners import register
from sandbox.server import RunningSandbox
from tests.support.crossing import FAULTS, Crossing
from tests.support.insider import Insider
from tests.support.listening import Noting


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: what is crossed here are ways in and faults."""
    return sqlite_url


@pytest.fixture
def patience() -> aiohttp.ClientTimeout:
    """How long the bot waits for Slack's answers."""
    return aiohttp.ClientTimeout(total=10)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the listeners of the bot that were called."""
    names: list[str] = []

    def register_noting(app: AsyncApp, *others: Any, **named: Any) -> None:
        register(cast("AsyncApp", Noting(app, names)), *others, **named)

    monkeypatch.setattr(bootstrap, "register", register_noting)
    return names


@pytest.fixture
def settings(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    patience: aiohttp.ClientTimeout,
    called: list[str],
) -> Settings:
    """A bot that tries again at once."""
    monkeypatch.setattr(bot_slack, "REQUEST_TIMEOUT", patience)
    monkeypatch.setattr(bot_slack, "PAUSES", FixedValueRetryIntervalCalculator(fixed_internal=0))
    monkeypatch.setattr(answers, "PAUSES", (0.0, 0.0))
    # The SDK adds up to a second to the wait that a 429 asks for.
    monkeypatch.setattr(builtin_async_handlers, "random", SimpleNamespace(random=lambda: 0.0))
    return settings.model_copy(update={"public_url": "https://champion.example.com"})


@pytest.fixture
def maya(slack: RunningSandbox, bot: Application) -> Insider:
    return Insider(slack, bot)


@pytest.fixture(params=FAULTS, ids=[name.replace(" ", "_") for name in FAULTS])
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def crossing(
    bot: Application, logged: io.StringIO, called: list[str], patience: aiohttp.ClientTimeout
) -> Crossing:
    return Crossing(bot, logged, called, patience)
