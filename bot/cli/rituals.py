"""`coherence rituals export`: what rituals have brought, as a file."""

import asyncio
import sys
from datetime import date
from enum import StrEnum
from typing import Annotated, TextIO

import typer

from bot.cli.days import parse_day
from bot.cli.exports import FileFormat, Progress, format_of, output_file
from bot.databases import open_workspace
from bot.settings import load_settings
from coherence.record_files import write_csv, write_json
from coherence.rituals.exchange import ACTION_COLUMNS, ANSWER_COLUMNS, RitualExchange, Wanted

app = typer.Typer(help="Rituals: what they have brought.", no_args_is_help=True)


class What(StrEnum):
    """What of the rituals to write."""

    ANSWERS = "answers"
    ACTIONS = "actions"


@app.callback()
def rituals() -> None:
    """Rituals: what they have brought."""


@app.command()
def export(
    *,
    journey: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only the rituals of this journey.")
    ] = None,
    ritual: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only the rituals of this name.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="The first day, as 2026-03-02: of asking."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The day after the last one.")
    ] = None,
    what: Annotated[What, typer.Option(help="Answers and ratings, or actions.")] = What.ANSWERS,
    file_format: Annotated[
        FileFormat | None, typer.Option("--format", help="Else by the file's name, else JSON.")
    ] = None,
    file: Annotated[
        str | None, typer.Option("--output", "-o", help="Where to; else standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write answers and ratings, or actions, of what has closed; user ids only where everybody sees names."""
    days = _days(since, until)
    chosen = file_format or format_of(file)
    with output_file(file, replace=force) as out:
        written = asyncio.run(_export(out, what, chosen, (journey, ritual, *days)))
    sys.stderr.write(f"{_counted(written, what)} written. {_NOTES[what]}\n")


async def _export(
    out: TextIO,
    what: What,
    chosen: FileFormat,
    of: tuple[str | None, str | None, date | None, date | None],
) -> int:
    progress = Progress(what.value, "written")
    async with open_workspace(load_settings()) as (database, workspace_id):
        exchange, wanted = RitualExchange(database), Wanted(workspace_id, *of)
        answers = what is What.ANSWERS
        records = progress.count(exchange.answers(wanted) if answers else exchange.actions(wanted))
        columns = ANSWER_COLUMNS if answers else ACTION_COLUMNS
        is_csv = chosen is FileFormat.CSV
        async for text in write_csv(records, columns) if is_csv else write_json(records):
            out.write(text)
    progress.clear()
    return progress.counted


def _days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    first = parse_day("--from", since) if since is not None else None
    end = parse_day("--to", until) if until is not None else None
    if first and end and end < first:
        raise typer.BadParameter(f"--to, {end}, is before --from, {first}.")
    return first, end


def _counted(count: int, what: What) -> str:
    return f"1 {what.value.removesuffix('s')}" if count == 1 else f"{count:,} {what.value}"


_NOTES = {
    What.ANSWERS: "They contain what people wrote, and user ids where everybody sees names: keep them safe.",
    What.ACTIONS: "They contain what people wrote, and user ids in Slack: keep them safe.",
}
