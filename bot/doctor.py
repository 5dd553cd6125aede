"""What `coherence doctor` looks at: settings, Slack, the database, the model; it changes nothing."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import regex
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.diagnosis import Finding, State, bad, good
from bot.model_doctor import examine_model
from bot.scopes import (
    CHANNEL_SCOPES,
    HISTORY_SCOPES,
    OPTIONAL_SCOPES,
    PICTURE_SCOPES,
    REQUIRED_SCOPES,
)
from bot.settings import Settings, Transport
from bot.slack import make_client, open_session
from storage.database import Database
from storage.journeys import list_linked_channels
from storage.migrations.upgrade import current_revision, newest_revision
from storage.outbox import WAITING, count_deliveries
from storage.outbox import State as OutboxState

MOST_SKEW_SECONDS = 60
"""Slack's signatures are good for five minutes; a clock that is a minute off will not stop there."""

_PATIENCE_SECONDS = 15
_UNREACHABLE = (aiohttp.ClientError, TimeoutError, SlackClientError)


async def examine(settings: Settings, database: Database) -> list[Finding]:
    """Look at everything; what can't be looked at is said to be not checked."""
    findings = list(examine_settings(settings))
    async with open_session() as http:
        findings += await _examine_slack(settings, database, http)
        findings += [await _examine_socket(settings, http)]
    findings += [await examine_database(database), await examine_model(settings)]
    return findings


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Say of each token whether it is of the right kind."""
    yield _token("bot token", "SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-")
    if settings.transport is Transport.SOCKET:
        yield _token("app token", "SLACK_APP_TOKEN", settings.slack_app_token, "xapp-")
    else:
        yield _signing_secret(settings.slack_signing_secret)


def _token(name: str, variable: str, token: SecretStr | None, prefix: str) -> Finding:
    page = "OAuth & Permissions" if prefix == "xoxb-" else "Basic Information, App-Level Tokens"
    if token is None:
        return bad(name, f"{variable} is missing", f"copy it from the app's page “{page}”")
    if not token.get_secret_value().startswith(prefix):
        detail = f"{variable} does not begin with {prefix}, so it is another kind of token"
        return bad(name, detail, f"copy the right one from the app's page “{page}”")
    return good(name, f"{variable} is set and begins with {prefix}")


def _signing_secret(secret: SecretStr | None) -> Finding:
    advice = "copy the signing secret from the app's page “Basic Information”"
    if secret is None:
        return bad("signing secret", "SLACK_SIGNING_SECRET is missing", advice)
    if not regex.fullmatch(r"[0-9a-f]{32}", secret.get_secret_value()):
        return bad("signing secret", "SLACK_SIGNING_SECRET is not 32 hexadecimal digits", advice)
    return good("signing secret", "SLACK_SIGNING_SECRET is set and has the right shape")


async def _examine_slack(
    settings: Settings, database: Database, http: aiohttp.ClientSession
) -> list[Finding]:
    client = make_client(settings.slack_bot_token, settings.slack_api_url, http)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return _refused(error)
    except _UNREACHABLE:
        unreachable = bad(
            "Slack",
            f"{settings.slack_api_url} can't be reached",
            "see that this machine may call it, and that SLACK_API_URL is right",
        )
        return [unreachable, *_not_checked("Slack can't be reached", *_ASKED_OF_SLACK)]
    granted = _granted(answer)
    return [
        good("Slack", f"{settings.slack_api_url} answers"),
        good("identity", f"the bot is {answer.get('user')} in {answer.get('team')}"),
        examine_scopes(granted),
        examine_clock(_header(answer, "date"), datetime.now(UTC)),
        await _examine_channels(client, database, str(answer["team_id"]), granted),
        examine_history(granted),
        examine_pictures(granted),
        await _examine_outbox(database, str(answer["team_id"])),
    ]


_ASKED_OF_SLACK = ("identity", "scopes", "clock", "channels", "history", "pictures", "outbox")


def _refused(error: SlackApiError) -> list[Finding]:
    response = error.response
    return [
        good("Slack", "it answers"),
        bad(
            "identity",
            f"Slack refuses SLACK_BOT_TOKEN ({response.get('error')})",
            "install the app again and copy the new bot token from “OAuth & Permissions”",
        ),
        *_not_checked("Slack refuses the bot token", "scopes"),
        examine_clock(_header(response, "date"), datetime.now(UTC)),
        *_not_checked("Slack refuses the bot token", "channels", "history", "pictures", "outbox"),
    ]


def examine_scopes(granted: frozenset[str]) -> Finding:
    """Hold what was granted against what the bot needs."""
    if missing := REQUIRED_SCOPES - granted:
        return bad(
            "scopes",
            f"missing: {_listed(missing)}",
            "paste the manifest into the app's page “App Manifest” and install the app again",
        )
    if surplus := granted - REQUIRED_SCOPES - OPTIONAL_SCOPES:
        return bad(
            "scopes",
            f"more than the bot needs: {_listed(surplus)}",
            "take them away on the app's page “OAuth & Permissions”",
        )
    return good("scopes", _listed(granted))


def examine_clock(slacks: str | None, ours: datetime) -> Finding:
    """Hold our clock against the Date header of Slack's answer."""
    try:
        theirs = parsedate_to_datetime(slacks or "")
    except ValueError:
        return Finding("clock", State.NOT_CHECKED, "Slack's answer carries no date")
    skew = (ours - theirs).total_seconds()
    if abs(skew) > MOST_SKEW_SECONDS:
        which = "ahead of" if skew > 0 else "behind"
        detail = f"this machine is {abs(skew):,.0f} seconds {which} Slack"
        return bad("clock", detail, "set this machine's clock, for example with NTP")
    return good("clock", "this machine and Slack agree about the time")


async def _examine_channels(
    client: AsyncWebClient, database: Database, workspace_id: str, granted: frozenset[str]
) -> Finding:
    if not granted & CHANNEL_SCOPES:
        return Finding(
            "channels",
            State.NOT_CHECKED,
            f"looking at channels needs an optional scope ({_listed(CHANNEL_SCOPES)}); "
            "checks work without it",
        )
    try:
        async with database.reading() as session:
            linked = await list_linked_channels(session, workspace_id)
    except SQLAlchemyError:
        return Finding("channels", State.NOT_CHECKED, "the database can't be read")
    if wrong := [fault for link in linked if (fault := await _channel_fault(client, link))]:
        return bad(
            "channels",
            "; ".join(wrong),
            "invite the bot with “/invite @Coherence Champion”, or link another channel",
        )
    return good("channels", f"the bot is in all {len(linked)} linked channels")


def examine_history(granted: frozenset[str]) -> Finding:
    """Say whether posts of our own can be looked up."""
    if missing := HISTORY_SCOPES - granted:
        return Finding(
            "history",
            State.NOT_CHECKED,
            f"without an optional scope ({_listed(missing)}) a post that was cut off halfway is sent "
            "again rather than looked up (docs/time.md)",
        )
    return good("history", "a post that was cut off halfway can be looked up")


def examine_pictures(granted: frozenset[str]) -> Finding:
    """Say whether charts can be shown in Slack."""
    if missing := PICTURE_SCOPES - granted:
        return Finding(
            "pictures",
            State.NOT_CHECKED,
            f"without an optional scope ({_listed(missing)}) charts are shown as numbers",
        )
    return good("pictures", "charts can be shown in Slack")


async def _examine_outbox(database: Database, workspace_id: str) -> Finding:
    try:
        async with database.reading() as session:
            held = await count_deliveries(session, workspace_id)
    except SQLAlchemyError:
        return Finding("outbox", State.NOT_CHECKED, "the database can't be read")
    if given_up := held.get(OutboxState.DEAD, 0):
        return bad(
            "outbox",
            f"{given_up} given up",
            "see “/coherence undelivered” in Slack, as a steward",
        )
    waiting = sum(held.get(state, 0) for state in (*WAITING, OutboxState.SENDING))
    return good("outbox", f"nothing was given up, {waiting} on the way")


async def _channel_fault(client: AsyncWebClient, channel_id: str) -> str | None:
    try:
        channel = (await client.conversations_info(channel=channel_id))["channel"]
    except SlackApiError as error:
        return f"{channel_id}: {error.response.get('error')}"
    except _UNREACHABLE:
        return f"{channel_id}: Slack did not answer"
    if channel.get("is_archived"):
        return f"#{channel['name']} is archived"
    return None if channel.get("is_member") else f"the bot is not in #{channel['name']}"


async def _examine_socket(settings: Settings, http: aiohttp.ClientSession) -> Finding:
    name = "Socket Mode"
    if settings.transport is not Transport.SOCKET:
        return Finding(name, State.NOT_CHECKED, "COHERENCE_TRANSPORT is http")
    if settings.slack_app_token is None:
        return Finding(name, State.NOT_CHECKED, "SLACK_APP_TOKEN is missing")
    client = make_client(settings.slack_app_token, settings.slack_api_url, http)
    token = settings.slack_app_token.get_secret_value()
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return bad(
            name,
            f"Slack refuses SLACK_APP_TOKEN ({error.response.get('error')})",
            "turn Socket Mode on, and generate an app-level token with connections:write",
        )
    except _UNREACHABLE:
        return Finding(name, State.NOT_CHECKED, "Slack can't be reached")
    return good(name, "Slack offers a connection")


async def examine_database(database: Database) -> Finding:
    """Say whether the database answers and is at the newest revision."""
    kind = database.url.get_backend_name()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            revision = await current_revision(database)
    except (SQLAlchemyError, TimeoutError):
        advice = "see that it runs and that DATABASE_URL is right"
        return bad("database", f"{kind} can't be used", advice)
    if revision != newest_revision():
        held = f"is at revision {revision}" if revision else "has no tables yet"
        detail = f"{kind} {held}; the newest revision is {newest_revision()}"
        return bad("database", detail, "run “coherence db upgrade”, or start the bot")
    return good("database", f"{kind} answers and is at the newest revision, {revision}")


def _granted(answer: AsyncSlackResponse) -> frozenset[str]:
    listed = _header(answer, "x-oauth-scopes") or ""
    return frozenset(scope.strip() for scope in listed.split(",")) - {""}


def _header(answer: AsyncSlackResponse, name: str) -> str | None:
    found = (value for key, value in answer.headers.items() if key.lower() == name)
    return next(found, None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _not_checked(why: str, *names: str) -> list[Finding]:
    return [Finding(name, State.NOT_CHECKED, why) for name in names]
