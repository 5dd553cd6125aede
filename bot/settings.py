"""Settings from the environment or `.env`, read once; each fault is one sentence."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import InvalidSettings

ENV_FILE_VARIABLE = "COHERENCE_ENV_FILE"


class Transport(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


class LogFormat(StrEnum):
    """What a log line looks like."""

    CONSOLE = "console"
    JSON = "json"


def _with_slash(address: str) -> str:
    return address.rstrip("/") + "/"


def _names(listed: object) -> object:
    return listed.replace(",", " ").split() if isinstance(listed, str) else listed


class Settings(BaseSettings):
    """Everything that can be set from outside; `.env.example` and docs/settings.md say what for."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: Annotated[str, AfterValidator(_with_slash)] = Field(
        "https://slack.com/api/", validation_alias="SLACK_API_URL"
    )
    database_url: str = Field("sqlite:///var/coherence.db", validation_alias="DATABASE_URL")
    transport: Transport = Field(Transport.SOCKET, validation_alias="COHERENCE_TRANSPORT")
    host: str = Field("127.0.0.1", validation_alias="COHERENCE_HOST")
    port: int = Field(8080, ge=0, le=65_535, validation_alias="COHERENCE_PORT")
    log_format: LogFormat = Field(LogFormat.CONSOLE, validation_alias="COHERENCE_LOG_FORMAT")
    stewards: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        (), validation_alias="COHERENCE_STEWARDS"
    )
    clock_file: Path | None = Field(None, validation_alias="COHERENCE_CLOCK_FILE")


def load_settings() -> Settings:
    """Read the settings. Raises InvalidSettings.

    `COHERENCE_ENV_FILE` names another file than `.env`; empty, no file is read.
    """
    env_file = os.environ.get(ENV_FILE_VARIABLE, ".env") or None
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise InvalidSettings(
            *(f"{_variable(detail['loc'])}: {detail['msg']}." for detail in error.errors())
        ) from None


def missing_for_run(settings: Settings) -> list[str]:
    """Say what `coherence run` still needs, a sentence each; empty if nothing."""
    needed = [("SLACK_BOT_TOKEN", settings.slack_bot_token, "the bot speaks with it")]
    if settings.transport is Transport.SOCKET:
        needed.append(("SLACK_APP_TOKEN", settings.slack_app_token, "Socket Mode needs it"))
    else:
        needed.append(
            (
                "SLACK_SIGNING_SECRET",
                settings.slack_signing_secret,
                "HTTP requests are checked with it",
            )
        )
    return [
        f"{name} is missing: {reason} (docs/install.md)."
        for name, value, reason in needed
        if value is None
    ]


def _variable(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "settings"
