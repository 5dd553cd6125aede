"""The outbox: calls to Slack that must happen once, whatever dies in between.

`machine_now` and leases are by the machine's own clock, everything else by the application's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Index, Update, and_, case, delete, func, or_, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import Json, UTCDateTime, insert_new

Document: TypeAlias = dict[str, Any]


class State(StrEnum):
    """How far a delivery has come."""

    DUE = "due"
    SENDING = "sending"
    """Slack may have taken it: only after asking may it be sent again."""
    FAILED = "failed"
    """Slack has not taken it; it is tried again."""
    SENT = "sent"
    DEAD = "dead"
    """Given up; a steward may have it sent again."""
    EXPIRED = "expired"
    """It came too late to be of use."""
    DROPPED = "dropped"
    """A steward let it go, or there was nothing to say any more."""


WAITING = (State.DUE.value, State.FAILED.value)


class Delivery(SQLModel, table=True):
    """One call to Slack: where to, what about, and how far it has come.

    It goes to a channel or to a person. `facts` are what its words are made of when it is sent.
    `unsure_since` is when the first call began of which nobody knows how it ended.
    """

    __table_args__ = (
        Index("ix_delivery_open", "workspace_id", "state", "next_attempt_at"),
        Index("ix_delivery_lane", "workspace_id", "lane", "state"),
        Index("ix_delivery_settled_at", "settled_at"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    key: str = Field(primary_key=True)
    kind: str
    method: str
    lane: str
    user_id: str | None = None
    thread_ts: str | None = None
    facts: Document = Field(sa_type=Json)
    schedule_id: str | None = None
    due_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    state: str = State.DUE.value
    next_attempt_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    lease_owner: str | None = None
    unsure_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ts: str | None = None
    error: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class DeliveryLane(SQLModel, table=True):
    """A channel, or a person's direct messages: one call at a time, and not one right after another.

    `channel_id` is the channel that Slack's answers name; for a person it is learnt that way.
    """

    __tablename__ = "delivery_lane"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    lane: str = Field(primary_key=True)
    user_id: str | None = None
    channel_id: str | None = None
    free_at: datetime = Field(sa_type=UTCDateTime)


async def add_deliveries(
    session: AsyncSession, deliveries: Sequence[Delivery], *, machine_now: datetime
) -> None:
    """Put deliveries into the outbox; those whose key is known already are left as they are."""
    if not deliveries:
        return
    lanes = {
        (each.workspace_id, each.lane): {
            "workspace_id": each.workspace_id,
            "lane": each.lane,
            "user_id": each.user_id,
            "free_at": machine_now,
        }
        for each in deliveries
    }
    connection = await session.connection()
    # In one order everywhere, so that two who add the same lanes wait and never block each other.
    in_order = [lanes[lane] for lane in sorted(lanes)]
    await connection.execute(insert_new(connection, DeliveryLane), in_order)
    rows = [each.model_dump() for each in deliveries]
    await connection.execute(insert_new(connection, Delivery), rows)


@dataclass(frozen=True)
class Ready:
    """What can be sent now: of which workspace, of which kinds, at what time by both clocks."""

    workspace_id: str
    kinds: Sequence[str]
    now: datetime
    machine_now: datetime

    def condition(self) -> ColumnElement[bool]:
        """What is due, and what Slack may have taken and nobody holds any more."""
        unsure = and_(
            col(Delivery.state) == State.SENDING.value,
            col(Delivery.lease_until) <= self.machine_now,
        )
        waiting = and_(col(Delivery.state).in_(WAITING), col(Delivery.next_attempt_at) <= self.now)
        return and_(
            col(Delivery.workspace_id) == self.workspace_id,
            or_(waiting, unsure),
            col(Delivery.kind).in_(self.kinds),
        )


async def any_deliveries(session: AsyncSession, ready: Ready) -> bool:
    """Whether there is anything to send: looking holds up nobody."""
    query = select(Delivery.key).where(ready.condition()).limit(1)
    return (await session.exec(query)).first() is not None


async def claim_deliveries(
    session: AsyncSession, ready: Ready, *, limit: int
) -> Sequence[tuple[Delivery, DeliveryLane]]:
    """The next delivery of each lane that is free, with its lane; both are this transaction's.

    What Slack may have taken comes first. What has come too late in these lanes is closed, unless
    Slack may have taken it: that has to be found out first.
    """
    query = select(DeliveryLane).where(
        col(DeliveryLane.workspace_id) == ready.workspace_id,
        col(DeliveryLane.free_at) <= ready.machine_now,
        col(DeliveryLane.lane).in_(select(Delivery.lane).where(ready.condition())),
    )
    query = query.order_by(col(DeliveryLane.free_at), col(DeliveryLane.lane)).limit(limit)
    claimed = (await session.exec(query.with_for_update(skip_locked=True))).all()
    lanes = {lane.lane: lane for lane in claimed}
    # Whoever sends from a lane holds the lane, so what is in it is nobody else's meanwhile.
    await _close_late(session, ready, list(lanes))
    first = await _first_of_each(session, ready, list(lanes))
    return [(delivery, lanes[delivery.lane]) for delivery in first]


async def _close_late(session: AsyncSession, ready: Ready, lanes: Sequence[str]) -> None:
    late = update(Delivery).where(
        ready.condition(),
        col(Delivery.lane).in_(lanes),
        col(Delivery.expires_at) < ready.now,
        col(Delivery.unsure_since).is_(None),
    )
    await session.exec(late.values(state=State.EXPIRED.value, settled_at=ready.now))


async def _first_of_each(
    session: AsyncSession, ready: Ready, lanes: Sequence[str]
) -> Sequence[Delivery]:
    unsure_first = case((col(Delivery.state) == State.SENDING.value, 0), else_=1)
    order = (unsure_first, col(Delivery.next_attempt_at), col(Delivery.due_at), col(Delivery.key))
    rank = func.row_number().over(partition_by=col(Delivery.lane), order_by=order)
    ranked = (
        select(col(Delivery.workspace_id), col(Delivery.key), rank.label("rank"))
        .where(ready.condition(), col(Delivery.lane).in_(lanes))
        .subquery()
    )
    query = select(Delivery).join(
        ranked,
        (col(Delivery.workspace_id) == ranked.c.workspace_id) & (col(Delivery.key) == ranked.c.key),
    )
    # Somebody's data may be erased at this moment: what is about to go is passed by.
    query = query.where(ready.condition(), ranked.c.rank == 1)
    return (await session.exec(query.with_for_update(of=Delivery, skip_locked=True))).all()


async def change_claimed(
    session: AsyncSession, workspace_id: str, key: str, owner: str, **values: object
) -> bool:
    """Change a delivery that `owner` has claimed; False if by now it is another's, or gone."""
    mine = update(Delivery).where(
        col(Delivery.workspace_id) == workspace_id,
        col(Delivery.key) == key,
        col(Delivery.lease_owner) == owner,
        col(Delivery.state) == State.SENDING.value,
    )
    return (await session.exec(mine.values(**values))).rowcount == 1


async def free_lane(
    session: AsyncSession,
    workspace_id: str,
    lane: str,
    *,
    held_until: datetime,
    free_at: datetime,
    channel_id: str | None = None,
) -> None:
    """Say from when a lane takes its next call, if it is still held until the moment given."""
    held = update(DeliveryLane).where(
        col(DeliveryLane.workspace_id) == workspace_id,
        col(DeliveryLane.lane) == lane,
        col(DeliveryLane.free_at) == held_until,
    )
    learnt = {"channel_id": channel_id} if channel_id else {}
    await session.exec(held.values(free_at=free_at, **learnt))


async def find_delivery(session: AsyncSession, workspace_id: str, key: str) -> Delivery | None:
    """A delivery, or None."""
    return await session.get(Delivery, (workspace_id, key))


async def list_deliveries(
    session: AsyncSession, workspace_id: str, state: State, *, limit: int | None = None
) -> Sequence[Delivery]:
    """The deliveries that have come so far and no further, longest due first."""
    query = select(Delivery).where(
        col(Delivery.workspace_id) == workspace_id, col(Delivery.state) == state.value
    )
    query = query.order_by(col(Delivery.due_at), col(Delivery.key)).limit(limit)
    return (await session.exec(query)).all()


async def list_given_up(
    session: AsyncSession, workspace_id: str, keys: Collection[str]
) -> Sequence[Delivery]:
    """Those of some deliveries that were given up."""
    if not keys:
        return []
    query = select(Delivery).where(
        col(Delivery.workspace_id) == workspace_id,
        col(Delivery.key).in_(keys),
        col(Delivery.state) == State.DEAD.value,
    )
    return (await session.exec(query.order_by(col(Delivery.key)))).all()


async def list_posts(
    session: AsyncSession, workspace_id: str, kind: str, lanes: Collection[str]
) -> Sequence[Delivery]:
    """The new messages of a kind to some channels or people, however far they have come."""
    query = select(Delivery).where(
        col(Delivery.workspace_id) == workspace_id,
        col(Delivery.lane).in_(lanes),
        col(Delivery.kind) == kind,
        col(Delivery.method) == "post",
    )
    return (await session.exec(query.order_by(col(Delivery.key)))).all()


async def count_deliveries(session: AsyncSession, workspace_id: str) -> dict[str, int]:
    """How many deliveries of a workspace have come how far."""
    query = (
        select(Delivery.state, func.count())
        .where(col(Delivery.workspace_id) == workspace_id)
        .group_by(col(Delivery.state))
    )
    return dict((await session.exec(query)).all())


async def revive_delivery(
    session: AsyncSession, workspace_id: str, key: str, *, now: datetime, machine_now: datetime
) -> bool:
    """Have a delivery that was given up tried again; False if it is not one.

    One that Slack may have taken is looked for first.
    """
    state = case((col(Delivery.unsure_since).is_(None), State.DUE.value), else_=State.SENDING.value)
    again = _dead(workspace_id, key).values(
        state=state,
        next_attempt_at=now,
        lease_until=machine_now,
        attempts=0,
        expires_at=None,
        settled_at=None,
    )
    return (await session.exec(again)).rowcount == 1


async def drop_delivery(
    session: AsyncSession, workspace_id: str, key: str, *, now: datetime
) -> bool:
    """Let go of a delivery that was given up; False if it is not one."""
    dropped = _dead(workspace_id, key).values(state=State.DROPPED.value, settled_at=now)
    return (await session.exec(dropped)).rowcount == 1


def _dead(workspace_id: str, key: str) -> Update:
    return update(Delivery).where(
        col(Delivery.workspace_id) == workspace_id,
        col(Delivery.key) == key,
        col(Delivery.state) == State.DEAD.value,
    )


async def drop_deliveries_of(
    session: AsyncSession, workspace_id: str, schedule_id: str, *, now: datetime
) -> None:
    """Let go of what a schedule still has to say and Slack has certainly not taken."""
    waiting = update(Delivery).where(
        col(Delivery.workspace_id) == workspace_id,
        col(Delivery.schedule_id) == schedule_id,
        col(Delivery.state).in_(WAITING),
    )
    await session.exec(waiting.values(state=State.DROPPED.value, settled_at=now))


async def forget_deliveries(session: AsyncSession, *, before: datetime) -> None:
    """Drop the deliveries that were settled before a moment, in all workspaces."""
    await session.exec(delete(Delivery).where(col(Delivery.settled_at) < before))
