"""What the bot says when it can't start."""

import pytest
from pydantic import SecretStr

from bot.bootstrap import start
from bot.errors import InvalidSettings, SlackRefused
from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.server import RunningSandbox


async def refusal(settings: Settings) -> str:
    with pytest.raises((SlackRefused, InvalidSettings)) as refused:
        async with start(settings):
            pass
    return str(refused.value)


@pytest.fixture
def settings(slack: RunningSandbox, sqlite_url: str) -> Settings:
    return Settings.model_validate({**slack.environment, "DATABASE_URL": sqlite_url})


@pytest.mark.parametrize(
    ("field", "variable"),
    [("slack_bot_token", "SLACK_BOT_TOKEN"), ("slack_app_token", "SLACK_APP_TOKEN")],
)
async def test_a_token_that_slack_refuses_is_named_and_not_repeated(
    settings: Settings, field: str, variable: str
) -> None:
    wrong = settings.model_copy(update={field: SecretStr("xoxb-geheim")})
    sentence = await refusal(wrong)
    assert sentence.startswith(f"Slack refused {variable} (invalid_auth): ")
    assert "geheim" not in sentence


async def test_a_slack_out_of_reach_is_said_in_one_sentence(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})
    assert await refusal(nowhere) == "Slack can't be reached at http://127.0.0.1:9/api/."


async def test_an_inactive_account_is_said_by_slacks_own_name(
    slack: RunningSandbox, settings: Settings
) -> None:
    slack.slack.faults.add(Fault("auth.test", "account_inactive"))
    assert "(account_inactive)" in await refusal(settings)


async def test_missing_settings_are_all_said_at_once() -> None:
    sentence = await refusal(Settings(_env_file=None))
    assert "SLACK_BOT_TOKEN is missing" in sentence
    assert "SLACK_APP_TOKEN is missing" in sentence
