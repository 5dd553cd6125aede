"""What happens without anybody asking: housekeeping, on the event loop's own scheduler."""

from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from coherence.clock import Clock
from coherence.retention import Retention
from storage.database import Database
from storage.processed import forget_before

KEEP_PROCESSED_IDS = timedelta(days=1)
"""Slack gives up redelivering after about an hour; a day leaves room for our own downtime."""

log = structlog.get_logger(__name__)


def make_scheduler(database: Database, now: Clock, retention: Retention) -> AsyncIOScheduler:
    """The scheduler of the process, not started."""
    scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1})

    async def forget_processed_ids() -> None:
        async with database.transaction() as session:
            await forget_before(session, now() - KEEP_PROCESSED_IDS)

    async def let_go_of_checks() -> None:
        if gone := await retention.sweep():
            log.info("checks_let_go", checks=gone.checks, words=gone.words)

    scheduler.add_job(forget_processed_ids, "interval", hours=1, id="forget_processed_ids")
    scheduler.add_job(let_go_of_checks, "interval", hours=1, id="let_go_of_checks")
    return scheduler
