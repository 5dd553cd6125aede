"""An anonymous review closed and told: very many people against few, on SQLite files.

Each answers a question per layer, with a rating and a line of evidence, as they did a month before.
Closing forgets who took part and writes all answers anew, in one transaction; then both messages are
written as they are for Slack, and the chart is drawn, aside. The chart is timed apart: it shows the same few
means however many have answered. What counts besides the time is how long nobody else can be answered: the
longest stretch for which the event loop's thread computes. Those times are of the processor, so that they
say the same on a busy machine. Memory is traced in a run of its own: tracing slows everything down. `SIZE`
says how many answer: 10,000 by default.
"""

import asyncio
import os
import tempfile
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks import Measure
from benchmarks.loop_probe import watched_loop
from bot.chart import draw_aside
from coherence.outbox import Outbox
from coherence.rituals import letters
from coherence.rituals.closing import close_round
from coherence.rituals.ritual import Form, Question, RitualKind, Visibility, questions_stored
from coherence.rituals.summary import RitualSummaries, Summary
from coherence.stack.document import Layer
from coherence.stewards import Stewards
from handlers.blocks.ritual_summary import closed_prompt, thread_message
from handlers.pictures import Picture
from handlers.voice import ritual_chart
from storage.database import Database
from storage.journeys import Journey
from storage.migrations.upgrade import upgrade
from storage.outbox import Delivery, State, add_deliveries
from storage.ritual_answers import RitualBallot, RitualPart
from storage.rituals import Ritual, RitualRound, lock_round
from storage.workspaces import register_workspace

FEW, MANY = 100, int(os.environ.get("SIZE", "10000"))
TEAM, REVIEW, BEFORE = "T0BENCH", "review", "before"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MB = 1_048_576
_BATCH = 5_000

_QUESTIONS = [
    Question(id=layer.value, text=f"How present is the {layer.value}?", form=Form.BOTH, layer=layer)
    for layer in Layer
]


@dataclass(frozen=True)
class _Close:
    """Seconds of the processor, and those for the chart; the longest hold of the loop; bytes at the peak."""

    seconds: float
    chart: float
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
            f"anonymous review closed and told, time per person, {MANY:,} / {FEW}",
            each / (few.seconds / FEW),
            "×",
            f"{each * 1e6:.0f} µs each; {many.seconds:.2f} s with {len(_QUESTIONS)} answers each,"
            f" and {many.chart:.2f} s for the chart",
        ),
        Measure(
            "anonymous review closed and told, longest hold of the event loop",
            many.held * 1e3,
            "ms",
            f"{few.held * 1e3:.1f} ms with {FEW} people",
        ),
        Measure(
            f"anonymous review closed and told, memory with {MANY:,} people",
            traced.peak / MB,
            "MB",
            f"{traced.peak / MANY / 1024:.1f} KB per person",
        ),
    ]


async def _closed(file: Path, people: int, *, traced: bool = False) -> _Close:
    async with _review(file, people) as database, watched_loop() as probe:
        if traced:
            tracemalloc.start()
        began = time.process_time()
        summary = await _close_and_tell(database, people)
        told = time.process_time()
        await _draw(summary)
        drawn = time.process_time()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return _Close(told - began, drawn - told, probe.longest, peak)


async def _close_and_tell(database: Database, people: int) -> Summary:
    """Close the review and write the message in its thread and the one in the channel."""
    outbox = _outbox(database)
    async with database.transaction() as session:
        row = await lock_round(session, TEAM, REVIEW)
        assert row is not None
        assert await close_round(session, outbox, row, by=None, now=NOW)
    summary = await RitualSummaries(database).of(TEAM, REVIEW)
    assert summary is not None
    assert [each.rated for each in summary.results.questions] == [people] * len(_QUESTIONS)
    assert summary.review is not None
    alt_text = ritual_chart.alt_text(summary.ritual, summary.review.over_time)
    assert thread_message(summary, Picture("F0BENCHMARK", alt_text)).payload()["blocks"]
    assert closed_prompt(summary).payload()["blocks"]
    return summary


async def _draw(summary: Summary) -> None:
    assert summary.review is not None
    over_time = summary.review.over_time
    assert over_time.is_worth_showing
    assert await draw_aside(ritual_chart.chart(summary.ritual, over_time))


def _outbox(database: Database) -> Outbox:
    async def no_admin(_user_id: str) -> bool:
        return False

    return Outbox(database, _now, _now, Stewards(database, _now, no_admin, ()))


def _now() -> datetime:
    return NOW


@asynccontextmanager
async def _review(file: Path, people: int) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=NOW)
        for row in _rows(people):
            session.add(row)
            await session.flush()
        await add_deliveries(session, [_posted()], machine_now=NOW)
        await _keep_each(session, people, _part)
        for round_id in (BEFORE, REVIEW):
            await _keep_each(session, people, partial(_ballots, round_id))
    yield database
    await database.close()


async def _keep_each(
    session: AsyncSession, people: int, rows: Callable[[int], Iterator[SQLModel]]
) -> None:
    """Keep everybody's rows, some people's at a time."""
    for begin in range(0, people, _BATCH):
        numbers = range(begin, min(begin + _BATCH, people))
        await _keep(session, [each for number in numbers for each in rows(number)])


async def _keep(session: AsyncSession, rows: list[SQLModel]) -> None:
    await session.exec(insert(type(rows[0])), params=[row.model_dump() for row in rows])


def _rows(people: int) -> Iterator[SQLModel]:
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
    month = timedelta(days=28)
    yield _round(BEFORE, 1, NOW - month, taken_part=people)
    yield _round(REVIEW, 2, NOW)


def _round(
    round_id: str, number: int, closes_at: datetime, *, taken_part: int | None = None
) -> RitualRound:
    """One that has closed says how many took part."""
    return RitualRound(
        workspace_id=TEAM,
        id=round_id,
        ritual_id=REVIEW,
        number=number,
        due_at=closes_at - timedelta(hours=1),
        closes_at=closes_at,
        channel_id="C0BENCH",
        visibility=Visibility.ANONYMOUS,
        questions=questions_stored(_QUESTIONS),
        closed_at=None if taken_part is None else closes_at,
        taken_part=taken_part,
    )


def _posted() -> Delivery:
    sent = letters.prompt(_round(REVIEW, 2, NOW)).row(TEAM, due_at=NOW, now=NOW)
    sent.state, sent.ts, sent.settled_at = State.SENT.value, "1.0", NOW
    return sent


def _part(number: int) -> Iterator[RitualPart]:
    yield RitualPart(workspace_id=TEAM, round_id=REVIEW, user_id=f"U{number:05}", done=True)


def _ballots(round_id: str, number: int) -> Iterator[RitualBallot]:
    for place, question in enumerate(_QUESTIONS):
        yield RitualBallot(
            workspace_id=TEAM,
            id=uuid4().hex,
            round_id=round_id,
            question_id=question.id,
            rating=(number + place) % 5 + 1,
            words="The page still promises what support no longer does.",
        )
