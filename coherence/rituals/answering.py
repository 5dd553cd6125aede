"""Answering a round: under one's name, or without."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.errors import NoRound, RoundClosed
from coherence.outbox import Outbox
from coherence.rituals.asked import find_asked
from coherence.rituals.ballots import Ballots
from coherence.rituals.given import Answered, Given, require_answers
from coherence.rituals.latecomers import tell_of_late
from coherence.rituals.ritual import Round, Visibility, round_value
from coherence.stewards import Person
from storage.database import Database
from storage.ritual_answers import RitualAnswer, RitualPart, list_answers_of
from storage.rituals import (
    Ritual,
    RitualRound,
    find_ritual,
    find_round,
    lock_round,
    next_round_number,
)


class State(StrEnum):
    """How a round stands for one person."""

    OPEN = "open"
    LATE = "late"
    """It has closed, and the next one has not begun: answers come late and are marked so."""
    DONE = "done"
    """There is nothing that they could add: answered without a name, or in time and closed by now."""
    CLOSED = "closed"


@dataclass(frozen=True)
class Standing:
    """What somebody's form shows: `given` are their own answers, where those have a name.

    `settled` are the questions that they answered in time, once it has closed: those answers stay.
    """

    name: str
    asked: Round
    state: State
    given: Mapping[str, Given] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kept:
    """Answers that were kept; `changed` where there were some before."""

    asked: Round
    changed: bool = False
    late: bool = False


class RitualAnswers:
    """The use cases of answering. All raise NoRound."""

    def __init__(self, database: Database, now: Clock, outbox: Outbox) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox
        self._ballots = Ballots(database)

    async def standing(self, person: Person, round_id: str) -> Standing:
        """How a round stands for somebody. Raises NoRitual."""
        async with self._database.reading() as session:
            row, ritual = await find_asked(session, person.workspace_id, round_id)
            if Visibility(row.visibility) is Visibility.ANONYMOUS:
                return await _without_name(session, person, ritual, row)
            return await _by_name(session, person, ritual, row)

    async def answer(
        self, person: Person, round_id: str, answers: Answered, *, ballot: str, late: bool = False
    ) -> Kept:
        """Keep somebody's answers: those given now replace earlier ones, and an empty one removes its own.

        `ballot` is random and known only to the form, so that an anonymous one submitted twice counts
        once. With `late`, the person knows that it has closed. Raises InvalidAnswers, RoundClosed or
        AlreadyTakenPart.
        """
        async with self._database.reading() as session:
            row = await find_round(session, person.workspace_id, round_id)
        if row is None:
            raise NoRound
        asked = round_value(row)
        given = require_answers(asked, answers)
        if asked.visibility is Visibility.ANONYMOUS:
            await self._ballots.cast(person, round_id, given, ballot)
            return Kept(asked)
        return await self._answer_by_name(person, round_id, given, late=late)

    async def rate(self, person: Person, round_id: str, question_id: str, rating: int) -> Kept:
        """Keep a rating that was given with one press. Raises as `answer` does."""
        ballot = secrets.token_hex(16)
        return await self.answer(person, round_id, {question_id: Given(rating)}, ballot=ballot)

    async def _answer_by_name(
        self, person: Person, round_id: str, given: Answered, *, late: bool
    ) -> Kept:
        async with self._database.transaction() as session:
            row = await lock_round(session, person.workspace_id, round_id)
            if row is None:
                raise NoRound
            now = self._now()
            is_late = row.closed_at is not None
            if is_late and not (late and await _takes_late(session, row)):
                raise RoundClosed
            changed = await _write(session, row, person.user_id, given, now)
            if is_late:
                await tell_of_late(session, self._outbox, row, now=now)
        return Kept(round_value(row), changed=changed, late=is_late)


async def _without_name(
    session: AsyncSession, person: Person, ritual: Ritual, row: RitualRound
) -> Standing:
    part = await session.get(RitualPart, (person.workspace_id, row.id, person.user_id))
    state = State.DONE if part is not None and part.done else State.OPEN
    return Standing(ritual.name, round_value(row), state if row.closed_at is None else State.CLOSED)


async def _by_name(
    session: AsyncSession, person: Person, ritual: Ritual, row: RitualRound
) -> Standing:
    asked = round_value(row)
    rows = await list_answers_of(session, person.workspace_id, row.id, person.user_id)
    given = {each.question_id: Given(each.rating, each.words) for each in rows}
    if asked.is_open:
        return Standing(ritual.name, asked, State.OPEN, given)
    settled = frozenset(each.question_id for each in rows if not each.late)
    if settled.issuperset(each.id for each in asked.questions):
        return Standing(ritual.name, asked, State.DONE, given, settled)
    takes_more = await _takes_late(session, row)
    return Standing(ritual.name, asked, State.LATE if takes_more else State.CLOSED, given, settled)


async def _takes_late(session: AsyncSession, row: RitualRound) -> bool:
    """Whether this is still the newest round of a ritual that goes on."""
    ritual = await find_ritual(session, row.workspace_id, row.ritual_id)
    if ritual is None or ritual.ended_at is not None:
        return False
    coming = await next_round_number(session, row.workspace_id, row.ritual_id)
    return row.number == coming - 1


async def _write(
    session: AsyncSession, row: RitualRound, user_id: str, given: Answered, now: datetime
) -> bool:
    """Whether there were answers before."""
    rows = await list_answers_of(session, row.workspace_id, row.id, user_id)
    before = {each.question_id: each for each in rows}
    for question_id, each in given.items():
        kept = before.get(question_id)
        if kept is not None:
            await _change(session, row, kept, each, now)
        elif not each.is_empty:
            session.add(_new(row, user_id, question_id, each, now))
    return bool(rows)


async def _change(
    session: AsyncSession, row: RitualRound, kept: RitualAnswer, given: Given, now: datetime
) -> None:
    if row.closed_at is not None and not kept.late:
        return
    if given.is_empty:
        await session.delete(kept)
    elif (kept.rating, kept.words) != (given.rating, given.words):
        kept.rating, kept.words, kept.changed_at = given.rating, given.words, now


def _new(
    row: RitualRound, user_id: str, question_id: str, given: Given, now: datetime
) -> RitualAnswer:
    return RitualAnswer(
        workspace_id=row.workspace_id,
        round_id=row.id,
        user_id=user_id,
        question_id=question_id,
        rating=given.rating,
        words=given.words,
        late=row.closed_at is not None,
        answered_at=now,
    )
