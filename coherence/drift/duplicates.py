"""Reports that a new one may repeat: about the same message, or alike in their words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.drift.records import report_value
from coherence.drift.report import OPEN, NewReport, Report
from coherence.drift.words import similarity, words_of
from storage import drift_trail as trail
from storage.drift_lists import Wanted, list_drift, list_drift_by_number

STILL_RECENT = timedelta(days=30)
"""How long after its end a report is still offered as one that may be meant."""

ALIKE = 0.5
"""The least similarity of two summaries about the same touchpoint or statement."""

ALIKE_ELSEWHERE = 0.7
"""The same where nothing else says that they are about one thing."""

MOST_OFFERED = 3

_LOOKED_AT = 200
_TELLING_WORDS = 12


class Likeness(StrEnum):
    """Why a report may be the one that is meant."""

    SAME_MESSAGE = "same_message"
    SIMILAR = "similar"


@dataclass(frozen=True)
class Duplicate:
    """A report that may be about the same, and why."""

    report: Report
    likeness: Likeness


async def find_duplicates(
    session: AsyncSession, journey_id: str, draft: NewReport, *, since: datetime
) -> tuple[Duplicate, ...]:
    """The likeliest of what is open or was resolved since then: same message before similar words."""
    same = await _with_same_message(session, draft, since)
    similar = await _similar(session, journey_id, draft, since)
    found = {each.number: Duplicate(each, Likeness.SAME_MESSAGE) for each in same}
    for each in similar:
        found.setdefault(each.number, Duplicate(each, Likeness.SIMILAR))
    return tuple(found.values())[:MOST_OFFERED]


async def _with_same_message(
    session: AsyncSession, draft: NewReport, since: datetime
) -> list[Report]:
    numbers: set[int] = set()
    for each in draft.evidence:
        if each.channel_id and each.message_ts:
            numbers |= set(
                await trail.list_drift_of_message(
                    session, draft.workspace_id, each.channel_id, each.message_ts
                )
            )
    rows = await list_drift_by_number(session, draft.workspace_id, numbers)
    return [report for report in map(report_value, rows) if _may_be_meant(report, since)]


async def _similar(
    session: AsyncSession, journey_id: str, draft: NewReport, since: datetime
) -> list[Report]:
    words = words_of(draft.summary)
    telling = sorted(set(words), key=lambda word: (-len(word), word))[:_TELLING_WORDS]
    wanted = Wanted(draft.workspace_id, journey_id=journey_id, words=telling, any_word=True)
    rows = await list_drift(session, wanted, limit=_LOOKED_AT)
    scored = [(similarity(words, words_of(row.summary)), report_value(row)) for row in rows]
    return [
        report
        for score, report in sorted(scored, key=lambda each: -each[0])
        if _may_be_meant(report, since) and score >= _least(report, draft)
    ]


def _may_be_meant(report: Report, since: datetime) -> bool:
    if report.state in OPEN:
        return True
    return (report.resolved_at or report.changed_at) >= since


def _least(report: Report, draft: NewReport) -> float:
    same_place = draft.touchpoint_id is not None and draft.touchpoint_id == report.touchpoint_id
    shares = set(draft.statement_ids) & set(report.statement_ids)
    return ALIKE if same_place or shares else ALIKE_ELSEWHERE
