"""No query returns another workspace's rows, whatever ids and names collide."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select as rows_of
from sqlmodel import SQLModel, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import (
    champion_surfaces,
    check,
    drift,
    drift_digest,
    drift_exchange,
    drift_lists,
    drift_trail,
    erasure,
    evaluation,
    feedback,
    home,
    journeys,
    outbox,
    policies,
    processed,
    rereading,
    retention,
    schedules,
    stack,
    stack_revisions,
    stewards,
    tables,
    usage,
    workspaces,
)
from storage.check import CheckFinding, NarrativeCheck
from storage.database import Database
from storage.drift import (
    PLACE_BITS,
    DriftCounter,
    DriftEvent,
    DriftEvidence,
    DriftLink,
    DriftMeToo,
    DriftReport,
    DriftWords,
)
from storage.evaluation import EvaluationOutcome, EvaluationRun
from storage.feedback import Dismissal, FindingFeedback
from storage.journeys import Journey, JourneyChannel
from storage.outbox import Delivery, DeliveryLane, Ready, State
from storage.policies import CheckPolicy
from storage.processed import ProcessedId
from storage.rereading import Lease, Rereading, RereadItem
from storage.schedules import Due, Occurrence, Schedule
from storage.stack import StackDraft, StackVersion
from storage.stack_revisions import StackRevision
from storage.stewards import Steward
from storage.usage import ModelUsage
from storage.workspaces import Workspace
from tests.storage import champion_queries, ritual_queries
from tests.storage.champion_rows import champion_rows
from tests.storage.ritual_rows import ritual_rows
from tests.support.times import NOON

OURS, THEIRS = "T-OURS", "T-THEIRS"
IDS = ("a", "b")
ids = st.sampled_from(IDS)

# The other workspace is further on, so that its numbers would show.
_NUMBERS = {OURS: (1,), THEIRS: (1, 2)}

Query = Callable[[AsyncSession, str, str], Awaitable[Any]]

QUERIES: dict[Callable[..., Any], Query] = {
    **champion_queries.QUERIES,
    **ritual_queries.QUERIES,
    journeys.list_journeys: lambda s, w, _: journeys.list_journeys(s, w),
    journeys.find_journey: journeys.find_journey,
    journeys.lock_journey: journeys.lock_journey,
    journeys.find_journey_by_name: lambda s, w, i: journeys.find_journey_by_name(s, w, f"J {i}"),
    journeys.journey_of_channel: journeys.journey_of_channel,
    journeys.list_channels: lambda s, w, _: journeys.list_channels(s, w),
    stack.list_published_journeys: lambda s, w, _: stack.list_published_journeys(s, w),
    stack.has_versions: lambda s, w, _: stack.has_versions(s, w),
    stack.latest_number: stack.latest_number,
    stack.find_version: lambda s, w, i: stack.find_version(s, w, i, 1),
    stack.list_versions: stack.list_versions,
    stack.list_latest_versions: lambda s, w, _: stack.list_latest_versions(s, w),
    stack.list_publications: lambda s, w, i: stack.list_publications(s, w, i, since=NOON),
    stack.find_draft: stack.find_draft,
    stack.list_drafts: lambda s, w, _: stack.list_drafts(s, w),
    stack_revisions.latest_revision: stack_revisions.latest_revision,
    stack_revisions.find_revision: lambda s, w, i: stack_revisions.find_revision(s, w, i, 1),
    stack_revisions.list_revisions: stack_revisions.list_revisions,
    check.find_check: check.find_check,
    stewards.list_stewards: lambda s, w, _: stewards.list_stewards(s, w),
    stewards.find_steward: stewards.find_steward,
    check.list_findings: check.list_findings,
    journeys.list_linked_channels: lambda s, w, _: journeys.list_linked_channels(s, w),
    stack.count_authored: stack.count_authored,
    workspaces.find_workspace: lambda s, w, _: workspaces.find_workspace(s, w),
    erasure.count_rows_of: erasure.count_rows_of,
    schedules.find_schedule: schedules.find_schedule,
    schedules.list_schedules: lambda s, w, _: schedules.list_schedules(s, w),
    schedules.list_held_schedules: lambda s, w, _: schedules.list_held_schedules(
        s, w, ["drift_weekly"], now=NOON
    ),
    schedules.any_due_schedules: lambda s, w, _: schedules.any_due_schedules(s, _due(w)),
    schedules.list_occurrences: schedules.list_occurrences,
    outbox.any_deliveries: lambda s, w, _: outbox.any_deliveries(s, _ready(w)),
    outbox.find_delivery: outbox.find_delivery,
    outbox.list_deliveries: lambda s, w, _: outbox.list_deliveries(s, w, State.DUE),
    outbox.list_given_up: lambda s, w, i: outbox.list_given_up(s, w, [i]),
    outbox.list_posts: lambda s, w, i: outbox.list_posts(s, w, "k", [i]),
    outbox.count_deliveries: lambda s, w, _: outbox.count_deliveries(s, w),
    check.find_judged: lambda s, w, i: check.find_judged(
        s,
        w,
        fingerprint="f",
        journey_id=i,
        stack_version=1,
        touchpoint_id=None,
        model="m",
        prompt_version="1",
    ),
    feedback.list_dismissals: lambda s, w, i: feedback.list_dismissals(s, w, i, i, ["f"]),
    feedback.list_feedback: lambda s, w, i: feedback.list_feedback(s, w, i, i),
    policies.find_policy: lambda s, w, _: policies.find_policy(s, w),
    usage.tokens_on: lambda s, w, _: usage.tokens_on(s, w, NOON.date()),
    rereading.recent_checks: lambda s, w, i: rereading.recent_checks(s, w, i, since=NOON, most=9),
    rereading.find_rereading: lambda s, w, i: rereading.find_rereading(s, w, i, 1),
    rereading.list_items: lambda s, w, i: rereading.list_items(s, w, i, 1),
    rereading.find_same_item: lambda s, w, i: rereading.find_same_item(s, _reread(w, i), 1),
    rereading.has_work: lambda s, w, _: rereading.has_work(s, w, now=NOON),
    rereading.known_channel: rereading.known_channel,
    evaluation.list_runs: evaluation.list_runs,
    evaluation.list_outcomes: evaluation.list_outcomes,
    usage.list_usage: lambda s, w, _: usage.list_usage(s, w, NOON.date()),
    drift.find_drift: lambda s, w, i: drift.find_drift(s, w, _number(i)),
    drift.drift_place: lambda s, w, i: drift.drift_place(s, w, _number(i)),
    drift_trail.find_drift_message: lambda s, w, i: drift_trail.find_drift_message(
        s, w, _number(i), "c", "1.2"
    ),
    drift_trail.find_drift_evidence: lambda s, w, i: drift_trail.find_drift_evidence(
        s, w, _number(i), 1
    ),
    drift_trail.list_drift_evidence: lambda s, w, i: drift_trail.list_drift_evidence(
        s, w, _number(i)
    ),
    drift_trail.list_drift_of_message: lambda s, w, _: drift_trail.list_drift_of_message(
        s, w, "c", "1.2"
    ),
    drift_trail.list_drift_events: lambda s, w, i: drift_trail.list_drift_events(s, w, _number(i)),
    drift_trail.list_drift_links: lambda s, w, i: drift_trail.list_drift_links(s, w, _number(i)),
    drift_trail.list_drift_me_too: lambda s, w, i: drift_trail.list_drift_me_too(s, w, _number(i)),
    drift_lists.list_drift: lambda s, w, _: drift_lists.list_drift(
        s, drift_lists.Wanted(w, words=["words"]), limit=9
    ),
    drift_lists.list_drift_by_number: lambda s, w, i: drift_lists.list_drift_by_number(
        s, w, [_number(i)]
    ),
    drift_exchange.list_drift_after: lambda s, w, i: drift_exchange.list_drift_after(
        s, w, 0, journey_id=i, limit=9
    ),
    drift_exchange.list_drift_parts: lambda s, w, i: drift_exchange.list_drift_parts(
        s, DriftEvidence, w, [_number(i)]
    ),
    drift_exchange.known_drift: lambda s, w, i: drift_exchange.known_drift(s, w, [_number(i)]),
    drift_digest.list_drift_reported: lambda s, w, i: drift_digest.list_drift_reported(
        s, _stretch(w, i), limit=9
    ),
    drift_digest.list_drift_resolved: lambda s, w, i: drift_digest.list_drift_resolved(
        s, _stretch(w, i), limit=9
    ),
    drift_digest.list_drift_waiting: lambda s, w, i: drift_digest.list_drift_waiting(
        s, _stretch(w, i), ["reported"], awake_on=NOON.date(), limit=9
    ),
    drift_digest.count_drift_put_off: lambda s, w, i: drift_digest.count_drift_put_off(
        s, w, i, ["reported"], beyond=NOON.date()
    ),
    drift_digest.count_drift_by_layer: lambda s, w, i: drift_digest.count_drift_by_layer(
        s, w, i, ["reported"]
    ),
    drift_digest.list_drift_moments: lambda s, w, i: drift_digest.list_drift_moments(
        s, _stretch(w, i)
    ),
    drift_lists.list_drift_answered: lambda s, w, i: drift_lists.list_drift_answered(s, w, i, 1),
    home.list_owned_drift: lambda s, w, i: home.list_owned_drift(
        s, w, i, ["reported"], awake_on=NOON.date(), limit=9, most=9
    ),
    home.list_own_drift: lambda s, w, i: home.list_own_drift(
        s, w, i, ["reported"], limit=9, most=9
    ),
    home.list_untriaged_drift: lambda s, w, _: home.list_untriaged_drift(
        s, w, None, ["reported", "reopened"], awake_on=NOON.date(), most=9
    ),
    home.list_last_checks: lambda s, w, i: home.list_last_checks(s, w, i, limit=9),
    home.list_own_services: lambda s, w, i: home.list_own_services(s, w, i, [NOON]),
    retention.count_checks: lambda s, w, _: retention.count_checks(s, w),
    retention.count_worded: lambda s, w, _: retention.count_worded(s, w, since=NOON),
}

WRITES: dict[Callable[..., Any], Query] = {
    **champion_queries.WRITES,
    **ritual_queries.WRITES,
    journeys.add_journey: lambda s, w, i: journeys.add_journey(s, w, f"new {i}", now=NOON),
    journeys.link_channel: lambda s, w, i: journeys.link_channel(s, w, f"new {i}", i),
    journeys.set_channels: lambda s, w, i: journeys.set_channels(s, w, i, ["b"]),
    stewards.set_stewards: lambda s, w, i: stewards.set_stewards(
        s, w, [f"new {i}"], named_by=i, now=NOON
    ),
    processed.claim: lambda s, w, i: processed.claim(s, w, f"new {i}", now=NOON),
    erasure.erase_workspace: lambda s, w, _: erasure.erase_workspace(s, w),
    erasure.delete_rows_of: erasure.delete_rows_of,
    erasure.rewrite_words: lambda s, w, _: erasure.rewrite_words(s, w, _gone),
    stack_revisions.forget_revisions: lambda s, w, i: stack_revisions.forget_revisions(
        s, w, i, before=NOON + timedelta(days=1)
    ),
    schedules.add_schedule: lambda s, w, i: schedules.add_schedule(s, _schedule(w, f"new {i}")),
    schedules.lock_schedule: schedules.lock_schedule,
    schedules.claim_due_schedules: lambda s, w, _: _moved_on(s, w),
    schedules.record_occurrences: lambda s, w, i: schedules.record_occurrences(
        s, [_occurrence(w, i, NOON + timedelta(days=1))]
    ),
    schedules.hold_schedule: lambda s, w, i: schedules.hold_schedule(s, w, i, until=NOON),
    schedules.remove_schedule: schedules.remove_schedule,
    outbox.add_deliveries: lambda s, w, i: outbox.add_deliveries(
        s, [_delivery(w, f"new {i}")], machine_now=NOON
    ),
    outbox.claim_deliveries: lambda s, w, _: _taken(s, w),
    outbox.change_claimed: lambda s, w, i: outbox.change_claimed(
        s, w, f"sending {i}", "nobody", error="e"
    ),
    outbox.free_lane: lambda s, w, i: outbox.free_lane(
        s, w, i, held_until=NOON, free_at=NOON + timedelta(days=1)
    ),
    outbox.revive_delivery: lambda s, w, i: outbox.revive_delivery(
        s, w, f"dead {i}", now=NOON, machine_now=NOON
    ),
    outbox.drop_delivery: lambda s, w, i: outbox.drop_delivery(s, w, f"dead {i}", now=NOON),
    outbox.drop_deliveries_of: lambda s, w, i: outbox.drop_deliveries_of(s, w, i, now=NOON),
    check.replace_findings: lambda s, w, i: check.replace_findings(
        s, _judged_check(w, i), [_finding(w, i)]
    ),
    drift.next_drift_number: lambda s, w, _: drift.next_drift_number(s, w),
    drift.keep_drift_number: lambda s, w, _: drift.keep_drift_number(s, w, 99),
    drift_exchange.add_drift_rows: lambda s, w, i: drift_exchange.add_drift_rows(
        s, {DriftEvent: [_drift_event(w, i, 9).model_dump()]}
    ),
    drift.lock_drift: lambda s, w, i: drift.lock_drift(s, w, _number(i)),
    drift_trail.add_drift_evidence: lambda s, w, i: drift_trail.add_drift_evidence(
        s, _drift_evidence(w, i, ts="new")
    ),
    drift_trail.add_drift_event: lambda s, w, i: drift_trail.add_drift_event(s, _drift_event(w, i)),
    drift_trail.add_drift_link: lambda s, w, i: drift_trail.add_drift_link(
        s, _drift_link(w, i, "new")
    ),
    drift_trail.remove_drift_link: lambda s, w, i: drift_trail.remove_drift_link(
        s, w, _number(i), "ticket", "t"
    ),
    drift_trail.add_drift_me_too: lambda s, w, i: drift_trail.add_drift_me_too(
        s, _drift_me_too(w, i, "new")
    ),
    drift_trail.forget_drift_of: lambda s, w, i: drift_trail.forget_drift_of(s, w, i, now=NOON),
    drift_lists.set_drift_words: lambda s, w, i: drift_lists.set_drift_words(
        s, w, _number(i), ["new"]
    ),
    policies.save_policy: lambda s, w, _: policies.save_policy(
        s, CheckPolicy(workspace_id=w, keep="nothing", keep_days=1)
    ),
    evaluation.forget_runs: lambda s, w, i: evaluation.forget_runs(s, w, [i]),
    usage.add_usage: lambda s, w, i: usage.add_usage(s, _use(w, i)),
    rereading.supersede_rereadings: lambda s, w, i: rereading.supersede_rereadings(
        s, w, i, now=NOON
    ),
    rereading.forget_rereadings: lambda s, w, i: rereading.forget_rereadings(s, w, i, before=9),
    rereading.claim_item: lambda s, w, _: rereading.claim_item(s, w, _lease()),
    rereading.record_item: lambda s, w, i: rereading.record_item(
        s, _reread(w, i), "owner", read_at=NOON
    ),
    rereading.renew_items: lambda s, w, _: rereading.renew_items(s, w, _lease()),
    rereading.release_items: lambda s, w, _: rereading.release_items(s, w, "owner"),
    rereading.end_read: lambda s, w, _: rereading.end_read(s, w, now=NOON),
    rereading.claim_untold: lambda s, w, _: rereading.claim_untold(s, w, _lease()),
    rereading.record_told: lambda s, w, i: rereading.record_told(
        s, _rereading(w, i), "owner", settled_at=NOON
    ),
    retention.delete_checks: lambda s, w, _: retention.delete_checks(s, w, before=None, most=9),
    retention.take_words_out: lambda s, w, _: retention.take_words_out(s, w, most=9),
    feedback.forget_reasons_of: feedback.forget_reasons_of,
    feedback.add_dismissals: lambda s, w, i: feedback.add_dismissals(
        s, [_dismissal(w, i), _dismissal(w, i, "P2")]
    ),
    feedback.remove_dismissals: lambda s, w, i: feedback.remove_dismissals(s, [_dismissal(w, i)]),
    feedback.set_feedback: lambda s, w, i: feedback.set_feedback(
        s, [_feedback(w, i, helpful=False)]
    ),
}

# They serve all workspaces by intent, or take rows that carry their workspace.
UNSCOPED = {
    workspaces.list_workspaces,
    workspaces.register_workspace,
    processed.forget_before,
    schedules.forget_occurrences,
    outbox.forget_deliveries,
    check.add_check,
    rereading.add_rereading,
    evaluation.add_run,
    drift.add_drift,
    drift_exchange.learn_sizes,
}


def test_every_query_is_held_to_this_test() -> None:
    assert set(_functions((*tables.MODULES, champion_surfaces, erasure, retention))) == {
        *QUERIES,
        *WRITES,
        *UNSCOPED,
    }


held = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
content = st.sets(st.sampled_from(IDS))


@held
@given(ours=content, theirs=content)
@example(ours=set(IDS), theirs=set(IDS))
async def test_every_query_answers_alike_whatever_the_other_workspace_holds(
    database: Database, ours: set[str], theirs: set[str]
) -> None:
    await _fill(database, {OURS: ours})
    alone = await _ask_all(database)
    await _fill(database, {OURS: ours, THEIRS: theirs})
    together = await _ask_all(database)
    assert {asked for asked in alone if alone[asked] != together[asked]} == set()
    assert {asked for asked, answer in together.items() if not _is_ours(answer)} == set()


@held
@given(theirs=content)
@example(theirs=set(IDS))
async def test_every_write_leaves_the_other_workspace_as_it_was(
    database: Database, theirs: set[str]
) -> None:
    await _fill(database, {OURS: {"a"}, THEIRS: theirs})
    async with database.reading() as session:
        before = await _all_of(session, THEIRS)
    changed = {
        name.__name__
        for name, write in WRITES.items()
        if await _theirs_after(database, write) != before
    }
    assert changed == set()


def _functions(modules: Iterable[ModuleType]) -> Iterable[Callable[..., Any]]:
    for module in modules:
        for name, value in inspect.getmembers(module, inspect.iscoroutinefunction):
            if value.__module__ == module.__name__ and not name.startswith("_"):
                yield value


def _gone(_table: str, _column: str, value: object) -> object:
    return "gone" if isinstance(value, str) else value


async def _ask_all(database: Database) -> dict[tuple[str, str], object]:
    """What each query answers about each id."""
    answers = {}
    for asked, query in QUERIES.items():
        for wanted in IDS:
            async with database.reading() as session:
                answers[asked.__name__, wanted] = await query(session, OURS, wanted)
    return answers


class _Undone(Exception):
    """Ends a transaction that is not to be kept."""


async def _theirs_after(database: Database, write: Query) -> object:
    """What the other workspace holds after a write, which is undone again."""
    held_by_them: object = None
    with suppress(_Undone):
        async with database.transaction() as session:
            await write(session, OURS, "a")
            await session.flush()
            held_by_them = await _all_of(session, THEIRS)
            raise _Undone
    return held_by_them


def _is_ours(answer: object) -> bool:
    return all(getattr(row, "workspace_id", OURS) == OURS for row in _rows(answer))


def _rows(answer: object) -> list[object]:
    return list(answer) if isinstance(answer, list) else [answer]


async def _fill(database: Database, holdings: dict[str, set[str]]) -> None:
    """Give each workspace rows under the ids it holds: the same ids, names and numbers for all."""
    async with database.transaction() as session:
        for table in reversed(tables.metadata().sorted_tables):
            await session.exec(delete(table))
        for workspace_id, held_ids in holdings.items():
            session.add(Workspace(id=workspace_id, name="Larkfield", created_at=NOON))
            await session.flush()
            session.add(CheckPolicy(workspace_id=workspace_id, keep="texts", keep_days=90))
            slot = 1 + (workspace_id == THEIRS)
            session.add(DriftCounter(workspace_id=workspace_id, slot=slot, last_number=slot))
            for each in sorted(held_ids):
                for rows in _content(workspace_id, each):
                    session.add_all(rows)
                    await session.flush()


def _content(workspace_id: str, each: str) -> Iterable[list[SQLModel]]:
    own = {"workspace_id": workspace_id}
    journey = {**own, "journey_id": each}
    yield [Journey(workspace_id=workspace_id, id=each, name=f"J {each}", created_at=NOON)]
    yield [
        JourneyChannel(**journey, channel_id=each),
        *(_version(workspace_id, each, number) for number in _NUMBERS[workspace_id]),
        StackDraft(
            workspace_id=workspace_id,
            journey_id=each,
            document={"journey": f"J {each}"},
            author="a",
            edited_at=NOON,
        ),
        *(_revision(workspace_id, each, number) for number in _NUMBERS[workspace_id]),
        ProcessedId(**own, id=each, processed_at=NOON),
        Steward(**own, user_id=each, named_by=each, named_at=NOON),
        _schedule(workspace_id, each),
        DeliveryLane(**own, lane=each, free_at=NOON),
        _delivery(workspace_id, each),
        *(_delivery(workspace_id, each, state) for state in (State.DEAD, State.SENDING)),
    ]
    yield [_occurrence(workspace_id, each, NOON)]
    yield [
        _judged_check(workspace_id, each),
        _dismissal(workspace_id, each),
        _use(workspace_id, each),
        EvaluationRun(**journey, id=each, stack_version=1, finished_at=NOON),
    ]
    yield [EvaluationOutcome(**own, run_id=each, example_id=each, expected="fits", verdict="fits")]
    yield [_finding(workspace_id, each), _rereading(workspace_id, each)]
    yield [_reread(workspace_id, each, position=n) for n in range(2)]
    yield [_feedback(workspace_id, each)]
    yield [_drift_report(workspace_id, each)]
    yield [
        _drift_evidence(workspace_id, each),
        _drift_event(workspace_id, each, 1),
        _drift_link(workspace_id, each, "t"),
        _drift_me_too(workspace_id, each, each),
        _drift_words(workspace_id, each),
    ]
    yield from champion_rows(workspace_id, each, each)
    yield from ritual_rows(workspace_id, each, each)


def _number(each: str) -> int:
    return IDS.index(each) + 1


def _stretch(workspace_id: str, journey_id: str) -> drift_digest.Stretch:
    return drift_digest.Stretch(
        workspace_id, journey_id, NOON - timedelta(days=9), NOON + timedelta(days=9)
    )


def _drift_report(workspace_id: str, each: str) -> DriftReport:
    return DriftReport(
        workspace_id=workspace_id,
        number=_number(each),
        journey_id=each,
        severity="small",
        statement_ids=[],
        summary="words",
        reporter=each,
        owner=each,
        version_number=1,
        reported_at=NOON,
        changed_at=NOON,
    )


def _drift_evidence(workspace_id: str, each: str, ts: str = "1.2") -> DriftEvidence:
    return DriftEvidence(
        workspace_id=workspace_id,
        number=_number(each),
        id=1,
        kind="message",
        text=each,
        author=each,
        channel_id="c",
        message_ts=ts,
        added_at=NOON,
    )


def _drift_event(workspace_id: str, each: str, event_id: int = 0) -> DriftEvent:
    return DriftEvent(
        workspace_id=workspace_id,
        number=_number(each),
        id=event_id,
        what="owner",
        after=each,
        happened_at=NOON,
    )


def _drift_link(workspace_id: str, each: str, target: str) -> DriftLink:
    return DriftLink(
        workspace_id=workspace_id,
        number=_number(each),
        id=1,
        kind="ticket",
        target=target,
        added_by=each,
        added_at=NOON,
    )


def _drift_me_too(workspace_id: str, each: str, user_id: str) -> DriftMeToo:
    return DriftMeToo(
        workspace_id=workspace_id, number=_number(each), user_id=user_id, noticed_at=NOON
    )


def _drift_words(workspace_id: str, each: str) -> DriftWords:
    slot = 1 + (workspace_id == THEIRS)
    place = (slot << PLACE_BITS) + _number(each)
    return DriftWords(workspace_id=workspace_id, number=_number(each), place=place, words="words")


def _judged_check(workspace_id: str, each: str) -> NarrativeCheck:
    return NarrativeCheck(
        workspace_id=workspace_id,
        journey_id=each,
        id=each,
        stack_version=1,
        user_id=each,
        text=each,
        fingerprint="f",
        verdict="conflict",
        judged_by=["rules", "model"],
        checked_at=NOON,
        model="m",
        prompt_version="1",
        judged_at=NOON,
    )


def _finding(workspace_id: str, each: str) -> CheckFinding:
    return CheckFinding(
        workspace_id=workspace_id,
        check_id=each,
        position=0,
        source="rule",
        relation="term",
        severity="low",
        start=0,
        end=1,
        quote=each,
        statement="s",
        why="w",
    )


def _feedback(workspace_id: str, each: str, *, helpful: bool = True) -> FindingFeedback:
    return FindingFeedback(
        workspace_id=workspace_id,
        check_id=each,
        position=0,
        user_id=each,
        helpful=helpful,
        given_at=NOON,
    )


def _dismissal(workspace_id: str, each: str, line_id: str = "P1") -> Dismissal:
    return Dismissal(
        workspace_id=workspace_id,
        journey_id=each,
        line_id=line_id,
        sentence="f",
        user_id="",
        dismissed_by=each,
        dismissed_at=NOON,
    )


def _lease() -> Lease:
    return Lease("owner", NOON, NOON + timedelta(minutes=1))


def _rereading(workspace_id: str, each: str) -> Rereading:
    return Rereading(
        workspace_id=workspace_id,
        journey_id=each,
        version=1,
        told_to=each,
        channel_id="D1",
        created_at=NOON,
        tell_at=NOON,
        lease_owner="owner",
        lease_until=NOON,
    )


def _reread(workspace_id: str, each: str, position: int = 0) -> RereadItem:
    """The first of two is read."""
    return RereadItem(
        workspace_id=workspace_id,
        journey_id=each,
        version=1,
        position=position,
        check_id=each,
        read_at=None if position else NOON,
        lease_owner="owner",
        lease_until=NOON,
    )


def _use(workspace_id: str, each: str) -> ModelUsage:
    return ModelUsage(workspace_id=workspace_id, day=NOON.date(), model=each, prompt_tokens=1)


def _version(workspace_id: str, each: str, number: int) -> StackVersion:
    return StackVersion(
        workspace_id=workspace_id,
        journey_id=each,
        number=number,
        document={"journey": f"J {each}"},
        author="a",
        note="n",
        published_at=NOON,
    )


def _revision(workspace_id: str, each: str, number: int) -> StackRevision:
    return StackRevision(
        workspace_id=workspace_id,
        journey_id=each,
        number=number,
        document={"journey": f"J {each}"},
        author="a",
        made_at=NOON,
    )


def _due(workspace_id: str) -> Due:
    return Due(workspace_id, ["k"], now=NOON, machine_now=NOON)


def _ready(workspace_id: str) -> Ready:
    return Ready(workspace_id, ["k"], now=NOON, machine_now=NOON)


async def _moved_on(session: AsyncSession, workspace_id: str) -> None:
    for schedule in await schedules.claim_due_schedules(session, _due(workspace_id), limit=9):
        schedule.next_run_at = None


async def _taken(session: AsyncSession, workspace_id: str) -> None:
    claimed = await outbox.claim_deliveries(session, _ready(workspace_id), limit=9)
    assert claimed
    for delivery, lane in claimed:
        delivery.state, lane.free_at = State.SENDING, NOON + timedelta(days=1)


def _schedule(workspace_id: str, each: str) -> Schedule:
    return Schedule(
        workspace_id=workspace_id, id=each, kind="k", recurrence={}, zone="UTC", next_run_at=NOON
    )


def _occurrence(workspace_id: str, each: str, due_at: datetime) -> Occurrence:
    return Occurrence(workspace_id=workspace_id, schedule_id=each, due_at=due_at, recorded_at=NOON)


def _delivery(workspace_id: str, each: str, state: State = State.DUE) -> Delivery:
    return Delivery(
        workspace_id=workspace_id,
        key=each if state is State.DUE else f"{state} {each}",
        kind="k",
        method="post",
        lane=each,
        facts={"who": each},
        schedule_id=each,
        due_at=NOON,
        expires_at=NOON - timedelta(days=1) if each == "b" else None,
        state=state,
        next_attempt_at=NOON,
        lease_until=NOON if state is State.SENDING else None,
        lease_owner="nobody" if state is State.SENDING else None,
        unsure_since=NOON if state is State.SENDING else None,
    )


async def _all_of(session: AsyncSession, workspace_id: str) -> dict[str, list[Any]]:
    """Every row of a workspace, by table."""
    connection = await session.connection()
    held = {}
    for table in tables.metadata().sorted_tables:
        own = table.c.id if table.name == "workspace" else table.c.workspace_id
        rows = rows_of(table).where(own == workspace_id).order_by(*table.primary_key.columns)
        held[table.name] = list((await connection.execute(rows)).all())
    return held
