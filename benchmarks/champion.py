"""Handles that follow many rotas in one look: what is asked of Slack and of the database, and how it grows.

A local Slack and SQLite, each rota with a year behind it and a user group of its own. All are looked at
together: at the handover, and an hour later when nothing has changed. `SIZE` says how many there are,
1,000 by default, which is held against a tenth of it.
"""

import asyncio
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import structlog
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event

from benchmarks import Measure
from benchmarks.local_bot import local_slack
from bot.slack import make_client, open_session
from coherence.champion.settings import RotaSettings
from coherence.champion.surfaces import ChampionSurfaces
from coherence.outbox import Outbox
from coherence.stewards import Stewards
from handlers.champion_surfaces import ChampionSurfaceRound
from sandbox.server import RunningSandbox
from sandbox.user_groups import UserGroup
from storage.champion import ChampionMember, ChampionRota, ChampionSurface, ChampionTerm
from storage.database import Database
from storage.journeys import Journey
from storage.migrations.upgrade import upgrade
from storage.workspaces import register_workspace

SIZE = int(os.environ.get("SIZE", "1000"))
TEAM = "T0BENCH"
PEOPLE = ("U0MAYA", "U0TOM", "U0PRIYA")
FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
BEHIND = 52
"""Weekly terms that each rota has behind it."""

_SETTINGS = RotaSettings.model_validate(
    {
        "zone": "UTC",
        "start": FIRST.date(),
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
    }
)


@dataclass
class Look:
    """What one look took: seconds, statements to the database, calls of Slack."""

    seconds: float = 0.0
    statements: int = 0
    calls: int = 0


@dataclass(frozen=True)
class Looks:
    """The looks at so many rotas."""

    handover: Look
    unchanged: Look
    nothing_due: Look


def run() -> list[Measure]:
    """Measure everything; takes about a minute."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    few, many = (asyncio.run(_looks(count)) for count in (SIZE // 10, SIZE))
    what = f"{SIZE:,} rotas in one look"
    return [
        Measure(f"{what}: calls of Slack, nothing changed", many.unchanged.calls, "", ""),
        Measure(
            f"{what}: database statements, nothing changed",
            many.unchanged.statements,
            "",
            f"{few.unchanged.statements} for {SIZE // 10:,}",
        ),
        _growth(f"{what}: time per rota, nothing changed", few.unchanged, many.unchanged),
        Measure(
            f"{what}: calls of Slack at the handover, per rota",
            many.handover.calls / SIZE,
            "",
            "one list for all, one change each",
        ),
        _growth(f"{what}: time per rota at the handover", few.handover, many.handover),
        Measure(
            f"{SIZE:,} rotas, none due / all due: time of a look",
            many.nothing_due.seconds / many.unchanged.seconds,
            "×",
            f"{many.nothing_due.seconds * 1e3:.1f} ms, {many.nothing_due.statements} statements",
        ),
    ]


def _growth(name: str, few: Look, many: Look) -> Measure:
    ratio = (many.seconds / SIZE) / (few.seconds / (SIZE // 10))
    note = f"against {SIZE // 10:,} rotas; {many.seconds:.2f} s in all"
    return Measure(name, ratio, "×", note)


async def _looks(count: int) -> Looks:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        await upgrade(database)
        await _furnish(database, count)
        async with local_slack() as slack, open_session() as session:
            for number in range(count):
                group = f"S{number}"
                slack.world.groups[group] = UserGroup(group, f"group-{number}", "Champion")
            token = slack.slack.credentials.bot_token
            client = make_client(SecretStr(token), slack.api_url, session, tries_again=False)
            looks = await _measure(database, slack, client)
        await database.close()
    return looks


async def _measure(database: Database, slack: RunningSandbox, client: AsyncWebClient) -> Looks:
    clock = [FIRST + BEHIND * WEEK + timedelta(hours=1)]

    def now() -> datetime:
        return clock[0]

    async def nobody(_user: str) -> bool:
        return False

    outbox = Outbox(database, now, now, Stewards(database, now, nobody))
    surfaces = ChampionSurfaceRound(ChampionSurfaces(database, now, now, outbox), client)
    looks = []
    for pause in (timedelta(), timedelta(hours=2), timedelta(seconds=1)):
        clock[0] += pause
        with _counted(database, slack) as look:
            await surfaces.follow(TEAM)
        looks.append(look)
    return Looks(*looks)


@contextmanager
def _counted(database: Database, slack: RunningSandbox) -> Iterator[Look]:
    look, engine = Look(), database.engine.sync_engine

    def count(*_: object) -> None:
        look.statements += 1

    slack.slack.traffic.clear()
    before = _calls(slack)
    event.listen(engine, "before_cursor_execute", count)
    began = perf_counter()
    yield look
    look.seconds = perf_counter() - began
    event.remove(engine, "before_cursor_execute", count)
    look.calls = _calls(slack) - before - 1


def _calls(slack: RunningSandbox) -> int:
    """Calls so far, this question among them: the log keeps only the last, and numbers all."""
    slack.slack.traffic.record("to_slack", "mark", request={}, response={}, status=0, seconds=0)
    return int(slack.slack.traffic.since()[-1]["n"])


async def _furnish(database: Database, count: int) -> None:
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Bench", now=FIRST)
        ids = [f"journey-{number}" for number in range(count)]
        session.add_all(
            Journey(workspace_id=TEAM, id=each, name=each, created_at=FIRST) for each in ids
        )
        await session.flush()
        session.add_all(_rota(each) for each in ids)
        await session.flush()
        for number, each in enumerate(ids):
            session.add_all(_rows(each, f"S{number}"))


def _rota(journey_id: str) -> ChampionRota:
    settings = _SETTINGS.model_dump(mode="json")
    return ChampionRota(
        workspace_id=TEAM, journey_id=journey_id, settings=settings, created_at=FIRST
    )


def _rows(journey_id: str, group: str) -> Iterator[ChampionMember | ChampionTerm | ChampionSurface]:
    rota: dict[str, Any] = {"workspace_id": TEAM, "journey_id": journey_id}
    for place, person in enumerate(PEOPLE):
        member: dict[str, Any] = {
            "user_id": person,
            "place": place,
            "state": "serving",
            "joined": FIRST.date(),
        }
        yield ChampionMember(**rota, **member, asked_at=FIRST)
    for week in range(BEHIND):
        start, served = FIRST + week * WEEK, [PEOPLE[week % len(PEOPLE)]]
        yield ChampionTerm(
            **rota, start=start, end=start + WEEK, users=served, source="rota", why=""
        )
    yield ChampionSurface(**rota, kind="handle", target_id=group)
