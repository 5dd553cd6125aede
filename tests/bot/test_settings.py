import os
from decimal import Decimal
from pathlib import Path

import pytest

from bot.errors import InvalidSettings
from bot.settings import Settings, Transport, load_settings, missing_for_run


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


@pytest.mark.parametrize(
    "key",
    ["sk-gehe im", "sk-geheim\n", "sk-geheim\r\nX-Other: 1", "sk-gehëim", "“sk-geheim”", "\x00"],
)
def test_a_key_that_cannot_be_one_is_said_in_one_sentence_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    with pytest.raises(InvalidSettings) as refused:
        _load(monkeypatch, OPENAI_API_KEY=key)
    assert refused.value.sentences == (
        "OPENAI_API_KEY: it holds a space, a line break or a letter that no key has; copy it once more.",
    )


@pytest.mark.parametrize(
    "address",
    [
        "api.openai.com/v1",
        "ftp://127.0.0.1/v1",
        "https://",
        "https:///v1",
        "http://[::1/v1",
        "http://127.0.0.1:99999/v1",
        "http://127.0.0.1:0/v1",
        "https://geheim:wort@model.example/v1",
        "https://model.example/v1?key=geheim",
        "https://model.example/v1#geheim",
        "https://model.example/v1/chat/completions",
        "https://model.example/v 1",
        "https://model.example/v1\n",
    ],
)
def test_an_address_that_no_model_answers_at_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with pytest.raises(InvalidSettings) as refused:
        _load(monkeypatch, OPENAI_BASE_URL=address)
    [sentence] = refused.value.sentences
    assert sentence.startswith("OPENAI_BASE_URL: it must be an address such as https://")
    assert "geheim" not in sentence


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/v1",
        "https://model.example",
        "http://[::1]:80/v1/",
        "https://x.example/a/v1",
    ],
)
def test_an_address_of_a_compatible_server_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert _load(monkeypatch, OPENAI_BASE_URL=address).openai_base_url == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COHERENCE_MODEL", " "),
        ("COHERENCE_MODEL_SECONDS", "0"),
        ("COHERENCE_MODEL_SECONDS", "inf"),
        ("COHERENCE_MODEL_SECONDS", "nan"),
        ("COHERENCE_DAILY_TOKENS", "-1"),
        ("COHERENCE_DAILY_TOKENS", "many"),
        ("COHERENCE_INPUT_PRICE", "-0.1"),
        ("COHERENCE_OUTPUT_PRICE", "NaN"),
    ],
)
def test_an_impossible_number_for_the_model_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(InvalidSettings, match=name):
        _load(monkeypatch, **{name: value})


def test_prices_are_kept_to_the_last_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(monkeypatch, COHERENCE_INPUT_PRICE="0.10", COHERENCE_OUTPUT_PRICE="2")
    assert (settings.input_price, settings.output_price) == (Decimal("0.10"), Decimal(2))


def _load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    # Not through os.environ, which takes no null character.
    monkeypatch.setattr(os, "environ", {**os.environ, **values})
    return load_settings()
