"""Owners of actions: who hears that somebody has named them, and what that message says by now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.accounts import IsHere, everybody_is_here
from coherence.champion.letters import mark
from coherence.outbox import Claim, Method, NewDelivery, NotSentYet, message_to_change
from coherence.rituals import letters
from coherence.rituals.action import Action, action_value
from coherence.rituals.ritual import Ritual, Round, ritual_value, round_value
from storage import ritual_review, rituals
from storage.database import Database
from storage.outbox import Delivery, State, list_posts
from storage.rituals import RitualRound


@dataclass(frozen=True)
class Naming:
    """That `owner` was named by somebody; `action` is None once it is off the list.

    `ts` is the message to change, None for a new one.
    """

    ritual: Ritual
    asked: Round
    action: Action | None
    owner: str
    named_by: str
    ts: str | None = None

    @property
    def is_theirs(self) -> bool:
        """Whether they still own it, done or not."""
        return self.action is not None and self.action.owner == self.owner

    @property
    def is_theirs_to_do(self) -> bool:
        """Whether they own it and it is open."""
        return self.is_theirs and self.action is not None and self.action.is_open


class RitualOwners:
    """Reads what messages to owners have to say."""

    def __init__(self, database: Database, is_here: IsHere = everybody_is_here) -> None:
        self._database = database
        self._is_here = is_here

    async def of(self, claim: Claim) -> Naming | None:
        """What a delivery has to say now; None if that is nothing. Raises NotSentYet."""
        if not await self._is_here(claim.lane):
            return None
        async with self._database.reading() as session:
            naming = await _naming(session, claim)
            if naming is None:
                return None
            if claim.method is Method.UPDATE:
                return None if naming.ts is None else naming
            if not naming.is_theirs_to_do or await _was_told(session, claim):
                return None
            return naming


async def owner_letters(
    session: AsyncSession,
    row: RitualRound,
    before: Sequence[Action],
    after: Sequence[Action],
    *,
    by: str,
) -> list[NewDelivery]:
    """What owners hear of a change that `by` has made to actions of a round, in its revision of now.

    Whoever is named by somebody else, a new message; whoever has one already, the same one changed.
    """
    was, now = _by_id(before), _by_id(after)
    changed = [each for each in sorted({*was, *now}) if was.get(each) != now.get(each)]
    if not changed:
        return []
    owners = {found[each].owner for found in (was, now) for each in changed if each in found}
    posts = await list_posts(session, row.workspace_id, letters.Letter.OWNER, owners)
    again = [
        letters.owner_again(each, f"revision:{row.revision}")
        for each in posts
        if each.facts[letters.ACTION_ID] in changed
    ]
    named = [now[each] for each in changed if _is_named(was.get(each), now.get(each), by)]
    reopened = [now[each] for each in changed if _is_reopened(was.get(each), now.get(each))]
    return [
        *again,
        *(letters.owner(row, each, by) for each in named),
        *(letters.owner(row, each, who) for each in reopened for who in _unheard(each, posts)),
    ]


def _by_id(actions: Sequence[Action]) -> Mapping[str, Action]:
    return {each.id: each for each in actions}


def _is_named(was: Action | None, now: Action | None, by: str) -> bool:
    if now is None or now.owner == by:
        return False
    return was is None or was.owner != now.owner


def _is_reopened(was: Action | None, now: Action | None) -> bool:
    return was is not None and now is not None and now.is_open and not was.is_open


def _unheard(action: Action, posts: Sequence[Delivery]) -> Iterator[str]:
    """Who named the owner of an action that was settled before they could hear of it."""
    for each in posts:
        is_it = each.facts[letters.ACTION_ID] == action.id and each.lane == action.owner
        if is_it and each.state != State.SENT:
            yield str(each.facts[letters.NAMED_BY])


async def _naming(session: AsyncSession, claim: Claim) -> Naming | None:
    workspace_id, facts = claim.workspace_id, claim.facts
    row = await rituals.find_round(session, workspace_id, str(facts["round_id"]))
    ritual = await rituals.find_ritual(session, workspace_id, row.ritual_id) if row else None
    if row is None or ritual is None:
        return None
    found = await ritual_review.find_action(session, workspace_id, str(facts[letters.ACTION_ID]))
    return Naming(
        ritual_value(ritual),
        round_value(row),
        action_value(found) if found and mark(found.made_at) == facts[letters.MADE_AT] else None,
        claim.lane,
        str(facts[letters.NAMED_BY]),
        await message_to_change(session, claim, str(facts.get(letters.POSTED))),
    )


async def _was_told(session: AsyncSession, claim: Claim) -> bool:
    """Whether they have a message about the same action already, which is changed instead.

    Raises NotSentYet while one may be on its way.
    """
    posts = await list_posts(session, claim.workspace_id, claim.kind, [claim.lane])
    others = [each for each in posts if each.key != claim.key and _same(each.facts, claim.facts)]
    if any(each.state == State.SENDING for each in others):
        raise NotSentYet
    return any(each.state == State.SENT for each in others)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in (letters.ACTION_ID, letters.MADE_AT))
