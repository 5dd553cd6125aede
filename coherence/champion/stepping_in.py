"""Stepping in now: somebody takes the duty over from this moment on, and may hand it back."""

from dataclasses import dataclass
from datetime import datetime

from coherence.champion.announcing import Announcing
from coherence.champion.arrangements import (
    Arrangement,
    clear,
    keep_arrangements,
    lay,
    read_arrangements,
    to_the_second,
    with_person,
    within,
)
from coherence.champion.begun import rota_to_change
from coherence.champion.loading import change_rota, load_rota
from coherence.champion.requests import Requests
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from coherence.errors import ChangedMeanwhile, InvalidAnswers, TooLate
from coherence.outbox import Outbox
from coherence.rota.term import Source, Term
from coherence.stewards import Person, Stewards
from storage.database import Database


@dataclass(frozen=True)
class SteppedIn:
    """What stepping in has arranged, over which arrangements, and whom it has relieved."""

    made: Arrangement
    covered: tuple[Arrangement, ...]
    relieved: tuple[str, ...]


class ChampionStepIns:
    """The use cases around stepping in, for members and stewards. All raise NoRota."""

    def __init__(self, database: Database, now: Clock, outbox: Outbox, stewards: Stewards) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards
        self._announcing = Announcing(outbox)
        self._requests = Requests(outbox)

    async def look(self, person: Person, journey_id: str) -> tuple[ResolvedRota, Term]:
        """Who would be relieved. Raises NotASteward or TooLate."""
        async with self._database.reading() as session:
            rota = await load_rota(session, person.workspace_id, journey_id)
        await self._require(person, rota)
        return rota, _to_take(rota, person, self._now())

    async def step_in(
        self, person: Person, journey_id: str, until: datetime
    ) -> tuple[ResolvedRota, SteppedIn]:
        """Take the duty over until a moment in the term that runs.

        Of a pair the lead is relieved. Raises NotASteward, TooLate or InvalidAnswers.
        """
        await self.look(person, journey_id)
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            _, rota = await rota_to_change(session, person.workspace_id, journey_id, now=now)
            term = _to_take(rota, person, now)
            if not now < until <= term.end:
                raise InvalidAnswers({"until": "Choose a time that is still to come in this term."})
            relieved = term.users[:1]
            users = with_person(term.users, relieved[0] if relieved else None, person.user_id)
            made = Arrangement(now, until, users, Source.COVER, person.user_id, now)
            before = await read_arrangements(session, person.workspace_id, journey_id)
            await keep_arrangements(session, person.workspace_id, journey_id, lay(before, [made]))
            await self._announcing.tell_relieved(session, rota, made, relieved)
            await session.flush()
            after = await load_rota(session, person.workspace_id, journey_id)
            await self._requests.close_stale(session, after, now=now)
        return after, SteppedIn(made, tuple(within(before, now, until)), relieved)

    async def hand_back(self, person: Person, journey_id: str, stepped: SteppedIn) -> None:
        """Undo it, so that it is as if it had not been. Raises ChangedMeanwhile."""
        made = stepped.made
        now = to_the_second(self._now())
        async with self._database.transaction() as session:
            await change_rota(session, person.workspace_id, journey_id, now=now)
            current = await read_arrangements(session, person.workspace_id, journey_id)
            if made.made_by != person.user_id or made not in current:
                raise ChangedMeanwhile
            restored = lay(clear(current, made.start, made.end), stepped.covered)
            await keep_arrangements(session, person.workspace_id, journey_id, restored)
            await session.flush()
            rota = await load_rota(session, person.workspace_id, journey_id)
            await self._announcing.tell_relieved(session, rota, made, stepped.relieved, again=True)

    async def _require(self, person: Person, rota: ResolvedRota) -> None:
        if not rota.is_member(person.user_id):
            await self._stewards.require(person)


def _to_take(rota: ResolvedRota, person: Person, now: datetime) -> Term:
    term = rota.on_duty(now)
    if term is None:
        raise TooLate("The rota has not begun, or is over, so there is nobody to relieve.")
    if person.user_id in term.users:
        raise TooLate("You are on duty already.")
    return term
