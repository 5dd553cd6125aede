"""What holds for every rota."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from coherence.rota.document import Rota
from coherence.rota.engine import on_duty, preview, term_at, terms, with_overrides
from coherence.rota.term import Source, Term
from tests.coherence.rota.rotas import (
    MONDAY,
    NAMES,
    after,
    away,
    rests,
    rota,
    rotas,
    term_days,
    timings,
)

DAYS = 400
quick = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def planned(content: Rota, days: int = DAYS) -> list[Term]:
    return terms(content, until=after(content, days))


def edited(content: Rota, **changed: Any) -> Rota:
    """The rota with some of its keys written anew."""
    written = content.model_dump(by_alias=True)
    written["weekdays"] = None if content.weekdays is None else sorted(content.weekdays)
    kept = {key: value for key, value in written.items() if value is not None}
    return Rota.model_validate(kept | changed)


@quick
@given(rotas())
def test_terms_neither_overlap_nor_leave_gaps(content: Rota) -> None:
    for found in (planned(content), with_overrides(content, planned(content))):
        assert all(term.start < term.end for term in found)
        assert all(one.end == other.start for one, other in pairwise(found))
    first = planned(content)[0].start.astimezone(content.time_zone).date()
    assert timedelta(0) <= first - content.start < timedelta(days=7)


@quick
@given(rotas())
def test_nobody_absent_or_gone_or_not_yet_there_serves(content: Rota) -> None:
    people = content.people()
    for term in planned(content):
        days = term_days(content, term)
        for user in term.users:
            member = people[user]
            assert member.joined is None or member.joined <= days[0]
            assert member.left is None or days[-1] < member.left
            assert not any(
                a.user == user and a.first <= days[-1] and days[0] <= a.last
                for a in content.absences
            )


@quick
@given(rotas())
def test_a_term_is_vacant_only_where_nobody_can_serve(content: Rota) -> None:
    for term in planned(content):
        assert (term.source is Source.VACANT) == (term.users == ())
        if term.users:
            continue
        days = term_days(content, term)
        for member in content.people().values():
            there = (member.joined is None or member.joined <= days[0]) and (
                member.left is None or days[-1] < member.left
            )
            assert not there or any(
                a.user == member.user and a.first <= days[-1] and days[0] <= a.last
                for a in content.absences
            )


@quick
@given(timings, rests, st.integers(1, 7), st.sampled_from([1, 2]), st.data())
def test_with_equal_availability_counts_differ_by_one_at_most_over_any_window(
    timing: dict[str, Any], rest: dict[str, int], size: int, per_term: int, data: st.DataObject
) -> None:
    names = NAMES[:size]
    start = timing["start"]
    spans = data.draw(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=4))
    absences = [
        away(name, start + timedelta(days=first), start + timedelta(days=first + length))
        for name in names
        for first, length in spans
    ]
    content = rota(*names, **timing, rest=rest, per_term=per_term, absences=absences)
    assert_fair(names, planned(content))


@quick
@given(rotas(), st.booleans())
def test_two_who_are_always_there_take_turns_whatever_the_others_do(
    content: Rota, paired: bool
) -> None:
    others = [member for member in content.people().values() if len(member.user) != 2]
    members = [*(m.model_dump() for m in others), "bo", "cy"]
    absences = [a.model_dump(by_alias=True) for a in content.absences if len(a.user) != 2]
    changed = edited(content, members=members, absences=absences, per_term=2 if paired else 1)
    assert_fair(("bo", "cy"), planned(changed))


def assert_fair(names: tuple[str, ...], found: list[Term]) -> None:
    """Over every window of terms the counts of these people differ by one at most."""
    found = found[:40]
    for first in range(len(found)):
        counts = Counter(dict.fromkeys(names, 0))
        for term in found[first:]:
            counts.update(user for user in term.users if user in counts)
            assert max(counts.values()) - min(counts.values()) <= 1


@quick
@given(rotas(), st.integers(1, 30))
def test_any_beginning_of_it_as_history_leads_to_the_same_future(
    content: Rota, settled: int
) -> None:
    whole = planned(content)
    history = whole[:settled]
    assert history + terms(content, history, until=after(content, DAYS)) == whole


@quick
@given(rotas(alone=True), st.integers(1, 20), st.data())
def test_what_changes_from_a_day_on_never_changes_the_terms_that_end_by_then(
    content: Rota, settled: int, data: st.DataObject
) -> None:
    whole = planned(content)
    past = whole[:settled]
    day = past[-1].end.astimezone(content.time_zone).date()
    user = data.draw(st.sampled_from(sorted(content.people())))
    absences = [a.model_dump(by_alias=True) for a in content.absences]
    members = [m.model_dump() for m in content.people().values()]
    edits: list[dict[str, Any]] = [
        {"absences": [*absences, away(user, day, day + timedelta(days=30))]},
        {"members": [*members, {"user": "new", "joined": day}]},
        {"members": [{"user": "new", "joined": day}, *members]},
        {"members": [leaving(m, day) if m["user"] == user else m for m in members]},
    ]
    for edit in edits:
        assert planned(edited(content, **edit))[:settled] == past


def leaving(member: dict[str, Any], day: Any) -> dict[str, Any]:
    left = min(filter(None, (member["left"], max(day, member["joined"] or day))))
    return member | {"left": left}


@quick
@given(rotas(alone=True), st.integers(1, 12), st.sampled_from(NAMES))
def test_adding_removing_and_adding_a_member_again_leaves_settled_terms_alone(
    content: Rota, settled: int, name: str
) -> None:
    history = planned(content)[:settled]
    day = history[-1].end.astimezone(content.time_zone).date()
    kept = [m.model_dump() for m in content.people().values() if m.user != name]
    assume(kept)
    absences = [a.model_dump(by_alias=True) for a in content.absences if a.user != name]
    for members in (kept, [*kept, {"user": name, "joined": day}]):
        changed = edited(content, members=members, absences=absences)
        future = terms(changed, history, until=after(content, DAYS))
        assert all(term.start >= history[-1].end for term in future)
        assert not future or future[0].start == history[-1].end
        assert all(name in {m["user"] for m in members} or name not in t.users for t in future)


@quick
@given(st.integers(2, 7), st.integers(1, 25), st.sampled_from([0, 3, 6]))
def test_a_newcomer_comes_after_everybody_who_waits(size: int, joined: int, weekday: int) -> None:
    # Some day after the handover before the term that they can serve first.
    day = MONDAY + timedelta(days=7 * joined - weekday)
    content = rota({"user": "new", "joined": day}, *NAMES[:size])
    found = [term.users for term in planned(content)]
    assert found.index(("new",)) == joined + size


@pytest.fixture
def machine_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def move(zone: str) -> None:
        monkeypatch.setitem(os.environ, "TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@quick
@given(content=rotas())
def test_the_same_rota_is_the_same_on_a_machine_anywhere(content: Rota, machine_zone: Any) -> None:
    answers = []
    for zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
        machine_zone(zone)
        answers.append(preview(content, content.start, content.start + timedelta(days=200)))
    assert answers[0] == answers[1] == answers[2]


@quick
@given(rotas())
def test_handovers_stay_at_the_same_time_on_the_wall(content: Rota) -> None:
    zone = content.time_zone
    for term in planned(content):
        local = term.start.astimezone(zone)
        wanted = datetime.combine(local.date(), content.handover, zone)
        if wanted.astimezone(UTC).astimezone(zone).time() == content.handover:
            assert (local.time(), local.fold) == (content.handover, 0)


@quick
@given(rotas())
def test_nobody_serves_beside_themselves(content: Rota) -> None:
    for term in planned(content):
        assert len(set(term.users)) == len(term.users)
        assert len(term.users) <= max(content.per_term, *map(len, content.members))


@quick
@given(rotas(), st.integers(0, DAYS * 24))
def test_who_is_on_duty_at_a_moment_is_who_the_preview_says(content: Rota, hours: int) -> None:
    moment = after(content, 0) + timedelta(hours=hours)
    found = with_overrides(content, planned(content, 2 * DAYS))
    assert on_duty(content, moment) == term_at(found, moment) or moment < found[0].start
