"""Setting up rituals: what whoever leads a journey does, and everybody may look at."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.loading import load_rota_or_none
from coherence.clock import Clock
from coherence.errors import (
    InvalidRecurrence,
    NoRitual,
    NotLeading,
)
from coherence.journeys import journey_by_id, only_journey
from coherence.outbox import Outbox
from coherence.recurrence import next_time
from coherence.rituals import letters
from coherence.rituals.access import RitualAccess
from coherence.rituals.asked import asked_before
from coherence.rituals.coming import Coming, what_comes
from coherence.rituals.keeping import (
    add_ritual,
    change_ritual,
    lock_living,
    lock_with_schedule,
    require_own_name,
    require_seen,
)
from coherence.rituals.plan import (
    RitualPlan,
    first_plan,
    plan_of,
    questions_of,
    require_plan,
)
from coherence.rituals.ritual import (
    Question,
    Ritual,
    RitualKind,
    ritual_value,
    schedule_id,
)
from coherence.rituals.trouble import TROUBLE, InTheWay, nothing_in_the_way
from coherence.schedules import Schedules
from coherence.stack.versions import changing
from coherence.stewards import Person
from coherence.zones import find_zone
from storage import rituals as table
from storage.champion import find_rota
from storage.database import Database
from storage.journeys import Journey, journey_of_channel, list_journeys

_LAST_ROUNDS: Final = 2
"""The one that could not be asked, and the one before it, whose close could not be told."""

MAX_JOURNEYS: Final = 100
"""Journeys to choose from in one form."""

OwnZone: TypeAlias = Callable[[], Awaitable[str]]
"""The time zone in the profile of whoever asks."""


@dataclass(frozen=True)
class RitualStatus:
    """A ritual in the list: when it comes next, None where it rests or nobody can tell.

    `trouble` is one sentence on why nobody can.
    """

    ritual: Ritual
    next_at: datetime | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class JourneyRituals:
    """A journey with its rituals, and whether whoever looks may lead them."""

    journey_id: str
    journey: str
    may_lead: bool
    rituals: tuple[RitualStatus, ...]


@dataclass(frozen=True)
class RitualForm:
    """What is to be edited; `journeys` are those to choose from, by id and name.

    `champions` are on duty now in the journey of the plan.
    """

    plan: RitualPlan
    journeys: tuple[tuple[str, str], ...]
    champions: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether there is no such ritual yet."""
        return self.plan.seen == 0


@dataclass(frozen=True)
class RitualPreview:
    """What would follow from a plan; `has_rota` is whether anybody serves as champion at all."""

    journey: str
    plan: RitualPlan
    coming: tuple[Coming, ...]
    has_rota: bool
    paused: bool = False


@dataclass(frozen=True)
class RitualSaved:
    """What is kept, and when it comes next; None while it rests."""

    ritual: Ritual
    next_at: datetime | None


class RitualSetup:
    """The use cases around setting up. What changes something raises NotLeading, and NoRitual."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        access: RitualAccess,
        schedules: Schedules,
        outbox: Outbox,
    ) -> None:
        self._outbox = outbox
        self._database = database
        self._now = now
        self._access = access
        self._schedules = schedules

    async def overview(self, person: Person, channel_id: str | None) -> Sequence[JourneyRituals]:
        """All journeys with their rituals, the one of a channel first."""
        async with self._database.reading() as session:
            journeys = await _journeys(session, person.workspace_id, channel_id)
            rows = await table.list_rituals(session, person.workspace_id)
        leads = await self._access.led_by(person, [each.id for each in journeys])
        statuses = [self._status(ritual_value(row)) for row in rows]
        return [
            JourneyRituals(
                each.id,
                each.name,
                each.id in leads,
                tuple(one for one in statuses if one.ritual.journey_id == each.id),
            )
            for each in journeys
        ]

    async def new_form(
        self, person: Person, kind: RitualKind, channel_id: str | None, own_zone: OwnZone
    ) -> RitualForm:
        """What is offered for a new ritual in a channel; in the journey's zone, or else in one's own."""
        async with self._database.reading() as session:
            journeys = await _journeys(session, person.workspace_id, channel_id)
        leads = await self._access.led_by(person, [each.id for each in journeys])
        own = [each for each in journeys if each.id in leads]
        if not own:
            await self._access.require(person, journeys[0].id)
            raise NotLeading(())
        home = own[0]
        zone = home.zone if home.zone != "UTC" else find_zone(await own_zone()) or "UTC"
        async with self._database.reading() as session:
            rota = await find_rota(session, person.workspace_id, home.id)
        country = rota.settings.get("country") if rota else None
        plan = first_plan(
            kind,
            home.id,
            channel_id,
            zone=zone,
            country=str(country) if country else None,
            now=self._now(),
        )
        names = tuple((each.id, each.name) for each in own[:MAX_JOURNEYS])
        return RitualForm(plan, names, await self._champions(person, home.id))

    async def form(self, person: Person, ritual_id: str) -> RitualForm:
        """A ritual as it is, to be changed."""
        async with self._database.reading() as session:
            ritual = await _ritual(session, person.workspace_id, ritual_id)
            home = await journey_by_id(session, person.workspace_id, ritual.journey_id)
        await self._access.require(person, ritual.journey_id)
        champions = await self._champions(person, home.id)
        return RitualForm(plan_of(ritual), ((home.id, home.name),), champions)

    async def preview(self, person: Person, plan: RitualPlan) -> RitualPreview:
        """What would follow from a plan. Raises InvalidAnswers, ChangedMeanwhile."""
        await self._access.require(person, plan.journey_id)
        require_plan(plan, self._now())
        async with self._database.reading() as session:
            row = await table.find_ritual(session, person.workspace_id, plan.id)
            require_seen(plan, row)
            living = await table.list_rituals(session, person.workspace_id, plan.journey_id)
            require_own_name(plan, living)
            before = ritual_value(row).questions if row else ()
            questions = questions_of(plan, before)
            return await self._preview(
                session, person.workspace_id, plan, questions, paused=bool(row and row.paused)
            )

    async def coming(self, person: Person, ritual_id: str) -> RitualPreview:
        """What a ritual will post, and when; for everybody. Raises InvalidRecurrence."""
        async with self._database.reading() as session:
            ritual = await _ritual(session, person.workspace_id, ritual_id)
            return await self._preview(
                session,
                person.workspace_id,
                plan_of(ritual),
                ritual.questions,
                paused=ritual.paused,
            )

    async def save(self, person: Person, plan: RitualPlan) -> RitualSaved:
        """Keep a plan, from its next time on; keeping the same plan once more does nothing.

        Raises InvalidAnswers, or ChangedMeanwhile where the ritual is another than the one that the plan
        was made from.
        """
        await self._access.require(person, plan.journey_id)
        require_plan(plan, self._now())
        async with changing(self._database, person.workspace_id) as session:
            await journey_by_id(session, person.workspace_id, plan.journey_id)
            row = await lock_with_schedule(session, person.workspace_id, plan.id)
            if row is None:
                row = await add_ritual(session, self._schedules, person, plan, now=self._now())
            else:
                await change_ritual(session, self._schedules, row, plan)
            ritual = ritual_value(row)
        return RitualSaved(ritual, self._status(ritual).next_at)

    async def pause(self, person: Person, ritual_id: str) -> Ritual:
        """Let a ritual rest; nothing happens where it does already."""
        await self._require(person, ritual_id)
        async with self._database.transaction() as session:
            row = await lock_living(session, person.workspace_id, ritual_id)
            if not row.paused:
                row.paused = True
                await self._schedules.pause(session, row.workspace_id, schedule_id(row.id))
            return ritual_value(row)

    async def resume(
        self, person: Person, ritual_id: str, in_the_way: InTheWay = nothing_in_the_way
    ) -> RitualSaved:
        """Have a ritual come again; what it slept through is not made up for.

        Where something is in the way in its channel it stays paused for that. Raises InvalidRecurrence
        where nobody can tell any more when it comes.
        """
        ritual = await self._require(person, ritual_id)
        trouble = await in_the_way(ritual.channel_id) if ritual.paused else None
        async with self._database.transaction() as session:
            row = await lock_living(session, person.workspace_id, ritual_id)
            if row.paused and trouble and row.channel_id == ritual.channel_id:
                row.paused_for = trouble
            elif row.paused:
                row.paused, row.paused_for = False, None
                await self._tell_what_was_stuck(session, row)
                await self._schedules.resume(session, row.workspace_id, schedule_id(row.id))
            ritual = ritual_value(row)
        return RitualSaved(ritual, self._status(ritual).next_at)

    async def _tell_what_was_stuck(self, session: AsyncSession, row: table.Ritual) -> None:
        """Have the close of the last rounds told that the channel's trouble kept from being told."""
        rounds = await table.list_rounds(session, row.workspace_id, row.id, limit=_LAST_ROUNDS)
        keys = [
            key(each.id) for each in rounds for key in (letters.closing_key, letters.summary_key)
        ]
        await self._outbox.send_these_again(session, row.workspace_id, keys, TROUBLE)

    async def end(self, person: Person, ritual_id: str) -> Ritual:
        """Have a ritual come no more; what it has come to so far stays."""
        await self._require(person, ritual_id)
        async with self._database.transaction() as session:
            row = await lock_living(session, person.workspace_id, ritual_id)
            row.ended_at = self._now()
            await self._schedules.remove(session, row.workspace_id, schedule_id(row.id))
            return ritual_value(row)

    async def _require(self, person: Person, ritual_id: str) -> Ritual:
        async with self._database.reading() as session:
            ritual = await _ritual(session, person.workspace_id, ritual_id)
        await self._access.require(person, ritual.journey_id)
        return ritual

    async def _preview(
        self,
        session: AsyncSession,
        workspace_id: str,
        plan: RitualPlan,
        questions: Sequence[Question],
        *,
        paused: bool,
    ) -> RitualPreview:
        home = await journey_by_id(session, workspace_id, plan.journey_id)
        before = await asked_before(session, workspace_id, plan.id)
        rota = await load_rota_or_none(session, workspace_id, plan.journey_id)
        coming = what_comes(
            plan.kind, plan.recurrence, questions, before, rota=rota, now=self._now()
        )
        return RitualPreview(home.name, plan, tuple(coming), rota is not None, paused)

    async def _champions(self, person: Person, journey_id: str) -> tuple[str, ...]:
        return tuple(await self._access.champions(person.workspace_id, journey_id))

    def _status(self, ritual: Ritual) -> RitualStatus:
        try:
            comes = next_time(ritual.recurrence, self._now())
        except InvalidRecurrence as error:
            return RitualStatus(ritual, trouble=str(error))
        return RitualStatus(ritual, None if ritual.paused else comes)


async def _journeys(
    session: AsyncSession, workspace_id: str, channel_id: str | None
) -> Sequence[Journey]:
    """All journeys by name, that of a channel first. Raises NoJourneyYet."""
    journeys = await list_journeys(session, workspace_id)
    if not journeys:
        only_journey(journeys)
    here = await journey_of_channel(session, workspace_id, channel_id) if channel_id else None
    return sorted(journeys, key=lambda each: here is None or each.id != here.id)


async def _ritual(session: AsyncSession, workspace_id: str, ritual_id: str) -> Ritual:
    row = await table.find_ritual(session, workspace_id, ritual_id)
    if row is None or row.ended_at is not None:
        raise NoRitual
    return ritual_value(row)
