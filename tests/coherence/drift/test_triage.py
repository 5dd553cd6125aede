"""Whatever is done to a report, its history explains where it stands, and only who may has done it."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coherence.drift.life import MOVES
from coherence.drift.report import (
    Change,
    Filters,
    LinkKind,
    Report,
    Resolution,
    Severity,
    State,
    Triage,
)
from coherence.errors import (
    ChangedMeanwhile,
    InvalidAnswers,
    NotFound,
    NotTheirDrift,
    WrongMove,
)
from coherence.stack.document import Layer
from tests.coherence.drift.drifts import HANNA, LI, MAYA, TEAM, TOM, Drift, message
from tests.support.times import SettableClock


async def test_owner_champion_and_steward_move_a_report_and_nobody_else(drift: Drift) -> None:
    report = await drift.reported()
    with pytest.raises(NotTheirDrift) as refused:
        await drift.triage.move(MAYA, report.number, State.TRIAGED, seen=report.revision)
    assert refused.value.to_ask == (HANNA.user_id,)
    report = await drift.triage.change(
        HANNA, report.number, Triage(owner=TOM.user_id), seen=report.revision
    )
    with pytest.raises(NotTheirDrift) as refused:
        await drift.triage.snooze(MAYA, report.number, None, seen=report.revision)
    assert refused.value.to_ask == (TOM.user_id, HANNA.user_id)
    report = await drift.triage.move(TOM, report.number, State.TRIAGED, seen=report.revision)
    drift.champions.add(LI.user_id)
    report = await drift.triage.move(LI, report.number, State.FIXING, seen=report.revision)
    assert report.state is State.FIXING


async def test_anybody_takes_on_what_nobody_owns(drift: Drift) -> None:
    report = await drift.reported()
    mine = Triage(owner=LI.user_id)
    report = await drift.triage.change(LI, report.number, mine, seen=report.revision)
    assert report.owner == LI.user_id
    with pytest.raises(NotTheirDrift):
        await drift.triage.change(
            TOM, report.number, Triage(owner=TOM.user_id), seen=report.revision
        )


async def test_two_who_triage_at_once_don_t_overwrite_each_other(drift: Drift) -> None:
    report = await drift.reported()
    done = await asyncio.gather(
        *(
            drift.triage.change(HANNA, report.number, Triage(severity=each), seen=report.revision)
            for each in (Severity.SMALL, Severity.SERIOUS)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["ChangedMeanwhile", "Report"]


async def test_what_changes_is_in_the_history_and_what_stays_is_not(drift: Drift) -> None:
    report = await drift.reported(severity=Severity.SMALL)
    triage = Triage(
        summary="Refunds",
        severity=Severity.SMALL,
        layer=Layer.SYSTEM,
        touchpoint_id="C1",
        statement_ids=("P1", "P1", "X1"),
        state=State.DIAGNOSED,
    )
    report = await drift.triage.change(HANNA, report.number, triage, seen=report.revision)
    events = (await drift.log.detail(LI, report.number)).events[1:]
    assert {(e.what, e.before, e.after) for e in events} == {
        (Change.LAYER, None, "system"),
        (Change.TOUCHPOINT, None, "C1"),
        (Change.STATEMENTS, None, "P1, X1"),
        (
            Change.SUMMARY,
            "The pricing page promises money back, support says it doesn't",
            "Refunds",
        ),
        (Change.STATE, "reported", "diagnosed"),
    }
    same = await drift.triage.change(HANNA, report.number, triage, seen=report.revision)
    assert same.revision == report.revision
    emptied = await drift.triage.change(
        HANNA, report.number, Triage(touchpoint_id=""), seen=report.revision
    )
    assert emptied.touchpoint_id is None


async def test_a_changed_summary_is_what_is_searched(drift: Drift) -> None:
    report = await drift.reported(summary="Zebras")
    await drift.triage.change(HANNA, report.number, Triage(summary="Lions"), seen=report.revision)
    assert not (await drift.log.list(LI, Filters(text="zebras"))).reports
    assert len((await drift.log.list(LI, Filters(text="lions"))).reports) == 1


async def test_a_report_ends_with_a_resolution_and_what_was_learnt(drift: Drift) -> None:
    report = await drift.reported()
    ended = await drift.resolved(report, Resolution.NARRATIVE_CHANGED, "P1 says how far now")
    assert (ended.state, ended.resolution) == (State.RESOLVED, Resolution.NARRATIVE_CHANGED)
    assert ended.resolved_at == drift.clock()
    last = (await drift.log.detail(LI, report.number)).events[-1]
    assert (last.what, last.after, last.note) == (
        Change.RESOLUTION,
        "narrative_changed",
        "P1 says how far now",
    )


async def test_who_reported_it_opens_it_again(drift: Drift) -> None:
    report = await drift.resolved(await drift.reported())
    with pytest.raises(NotTheirDrift):
        await drift.triage.reopen(LI, report.number, seen=report.revision)
    report = await drift.triage.reopen(MAYA, report.number, "Still there", seen=report.revision)
    assert (report.state, report.resolution, report.resolved_at) == (State.REOPENED, None, None)


async def test_resolving_and_reopening_are_steps_of_their_own(drift: Drift) -> None:
    report = await drift.reported()
    for state in (State.RESOLVED, State.REOPENED):
        with pytest.raises(WrongMove):
            await drift.moved(report, state)
    ended = await drift.resolved(report)
    with pytest.raises(WrongMove):
        await drift.resolved(ended)
    with pytest.raises(WrongMove):
        await drift.triage.snooze(HANNA, 1, date(2026, 4, 1), seen=ended.revision)


async def test_a_snoozed_report_rests_until_its_day(drift: Drift) -> None:
    report = await drift.reported()
    today = drift.clock.now.date()
    for wrong in (today, today + timedelta(days=367)):
        with pytest.raises(InvalidAnswers):
            await drift.triage.snooze(HANNA, report.number, wrong, seen=report.revision)
    until = today + timedelta(days=2)
    await drift.triage.snooze(HANNA, report.number, until, seen=report.revision)
    awake = Filters(only_open=True, snoozed=False)
    assert not (await drift.log.list(LI, awake)).reports
    assert len((await drift.log.list(LI, Filters(only_open=True))).reports) == 1
    drift.clock.now += timedelta(days=2)
    assert len((await drift.log.list(LI, awake)).reports) == 1


@pytest.mark.parametrize(
    "address",
    ["", "jira-1", "javascript:alert(1)", "https://", "https://a b", "https://x/<!channel>", "http://[x"],
)  # fmt: skip
async def test_only_an_address_is_a_ticket(drift: Drift, address: str) -> None:
    report = await drift.reported()
    with pytest.raises(InvalidAnswers):
        await drift.links.link(HANNA, report.number, {LinkKind.TICKET: address})


async def test_links_are_kept_once_and_between_reports_both_ways(drift: Drift) -> None:
    one, two = await drift.reported(), await drift.reported()
    assert await drift.links.link(HANNA, 1, {LinkKind.REPORT: "Drift 2"})
    assert not await drift.links.link(HANNA, 2, {LinkKind.REPORT: "1"})
    assert await drift.links.link(HANNA, 1, {LinkKind.TICKET: " https://tickets.example/1 "})
    assert await drift.links.link(HANNA, 1, {LinkKind.ITEM: "P1"})
    assert await targets(drift, one) == ["2", "https://tickets.example/1", "P1"]
    assert await targets(drift, two) == ["1"]
    assert await drift.links.unlink(HANNA, 2, LinkKind.REPORT, "1")
    assert await targets(drift, one) == ["https://tickets.example/1", "P1"]
    with pytest.raises(InvalidAnswers):
        await drift.links.link(HANNA, 1, {LinkKind.ITEM: "P99"})
    with pytest.raises(InvalidAnswers):
        await drift.links.link(HANNA, 1, {LinkKind.REPORT: "99"})
    with pytest.raises(InvalidAnswers):
        await drift.links.link(HANNA, 1, {LinkKind.REPORT: "1"})


async def test_of_several_links_all_are_made_or_none_and_every_fault_is_named(drift: Drift) -> None:
    one, two = await drift.reported(), await drift.reported()
    ticket = "https://tickets.example/1"
    wanted = {LinkKind.ITEM: "P1", LinkKind.REPORT: "2", LinkKind.TICKET: "jira-1"}
    for changes, faults in (
        ({}, ["ticket"]),
        ({LinkKind.REPORT: "99"}, ["ticket", "report"]),
        ({LinkKind.TICKET: ticket, LinkKind.ITEM: "P99"}, ["item"]),
    ):
        with pytest.raises(InvalidAnswers) as raised:
            await drift.links.link(HANNA, 1, wanted | changes)
        assert list(raised.value.faults) == faults
        assert not await targets(drift, one)
        assert not await targets(drift, two)
    assert await drift.links.link(HANNA, 1, wanted | {LinkKind.TICKET: ticket})
    assert await targets(drift, one) == ["P1", "2", ticket]
    assert await targets(drift, two) == ["1"]


async def test_reports_that_name_each_other_at_once_wait_and_never_block(drift: Drift) -> None:
    await drift.reported()
    await drift.reported()
    pairs = [(1, "2"), (2, "1")] * 5
    linking = (drift.links.link(HANNA, n, {LinkKind.REPORT: other}) for n, other in pairs)
    assert sum(await asyncio.gather(*linking)) == 1


async def test_a_narrative_names_the_reports_it_answers(drift: Drift) -> None:
    report = await drift.reported()
    with pytest.raises(NotFound):
        await drift.links.answer(HANNA, report.number, 7)
    answered = await drift.links.answer(HANNA, report.number, 1)
    assert answered.version_number == 1
    [listed] = await drift.log.answered_by(TEAM, report.journey_id, 1)
    assert listed.number == report.number
    assert (await drift.log.detail(LI, 1)).events[-1].what is Change.NARRATIVE


Step = tuple[str, Any]
steps = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(State)),
    st.tuples(st.just("resolve"), st.sampled_from(Resolution)),
    st.tuples(st.just("reopen"), st.just("")),
    st.tuples(st.just("snooze"), st.integers(1, 9)),
    st.tuples(st.just("own"), st.sampled_from([LI.user_id, ""])),
)
held = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@held
@given(done=st.lists(steps, max_size=12))
async def test_after_any_steps_the_history_explains_the_report(
    drift: Drift, done: list[Step]
) -> None:
    report = await drift.reported()
    for step in done:
        before = report
        try:
            report = await take(drift, report, step)
        except WrongMove:
            report = await drift.log.find(TEAM, report.number)
            assert report == before
    events = (await drift.log.detail(LI, report.number)).events
    states = [event for event in events if event.what is Change.STATE]
    assert [each.before for each in states[1:]] == [each.after for each in states[:-1]]
    assert all(State(e.after or "") in MOVES[State(e.before or "")] for e in states[1:])
    assert states[-1].after == report.state
    owners = [event.after for event in events if event.what is Change.OWNER]
    assert (owners or [None])[-1] == report.owner
    assert (report.resolution is None) == (report.state is not State.RESOLVED)
    assert (report.resolved_at is None) == (report.state is not State.RESOLVED)
    assert report.is_open or report.snoozed_until is None


async def take(drift: Drift, report: Report, step: Step) -> Report:
    what, value = step
    seen = report.revision
    match what:
        case "move":
            return await drift.triage.move(HANNA, report.number, value, seen=seen)
        case "resolve":
            return await drift.triage.resolve(HANNA, report.number, value, "note", seen=seen)
        case "reopen":
            return await drift.triage.reopen(HANNA, report.number, seen=seen)
        case "snooze":
            day = drift.clock.now.date() + timedelta(days=value)
            return await drift.triage.snooze(HANNA, report.number, day, seen=seen)
    return await drift.triage.change(HANNA, report.number, Triage(owner=value), seen=seen)


async def test_a_form_opened_before_somebody_else_s_change_is_refused(drift: Drift) -> None:
    report = await drift.reported()
    await drift.moved(report, State.TRIAGED)
    with pytest.raises(ChangedMeanwhile):
        await drift.moved(report, State.FIXING)
    with pytest.raises(ChangedMeanwhile):
        await drift.resolved(report)
    await drift.reports.add_evidence(LI, report.number, message("No."))
    assert (await drift.log.find(TEAM, 1)).revision == report.revision + 1


async def targets(drift: Drift, report: Report) -> list[str]:
    return [each.target for each in (await drift.log.detail(LI, report.number)).links]


class TickingClock(SettableClock):
    """A clock that, as real ones do, never says the same twice."""

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


async def test_what_is_done_in_one_go_has_one_moment_in_the_history(drift: Drift) -> None:
    drift = Drift(drift.database, TickingClock())
    report = await drift.reported()
    change = Triage(owner=LI.user_id, layer=Layer.SYSTEM, state=State.DIAGNOSED)
    report = await drift.triage.change(HANNA, report.number, change, seen=report.revision)
    await drift.reports.me_too(TOM, report.number, [message("Two days")])
    await drift.resolved(report, note="Put right")
    moments: dict[Change, set[datetime]] = {}
    for each in (await drift.log.detail(HANNA, report.number)).events[1:]:
        moments.setdefault(each.what, set()).add(each.happened_at)
    assert moments[Change.LAYER] == moments[Change.OWNER] < moments[Change.STATE]
    assert moments[Change.ME_TOO] == moments[Change.EVIDENCE]
    assert moments[Change.RESOLUTION] < moments[Change.STATE]
