"""`coherence usage`: what asking the model has cost."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.clock import system_clock
from storage.database import Database
from storage.usage import ModelUsage, add_usage
from tests.bot.cli import CommandLine, register_workspace_in


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, database_url: str
) -> CommandLine:
    register_workspace_in(database_url)
    monkeypatch.setenv("DATABASE_URL", database_url)
    return CommandLine(capsys, monkeypatch)


def use(database_url: str, days_ago: int, model: str = "gpt-5-mini") -> date:
    """Put a day's use on record; return the day."""
    day = system_clock().date() - timedelta(days=days_ago)

    async def record() -> None:
        database = Database(database_url)
        async with database.transaction() as session:
            row = ModelUsage(
                workspace_id="T0TEAM",
                day=day,
                model=model,
                calls=12,
                failures=1,
                prompt_tokens=30_000,
                cached_tokens=20_000,
                completion_tokens=1_000,
            )
            await add_usage(session, row)
        await database.close()

    asyncio.run(record())
    return day


def test_programs_read_each_day_and_model_and_today_s_budget(
    run: CommandLine, database_url: str
) -> None:
    yesterday, today = use(database_url, 1), use(database_url, 0)
    use(database_url, 0, "other")
    said = run("usage", "--format", "json").json
    assert [(each["day"], each["model"]) for each in said["days"]] == [
        (str(yesterday), "gpt-5-mini"),
        (str(today), "gpt-5-mini"),
        (str(today), "other"),
    ]
    assert said["days"][0] == {
        "day": str(yesterday),
        "model": "gpt-5-mini",
        "asked": 12,
        "failed": 1,
        "prompt_tokens": 30_000,
        "cached_tokens": 20_000,
        "completion_tokens": 1_000,
        "cost": None,
    }
    assert (said["today"]["asked"], said["today"]["tokens"]) == (24, 62_000)
    assert said["today"]["budget"] == 1_000_000
    assert said["today"]["renewed_at"] == f"{today + timedelta(days=1)}T00:00:00+00:00"


def test_only_the_days_asked_for_are_shown(run: CommandLine, database_url: str) -> None:
    for days_ago in (2, 30):
        use(database_url, days_ago)
    assert len(run("usage", "--format", "json").json["days"]) == 1
    assert len(run("usage", "--days", "31", "--format", "json").json["days"]) == 2
    assert run("usage", "--days", "2", "--format", "json").json["days"] == []
    assert "greater than or equal to 1" in run("usage", "--days", "0").refused()


def test_people_read_a_table_with_a_sum_and_what_is_left_today(
    run: CommandLine, database_url: str
) -> None:
    use(database_url, 1)
    today = use(database_url, 0)
    lines = run("usage").out.splitlines()
    assert lines[0].split() == [
        "day",
        "model",
        "asked",
        "failed",
        "tokens",
        "read",
        "of",
        "them",
        "cached",
        "tokens",
        "written",
    ]
    assert lines[2].split() == [str(today), "gpt-5-mini", "12", "1", "30,000", "20,000", "1,000"]
    assert lines[3].split() == ["all", "24", "2", "60,000", "40,000", "2,000"]
    assert lines[5] == (
        "Today 12 questions to the model, 31,000 of 1,000,000 tokens. "
        "The count begins anew at midnight UTC."
    )
    assert "COHERENCE_INPUT_PRICE" in lines[6]


def test_with_prices_the_cost_is_shown(
    run: CommandLine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHERENCE_INPUT_PRICE", "0.25")
    monkeypatch.setenv("COHERENCE_OUTPUT_PRICE", "2")
    use(database_url, 0)
    assert run("usage", "--format", "json").json["days"][0]["cost"] == "0.0095"
    lines = run("usage").out.splitlines()
    assert (lines[0].split()[-1], lines[1].split()[-1]) == ("cost", "0.0095")
    assert "COHERENCE_INPUT_PRICE" not in "".join(lines)


def test_a_spent_budget_says_until_when_and_what_happens_instead(
    run: CommandLine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(database_url, 0)
    monkeypatch.setenv("COHERENCE_DAILY_TOKENS", "31000")
    assert (
        run("usage")
        .out.splitlines()[4]
        .endswith("The budget is spent: until midnight UTC, checks run on the rules alone.")
    )
    monkeypatch.setenv("COHERENCE_DAILY_TOKENS", "0")
    assert "With a budget of 0, the model is never asked." in run("usage").out


def test_where_no_model_was_asked_that_is_said(run: CommandLine) -> None:
    assert run("usage").out.splitlines()[0] == "No model was asked in these days."
