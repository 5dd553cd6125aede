"""`coherence erase`: a workspace's data, or one person's."""

import asyncio
import sys
from typing import Annotated

import typer

from bot.cli.output import print_lines
from bot.clock import system_clock
from bot.databases import open_database
from bot.settings import load_settings
from coherence.errors import NotFound
from coherence.privacy import Leaver, Privacy
from storage.database import Database
from storage.migrations.upgrade import upgrade
from storage.workspaces import find_workspace

_RESTART = "If the bot is running, restart it: it keeps compiled narratives in memory."


def erase(
    workspace: Annotated[str, typer.Option(help="The Slack workspace's id, such as T0123456789.")],
    user: Annotated[
        str | None, typer.Option(help="Erase only this person: a Slack user id.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="A name the person is called by; may be repeated.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Erase everything kept about a workspace, or one person's own words and names in it."""
    asyncio.run(_erase(workspace, user, tuple(name or ()), sure=yes))


async def _erase(
    workspace_id: str, user: str | None, names: tuple[str, ...], *, sure: bool
) -> None:
    database = open_database(load_settings())
    try:
        await upgrade(database)
        what = await _what(database, workspace_id, user)
        if not sure:
            _confirm(what)
        privacy = Privacy(database, system_clock)
        rows: int | None
        if user is None:
            rows = await privacy.erase_workspace(workspace_id)
        else:
            rows = await privacy.erase_person(Leaver(workspace_id, user, names))
        print_lines([f"Erased {what}: {rows} rows deleted or changed.", _RESTART])
    finally:
        await database.close()


async def _what(database: Database, workspace_id: str, user: str | None) -> str:
    async with database.reading() as session:
        known = await find_workspace(session, workspace_id)
    if known is None:
        raise NotFound(f"The database knows no workspace {workspace_id}.")
    everything = f"everything of the workspace “{known.name}” ({workspace_id})"
    return everything if user is None else f"the words and names of {user} in {workspace_id}"


def _confirm(what: str) -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter("erasing asks for confirmation; in a script, add --yes.")
    typer.confirm(f"Erase {what}? This can't be undone.", abort=True, err=True)
