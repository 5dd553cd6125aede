"""The narrative check: does this text fit our story? Asked, answered and put on record."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.assessment import Assessment, NotJudged, assess
from coherence.clock import Clock
from coherence.errors import NoCheck, NoPublishedStack
from coherence.findings import Finding
from coherence.journeys import journey_by_id, journey_of_channel
from coherence.rules import CompiledStack, compile_stack
from coherence.stack.document import Stack, Touchpoint, Verdict
from coherence.stack.versions import find_published
from storage import check as table
from storage import journeys, processed, stack
from storage.check import CheckFinding, NarrativeCheck
from storage.database import Database
from storage.journeys import Journey

_CACHED_STACKS = 64


@dataclass(frozen=True)
class CheckRequest:
    """Somebody asks about a text.

    The journey is `journey_id`, else that of the channel, else the only one. `delivery_id` is
    Slack's id of the request: the same id is answered once.
    """

    workspace_id: str
    user_id: str
    text: str
    channel_id: str | None = None
    journey_id: str | None = None
    touchpoint_id: str | None = None
    delivery_id: str | None = None


@dataclass(frozen=True)
class CheckResult:
    """The answer, and what it was held against."""

    check_id: str
    channel_id: str | None
    journey_id: str
    journey: str
    stack_version: int
    touchpoint: Touchpoint | None
    assessment: Assessment


@dataclass(frozen=True)
class JourneyChoice:
    """A journey that a draft may be checked against, with its touchpoints."""

    journey_id: str
    name: str
    touchpoints: tuple[Touchpoint, ...]


class Checks:
    """The use cases around a narrative check."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now
        self._compiled: dict[tuple[str, str, int], CompiledStack] = {}

    async def check(self, request: CheckRequest) -> CheckResult | None:
        """Check a text and record the answer; None if this delivery was answered before.

        Raises InvalidDraft, NoJourney, AmbiguousJourney, NoPublishedStack or NoTouchpoint.
        """
        journey, number, compiled = await self._narrative(request)
        assessment = await _assess(compiled, request)
        result = CheckResult(
            check_id=uuid4().hex,
            channel_id=request.channel_id,
            journey_id=journey.id,
            journey=journey.name,
            stack_version=number,
            touchpoint=compiled.stack.touchpoint(request.touchpoint_id or ""),
            assessment=assessment,
        )
        async with self._database.transaction() as session:
            if not await self._claim(session, request):
                return None
            await table.add_check(session, *self._rows(request, result))
        return result

    async def recall(self, workspace_id: str, user_id: str, check_id: str) -> CheckResult:
        """An earlier answer, for the person who asked. Raises NoCheck."""
        async with self._database.reading() as session:
            row = await table.find_check(session, workspace_id, check_id)
            if row is None or row.user_id != user_id:
                raise NoCheck("This check is no longer on record; please check the draft again.")
            found = await table.list_findings(session, workspace_id, check_id)
            journey = await journey_by_id(session, workspace_id, row.journey_id)
            version = await find_published(session, journey, row.stack_version)
        content = Stack.model_validate(version.document)
        return _result_value(row, found, journey, content)

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
        """Let go of a workspace's compiled narratives: erasing a person changes published ones."""
        for key in [key for key in self._compiled if key[0] == workspace_id]:
            del self._compiled[key]

    async def _narrative(self, request: CheckRequest) -> tuple[Journey, int, CompiledStack]:
        async with self._database.reading() as session:
            journey = await self._journey(session, request)
            number = await stack.latest_number(session, journey.workspace_id, journey.id)
            key = (journey.workspace_id, journey.id, number or 0)
            if (compiled := self._compiled.get(key)) is not None:
                return journey, key[2], compiled
            version = await find_published(session, journey)
        compiled = compile_stack(Stack.model_validate(version.document))
        self._remember((journey.workspace_id, journey.id, version.number), compiled)
        return journey, version.number, compiled

    async def _journey(self, session: AsyncSession, request: CheckRequest) -> Journey:
        if request.journey_id is not None:
            return await journey_by_id(session, request.workspace_id, request.journey_id)
        return await journey_of_channel(session, request.workspace_id, request.channel_id)

    def _remember(self, key: tuple[str, str, int], compiled: CompiledStack) -> None:
        # Published versions never change, so an entry can only become unused, never wrong.
        while len(self._compiled) >= _CACHED_STACKS:
            self._compiled.pop(next(iter(self._compiled)))
        self._compiled[key] = compiled

    async def _claim(self, session: AsyncSession, request: CheckRequest) -> bool:
        if request.delivery_id is None:
            return True
        return await processed.claim(
            session, request.workspace_id, request.delivery_id, now=self._now()
        )

    def _rows(
        self, request: CheckRequest, result: CheckResult
    ) -> tuple[NarrativeCheck, list[CheckFinding]]:
        assessment = result.assessment
        row = NarrativeCheck(
            workspace_id=request.workspace_id,
            id=result.check_id,
            journey_id=result.journey_id,
            stack_version=result.stack_version,
            touchpoint_id=request.touchpoint_id,
            user_id=request.user_id,
            channel_id=request.channel_id,
            text=assessment.text,
            verdict=assessment.verdict,
            reason=assessment.unjudged,
            judged_by=list(assessment.judged_by),
            checked_at=self._now(),
        )
        findings = [
            CheckFinding(
                workspace_id=row.workspace_id, check_id=row.id, position=n, **finding.model_dump()
            )
            for n, finding in enumerate(assessment.findings)
        ]
        return row, findings


async def _assess(compiled: CompiledStack, request: CheckRequest) -> Assessment:
    if compiled.has_expressions:
        # They may take up to a second, and let other threads run meanwhile.
        return await asyncio.to_thread(assess, compiled, request.text, request.touchpoint_id)
    return assess(compiled, request.text, request.touchpoint_id)


def _result_value(
    row: NarrativeCheck, found: Sequence[CheckFinding], journey: Journey, content: Stack
) -> CheckResult:
    assessment = Assessment(
        text=row.text,
        verdict=Verdict(row.verdict),
        unjudged=NotJudged(row.reason) if row.reason else None,
        judged_by=tuple(row.judged_by),
        findings=tuple(Finding.model_validate(finding, from_attributes=True) for finding in found),
    )
    return CheckResult(
        check_id=row.id,
        channel_id=row.channel_id,
        journey_id=journey.id,
        journey=journey.name,
        stack_version=row.stack_version,
        touchpoint=content.touchpoint(row.touchpoint_id or ""),
        assessment=assessment,
    )
