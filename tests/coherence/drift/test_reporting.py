"""What is reported is on record once, with its evidence, and nobody has to report it twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coherence.drift.duplicates import STILL_RECENT, Likeness
from coherence.drift.records import MAX_SUMMARY
from coherence.drift.report import (
    CameFrom,
    Change,
    EvidenceKind,
    Filters,
    NewEvidence,
    NewReport,
    State,
)
from coherence.errors import (
    InvalidAnswers,
    NoDrift,
    NoEvidence,
    NotAnonymously,
    NotASteward,
    NotTheirEvidence,
)
from coherence.stack.document import Layer
from coherence.stewards import Person
from storage.database import Database
from storage.drift import find_drift
from tests.coherence.drift.drifts import (
    HANNA,
    LI,
    MAYA,
    PROMISE,
    TEAM,
    TOM,
    Drift,
    message,
)
from tests.storage.holdings import tables_of


async def test_a_report_is_on_record_with_its_evidence_and_its_first_event(drift: Drift) -> None:
    report = await drift.reported(evidence=(message("We never refund."),))
    detail = await drift.log.detail(LI, report.number)
    assert (report.number, report.state, report.reporter) == (1, State.REPORTED, MAYA.user_id)
    assert [(e.text, e.author) for e in detail.evidence] == [("We never refund.", TOM.user_id)]
    assert [(e.what, e.after, e.actor) for e in detail.events] == [
        (Change.STATE, State.REPORTED, MAYA.user_id)
    ]


async def test_a_delivery_is_recorded_once(drift: Drift) -> None:
    await drift.reported(delivery_id="V1")
    assert await drift.reports.report(replace(PROMISE, delivery_id="V1")) is None
    assert len((await drift.log.list(MAYA, Filters())).reports) == 1


async def test_many_who_report_at_once_get_a_number_each(drift: Drift) -> None:
    reports = await asyncio.gather(*(drift.reported() for _ in range(40)))
    assert sorted(report.number for report in reports) == list(range(1, 41))


async def test_numbers_go_on_after_the_last_even_if_that_report_is_gone(
    drift: Drift, database: Database
) -> None:
    await drift.reported()
    async with database.transaction() as session:
        await session.delete(await find_drift(session, TEAM, 1))
    assert (await drift.reported()).number == 2


async def test_a_long_summary_is_shortened_and_kept_whole_as_a_note(drift: Drift) -> None:
    words = "The page says one thing. " * 40
    report = await drift.reported(summary=words)
    assert len(report.summary) <= MAX_SUMMARY
    detail = await drift.log.detail(MAYA, report.number)
    assert [(e.kind, e.text) for e in detail.evidence] == [(EvidenceKind.NOTE, words)]


@pytest.mark.parametrize("nothing", ["", " \n\t "])
async def test_a_report_that_says_nothing_is_refused(drift: Drift, nothing: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        await drift.reported(summary=nothing)
    assert "summary" in refused.value.faults


async def test_who_is_quoted_is_not_named_in_the_summary(drift: Drift) -> None:
    report = await drift.reported(
        summary="<@U0TOM|tom> told <@U0LI> the opposite", evidence=(message("No."),)
    )
    assert report.summary == "somebody told <@U0LI> the opposite"


async def test_words_that_no_database_takes_do_no_harm(drift: Drift) -> None:
    report = await drift.reported(
        summary="Odd \x00 \ud800 letters", evidence=(message("\x00 \udfff '\" & | * <->"),)
    )
    assert report.summary == "Odd \ufffd \ufffd letters"


async def test_a_message_is_evidence_of_a_report_once(drift: Drift) -> None:
    report = await drift.reported(evidence=(message("No."), message("No.")))
    assert not await drift.reports.add_evidence(LI, report.number, message("No."))
    assert await drift.reports.add_evidence(LI, report.number, message("Never.", "5.6"))
    assert len((await drift.log.detail(LI, report.number)).evidence) == 2


async def test_who_has_noticed_it_too_counts_once_and_adds_evidence(drift: Drift) -> None:
    report = await drift.reported()
    for person in (LI, LI, MAYA):
        await drift.reports.me_too(person, report.number, [message("No.")])
    detail = await drift.log.detail(LI, report.number)
    assert detail.report.me_too == 1
    assert len(detail.evidence) == 1
    assert await drift.log.to_tell(TEAM, report.number) == [MAYA.user_id, LI.user_id]


async def test_an_unknown_report_is_said_to_be_unknown(drift: Drift) -> None:
    for number in (7, 0, -1, 1 << 31, 1 << 80):
        with pytest.raises(NoDrift):
            await drift.reports.me_too(LI, number)
    with pytest.raises(NoDrift):
        await drift.log.detail(Person("T0OTHER", MAYA.user_id), 1)


async def test_the_same_message_is_offered_first_then_what_sounds_alike(drift: Drift) -> None:
    alike = await drift.reported()
    same = await drift.reported(summary="Refunds", evidence=(message("No."),))
    await drift.reported(summary="The welcome mail has the old logo")
    draft = NewReport(
        TEAM,
        LI.user_id,
        "Support says no money back, but the pricing page promises it",
        evidence=(message("No."),),
    )
    found = await drift.reports.likely_duplicates(draft)
    assert [(each.report.number, each.likeness) for each in found] == [
        (same.number, Likeness.SAME_MESSAGE),
        (alike.number, Likeness.SIMILAR),
    ]


async def test_the_same_touchpoint_makes_fewer_words_in_common_enough(drift: Drift) -> None:
    report = await drift.reported(summary="The mail promises a refund", touchpoint_id="C1")
    draft = NewReport(TEAM, LI.user_id, "The mail offers a refund anytime")
    assert await drift.reports.likely_duplicates(draft) == ()
    there = replace(draft, touchpoint_id="C1")
    [found] = await drift.reports.likely_duplicates(there)
    assert found.report.number == report.number


async def test_what_ended_long_ago_is_not_offered(drift: Drift) -> None:
    await drift.resolved(await drift.reported())
    assert len(await drift.reports.likely_duplicates(PROMISE)) == 1
    drift.clock.now += STILL_RECENT + timedelta(seconds=1)
    assert await drift.reports.likely_duplicates(PROMISE) == ()


async def test_without_a_name_nothing_says_who_it_was(drift: Drift, database: Database) -> None:
    with pytest.raises(NotAnonymously):
        await drift.reported(anonymous=True)
    await allow_anonymous(drift)
    assert await drift.reports.may_be_anonymous(TEAM)
    note = NewEvidence(EvidenceKind.NOTE, "I saw it", author=MAYA.user_id)
    report = await drift.reported(
        anonymous=True, evidence=(note,), came_from=CameFrom("check", "group")
    )
    await drift.reports.me_too(MAYA, report.number, [note], anonymous=True)
    await drift.reports.add_evidence(MAYA, report.number, note, anonymous=True)
    assert await drift.log.to_tell(TEAM, report.number) == []
    written = str(await tables_of(database))
    assert MAYA.user_id not in written
    assert "group" not in written


async def test_only_a_steward_lets_people_report_without_a_name(drift: Drift) -> None:
    report = await drift.reported()
    with pytest.raises(NotASteward):
        await drift.reports.allow_anonymous(TOM, report.journey_id, allowed=True)


async def test_an_author_has_the_copy_of_their_message_removed(drift: Drift) -> None:
    report = await drift.reported(summary="Refunds", evidence=(message("We never refund zebras."),))
    with pytest.raises(NotTheirEvidence):
        await drift.reports.remove_copy(LI, report.number, 1)
    with pytest.raises(NoEvidence):
        await drift.reports.remove_copy(TOM, report.number, 9)
    await drift.reports.remove_copy(TOM, report.number, 1)
    [left] = (await drift.log.detail(LI, report.number)).evidence
    assert (left.text, left.removed_at) == (None, drift.clock())
    assert left.permalink
    assert not (await drift.log.list(LI, Filters(text="zebras"))).reports


async def test_the_layer_is_guessed_from_what_the_report_touches(drift: Drift) -> None:
    report = await drift.reported(statement_ids=("P1",))
    assert (report.layer, report.layer_is_guess) == (Layer.NARRATIVE, True)
    chosen = await drift.reported(layer=Layer.SYSTEM, touchpoint_id="C1")
    assert (chosen.layer, chosen.layer_is_guess) == (Layer.SYSTEM, False)


async def allow_anonymous(drift: Drift) -> None:
    report = await drift.reported(user_id=LI.user_id)
    await drift.reports.allow_anonymous(HANNA, report.journey_id, allowed=True)
