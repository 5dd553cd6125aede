"""The champion's duty: each journey's rota, its members, and what happened of it.

A rota belongs to a journey. Days are by the clock of the rota's zone, moments in UTC. What the words in the
columns may be is known one layer up, in `coherence/champion/`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import ForeignKeyConstraint, Index, delete, func, or_
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.journeys import Journey
from storage.types import Json, UTCDateTime


class ChampionRota(SQLModel, table=True):
    """How a journey's duty goes round: the fields of a rota file but for its people and arrangements.

    `channel_id` is where handovers are told. `revision` counts edits from 1: who edits says which one they
    saw. `look_at` is the next moment, by the application's clock, at which something may be due.
    """

    __tablename__ = "champion_rota"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
        Index("ix_champion_rota_look_at", "workspace_id", "look_at"),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    settings: dict[str, object] = Field(sa_type=Json)
    channel_id: str | None = None
    revision: int = 1
    look_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    held_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_by: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)


def _of_rota(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "journey_id"],
        ["champion_rota.workspace_id", "champion_rota.journey_id"],
        name=name,
        ondelete="CASCADE",
    )


class ChampionMember(SQLModel, table=True):
    """Somebody who was asked to take turns, and what they answered.

    Members with the same `place` serve together, in the order of `seat`. `paused_from` rests their turns
    until they resume. `zone` is their own, as Slack last said; `gone_at` is when Slack said that they can't
    serve any more (deactivated, or a guest); `messages` is whether the bot may write to them unasked.
    """

    __tablename__ = "champion_member"
    __table_args__ = (
        _of_rota("fk_champion_member_rota"),
        Index("ix_champion_member_user", "workspace_id", "user_id"),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    place: int
    seat: int = 0
    state: str = "asked"
    joined: date | None = None
    left: date | None = None
    paused_from: date | None = None
    country: str | None = None
    zone: str | None = None
    messages: bool = True
    asked_by: str | None = None
    asked_at: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ChampionLeave(SQLModel, table=True):
    """Days on which somebody doesn't serve, both included.

    Without a journey it counts in all of their rotas. A `pass` is one term of one rota: its days are the
    first day of that term.
    """

    __tablename__ = "champion_leave"
    __table_args__ = (Index("ix_champion_leave_user", "workspace_id", "user_id"),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    user_id: str
    kind: str = "leave"
    journey_id: str | None = None
    first: date
    last: date
    told_at: datetime = Field(sa_type=UTCDateTime)


class ChampionArrangement(SQLModel, table=True):
    """Who serves from one moment to another whatever the order says; those of a rota don't overlap."""

    __tablename__ = "champion_arrangement"
    __table_args__ = (
        _of_rota("fk_champion_arrangement_rota"),
        Index("ix_champion_arrangement_start", "workspace_id", "journey_id", "start"),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    start: datetime = Field(sa_type=UTCDateTime)
    end: datetime = Field(sa_type=UTCDateTime)
    users: list[str] = Field(sa_type=Json)
    source: str
    made_by: str | None = None
    made_at: datetime = Field(sa_type=UTCDateTime)


class ChampionTerm(SQLModel, table=True):
    """A term that has begun: it never changes, and the future is computed from the last one."""

    __tablename__ = "champion_term"
    __table_args__ = (_of_rota("fk_champion_term_rota"),)

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    end: datetime = Field(sa_type=UTCDateTime)
    users: list[str] = Field(sa_type=Json)
    source: str
    why: str
    turn: list[str] | None = Field(default=None, sa_type=Json)


class ChampionService(SQLModel, table=True):
    """What one person said of their service from `start` on: accepted, handed over, looked back.

    `notes` are for whoever comes next. `weight` is how heavy it was, from 1 (light) to 5 (heavy); `change`
    is what they would change.
    """

    __tablename__ = "champion_service"
    __table_args__ = (_of_rota("fk_champion_service_rota"),)

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    start: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    user_id: str = Field(primary_key=True)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    notes: str | None = None
    notes_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    weight: int | None = None
    change: str | None = None
    looked_back_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ChampionRequest(SQLModel, table=True):
    """Somebody asks one person, or anybody (`asked_of` is None), to swap a term or to cover a part of one.

    `start` and `end` are what is asked for. For a swap, `return_start` is the beginning of the term that
    the one who accepts gives in exchange, known once they do. `asked` are those who were written to,
    `refused` those of them who have said no.
    """

    __tablename__ = "champion_request"
    __table_args__ = (
        _of_rota("fk_champion_request_rota"),
        Index("ix_champion_request_state", "workspace_id", "journey_id", "state"),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    user_id: str
    asked_of: str | None = None
    start: datetime = Field(sa_type=UTCDateTime)
    end: datetime = Field(sa_type=UTCDateTime)
    return_start: datetime | None = Field(default=None, sa_type=UTCDateTime)
    asked: list[str] = Field(default_factory=list, sa_type=Json)
    refused: list[str] = Field(default_factory=list, sa_type=Json)
    state: str = "open"
    answered_by: str | None = None
    asked_at: datetime = Field(sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ChampionSurface(SQLModel, table=True):
    """A place in Slack that follows the duty: `kind` is handle (a user group) or topic (a channel's).

    `shown` are the people last written there, None before the first time. `fallback` are those it shows
    while nobody is on duty. `error` is Slack's name for what keeps it from following, `told_error` the one
    that stewards were told of. `look_at` is the next moment, by the application's clock, at which somebody
    else may be on duty, None where that is to be looked at now; `try_after`, by the machine's clock, keeps
    others away meanwhile and spaces `attempts`.
    """

    __tablename__ = "champion_surface"
    __table_args__ = (_of_rota("fk_champion_surface_rota"),)

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    target_id: str
    fallback: list[str] = Field(default_factory=list, sa_type=Json)
    shown: list[str] | None = Field(default=None, sa_type=Json)
    error: str | None = None
    told_error: str | None = None
    attempts: int = 0
    look_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    try_after: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ChampionFeed(SQLModel, table=True):
    """A secret address of a live calendar: of a whole rota, or of one's own terms in all rotas.

    Only a hash of the secret is kept. A feed of a rota names who made it and ends with their leaving.
    """

    __tablename__ = "champion_feed"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    secret_hash: str = Field(unique=True)
    user_id: str
    journey_id: str | None = None
    made_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


OfRota = TypeVar("OfRota", ChampionMember, ChampionArrangement, "BegunTerm")


async def find_rota(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> ChampionRota | None:
    """A journey's rota, or None."""
    return await session.get(ChampionRota, (workspace_id, journey_id))


async def lock_rota(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> ChampionRota | None:
    """A rota to be changed, or None: nobody else changes it before this transaction ends."""
    return await session.get(
        ChampionRota, (workspace_id, journey_id), with_for_update=True, populate_existing=True
    )


async def list_rotas(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str] | None = None
) -> Sequence[tuple[ChampionRota, Journey]]:
    """Rotas with their journeys, by the journey's name: those named, or all of a workspace."""
    query = (
        select(ChampionRota, Journey)
        .join(
            Journey,
            (col(Journey.workspace_id) == col(ChampionRota.workspace_id))
            & (col(Journey.id) == col(ChampionRota.journey_id)),
        )
        .where(col(ChampionRota.workspace_id) == workspace_id)
    )
    if journey_ids is not None:
        query = query.where(col(ChampionRota.journey_id).in_(journey_ids))
    return (await session.exec(query.order_by(col(Journey.name)))).all()


async def claim_rotas_to_look_at(
    session: AsyncSession, workspace_id: str, *, now: datetime, machine_now: datetime, limit: int
) -> Sequence[ChampionRota]:
    """Rotas in which something may be due and that nobody else is looking at; this transaction's."""
    query = (
        select(ChampionRota)
        .where(
            col(ChampionRota.workspace_id) == workspace_id,
            col(ChampionRota.look_at) <= now,
            or_(
                col(ChampionRota.held_until).is_(None), col(ChampionRota.held_until) <= machine_now
            ),
        )
        .order_by(col(ChampionRota.look_at), col(ChampionRota.journey_id))
        .limit(limit)
    )
    return (await session.exec(query.with_for_update(skip_locked=True))).all()


async def any_rota_to_look_at(
    session: AsyncSession, workspace_id: str, *, now: datetime, machine_now: datetime
) -> bool:
    """Whether something may be due in any rota."""
    query = select(ChampionRota.journey_id).where(
        col(ChampionRota.workspace_id) == workspace_id,
        col(ChampionRota.look_at) <= now,
        or_(col(ChampionRota.held_until).is_(None), col(ChampionRota.held_until) <= machine_now),
    )
    return (await session.exec(query.limit(1))).first() is not None


async def list_members(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str]
) -> Mapping[str, Sequence[ChampionMember]]:
    """The members of some rotas by journey, in the order in which they were put."""
    query = select(ChampionMember).where(
        col(ChampionMember.workspace_id) == workspace_id,
        col(ChampionMember.journey_id).in_(journey_ids),
    )
    query = query.order_by(
        col(ChampionMember.place), col(ChampionMember.seat), col(ChampionMember.user_id)
    )
    return _by_journey(journey_ids, (await session.exec(query)).all())


async def list_arrangements(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str]
) -> Mapping[str, Sequence[ChampionArrangement]]:
    """The arrangements of some rotas by journey, earliest first."""
    query = select(ChampionArrangement).where(
        col(ChampionArrangement.workspace_id) == workspace_id,
        col(ChampionArrangement.journey_id).in_(journey_ids),
    )
    found = (await session.exec(query.order_by(col(ChampionArrangement.start)))).all()
    return _by_journey(journey_ids, found)


class BegunTerm(NamedTuple):
    """A row of the terms that have begun, as it is read by the hundred; see `ChampionTerm`."""

    journey_id: str
    start: datetime
    end: datetime
    users: list[str]
    source: str
    why: str
    turn: list[str] | None


async def list_terms(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str]
) -> Mapping[str, Sequence[BegunTerm]]:
    """The terms of some rotas that have begun by journey, earliest first."""
    # Columns, since they never change: as objects of the session they would take several times as long.
    columns = [col(getattr(ChampionTerm, name)) for name in BegunTerm._fields]
    query = select(*columns).where(
        col(ChampionTerm.workspace_id) == workspace_id,
        col(ChampionTerm.journey_id).in_(journey_ids),
    )
    found = (await session.exec(query.order_by(col(ChampionTerm.start)))).all()
    return _by_journey(journey_ids, map(BegunTerm._make, found))


def _by_journey(journey_ids: Collection[str], rows: Iterable[OfRota]) -> dict[str, list[OfRota]]:
    found: dict[str, list[OfRota]] = {journey_id: [] for journey_id in journey_ids}
    for row in rows:
        found[row.journey_id].append(row)
    return found


async def find_member(
    session: AsyncSession, workspace_id: str, journey_id: str, user_id: str
) -> ChampionMember | None:
    """A person's entry in a rota, or None."""
    return await session.get(ChampionMember, (workspace_id, journey_id, user_id))


async def list_memberships(
    session: AsyncSession, workspace_id: str, user_id: str
) -> Sequence[ChampionMember]:
    """A person's entries in all rotas."""
    query = select(ChampionMember).where(
        col(ChampionMember.workspace_id) == workspace_id, col(ChampionMember.user_id) == user_id
    )
    return (await session.exec(query.order_by(col(ChampionMember.journey_id)))).all()


async def list_leave(
    session: AsyncSession, workspace_id: str, user_ids: Collection[str]
) -> Sequence[ChampionLeave]:
    """When people don't serve, earliest first."""
    query = select(ChampionLeave).where(
        col(ChampionLeave.workspace_id) == workspace_id, col(ChampionLeave.user_id).in_(user_ids)
    )
    return (
        await session.exec(query.order_by(col(ChampionLeave.first), col(ChampionLeave.id)))
    ).all()


async def find_leave(
    session: AsyncSession, workspace_id: str, leave_id: str
) -> ChampionLeave | None:
    """One entry of somebody's leave, or None."""
    return await session.get(ChampionLeave, (workspace_id, leave_id))


async def find_request(
    session: AsyncSession, workspace_id: str, journey_id: str, request_id: str
) -> ChampionRequest | None:
    """A request, or None."""
    return await session.get(ChampionRequest, (workspace_id, journey_id, request_id))


async def list_requests(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str], *, state: str
) -> Sequence[ChampionRequest]:
    """The requests of some rotas in a state, the newest last."""
    query = select(ChampionRequest).where(
        col(ChampionRequest.workspace_id) == workspace_id,
        col(ChampionRequest.journey_id).in_(journey_ids),
        col(ChampionRequest.state) == state,
    )
    return (
        await session.exec(query.order_by(col(ChampionRequest.asked_at), col(ChampionRequest.id)))
    ).all()


async def find_service(
    session: AsyncSession, workspace_id: str, journey_id: str, start: datetime, user_id: str
) -> ChampionService | None:
    """What a person said of their service from a moment on, or None."""
    return await session.get(ChampionService, (workspace_id, journey_id, start, user_id))


async def list_services(
    session: AsyncSession, workspace_id: str, journey_id: str, start: datetime
) -> Sequence[ChampionService]:
    """What the people of one term said of it."""
    query = select(ChampionService).where(
        col(ChampionService.workspace_id) == workspace_id,
        col(ChampionService.journey_id) == journey_id,
        col(ChampionService.start) == start,
    )
    return (await session.exec(query.order_by(col(ChampionService.user_id)))).all()


async def weigh_services(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> tuple[int, float | None]:
    """How many people have said how heavy their service was, and the average."""
    query = select(
        func.count(col(ChampionService.weight)), func.avg(col(ChampionService.weight))
    ).where(
        col(ChampionService.workspace_id) == workspace_id,
        col(ChampionService.journey_id) == journey_id,
    )
    count, weight = (await session.exec(query)).one()
    return count, None if weight is None else float(weight)


async def list_wishes(
    session: AsyncSession, workspace_id: str, journey_id: str, *, limit: int
) -> Sequence[str]:
    """What people who served would change, newest first."""
    query = select(ChampionService.change).where(
        col(ChampionService.workspace_id) == workspace_id,
        col(ChampionService.journey_id) == journey_id,
        col(ChampionService.change).is_not(None),
    )
    query = query.order_by(col(ChampionService.looked_back_at).desc()).limit(limit)
    return [wish for wish in (await session.exec(query)).all() if wish]


async def list_surfaces(
    session: AsyncSession, workspace_id: str, journey_ids: Collection[str] | None = None
) -> Sequence[ChampionSurface]:
    """The places that follow the duty: of some rotas, or of all of a workspace."""
    query = select(ChampionSurface).where(col(ChampionSurface.workspace_id) == workspace_id)
    if journey_ids is not None:
        query = query.where(col(ChampionSurface.journey_id).in_(journey_ids))
    return (
        await session.exec(
            query.order_by(col(ChampionSurface.journey_id), col(ChampionSurface.kind))
        )
    ).all()


async def find_feed(
    session: AsyncSession, workspace_id: str, secret_hash: str
) -> ChampionFeed | None:
    """The calendar behind a secret that is not revoked, or None."""
    query = select(ChampionFeed).where(
        col(ChampionFeed.workspace_id) == workspace_id,
        col(ChampionFeed.secret_hash) == secret_hash,
        col(ChampionFeed.revoked_at).is_(None),
    )
    return (await session.exec(query)).one_or_none()


async def list_feeds(
    session: AsyncSession, workspace_id: str, user_id: str
) -> Sequence[ChampionFeed]:
    """The calendars that a person has made and not revoked, oldest first."""
    query = select(ChampionFeed).where(
        col(ChampionFeed.workspace_id) == workspace_id,
        col(ChampionFeed.user_id) == user_id,
        col(ChampionFeed.revoked_at).is_(None),
    )
    return (await session.exec(query.order_by(col(ChampionFeed.made_at)))).all()


async def remove_arrangements(
    session: AsyncSession, workspace_id: str, journey_id: str, ids: Collection[str]
) -> None:
    """Remove arrangements of a rota."""
    gone = delete(ChampionArrangement).where(
        col(ChampionArrangement.workspace_id) == workspace_id,
        col(ChampionArrangement.journey_id) == journey_id,
        col(ChampionArrangement.id).in_(ids),
    )
    await session.exec(gone)


async def remove_leave(session: AsyncSession, workspace_id: str, leave_id: str) -> None:
    """Remove one entry of somebody's leave."""
    gone = delete(ChampionLeave).where(
        col(ChampionLeave.workspace_id) == workspace_id, col(ChampionLeave.id) == leave_id
    )
    await session.exec(gone)
