"""One tick in which every rota has something due, as on a Monday at nine: many rotas against few.

Each goes round weekly and has two years of history. What counts besides the time is how long nobody else
can be answered: the longest stretch for which the event loop's thread computes. All times are of the
processor, so that they say the same on a busy machine.
"""

import asyncio
import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks import Measure
from benchmarks.loop_probe import watched_loop
from coherence.champion.round import ChampionRounds
from coherence.champion.settings import RotaSettings
from coherence.outbox import Outbox
from coherence.stewards import Stewards
from storage.champion import ChampionMember, ChampionRota, ChampionTerm
from storage.database import Database
from storage.journeys import Journey
from storage.migrations.upgrade import upgrade
from storage.workspaces import register_workspace

FEW, MANY = 100, int(os.environ.get("SIZE", "1000"))
TEAM = "T0BENCH"
PEOPLE = 6
WEEK = timedelta(weeks=1)
FIRST = datetime(2024, 1, 1, 9, tzinfo=UTC)
BEGUN = 104
"""Terms that have begun and are kept."""

NOW = FIRST + BEGUN * WEEK

_WEEKLY = RotaSettings.model_validate(
    {
        "zone": "Etc/UTC",
        "start": f"{FIRST:%Y-%m-%d}",
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
    }
)


@dataclass(frozen=True)
class _Tick:
    seconds: float
    held: float
    queries: int


def run() -> list[Measure]:
    """Measure the round."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        # What is imported and worked out once, such as public holidays.
        await _ticks(Path(name) / "first.db", 1)
        few, _ = await _ticks(Path(name) / "few.db", FEW)
        many, idle = await _ticks(Path(name) / "many.db", MANY)
    each = many.seconds / MANY
    return [
        Measure(
            f"champion's round, time per rota, {MANY:,} / {FEW} due in one tick",
            each / (few.seconds / FEW),
            "×",
            f"{each * 1e3:.1f} ms each; {many.seconds:.1f} s, a tick with nothing due"
            f" {idle.seconds * 1e3:.1f} ms",
        ),
        Measure(
            "champion's round, queries per rota",
            many.queries / MANY,
            "",
            f"{many.queries:,} in all, {idle.queries} with nothing due",
        ),
        Measure(
            "champion's round, longest hold of the event loop",
            many.held * 1e3,
            "ms",
            f"{idle.held * 1e3:.1f} ms with nothing due",
        ),
    ]


async def _ticks(file: Path, count: int) -> tuple[_Tick, _Tick]:
    """Measure one tick in which all rotas are due, and the next, in which none is."""
    async with _workspace(file, count) as database:
        rounds = _rounds(database)
        # As `bot/serve.py` does; the bench itself keeps more than a bot.
        gc.collect()
        gc.freeze()
        return await _tick(database, rounds), await _tick(database, rounds)


async def _tick(database: Database, rounds: ChampionRounds) -> _Tick:
    with _queries(database) as asked:
        async with watched_loop() as probe:
            began = time.process_time()
            await rounds.go(TEAM)
            seconds = time.process_time() - began
    return _Tick(seconds, probe.longest, len(asked))


@contextmanager
def _queries(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def _rounds(database: Database) -> ChampionRounds:
    async def no_admin(_user_id: str) -> bool:
        return False

    def now() -> datetime:
        return NOW

    stewards = Stewards(database, now, no_admin, ())
    return ChampionRounds(database, now, now, Outbox(database, now, now, stewards))


@asynccontextmanager
async def _workspace(file: Path, count: int) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    names = [f"journey-{number}" for number in range(count)]
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=FIRST)
        await _keep(session, [_journey(name) for name in names])
        await _keep(session, [_rota(name) for name in names])
        await _keep(session, [_member(name, place) for name in names for place in range(PEOPLE)])
        await _keep(session, [_term(name, number) for name in names for number in range(BEGUN)])
    yield database
    await database.close()


async def _keep(session: AsyncSession, rows: Sequence[SQLModel]) -> None:
    await session.exec(insert(type(rows[0])), params=[row.model_dump() for row in rows])


def _journey(name: str) -> Journey:
    return Journey(workspace_id=TEAM, id=name, name=name, created_at=FIRST)


def _rota(name: str) -> ChampionRota:
    return ChampionRota(
        workspace_id=TEAM,
        journey_id=name,
        settings=_WEEKLY.model_dump(mode="json"),
        channel_id=f"C0{name}",
        look_at=NOW,
        created_at=FIRST,
    )


def _user(name: str, place: int) -> str:
    return f"U0{name}-{place}"


def _member(name: str, place: int) -> ChampionMember:
    return ChampionMember(
        workspace_id=TEAM,
        journey_id=name,
        user_id=_user(name, place),
        place=place,
        state="serving",
        joined=date(2023, 12, 31),
        country="GB",
        zone="Europe/London",
        asked_at=FIRST,
    )


def _term(name: str, number: int) -> ChampionTerm:
    start = FIRST + number * WEEK
    return ChampionTerm(
        workspace_id=TEAM,
        journey_id=name,
        start=start,
        end=start + WEEK,
        users=[_user(name, number % PEOPLE)],
        source="rota",
        why="Next in the order.",
    )
