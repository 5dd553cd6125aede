"""What there is to tell a steward of a version that is being read, and that it is told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.privacy import FORMER
from coherence.rereading import Progress, Rereadings, left_to_people, progress_of
from coherence.rereading_effect import (
    CheckEffect,
    Shift,
    TouchpointEffect,
    check_effect,
    read_clashes,
    touchpoint_effect,
)
from coherence.stack.document import Stack
from coherence.stewards import Stewards
from storage import rereading as table
from storage import stack as stacks
from storage.database import Database
from storage.rereading import Rereading, RereadItem, State

TELL_EVERY = timedelta(seconds=5)
"""How often a message's progress changes at most."""

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two attempts to tell Slack."""

GIVE_UP = timedelta(days=1)
"""What could not be told for so long is no longer news; `/coherence narrative` still shows the version."""

TELLING_LEASE = timedelta(minutes=1)
"""How long looking for a message and sending it may take."""

_MOST_POSTS_UNSEEN = 2


@dataclass(frozen=True)
class Effect:
    """What a version changes. `by_model` items were judged by the model too, before and after.

    `left_to_people` were not, so that half of the day's budget stays with people's own checks; `unread`
    could not be read at all.
    """

    version: int
    from_version: int | None
    progress: Progress
    touchpoints: tuple[TouchpointEffect, ...]
    checks: CheckEffect
    by_model: int
    left_to_people: int
    unread: int

    @property
    def changes_anything(self) -> bool:
        """Whether anything clashes that did not, or no longer does."""
        return bool(self.touchpoints or self.checks.worse or self.checks.better)


@dataclass(frozen=True)
class Overtaken:
    """A newer version was published before everything was read."""

    version: int


News: TypeAlias = Progress | Effect | Overtaken


@dataclass(frozen=True)
class Telling:
    """Something to tell a person: in the message `ts` if there is one, else in a new one.

    `key` names the message for good. With `unsure_since`, Slack may have taken one since then, in
    `channel_id` if that is known. `is_last`: nothing follows.
    """

    rereading: Rereading
    journey: str
    news: News
    user_id: str
    key: str
    channel_id: str | None
    ts: str | None
    unsure_since: datetime | None
    is_last: bool


class RereadingNews:
    """The use cases around telling what a new version changes."""

    def __init__(
        self, database: Database, now: Clock, rereadings: Rereadings, stewards: Stewards
    ) -> None:
        self._database = database
        self._now = now
        self._rereadings = rereadings
        self._stewards = stewards

    async def next(self, workspace_id: str) -> Telling | None:
        """What is to be told now, which nobody else tells meanwhile; None if there is nothing."""
        to_ask = await self._stewards.to_ask(workspace_id)
        async with self._database.transaction() as session:
            while untold := await table.claim_untold(
                session, workspace_id, self._rereadings.lease(TELLING_LEASE)
            ):
                # Who published outside of Slack is no member: the first steward hears of it.
                untold.told_to = untold.told_to or next(iter(to_ask), None)
                telling = await self._telling(session, untold)
                if telling is not None:
                    if untold.ts is None:
                        untold.posting_since = untold.posting_since or self._now()
                    return telling
        return None

    async def told(self, telling: Telling, channel_id: str, ts: str) -> None:
        """It was told, in this message."""
        now = self._now()
        done = telling.news.done if isinstance(telling.news, Progress) else None
        await self._record(
            telling,
            channel_id=channel_id,
            ts=ts,
            posting_since=None,
            attempts=0,
            told_done=done,
            tell_at=now + TELL_EVERY,
            settled_at=now if telling.is_last else None,
        )

    async def not_told(self, telling: Telling, *, surely: bool, for_good: bool = False) -> None:
        """Slack has not taken it, or if not `surely`, nobody knows. `for_good`: it never will."""
        now = self._now()
        attempts = telling.rereading.attempts + 1
        since = telling.unsure_since if surely else telling.rereading.posting_since
        # Where nobody can look whether it is there, sending it for ever would be noise.
        unseen = not surely and telling.channel_id is None and attempts >= _MOST_POSTS_UNSEEN
        ends = for_good or unseen or now - telling.rereading.created_at > GIVE_UP
        await self._record(
            telling,
            posting_since=None if telling.ts else since,
            attempts=attempts,
            tell_at=now + min(TELL_EVERY * 2 ** min(attempts - 1, 10), LONGEST_PAUSE),
            settled_at=now if ends else None,
        )

    async def message_gone(self, telling: Telling) -> None:
        """The message was deleted: what follows is told in a new one."""
        await self._record(telling, ts=None, posting_since=None, tell_at=self._now())

    async def _record(self, telling: Telling, **values: object) -> None:
        async with self._database.transaction() as session:
            await table.record_told(session, telling.rereading, self._rereadings.owner, **values)

    async def _telling(self, session: AsyncSession, untold: Rereading) -> Telling | None:
        """What to tell; where there is nothing, that is put on record."""
        version = await stacks.find_version(session, *_place(untold))
        items = await table.list_items(session, *_place(untold))
        if version is None or untold.told_to in {None, FORMER}:
            self._settle(untold)
            return None
        stack = Stack.model_validate(version.document)
        news = _news(untold, stack, items)
        if isinstance(news, Progress):
            if untold.from_version is None or news.done == untold.told_done:
                self._later(untold)
                return None
        elif untold.ts is None and _goes_without_saying(news):
            self._settle(untold)
            return None
        user_id = str(untold.told_to)
        return Telling(
            rereading=untold,
            journey=stack.journey,
            news=news,
            user_id=user_id,
            key=f"rereading:{untold.journey_id}:{untold.version}",
            channel_id=untold.channel_id
            or await table.known_channel(session, untold.workspace_id, user_id),
            ts=untold.ts,
            unsure_since=untold.posting_since,
            is_last=not isinstance(news, Progress),
        )

    def _settle(self, untold: Rereading) -> None:
        untold.settled_at = self._now()
        untold.lease_owner = untold.lease_until = None

    def _later(self, untold: Rereading) -> None:
        untold.tell_at = self._now() + TELL_EVERY
        untold.lease_owner = untold.lease_until = None


def _place(untold: Rereading) -> tuple[str, str, int]:
    return untold.workspace_id, untold.journey_id, untold.version


def _news(untold: Rereading, stack: Stack, items: Sequence[RereadItem]) -> News:
    if untold.state == State.SUPERSEDED:
        return Overtaken(untold.version)
    progress = progress_of(untold.version, items)
    if untold.state == State.READING:
        return progress
    return Effect(
        untold.version,
        untold.from_version,
        progress,
        touchpoints=tuple(_touchpoints(stack, items)),
        checks=check_effect(stack, (_shift(item) for item in items if item.check_id)),
        by_model=sum(item.model is not None for item in items),
        left_to_people=left_to_people(items),
        unread=sum(item.read_at is None for item in items),
    )


def _goes_without_saying(news: Effect | Overtaken) -> bool:
    """A first version changes nothing: there only what clashes with itself is worth a word."""
    if isinstance(news, Overtaken):
        return True
    return not news.progress.total or (news.from_version is None and not news.changes_anything)


def _touchpoints(stack: Stack, items: Sequence[RereadItem]) -> list[TouchpointEffect]:
    return [
        touchpoint_effect(stack, touchpoint, read_clashes(item.found), _shift(item))
        for item in items
        if (item.worse or item.better)
        and (touchpoint := stack.touchpoint(item.touchpoint_id or "")) is not None
    ]


def _shift(item: RereadItem) -> Shift:
    return Shift(tuple(item.worse), tuple(item.better))
