"""The drift log: how reading grows with the reports there are, files a second, and a rush of reports.

Reading is measured with 1,000 reports and with `SIZE`, 100,000 by default, of which as many are open and new
in both: what grows is the history. On a SQLite file and on the PostgreSQL of the tests, loaded and written as
JSON.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import Measure
from benchmarks.drift_rush import rush
from coherence.drift.access import DriftAccess
from coherence.drift.digest import DriftDigests
from coherence.drift.digest_times import WEEKLY
from coherence.drift.exchange import DriftExchange
from coherence.drift.json_file import read_json
from coherence.drift.log import DriftLog
from coherence.drift.report import Filters
from coherence.record_files import write_json
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.journeys import list_journeys
from storage.migrations.upgrade import upgrade
from storage.workspaces import register_workspace
from tests.support.postgres import create_database, database_address, start_server

SMALL, SIZE = 1_000, int(os.environ.get("SIZE", "100000"))
OPEN, NEW = 200, 20
PEOPLE = 200
ROUNDS = 15
TEAM = "T0BENCH"
MAYA = Person(TEAM, "U0MAYA")
NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
"""A Monday, when a digest is due."""

_WORDS = [
    "price",
    "promise",
    "refund",
    "deadline",
    "invoice",
    "welcome",
    "email",
    "contract",
    "support",
    "answer",
    "page",
    "deck",
    "trial",
    "setup",
    "term",
    "tone",
    "claim",
    "guarantee",
    "renewal",
    "customer",
    "workshop",
    "week",
    "month",
    "limit",
    "team",
]


def run() -> list[Measure]:
    """Measure everything."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    server = start_server()
    try:
        with tempfile.TemporaryDirectory() as name:
            files = (f"sqlite:///{Path(name) / file}" for file in ("small.db", "large.db"))
            measures = await _grown("SQLite", *files)
        databases = (
            database_address(server.address, create_database(server.address)) for _ in "12"
        )
        measures += await _grown("PostgreSQL", *databases)
    finally:
        server.stop()
    return [*measures, *await rush()]


async def _grown(kind: str, first: str, second: str) -> list[Measure]:
    """How each thing grows with the reports there are, on one kind of database."""
    small, large = await _measured(first, SMALL), await _measured(second, SIZE)
    grown = [
        Measure(
            f"drift on {kind}, {what} with {SIZE:,} / {SMALL:,} reports",
            large[what] / small[what],
            "×",
            f"{small[what] * 1e3:,.1f} and {large[what] * 1e3:,.1f} ms",
        )
        for what in ("list", "search, a rare word", "search, a common word", "digest")
    ]
    return [
        *grown,
        Measure(f"drift on {kind}, import", SIZE / large["import"], "reports/s", "one process"),
        Measure(f"drift on {kind}, export", SIZE / large["export"], "reports/s", "of everything"),
    ]


async def _measured(address: str, count: int) -> dict[str, float]:
    """Seconds of each thing with so many reports."""
    async with _workspace(address) as database:
        exchange = DriftExchange(database, lambda: NOW)
        began = time.perf_counter()
        async for loaded in exchange.load(TEAM, read_json(_lines(count), now=NOW)):
            assert not loaded.faults, loaded.faults[0]
        took = {"import": time.perf_counter() - began}
        began = time.perf_counter()
        assert sum([1 async for _ in write_json(exchange.records(TEAM))]) == count + 1
        took["export"] = time.perf_counter() - began
        stewards = Stewards(database, lambda: NOW, _nobody)
        log = DriftLog(database, lambda: NOW, DriftAccess(stewards, _in_no_channel))
        async with database.reading() as session:
            [journey] = await list_journeys(session, TEAM)
        digests = DriftDigests(database, lambda: NOW)
        took["list"] = await _fastest(lambda: log.list(MAYA, Filters(only_open=True)))
        rare, common = Filters(text="singular"), Filters(text="refund")
        took["search, a rare word"] = await _fastest(lambda: log.list(MAYA, rare))
        took["search, a common word"] = await _fastest(lambda: log.list(MAYA, common))
        took["digest"] = await _fastest(lambda: digests.digest(TEAM, journey.id, WEEKLY, NOW))
    return took


@asynccontextmanager
async def _workspace(address: str) -> AsyncIterator[Database]:
    database = Database(address)
    await upgrade(database)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=NOW)
    stacks = Stacks(database, lambda: NOW)
    await stacks.import_draft(TEAM, example_stack(), author="bench", publish_note="Bench")
    yield database
    await database.close()


def _lines(count: int) -> Iterator[tuple[int, str]]:
    for number in range(1, count + 1):
        yield number, json.dumps(_report(number, count), default=datetime.isoformat)


def _report(number: int, count: int) -> dict[str, Any]:
    """The newest are new, those before them open, and all that is older is resolved."""
    age = count - number
    days = 3 + age // NEW if age < OPEN else 14 + age % 1_000
    reported = NOW - timedelta(days=days, seconds=age)
    said = " ".join(_WORDS[(number * step + step) % len(_WORDS)] for step in (1, 3, 7, 11, 13))
    resolved = age >= OPEN
    return {
        "number": number,
        "summary": f"{said} singular" if age == OPEN + 7 else f"{said} {number}",
        "state": "resolved" if resolved else "reported",
        "resolution": "fixed" if resolved else None,
        "layer": ("vision", "narrative", "system", "touchpoint")[number % 4],
        "severity": ("small", "noticeable", "serious")[number % 3],
        "reporter": f"U{number % PEOPLE}",
        "reported_at": reported,
        "resolved_at": reported + timedelta(days=1) if resolved else None,
        "evidence": [{"text": f"We say {said}.", "added_at": reported, "is_private": False}],
    }


async def _fastest(work: Callable[[], Awaitable[object]]) -> float:
    """The fastest of some calls, after one that warms up: whatever else the machine does only adds."""
    assert await work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await work()
        times.append(time.perf_counter() - began)
    return min(times)


async def _nobody(_user_id: str) -> bool:
    return False


async def _in_no_channel(_channel_id: str, _user_id: str) -> bool:
    return False
