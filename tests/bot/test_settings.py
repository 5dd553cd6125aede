from pathlib import Path

import pytest

from bot.errors import InvalidSettings
from bot.settings import Transport, load_settings, missing_for_run


def test_an_empty_environment_names_each_missing_setting_in_one_sentence() -> None:
    assert missing_for_run(load_settings()) == [
        "SLACK_BOT_TOKEN is missing: the bot speaks with it (docs/install.md).",
        "SLACK_APP_TOKEN is missing: Socket Mode needs it (docs/install.md).",
    ]


def test_http_needs_the_signing_secret_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COHERENCE_TRANSPORT", "http")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    settings = load_settings()
    assert settings.transport is Transport.HTTP
    assert missing_for_run(settings) == [
        "SLACK_SIGNING_SECRET is missing: HTTP requests are checked with it (docs/install.md)."
    ]


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/api", "http://127.0.0.1:1/api/"])
def test_slacks_address_may_end_in_a_slash_or_not(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", address)
    assert load_settings().slack_api_url == "http://127.0.0.1:1/api/"


@pytest.mark.parametrize(
    ("name", "value"), [("COHERENCE_PORT", "geheim"), ("COHERENCE_TRANSPORT", "geheim")]
)
def test_a_wrong_value_is_named_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=name) as refused:
        load_settings()
    assert "geheim" not in str(refused.value)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert load_settings().slack_bot_token is None


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "other.env").write_text("COHERENCE_PORT=1111\nCOHERENCE_HOST=0.0.0.0\n")
    monkeypatch.setenv("COHERENCE_ENV_FILE", str(tmp_path / "other.env"))
    monkeypatch.setenv("COHERENCE_PORT", "2222")
    settings = load_settings()
    assert (settings.port, settings.host) == (2222, "0.0.0.0")  # noqa: S104 - a value, not a bind


def test_tokens_are_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-geheim")
    assert "geheim" not in repr(load_settings())
