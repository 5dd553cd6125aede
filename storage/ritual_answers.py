"""What people answered in a ritual.

Named answers are one person's rows. Of an anonymous round two tables know that somebody took part and
what was answered; nothing joins them: no key, no time, and no order either, since SQLite keeps both by
their keys and closing a round writes its answers anew.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, delete, func, insert, update
from sqlalchemy import select as select_rows
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime, insert_new

_STRETCH = 500
"""Ballots that are written anew at once."""


def _of_round(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "round_id"],
        ["ritual_round.workspace_id", "ritual_round.id"],
        name=name,
        ondelete="CASCADE",
    )


class RitualAnswer(SQLModel, table=True):
    """What one person answered to one question of a round that isn't anonymous.

    `late` is whether it was first given after the round closed.
    """

    __tablename__ = "ritual_answer"
    __table_args__ = (
        _of_round("fk_ritual_answer_round"),
        Index("ix_ritual_answer_user", "workspace_id", "user_id"),
    )

    workspace_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    question_id: str = Field(primary_key=True)
    rating: int | None = None
    words: str | None = None
    late: bool = False
    answered_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RitualPart(SQLModel, table=True):
    """That somebody takes part in an anonymous round that is open, and no more; closing deletes it.

    `done` is False while their answers are being written.
    """

    __tablename__ = "ritual_part"
    __table_args__ = (_of_round("fk_ritual_part_round"), {"sqlite_with_rowid": False})

    workspace_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    done: bool = False


class RitualBallot(SQLModel, table=True):
    """What somebody answered to one question of an anonymous round, under a random key."""

    __tablename__ = "ritual_ballot"
    __table_args__ = (
        _of_round("fk_ritual_ballot_round"),
        Index("ix_ritual_ballot_round", "workspace_id", "round_id", "question_id"),
        {"sqlite_with_rowid": False},
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    round_id: str
    question_id: str
    rating: int | None = None
    words: str | None = None


class RitualReminder(SQLModel, table=True):
    """How often somebody wants to be reminded of a ritual that they have not answered.

    `zone` is their own, as Slack last said.
    """

    __tablename__ = "ritual_reminder"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "ritual_id"],
            ["ritual.workspace_id", "ritual.id"],
            name="fk_ritual_reminder_ritual",
            ondelete="CASCADE",
        ),
        Index("ix_ritual_reminder_user", "workspace_id", "user_id"),
    )

    workspace_id: str = Field(primary_key=True)
    ritual_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    how_often: str
    zone: str | None = None


Answers = type[RitualAnswer] | type[RitualBallot]
"""The table that holds what was answered in a round."""


async def count_people(
    session: AsyncSession, workspace_id: str, round_ids: Collection[str]
) -> Mapping[str, int]:
    """How many have answered each of these rounds; those that nobody has are left out.

    Of an anonymous round this is so only while it is open.
    """
    counts: dict[str, int] = {}
    for people, really in ((RitualAnswer, True), (RitualPart, col(RitualPart.done))):
        query = (
            select(people.round_id, func.count(func.distinct(people.user_id)))
            .where(
                col(people.workspace_id) == workspace_id,
                col(people.round_id).in_(round_ids),
                really,
            )
            .group_by(people.round_id)
        )
        counts |= dict((await session.exec(query)).all())
    return counts


async def count_late(session: AsyncSession, workspace_id: str, round_id: str) -> int:
    """How many answered a round after it had closed."""
    query = select(func.count(func.distinct(RitualAnswer.user_id))).where(
        *_of(RitualAnswer, workspace_id, round_id), col(RitualAnswer.late)
    )
    return int((await session.exec(query)).one())


async def has_answered(
    session: AsyncSession, workspace_id: str, round_id: str, user_id: str
) -> bool:
    """Whether somebody has answered an open round, under their name or without."""
    if (part := await session.get(RitualPart, (workspace_id, round_id, user_id))) is not None:
        return part.done
    return bool(await list_answers_of(session, workspace_id, round_id, user_id))


async def list_answers_of(
    session: AsyncSession, workspace_id: str, round_id: str, user_id: str
) -> Sequence[RitualAnswer]:
    """What somebody answered in a round that isn't anonymous."""
    query = select(RitualAnswer).where(
        *_of(RitualAnswer, workspace_id, round_id), col(RitualAnswer.user_id) == user_id
    )
    return (await session.exec(query)).all()


async def list_people(
    session: AsyncSession, workspace_id: str, round_id: str, *, after: str, limit: int
) -> Sequence[str]:
    """Who answered a round that isn't anonymous, by their ids, from the one after `after` on."""
    query = (
        select(RitualAnswer.user_id)
        .where(*_of(RitualAnswer, workspace_id, round_id), col(RitualAnswer.user_id) > after)
        .distinct()
        .order_by(col(RitualAnswer.user_id))
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def list_answers_by(
    session: AsyncSession, workspace_id: str, round_id: str, user_ids: Collection[str]
) -> Sequence[RitualAnswer]:
    """What these people answered in a round that isn't anonymous."""
    query = select(RitualAnswer).where(
        *_of(RitualAnswer, workspace_id, round_id), col(RitualAnswer.user_id).in_(user_ids)
    )
    return (await session.exec(query)).all()


async def count_ratings(
    session: AsyncSession, kept_in: Answers, workspace_id: str, round_ids: Collection[str]
) -> Mapping[tuple[str, str], Mapping[int, int]]:
    """How many gave each rating, by round and question; what nobody rated is left out."""
    query = (
        select(kept_in.round_id, kept_in.question_id, kept_in.rating, func.count())
        .where(
            col(kept_in.workspace_id) == workspace_id,
            col(kept_in.round_id).in_(round_ids),
        )
        .group_by(col(kept_in.round_id), col(kept_in.question_id), col(kept_in.rating))
    )
    counts: dict[tuple[str, str], dict[int, int]] = {}
    for round_id, question_id, rating, count in (await session.exec(query)).all():
        if rating is not None:
            counts.setdefault((round_id, question_id), {})[rating] = count
    return counts


async def count_words(
    session: AsyncSession, kept_in: Answers, workspace_id: str, round_id: str
) -> Mapping[str, int]:
    """How many answers to each question of a round have words."""
    query = (
        select(kept_in.question_id, func.count())
        .where(*_of(kept_in, workspace_id, round_id), col(kept_in.words).is_not(None))
        .group_by(kept_in.question_id)
    )
    return dict((await session.exec(query)).all())


async def list_words(
    session: AsyncSession,
    kept_in: Answers,
    workspace_id: str,
    round_id: str,
    question_id: str,
    *,
    in_order: bool,
    limit: int,
) -> Sequence[RitualAnswer | RitualBallot]:
    """Answers to a question that have words, those without a name by their random keys.

    Others come in the order given only with `in_order`: without names, it would show whose they are.
    """
    if kept_in is RitualBallot:
        ballots = select(RitualBallot).where(
            *_of(RitualBallot, workspace_id, round_id),
            col(RitualBallot.question_id) == question_id,
            col(RitualBallot.words).is_not(None),
        )
        return (await session.exec(ballots.order_by(col(RitualBallot.id)).limit(limit))).all()
    answers = select(RitualAnswer).where(
        *_of(RitualAnswer, workspace_id, round_id),
        col(RitualAnswer.question_id) == question_id,
        col(RitualAnswer.words).is_not(None),
    )
    if in_order:
        answers = answers.order_by(col(RitualAnswer.answered_at), col(RitualAnswer.user_id))
    else:
        answers = answers.order_by(col(RitualAnswer.rating), col(RitualAnswer.words))
    return (await session.exec(answers.limit(limit))).all()


async def find_reminder(
    session: AsyncSession, workspace_id: str, ritual_id: str, user_id: str
) -> RitualReminder | None:
    """How somebody wants to be reminded of a ritual, or None."""
    return await session.get(RitualReminder, (workspace_id, ritual_id, user_id))


async def list_reminders(
    session: AsyncSession, workspace_id: str, ritual_id: str, *, after: str, limit: int
) -> Sequence[RitualReminder]:
    """Who wants to be reminded of a ritual, by user id: the next ones after the one given."""
    query = select(RitualReminder).where(
        col(RitualReminder.workspace_id) == workspace_id,
        col(RitualReminder.ritual_id) == ritual_id,
        col(RitualReminder.user_id) > after,
    )
    return (await session.exec(query.order_by(col(RitualReminder.user_id)).limit(limit))).all()


async def keep_reminder(
    session: AsyncSession,
    workspace_id: str,
    ritual_id: str,
    user_id: str,
    *,
    how_often: str | None,
    zone: str | None,
) -> None:
    """Keep how often somebody wants to be reminded of a ritual; None is never."""
    own = (
        col(RitualReminder.workspace_id) == workspace_id,
        col(RitualReminder.ritual_id) == ritual_id,
        col(RitualReminder.user_id) == user_id,
    )
    if how_often is None:
        await session.exec(delete(RitualReminder).where(*own))
        return
    new = RitualReminder(
        workspace_id=workspace_id,
        ritual_id=ritual_id,
        user_id=user_id,
        how_often=how_often,
        zone=zone,
    )
    connection = await session.connection()
    await connection.execute(insert_new(connection, RitualReminder), [new.model_dump()])
    await session.exec(update(RitualReminder).where(*own).values(how_often=how_often, zone=zone))


async def close_ballots(session: AsyncSession, workspace_id: str, round_id: str) -> int:
    """Forget who took part in an anonymous round, and return how many did.

    Its answers are written anew in the order of their keys: a database that keeps rows in the order in
    which they came would otherwise still know it.
    """
    parts = delete(RitualPart).where(*_of(RitualPart, workspace_id, round_id))
    done = select(func.count()).where(
        *_of(RitualPart, workspace_id, round_id), col(RitualPart.done)
    )
    people = (await session.exec(done)).one()
    await session.exec(parts)
    await _write_anew(session, workspace_id, round_id)
    return people


async def _write_anew(session: AsyncSession, workspace_id: str, round_id: str) -> None:
    """Write ballots in the order of their keys; a stretch at a time, so that others are answered between."""
    connection = await session.connection()
    ballots = RitualBallot.metadata.tables[str(RitualBallot.__tablename__)]
    own = (ballots.c.workspace_id == workspace_id, ballots.c.round_id == round_id)
    stretch = select_rows(ballots).where(*own).order_by(ballots.c.id).limit(_STRETCH)
    last = ""
    while found := (await connection.execute(stretch.where(ballots.c.id > last))).mappings().all():
        first, last = found[0]["id"], found[-1]["id"]
        await connection.execute(delete(ballots).where(*own, ballots.c.id.between(first, last)))
        await connection.execute(insert(ballots), [dict(row) for row in found])


def _of(
    table: type[RitualAnswer | RitualPart | RitualBallot], workspace_id: str, round_id: str
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(table.workspace_id) == workspace_id, col(table.round_id) == round_id
