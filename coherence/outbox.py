"""What is to be said in Slack, once each: what is claimed, what came of it, and what is given up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.stewards import Person, Stewards
from storage import outbox as table
from storage.database import Database
from storage.outbox import Delivery, DeliveryLane, Document, State

LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 15
"""With pauses that double from two seconds to an hour, about four hours."""

LISTED = 30
"""Deliveries that were given up, in one list."""


class Method(StrEnum):
    """What a delivery does."""

    POST = "post"
    UPDATE = "update"
    """Change a message that was posted before; that may be repeated without harm."""


@dataclass(frozen=True)
class Pace:
    """How the outbox works, by the machine's own clock.

    A call is given up after `call`; a lease, which outlasts it, keeps others away from a delivery;
    `settling` leaves a call of which nobody knows how it ended the time to end; `between` is the pause
    between two calls in one channel.
    """

    call: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(seconds=30)
    settling: timedelta = timedelta(seconds=5)
    between: timedelta = timedelta(seconds=1)
    first_pause: timedelta = timedelta(seconds=2)

    def pause_after(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts: each time twice as long, an hour at most."""
        return min(self.first_pause * (1 << (attempts - 1)), LONGEST_PAUSE)


@dataclass(frozen=True)
class NewDelivery:
    """Something to send to a channel or to a person; `facts` are what its words are made of.

    Of two with the same key, the second is not sent: a key says what the delivery is for. It waits for
    `not_before`, and is closed unsent once `useful_until` is over.
    """

    key: str
    kind: str
    facts: Document = field(default_factory=dict)
    channel_id: str | None = None
    user_id: str | None = None
    thread_ts: str | None = None
    method: Method = Method.POST
    useful_until: datetime | None = None
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if (self.channel_id is None) == (self.user_id is None):
            raise ValueError("a delivery goes to a channel or to a person")

    @property
    def lane(self) -> str:
        """Where to: a channel's id or a person's."""
        return str(self.channel_id or self.user_id)

    def row(
        self,
        workspace_id: str,
        *,
        due_at: datetime,
        now: datetime,
        expires_at: datetime | None = None,
        schedule_id: str | None = None,
    ) -> Delivery:
        """As a row of the outbox."""
        return Delivery(
            workspace_id=workspace_id,
            key=self.key,
            kind=self.kind,
            method=self.method.value,
            lane=self.lane,
            user_id=self.user_id,
            thread_ts=self.thread_ts,
            facts=self.facts,
            schedule_id=schedule_id,
            due_at=due_at,
            expires_at=expires_at or self.useful_until,
            next_attempt_at=max(now, self.not_before or now),
        )


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours to send until `lease_until`, by the machine's own clock.

    With `unsure_since`, Slack may have taken it already, at that time or later. `posted_in` is the
    channel that a lane stands for, where it is known.
    """

    workspace_id: str
    key: str
    owner: str
    kind: str
    method: Method
    lane: str
    posted_in: str | None
    thread_ts: str | None
    facts: Document
    due_at: datetime
    expires_at: datetime | None
    attempts: int
    lease_until: datetime
    unsure_since: datetime | None
    error: str | None


class NotSentYet(Exception):
    """The message that is to be changed may be on its way to Slack this moment."""


async def message_to_change(session: AsyncSession, claim: Claim, key: str) -> str | None:
    """The ts of the message with that key, if a delivery is to change it; None for a new message.

    None too where it wasn't sent: one that is still to be sent says then how things stand. Raises
    NotSentYet.
    """
    if claim.method is not Method.UPDATE:
        return None
    posted = await table.find_delivery(session, claim.workspace_id, key)
    if posted is not None and posted.state == State.SENDING:
        raise NotSentYet
    return posted.ts if posted is not None and posted.state == State.SENT else None


@dataclass(frozen=True)
class Undelivered:
    """A delivery that was given up; `error` is Slack's name for the reason."""

    key: str
    kind: str
    channel_id: str | None
    user_id: str | None
    due_at: datetime
    error: str | None
    may_have_arrived: bool


class Outbox:
    """The use cases around deliveries. `machine_now` is the machine's clock, which nobody moves."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        machine_now: Clock,
        stewards: Stewards,
        pace: Pace | None = None,
    ) -> None:
        self.pace = pace or Pace()
        self._database = database
        self._now = now
        self._machine_now = machine_now
        self._stewards = stewards

    async def add(
        self, session: AsyncSession, workspace_id: str, new: Sequence[NewDelivery]
    ) -> None:
        """Have something sent as soon as the caller's transaction is committed."""
        now = self._now()
        rows = [each.row(workspace_id, due_at=now, now=now) for each in new]
        await table.add_deliveries(session, rows, machine_now=self._machine_now())

    async def send_these_again(
        self, session: AsyncSession, workspace_id: str, keys: Sequence[str], errors: Collection[str]
    ) -> None:
        """Try once more those that were given up for one of these reasons, in the caller's transaction."""
        for each in await table.list_given_up(session, workspace_id, keys):
            if each.error in errors:
                await table.revive_delivery(
                    session,
                    workspace_id,
                    each.key,
                    now=self._now(),
                    machine_now=self._machine_now(),
                )

    async def claim(
        self, workspace_id: str, kinds: Collection[str], *, limit: int
    ) -> Sequence[Claim]:
        """Take what is due, at most one delivery of each lane; what has come too late is closed."""
        now, machine_now = self._now(), self._machine_now()
        ready = table.Ready(workspace_id, tuple(kinds), now=now, machine_now=machine_now)
        async with self._database.reading() as session:
            if not await table.any_deliveries(session, ready):
                return []
        async with self._database.transaction() as session:
            claimed = await table.claim_deliveries(session, ready, limit=limit)
            return [self._take(delivery, lane, now, machine_now) for delivery, lane in claimed]

    def _take(
        self, delivery: Delivery, lane: DeliveryLane, now: datetime, machine_now: datetime
    ) -> Claim:
        unsure_since = delivery.unsure_since
        until = machine_now + self.pace.lease
        delivery.state = State.SENDING.value
        delivery.attempts += 1
        delivery.lease_until = lane.free_at = until
        delivery.lease_owner = owner = uuid4().hex
        delivery.unsure_since = unsure_since or now
        return _claim(delivery, lane, owner, until, unsure_since)

    def has_time_for_a_call(self, claim: Claim) -> bool:
        """Whether a call begun now is over before the lease is."""
        return self._machine_now() + self.pace.call <= claim.lease_until

    def seconds_to_look(self, claim: Claim) -> float:
        """How long to look for it, so that there is time for a call after that."""
        return (claim.lease_until - self.pace.call - self._machine_now()).total_seconds()

    async def sent(self, claim: Claim, ts: str | None, channel_id: str | None) -> None:
        """Slack has taken it."""
        await self._settle(claim, State.SENT, ts=ts, channel_id=channel_id, error=None)

    async def postponed(self, claim: Claim, wait: timedelta) -> None:
        """Slack has asked to come back later: that is no failed attempt."""
        await self._try_again(claim, wait, claim.error, attempts=claim.attempts - 1)

    async def refused(self, claim: Claim, error: str, *, most_attempts: int) -> None:
        """Slack has certainly not taken it; `error` is its name for the reason."""
        if claim.attempts >= most_attempts:
            await self._settle(claim, State.DEAD, error=error, unsure_since=None)
        else:
            await self._try_again(claim, self.pace.pause_after(claim.attempts), error)

    async def unclear(self, claim: Claim, error: str) -> None:
        """Nobody knows whether Slack has taken it, so it is looked for before it is sent again."""
        if claim.method is Method.UPDATE:
            await self.refused(claim, error, most_attempts=MOST_ATTEMPTS)
            return
        pause = max(self.pace.settling, self.pace.pause_after(claim.attempts))
        await self._change(claim, None, error=error, lease_until=self._machine_now() + pause)

    async def not_found(self, claim: Claim) -> bool:
        """Slack has not taken it so far; False if it is not to be sent any more."""
        if claim.expires_at is not None and claim.expires_at < self._now():
            await self._settle(claim, State.EXPIRED, unsure_since=None)
        elif claim.attempts > MOST_ATTEMPTS:
            await self._settle(claim, State.DEAD, unsure_since=None)
        else:
            return True
        return False

    async def lookup_failed(self, claim: Claim, error: str) -> None:
        """Whether Slack has it could not be found out."""
        if claim.attempts >= MOST_ATTEMPTS:
            await self._settle(claim, State.DEAD, error=error)
        else:
            await self.unclear(claim, error)

    async def nothing_to_say(self, claim: Claim) -> None:
        """There is nothing to be said any more."""
        await self._settle(claim, State.DROPPED)

    async def undelivered(self, person: Person) -> Sequence[Undelivered]:
        """What was given up, longest due first, for stewards. Raises NotASteward."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            dead = await table.list_deliveries(
                session, person.workspace_id, State.DEAD, limit=LISTED
            )
        return [_undelivered(each) for each in dead]

    async def given_up(self, person: Person, key: str) -> Claim | None:
        """What was given up, to see what it would say now; nobody sends it for that. Raises NotASteward."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            dead = await table.list_given_up(session, person.workspace_id, [key])
            lanes = [
                await session.get(DeliveryLane, (each.workspace_id, each.lane)) for each in dead
            ]
        for delivery, lane in zip(dead, lanes, strict=True):
            if lane is not None:
                return _claim(delivery, lane, "", self._machine_now(), delivery.unsure_since)
        return None

    async def send_again(self, person: Person, key: str) -> None:
        """Try once more what was given up, if nobody has meanwhile. Raises NotASteward."""
        await self._stewards.require(person)
        async with self._database.transaction() as session:
            await table.revive_delivery(
                session, person.workspace_id, key, now=self._now(), machine_now=self._machine_now()
            )

    async def let_go(self, person: Person, key: str) -> None:
        """Take what was given up off the list. Raises NotASteward."""
        await self._stewards.require(person)
        async with self._database.transaction() as session:
            await table.drop_delivery(session, person.workspace_id, key, now=self._now())

    async def _settle(
        self, claim: Claim, state: State, channel_id: str | None = None, **values: object
    ) -> None:
        await self._change(
            claim,
            channel_id,
            state=state.value,
            settled_at=self._now(),
            **values,
        )

    async def _try_again(
        self, claim: Claim, wait: timedelta, error: str | None, **values: object
    ) -> None:
        await self._change(
            claim,
            None,
            state=State.FAILED.value,
            next_attempt_at=self._now() + wait,
            unsure_since=None,
            error=error,
            **values,
        )

    async def _change(self, claim: Claim, channel_id: str | None, **values: object) -> None:
        async with self._database.transaction() as session:
            # The lane first, as whoever claims does: neither then waits for the other.
            await table.free_lane(
                session,
                claim.workspace_id,
                claim.lane,
                held_until=claim.lease_until,
                free_at=self._machine_now() + self.pace.between,
                channel_id=channel_id,
            )
            await table.change_claimed(
                session, claim.workspace_id, claim.key, claim.owner, **values
            )


def _claim(
    delivery: Delivery,
    lane: DeliveryLane,
    owner: str,
    until: datetime,
    unsure_since: datetime | None,
) -> Claim:
    return Claim(
        workspace_id=delivery.workspace_id,
        key=delivery.key,
        owner=owner,
        kind=delivery.kind,
        method=Method(delivery.method),
        lane=delivery.lane,
        posted_in=lane.channel_id or (None if lane.user_id else lane.lane),
        thread_ts=delivery.thread_ts,
        facts=delivery.facts,
        due_at=delivery.due_at,
        expires_at=delivery.expires_at,
        attempts=delivery.attempts,
        lease_until=until,
        unsure_since=unsure_since,
        error=delivery.error,
    )


def _undelivered(delivery: Delivery) -> Undelivered:
    return Undelivered(
        key=delivery.key,
        kind=delivery.kind,
        channel_id=None if delivery.user_id else delivery.lane,
        user_id=delivery.user_id,
        due_at=delivery.due_at,
        error=delivery.error,
        may_have_arrived=delivery.unsure_since is not None,
    )
