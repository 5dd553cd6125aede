"""A check's answer as rows, and rows as an answer."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from coherence.assessment import Assessment, NotJudged
from coherence.check_policy import Keep
from coherence.findings import Finding, Source
from coherence.stack.document import Verdict
from storage.check import CheckFinding, NarrativeCheck


def fingerprint(workspace_id: str, text: str) -> str:
    """Tell equal texts of a workspace apart from others without keeping them."""
    return sha256(f"{workspace_id}\0{text}".encode("utf-8", "replace")).hexdigest()


def write_outcome(check: NarrativeCheck, found: Assessment, keep: Keep) -> None:
    """Put on a check's row what has come of it."""
    words_kept = keep is Keep.TEXTS
    check.text = found.text if words_kept else None
    check.fingerprint = fingerprint(check.workspace_id, found.text)
    check.verdict = found.verdict
    check.reason = found.unjudged
    check.judged_by = list(found.judged_by)
    check.rewrite = found.rewrite if words_kept else None
    check.left_out = found.left_out


def write_judgement(
    check: NarrativeCheck, model: str, prompt_version: str, judged_at: datetime
) -> None:
    """Put on a check's row who has judged the meaning, and when."""
    check.model, check.prompt_version, check.judged_at = model, prompt_version, judged_at


def finding_rows(
    check: NarrativeCheck, findings: Sequence[Finding], keep: Keep
) -> list[CheckFinding]:
    """The rows of a check's findings, without the writer's words unless texts are kept."""
    return [
        CheckFinding(
            workspace_id=check.workspace_id,
            check_id=check.id,
            position=n,
            **(finding if keep is Keep.TEXTS else _without_words(finding)).model_dump(),
        )
        for n, finding in enumerate(findings)
    ]


def read_outcome(check: NarrativeCheck, text: str, rows: Sequence[CheckFinding]) -> Assessment:
    """A check's answer from its rows."""
    return Assessment(
        text=text,
        verdict=Verdict(check.verdict),
        unjudged=NotJudged(check.reason) if check.reason else None,
        judged_by=tuple(check.judged_by),
        findings=tuple(Finding.model_validate(row, from_attributes=True) for row in rows),
        rewrite=check.rewrite,
        left_out=check.left_out,
    )


def _without_words(finding: Finding) -> Finding:
    # A model's reasons and those of house rules repeat the text's words; so do all suggestions.
    repeats = finding.source is Source.MODEL or finding.rule_id is not None
    said = {"why": ""} if repeats else {}
    return finding.model_copy(update={"quote": "", "suggestion": None, **said})
