"""What a check finds, and the verdict that follows from it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from coherence.stack.document import Verdict


class Source(StrEnum):
    """Who found it."""

    RULE = "rule"
    MODEL = "model"


class Relation(StrEnum):
    """How a passage stands to the line of the narrative it is held against."""

    CONTRADICTS = "contradicts"
    OVERPROMISES = "overpromises"
    DRIFTS = "drifts"
    OFF_TONE = "off_tone"
    TERM = "term"
    CHECKLIST = "checklist"
    STYLE = "style"


class Severity(StrEnum):
    """How much it matters; only `high` makes a conflict."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Finding(BaseModel):
    """One passage that doesn't fit, or one thing that is missing.

    `start` and `end` count code points of the text as given and `text[start:end] == quote`;
    what is absent has both at 0 and an empty quote.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    statement_id: str | None
    rule_id: str | None = None
    source: Source
    relation: Relation
    severity: Severity
    start: int
    end: int
    quote: str
    statement: str
    why: str
    suggestion: str | None = None


def verdict_of(findings: Iterable[Finding], *, judged: bool) -> Verdict:
    """Derive the verdict: any high finding is a conflict, any other a suggestion.

    Without findings a text fits only if a model has judged it: rules alone see words, not meaning.
    """
    severities = {finding.severity for finding in findings}
    if Severity.HIGH in severities:
        return Verdict.CONFLICT
    if severities:
        return Verdict.SUGGESTIONS
    return Verdict.FITS if judged else Verdict.NOT_JUDGED


_KEY_CHARACTERS = 16


def group_findings(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings about the same line of the narrative together, worst first, then as they come."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(group_key(finding), []).append(finding)
    order = list(Severity)
    return sorted(groups.values(), key=lambda group: order.index(group[0].severity))


def group_key(finding: Finding) -> str:
    """What names the group of a finding within an answer, also once a model has added to it."""
    told = (finding.statement_id or "", finding.rule_id or "", finding.relation)
    return sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:_KEY_CHARACTERS]


def positions_of(findings: Sequence[Finding], group: str) -> list[int]:
    """The places of a group's findings among all."""
    return [n for n, finding in enumerate(findings) if group_key(finding) == group]
