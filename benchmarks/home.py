"""The Home of a champion with very many open reports against one with few, on a SQLite file.

All reports are untriaged, of the champion's journey, made by them and taken on by them, so that each list
of the Home has as many to choose from.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, insert

from benchmarks import Measure
from coherence.champion.settings import RotaSettings
from coherence.home import Home
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from coherence.stewards import Person
from handlers.blocks.home import home_view
from storage.champion import ChampionMember, ChampionRota
from storage.database import Database
from storage.drift import DriftReport
from storage.journeys import list_journeys
from storage.migrations.upgrade import upgrade
from storage.workspaces import register_workspace

FEW, MANY = 10, int(os.environ.get("SIZE", "10000"))
ROUNDS = 25
TEAM, MAYA, TOM = "T0BENCH", "U0MAYA", "U0TOM"
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
"""In Maya's first term."""

_WEEKLY = RotaSettings.model_validate(
    {
        "zone": "Europe/London",
        "start": "2026-03-02",
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
    }
)


def run() -> list[Measure]:
    """Measure the Home."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        async with (
            _workspace(Path(name) / "few.db", FEW) as small,
            _workspace(Path(name) / "many.db", MANY) as large,
        ):
            few_queries, many_queries = await _queries(small), await _queries(large)
            # In turns, so that a machine that is busy for a while is so for both.
            took_each = [(await _seconds(small), await _seconds(large)) for _ in range(ROUNDS)]
    few, many = (min(each) for each in zip(*took_each, strict=True))
    took = f"{few * 1e3:,.1f} and {many * 1e3:,.1f} ms with its blocks, the fastest of {ROUNDS}"
    return [
        Measure(f"home, a champion with {MANY:,} / {FEW} open reports", many / few, "×", took),
        Measure("home, queries", many_queries, "", f"{few_queries} with {FEW} open reports"),
    ]


async def _queries(database: Database) -> int:
    """How many queries the Home takes; all that it shows has as much to choose from."""
    asked = _Asked(database)
    page = await Home(database, lambda: NOW).page(Person(TEAM, MAYA), is_steward=False)
    assert page.queue is not None
    assert page.assigned.count == page.reports.count == page.queue.reports.count
    return asked.count


async def _seconds(database: Database) -> float:
    began = time.perf_counter()
    home_view(await Home(database, lambda: NOW).page(Person(TEAM, MAYA), is_steward=False))
    return time.perf_counter() - began


class _Asked:
    """Counts the queries that a database is asked from now on."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, *arguments: object) -> None:
        self.count += str(arguments[2]).lstrip().startswith("SELECT")


@asynccontextmanager
async def _workspace(file: Path, count: int) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=NOW)
    stacks = Stacks(database, lambda: NOW)
    await stacks.import_draft(TEAM, example_stack(), author="bench", publish_note="Bench")
    async with database.transaction() as session:
        [journey] = await list_journeys(session, TEAM)
        session.add(_rota(journey.id))
        await session.flush()
        session.add_all(_member(journey.id, user, place) for place, user in enumerate((MAYA, TOM)))
        rows = [_report(journey.id, number) for number in range(1, count + 1)]
        await session.exec(insert(DriftReport), params=rows)
    yield database
    await database.close()


def _rota(journey_id: str) -> ChampionRota:
    settings = _WEEKLY.model_dump(mode="json")
    return ChampionRota(workspace_id=TEAM, journey_id=journey_id, settings=settings, created_at=NOW)


def _member(journey_id: str, user_id: str, place: int) -> ChampionMember:
    return ChampionMember(
        workspace_id=TEAM,
        journey_id=journey_id,
        user_id=user_id,
        place=place,
        state="serving",
        joined=date(2026, 3, 1),
        asked_at=NOW,
    )


def _report(journey_id: str, number: int) -> dict[str, object]:
    reported = NOW - timedelta(minutes=number)
    report = DriftReport(
        workspace_id=TEAM,
        number=number,
        journey_id=journey_id,
        severity="noticeable",
        statement_ids=[],
        summary=f"The page and the deck name different prices, case {number}",
        reporter=MAYA,
        owner=MAYA,
        reported_at=reported,
        changed_at=reported,
    )
    return report.model_dump()
