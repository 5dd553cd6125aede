"""Calendars of the duty, read by a second parser."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import vobject

from coherence.champion.calendars import ChampionCalendars, ChampionFeeds, Subject
from coherence.stewards import Person
from storage.champion import (
    ChampionArrangement,
    ChampionLeave,
    ChampionTerm,
    find_member,
    find_rota,
)
from storage.database import Database
from tests.coherence.champion.rotas import ANA, BO, CY, JOURNEY, TEAM, keep_rota
from tests.support.times import NOON, SettableClock

WHOLE = Subject(TEAM, JOURNEY)
NAMES = {ANA: "Ana Ö. Sørensen, née “Li; x”", BO: "Bo", CY: "Cy"}
FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)


async def written(
    database: Database, clock: SettableClock, subject: Subject = WHOLE
) -> tuple[bytes, list[Any]]:
    """The file, and its events as another parser understands them."""
    calendars = ChampionCalendars(database, clock)
    content = await calendars.file(await calendars.planned(subject), NAMES)
    return content, list(events_in(content))


def events_in(content: bytes) -> Iterator[Any]:
    yield from getattr(vobject.readOne(content.decode()), "vevent_list", [])


async def cover(database: Database, start: datetime, end: datetime, *people: str) -> None:
    async with database.transaction() as session:
        session.add(
            ChampionArrangement(
                workspace_id=TEAM,
                journey_id=JOURNEY,
                id=f"{start}",
                start=start,
                end=end,
                users=list(people),
                source="cover",
                made_at=NOON,
            )
        )


async def leave(database: Database, *people: str, first: date, last: date) -> None:
    async with database.transaction() as session:
        for user_id in people:
            session.add(
                ChampionLeave(
                    workspace_id=TEAM,
                    id=user_id,
                    user_id=user_id,
                    first=first,
                    last=last,
                    told_at=NOON,
                )
            )


async def test_a_year_ahead_has_an_event_for_each_term(database: Database) -> None:
    await keep_rota(database)
    content, events = await written(database, SettableClock())
    assert len(events) == 53
    first = events[0]
    assert first.dtstart.value == FIRST
    assert first.dtend.value == FIRST + WEEK
    assert first.summary.value == f"Coherence champion: {NAMES[ANA]}"
    assert first.description.value == "Onboarding. Next in the order."
    assert first.sequence.value == "0"
    assert len({event.uid.value for event in events}) == len(events)
    said = content.decode()
    assert "BEGIN:VALARM" not in said
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in said
    assert "X-PUBLISHED-TTL:PT6H" in said
    assert "@" not in said.replace("@coherence-champion", "")


async def test_handovers_stay_on_the_clock_of_the_rota_when_clocks_change(
    database: Database,
) -> None:
    await keep_rota(database)
    _, events = await written(database, SettableClock())
    london = ZoneInfo("Europe/London")
    starts = [event.dtstart.value for event in events]
    assert {start.astimezone(london).hour for start in starts} == {9}
    assert {start.astimezone(UTC).hour for start in starts} == {8, 9}
    ends = [event.dtend.value for event in events]
    assert ends[:-1] == starts[1:]


async def test_what_has_not_changed_is_the_same_to_the_byte(database: Database) -> None:
    await keep_rota(database)
    clock = SettableClock()
    before, _ = await written(database, clock)
    clock.now += timedelta(hours=30)
    assert (await written(database, clock))[0] == before


async def test_what_changes_is_updated_in_place_and_the_rest_left_alone(
    database: Database,
) -> None:
    await keep_rota(database)
    clock = SettableClock()
    _, before = await written(database, clock)
    clock.now += timedelta(days=1)
    await leave(database, BO, first=date(2026, 3, 10), last=date(2026, 3, 11))
    _, after = await written(database, clock)
    assert [event.uid.value for event in after] == [event.uid.value for event in before]
    assert [event.summary.value[-2:] for event in after[1:3]] == ["Cy", "Bo"]
    assert [event.sequence.value for event in after[:4]] == ["0", "1", "1", "0"]
    assert after[1].last_modified.value == after[1].dtstamp.value == clock.now
    assert after[0].dtstamp.value == NOON


async def test_cover_shortens_a_term_and_stands_beside_it(database: Database) -> None:
    await keep_rota(database)
    clock = SettableClock()
    _, before = await written(database, clock)
    await cover(database, FIRST + timedelta(days=2), FIRST + timedelta(days=3), CY)
    _, after = await written(database, clock)
    assert [event.summary.value[-2:] for event in after[1:2]] == ["Cy"]
    assert after[0].uid.value == before[0].uid.value
    assert after[0].dtend.value == FIRST + timedelta(days=2) == after[1].dtstart.value
    assert after[0].sequence.value == "1"
    assert after[3].uid.value == before[1].uid.value


async def test_a_vacant_term_is_no_event(database: Database) -> None:
    await keep_rota(database)
    await leave(database, ANA, BO, CY, first=date(2026, 3, 9), last=date(2026, 3, 15))
    _, events = await written(database, SettableClock())
    assert [event.dtstart.value for event in events[:2]] == [FIRST, FIRST + 2 * WEEK]


async def test_terms_older_than_a_year_are_left_out(database: Database) -> None:
    await keep_rota(database)
    async with database.transaction() as session:
        session.add(
            ChampionTerm(
                workspace_id=TEAM,
                journey_id=JOURNEY,
                start=FIRST,
                end=FIRST + WEEK,
                users=["a former colleague"],
                source="rota",
                why="Next in the order.",
            )
        )
    clock = SettableClock(NOON + timedelta(days=300))
    _, events = await written(database, clock)
    assert events[0].summary.value == "Coherence champion: a former colleague"
    clock.now = NOON + timedelta(days=380)
    _, events = await written(database, clock)
    assert events[0].dtstart.value > FIRST


async def test_a_person_has_their_terms_of_all_rotas(database: Database) -> None:
    await keep_rota(database)
    await keep_rota(database, (BO,), journey_id="renewal")
    await keep_rota(database, (BO,), journey_id="broken")
    async with database.transaction() as session:
        broken = await find_rota(session, TEAM, "broken")
        assert broken
        broken.settings = {**broken.settings, "zone": "Mars/Olympus"}
    _, mine = await written(database, SettableClock(), Subject(TEAM, user_id=BO))
    told = {event.description.value.partition(".")[0] for event in mine}
    assert told == {"Onboarding", "Renewal"}
    assert {event.summary.value for event in mine} == {"Coherence champion: Bo"}
    _, one = await written(database, SettableClock(), Subject(TEAM, JOURNEY, BO))
    shared = {event.uid.value for event in one}
    assert shared < {event.uid.value for event in mine}
    _, whole = await written(database, SettableClock())
    assert shared < {event.uid.value for event in whole}
    assert all(event.sequence.value == "0" for event in whole)


class TestAddresses:
    """Secret addresses open what they were made for, until they end."""

    person = Person(TEAM, BO)

    async def test_only_the_right_secret_of_this_workspace_opens_a_calendar(
        self, database: Database
    ) -> None:
        await keep_rota(database)
        feeds = ChampionFeeds(database, lambda: NOON)
        secret = await feeds.make(self.person, JOURNEY)
        assert len(secret) >= 43
        assert await feeds.open(TEAM, secret) == (self.person, WHOLE)
        for workspace, wrong in (("T0OTHER", secret), (TEAM, secret[:-1]), (TEAM, "")):
            assert await feeds.open(workspace, wrong) is None

    async def test_it_ends_when_it_is_stopped_or_made_anew(self, database: Database) -> None:
        await keep_rota(database)
        feeds = ChampionFeeds(database, lambda: NOON)
        first = await feeds.make(self.person, None)
        second = await feeds.make(self.person, None)
        assert await feeds.open(TEAM, first) is None
        own = (await feeds.addresses(self.person, JOURNEY)).of_own
        assert own
        await feeds.stop(Person(TEAM, CY), own.id)
        assert await feeds.open(TEAM, second)
        await feeds.stop(self.person, own.id)
        assert await feeds.open(TEAM, second) is None

    async def test_it_ends_with_leaving_and_does_not_come_back(self, database: Database) -> None:
        await keep_rota(database)
        await keep_rota(database, (BO,), journey_id="renewal")
        feeds = ChampionFeeds(database, lambda: NOON)
        whole = await feeds.make(self.person, JOURNEY)
        own = await feeds.make(self.person, None)
        await self._note(database, state="left")
        assert await feeds.open(TEAM, whole) is None
        assert await feeds.open(TEAM, own)
        await self._note(database, state="serving")
        assert await feeds.open(TEAM, whole) is None
        await self._note(database, gone_at=NOON)
        assert await feeds.open(TEAM, own) is None

    async def _note(self, database: Database, **changes: Any) -> None:
        async with database.transaction() as session:
            member = await find_member(session, TEAM, JOURNEY, BO)
            assert member
            for name, value in changes.items():
                setattr(member, name, value)
