"""The database of the settings, and which workspace a command line means."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import system_clock
from bot.errors import InvalidSettings
from bot.settings import Settings
from coherence.errors import NotFound
from storage.database import Database, UnusableDatabaseUrl
from storage.migrations.upgrade import upgrade
from storage.workspaces import list_workspaces, register_workspace


class NoWorkspace(NotFound):
    """The database knows no workspace yet, and there is no token to ask Slack with."""


def open_database(settings: Settings) -> Database:
    """The database of the settings. Raises InvalidSettings."""
    try:
        database = Database(settings.database_url)
        _try_sqlite_file(database)
    except UnusableDatabaseUrl as error:
        raise InvalidSettings(str(error)) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be used").lower()
        raise InvalidSettings(f"DATABASE_URL: its folder cannot be made ({reason}).") from None
    except sqlite3.Error as error:
        raise InvalidSettings(f"DATABASE_URL: {error}.") from None
    return database


def _try_sqlite_file(database: Database) -> None:
    # Where opening fails, the driver's thread outlives the event loop and complains after us.
    if database.url.get_backend_name() == "sqlite" and database.url.database:
        sqlite3.connect(database.url.database).close()


@asynccontextmanager
async def open_workspace(settings: Settings) -> AsyncIterator[tuple[Database, str]]:
    """The migrated database and the id of its one workspace.

    A fresh database learns the workspace from Slack. Raises NoWorkspace where there is no token to ask with.
    """
    database = open_database(settings)
    try:
        await upgrade(database)
        yield database, await _workspace_id(settings, database)
    finally:
        await database.close()


async def _workspace_id(settings: Settings, database: Database) -> str:
    async with database.reading() as session:
        workspaces = await list_workspaces(session)
    if workspaces:
        return workspaces[0].id
    if settings.slack_bot_token is None:
        raise NoWorkspace(
            "No Slack workspace is known yet: set SLACK_BOT_TOKEN, so that Slack can be asked "
            "which one it is (docs/install.md)."
        )
    return await _ask_slack(settings, database)


async def _ask_slack(settings: Settings, database: Database) -> str:
    # Only a fresh database needs Slack; every other command starts without its libraries.
    from bot.bootstrap import identify  # noqa: PLC0415
    from bot.slack import make_client, open_session  # noqa: PLC0415

    assert settings.slack_bot_token is not None  # noqa: S101 - narrowed by the caller
    async with open_session() as http:
        client = make_client(settings.slack_bot_token, settings.slack_api_url, http)
        identity = await identify(settings, client)
    workspace_id = str(identity.team_id)
    async with database.transaction() as session:
        await register_workspace(session, workspace_id, identity.team or "", now=system_clock())
    return workspace_id
