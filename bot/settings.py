"""Settings from the environment or `.env`, read once; each fault is one sentence."""

import os
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError
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


def _usable_key(key: SecretStr) -> SecretStr:
    value = key.get_secret_value()
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise PydanticCustomError(
            "key",
            "it holds a space, a line break or a letter that no key has; copy it once more",
        )
    return key


def _endpoint(address: str) -> str:
    if not _is_endpoint(address):
        raise PydanticCustomError(
            "endpoint",
            "it must be an address such as https://api.openai.com/v1, without a question mark and "
            "without what belongs to one call, such as /chat/completions",
        )
    return address


def _is_endpoint(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and _is_plain(address, parts)
    except ValueError:
        return False


def _is_plain(address: str, parts: SplitResult) -> bool:
    """Say whether it is all that it seems: control characters and a user in it would be taken out."""
    return (
        parts.scheme in {"http", "https"}
        and parts.username is None
        and not (parts.query or parts.fragment)
        and not parts.path.rstrip("/").endswith("/completions")
        and address.isprintable()
        and " " not in address
    )


def _public_address(address: str) -> str:
    if not _is_endpoint(address):
        raise PydanticCustomError(
            "public_address",
            "it must be an address such as https://champion.example.com, without a question mark",
        )
    return address.rstrip("/")


_Price = Annotated[Decimal, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


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
    public_url: Annotated[str, AfterValidator(_public_address)] | None = Field(
        None, validation_alias="COHERENCE_PUBLIC_URL"
    )
    log_format: LogFormat = Field(LogFormat.CONSOLE, validation_alias="COHERENCE_LOG_FORMAT")
    stewards: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        (), validation_alias="COHERENCE_STEWARDS"
    )
    openai_api_key: Annotated[SecretStr, AfterValidator(_usable_key)] | None = Field(
        None, validation_alias="OPENAI_API_KEY"
    )
    openai_base_url: Annotated[str, AfterValidator(_endpoint)] = Field(
        "https://api.openai.com/v1", validation_alias="OPENAI_BASE_URL"
    )
    model: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
    ] = Field("gpt-5-mini", validation_alias="COHERENCE_MODEL")
    model_seconds: float = Field(
        20, gt=0, le=600, allow_inf_nan=False, validation_alias="COHERENCE_MODEL_SECONDS"
    )
    daily_tokens: int = Field(1_000_000, ge=0, validation_alias="COHERENCE_DAILY_TOKENS")
    input_price: _Price | None = Field(None, validation_alias="COHERENCE_INPUT_PRICE")
    output_price: _Price | None = Field(None, validation_alias="COHERENCE_OUTPUT_PRICE")
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
