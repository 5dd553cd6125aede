"""The worker ticks, keeps house, and is known not to work when it does not."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot import worker
from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.outbox import NewDelivery
from sandbox.server import RunningSandbox
from storage.outbox import Delivery, State, add_deliveries
from storage.schedules import Occurrence, Schedule, add_schedule
from tests.support.times import NOON

TEAM = "T0LARKFIELD"
OLD, RECENT = NOON - timedelta(days=91), NOON - timedelta(days=89)


async def test_a_worker_that_has_not_ticked_for_long_is_not_ready(
    bot: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await bot.readiness()).parts["worker"]
    monkeypatch.setattr(worker, "SILENT_SECONDS", 0.0)
    assert not (await bot.readiness()).parts["worker"]


async def test_what_is_long_over_is_dropped_and_what_waits_is_kept(
    slack: RunningSandbox, settings: Settings
) -> None:
    async with start(settings, lambda: NOON) as bot:
        await _hold(bot)
        await bot.worker.keep_house()
        async with bot.database.reading() as session:
            due = {each.due_at for each in (await session.exec(select(Occurrence))).all()}
            keys = {each.key for each in (await session.exec(select(Delivery))).all()}
    assert due == {RECENT}
    assert keys == {"recent", "waiting"}


async def _hold(bot: Application) -> None:
    def delivery(key: str, settled_at: datetime | None) -> Delivery:
        row = NewDelivery(key, "k", channel_id="C0SALES").row(TEAM, due_at=OLD, now=OLD)
        row.settled_at, row.state = settled_at, State.SENT if settled_at else State.DUE
        return row

    rows = [delivery("old", OLD), delivery("recent", RECENT), delivery("waiting", None)]
    async with bot.database.transaction() as session:
        schedule = Schedule(
            workspace_id=TEAM, id="s", kind="k", recurrence={}, zone="UTC", next_run_at=None
        )
        await add_schedule(session, schedule)
        session.add_all(
            Occurrence(workspace_id=TEAM, schedule_id="s", due_at=due_at, recorded_at=due_at)
            for due_at in (OLD, RECENT)
        )
        await add_deliveries(session, rows, machine_now=NOON)
