"""Rituals without Slack: what is planned, and what the outbox would say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from coherence.outbox import Claim, Outbox
from coherence.rituals.access import RitualAccess
from coherence.rituals.closing import RitualClosing
from coherence.rituals.posting import RitualPosting
from coherence.rituals.prompts import RitualPrompts
from coherence.rituals.reminders import RitualReminders
from coherence.rituals.rounds import RitualRounds
from coherence.rituals.trouble import RitualTroubles
from coherence.schedules import Schedules, next_time_by_rule
from coherence.stewards import Stewards
from storage.database import Database
from storage.outbox import Delivery, find_delivery
from storage.rituals import Ritual, RitualRound, find_ritual, find_round, list_rounds
from tests.support.rituals import RITUAL, TEAM
from tests.support.times import SettableClock

HANNA = "U0HANNA"


async def no_admin(_: str) -> bool:
    return False


@dataclass
class World:
    """The use cases on a database and one clock, with Hanna as steward."""

    database: Database
    clock: SettableClock = field(default_factory=SettableClock)

    def __post_init__(self) -> None:
        database, clock = self.database, self.clock
        stewards = Stewards(database, clock, no_admin, (HANNA,))
        self.outbox = Outbox(database, clock, clock, stewards)
        self.access = RitualAccess(database, clock, stewards)
        self.closing = RitualClosing(database, clock, self.outbox, self.access)
        self.reminders = RitualReminders(database, clock, self.outbox)
        self.prompts = RitualPrompts(database)
        self.rounds = self.new_rounds()
        self.schedules = self.new_schedules()

    def new_rounds(self) -> RitualRounds:
        """What another process would have."""
        troubles = RitualTroubles(self.database, self.clock, self.outbox, (HANNA,))
        return RitualRounds(self.database, self.clock, self.outbox, self.reminders, troubles)

    def new_schedules(self) -> Schedules:
        """What another process would have."""
        kinds = RitualPosting(self.clock, self.outbox).kinds
        return Schedules(self.database, self.clock, self.clock, kinds, next_time_by_rule)

    async def tick(self, now: datetime | None = None) -> None:
        """Let it be that late, and do what the worker does."""
        self.clock.now = now or self.clock.now
        await self.schedules.fire_due(TEAM)
        await self.rounds.go(TEAM)

    async def asked(self, ritual_id: str = RITUAL) -> Sequence[RitualRound]:
        """The rounds of a ritual, oldest first."""
        async with self.database.reading() as session:
            return (await list_rounds(session, TEAM, ritual_id, limit=100))[::-1]

    async def round(self, round_id: str) -> RitualRound:
        async with self.database.reading() as session:
            row = await find_round(session, TEAM, round_id)
        assert row
        return row

    async def ritual(self, ritual_id: str = RITUAL) -> Ritual:
        async with self.database.reading() as session:
            row = await find_ritual(session, TEAM, ritual_id)
        assert row
        return row

    async def planned(self, kind: str) -> Sequence[Delivery]:
        """The deliveries of a kind, in the order in which they are to be sent."""
        query = select(Delivery).where(col(Delivery.kind) == kind)
        order = (col(Delivery.next_attempt_at), col(Delivery.key))
        async with self.database.reading() as session:
            return (await session.exec(query.order_by(*order))).all()

    async def mark(self, key: str, **values: object) -> None:
        """Have something come of a delivery."""
        async with self.database.transaction() as session:
            row = await find_delivery(session, TEAM, key)
            assert row
            row.sqlmodel_update(values)

    async def claim(self, kind: str) -> Claim:
        """Take the one delivery of a kind that is due, as the sender does."""
        [claim] = await self.outbox.claim(TEAM, [kind], limit=9)
        return claim
