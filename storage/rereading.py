"""What is read again after a narrative was published: recent checks, and the touchpoints' own words.

A rereading is one published version held against the one before; its items are what is held against
both. Neither has words of the texts: items name lines of the narrative, and places in a touchpoint's copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    and_,
    delete,
    exists,
    func,
    or_,
    update,
)
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.check import NarrativeCheck
from storage.outbox import DeliveryLane
from storage.types import Json, UTCDateTime

MOST_ATTEMPTS = 3
"""How often an item is begun before it is given up."""


class State(StrEnum):
    """How far a rereading has come."""

    READING = "reading"
    READ = "read"
    SUPERSEDED = "superseded"
    """A newer version came before everything was read."""


class Rereading(SQLModel, table=True):
    """One published version, compared with `from_version`; None where nothing was published before.

    `told_to` is the steward who hears of it, in the message `channel_id` and `ts`. `posting_since` is
    when a post began of which nobody knows yet whether Slack took it. `tell_at` is when there may be
    something to tell, `settled_at` when all was told.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id", "version"],
            ["stack_version.workspace_id", "stack_version.journey_id", "stack_version.number"],
            name="fk_rereading_stack_version",
        ),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    from_version: int | None = None
    told_to: str | None = None
    state: str = State.READING.value
    created_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    tell_at: datetime = Field(sa_type=UTCDateTime)
    told_done: int | None = None
    channel_id: str | None = None
    ts: str | None = None
    posting_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RereadItem(SQLModel, table=True):
    """A check or a touchpoint's copy to be read again; `position` is its place in the order, from 0.

    `found` is what clashes now; `worse` and `better` are the ids of lines that clash now and did not,
    or no longer do. `model` is set where both sides were judged by it; `unjudged` says why not.
    """

    __tablename__ = "reread_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id", "version"],
            ["rereading.workspace_id", "rereading.journey_id", "rereading.version"],
            name="fk_reread_item_rereading",
            ondelete="CASCADE",
        ),
        # What is known of a check goes with the check.
        ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["narrative_check.workspace_id", "narrative_check.id"],
            name="fk_reread_item_narrative_check",
            ondelete="CASCADE",
        ),
        Index("ix_reread_item_check", "workspace_id", "check_id"),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    check_id: str | None = None
    touchpoint_id: str | None = None
    read_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attempts: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    found: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    worse: list[str] = Field(default_factory=list, sa_type=Json)
    better: list[str] = Field(default_factory=list, sa_type=Json)
    model: str | None = None
    prompt_version: str | None = None
    unjudged: str | None = None


@dataclass(frozen=True)
class Lease:
    """Who works on a row, from when and until when nobody else may."""

    owner: str
    now: datetime
    until: datetime


async def add_rereading(
    session: AsyncSession, rereading: Rereading, items: Sequence[RereadItem]
) -> None:
    """Put on record what is to be read again."""
    session.add(rereading)
    await session.flush()
    session.add_all(items)
    await session.flush()


async def supersede_rereadings(
    session: AsyncSession, workspace_id: str, journey_id: str, *, now: datetime
) -> Sequence[Rereading]:
    """End the rereadings of a journey that are not done; return them."""
    query = select(Rereading).where(
        col(Rereading.workspace_id) == workspace_id,
        col(Rereading.journey_id) == journey_id,
        col(Rereading.state) == State.READING.value,
    )
    ended = (await session.exec(query.with_for_update())).all()
    for rereading in ended:
        rereading.state = State.SUPERSEDED.value
        rereading.finished_at = rereading.tell_at = now
    await session.flush()
    return ended


async def forget_rereadings(
    session: AsyncSession, workspace_id: str, journey_id: str, *, before: int
) -> None:
    """Drop the rereadings of a journey's versions before one, if all was told of them."""
    old = delete(Rereading).where(
        col(Rereading.workspace_id) == workspace_id,
        col(Rereading.journey_id) == journey_id,
        col(Rereading.version) < before,
        col(Rereading.settled_at).is_not(None),
    )
    await session.exec(old)


async def recent_checks(
    session: AsyncSession, workspace_id: str, journey_id: str, *, since: datetime, most: int
) -> Sequence[str]:
    """The ids of the newest checks of a journey whose text is kept, newest first, each text once."""
    checks = NarrativeCheck
    # Those from before there were fingerprints have an empty one: each stands for itself.
    same = func.coalesce(func.nullif(col(checks.fingerprint), ""), col(checks.id))
    rank = func.row_number().over(
        partition_by=(same, col(checks.touchpoint_id)),
        order_by=(col(checks.checked_at).desc(), col(checks.id)),
    )
    ranked = (
        select(col(checks.id), col(checks.checked_at), rank.label("rank"))
        .where(
            col(checks.workspace_id) == workspace_id,
            col(checks.journey_id) == journey_id,
            col(checks.checked_at) >= since,
            col(checks.text).is_not(None),
        )
        .subquery()
    )
    newest = select(ranked.c.id).where(ranked.c.rank == 1)
    order = (ranked.c.checked_at.desc(), ranked.c.id)
    return (await session.exec(newest.order_by(*order).limit(most))).all()


async def find_rereading(
    session: AsyncSession, workspace_id: str, journey_id: str, version: int
) -> Rereading | None:
    """The rereading of a published version, or None."""
    return await session.get(Rereading, (workspace_id, journey_id, version))


async def list_items(
    session: AsyncSession, workspace_id: str, journey_id: str, version: int
) -> Sequence[RereadItem]:
    """Everything that a version is held against, in order."""
    query = select(RereadItem).where(
        col(RereadItem.workspace_id) == workspace_id,
        col(RereadItem.journey_id) == journey_id,
        col(RereadItem.version) == version,
    )
    return (await session.exec(query.order_by(col(RereadItem.position)))).all()


async def find_same_item(
    session: AsyncSession, item: RereadItem, version: int
) -> RereadItem | None:
    """The same check or touchpoint, as it was held against another version, or None."""
    query = select(RereadItem).where(
        col(RereadItem.workspace_id) == item.workspace_id,
        col(RereadItem.journey_id) == item.journey_id,
        col(RereadItem.version) == version,
        col(RereadItem.check_id) == item.check_id,
        col(RereadItem.touchpoint_id) == item.touchpoint_id,
        col(RereadItem.read_at).is_not(None),
    )
    return (await session.exec(query)).first()


async def has_work(session: AsyncSession, workspace_id: str, *, now: datetime) -> bool:
    """Whether anything is to be read, ended or told: looking holds up nobody."""
    reading = col(Rereading.state) == State.READING.value
    telling = and_(col(Rereading.settled_at).is_(None), col(Rereading.tell_at) <= now)
    query = select(Rereading.version).where(
        col(Rereading.workspace_id) == workspace_id, or_(reading, telling)
    )
    return (await session.exec(query.limit(1))).first() is not None


async def claim_item(session: AsyncSession, workspace_id: str, lease: Lease) -> RereadItem | None:
    """The next item to be read, which is now the owner's; None if there is none for now."""
    query = (
        select(RereadItem)
        .join(Rereading, _same_version())
        .where(
            col(RereadItem.workspace_id) == workspace_id,
            col(Rereading.state) == State.READING.value,
            col(RereadItem.read_at).is_(None),
            col(RereadItem.attempts) < MOST_ATTEMPTS,
            _free(RereadItem, lease.now),
        )
        .order_by(col(Rereading.created_at), col(RereadItem.position))
        .limit(1)
    )
    item = (await session.exec(query.with_for_update(of=RereadItem, skip_locked=True))).first()
    if item is not None:
        item.attempts += 1
        item.lease_owner, item.lease_until = lease.owner, lease.until
        await session.flush()
    return item


async def record_item(
    session: AsyncSession, item: RereadItem, owner: str, **values: object
) -> bool:
    """Write down what came of an item; False if by now it is another's, or gone."""
    mine = update(RereadItem).where(
        col(RereadItem.workspace_id) == item.workspace_id,
        col(RereadItem.journey_id) == item.journey_id,
        col(RereadItem.version) == item.version,
        col(RereadItem.position) == item.position,
        col(RereadItem.lease_owner) == owner,
        col(RereadItem.read_at).is_(None),
    )
    done = mine.values(lease_owner=None, lease_until=None, **values)
    return bool((await session.exec(done)).rowcount == 1)


async def renew_items(session: AsyncSession, workspace_id: str, lease: Lease) -> None:
    """Keep what the owner is reading for longer."""
    mine = update(RereadItem).where(
        col(RereadItem.workspace_id) == workspace_id,
        col(RereadItem.lease_owner) == lease.owner,
        col(RereadItem.read_at).is_(None),
    )
    await session.exec(mine.values(lease_until=lease.until))


async def release_items(session: AsyncSession, workspace_id: str, owner: str) -> None:
    """Leave to others what the owner has begun and does not finish; it does not count as an attempt."""
    mine = update(RereadItem).where(
        col(RereadItem.workspace_id) == workspace_id,
        col(RereadItem.lease_owner) == owner,
        col(RereadItem.read_at).is_(None),
    )
    left = {"attempts": col(RereadItem.attempts) - 1, "lease_owner": None, "lease_until": None}
    await session.exec(mine.values(left))


async def end_read(session: AsyncSession, workspace_id: str, *, now: datetime) -> None:
    """End the rereadings that have nothing left to read."""
    left = exists().where(
        _same_version(),
        col(RereadItem.read_at).is_(None),
        or_(col(RereadItem.attempts) < MOST_ATTEMPTS, col(RereadItem.lease_until) > now),
    )
    read = update(Rereading).where(
        col(Rereading.workspace_id) == workspace_id,
        col(Rereading.state) == State.READING.value,
        ~left,
    )
    await session.exec(read.values(state=State.READ.value, finished_at=now, tell_at=now))


async def claim_untold(session: AsyncSession, workspace_id: str, lease: Lease) -> Rereading | None:
    """A rereading of which there may be something to tell, which is now the owner's, or None."""
    query = (
        select(Rereading)
        .where(
            col(Rereading.workspace_id) == workspace_id,
            col(Rereading.settled_at).is_(None),
            col(Rereading.tell_at) <= lease.now,
            _free(Rereading, lease.now),
        )
        .order_by(col(Rereading.tell_at))
        .limit(1)
    )
    untold = (await session.exec(query.with_for_update(skip_locked=True))).first()
    if untold is not None:
        untold.lease_owner, untold.lease_until = lease.owner, lease.until
        await session.flush()
    return untold


async def record_told(
    session: AsyncSession, rereading: Rereading, owner: str, **values: object
) -> bool:
    """Write down what was told; False if by now another process tells it, or it is gone."""
    mine = update(Rereading).where(
        col(Rereading.workspace_id) == rereading.workspace_id,
        col(Rereading.journey_id) == rereading.journey_id,
        col(Rereading.version) == rereading.version,
        col(Rereading.lease_owner) == owner,
    )
    told = mine.values(lease_owner=None, lease_until=None, **values)
    return bool((await session.exec(told)).rowcount == 1)


async def known_channel(session: AsyncSession, workspace_id: str, user_id: str) -> str | None:
    """The channel of a person's direct messages, if one was sent before."""
    told = select(Rereading.channel_id).where(
        col(Rereading.workspace_id) == workspace_id,
        col(Rereading.told_to) == user_id,
        col(Rereading.channel_id).is_not(None),
    )
    sent = select(DeliveryLane.channel_id).where(
        col(DeliveryLane.workspace_id) == workspace_id,
        col(DeliveryLane.user_id) == user_id,
        col(DeliveryLane.channel_id).is_not(None),
    )
    known = (await session.exec(told.limit(1))).first()
    return known or (await session.exec(sent.limit(1))).first()


def _same_version() -> ColumnElement[bool]:
    return and_(
        col(RereadItem.workspace_id) == col(Rereading.workspace_id),
        col(RereadItem.journey_id) == col(Rereading.journey_id),
        col(RereadItem.version) == col(Rereading.version),
    )


def _free(kind: type[Rereading | RereadItem], now: datetime) -> ColumnElement[bool]:
    return or_(col(kind.lease_until).is_(None), col(kind.lease_until) <= now)
