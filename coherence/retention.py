"""What a workspace keeps of checked texts: chosen by stewards, and seen to every hour."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.check_policy import Keep, Policy, policy_of
from coherence.clock import Clock
from coherence.errors import ChangedMeanwhile, InvalidAnswers
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.policies import CheckPolicy, save_policy
from storage.retention import count_checks, count_worded, delete_checks, take_words_out
from storage.workspaces import list_workspaces

MAX_DAYS = 3_650

_AT_ONCE = 500
"""Checks that one transaction changes, so that nobody waits for it long."""

_MOST_TO_LEAST = list(Keep)


@dataclass(frozen=True)
class Loss:
    """What a choice takes away from what is on record."""

    checks: int
    """Checks that go altogether."""
    words: int
    """Checks that stay and lose their words."""

    def __bool__(self) -> bool:
        return bool(self.checks or self.words)


class Retention:
    """The use cases around what is kept. `forget` is told of a workspace that keeps less from now on."""

    def __init__(
        self,
        database: Database,
        now: Clock,
        stewards: Stewards,
        forget: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards
        self._forget = forget

    async def policy(self, workspace_id: str) -> Policy:
        """What is kept, for everybody to know."""
        async with self._database.reading() as session:
            return await policy_of(session, workspace_id)

    async def policy_to_change(self, person: Person) -> Policy:
        """What is kept, for somebody who wants to change it. Raises NotASteward."""
        await self._stewards.require(person)
        return await self.policy(person.workspace_id)

    async def loss(self, person: Person, wanted: Policy) -> Loss:
        """What a choice would take away. Raises NotASteward or InvalidAnswers."""
        await self._stewards.require(person)
        _require_days(wanted)
        before = self._cut_off(wanted)
        async with self._database.reading() as session:
            everything = await count_checks(session, person.workspace_id)
            if wanted.keep is Keep.NOTHING:
                return Loss(everything, 0)
            old = await count_checks(session, person.workspace_id, before=before)
            if wanted.keep is Keep.TEXTS:
                return Loss(old, 0)
            return Loss(old, await count_worded(session, person.workspace_id, since=before))

    async def choose(self, person: Person, wanted: Policy, *, seen: Policy) -> None:
        """Keep this much from now on; `seen` is what the person changes.

        `let_go` does what it means for what is on record. Raises NotASteward, InvalidAnswers or
        ChangedMeanwhile.
        """
        await self._stewards.require(person)
        _require_days(wanted)
        async with self._database.transaction() as session:
            if await policy_of(session, person.workspace_id) not in {seen, wanted}:
                raise ChangedMeanwhile
            row = CheckPolicy(
                workspace_id=person.workspace_id, keep=wanted.keep, keep_days=wanted.days
            )
            await save_policy(session, row)
        if _keeps_less(wanted, seen):
            self._forget(person.workspace_id)

    async def let_go(self, workspace_id: str) -> Loss:
        """Let go of what a workspace wants to keep no longer; return what went."""
        return await self._let_go(workspace_id, await self.policy(workspace_id))

    async def sweep(self) -> Loss:
        """Do the same for every workspace."""
        async with self._database.reading() as session:
            workspaces = await list_workspaces(session)
        gone = [await self.let_go(workspace.id) for workspace in workspaces]
        return Loss(sum(each.checks for each in gone), sum(each.words for each in gone))

    async def _let_go(self, workspace_id: str, policy: Policy) -> Loss:
        before = None if policy.keep is Keep.NOTHING else self._cut_off(policy)
        checks = await self._in_batches(
            lambda session: delete_checks(session, workspace_id, before=before, most=_AT_ONCE)
        )
        if policy.keep is not Keep.FINGERPRINTS:
            return Loss(checks, 0)
        words = await self._in_batches(
            lambda session: take_words_out(session, workspace_id, most=_AT_ONCE)
        )
        return Loss(checks, words)

    async def _in_batches(self, work: Callable[[AsyncSession], Awaitable[int]]) -> int:
        total, done = 0, _AT_ONCE
        while done == _AT_ONCE:
            async with self._database.transaction() as session:
                done = await work(session)
            total += done
        return total

    def _cut_off(self, policy: Policy) -> datetime:
        return self._now() - timedelta(days=policy.days)


def _require_days(policy: Policy) -> None:
    if not 1 <= policy.days <= MAX_DAYS:
        raise InvalidAnswers({"days": f"Choose between 1 and {MAX_DAYS:,} days."})


def _keeps_less(wanted: Policy, seen: Policy) -> bool:
    return _MOST_TO_LEAST.index(wanted.keep) > _MOST_TO_LEAST.index(seen.keep)
