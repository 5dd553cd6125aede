"""Dismissals stick to a wording: the same sentence against the same line stays quiet, wherever it stands."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.assessment import Assessment
from coherence.findings import Finding, Source, verdict_of
from coherence.rules.folding import fold
from coherence.sentences import Sentence, split_sentences
from storage.feedback import list_dismissals

Wording = tuple[str, str]
"""The id of a statement or house rule, and a fingerprint of the sentence held against it."""


class Wordings:
    """The wordings of one draft's findings; `language` is the narrative's."""

    def __init__(self, draft: str, language: str) -> None:
        self._draft = draft
        self._language = language

    def of(self, finding: Finding) -> Wording:
        """What a dismissal of this finding is kept under; for something absent, the whole draft."""
        line = finding.statement_id or finding.rule_id or ""
        return line, self._fingerprint(self._sentence_at(finding.start) if finding.quote else None)

    @cached_property
    def _sentences(self) -> tuple[Sentence, ...]:
        return split_sentences(self._draft, self._language)

    def _sentence_at(self, start: int) -> Sentence | None:
        return next((s for s in self._sentences if s.start <= start < s.end), None)

    def _fingerprint(self, sentence: Sentence | None) -> str:
        words = fold(sentence.text if sentence else self._draft).text.strip()
        return sha256(words.encode("utf-8", "replace")).hexdigest()


def without_dismissed(
    assessment: Assessment, wordings: Sequence[Wording], dismissed: Collection[Wording]
) -> Assessment:
    """Leave out what was dismissed, and derive the verdict anew; `wordings` are the findings'.

    The rewrite goes too where it rewords what is no problem.
    """
    if not dismissed:
        return assessment
    pairs = list(zip(assessment.findings, wordings, strict=True))
    kept = tuple(finding for finding, wording in pairs if wording not in dismissed)
    gone = [finding for finding, wording in pairs if wording in dismissed]
    return replace(
        assessment,
        findings=kept,
        rewrite=None if any(map(_reworded, gone)) else assessment.rewrite,
        verdict=verdict_of(kept, judged=assessment.unjudged is None),
        dismissed=len(assessment.findings) - len(kept),
    )


def _reworded(finding: Finding) -> bool:
    return finding.source is Source.MODEL and finding.suggestion is not None


async def dismissed_of(
    session: AsyncSession,
    workspace_id: str,
    journey_id: str,
    user_id: str,
    wordings: Sequence[Wording],
) -> frozenset[Wording]:
    """Which of these wordings are dismissed for a person."""
    if not wordings:
        return frozenset()
    rows = await list_dismissals(
        session, workspace_id, journey_id, user_id, {sentence for _, sentence in wordings}
    )
    return frozenset((row.line_id, row.sentence) for row in rows) & frozenset(wordings)
