"""`coherence db`: the database."""

import asyncio

import typer

from bot.cli.output import print_lines
from bot.databases import open_database
from bot.settings import load_settings
from storage.migrations.upgrade import current_revision, upgrade

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def database() -> None:
    """The database."""


@app.command("upgrade")
def upgrade_() -> None:
    """Bring the database to the newest schema; `coherence run` does so by itself."""
    print_lines([f"The database is at revision {asyncio.run(_upgrade())}."])


async def _upgrade() -> str | None:
    target = open_database(load_settings())
    try:
        await upgrade(target)
        return await current_revision(target)
    finally:
        await target.close()
