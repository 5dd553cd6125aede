"""`coherence export|import|chart drift`: the drift log as a file, and drawn."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO, TypeVar

import typer

from bot.cli.files import STANDARD_INPUT, UnusableFile, write_bytes
from bot.cli.output import print_error, print_lines
from bot.clock import make_clock, system_clock
from bot.databases import open_workspace
from bot.settings import load_settings
from coherence.drift import csv_file, json_file
from coherence.drift.exchange import DriftExchange, Entry, Loaded
from coherence.drift.over_time import DriftOverTime, OverTime
from handlers.voice.drift_chart import By, alt_text
from handlers.voice.drift_chart import chart as chart_of

LISTED_FAULTS = 50
"""Lines that are named one by one; what comes after is counted."""

MOST_MONTHS = 60
"""Months in a chart."""

LINE_NOT_READ = 1
"""The exit code where some lines could not be used."""

_T = TypeVar("_T")

exports = typer.Typer(help="Write what is kept to a file.", no_args_is_help=True)
charts = typer.Typer(help="Draw what is kept.", no_args_is_help=True)
imports = typer.Typer(help="Read what is kept from a file.", no_args_is_help=True)


class FileFormat(StrEnum):
    """How a file holds the reports."""

    JSON = "json"
    CSV = "csv"


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
    chosen = file_format or _format_of(file)
    with _output(file, replace=force) as out:
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
    chosen = file_format or _format_of(file)
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
    progress = _Progress("written")
    async with open_workspace(load_settings()) as (database, workspace_id):
        exchange = DriftExchange(database, system_clock)
        write = csv_file.write_csv if chosen is FileFormat.CSV else json_file.write_json
        async for text in write(progress.count(exchange.records(workspace_id, journey))):
            out.write(text)
    progress.clear()
    return progress.counted


async def _import(source: BinaryIO, name: str, chosen: FileFormat, journey: str | None) -> Loaded:
    progress, loaded = _Progress("read"), Loaded()
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


def _format_of(file: str | None) -> FileFormat:
    is_csv = file is not None and Path(file).suffix.lower() == ".csv"
    return FileFormat.CSV if is_csv else FileFormat.JSON


@contextmanager
def _output(file: str | None, *, replace: bool) -> Iterator[TextIO]:
    if file is None or file == STANDARD_INPUT:
        yield sys.stdout
        return
    # Beside the file and renamed at the end: nobody ever finds half an export under its name.
    part = Path(f"{file}.part")
    try:
        if Path(file).exists() and not replace:
            raise UnusableFile(f"{file}: this file is there already; --force replaces it.")
        with _create(part) as out:
            yield out
        part.replace(file)
    except (OSError, ValueError) as error:
        raise UnusableFile(f"{file}: {_reason(error)}.") from None
    finally:
        with suppress(OSError, ValueError):
            part.unlink()


def _create(file: Path) -> TextIO:
    # Readable for its owner only: it holds what people wrote.
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(opened, "w", encoding="utf-8", newline="")


@contextmanager
def _input(file: str) -> Iterator[BinaryIO]:
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as source:
            yield source
    except (OSError, ValueError) as error:
        raise UnusableFile(f"{file}: {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    strerror = error.strerror if isinstance(error, OSError) else None
    return (strerror or "not a usable file name").lower()


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


class _Progress:
    """How far a long file is, on a terminal and nowhere else."""

    STEP = 500

    def __init__(self, done: str) -> None:
        self._done = done
        self._shown = False
        self.counted = 0

    async def count(self, records: AsyncIterator[_T]) -> AsyncIterator[_T]:
        """Let records pass, and show how many there were."""
        async for record in records:
            self.counted += 1
            self.show(self.counted)
            yield record

    def show(self, count: int) -> None:
        """Say so, now and then."""
        if count and count % self.STEP == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{count:,} reports {self._done} …")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Leave the line free."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
