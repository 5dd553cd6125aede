"""An anonymous review closed and summed up: very many people against few, on SQLite files.

Each answers a question per layer, with a rating and a line of evidence. Closing forgets who took part and
writes all answers anew, in one transaction; the summary is read after it. What counts besides the time is how
long nobody else can be answered: the longest stretch for which the event loop's thread computes. Those times
are of the processor, so that they say the same on a busy machine. Memory is traced in a run of its own:
tracing slows everything down. `SIZE` says how many answer: 10,000 by default.
"""

import asyncio
import os
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks import Measure
from coherence.rituals.ritual import Form, Question, RitualKind, Visibility, questions_stored
from coherence.rituals.summary import RitualSummaries
from coherence.stack.document import Layer
from storage.database import Database
from storage.journeys import Journey
from storage.migrations.upgrade import upgrade
from storage.ritual_answers import RitualBallot, RitualPart, close_ballots
from storage.rituals import Ritual, RitualRound, lock_round
from storage.workspaces import register_workspace

FEW, MANY = 100, int(os.environ.get("SIZE", "10000"))
TEAM, REVIEW = "T0BENCH", "review"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MB = 1_048_576
_PROBE_SECONDS = 0.001
_BATCH = 5_000

_QUESTIONS = [
    Question(id=layer.value, text=f"How present is the {layer.value}?", form=Form.BOTH, layer=layer)
    for layer in Layer
]


@dataclass(frozen=True)
class _Close:
    """Seconds of the processor, the longest hold of the loop, and bytes at the peak."""

    seconds: float
    held: float
    peak: int


def run() -> list[Measure]:
    """Measure the close."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        # What is imported and compiled once.
        await _closed(Path(name) / "first.db", 10)
        few = await _closed(Path(name) / "few.db", FEW)
        many = await _closed(Path(name) / "many.db", MANY)
        traced = await _closed(Path(name) / "traced.db", MANY, traced=True)
    each = many.seconds / MANY
    return [
        Measure(
            f"anonymous review closed, time per person, {MANY:,} / {FEW}",
            each / (few.seconds / FEW),
            "×",
            f"{each * 1e6:.0f} µs each; {many.seconds:.2f} s with {len(_QUESTIONS)} answers each",
        ),
        Measure(
            "anonymous review closed, longest hold of the event loop",
            many.held * 1e3,
            "ms",
            f"{few.held * 1e3:.1f} ms with {FEW} people",
        ),
        Measure(
            f"anonymous review closed, memory with {MANY:,} people",
            traced.peak / MB,
            "MB",
            f"{traced.peak / MANY / 1024:.1f} KB per person",
        ),
    ]


async def _closed(file: Path, people: int, *, traced: bool = False) -> _Close:
    async with _review(file, people) as database:
        probe = _Probe()
        watching = asyncio.create_task(probe.watch())
        if traced:
            tracemalloc.start()
        began = time.process_time()
        await _close(database, people)
        seconds = time.process_time() - began
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        await asyncio.sleep(_PROBE_SECONDS)
        probe.stopped = True
        await watching
    return _Close(seconds, probe.longest, peak)


async def _close(database: Database, people: int) -> None:
    async with database.transaction() as session:
        row = await lock_round(session, TEAM, REVIEW)
        assert row is not None
        row.closed_at = NOW
        row.taken_part = await close_ballots(session, TEAM, REVIEW)
    summary = await RitualSummaries(database, lambda: NOW).of(TEAM, REVIEW)
    assert summary is not None
    assert [each.rated for each in summary.results.questions] == [people] * len(_QUESTIONS)


class _Probe:
    """Notes how long the loop's thread computes before it comes back to who waits for their turn."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.stopped = False

    async def watch(self) -> None:
        while not self.stopped:
            began = time.thread_time()
            await asyncio.sleep(_PROBE_SECONDS)
            self.longest = max(self.longest, time.thread_time() - began)


@asynccontextmanager
async def _review(file: Path, people: int) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=NOW)
        for row in _asked():
            session.add(row)
            await session.flush()
        await _keep(session, [_part(number) for number in range(people)])
        for begin in range(0, people, _BATCH):
            numbers = range(begin, min(begin + _BATCH, people))
            await _keep(session, [each for number in numbers for each in _ballots(number)])
    yield database
    await database.close()


async def _keep(session: AsyncSession, rows: list[SQLModel]) -> None:
    await session.exec(insert(type(rows[0])), params=[row.model_dump() for row in rows])


def _asked() -> Iterator[SQLModel]:
    yield Journey(workspace_id=TEAM, id="journey", name="Journey", created_at=NOW)
    yield Ritual(
        workspace_id=TEAM,
        id=REVIEW,
        journey_id="journey",
        kind=RitualKind.MONTHLY_REVIEW,
        name="Monthly review",
        channel_id="C0BENCH",
        recurrence={
            "pattern": {"kind": "monthly", "on": {"kind": "date", "day": 2}},
            "start": "2026-01-01",
            "time": "12:00",
            "zone": "UTC",
        },
        visibility=Visibility.ANONYMOUS,
        questions=questions_stored(_QUESTIONS),
        open_minutes=60,
        created_at=NOW,
    )
    yield RitualRound(
        workspace_id=TEAM,
        id=REVIEW,
        ritual_id=REVIEW,
        number=1,
        due_at=NOW - timedelta(hours=1),
        closes_at=NOW,
        channel_id="C0BENCH",
        visibility=Visibility.ANONYMOUS,
        questions=questions_stored(_QUESTIONS),
    )


def _part(number: int) -> RitualPart:
    return RitualPart(workspace_id=TEAM, round_id=REVIEW, user_id=f"U{number:05}", done=True)


def _ballots(number: int) -> Iterator[RitualBallot]:
    for place, question in enumerate(_QUESTIONS):
        yield RitualBallot(
            workspace_id=TEAM,
            id=uuid4().hex,
            round_id=REVIEW,
            question_id=question.id,
            rating=(number + place) % 5 + 1,
            words="The page still promises what support no longer does.",
        )
