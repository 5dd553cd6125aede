"""Hold one text against two versions of the narrative, each side in the same way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from coherence.assessment import Assessment, NotJudged, assess
from coherence.findings import Finding, Source
from coherence.judge import Judge, JudgeFailed
from coherence.judging import judge_meaning, pose
from coherence.rereading_effect import Clash
from coherence.rules import CompiledStack
from coherence.usage import Meter


@dataclass(frozen=True)
class Side:
    """A text and the version that it is held against."""

    compiled: CompiledStack
    text: str
    touchpoint_id: str | None

    @property
    def known_touchpoint(self) -> str | None:
        """The touchpoint, if this version has it."""
        known = self.touchpoint_id and self.compiled.stack.touchpoint(self.touchpoint_id)
        return self.touchpoint_id if known else None


@dataclass(frozen=True)
class Subject:
    """What is held against two versions; `before` is None where there was nothing before.

    `said_before` is what the model, asked in today's way, found on the first side: findings, or clashes
    as they were put on record; None where it has not judged it. `ask_both` lets it be asked then.
    """

    workspace_id: str
    before: Side | None
    after: Side
    said_before: Sequence[Finding] | Sequence[Clash] | None = None
    ask_both: bool = False


@dataclass(frozen=True)
class TwoSides:
    """What was found on both sides; `said_*` by the model, and nothing where `unjudged` says why."""

    rules_before: Sequence[Finding]
    rules_after: Sequence[Finding]
    said_before: Sequence[Finding] | Sequence[Clash] = ()
    said_after: Sequence[Finding] | Sequence[Clash] = ()
    unjudged: NotJudged | None = None


class TextReader:
    """Reads texts again: by the rules always, by the model while over half of the day's budget is left."""

    def __init__(self, judge: Judge | None, meter: Meter | None) -> None:
        self._judge = judge
        self._meter = meter

    @property
    def model(self) -> str | None:
        """The model that is asked, or None."""
        return self._judge.model if self._judge else None

    async def read(self, subject: Subject) -> TwoSides:
        """Hold a text against both versions. Raises InvalidDraft for one that can't be checked."""
        before = await _by_rules(subject.before) if subject.before else None
        after = await _by_rules(subject.after)
        by_rules = TwoSides(before.findings if before else (), after.findings)
        try:
            said_before, said_after = await self._by_model(subject, before, after)
        except JudgeFailed as failure:
            return TwoSides(by_rules.rules_before, by_rules.rules_after, unjudged=failure.reason)
        return TwoSides(by_rules.rules_before, by_rules.rules_after, said_before, said_after)

    async def _by_model(
        self, subject: Subject, before: Assessment | None, after: Assessment
    ) -> tuple[Sequence[Finding] | Sequence[Clash], Sequence[Finding] | Sequence[Clash]]:
        """What the model says of both sides. Raises JudgeFailed unless it has judged both."""
        if self._judge is None:
            raise JudgeFailed(NotJudged.NO_MODEL)
        if subject.before is None or before is None:
            return (), await self._ask(subject.workspace_id, subject.after, after)
        said = subject.said_before
        if said is None and not subject.ask_both:
            # Rules alone on one side and the model too on the other would look like a change.
            raise JudgeFailed(NotJudged.RULES_ONLY)
        if said is None:
            said = await self._ask(subject.workspace_id, subject.before, before)
        if await asyncio.to_thread(_same_question, subject.before, subject.after):
            return said, said
        return said, await self._ask(subject.workspace_id, subject.after, after)

    async def _ask(self, workspace_id: str, side: Side, found: Assessment) -> Sequence[Finding]:
        judge = await self._judge_for(workspace_id)
        judged = await judge_meaning(judge, side.compiled, found, side.known_touchpoint)
        if judged.unjudged is not None:
            raise JudgeFailed(judged.unjudged)
        return [finding for finding in judged.findings if finding.source is Source.MODEL]

    async def _judge_for(self, workspace_id: str) -> Judge:
        """The model, as long as half of the day's budget is left to people's own checks."""
        if self._judge is None:
            raise JudgeFailed(NotJudged.NO_MODEL)
        if self._meter is None:
            return self._judge
        if 2 * await self._meter.spent_today(workspace_id) >= self._meter.daily_tokens:
            raise JudgeFailed(NotJudged.BUDGET_SPENT)
        return self._meter.metered(self._judge, workspace_id)


async def _by_rules(side: Side) -> Assessment:
    # In a thread: house rules may take a second, and people's checks go on.
    return await asyncio.to_thread(assess, side.compiled, side.text, side.known_touchpoint)


def _same_question(before: Side, after: Side) -> bool:
    """Whether a model would be asked the same about both sides. Raises JudgeFailed."""
    if before.text != after.text:
        return False
    asked = [pose(side.compiled, side.text, side.known_touchpoint) for side in (before, after)]
    purposes = [_purpose(side) for side in (before, after)]
    return asked[0].prompt.system == asked[1].prompt.system and purposes[0] == purposes[1]


def _purpose(side: Side) -> tuple[str, ...]:
    touchpoint = side.compiled.stack.touchpoint(side.known_touchpoint or "")
    return (touchpoint.name, touchpoint.milestone or "") if touchpoint else ()
