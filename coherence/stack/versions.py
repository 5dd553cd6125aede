"""Drafts and published versions of a journey's stack."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.digest_times import arrange_digests
from coherence.errors import DraftInProgress, InvalidStack, NoPublishedStack, NotFound
from coherence.journeys import journey_by_name, journey_of_channel
from coherence.rereading_plan import Planned, plan_rereading
from coherence.stack.consistency import Problem, find_problems
from coherence.stack.document import Stack
from coherence.stack.file import stack_content
from storage import journeys, stack, stack_revisions
from storage.database import Database
from storage.journeys import Journey
from storage.stack import StackDraft, StackVersion
from storage.stack_revisions import StackRevision
from storage.workspaces import Workspace


@dataclass(frozen=True)
class PublishedStack:
    """A version of a journey's narrative as everybody reads it."""

    journey_id: str
    number: int
    stack: Stack
    author: str
    note: str
    published_at: datetime
    is_new: bool = False
    """Whether the call that returned it has published it."""
    to_reread: Planned | None = None
    """What is read again because of it, where the call that returned it has published it."""


@dataclass(frozen=True)
class DraftStack:
    """What the next version may become; `based_on` is the version it started from, None for the first."""

    journey_id: str
    stack: Stack
    based_on: int | None
    author: str
    edited_at: datetime
    revision: int


KEEP_REVISIONS = timedelta(days=7)
"""How long after its last change a form can still be merged into a later draft."""


class Stacks:
    """The use cases around a journey's narrative: draft it, publish it, read it."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def import_draft(
        self,
        workspace_id: str,
        imported: Stack,
        *,
        author: str,
        journey: str | None = None,
        channels: Sequence[str] = (),
        publish_note: str | None = None,
        replace_draft: bool = False,
    ) -> DraftStack | PublishedStack:
        """Make a stack the draft of its journey, and publish it if there is a note.

        The journey is made if it is new; `journey` overrules the name in the file. Channels are linked to it.
        A stack equal to the newest version publishes nothing: that version is returned, and is not new.
        Raises InvalidStack for a journey's name that no file may have, and DraftInProgress where somebody
        else's draft says something else, unless it is to be replaced.
        """
        document = _named(imported, journey)
        name = document.journey
        async with changing(self._database, workspace_id) as session:
            home = await journeys.find_journey_by_name(session, workspace_id, name)
            if home is None:
                home = await journeys.add_journey(session, workspace_id, name, now=self._now())
                await arrange_digests(session, home, now=self._now())
            if not replace_draft:
                await _require_no_other_draft(session, home, document, author)
            for channel in channels:
                await journeys.link_channel(session, workspace_id, channel, home.id)
            now = self._now()
            draft = await save_draft(session, home, document, author=author, now=now)
            if publish_note is None:
                return draft_value(draft)
            return await publish_draft(session, draft, author=author, note=publish_note, now=now)

    async def publish(
        self, workspace_id: str, *, author: str, note: str, journey: str | None = None
    ) -> PublishedStack:
        """Publish the draft as the next version, unless it equals the newest one, which is then returned.

        Raises NotFound where there is no draft, InvalidStack where a house rule fails its own examples.
        """
        async with changing(self._database, workspace_id) as session:
            home = await journey_by_name(session, workspace_id, journey)
            draft = await _draft_of(session, home)
            return await publish_draft(session, draft, author=author, note=note, now=self._now())

    async def draft(self, workspace_id: str, journey: str | None = None) -> DraftStack:
        """The draft of a journey. Raises NotFound where there is none."""
        async with self._database.reading() as session:
            home = await journey_by_name(session, workspace_id, journey)
            return draft_value(await _draft_of(session, home))

    async def published(
        self, workspace_id: str, journey: str | None = None, *, number: int | None = None
    ) -> PublishedStack:
        """A published version, the newest without a number. Raises NoPublishedStack or NotFound."""
        async with self._database.reading() as session:
            home = await journey_by_name(session, workspace_id, journey)
            return version_value(await find_published(session, home, number))

    async def published_for_channel(
        self, workspace_id: str, channel_id: str | None
    ) -> PublishedStack:
        """The newest version of the journey that a channel belongs to, or of the only journey."""
        async with self._database.reading() as session:
            home = await journey_of_channel(session, workspace_id, channel_id)
            return version_value(await find_published(session, home))

    async def history(
        self, workspace_id: str, journey: str | None = None
    ) -> Sequence[PublishedStack]:
        """All published versions of a journey, newest first."""
        async with self._database.reading() as session:
            home = await journey_by_name(session, workspace_id, journey)
            versions = await stack.list_versions(session, workspace_id, home.id)
            return [version_value(version) for version in versions]


@asynccontextmanager
async def changing(database: Database, workspace_id: str) -> AsyncIterator[AsyncSession]:
    """Open a transaction that changes journeys, drafts or versions: one at a time in a workspace.

    Two that publish at once would take the same number, two that add a journey the same name, two
    that set one up the same channel. SQLite's write lock does it by itself.
    """
    async with database.transaction() as session:
        await session.get(Workspace, workspace_id, with_for_update={"key_share": True})
        yield session


async def save_draft(
    session: AsyncSession, home: Journey, document: Stack, *, author: str, now: datetime
) -> StackDraft:
    """Make a stack the journey's draft, and note what it says as a revision."""
    place = (home.workspace_id, home.id)
    draft = StackDraft(
        workspace_id=home.workspace_id,
        journey_id=home.id,
        document=stack_content(document),
        based_on=await stack.latest_number(session, *place),
        revision=await stack_revisions.latest_revision(session, *place) + 1,
        author=author,
        edited_at=now,
    )
    session.add(
        StackRevision(
            workspace_id=home.workspace_id,
            journey_id=home.id,
            number=draft.revision,
            document=draft.document,
            author=author,
            made_at=now,
        )
    )
    return await session.merge(draft)


async def publish_draft(
    session: AsyncSession,
    draft: StackDraft,
    *,
    author: str,
    note: str,
    now: datetime,
    publisher: str | None = None,
) -> PublishedStack:
    """Publish a draft as the next version, unless it equals the newest one, which is then returned.

    What the version is to be held against is put on record with it; `publisher`, a member, hears of it.
    Raises InvalidStack for one that is inconsistent.
    """
    # The examples of house rules may take a while; other checks go on meanwhile.
    problems = await asyncio.to_thread(_problems_of, draft)
    if problems:
        raise InvalidStack(f"This can't be published yet: {problems[0].sentence}")
    place = (draft.workspace_id, draft.journey_id)
    number = await stack.latest_number(session, *place)
    newest = number and await stack.find_version(session, *place, number)
    await session.delete(draft)
    await stack_revisions.forget_revisions(session, *place, before=now - KEEP_REVISIONS)
    if newest and newest.document == draft.document:
        return version_value(newest)
    version = StackVersion(
        workspace_id=draft.workspace_id,
        journey_id=draft.journey_id,
        number=(number or 0) + 1,
        document=draft.document,
        author=author,
        note=note,
        published_at=now,
    )
    session.add(version)
    await session.flush()
    planned = await plan_rereading(session, version, publisher, now=now)
    return replace(version_value(version), is_new=True, to_reread=planned)


def _problems_of(draft: StackDraft) -> Sequence[Problem]:
    return list(find_problems(Stack.model_validate(draft.document)))


async def find_published(
    session: AsyncSession, home: Journey, number: int | None = None
) -> StackVersion:
    """A published version of a journey, the newest without a number.

    Raises NoPublishedStack where nothing is published, NotFound for an unknown number.
    """
    latest = await stack.latest_number(session, home.workspace_id, home.id)
    if latest is None:
        raise NoPublishedStack(home.name)
    wanted = latest if number is None else number
    # Numbers that no database holds are not asked for.
    version = (
        await stack.find_version(session, home.workspace_id, home.id, wanted)
        if 1 <= wanted <= latest
        else None
    )
    if version is None:
        raise NotFound(f"“{home.name}” has no version {number}; the newest is {latest}.")
    return version


def version_value(version: StackVersion) -> PublishedStack:
    """The row as a value."""
    return PublishedStack(
        journey_id=version.journey_id,
        number=version.number,
        stack=Stack.model_validate(version.document),
        author=version.author,
        note=version.note,
        published_at=version.published_at,
    )


def _named(imported: Stack, journey: str | None) -> Stack:
    if journey is None:
        return imported
    try:
        return Stack.model_validate({**stack_content(imported), "journey": journey})
    except ValidationError:
        raise InvalidStack(
            "A journey's name is one line of 1 to 75 characters; please choose another."
        ) from None


def draft_value(draft: StackDraft) -> DraftStack:
    """The row as a value."""
    return DraftStack(
        journey_id=draft.journey_id,
        stack=Stack.model_validate(draft.document),
        based_on=draft.based_on,
        author=draft.author,
        edited_at=draft.edited_at,
        revision=draft.revision,
    )


async def _require_no_other_draft(
    session: AsyncSession, home: Journey, document: Stack, author: str
) -> None:
    draft = await stack.find_draft(session, home.workspace_id, home.id)
    if draft is None or draft.author == author or draft.document == stack_content(document):
        return
    raise DraftInProgress(home.name)


async def _draft_of(session: AsyncSession, home: Journey) -> StackDraft:
    draft = await stack.find_draft(session, home.workspace_id, home.id)
    if draft is None:
        raise NotFound(f"“{home.name}” has no draft; “coherence stack import” makes one.")
    return draft
