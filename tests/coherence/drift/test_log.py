"""The log is found by what people remember of it, and shows to each what they may see."""

from datetime import timedelta

import pytest

from coherence.drift.report import Filters, Report, Severity, State, Triage
from coherence.stack.document import Layer
from tests.coherence.drift.drifts import HANNA, LI, MAYA, TOM, Drift, message, secret


async def found(drift: Drift, **filters: object) -> list[int]:
    page = await drift.log.list(MAYA, Filters(**filters))  # type: ignore[arg-type]  # any of them
    return [report.number for report in page.reports]


async def test_pages_hold_every_report_once_newest_first(drift: Drift) -> None:
    for _ in range(7):
        await drift.reported()
    seen: list[Report] = []
    before = None
    while True:
        page = await drift.log.list(MAYA, Filters(text="pricing"), before=before, size=3)
        seen += page.reports
        before = page.next_before
        if before is None:
            break
    assert [report.number for report in seen] == [7, 6, 5, 4, 3, 2, 1]


async def test_filters_narrow_a_list(drift: Drift) -> None:
    await drift.reported(statement_ids=("P1",), severity=Severity.SERIOUS)
    await drift.reported(user_id=TOM.user_id, layer=Layer.SYSTEM, touchpoint_id="C1")
    await drift.resolved(await drift.reported(user_id=TOM.user_id))
    assert await found(drift) == [3, 2, 1]
    assert await found(drift, mine=True) == [1]
    assert await found(drift, only_open=True) == [2, 1]
    assert await found(drift, states=frozenset({State.RESOLVED})) == [3]
    assert await found(drift, layer=Layer.NARRATIVE) == [1]
    assert await found(drift, layer=Layer.SYSTEM) == [2]
    assert await found(drift, touchpoint_id="C1") == [2]
    assert await found(drift, severity=Severity.SERIOUS) == [1]
    assert await found(drift, since=drift.clock.now + timedelta(seconds=1)) == []
    assert await found(drift, journey_id="another") == []


async def test_what_somebody_owns_is_theirs_too(drift: Drift) -> None:
    await drift.reported(user_id=TOM.user_id)
    report = await drift.log.find(MAYA.workspace_id, 1)
    await drift.triage.change(HANNA, 1, Triage(owner=MAYA.user_id), seen=report.revision)
    assert await found(drift, mine=True) == [1]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Prices on the page", "PRICE page"),
        ("STRASSE", "straße"),
        ("\uff26\uff55\uff4c\uff4c width", "full"),
        ("cafe\u0301 culture", "café"),
        ("価格設定ページが違う", "価格設定"),
        ("価格設定ページが違う", "違う"),
        ("価格設定ページが違う", "う"),
        ("ราคาไม่ตรงกัน", "ราคา"),
        ("कीमत अलग है", "कीमत"),
        ("Цена другая", "цена"),
        ("السعر مختلف", "السعر"),
        ("a 40% discount", "40%"),
        ("it's ours", "it's"),
    ],
)
async def test_a_report_is_found_by_its_words_in_any_script(
    drift: Drift, written: str, asked: str
) -> None:
    await drift.reported(summary="Nothing of the kind")
    report = await drift.reported(summary="Refunds", evidence=(message(written),))
    assert await found(drift, text=asked) == [report.number]


@pytest.mark.parametrize(
    "asked",
    ['"', "'", "pric*", "a OR b", "-pricing", "pricing NEAR page", "NOT page", "pricing & page",
     "words:pricing", "pricing:*", "\\'", "(pricing", "pricing | nothing", "\x00", "\ud800", "<->"],
)  # fmt: skip
async def test_what_is_searched_for_is_never_a_query(drift: Drift, asked: str) -> None:
    await drift.reported(summary="Page of pricing, ‘a’ or ‘b’: near not words")
    found_by = await found(drift, text=asked)
    assert found_by in ([1], [])
    assert found_by == ([] if not any(map(str.isalnum, asked)) or "nothing" in asked else [1])


async def test_a_search_without_words_finds_nothing(drift: Drift) -> None:
    await drift.reported()
    assert await found(drift, text=" ?! ") == []


async def test_words_from_a_private_channel_are_searched_by_nobody(drift: Drift) -> None:
    await drift.reported(
        summary="Refunds", evidence=(secret("Zebras only"), message("Lions", "9.9"))
    )
    drift.members.add(MAYA.user_id)
    assert await found(drift, text="zebras") == []
    assert await found(drift, text="lions") == [1]


async def test_evidence_from_a_private_channel_is_shown_to_its_members_alone(drift: Drift) -> None:
    await drift.reported(evidence=(message("Lions"), secret("Zebras")))
    drift.members.add(LI.user_id)
    seen = [e.text for e in (await drift.log.detail(LI, 1)).evidence]
    assert seen == ["Lions", "Zebras"]
    detail = await drift.log.detail(HANNA, 1)
    closed = detail.evidence[1]
    assert closed.hidden
    shown = str(detail)
    for secret_part in ("Zebras", "C0BOARD", "3.4"):
        assert secret_part not in shown
    assert (closed.author, closed.added_by, closed.permalink) == (None, None, None)


async def test_who_may_change_a_report_is_told_so(drift: Drift) -> None:
    await drift.reported()
    assert (await drift.log.detail(HANNA, 1)).may_change
    assert not (await drift.log.detail(LI, 1)).may_change
