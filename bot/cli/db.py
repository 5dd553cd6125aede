"""`coherence db`: the database, and copies of it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from bot.cli.output import print_lines
from bot.clock import system_clock
from bot.databases import open_database
from bot.settings import load_settings
from coherence.errors import CoherenceError
from storage.backup import DatabaseNotEmpty, OldDatabase, UnusableBackup, dump, load
from storage.database import Database
from storage.migrations.upgrade import current_revision, upgrade

app = typer.Typer(help="The database, and copies of it.", no_args_is_help=True)


class BackupFailed(CoherenceError):
    """A backup that can't be made or restored; the sentence says why."""


@app.callback()
def database() -> None:
    """The database, and copies of it."""


@app.command("upgrade")
def upgrade_() -> None:
    """Bring the database to the newest schema; `coherence run` does so by itself."""
    print_lines([f"The database is at revision {asyncio.run(_upgrade())}."])


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; one of that name is replaced.")],
) -> None:
    """Copy everything into a file, while the bot may go on running."""
    rows = asyncio.run(_backup(file))
    print_lines([f"{file} holds {rows:,} rows. It contains what people wrote: keep it safe."])


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `coherence db backup` has made.")],
    replace: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--replace", help="Delete what the database holds first.")
    ] = False,
) -> None:
    """Fill the database from a backup, all or nothing; it may be of the other kind."""
    rows = asyncio.run(_restore(file, replace=replace))
    print_lines([f"Restored {rows:,} rows. If the bot is running, restart it."])


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    target = open_database(load_settings())
    try:
        yield target
    finally:
        await target.close()


async def _upgrade() -> str | None:
    async with _database() as target:
        await upgrade(target)
        return await current_revision(target)


async def _backup(file: Path) -> int:
    # Beside the file and renamed at the end: nobody ever finds half a backup under its name.
    part = file.with_name(f"{file.name}.part")
    try:
        async with _database() as source:
            lines = await _write(part, dump(source, now=system_clock()))
        part.replace(file)
    except OldDatabase as error:
        raise BackupFailed(str(error)) from None
    except OSError as error:
        raise BackupFailed(
            f"{file}: {(error.strerror or 'it cannot be written').lower()}."
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return lines - 2


async def _write(part: Path, lines: AsyncIterator[str]) -> int:
    written = 0
    with _create(part) as out:
        async for line in lines:
            out.write(line)
            written += 1
    return written


def _create(file: Path) -> TextIO:
    # Readable for its owner only: it holds what people wrote.
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", -1, "ascii")


async def _restore(file: Path, *, replace: bool) -> int:
    try:
        with file.open(encoding="ascii") as lines:
            async with _database() as target:
                return await load(target, lines, replace=replace)
    except UnusableBackup as error:
        raise BackupFailed(f"{file}: {error}") from None
    except UnicodeDecodeError:
        raise BackupFailed(f"{file}: this is not a backup.") from None
    except DatabaseNotEmpty:
        raise BackupFailed(
            "The database is not empty; with --replace, what it holds is deleted first."
        ) from None
    except OSError as error:
        raise BackupFailed(f"{file}: {(error.strerror or 'it cannot be read').lower()}.") from None
