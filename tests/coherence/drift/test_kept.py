"""What is kept of drift comes back from a backup, and goes with the person or the workspace."""

import shutil
from pathlib import Path

import pytest

from coherence.drift.report import EvidenceKind, Filters, NewEvidence, Triage
from coherence.privacy import FORMER, Leaver, Privacy
from storage.backup import dump, load
from storage.database import Database
from tests.coherence.drift.drifts import HANNA, LI, MAYA, TEAM, TOM, Drift, message, secret
from tests.storage.holdings import everything_written


async def found(drift: Drift, text: str) -> list[int]:
    return [each.number for each in (await drift.log.list(HANNA, Filters(text=text))).reports]


@pytest.fixture
def privacy(drift: Drift) -> Privacy:
    return Privacy(drift.database, drift.clock)


async def test_a_restored_log_is_searched_and_goes_on_counting(
    drift: Drift, tmp_path: Path, sqlite_template: Path
) -> None:
    await drift.reported(summary="Zebras", evidence=(message("Lions"),))
    lines = [line async for line in dump(drift.database, now=drift.clock())]
    shutil.copy(sqlite_template, tmp_path / "other.db")
    other = Drift(Database(f"sqlite:///{tmp_path / 'other.db'}"))
    await load(other.database, lines)
    assert await found(other, "zebras lions") == [1]
    assert (await other.reported()).number == 2
    await load(other.database, lines, replace=True)
    assert await found(other, "pricing") == []
    await other.database.close()


async def test_the_words_of_who_leaves_go_and_their_name_is_found_no_more(
    drift: Drift, privacy: Privacy
) -> None:
    note = NewEvidence(EvidenceKind.NOTE, "Lions, says Tom Strauß.", author=MAYA.user_id)
    report = await drift.reported(
        summary="Refunds, see TOM  STRAUSS", evidence=(message("Zebras"), secret("Bears"), note)
    )
    await drift.triage.change(HANNA, 1, Triage(owner=TOM.user_id), seen=report.revision)
    await drift.reports.me_too(TOM, 1)
    await privacy.erase_person(Leaver(TEAM, TOM.user_id, ["Tom Strauß"]))
    detail = await drift.log.detail(HANNA, 1)
    assert [(e.text, bool(e.removed_at)) for e in detail.evidence] == [
        (None, True),
        (None, True),
        (f"Lions, says {FORMER}.", False),
    ]
    assert detail.evidence[0].permalink
    assert (detail.report.owner, detail.report.me_too) == (None, 1)
    assert await found(drift, "zebras") == []
    assert await found(drift, "lions refunds") == [1]
    written = (await everything_written(drift.database)).lower()
    assert TOM.user_id.lower() not in written
    assert "bears" not in written


async def test_of_who_reported_only_their_own_notes_go(drift: Drift, privacy: Privacy) -> None:
    note = NewEvidence(EvidenceKind.NOTE, "My own words", author=MAYA.user_id)
    await drift.reported(evidence=(note, message("Zebras")))
    await drift.reports.me_too(LI, 1)
    await privacy.erase_person(Leaver(TEAM, MAYA.user_id))
    detail = await drift.log.detail(HANNA, 1)
    assert [each.text for each in detail.evidence] == [None, "Zebras"]
    assert detail.report.reporter == FORMER
    assert await drift.log.to_tell(TEAM, 1) == [LI.user_id]


async def test_a_workspace_that_leaves_takes_its_search_index_along(
    drift: Drift, privacy: Privacy
) -> None:
    await drift.reported()
    await privacy.erase_workspace(TEAM)
    assert await found(drift, "pricing") == []
