"""`coherence export|import|chart drift`: the drift log as a file, and drawn."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO

import typer

from bot.cli.exports import FileFormat, Progress, format_of, output_file
from bot.cli.files import STANDARD_INPUT, UnusableFile, os_reason, write_bytes
from bot.cli.output import print_error, print_lines
from bot.clock import make_clock, system_clock
from bot.databases import open_workspace
from bot.settings import load_settings
from coherence.drift import csv_file, json_file
from coherence.drift.exchange import DriftExchange, Entry, Loaded
from coherence.drift.over_time import DriftOverTime, OverTime
from coherence.record_files import write_json
from handlers.voice.drift_chart import By, alt_text
from handlers.voice.drift_chart import chart as chart_of

LISTED_FAULTS = 50
"""Lines that are named one by one; what comes after is counted."""

MOST_MONTHS = 60
"""Months in a chart."""

LINE_NOT_READ = 1
"""The exit code where some lines could not be used."""

exports = typer.Typer(help="Write what is kept to a file.", no_args_is_help=True)
charts = typer.Typer(help="Draw what is kept.", no_args_is_help=True)
imports = typer.Typer(help="Read what is kept from a file.", no_args_is_help=True)


Journey = Annotated[str | None, typer.Option(help="The journey, where there are several.")]


@exports.callback()
def export() -> None:
    """Write what is kept to a file."""


@charts.callback()
def chart() -> None:
    """Draw what is kept."""


@imports.callback()
def import_() -> None:
    """Read what is kept from a file."""


@exports.command("drift")
def export_drift(
    *,
    file: Annotated[str | None, typer.Argument(help="Where to; else standard output.")] = None,
    file_format: Annotated[
        FileFormat | None, typer.Option("--format", help="Else by the file's name, else JSON.")
    ] = None,
    journey: Annotated[str | None, typer.Option(help="Only this journey's.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write the drift reports with evidence, history and links; a file that is there is not replaced."""
    chosen = file_format or format_of(file)
    with output_file(file, replace=force) as out:
        written = asyncio.run(_export(out, chosen, journey))
    note = "They contain private evidence and what people wrote: keep them safe."
    sys.stderr.write(f"{_reports(written)} written. {note}\n")


@imports.command("drift")
def import_drift(
    *,
    file: Annotated[str, typer.Argument(help="A file of drift reports; - is standard input.")],
    file_format: Annotated[
        FileFormat | None, typer.Option("--format", help="Else by the file's name, else JSON.")
    ] = None,
    journey: Annotated[
        str | None, typer.Option(help="The journey of reports that name none.")
    ] = None,
) -> None:
    """Read drift reports; lines that can't be used are named, and the rest is loaded."""
    chosen = file_format or format_of(file)
    with _input(file) as source:
        loaded = asyncio.run(_import(source, file, chosen, journey))
    print_lines(_summary(loaded))
    for line, fault in loaded.faults[:LISTED_FAULTS]:
        print_error(f"{file}, line {line}: {fault}.")
    if len(loaded.faults) > LISTED_FAULTS:
        print_error(f"{len(loaded.faults) - LISTED_FAULTS:,} more lines can't be used.")
    if loaded.faults:
        raise typer.Exit(LINE_NOT_READ)


@charts.command("drift")
def chart_drift(
    *,
    file: Annotated[str, typer.Argument(help="The PNG to write.")],
    journey: Journey = None,
    months: Annotated[
        int, typer.Option(min=1, max=MOST_MONTHS, help="How many months, this one included.")
    ] = 12,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Draw drift by layer and touchpoint over time, and print what the chart shows in words."""
    # Only who draws waits for what draws.
    from bot.chart import draw  # noqa: PLC0415

    over_time = asyncio.run(_over_time(journey, months))
    write_bytes(file, draw(chart_of(over_time, *By)), replace=force)
    print_lines([alt_text(over_time, *By)])


async def _over_time(journey: str | None, months: int) -> OverTime:
    settings = load_settings()
    async with open_workspace(settings) as (database, workspace_id):
        counts = DriftOverTime(database, make_clock(settings.clock_file))
        return await counts.counts(workspace_id, journey, months=months)


async def _export(out: TextIO, chosen: FileFormat, journey: str | None) -> int:
    progress = Progress("reports", "written")
    async with open_workspace(load_settings()) as (database, workspace_id):
        exchange = DriftExchange(database, system_clock)
        write = csv_file.write_csv if chosen is FileFormat.CSV else write_json
        async for text in write(progress.count(exchange.records(workspace_id, journey))):
            out.write(text)
    progress.clear()
    return progress.counted


async def _import(source: BinaryIO, name: str, chosen: FileFormat, journey: str | None) -> Loaded:
    progress, loaded = Progress("reports", "read"), Loaded()
    async with open_workspace(load_settings()) as (database, workspace_id):
        exchange = DriftExchange(database, system_clock)
        try:
            async for loaded in exchange.load(
                workspace_id, _entries(source, name, chosen), journey
            ):
                progress.show(loaded.seen)
        except csv_file.UnusableHeader as error:
            raise UnusableFile(f"{name}: {error}.") from None
    progress.clear()
    return loaded


def _entries(source: BinaryIO, name: str, chosen: FileFormat) -> Iterator[Entry]:
    lines = _lines(source, name)
    if chosen is FileFormat.CSV:
        return csv_file.read_csv(lines, now=system_clock())
    return json_file.read_json(lines, now=system_clock())


def _lines(source: BinaryIO, name: str) -> Iterator[tuple[int, str | None]]:
    """Each line with its number, None for one that isn't UTF-8; a mark at the beginning is dropped."""
    for number, line in enumerate(source, start=1):
        if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnusableFile(f"{name}: this file is not UTF-8 text; save it as UTF-8.")
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield number, None


@contextmanager
def _input(file: str) -> Iterator[BinaryIO]:
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as source:
            yield source
    except (OSError, ValueError) as error:
        raise UnusableFile(f"{file}: {os_reason(error)}.") from None


def _summary(loaded: Loaded) -> list[str]:
    lines = [f"{_reports(loaded.added)} loaded."]
    if loaded.known:
        lines.append(f"{_reports(loaded.known)} on record already, left as they are.")
    if loaded.faults:
        count = len(loaded.faults)
        lines.append(f"{'1 line' if count == 1 else f'{count:,} lines'} left out.")
    return lines


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count:,} reports"
