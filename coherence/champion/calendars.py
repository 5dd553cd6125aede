"""Calendars of a rota or of one person's terms, and the secret addresses that they are read from."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from dateutil.relativedelta import relativedelta
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.calendar import Entry, Revision, calendar_file
from coherence.champion.loading import load_rota, load_rotas
from coherence.champion.member import MemberState
from coherence.champion.resolved import ResolvedRota
from coherence.clock import Clock
from coherence.errors import InvalidRota
from coherence.journeys import journey_by_id, journey_by_name
from coherence.stewards import Person
from storage import champion as table
from storage import champion_calendar as entries_table
from storage.champion import ChampionFeed, ChampionMember
from storage.champion_calendar import ChampionCalendarEntry
from storage.database import Database

REACH: Final = relativedelta(months=12)
"""How far a calendar goes back, and ahead."""

_SECRET_BYTES: Final = 32


@dataclass(frozen=True)
class Subject:
    """What a calendar shows: a journey's rota, or all rotas; of it everybody's terms, or one person's."""

    workspace_id: str
    journey_id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True)
class Planned:
    """The terms of a calendar, earliest first, as they are planned by now."""

    subject: Subject
    title: str
    entries: tuple[Entry, ...]

    @property
    def people(self) -> list[str]:
        """Everybody in it, each once."""
        return list(dict.fromkeys(user for each in self.entries for user in each.term.users))


@dataclass(frozen=True)
class Address:
    """A secret address that works; `journey` is None where it is of one's own terms."""

    id: str
    journey_id: str | None
    made_at: datetime


@dataclass(frozen=True)
class Addresses:
    """What a person sees of the calendars of a rota: its own, and that of their terms in all rotas.

    `serves` is whether they take turns anywhere.
    """

    journey_id: str
    journey: str
    of_rota: Address | None
    of_own: Address | None
    serves: bool


class ChampionCalendars:
    """The use cases around calendar files."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def named(
        self, workspace_id: str, journey: str | None, user_id: str | None = None
    ) -> Subject:
        """The rota of a journey by its name, or of the only one. Raises NoJourney or AmbiguousJourney."""
        async with self._database.reading() as session:
            found = await journey_by_name(session, workspace_id, journey)
        return Subject(workspace_id, found.id, user_id)

    async def planned(self, subject: Subject) -> Planned:
        """The terms within a year of now. Raises NoRota or InvalidRota."""
        now = self._now()
        async with self._database.reading() as session:
            rotas = await _rotas(session, subject)
        entries = [
            entry for rota in rotas for entry in _entries(rota, subject, now - REACH, now + REACH)
        ]
        ordered = sorted(entries, key=lambda entry: (entry.term.start, entry.journey_id))
        return Planned(subject, _title(rotas, subject), tuple(ordered))

    async def file(self, planned: Planned, names: Mapping[str, str]) -> bytes:
        """The calendar as a file; `names` are what people are called."""
        revisions = await self._revisions(planned.entries)
        shown = [(entry, revisions[_key(entry)]) for entry in planned.entries]
        return calendar_file(planned.title, shown, names)

    async def _revisions(self, entries: Sequence[Entry]) -> Mapping[tuple[str, datetime], Revision]:
        by_journey: dict[str, list[Entry]] = {}
        for entry in entries:
            by_journey.setdefault(entry.journey_id, []).append(entry)
        found: dict[tuple[str, datetime], Revision] = {}
        for journey_id, of_journey in by_journey.items():
            revised = await self._revised(of_journey[0].workspace_id, journey_id, of_journey)
            found |= {(journey_id, start): revision for start, revision in revised.items()}
        return found

    async def _revised(
        self, workspace_id: str, journey_id: str, entries: Sequence[Entry]
    ) -> Mapping[datetime, Revision]:
        """What each entry's revision is; those that say something new are counted up."""
        async with self._database.reading() as session:
            known = await _known(session, workspace_id, journey_id)
        if not _changed(entries, known):
            return _as_revisions(known.values())
        now = self._now().replace(microsecond=0)
        async with self._database.transaction() as session:
            # Two who read at once must not count the same change twice.
            await table.lock_rota(session, workspace_id, journey_id)
            known = await _known(session, workspace_id, journey_id)
            for entry in _changed(entries, known):
                row = known.get(entry.term.start)
                known[entry.term.start] = _revise(session, row, entry, now)
            await entries_table.forget_calendar_entries(
                session, workspace_id, journey_id, before=now - REACH - REACH
            )
            return _as_revisions(known.values())


class ChampionFeeds:
    """The use cases around secret addresses. Of a secret only its hash is kept."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def addresses(self, person: Person, journey_id: str) -> Addresses:
        """What a person has made of a rota. Raises NoJourney."""
        async with self._database.reading() as session:
            journey = await journey_by_id(session, person.workspace_id, journey_id)
            feeds = await table.list_feeds(session, person.workspace_id, person.user_id)
            members = await table.list_memberships(session, person.workspace_id, person.user_id)
        by_journey = {feed.journey_id: _address(feed) for feed in feeds}
        return Addresses(
            journey_id,
            journey.name,
            by_journey.get(journey_id),
            by_journey.get(None),
            serves=any(member.state == MemberState.SERVING for member in members),
        )

    async def make(self, person: Person, journey_id: str | None) -> str:
        """Make an address of a rota, or of one's own terms; return its secret, which is told only now.

        One that was made of the same before stops working. Raises NoJourney.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        now = self._now()
        async with self._database.transaction() as session:
            if journey_id is not None:
                await journey_by_id(session, person.workspace_id, journey_id)
            for feed in await table.list_feeds(session, person.workspace_id, person.user_id):
                if feed.journey_id == journey_id:
                    feed.revoked_at = now
            session.add(
                ChampionFeed(
                    workspace_id=person.workspace_id,
                    id=uuid4().hex,
                    secret_hash=_hash(secret),
                    user_id=person.user_id,
                    journey_id=journey_id,
                    made_at=now,
                )
            )
        return secret

    async def stop(self, person: Person, feed_id: str) -> None:
        """End one of a person's own addresses; nothing happens where it has ended or is another's."""
        async with self._database.transaction() as session:
            feed = await entries_table.find_own_feed(
                session, person.workspace_id, person.user_id, feed_id
            )
            if feed is not None and feed.revoked_at is None:
                feed.revoked_at = self._now()

    async def open(self, workspace_id: str, secret: str) -> tuple[Person, Subject] | None:
        """Who made an address, and what it shows; None for any that doesn't work, or no more.

        It ends with its maker's leaving: the rota that it shows, or all of theirs.
        """
        async with self._database.reading() as session:
            feed = await table.find_feed(session, workspace_id, _hash(secret))
            if feed is None:
                return None
            members = await table.list_memberships(session, workspace_id, feed.user_id)
        maker = Person(workspace_id, feed.user_id)
        if _has_left(members, feed.journey_id):
            await self.stop(maker, feed.id)
            return None
        user_id = feed.user_id if feed.journey_id is None else None
        return maker, Subject(workspace_id, feed.journey_id, user_id)

    async def end_all(self, person: Person) -> None:
        """End all addresses of somebody who isn't in the workspace any more."""
        async with self._database.transaction() as session:
            for feed in await table.list_feeds(session, person.workspace_id, person.user_id):
                feed.revoked_at = self._now()


def _has_left(members: Sequence[ChampionMember], journey_id: str | None) -> bool:
    if any(member.gone_at is not None for member in members):
        return True
    left = [member.state == MemberState.LEFT for member in members]
    if journey_id is None:
        return bool(left) and all(left)
    return any(
        member.journey_id == journey_id and member.state == MemberState.LEFT for member in members
    )


async def _rotas(session: AsyncSession, subject: Subject) -> Sequence[ResolvedRota]:
    if subject.journey_id is not None:
        return [await load_rota(session, subject.workspace_id, subject.journey_id)]
    try:
        return await load_rotas(session, subject.workspace_id)
    except InvalidRota:
        return await _readable(session, subject.workspace_id)


async def _readable(session: AsyncSession, workspace_id: str) -> Sequence[ResolvedRota]:
    """One rota that can't be read holds up no other."""
    found = []
    for rota, _ in await table.list_rotas(session, workspace_id):
        try:
            found.append(await load_rota(session, workspace_id, rota.journey_id))
        except InvalidRota:
            continue
    return found


def _entries(
    rota: ResolvedRota, subject: Subject, since: datetime, until: datetime
) -> Iterable[Entry]:
    user_id = subject.user_id
    for term in rota.served(until):
        if term.users and since < term.end and (user_id is None or user_id in term.users):
            yield Entry(rota.workspace_id, rota.journey_id, rota.journey, term)


def _title(rotas: Sequence[ResolvedRota], subject: Subject) -> str:
    if subject.journey_id is None:
        return "Coherence champion, my terms"
    return f"Coherence champion, {rotas[0].journey}"


def _key(entry: Entry) -> tuple[str, datetime]:
    return entry.journey_id, entry.term.start


async def _known(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> dict[datetime, ChampionCalendarEntry]:
    rows = await entries_table.list_calendar_entries(session, workspace_id, [journey_id])
    return {row.start: row for row in rows}


def _changed(
    entries: Iterable[Entry], known: Mapping[datetime, ChampionCalendarEntry]
) -> list[Entry]:
    return [
        entry
        for entry in entries
        if (row := known.get(entry.term.start)) is None or row.fingerprint != entry.fingerprint
    ]


def _revise(
    session: AsyncSession, row: ChampionCalendarEntry | None, entry: Entry, now: datetime
) -> ChampionCalendarEntry:
    if row is None:
        row = ChampionCalendarEntry(
            workspace_id=entry.workspace_id,
            journey_id=entry.journey_id,
            start=entry.term.start,
            fingerprint=entry.fingerprint,
            changed_at=now,
        )
        session.add(row)
        return row
    row.fingerprint, row.sequence, row.changed_at = entry.fingerprint, row.sequence + 1, now
    return row


def _as_revisions(rows: Iterable[ChampionCalendarEntry]) -> Mapping[datetime, Revision]:
    return {row.start: Revision(row.sequence, row.changed_at) for row in rows}


def _address(feed: ChampionFeed) -> Address:
    return Address(feed.id, feed.journey_id, feed.made_at)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
