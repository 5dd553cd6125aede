"""The command line on a fresh database: it asks Slack which workspace it serves."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.settings import Settings
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox.server import RunningSandbox
from storage.database import Database
from storage.workspaces import list_workspaces
from tests.bot.cli import CommandLine, Said
from tests.support.people import ONBOARDING
from tests.support.times import NOON

NAME = example_stack().journey
IMPORT = ("stack", "import", "--example", "--publish", "--note", "first", "--channel", ONBOARDING)

Run = Callable[..., Awaitable[Said]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    command_line = CommandLine(capsys, monkeypatch)

    async def in_a_thread(*arguments: str) -> Said:
        return await asyncio.to_thread(command_line, *arguments)

    return in_a_thread


@pytest.fixture
def environment(
    slack: RunningSandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    for name, value in {**slack.environment, "DATABASE_URL": settings.database_url}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
async def test_the_example_is_published_for_a_channel_once(
    run: Run, slack: RunningSandbox, database: Database
) -> None:
    said = await run(*IMPORT)
    assert (said.code, said.out) == (0, f"Version 1 of “{NAME}” is published.\n")
    again = await run(*IMPORT)
    assert (again.code, again.out) == (
        0,
        f"Nothing changed: version 1 of “{NAME}” says the same already.\n",
    )
    team = slack.world.team.id
    stacks = Stacks(database, lambda: NOON)
    assert [version.note for version in await stacks.history(team)] == ["first"]
    assert (await stacks.published_for_channel(team, ONBOARDING)).stack == example_stack()


async def test_slack_is_asked_once_and_remembered(
    run: Run, slack: RunningSandbox, environment: pytest.MonkeyPatch, database: Database
) -> None:
    await run(*IMPORT)
    environment.delenv("SLACK_BOT_TOKEN")
    assert (await run("stack", "show")).code == 0
    async with database.reading() as session:
        workspaces = await list_workspaces(session)
    assert [w.id for w in workspaces] == [slack.world.team.id]


async def test_a_token_that_slack_refuses_is_one_sentence_without_the_token(
    run: Run, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    sentence = (await run(*IMPORT)).refused()
    assert sentence.startswith("Slack refused SLACK_BOT_TOKEN (invalid_auth)")
    assert "xoxb" not in sentence


async def test_a_slack_that_does_not_answer_is_one_sentence(
    run: Run, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    sentence = (await run(*IMPORT)).refused()
    assert sentence == "Slack can't be reached at http://127.0.0.1:1/api/."
