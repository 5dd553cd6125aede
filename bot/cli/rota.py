"""`coherence rota`: who is on duty, and why, from a rota file; a journey's rota as a calendar."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli.days import parse_day
from bot.cli.files import read_bytes, write_bytes
from bot.cli.output import OutputFormat, print_json, print_lines
from coherence.rota.cadence import handovers
from coherence.rota.document import Rota
from coherence.rota.engine import on_duty
from coherence.rota.engine import preview as preview_terms
from coherence.rota.fields import parse_moment
from coherence.rota.file import read_rota
from coherence.rota.moments import moment_of
from coherence.rota.term import Term
from handlers.voice import rota as voice

app = typer.Typer(help="The rota: who is on duty, and why.", no_args_is_help=True)


@app.command()
def preview(
    *,
    file: Annotated[str, typer.Argument(help="A rota file; - is standard input.")],
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day, as 2026-03-02.")
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="The day after the last one."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="DATETIME",
            help="One moment instead, as 2026-03-02T09:00: local, or with an offset.",
        ),
    ] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """Show who is on duty, from one day until another or at one moment, and why."""
    if at is not None:
        if (start, end) != (None, None):
            raise typer.BadParameter("--at stands alone, without --from and --to.")
        _show_moment(file, _moment(at), output)
        return
    if start is None or end is None:
        raise typer.BadParameter("say which days with --from and --to, or one moment with --at.")
    _show_days(file, parse_day("--from", start), parse_day("--to", end), output)


@app.command()
def calendar(
    *,
    journey: Annotated[
        str | None, typer.Option(metavar="NAME", help="The journey, where there are several.")
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="U…", help="Only this person's terms: a Slack user id. Alone: in all rotas."
        ),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--output", "-o", help="Where to; else standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a journey's duty, a year back and a year ahead, as a calendar file (.ics)."""
    # Only this command asks a database and Slack.
    from bot.cli.duty_calendar import write_calendar  # noqa: PLC0415

    content = asyncio.run(write_calendar(journey, user))
    if file is not None:
        write_bytes(file, content, replace=force)
    else:
        sys.stdout.buffer.write(content)


def _show_days(file: str, start: date, end: date, output: OutputFormat) -> None:
    if end < start:
        raise typer.BadParameter(f"--to, {end}, is before --from, {start}.")
    content = _read(file)
    terms = preview_terms(content, start, end)
    if output is OutputFormat.JSON:
        print_json(_as_json(terms, content.time_zone))
    elif terms:
        print_lines(voice.calendar(terms, content.time_zone))
    else:
        print_lines([voice.no_days() if start == end else _not_begun(content)])


def _show_moment(file: str, at: datetime, output: OutputFormat) -> None:
    content = _read(file)
    term = on_duty(content, moment_of(at, content.time_zone))
    if output is OutputFormat.JSON:
        print_json(_as_json([term] if term else [], content.time_zone))
    else:
        print_lines(voice.one_term(term, content.time_zone) if term else [_not_begun(content)])


def _not_begun(content: Rota) -> str:
    return voice.not_begun(next(handovers(content)), content.time_zone)


def _read(file: str) -> Rota:
    return read_rota(read_bytes(file), file)


def _moment(written: str) -> datetime:
    try:
        return parse_moment(written)
    except ValueError as error:
        raise typer.BadParameter(f"--at {error}.") from None


def _as_json(terms: Sequence[Term], zone: ZoneInfo) -> list[dict[str, Any]]:
    return [
        {
            "start": term.start.astimezone(zone).isoformat(),
            "end": term.end.astimezone(zone).isoformat(),
            "users": list(term.users),
            "source": term.source,
            "why": term.why,
        }
        for term in terms
    ]
