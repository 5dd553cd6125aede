"""`make soak`: a simulated month in which bots are killed again and again, and what was posted by then.

Each seed is one run: a local Slack in this process, one bot on SQLite or three on PostgreSQL as
processes of their own, schedules in four channels and a champion's rota, and the application's clock moved
on in steps of some hours, with outages of up to two days. SIGKILL comes at random moments, and right after
Slack has taken a post whose answer it holds back. In half of the seeds Slack has bad days besides.

    python -m benchmarks.soak [--seeds 10] [--kills 300] [--days 30] [--first 1]
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlmodel import col, select

from benchmarks.soak_duty import PEOPLE, add_duty, handovers_by, outcomes
from bot.clock import make_clock, system_clock
from coherence.schedules import NewSchedule, Schedules
from sandbox import server
from sandbox.faults import Fault
from sandbox.local_slack import Settings as SlackSettings
from sandbox.server import RunningSandbox
from storage.database import Database
from storage.migrations.upgrade import upgrade
from storage.outbox import Delivery, State
from storage.schedules import Occurrence, Schedule
from storage.workspaces import register_workspace
from tests.support import rehearsal
from tests.support.postgres import create_database, database_address, drop_database, start_server

STEP = timedelta(hours=2.4)
CHANNELS = ("C0ONBOARD", "C0DRAFTS", "C0SALES", "C0SUPPORT")
RULES = ((12, 0), (18, 1), (24, 2.5), (24, 9), (36, 3), (7 * 24, 10))
"""Every so many hours, from so many on."""

STILL_ON_ITS_WAY = timedelta(seconds=5)
OUTAGE_CHANCE = 0.05
LONGEST_OUTAGE = timedelta(days=2)
AIMED_CHANCE = 0.6
STEP_SECONDS = (0.1, 0.6)
UNTIL_KILLED_SECONDS = (0.0, 0.5)
SETTLE_SECONDS = 90.0
POLL_SECONDS = 0.01

FAULTS = (
    Fault("chat.postMessage", "ratelimited", retry_after=1),
    Fault("chat.postMessage", "http_500"),
    Fault("chat.postMessage", "http_503"),
    Fault("chat.postMessage", "fatal_error"),
    Fault("chat.postMessage", "slow", seconds=0.3),
    Fault("chat.postMessage", "hang", seconds=2),
    Fault("chat.postMessage", "stuck_answer", seconds=2),
    Fault("chat.postMessage", "lost_answer"),
    Fault("chat.postMessage", "dropped"),
    Fault("conversations.history", "ratelimited", retry_after=1),
    Fault("conversations.history", "http_500"),
    Fault("conversations.history", "hang", seconds=2),
)
# A journey's digests have schedules as well, which these bots don't know.
_OURS = select(Schedule).where(col(Schedule.kind) == rehearsal.REHEARSAL)
_UNREADABLE = Fault("conversations.history", "missing_scope", times=None)


@dataclass(frozen=True)
class Seed:
    """One run: everything random in it follows from the number."""

    number: int
    kills: int
    days: int
    readable: bool = True
    """Whether bots may read the channels' history."""

    @property
    def steps(self) -> int:
        """How often the clock is moved."""
        return int(timedelta(days=self.days) / STEP)

    @property
    def on_postgresql(self) -> bool:
        """Whether three bots share a PostgreSQL, or one has an SQLite file."""
        return self.number % 2 == 0

    @property
    def faulty(self) -> bool:
        """Whether Slack has bad days."""
        return self.number % 4 >= 2

    @property
    def bots(self) -> int:
        """How many processes share the work."""
        return 3 if self.on_postgresql else 1


@dataclass
class Tally:
    """What came of a run; `wrong` says of each occurrence that is not as it should be what it is."""

    seed: Seed
    kills: int = 0
    occurrences: int = 0
    posted: int = 0
    late: int = 0
    twice: int = 0
    lost: int = 0
    looked_up: int = 0
    wrong: list[str] = field(default_factory=list)


class Bots:
    """The bots of a run; each slot holds a process that is started again after it was killed."""

    def __init__(self, nursery: subprocess.Popen[str], count: int) -> None:
        self._nursery = nursery
        self._pids: list[int | None] = [None] * count

    def start(self) -> None:
        """Start every bot that does not run."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        for slot, pid in enumerate(self._pids):
            if pid is None:
                self._nursery.stdin.write("one more\n")
                self._nursery.stdin.flush()
                self._pids[slot] = int(self._nursery.stdout.readline())

    async def kill(self, slots: Sequence[int]) -> None:
        """SIGKILL, and wait until they are gone. Raises ProcessLookupError for one that went alone."""
        for slot in slots:
            if (pid := self._pids[slot]) is not None:
                os.kill(pid, signal.SIGKILL)
                while _runs(pid):  # noqa: ASYNC110 - other processes have no event
                    await asyncio.sleep(0.001)
                self._pids[slot] = None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def nursery(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that bots are forked from."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.soak_bot", str(log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "PATH": os.environ["PATH"]},
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


class Run:
    """One seed, from the first schedule to the tally."""

    def __init__(self, seed: Seed, slack: RunningSandbox, database: Database, bots: Bots) -> None:
        self._seed = seed
        self._slack = slack
        self._database = database
        self._bots = bots
        self._random = random.Random(seed.number)  # noqa: S311 - a simulation
        self._tally = Tally(seed)
        clock_file = slack.slack.settings.clock_file
        self._now = make_clock(clock_file)
        self._began = self._now()

    async def tally(self) -> Tally:
        """Play the month and count."""
        await self._add_schedules()
        if not self._seed.readable:
            self._slack.slack.faults.add(_UNREADABLE)
        deaths = Counter(self._random.choices(range(self._seed.steps), k=self._seed.kills))
        self._bots.start()
        for step in range(self._seed.steps):
            self._move_clock(STEP * self._random.uniform(0.5, 1.5))
            if self._seed.faulty and self._random.random() < 0.5:
                self._slack.slack.faults.add(_copy(self._random.choice(FAULTS)))
            for _ in range(deaths[step]):
                await self._live_and_die()
            await asyncio.sleep(self._random.uniform(*STEP_SECONDS))
        await self._settle()
        await self._count()
        return self._tally

    async def _live_and_die(self) -> None:
        if self._random.random() < AIMED_CHANCE:
            await self._until_taken()
        else:
            await asyncio.sleep(self._random.uniform(*UNTIL_KILLED_SECONDS))
        await self._kill()
        if self._random.random() < OUTAGE_CHANCE:
            self._move_clock(LONGEST_OUTAGE * self._random.random())
        self._bots.start()

    async def _until_taken(self) -> None:
        """Wait until Slack has just taken a post, whose answer it holds back."""
        self._slack.slack.faults.add(Fault("chat.postMessage", "stuck_answer", seconds=0.3))
        before = len(self._posted())
        self._move_clock(STEP / 2)
        with suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                while len(self._posted()) == before:  # noqa: ASYNC110 - what is looked at has no event
                    await asyncio.sleep(POLL_SECONDS)
        await asyncio.sleep(self._random.choice((0, 0, self._random.uniform(0, 0.3))))

    async def _add_schedules(self) -> None:
        schedules = Schedules(self._database, self._now, system_clock, (), rehearsal.next_time)
        team = self._slack.world.team.id
        async with self._database.transaction() as session:
            await register_workspace(session, team, "Larkfield", now=self._began)
            for number, (hours, offset) in enumerate(RULES):
                for channel in CHANNELS[: 4 - number % 2]:
                    new = NewSchedule(
                        team, f"{channel}-{number}", rehearsal.REHEARSAL,
                        rehearsal.every(hours, offset), "UTC", channel,
                    )  # fmt: skip
                    await schedules.add(session, new)
            world = self._slack.world
            conversations = {
                each: world.direct_message(each, world.app.bot_user_id).id for each in PEOPLE
            }
            await add_duty(session, team, self._began, conversations)

    async def _kill(self) -> None:
        everyone = list(range(self._seed.bots))
        together = self._random.random() < 0.3
        await self._bots.kill(everyone if together else [self._random.choice(everyone)])
        self._tally.kills += 1

    def _move_clock(self, forward: timedelta) -> None:
        self._slack.slack.clock.advance(forward.total_seconds())

    async def _settle(self) -> None:
        """Good weather: let the bots finish what is due by now."""
        self._slack.slack.faults.clear()
        if not self._seed.readable:
            self._slack.slack.faults.add(_UNREADABLE)
        self._bots.start()
        async with asyncio.timeout(SETTLE_SECONDS):
            while await self._unfinished():  # noqa: ASYNC110 - other processes have no event
                await asyncio.sleep(0.1)

    async def _unfinished(self) -> bool:
        open_states = [State.DUE.value, State.FAILED.value, State.SENDING.value]
        async with self._database.reading() as session:
            late = _OURS.where(col(Schedule.next_run_at) <= self._now())
            due = (await session.exec(late)).first()
            deliveries = (await session.exec(select(Delivery))).all()
        return due is not None or any(each.state in open_states for each in deliveries)

    async def _count(self) -> None:
        async with self._database.reading() as session:
            schedules = (await session.exec(_OURS)).all()
            occurrences = {
                (each.schedule_id, each.due_at): each
                for each in (await session.exec(select(Occurrence))).all()
            }
            deliveries = {each.key: each for each in (await session.exec(select(Delivery))).all()}
            team = self._slack.world.team.id
            handovers = await handovers_by(session, team, self._now() - STILL_ON_ITS_WAY)
        posted = Counter(self._posted())
        for outcome, key in outcomes(handovers, deliveries, posted):
            self._count_duty(outcome, key)
        for schedule in schedules:
            for due_at in _due_times(schedule, self._began, self._now()):
                self._judge(
                    schedule, due_at, occurrences.get((schedule.id, due_at)), deliveries, posted
                )
        self._tally.looked_up = sum(
            entry["name"] == "conversations.history" for entry in self._slack.slack.traffic.since()
        )

    def _count_duty(self, outcome: str, key: str) -> None:
        tally = self._tally
        tally.occurrences += 1
        setattr(tally, outcome, getattr(tally, outcome) + 1)
        if outcome in {"twice", "lost"}:
            tally.wrong.append(f"{key}: {outcome}")

    def _judge(
        self,
        schedule: Schedule,
        due_at: datetime,
        occurrence: Occurrence | None,
        deliveries: dict[str, Delivery],
        posted: Counter[str],
    ) -> None:
        tally, key = self._tally, rehearsal.key_of(schedule.id, due_at)
        times, delivery = posted[key], deliveries.get(key)
        tally.occurrences += 1
        if times > 1:
            tally.twice += 1
            tally.wrong.append(f"{key}: posted {times} times")
        elif times == 1 and delivery is not None and self._is_told(delivery):
            tally.posted += 1
        elif times == 0 and _late_by_rule(schedule, occurrence, delivery):
            tally.late += 1
        else:
            tally.lost += 1
            state = delivery.state if delivery else None
            tally.wrong.append(f"{key}: posted {times} times, {occurrence!r}, {state}")

    def _is_told(self, delivery: Delivery) -> bool:
        """Whether the bot knows that it was posted; where it may not look, it may never know."""
        return delivery.state == State.SENT or not self._seed.readable

    def _posted(self) -> list[str]:
        messages = self._slack.world.messages
        return [
            message.metadata["event_payload"]["key"]
            for channel in list(self._slack.world.channels)
            for message in messages.public(channel)
            if message.metadata
        ]


def _late_by_rule(
    schedule: Schedule, occurrence: Occurrence | None, delivery: Delivery | None
) -> bool:
    """Whether nothing was posted since it was too late, or since something newer was due as well."""
    if occurrence is None:
        return False
    if occurrence.missed:
        following = rehearsal.next_time(schedule.recurrence, occurrence.due_at)
        late = occurrence.recorded_at - occurrence.due_at > rehearsal.USEFUL_FOR
        return late or (following is not None and following <= occurrence.recorded_at)
    expired = delivery is not None and delivery.state == State.EXPIRED
    return expired and delivery.settled_at > delivery.expires_at  # type: ignore[union-attr, operator] # expired ones have both


def _due_times(schedule: Schedule, began: datetime, now: datetime) -> list[datetime]:
    times: list[datetime] = []
    following = rehearsal.next_time(schedule.recurrence, began)
    while following is not None and following <= now:
        times.append(following)
        following = rehearsal.next_time(schedule.recurrence, following)
    # What came due while the count began may still be on its way.
    return [each for each in times if each <= now - STILL_ON_ITS_WAY]


def _copy(fault: Fault) -> Fault:
    return Fault(**vars(fault))


async def soak(seed: Seed, postgres: str | None) -> Tally:
    """Run one seed; `postgres` is the address of a server for those that need one."""
    with tempfile.TemporaryDirectory(prefix="coherence-soak-") as name:
        folder = Path(name)
        async with _database(seed, folder, postgres) as (database, address):
            settings = SlackSettings(clock_file=folder / "clock")
            slack = await server.start(settings)
            environment = {
                **slack.environment,
                "DATABASE_URL": address,
                "COHERENCE_CLOCK_FILE": str(folder / "clock"),
                "COHERENCE_ENV_FILE": "",
            }
            log = folder / "log"
            try:
                with nursery(environment, log) as process:
                    bots = Bots(process, seed.bots)
                    tally = await Run(seed, slack, database, bots).tally()
                    await bots.kill(range(seed.bots))
                    return tally
            except Exception:
                sys.stderr.write(_end_of(log))
                raise
            finally:
                await slack.stop()


@asynccontextmanager
async def _database(
    seed: Seed, folder: Path, postgres: str | None
) -> AsyncIterator[tuple[Database, str]]:
    if not seed.on_postgresql:
        address = f"sqlite:///{folder / 'soak.db'}"
        async with _opened(address) as database:
            yield database, address
        return
    assert postgres is not None
    name = create_database(postgres)
    address = database_address(postgres, name)
    try:
        async with _opened(address) as database:
            yield database, address
    finally:
        drop_database(postgres, name)


@asynccontextmanager
async def _opened(address: str) -> AsyncIterator[Database]:
    database = Database(address)
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()


def _end_of(log: Path) -> str:
    return "".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[-30:])


def shown(tallies: Sequence[Tally]) -> Table:
    """The table of several runs."""
    table = Table(
        "seed", "database", "bots", "faults", "kills", "occurrences", "posted", "late by rule",
        "looked up", "twice", "lost", title="Coherence Champion, make soak",
    )  # fmt: skip
    for each in tallies:
        seed = each.seed
        row = (
            seed.number,
            "PostgreSQL" if seed.on_postgresql else "SQLite",
            seed.bots,
            "yes" if seed.faulty else "no",
            each.kills,
            each.occurrences,
            each.posted,
            each.late,
            each.looked_up,
            each.twice,
            each.lost,
        )
        table.add_row(*map(str, row))
    return table


def main() -> int:
    """Run the seeds, print the table; 1 if anything was lost or posted twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many runs")
    parser.add_argument("--first", type=int, default=1, help="the number of the first")
    parser.add_argument("--kills", type=int, default=300, help="kills in all runs together")
    parser.add_argument("--days", type=int, default=30, help="how long a run is, in simulated time")
    asked = parser.parse_args()
    each = max(1, asked.kills // asked.seeds)
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    server_ = start_server()
    try:
        create_template(server_.address)
        tallies = []
        for number in range(asked.first, asked.first + asked.seeds):
            tallies.append(asyncio.run(soak(Seed(number, each, asked.days), server_.address)))
            sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {tallies[-1]}\n")
    finally:
        server_.stop()
    console = Console(width=120)
    console.print(shown(tallies))
    for tally in tallies:
        for line in tally.wrong:
            console.print(f"seed {tally.seed.number}: {line}")
    return int(any(tally.twice or tally.lost for tally in tallies))


def create_template(server_address: str) -> None:
    """Migrate the database that each run's own is copied from."""

    async def migrate() -> None:
        async with _opened(database_address(server_address, "coherence_template")):
            pass

    asyncio.run(migrate())


if __name__ == "__main__":
    sys.exit(main())
