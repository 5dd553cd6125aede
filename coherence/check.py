"""The narrative check: does this text fit our story? Asked, answered and put on record.

`check` answers at once with what the rules see. Where a model can judge the meaning too, the answer waits
for it, and `judge` completes it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from cachetools import TTLCache
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.assessment import Assessment, NotJudged, assess
from coherence.check_policy import Keep, policy_of
from coherence.check_records import (
    finding_rows,
    fingerprint,
    read_outcome,
    write_judgement,
    write_outcome,
)
from coherence.check_result import CheckRequest, CheckResult
from coherence.clock import Clock
from coherence.dismissals import dismissed_of
from coherence.errors import NoCheck, NoPublishedStack
from coherence.findings import Source
from coherence.journeys import journey_by_id, journey_of_channel
from coherence.judge import Judge
from coherence.judging import JUDGED_BY_MODEL, judge_meaning, with_earlier
from coherence.narratives import Narratives
from coherence.prompt import PROMPT_VERSION
from coherence.rules import CompiledStack
from coherence.stack.document import Stack, Touchpoint
from coherence.stack.versions import find_published
from coherence.usage import Meter, renewed_at
from storage import check as table
from storage import journeys, processed, stack
from storage.check import CheckFinding, NarrativeCheck
from storage.database import Database
from storage.journeys import Journey

RECENT_SECONDS = 3_600
"""How long an answer may still be worked with where its text is not kept."""

_RECENT_ANSWERS = 500


@dataclass(frozen=True)
class JourneyChoice:
    """A journey that a draft may be checked against, with its touchpoints."""

    journey_id: str
    name: str
    touchpoints: tuple[Touchpoint, ...]


class Checks:
    """The use cases around a narrative check; without a `judge`, rules alone."""

    def __init__(
        self, database: Database, now: Clock, judge: Judge | None = None, meter: Meter | None = None
    ) -> None:
        self._database = database
        self._now = now
        self._judge = judge
        self._meter = meter
        self._narratives = Narratives(database)
        self._recent: TTLCache[tuple[str, str], CheckResult] = TTLCache(
            _RECENT_ANSWERS, RECENT_SECONDS, timer=lambda: now().timestamp()
        )

    async def check(self, request: CheckRequest) -> CheckResult | None:
        """Check a text and record the answer; None if this delivery was answered before.

        If the answer `awaits_judge`, call `judge` with it next. Raises InvalidDraft, NoJourney,
        AmbiguousJourney, NoPublishedStack or NoTouchpoint.
        """
        journey, number, compiled = await self._narrative(request)
        unjudged = NotJudged.PENDING if self._judge else NotJudged.NO_MODEL
        found = await _assess(compiled, request.text, request.touchpoint_id, unjudged)
        result = CheckResult(
            check_id=uuid4().hex,
            workspace_id=request.workspace_id,
            user_id=request.user_id,
            channel_id=request.channel_id,
            journey_id=journey.id,
            journey=journey.name,
            stack_version=number,
            language=compiled.language,
            touchpoint=compiled.stack.touchpoint(request.touchpoint_id or ""),
            found=found,
        )
        return await self._record(result, request.delivery_id)

    async def judge(self, result: CheckResult) -> CheckResult:
        """Have the model complete an answer, and record it.

        Never fails for the model's sake: then the rules' answer stays, and says why.
        """
        compiled = await self._narratives.version(
            result.workspace_id, result.journey_id, result.stack_version
        )
        judge = self._judge_for(result.workspace_id)
        if judge is None:
            found = replace(result.found, unjudged=NotJudged.NO_MODEL)
        else:
            found = await judge_meaning(judge, compiled, result.found, result.touchpoint_id)
        spent = found.unjudged is NotJudged.BUDGET_SPENT
        renewal = renewed_at(self._now()) if spent else None
        return await self._record_judgement(replace(result, found=found, renewed_at=renewal))

    async def ask_again(self, workspace_id: str, user_id: str, check_id: str) -> CheckResult:
        """An earlier answer that waits for the model once more. Raises NoCheck.

        What was judged already is returned as it is.
        """
        result = await self.recall(workspace_id, user_id, check_id)
        if result.found.unjudged is None or self._judge is None:
            return result
        return replace(result, found=replace(result.found, unjudged=NotJudged.PENDING))

    async def recall(self, workspace_id: str, user_id: str, check_id: str) -> CheckResult:
        """An earlier answer, for the person who asked. Raises NoCheck.

        Where texts are not kept, an answer can be recalled for RECENT_SECONDS.
        """
        recent = self._recent.get((workspace_id, check_id))
        if recent is None:
            recent = await self._read(workspace_id, check_id)
        if recent is None or recent.user_id != user_id:
            raise NoCheck("This check is no longer on record; please check the draft again.")
        async with self._database.reading() as session:
            return await _with_dismissed(session, recent)

    async def keeps_texts(self, workspace_id: str) -> bool:
        """Whether the words of drafts stay on record, not only what was found."""
        async with self._database.reading() as session:
            return (await policy_of(session, workspace_id)).keep is Keep.TEXTS

    async def choices(self, workspace_id: str, channel_id: str | None) -> Sequence[JourneyChoice]:
        """The journeys to choose from: the channel's own, or all that have a published narrative.

        Raises NoPublishedStack where there is none.
        """
        async with self._database.reading() as session:
            own = channel_id and await journeys.journey_of_channel(
                session, workspace_id, channel_id
            )
            versions = await stack.list_latest_versions(session, workspace_id)
        if not versions:
            raise NoPublishedStack
        choices = [
            JourneyChoice(version.journey_id, content.journey, content.touchpoints)
            for version in versions
            for content in (Stack.model_validate(version.document),)
        ]
        return [c for c in choices if not own or c.journey_id == own.id] or choices

    def forget(self, workspace_id: str) -> None:
        """Let go of what is held of a workspace: erasing a person changes what is on record."""
        self._narratives.forget(workspace_id)
        for recent in [key for key in self._recent if key[0] == workspace_id]:
            self._recent.pop(recent, None)

    def _judge_for(self, workspace_id: str) -> Judge | None:
        if self._judge is None or self._meter is None:
            return self._judge
        return self._meter.metered(self._judge, workspace_id)

    async def _narrative(self, request: CheckRequest) -> tuple[Journey, int, CompiledStack]:
        async with self._database.reading() as session:
            journey = await self._journey(session, request)
            return journey, *await self._narratives.newest(session, journey)

    async def _journey(self, session: AsyncSession, request: CheckRequest) -> Journey:
        if request.journey_id is not None:
            return await journey_by_id(session, request.workspace_id, request.journey_id)
        return await journey_of_channel(session, request.workspace_id, request.channel_id)

    async def _record(self, result: CheckResult, delivery_id: str | None) -> CheckResult | None:
        """Put an answer on record, with what the model has said of the same text before."""
        async with self._database.transaction() as session:
            if delivery_id is not None and not await processed.claim(
                session, result.workspace_id, delivery_id, now=self._now()
            ):
                return None
            if self._judge is not None:
                result = await _with_earlier(session, result, self._judge.model)
            row = _row(result, self._now())
            policy = await policy_of(session, result.workspace_id)
            if policy.keep is not Keep.NOTHING:
                await table.add_check(session, row, self._outcome(row, result, policy.keep))
            result = await _with_dismissed(session, result)
        self._recent[result.workspace_id, result.check_id] = result
        return result

    async def _record_judgement(self, result: CheckResult) -> CheckResult:
        """Put on record what the model has added, unless the check was erased meanwhile."""
        async with self._database.transaction() as session:
            row = await table.find_check(session, result.workspace_id, result.check_id)
            if row is not None:
                policy = await policy_of(session, result.workspace_id)
                rows = self._outcome(row, result, policy.keep)
                await table.replace_findings(session, row, rows)
            result = await _with_dismissed(session, result)
        key = result.workspace_id, result.check_id
        # What was erased while the model was asked stays forgotten.
        if row is not None or key in self._recent:
            self._recent[key] = result
        return result

    def _outcome(
        self, row: NarrativeCheck, result: CheckResult, keep: Keep
    ) -> Sequence[CheckFinding]:
        write_outcome(row, result.found, keep)
        if self._judge is not None and JUDGED_BY_MODEL in result.found.judged_by:
            write_judgement(row, self._judge.model, PROMPT_VERSION, self._now())
        return finding_rows(row, result.found.findings, keep)

    async def _read(self, workspace_id: str, check_id: str) -> CheckResult | None:
        async with self._database.reading() as session:
            row = await table.find_check(session, workspace_id, check_id)
            if row is None or row.text is None:
                return None
            found = await table.list_findings(session, workspace_id, check_id)
            journey = await journey_by_id(session, workspace_id, row.journey_id)
            version = await find_published(session, journey, row.stack_version)
        content = Stack.model_validate(version.document)
        return CheckResult(
            check_id=row.id,
            workspace_id=workspace_id,
            user_id=row.user_id,
            channel_id=row.channel_id,
            journey_id=journey.id,
            journey=journey.name,
            stack_version=row.stack_version,
            language=content.language,
            touchpoint=content.touchpoint(row.touchpoint_id or ""),
            found=read_outcome(row, row.text, found),
        )


async def _assess(
    compiled: CompiledStack, text: str, touchpoint_id: str | None, unjudged: NotJudged
) -> Assessment:
    if compiled.has_expressions:
        # They may take up to a second, and let other threads run meanwhile.
        return await asyncio.to_thread(assess, compiled, text, touchpoint_id, unjudged=unjudged)
    return assess(compiled, text, touchpoint_id, unjudged=unjudged)


async def _with_dismissed(session: AsyncSession, result: CheckResult) -> CheckResult:
    dismissed = await dismissed_of(
        session, result.workspace_id, result.journey_id, result.user_id, result.wordings
    )
    return replace(result, dismissed=dismissed)


async def _with_earlier(session: AsyncSession, result: CheckResult, model: str) -> CheckResult:
    row = await table.find_judged(
        session,
        result.workspace_id,
        fingerprint=fingerprint(result.workspace_id, result.found.text),
        journey_id=result.journey_id,
        stack_version=result.stack_version,
        touchpoint_id=result.touchpoint_id,
        model=model,
        prompt_version=PROMPT_VERSION,
    )
    if row is None or row.text != result.found.text:
        return result
    rows = await table.list_findings(session, row.workspace_id, row.id)
    earlier = read_outcome(row, row.text, [each for each in rows if each.source == Source.MODEL])
    return replace(result, found=with_earlier(result.found, earlier))


def _row(result: CheckResult, checked_at: datetime) -> NarrativeCheck:
    return NarrativeCheck(
        workspace_id=result.workspace_id,
        id=result.check_id,
        journey_id=result.journey_id,
        stack_version=result.stack_version,
        touchpoint_id=result.touchpoint_id,
        user_id=result.user_id,
        channel_id=result.channel_id,
        verdict=result.found.verdict,
        judged_by=list(result.found.judged_by),
        checked_at=checked_at,
    )
