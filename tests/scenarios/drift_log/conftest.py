"""The people who look after drift in these scenarios, and the bot that serves them."""

import io
from collections.abc import AsyncIterator

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.stack.versions import PublishedStack
from sandbox.server import RunningSandbox
from tests.support.drift_reader import Reader
from tests.support.rehearsal import QUICK


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    """The bot with an outbox that hurries."""
    async with start(settings, timetable=Timetable(pace=QUICK, tick_seconds=0.05)) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
def maya(slack: RunningSandbox, onboarding: PublishedStack) -> Reader:
    """A steward."""
    return Reader(slack, "U0MAYA")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Reader:
    """The owner of the workspace, and so a steward too."""
    return Reader(slack, "U0HANNA")


@pytest.fixture
def priya(slack: RunningSandbox) -> Reader:
    """Somebody who only reads and reports."""
    return Reader(slack, "U0PRIYA")


@pytest.fixture
def sam(slack: RunningSandbox) -> Reader:
    """Somebody else who only reads and reports."""
    return Reader(slack, "U0SAM")
