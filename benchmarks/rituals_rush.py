"""Very many channels that are asked at the same minute, by the real bot through the local Slack.

How fast they can be posted at all follows from the outbox's pacing: each tick, of which there is one a
second, claims as many deliveries as there is room for, eight at most being under way. So N posts take N / 8
ticks, were each of them over before the next tick: that is the floor, in seconds. One post a second and
channel does not bind, as each channel gets one. Slack's own limits are off in the local Slack: it is the bot
that is measured, and what it has to do at each tick besides posting.

Memory is traced in a smaller run of its own: tracing slows everything down. The local Slack lives in the same
process; what it keeps of posts and calls is let go before what has grown is told. `SIZE` says how many
channels there are: 1,000 by default.
"""

import asyncio
import gc
import math
import os
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks import Measure
from benchmarks.local_bot import USER, local_bot, local_slack
from bot.bootstrap import Application
from bot.clock import system_clock
from bot.worker import Timetable
from coherence.rituals.ritual import (
    Question,
    RitualKind,
    Visibility,
    questions_stored,
    schedule_id,
    schedule_kind,
)
from handlers.outbox import MOST_AT_ONCE
from sandbox.server import RunningSandbox
from sandbox.world import Channel
from storage.journeys import list_journeys
from storage.rituals import Ritual
from storage.schedules import Schedule

SIZE = int(os.environ.get("SIZE", "1000"))
TRACED = max(50, SIZE // 4)
WARM = 10
"""Asked before anything is measured: what is imported, compiled and connected once."""

MB = 1_048_576
_LOOK_AGAIN = 0.05
_LIMIT = 5
"""Times the floor after which something is wrong."""

_QUESTIONS = [Question(id="q1", text="What did not fit the story yesterday?")]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@dataclass(frozen=True)
class _Rush:
    """Seconds from the due time to the first post and to the last, and bytes: still held, and at the peak."""

    first: float
    last: float
    grown: int
    peak: int


def run() -> list[Measure]:
    """Measure the rush."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    timed = await _rush(SIZE)
    traced = await _rush(TRACED, traced=True)
    floor = _floor(SIZE)
    return [
        Measure(
            f"{SIZE:,} channels asked at the same minute, time to post / the pacing's floor",
            timed.last / floor,
            "×",
            f"{timed.last:.1f} s, the floor is {floor:.0f} s; the first after {timed.first:.1f} s",
        ),
        Measure(
            f"{TRACED:,} channels asked at the same minute, memory grown",
            traced.grown / MB,
            "MB",
            f"{traced.grown / TRACED / 1024:.1f} KB per channel;"
            f" {traced.peak / MB:.1f} MB at the peak, with the local Slack's",
        ),
    ]


def _floor(channels: int) -> float:
    """Seconds that the pacing alone takes."""
    return math.ceil(channels / MOST_AT_ONCE) * Timetable().tick_seconds


async def _rush(count: int, *, traced: bool = False) -> _Rush:
    async with local_slack() as slack, local_bot(slack) as bot:
        await _ask(slack, bot, _open_channels(slack, "WARM", WARM))
        channels = _open_channels(slack, "RUSH", count)
        _let_go(slack)
        if traced:
            tracemalloc.start()
        held, _ = tracemalloc.get_traced_memory()
        first, last = await _ask(slack, bot, channels)
        peak = tracemalloc.get_traced_memory()[1]
        _let_go(slack)
        grown = tracemalloc.get_traced_memory()[0] - held
        tracemalloc.stop()
    return _Rush(first, last, grown, peak)


def _let_go(slack: RunningSandbox) -> None:
    """Have the local Slack forget what was said and done."""
    slack.world.messages.clear()
    slack.slack.traffic.clear()
    gc.collect()


def _open_channels(slack: RunningSandbox, name: str, count: int) -> list[str]:
    members = {USER, slack.world.app.bot_user_id}
    new = [
        Channel(f"C0{name}{number}", f"{name}-{number}".lower(), members=members)
        for number in range(count)
    ]
    slack.world.channels |= {channel.id: channel for channel in new}
    return [channel.id for channel in new]


async def _ask(
    slack: RunningSandbox, bot: Application, channels: Sequence[str]
) -> tuple[float, float]:
    """Have all channels asked now; return after how many seconds the first and the last were."""
    await _make_due(bot, slack.world.team.id, channels)
    began = time.perf_counter()
    first = await _until_posted(slack, channels, 1)
    last = await _until_posted(slack, channels, len(channels))
    assert all(len(slack.world.messages.public(each)) == 1 for each in channels)
    return first - began, last - began


async def _until_posted(slack: RunningSandbox, channels: Sequence[str], count: int) -> float:
    async with asyncio.timeout(60 + _LIMIT * _floor(len(channels))):
        while _posted(slack, channels) < count:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(_LOOK_AGAIN)
    return time.perf_counter()


def _posted(slack: RunningSandbox, channels: Sequence[str]) -> int:
    return sum(len(slack.world.messages.public(each)) for each in channels)


async def _make_due(bot: Application, team: str, channels: Sequence[str]) -> None:
    now = system_clock().replace(second=0, microsecond=0)
    async with bot.database.transaction() as session:
        journey = (await list_journeys(session, team))[0].id
        await _keep(session, [_ritual(team, journey, each, now) for each in channels])
        await _keep(session, [_schedule(team, each, now) for each in channels])


async def _keep(session: AsyncSession, rows: Sequence[SQLModel]) -> None:
    await session.exec(insert(type(rows[0])), params=[row.model_dump() for row in rows])


def _ritual(team: str, journey: str, channel: str, now: datetime) -> Ritual:
    return Ritual(
        workspace_id=team,
        id=channel,
        journey_id=journey,
        kind=RitualKind.STAND_UP,
        name="Daily question",
        channel_id=channel,
        recurrence=_daily(now),
        visibility=Visibility.NAMED,
        questions=questions_stored(_QUESTIONS),
        open_minutes=240,
        created_at=now,
    )


def _schedule(team: str, channel: str, now: datetime) -> Schedule:
    return Schedule(
        workspace_id=team,
        id=schedule_id(channel),
        kind=schedule_kind(RitualKind.STAND_UP),
        subject_id=channel,
        recurrence=_daily(now),
        zone="UTC",
        next_run_at=now,
    )


def _daily(now: datetime) -> dict[str, object]:
    return {
        "pattern": {"kind": "weekly", "weekdays": _WEEKDAYS},
        "start": f"{now - timedelta(days=1):%Y-%m-%d}",
        "time": f"{now:%H:%M}",
        "zone": "UTC",
    }
