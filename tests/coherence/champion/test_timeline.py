"""What a rota makes the bot say, and when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.champion.hours import OwnHours, TeamHours
from coherence.champion.letters import Letter
from coherence.champion.resolved import ResolvedRota
from coherence.champion.timeline import LONGEST_PAUSE, Look, Notice, look
from coherence.rota.term import Source, Term
from tests.coherence.champion.resolved_rotas import member, rota_of
from tests.coherence.champion.rotas import ANA, BO, CY

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEGINNING = FIRST - timedelta(days=30)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def arranged(start: datetime, end: datetime, *users: str, source: Source = Source.COVER) -> Term:
    return Term(start, end, users, source, "By hand.")


def settled(rota: ResolvedRota, seen: Look) -> ResolvedRota:
    return replace(rota, history=(*rota.history, *seen.begun))


def played(
    rota: ResolvedRota, start: datetime, end: datetime, *, since: datetime = BEGINNING
) -> Iterator[tuple[datetime, Notice]]:
    """What is said from one moment to another, when somebody looks just when they are asked to."""
    said: set[tuple[Letter, datetime, str | None]] = set()
    now = start
    while now < end:
        seen = look(rota, now, since=since)
        rota = settled(rota, seen)
        for notice in seen.due:
            key = (notice.letter, notice.start, notice.user_id)
            if key not in said:
                said.add(key)
                yield now, notice
        assert now < seen.next_look <= now + LONGEST_PAUSE
        now = seen.next_look


def told(said: Iterable[tuple[datetime, Notice]], letter: Letter) -> list[tuple[datetime, str]]:
    return [(now, str(each.user_id)) for now, each in said if each.letter is letter]


def moments(said: Iterable[tuple[datetime, Notice]], letter: Letter) -> list[datetime]:
    return [now for now, each in said if each.letter is letter]


def test_a_week_of_a_rota_is_told_in_working_hours() -> None:
    said = played(rota_of(), FIRST + DAY, FIRST + WEEK + DAY)
    assert [(now, each.letter, each.user_id) for now, each in said] == [
        (at(3, 3), Letter.HANDOVER, None),
        (at(3, 3), Letter.INCOMING, ANA),
        (at(3, 4), Letter.REMINDER, BO),
        (at(3, 6, 15), Letter.NOTES, ANA),
        (at(3, 9), Letter.HANDOVER, None),
        (at(3, 9), Letter.LOOK_BACK, ANA),
        (at(3, 9), Letter.INCOMING, BO),
    ]


def test_people_are_written_to_in_their_own_hours_and_the_channel_when_it_happens() -> None:
    far = member(BO, 1, zone="America/Los_Angeles")
    rota = rota_of(members=[member(ANA), far, member(CY, 2)])
    said = list(played(rota, FIRST + DAY, FIRST + 2 * WEEK + DAY))
    # Nine in London is one in the morning in Los Angeles, where clocks change on 8 March.
    assert told(said, Letter.REMINDER)[0] == (at(3, 4, 17), BO)
    assert told(said, Letter.INCOMING)[1] == (at(3, 9, 16), BO)
    assert told(said, Letter.NOTES)[1] == (at(3, 13, 22), BO)
    assert told(said, Letter.LOOK_BACK)[1] == (at(3, 16, 16), BO)
    assert moments(said, Letter.HANDOVER)[1:] == [at(3, 9), at(3, 16)]


def test_holidays_and_leave_are_left_alone() -> None:
    british = member(BO, 1, country="GB")
    away = {"user": CY, "from": "2026-03-30", "to": "2026-04-03"}
    rota = rota_of(members=[member(ANA), british, member(CY, 2)], absences=[away])
    said = list(played(rota, at(3, 24), at(4, 8)))
    # Bo hands over on Easter Monday and is asked before Good Friday; Cy hears of it before their leave.
    assert told(said, Letter.NOTES)[-1] == (at(4, 2, 14), BO)
    assert (at(3, 25), CY) in told(said, Letter.REMINDER)


def test_who_is_told_late_of_a_term_is_told_at_their_next_working_hour() -> None:
    [*said] = played(rota_of(), at(3, 6, 20), at(3, 9, 8, 59))
    assert told(said, Letter.REMINDER) == []
    late = played(rota_of(handover="11:00"), at(3, 6, 20), at(3, 9, 10, 59))
    assert told(late, Letter.REMINDER) == [(at(3, 9), BO)]


def test_a_vacancy_is_told_once_however_many_terms_it_lasts() -> None:
    away = [{"user": person, "from": "2026-03-09", "to": "2026-03-29"} for person in (ANA, BO, CY)]
    said = list(played(rota_of(absences=away), FIRST + DAY, at(4, 5)))
    handovers = [each.start for _, each in said if each.letter is Letter.HANDOVER]
    assert handovers == [FIRST, at(3, 9), at(3, 30, 8)]


def test_an_afternoon_is_nobodys_news_and_two_days_are() -> None:
    afternoon = arranged(at(3, 11, 13), at(3, 11, 17), CY)
    quiet = list(played(rota_of(arranged=[afternoon]), at(3, 9), at(3, 16)))
    assert moments(quiet, Letter.HANDOVER) == [at(3, 9)]
    assert told(quiet, Letter.INCOMING) == [(at(3, 9), BO)]
    days = arranged(at(3, 11, 9), at(3, 13, 9), CY)
    heard = list(played(rota_of(arranged=[days]), at(3, 9), at(3, 16)))
    assert moments(heard, Letter.HANDOVER) == [at(3, 9), at(3, 11), at(3, 13)]
    assert told(heard, Letter.INCOMING) == [(at(3, 9), BO), (at(3, 11), CY), (at(3, 13), BO)]


def test_an_afternoon_on_the_first_day_announces_nobody_again() -> None:
    stepped_in = arranged(at(3, 9, 9, 9), at(3, 9, 18), CY)
    quiet = list(played(rota_of(arranged=[stepped_in]), at(3, 9), at(3, 16)))
    assert moments(quiet, Letter.HANDOVER) == [at(3, 9)]
    assert told(quiet, Letter.INCOMING) == [(at(3, 9), BO)]


def test_who_is_covered_for_after_such_an_afternoon_is_not_reminded_again() -> None:
    stepped_in = arranged(at(3, 9, 9, 9), at(3, 9, 18), CY)
    covered = arranged(at(3, 10), at(3, 12), CY)
    said = list(played(rota_of(arranged=[stepped_in, covered]), at(3, 9, 9, 9), at(3, 16)))
    assert BO not in [person for _, person in told(said, Letter.REMINDER)]


def test_a_cover_with_an_afternoon_inside_is_one_handover() -> None:
    parts = [
        arranged(at(3, 11), at(3, 11, 10), CY),
        arranged(at(3, 11, 10), at(3, 11, 17), ANA),
        arranged(at(3, 11, 17), at(3, 13), CY),
    ]
    said = list(played(rota_of(arranged=parts), at(3, 9), at(3, 16)))
    assert moments(said, Letter.HANDOVER) == [at(3, 9), at(3, 11), at(3, 13)]


def test_who_was_covered_for_is_reminded_once_and_looks_back_once() -> None:
    days = arranged(at(3, 11, 9), at(3, 13, 9), CY)
    said = list(played(rota_of(arranged=[days]), FIRST + DAY, at(3, 20)))
    assert [person for _, person in told(said, Letter.REMINDER)].count(BO) == 1
    assert [now for now, person in told(said, Letter.LOOK_BACK) if person == BO] == [at(3, 16)]


def test_who_has_agreed_lately_is_not_reminded_of_it() -> None:
    days = arranged(at(3, 11, 9), at(3, 13, 9), CY)
    rota = rota_of(arranged=[days])
    assert CY in [person for _, person in told(played(rota, at(3, 5), at(3, 11)), Letter.REMINDER)]
    late = told(played(rota, at(3, 9, 12), at(3, 11)), Letter.REMINDER)
    assert CY not in [person for _, person in late]


def test_a_rota_of_one_is_told_once() -> None:
    said = list(played(rota_of(people=[ANA]), FIRST + DAY, FIRST + 10 * WEEK))
    assert [each.letter for _, each in said] == [Letter.HANDOVER, Letter.INCOMING]


def test_of_a_pair_only_who_changes_hears_of_it() -> None:
    rota = rota_of(people=[ANA, BO, CY], per_term=2)
    with_ana = arranged(at(3, 9), at(3, 16), ANA, CY)
    said = list(played(replace(rota, arranged=(with_ana,)), FIRST + DAY, at(3, 12)))
    assert told(said, Letter.INCOMING) == [(at(3, 3), ANA), (at(3, 3), BO), (at(3, 9), CY)]
    assert told(said, Letter.NOTES) == [(at(3, 6, 15), BO)]
    assert told(said, Letter.LOOK_BACK) == [(at(3, 9), BO)]


def test_daily_turns_bring_no_reminders_and_one_look_back_a_week_to_two_who_alternate() -> None:
    daily = {"every": 1, "unit": "day"}
    week = ["mon", "tue", "wed", "thu", "fri"]
    rota = rota_of(people=[ANA, BO], cadence=daily, weekdays=week)
    said = [each for each in played(rota, FIRST, at(3, 16)) if each[0] >= at(3, 9)]
    assert told(said, Letter.REMINDER) == []
    # Friday's lasts until Monday.
    assert told(said, Letter.NOTES) == [(at(3, 13, 15), BO)]
    assert sorted(person for _, person in told(said, Letter.LOOK_BACK)) == [ANA, BO]
    assert len(moments(said, Letter.HANDOVER)) == 5


@pytest.mark.parametrize(("hours", "longest"), [((9, 24), 6), ((16, 24), 1), ((0, 11), 7)])
def test_of_a_day_in_pieces_whoever_had_most_of_it_looks_back_and_hears_no_more(
    hours: tuple[int, int], longest: int
) -> None:
    people = [f"U0{number}" for number in range(8)]
    first, last = (FIRST + DAY + timedelta(hours=each) for each in hours)
    pieces = [arranged(first, last, people[6])]
    if last < FIRST + 2 * DAY:
        pieces.append(arranged(last, FIRST + 2 * DAY, people[7]))
    rota = rota_of(people, cadence={"every": 1, "unit": "day"}, arranged=pieces)
    said = list(played(rota, FIRST, FIRST + 3 * DAY))
    looked_back = [user for _, user in told(said, Letter.LOOK_BACK)]
    assert looked_back == [people[0], people[longest]]
    begun = [user for _, user in told(said, Letter.INCOMING)]
    assert begun == [people[0], people[2]]


def test_after_a_month_of_silence_only_what_is_of_use_is_said() -> None:
    said = look(rota_of(), at(4, 1, 10), since=BEGINNING)
    assert len(said.begun) == 5
    assert [(each.letter, each.user_id) for each in said.due] == [
        (Letter.HANDOVER, None),
        (Letter.LOOK_BACK, CY),
        (Letter.LOOK_BACK, ANA),
        (Letter.INCOMING, BO),
        (Letter.REMINDER, CY),
    ]


def test_nobody_is_asked_about_a_time_before_the_rota_was_here() -> None:
    said = look(rota_of(), at(4, 1, 10), since=at(3, 31))
    assert Letter.LOOK_BACK not in {each.letter for each in said.due}


@pytest.mark.parametrize(
    "changes",
    [{"messages": False}, {"gone_at": at(3, 1)}, {"state": "left"}],
)
def test_who_wants_no_messages_or_is_gone_gets_none(changes: dict[str, Any]) -> None:
    bo = member(BO, 1, **changes)
    said = played(rota_of(members=[member(ANA), bo, member(CY, 2)]), FIRST + DAY, at(3, 20))
    assert BO not in {each.user_id for _, each in said}


def test_without_a_channel_people_still_hear_of_their_duty() -> None:
    said = list(played(rota_of(channel_id=None), at(3, 9), at(3, 10)))
    assert moments(said, Letter.HANDOVER) == []
    assert told(said, Letter.INCOMING) == [(at(3, 9), BO)]


def test_a_handover_on_the_night_when_clocks_change_comes_once() -> None:
    rota = rota_of(zone="Europe/Berlin", start="2026-03-22", handover="02:30")
    spring = list(played(rota, at(3, 28), at(4, 1)))
    # 02:30 is skipped on 29 March: it is 03:30 in summer time.
    assert moments(spring, Letter.HANDOVER) == [at(3, 29, 1, 30)]
    autumn = list(played(rota, at(10, 24), at(10, 28)))
    assert moments(autumn, Letter.HANDOVER) == [at(10, 25, 0, 30)]
    # People hear of both on Monday morning.
    assert [now for now, _ in told(spring, Letter.INCOMING)] == [at(3, 30, 7)]
    assert [now for now, _ in told(autumn, Letter.INCOMING)] == [at(10, 26, 8)]


def test_who_has_a_zone_that_is_unknown_here_has_the_rotas() -> None:
    rota = rota_of(members=[member(ANA, zone="Mars/Olympus")])
    assert TeamHours(rota).of(ANA).zone == ZoneInfo("Europe/London")


def test_who_is_away_for_long_has_no_next_moment() -> None:
    away = [(date(2026, 3, 1), date(2026, 6, 1))]
    hours = OwnHours(ZoneInfo("Europe/London"), time(9), time(17), away=away)
    assert hours.next_moment(FIRST) is None
    assert hours.days_before(date(2026, 5, 1), 3) == date(2026, 3, 31)


_people = st.sampled_from([(ANA,), (ANA, BO), (ANA, BO, CY)])
_cadences = st.sampled_from(
    [
        {"every": 1, "unit": "day"},
        {"every": 2, "unit": "day"},
        {"every": 1, "unit": "week"},
        {"every": 2, "unit": "week"},
        {"nth": 1, "weekday": "mon", "unit": "month"},
    ]
)
_zones = st.sampled_from(["Europe/London", "America/New_York", "Asia/Tokyo", "Pacific/Chatham"])


@st.composite
def _rotas(draw: st.DrawFn) -> ResolvedRota:
    people = draw(_people)
    begins = draw(st.integers(0, 40))
    lasts = draw(st.integers(1, 10))
    covers = [
        arranged(
            FIRST + begins * DAY, FIRST + (begins + lasts) * DAY, draw(st.sampled_from(people))
        )
    ]
    away = [
        {
            "user": draw(st.sampled_from(people)),
            "from": f"{FIRST + draw(st.integers(0, 30)) * DAY:%Y-%m-%d}",
            "to": f"{FIRST + draw(st.integers(31, 45)) * DAY:%Y-%m-%d}",
        }
    ]
    return rota_of(
        people=people,
        cadence=draw(_cadences),
        handover=draw(st.sampled_from(["00:30", "02:30", "09:00", "23:30"])),
        zone=draw(_zones),
        arranged=covers if draw(st.booleans()) else [],
        absences=away if draw(st.booleans()) else [],
        members=[
            member(each, place, zone=draw(_zones), country=draw(st.sampled_from([None, "GB"])))
            for place, each in enumerate(people)
        ],
    )


@settings(max_examples=40, deadline=None)
@given(_rotas(), st.lists(st.integers(-400, 1_500), min_size=1, max_size=12))
def test_whenever_one_looks_nothing_comes_early_or_late_and_nobody_is_woken(
    rota: ResolvedRota, hours: Sequence[int]
) -> None:
    team = TeamHours(rota)
    for hour in hours:
        now = FIRST + timedelta(hours=hour)
        seen = look(rota, now, since=BEGINNING)
        rota = settled(rota, seen)
        assert now < seen.next_look <= now + LONGEST_PAUSE
        for notice in seen.due:
            assert notice.at <= now < notice.until
            if notice.user_id is not None:
                assert team.of(notice.user_id).next_moment(now) == now


@settings(max_examples=15, deadline=None)
@given(_rotas(), st.lists(st.integers(1, 200), max_size=30))
def test_looking_more_often_changes_nothing_of_what_is_said(
    rota: ResolvedRota, hours: Sequence[int]
) -> None:
    end = FIRST + 6 * WEEK
    asked = {(each.letter, each.start, each.user_id) for _, each in played(rota, FIRST, end)}
    oftener = set()
    extra = sorted(
        {FIRST + timedelta(hours=sum(hours[: number + 1])) for number in range(len(hours))}
    )
    now = FIRST
    while now < end:
        seen = look(rota, now, since=BEGINNING)
        rota = settled(rota, seen)
        oftener |= {(each.letter, each.start, each.user_id) for each in seen.due}
        now = min([seen.next_look, *(each for each in extra if each > now)])
    assert oftener == asked
