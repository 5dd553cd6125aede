"""`coherence doctor`: whether everything is set up as it should be."""

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import OutputFormat, print_json, print_lines
from bot.databases import open_database
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.diagnosis import Finding


def doctor(
    output: Annotated[
        OutputFormat, typer.Option("--format", help="For people or for programs.")
    ] = OutputFormat.TEXT,
) -> int:
    """Say of tokens, Slack, the database, the clock and the model whether they are ok, and what to do.

    Exits with 1 if anything is not ok.
    """
    findings = asyncio.run(_examine(load_settings()))
    if output is OutputFormat.JSON:
        print_json([asdict(finding) for finding in findings])
    else:
        print_lines(map(_line, findings))
    return int(any(finding.state == "not ok" for finding in findings))


async def _examine(settings: Settings) -> "list[Finding]":
    # Slack's libraries take a while to import, and few commands need them.
    from bot.doctor import examine  # noqa: PLC0415

    database = open_database(settings)
    try:
        return await examine(settings, database)
    finally:
        await database.close()


def _line(finding: "Finding") -> str:
    advice = f" To do: {finding.advice}." if finding.advice else ""
    return f"{finding.state:<12} {finding.name}: {finding.detail}.{advice}"
