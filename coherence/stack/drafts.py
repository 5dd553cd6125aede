"""Edit a journey's narrative together: every change is merged into what the draft says by now.

A change is made on what its author had seen, the basis, and merged with what others have changed since.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.links import answer_reports
from coherence.drift.telling import Tell, tell_nobody
from coherence.errors import DraftHasChanged
from coherence.journeys import journey_by_id, journey_by_name, journey_of_channel
from coherence.stack.consistency import Problem, find_problems
from coherence.stack.diff import Change, diff_stacks
from coherence.stack.document import Stack
from coherence.stack.editing import ids_in
from coherence.stack.merge import Conflict, merge_stacks
from coherence.stack.versions import (
    DraftStack,
    PublishedStack,
    changing,
    draft_value,
    find_published,
    publish_draft,
    save_draft,
    version_value,
)
from coherence.stewards import Person, Stewards
from storage import processed, stack, stack_revisions
from storage.database import Database
from storage.journeys import Journey

Edit: TypeAlias = Callable[[Stack, Collection[str]], Stack]
"""A change: from a stack, and the ids that were ever used, to the changed stack."""


@dataclass(frozen=True)
class Basis:
    """What somebody saw: a revision of the draft, else a published version, else nothing yet."""

    version: int | None = None
    revision: int | None = None


@dataclass(frozen=True)
class Desk:
    """A journey's narrative as its stewards have it before them: the draft, else the newest version."""

    journey_id: str
    stack: Stack
    published: PublishedStack | None
    draft: DraftStack | None

    @property
    def basis(self) -> Basis:
        """What a change that starts here is made on."""
        if self.draft is not None:
            return Basis(revision=self.draft.revision)
        return Basis(version=self.published.number if self.published else None)

    @property
    def changes(self) -> list[Change]:
        """What the draft changes, compared to the newest version."""
        before = self.published.stack if self.published else _empty(self.stack.journey)
        return diff_stacks(before, self.stack)

    @property
    def problems(self) -> list[Problem]:
        """What has to be put right before this can be published."""
        return list(find_problems(self.stack))


@dataclass(frozen=True)
class Saved:
    """A change that is in the draft, which may hold others' changes too."""

    desk: Desk
    is_new: bool
    """False for one that changes nothing, as when it is delivered again."""
    others: Sequence[Change] = ()
    """What others have changed since the basis."""
    by: str | None = None
    """Who changed the draft last before this."""


@dataclass(frozen=True)
class Clash:
    """A change that was not saved: what it changes, somebody else has changed meanwhile.

    `merged` is what saving would make of both, with the author's own words where they conflict.
    """

    desk: Desk
    merged: Stack
    conflicts: Sequence[Conflict]


class Drafts:
    """The use cases around editing; each raises NotASteward for anybody else.

    `published` is called when something was; `tell` tells whoever reported drift that a version answers it.
    """

    def __init__(
        self,
        database: Database,
        now: Clock,
        stewards: Stewards,
        published: Callable[[], None] = lambda: None,
        tell: Tell = tell_nobody,
    ) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards
        self._published = published
        self._tell = tell

    async def open(
        self, person: Person, channel_id: str | None, journey: str | None = None
    ) -> Desk:
        """What there is to edit, by the journey's name or channel. Raises NoJourney or AmbiguousJourney."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            home = await (
                journey_by_name(session, person.workspace_id, journey)
                if journey
                else journey_of_channel(session, person.workspace_id, channel_id)
            )
            return await _desk(session, home)

    async def look(self, person: Person, journey_id: str) -> Desk:
        """What there is to edit now. Raises NoJourney."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            return await _desk(
                session, await journey_by_id(session, person.workspace_id, journey_id)
            )

    async def save(
        self,
        person: Person,
        journey_id: str,
        basis: Basis,
        edit: Edit,
        *,
        once: str | None = None,
    ) -> Saved | Clash:
        """Make a change on its basis and merge it into the draft; the first one begins a draft.

        With `once`, a second call under the same name changes nothing. Raises DraftHasChanged where the
        basis is no longer known, and what the edit raises.
        """
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            desk = await _desk(session, home)
            base = await _basis(session, home, basis)
            ours = edit(base, await _ids_ever_used(session, home))
            merged = merge_stacks(base, ours, desk.stack)
            if merged.conflicts:
                return Clash(desk, merged.stack, merged.conflicts)
            if merged.stack == desk.stack or not await self._is_first(session, person, once):
                return Saved(desk, is_new=False)
            await save_draft(session, home, merged.stack, author=person.user_id, now=self._now())
            by = desk.draft.author if desk.draft else None
            others = diff_stacks(base, desk.stack)
            return Saved(await _desk(session, home), is_new=True, others=others, by=by)

    async def publish(
        self,
        person: Person,
        journey_id: str,
        basis: Basis,
        note: str,
        *,
        once: str,
        because_of: Sequence[int] = (),
    ) -> PublishedStack:
        """Publish the draft that was looked at; under the same `once`, what that published.

        `because_of` are the numbers of the drift reports that the new version answers. Raises
        DraftHasChanged if the draft is another by now, InvalidStack if it is inconsistent, and NoDrift.
        """
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            if not await self._is_first(session, person, once):
                return replace(version_value(await find_published(session, home)), is_new=True)
            draft = await _draft_seen(session, home, basis)
            now = self._now()
            version = await publish_draft(
                session,
                draft,
                author=person.user_id,
                note=note,
                now=now,
                publisher=person.user_id,
            )
            if version.is_new and because_of:
                place = (home.workspace_id, home.id)
                await answer_reports(
                    session,
                    *place,
                    because_of,
                    version.number,
                    author=person.user_id,
                    now=now,
                    tell=self._tell,
                )
        self._published()
        return version

    async def discard(self, person: Person, journey_id: str, basis: Basis) -> Desk:
        """Drop the draft that was looked at. Raises DraftHasChanged if it is another by now."""
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            if await stack.find_draft(session, home.workspace_id, home.id) is not None:
                await session.delete(await _draft_seen(session, home, basis))
                await session.flush()
            return await _desk(session, home)

    async def history(self, person: Person, journey_id: str) -> Sequence[PublishedStack]:
        """All published versions, newest first."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            versions = await stack.list_versions(session, home.workspace_id, home.id)
            return [version_value(version) for version in versions]

    async def restore(self, person: Person, journey_id: str, number: int) -> Desk:
        """Make an older version the draft. Raises DraftHasChanged where there is another draft."""
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            older = version_value(await find_published(session, home, number))
            desk = await _desk(session, home)
            if desk.draft is not None and desk.draft.stack != older.stack:
                raise DraftHasChanged(
                    "There is a draft with changes of its own; publish or discard it first."
                )
            if desk.stack == older.stack:
                return desk
            await save_draft(session, home, older.stack, author=person.user_id, now=self._now())
            return await _desk(session, home)

    async def _is_first(self, session: AsyncSession, person: Person, once: str | None) -> bool:
        if once is None:
            return True
        return await processed.claim(session, person.workspace_id, once, now=self._now())


async def _desk(session: AsyncSession, home: Journey) -> Desk:
    place = (home.workspace_id, home.id)
    number = await stack.latest_number(session, *place)
    version = number and await stack.find_version(session, *place, number)
    row = await stack.find_draft(session, *place)
    published = version_value(version) if version else None
    draft = draft_value(row) if row else None
    shown = draft or published
    return Desk(home.id, shown.stack if shown else _empty(home.name), published, draft)


async def _basis(session: AsyncSession, home: Journey, basis: Basis) -> Stack:
    place = (home.workspace_id, home.id)
    if basis.revision is not None:
        revision = await stack_revisions.find_revision(session, *place, basis.revision)
        if revision is None:
            raise DraftHasChanged(
                "This form is too old to be saved; copy your words and open it again."
            )
        return Stack.model_validate(revision.document)
    if basis.version is not None:
        return version_value(await find_published(session, home, basis.version)).stack
    return _empty(home.name)


async def _draft_seen(session: AsyncSession, home: Journey, basis: Basis) -> stack.StackDraft:
    draft = await stack.find_draft(session, home.workspace_id, home.id)
    if draft is None:
        raise DraftHasChanged(
            "Somebody has published or discarded this draft meanwhile; nothing was done now."
        )
    if draft.revision != basis.revision:
        raise DraftHasChanged(
            "Somebody has changed the draft since you looked; here is what it changes now."
        )
    return draft


async def _ids_ever_used(session: AsyncSession, home: Journey) -> set[str]:
    place = (home.workspace_id, home.id)
    versions = await stack.list_versions(session, *place)
    revisions = await stack_revisions.list_revisions(session, *place)
    documents = [row.document for row in versions] + [row.document for row in revisions]
    return ids_in(map(Stack.model_validate, documents))


def _empty(journey: str) -> Stack:
    return Stack(format=1, journey=journey, language="en")
