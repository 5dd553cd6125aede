"""What people make of a review: who explains, what it came to, what becomes of actions and questions."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.accounts import IsHere
from coherence.clock import Clock
from coherence.errors import (
    ChangedMeanwhile,
    InvalidAnswers,
    NoRitual,
    NoRound,
    TooLate,
)
from coherence.outbox import Outbox
from coherence.rituals import conclusion as rules
from coherence.rituals.access import RitualAccess
from coherence.rituals.action import Action, ActionState, action_value
from coherence.rituals.asked import find_asked
from coherence.rituals.conclusion import Concluding, Conclusion, slot_of
from coherence.rituals.letters import prompt_again, summary_again
from coherence.rituals.owners import owner_letters
from coherence.rituals.ritual import (
    Question,
    Ritual,
    questions_stored,
    ritual_value,
    round_value,
)
from coherence.stewards import Person
from storage import ritual_review as table
from storage import rituals
from storage.database import Database
from storage.processed import claim
from storage.ritual_review import RitualAction, RitualExplanation
from storage.rituals import RitualRound

_MOVED_ON = (
    "The next review has been revealed, so this one stays as it is. What there is to say goes into the "
    "new one."
)
_LAST_ONE = (
    "It is the only question left, so it stays. *Change* in `/coherence rituals` can replace it."
)
_GONE = "Choose a person who has an account here."


class RitualReviews:
    """The use cases after a round has closed. All raise NoRound or NoRitual for what isn't on record."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        outbox: Outbox,
        access: RitualAccess,
        is_here: IsHere,
    ) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox
        self._access = access
        self._is_here = is_here

    async def explain(
        self, person: Person, round_id: str, question_id: str, delivery_id: str
    ) -> bool:
        """Offer to explain how one sees a question, or take the offer back; whether it stands now.

        The same delivery once more changes nothing.
        """
        own = (person.workspace_id, round_id, question_id, person.user_id)
        async with self._database.transaction() as session:
            row = await _closed(session, person.workspace_id, round_id)
            if round_value(row).question(question_id) is None:
                raise NoRound
            found = await table.find_explanation(session, *own)
            if not await claim(session, person.workspace_id, delivery_id, now=self._now()):
                return found is not None
            if found is not None:
                await session.delete(found)
            else:
                session.add(_explanation(*own))
            await self._show_anew(session, row)
        return found is None

    async def concluding(self, person: Person, round_id: str) -> Concluding:
        """How far a review has come to its conclusion.

        Raises NotLeading, and TooLate once the next one is revealed.
        """
        ritual = await self._led(person, round_id)
        async with self._database.reading() as session:
            row = await rituals.find_round(session, person.workspace_id, round_id)
            if row is None or row.closed_at is None:
                raise NoRound
            await _require_newest(session, row)
            actions = await table.list_actions(session, person.workspace_id, round_id)
        kept = {slot_of(each.id): action_value(each) for each in actions}
        seen = rules.fingerprint(row, actions)
        return Concluding(ritual, round_value(row), kept, ritual.day_of(self._now()), seen)

    async def conclude(
        self, person: Person, round_id: str, conclusion: Conclusion, *, seen: str
    ) -> None:
        """Write down what a review came to; concluding again edits it, and the same again changes nothing.

        Raises NotLeading, InvalidAnswers, ChangedMeanwhile where it isn't as it was `seen`, and TooLate
        once the next one is revealed.
        """
        await self._require_usable(conclusion, await self.concluding(person, round_id))
        async with self._database.transaction() as session:
            row = await _closed(session, person.workspace_id, round_id)
            actions = await table.list_actions(session, person.workspace_id, round_id)
            if rules.is_same(row, actions, conclusion):
                return
            if rules.fingerprint(row, actions) != seen:
                raise ChangedMeanwhile
            await _require_newest(session, row)
            before = [*map(action_value, actions)]
            await rules.keep(session, row, actions, conclusion, by=person.user_id, now=self._now())
            await self._show_anew(session, row)
            after = await table.list_actions(session, person.workspace_id, round_id)
            await self._tell_owners(session, row, before, [*map(action_value, after)], person)

    async def settle(
        self, person: Person, action_id: str, state: ActionState, *, shown_in: str
    ) -> Action:
        """Say that an action is done, dropped or open again; the same again changes nothing.

        `shown_in` is the round in whose summary it stood. Raises NotLeading unless it is its owner, who is
        on duty or a steward.
        """
        found = await self._action(person, action_id)
        if person.user_id != found.owner:
            await self._led(person, found.round_id)
        async with self._database.transaction() as session:
            row, shown = await _locked_action(session, person, found, shown_in)
            before = action_value(row)
            if row.state != state:
                row.state = state
                row.settled_by, row.settled_at = person.user_id, self._now()
                await self._show_action_anew(session, before, row, shown, person)
            return action_value(row)

    async def take_over(self, person: Person, action_id: str, *, shown_in: str) -> Action:
        """Become the owner of an open action whose owner is gone. Raises ChangedMeanwhile otherwise."""
        found = await self._action(person, action_id)
        if found.owner == person.user_id:
            return found
        if not found.is_open or await self._is_here(found.owner):
            raise ChangedMeanwhile
        async with self._database.transaction() as session:
            row, shown = await _locked_action(session, person, found, shown_in)
            before = action_value(row)
            if row.owner != found.owner or row.state != ActionState.OPEN:
                raise ChangedMeanwhile
            row.owner = person.user_id
            await self._show_action_anew(session, before, row, shown, person)
            return action_value(row)

    async def retire(self, person: Person, question_id: str, *, shown_in: str) -> Question:
        """Ask a question no more; once more is the same. Raises NotLeading.

        `shown_in` is the round whose summary proposed it. The last question of a ritual can't go: TooLate;
        nor can one that isn't there any more: ChangedMeanwhile.
        """
        led = await self._led(person, shown_in)
        async with self._database.transaction() as session:
            row = await rituals.lock_ritual(session, person.workspace_id, led.id)
            if row is None or row.ended_at is not None:
                raise NoRitual
            ritual = ritual_value(row)
            question = next((each for each in ritual.questions if each.id == question_id), None)
            if question is None:
                raise ChangedMeanwhile
            if ritual.asked == (question,):
                raise TooLate(_LAST_ONE)
            if not question.retired:
                row.questions = questions_stored(_without(ritual.questions, question_id))
                row.revision += 1
            await self._show_anew(session, await _closed(session, row.workspace_id, shown_in))
        return question

    async def _led(self, person: Person, round_id: str) -> Ritual:
        """The ritual of a round that the person may lead."""
        async with self._database.reading() as session:
            row, found = await find_asked(session, person.workspace_id, round_id)
        await self._access.require_round(person, row, found.journey_id)
        return ritual_value(found)

    async def _action(self, person: Person, action_id: str) -> Action:
        async with self._database.reading() as session:
            row = await table.find_action(session, person.workspace_id, action_id)
        if row is None:
            raise NoRound
        return action_value(row)

    async def _require_usable(self, conclusion: Conclusion, before: Concluding) -> None:
        faults = rules.faults(conclusion, before.actions, before.today)
        for slot, owner in rules.owners_to_check(conclusion, before.actions):
            if not await self._is_here(owner):
                faults[rules.field(rules.OWNER, slot)] = _GONE
        if faults:
            raise InvalidAnswers(faults)

    async def _show_anew(self, session: AsyncSession, *rows: RitualRound) -> None:
        for row in rows:
            row.revision += 1
            what = f"revision:{row.revision}"
            new = [summary_again(row, what), prompt_again(row, what)]
            await self._outbox.add(session, row.workspace_id, new)

    async def _show_action_anew(
        self,
        session: AsyncSession,
        before: Action,
        row: RitualAction,
        shown: Sequence[RitualRound],
        person: Person,
    ) -> None:
        await self._show_anew(session, *shown)
        own = next(each for each in shown if each.id == row.round_id)
        await self._tell_owners(session, own, [before], [action_value(row)], person)

    async def _tell_owners(
        self,
        session: AsyncSession,
        row: RitualRound,
        before: Sequence[Action],
        after: Sequence[Action],
        person: Person,
    ) -> None:
        new = await owner_letters(session, row, before, after, by=person.user_id)
        await self._outbox.add(session, row.workspace_id, new)


async def _closed(session: AsyncSession, workspace_id: str, round_id: str) -> RitualRound:
    row = await rituals.lock_round(session, workspace_id, round_id)
    if row is None or row.closed_at is None:
        raise NoRound
    return row


async def _newest_closed(session: AsyncSession, workspace_id: str, ritual_id: str) -> RitualRound:
    newest = await table.list_closed_rounds(session, workspace_id, ritual_id, limit=1)
    if not newest:
        raise NoRound
    return newest[0]


async def _require_newest(session: AsyncSession, row: RitualRound) -> None:
    if (await _newest_closed(session, row.workspace_id, row.ritual_id)).id != row.id:
        raise TooLate(_MOVED_ON)


async def _locked_action(
    session: AsyncSession, person: Person, action: Action, shown_in: str
) -> tuple[RitualAction, list[RitualRound]]:
    """An action that nobody else changes meanwhile, and the rounds whose summaries show it.

    Those are the one that decided it, the one in whose summary it was pressed, and the newest.
    """
    workspace_id = person.workspace_id
    own = await rituals.find_round(session, workspace_id, action.round_id)
    if own is None:
        raise NoRound
    newest = await _newest_closed(session, workspace_id, own.ritual_id)
    # In one order, so that of two presses neither waits for the other.
    ids = sorted({own.id, newest.id, shown_in})
    locked = [await rituals.lock_round(session, workspace_id, each) for each in ids]
    found = await table.find_action(session, workspace_id, action.id)
    if found is None:
        raise NoRound
    return found, [each for each in locked if each and each.ritual_id == own.ritual_id]


def _explanation(
    workspace_id: str, round_id: str, question_id: str, user_id: str
) -> RitualExplanation:
    return RitualExplanation(
        workspace_id=workspace_id, round_id=round_id, question_id=question_id, user_id=user_id
    )


def _without(questions: Sequence[Question], question_id: str) -> list[Question]:
    return [
        each.model_copy(update={"retired": True}) if each.id == question_id else each
        for each in questions
    ]
