"""Answering without a name.

That somebody takes part, and what was answered, are written in transactions of their own, under keys of
which neither follows from the other, and without a time.
"""

from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.errors import AlreadyTakenPart, CoherenceError, NoRound, RoundClosed
from coherence.rituals.given import Answered
from coherence.rituals.ritual import round_value
from coherence.stewards import Person
from storage.alone import Alone
from storage.database import Database
from storage.ritual_answers import RitualBallot, RitualPart
from storage.rituals import RitualRound, lock_round


class Ballots:
    """Takes anonymous answers, one of each person and round."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._alone = Alone(database)

    async def cast(self, person: Person, round_id: str, given: Answered, ballot: str) -> None:
        """Keep somebody's answers; the same ballot is kept once, however often it is cast.

        Raises NoRound, RoundClosed or AlreadyTakenPart. Where this dies half-way, the same ballot can be
        cast again.
        """
        async with self._alone("ritual", person.workspace_id, round_id, person.user_id):
            if await self._take_part(person, round_id, ballot):
                await self._keep(person.workspace_id, round_id, given, ballot)
                await self._have_taken_part(person, round_id)

    async def _take_part(self, person: Person, round_id: str, ballot: str) -> bool:
        """Whether there is something left to be done: nothing if this very ballot is kept already."""
        workspace_id, user_id = person.workspace_id, person.user_id
        async with self._database.transaction() as session:
            row = await _locked(session, workspace_id, round_id)
            part = await session.get(RitualPart, (workspace_id, round_id, user_id))
            refusal = _refusal(row, part)
            if refusal is not None:
                if await _is_kept(session, row, ballot):
                    return False
                raise refusal
            if part is None:
                session.add(
                    RitualPart(workspace_id=workspace_id, round_id=round_id, user_id=user_id)
                )
        return True

    async def _keep(self, workspace_id: str, round_id: str, given: Answered, ballot: str) -> None:
        async with self._database.transaction() as session:
            row = await _locked(session, workspace_id, round_id)
            if row.closed_at is not None:
                raise RoundClosed
            if await _is_kept(session, row, ballot):
                return
            session.add_all(
                RitualBallot(
                    workspace_id=workspace_id,
                    id=ballot_id(ballot, question_id),
                    round_id=round_id,
                    question_id=question_id,
                    rating=each.rating,
                    words=each.words,
                )
                for question_id, each in given.items()
                if not each.is_empty
            )

    async def _have_taken_part(self, person: Person, round_id: str) -> None:
        async with self._database.transaction() as session:
            row = await _locked(session, person.workspace_id, round_id)
            part = await session.get(RitualPart, (person.workspace_id, round_id, person.user_id))
            if part is not None:
                part.done = True
            elif row.closed_at is not None:
                # It closed a moment ago, with these answers and without counting who gave them.
                row.taken_part = (row.taken_part or 0) + 1


def ballot_id(ballot: str, question_id: str) -> str:
    """The key of an answer: of two that belong together, neither tells the other."""
    return sha256(f"{ballot}\n{question_id}".encode()).hexdigest()[:32]


def _refusal(row: RitualRound, part: RitualPart | None) -> CoherenceError | None:
    if row.closed_at is not None:
        return RoundClosed()
    return AlreadyTakenPart() if part is not None and part.done else None


async def _locked(session: AsyncSession, workspace_id: str, round_id: str) -> RitualRound:
    row = await lock_round(session, workspace_id, round_id)
    if row is None:
        raise NoRound
    return row


async def _is_kept(session: AsyncSession, row: RitualRound, ballot: str) -> bool:
    """Whether a ballot is there, whichever of the questions it answers."""
    for question in round_value(row).questions:
        key = (row.workspace_id, ballot_id(ballot, question.id))
        if await session.get(RitualBallot, key) is not None:
            return True
    return False
