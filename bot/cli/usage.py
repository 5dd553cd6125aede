"""`coherence usage`: what asking the model has cost."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bot.cli.output import OutputFormat, print_json, print_lines
from bot.clock import make_clock
from bot.databases import open_workspace
from bot.metering import make_meter
from bot.settings import load_settings
from coherence.usage import DayOfUse, Today
from handlers.voice import usage as voice

MAX_DAYS = 3_650

_HEADINGS = ("day", "model", "asked", "failed", "tokens read", "of them cached", "tokens written")


def usage(
    *,
    days: Annotated[
        int, typer.Option(min=1, max=MAX_DAYS, help="How many days, today included.")
    ] = 30,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print.")
    ] = OutputFormat.TEXT,
) -> None:
    """What asking the model has cost, per day and model; days are UTC's."""
    used, today = asyncio.run(_usage(days))
    if output is OutputFormat.JSON:
        print_json({"days": [_as_json(day) for day in used], "today": _today_as_json(today)})
    else:
        print_lines([*_table(used), "", voice.today_in_words(today), *_unpriced(used)])


async def _usage(days: int) -> tuple[Sequence[DayOfUse], Today]:
    settings = load_settings()
    async with open_workspace(settings) as (database, workspace_id):
        meter = make_meter(settings, database, make_clock(settings.clock_file))
        return await meter.days(workspace_id, days), await meter.today(workspace_id)


def _as_json(day: DayOfUse) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "model": day.model,
        "asked": day.calls,
        "failed": day.failures,
        "prompt_tokens": day.usage.prompt,
        "cached_tokens": day.usage.cached,
        "completion_tokens": day.usage.completion,
        # As a string: a sum of money is no binary fraction.
        "cost": None if day.cost is None else f"{day.cost:f}",
    }


def _today_as_json(today: Today) -> dict[str, Any]:
    return {
        "asked": today.calls,
        "tokens": today.tokens,
        "budget": today.budget,
        "renewed_at": today.renewed_at.isoformat(),
    }


def _table(used: Sequence[DayOfUse]) -> list[str]:
    if not used:
        return ["No model was asked in these days."]
    priced = any(day.cost is not None for day in used)
    rows = [[*_HEADINGS, "cost"], *map(_row, used), _sum(used)]
    if not priced:
        rows = [row[:-1] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths) for row in rows]


def _row(day: DayOfUse) -> list[str]:
    counts = (day.calls, day.failures, day.usage.prompt, day.usage.cached, day.usage.completion)
    cost = "" if day.cost is None else f"{day.cost:,.4f}"
    return [day.day.isoformat(), day.model, *(f"{count:,}" for count in counts), cost]


def _sum(used: Sequence[DayOfUse]) -> list[str]:
    counts = (
        sum(day.calls for day in used),
        sum(day.failures for day in used),
        sum(day.usage.prompt for day in used),
        sum(day.usage.cached for day in used),
        sum(day.usage.completion for day in used),
    )
    cost = sum(day.cost for day in used if day.cost is not None)
    return ["all", "", *(f"{count:,}" for count in counts), f"{cost:,.4f}"]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    names, numbers = row[:2], row[2:]
    left = [name.ljust(width) for name, width in zip(names, widths[:2], strict=True)]
    right = [number.rjust(width) for number, width in zip(numbers, widths[2:], strict=True)]
    return "  ".join([*left, *right]).rstrip()


def _unpriced(used: Sequence[DayOfUse]) -> list[str]:
    if not used or used[0].cost is not None:
        return []
    return ["With COHERENCE_INPUT_PRICE and COHERENCE_OUTPUT_PRICE set, the cost is shown too."]
