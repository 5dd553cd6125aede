"""Set-up: the journeys of a workspace, their channels and hours, and how a narrative begins."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.digest_times import arrange_digests
from coherence.errors import ChangedMeanwhile, ChannelsTaken, InvalidAnswers
from coherence.journey_settings import JourneySettings, fingerprint_of, validated
from coherence.journeys import journey_by_id
from coherence.stack.document import Stack
from coherence.stack.file import stack_content
from coherence.stack.versions import (
    DraftStack,
    PublishedStack,
    Stacks,
    changing,
    find_published,
    publish_draft,
    save_draft,
    version_value,
)
from coherence.stewards import Person, Stewards
from storage import journeys as table
from storage import stack as stacks_table
from storage import stewards as stewards_table
from storage.database import Database
from storage.journeys import Journey

MAX_JOURNEYS = 30
"""Journeys that can be added here: more than anybody would keep true."""


@dataclass(frozen=True)
class JourneyStatus:
    """A journey in the overview, and how far its narrative is."""

    settings: JourneySettings
    version: int | None
    draft_by: str | None


@dataclass(frozen=True)
class Overview:
    """Everything that is set up in a workspace; `stewards` are those who were named here."""

    journeys: tuple[JourneyStatus, ...]
    stewards: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """A draft to look at before it is published; `seen` stands for exactly this content.

    `version` is the newest published one, None before the first.
    """

    journey_id: str
    journey: str
    version: int | None
    draft: DraftStack
    seen: str


class Setup:
    """The use cases around set-up. All but `has_narrative` raise NotASteward for anybody else.

    `published` is called when something was.
    """

    def __init__(
        self,
        database: Database,
        now: Clock,
        stewards: Stewards,
        stacks: Stacks,
        published: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._now = now
        self._stewards = stewards
        self._stacks = stacks
        self._published = published

    async def has_narrative(self, workspace_id: str) -> bool:
        """Whether anything is published yet; before that, set-up is all there is to do."""
        async with self._database.reading() as session:
            return await stacks_table.has_versions(session, workspace_id)

    async def overview(self, person: Person) -> Overview:
        """Everything that is set up."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            named = await stewards_table.list_stewards(session, person.workspace_id)
            statuses = await _statuses(session, person.workspace_id)
        return Overview(tuple(statuses), tuple(steward.user_id for steward in named))

    async def journey(self, person: Person, journey_id: str) -> JourneyStatus:
        """One journey. Raises NoJourney."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            statuses = await _statuses(session, person.workspace_id)
        return next(each for each in statuses if each.settings.journey_id == home.id)

    async def save_journey(
        self,
        person: Person,
        wanted: JourneySettings,
        *,
        seen: str | None = None,
        moving: Collection[str] = (),
    ) -> None:
        """Set a journey, which is added if its id is new: saying it twice adds one.

        `seen` is the fingerprint of the settings that the person had before them, None for a new
        journey. `moving` are the channels that they agreed to take from another journey. Raises
        InvalidAnswers by the names of the settings, ChannelsTaken or ChangedMeanwhile.
        """
        await self._stewards.require(person)
        valid = validated(wanted)
        async with changing(self._database, person.workspace_id) as session:
            existing = await table.list_journeys(session, person.workspace_id)
            await _refuse_other_changes(session, person.workspace_id, valid, seen)
            _refuse_taken_name(valid, existing)
            await _refuse_taken_channels(session, person.workspace_id, valid, existing, moving)
            await self._write(session, person.workspace_id, valid)

    async def name_stewards(
        self, person: Person, chosen: Sequence[str], *, seen: Sequence[str]
    ) -> None:
        """Name stewards; who was named or dropped by others since the list was `seen` stays so."""
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            rows = await stewards_table.list_stewards(session, person.workspace_id)
            now = [row.user_id for row in rows]
            dropped = set(seen) - set(chosen)
            added = [user_id for user_id in chosen if user_id not in seen]
            kept = [user_id for user_id in now if user_id not in dropped]
            await stewards_table.set_stewards(
                session,
                person.workspace_id,
                [*kept, *added],
                named_by=person.user_id,
                now=self._now(),
            )

    async def save_draft(
        self, person: Person, journey_id: str, content: Stack, *, author: str
    ) -> Preview:
        """Make a stack the draft of a journey, under the journey's name. Raises NoJourney."""
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            named = content.model_copy(update={"journey": home.name})
            await save_draft(session, home, named, author=author, now=self._now())
        return await self._preview(person.workspace_id, journey_id)

    async def preview(self, person: Person, journey_id: str) -> Preview:
        """The draft of a journey. Raises NoJourney, or NotFound where there is no draft."""
        await self._stewards.require(person)
        return await self._preview(person.workspace_id, journey_id)

    async def content(self, person: Person, journey_id: str) -> Stack | None:
        """The draft of a journey, else its newest version, else None."""
        await self._stewards.require(person)
        async with self._database.reading() as session:
            draft = await stacks_table.find_draft(session, person.workspace_id, journey_id)
            if draft is not None:
                return Stack.model_validate(draft.document)
            number = await stacks_table.latest_number(session, person.workspace_id, journey_id)
            version = number and await stacks_table.find_version(
                session, person.workspace_id, journey_id, number
            )
        return Stack.model_validate(version.document) if version else None

    async def publish(
        self, person: Person, journey_id: str, *, seen: str, author: str, note: str
    ) -> PublishedStack:
        """Publish the draft that the person has `seen`.

        Raises ChangedMeanwhile if it is another one by now, NotFound if it is gone. Publishing it
        again, with nothing drafted since, returns the version that it became.
        """
        await self._stewards.require(person)
        async with changing(self._database, person.workspace_id) as session:
            home = await journey_by_id(session, person.workspace_id, journey_id)
            draft = await stacks_table.find_draft(session, person.workspace_id, journey_id)
            if draft is None:
                newest = version_value(await find_published(session, home))
                if fingerprint_of(stack_content(newest.stack)) != seen:
                    raise ChangedMeanwhile
                return newest
            if fingerprint_of(draft.document) != seen:
                raise ChangedMeanwhile
            version = await publish_draft(
                session,
                draft,
                author=author,
                note=note,
                now=self._now(),
                publisher=person.user_id,
            )
        self._published()
        return version

    async def _preview(self, workspace_id: str, journey_id: str) -> Preview:
        name = await self._name_of(workspace_id, journey_id)
        draft = await self._stacks.draft(workspace_id, name)
        async with self._database.reading() as session:
            version = await stacks_table.latest_number(session, workspace_id, journey_id)
        return Preview(journey_id, name, version, draft, fingerprint_of(stack_content(draft.stack)))

    async def _name_of(self, workspace_id: str, journey_id: str) -> str:
        async with self._database.reading() as session:
            return (await journey_by_id(session, workspace_id, journey_id)).name

    async def _write(
        self, session: AsyncSession, workspace_id: str, valid: JourneySettings
    ) -> None:
        home = await table.find_journey(session, workspace_id, valid.journey_id)
        if home is None:
            home = await table.add_journey(
                session, workspace_id, valid.name, now=self._now(), journey_id=valid.journey_id
            )
        home.name = valid.name
        home.zone = valid.zone
        home.work_start, home.work_end = valid.work_start, valid.work_end
        draft = await stacks_table.find_draft(session, workspace_id, home.id)
        if draft is not None:
            draft.document = {**draft.document, "journey": valid.name}
        await table.set_channels(session, workspace_id, home.id, valid.channels)
        await arrange_digests(session, home, now=self._now())


async def _statuses(session: AsyncSession, workspace_id: str) -> list[JourneyStatus]:
    versions = await stacks_table.list_latest_versions(session, workspace_id)
    numbers = {version.journey_id: version.number for version in versions}
    drafts = await stacks_table.list_drafts(session, workspace_id)
    authors = {draft.journey_id: draft.author for draft in drafts}
    channels: dict[str, list[str]] = {}
    for link in await table.list_channels(session, workspace_id):
        channels.setdefault(link.journey_id, []).append(link.channel_id)
    return [
        JourneyStatus(
            _settings_value(home, channels.get(home.id, [])),
            numbers.get(home.id),
            authors.get(home.id),
        )
        for home in await table.list_journeys(session, workspace_id)
    ]


def _settings_value(home: Journey, channels: Sequence[str]) -> JourneySettings:
    return JourneySettings(
        home.id, home.name, tuple(channels), home.zone, home.work_start, home.work_end
    )


async def _refuse_other_changes(
    session: AsyncSession, workspace_id: str, valid: JourneySettings, seen: str | None
) -> None:
    home = await table.find_journey(session, workspace_id, valid.journey_id)
    if home is None:
        return
    links = await table.list_channels(session, workspace_id)
    own = [link.channel_id for link in links if link.journey_id == home.id]
    now = _settings_value(home, own).fingerprint
    if now not in {seen, valid.fingerprint}:
        raise ChangedMeanwhile


def _refuse_taken_name(valid: JourneySettings, existing: Sequence[Journey]) -> None:
    others = [home for home in existing if home.id != valid.journey_id]
    if any(home.name.casefold() == valid.name.casefold() for home in others):
        raise InvalidAnswers(
            {
                "name": f"There is already a journey called “{valid.name}”; please choose another name."
            }
        )
    if len(others) == len(existing) >= MAX_JOURNEYS:
        raise InvalidAnswers({"name": f"A workspace can have {MAX_JOURNEYS} journeys."})


async def _refuse_taken_channels(
    session: AsyncSession,
    workspace_id: str,
    valid: JourneySettings,
    existing: Sequence[Journey],
    moving: Collection[str],
) -> None:
    names = {home.id: home.name for home in existing}
    owners = {
        link.channel_id: names[link.journey_id]
        for link in await table.list_channels(session, workspace_id)
        if link.journey_id != valid.journey_id and link.channel_id in valid.channels
    }
    if not set(owners) <= set(moving):
        raise ChannelsTaken(owners)
