"""Due work claimed and recorded, and a start with many schedules, against APScheduler's job store.

Both on SQLite files of the same folder, first ours. Of ours, each schedule that is due becomes an
occurrence and a delivery, and moves on; of APScheduler's, each job is run (it does nothing) and moves on.
`SIZE` says how many there are: 10,000 by default.
"""

import asyncio
import os
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from benchmarks import Measure
from coherence.schedules import NewSchedule, ScheduleKind, Schedules
from storage.database import Database
from storage.migrations.upgrade import upgrade
from storage.workspaces import register_workspace
from tests.support.rehearsal import REHEARSAL, USEFUL_FOR, every, next_time, plan

SIZE = int(os.environ.get("SIZE", "10000"))
TRACED = max(100, SIZE // 4)
"""Memory is traced in a smaller run of its own: tracing slows everything down."""

TEAM = "T0BENCH"
NOW = datetime.now(UTC).replace(microsecond=0)
MB = 1_048_576


@dataclass(frozen=True)
class Took:
    """Seconds to start with nothing due and to get all due work done, and the memory for that in MB."""

    start: float
    due: float
    peak: float


def run() -> list[Measure]:
    """Measure both and compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = _took(lambda count, file: asyncio.run(_ours(count, folder / file)))
        theirs = _took(lambda count, file: _theirs(count, folder / file))
    what = f"{SIZE:,} due schedules"
    return [
        _ratio(f"{what}: claimed and recorded", theirs.due, ours.due, "s"),
        _ratio(
            f"{TRACED:,} due schedules: memory to claim and record", theirs.peak, ours.peak, "MB"
        ),
        _ratio(f"start with {SIZE:,} schedules, none due", theirs.start, ours.start, "s"),
    ]


def _took(measure: Callable[[int, str], Took]) -> Took:
    timed = measure(SIZE, f"{id(measure)}.db")
    tracemalloc.start()
    traced = measure(TRACED, f"{id(measure)}-traced.db")
    tracemalloc.stop()
    return replace(timed, peak=traced.peak)


def _mark() -> int:
    """Begin to look for a peak of memory; return what is held now, in bytes."""
    if tracemalloc.is_tracing():
        tracemalloc.reset_peak()
    return tracemalloc.get_traced_memory()[0]


def _peak_since(held: int) -> float:
    return (tracemalloc.get_traced_memory()[1] - held) / MB


def _ratio(name: str, theirs: float, ours: float, unit: str) -> Measure:
    note = f"APScheduler {theirs:,.3f} {unit}, ours {ours:,.3f} {unit}; over 1 ours is better"
    return Measure(name, theirs / ours, "×", note)


async def _ours(count: int, file: Path) -> Took:
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    clock = [NOW]
    kinds = [ScheduleKind(REHEARSAL, USEFUL_FOR, plan)]
    schedules = Schedules(database, lambda: clock[0], lambda: clock[0], kinds, next_time)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=NOW)
        for number in range(count):
            channel = f"C{number % 50}"
            new = NewSchedule(TEAM, f"s{number}", REHEARSAL, every(24), "UTC", channel)
            await schedules.add(session, new)
    await database.close()
    began = perf_counter()
    assert await schedules.fire_due(TEAM) == 0
    started = perf_counter() - began
    clock[0] = NOW + timedelta(days=1)
    held, began = _mark(), perf_counter()
    assert await schedules.fire_due(TEAM) == count
    took = Took(started, perf_counter() - began, _peak_since(held))
    await database.close()
    return took


def _theirs(count: int, file: Path) -> Took:
    """Jobs come due by being added with a first time in the past, after the start is measured."""
    scheduler = _scheduler(file)
    scheduler.start(paused=True)
    for number in range(count):
        scheduler.add_job(nothing, IntervalTrigger(days=1), id=f"s{number}", args=[f"C{number}"])
    scheduler.shutdown()
    began = perf_counter()
    scheduler = _scheduler(file)
    scheduler.start(paused=True)
    store = scheduler._jobstores["default"]  # noqa: SLF001 - what a wake-up asks first
    assert store.get_next_run_time() is not None
    started = perf_counter() - began
    past = datetime.now(UTC) - timedelta(seconds=1)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=past)
    scheduler.state = 1
    held, began = _mark(), perf_counter()
    scheduler._process_jobs()  # noqa: SLF001 - one wake-up, in this thread
    took = Took(started, perf_counter() - began, _peak_since(held))
    assert not store.get_due_jobs(datetime.now(UTC))
    scheduler.shutdown()
    return took


def _scheduler(file: Path) -> BackgroundScheduler:
    return BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{file}")},
        executors={"default": DebugExecutor()},
        job_defaults={"coalesce": True, "misfire_grace_time": None},
        timezone=UTC,
    )


def nothing(_channel: str) -> None:
    """What a job does."""
