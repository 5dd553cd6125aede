"""What of a model's reply holds, as findings beside those of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from coherence.assessment import Assessment
from coherence.findings import Finding, Relation, Severity, Source
from coherence.judge import ModelRelation, Remark, Reply
from coherence.rules import CompiledStack
from coherence.sentences import Sentence
from coherence.statements import JudgedStatement, Kind

_SILENT = {ModelRelation.CONSISTENT, ModelRelation.NOT_MENTIONED}


@dataclass(frozen=True)
class Settled:
    """All findings in reading order, the rewritten draft, and how many remarks did not hold."""

    findings: tuple[Finding, ...]
    rewrite: str | None
    left_out: int


def settle(
    assessment: Assessment,
    reply: Reply,
    sentences: Mapping[str, Sentence],
    statements: Mapping[str, JudgedStatement],
    compiled: CompiledStack,
    touchpoint_id: str | None,
) -> Settled:
    """Add what holds of a reply to what the rules have found."""
    remarks = [remark for remark in reply.assessments if remark.relation not in _SILENT]
    found = [_finding(remark, sentences, statements) for remark in remarks]
    held = [finding for finding in found if finding is not None]
    findings = sorted([*assessment.findings, *held], key=lambda f: (not f.quote, f.start, f.end))
    return Settled(tuple(findings), None, len(remarks) - len(held) + reply.skipped)


def _finding(
    remark: Remark, sentences: Mapping[str, Sentence], statements: Mapping[str, JudgedStatement]
) -> Finding | None:
    sentence, statement = sentences.get(remark.sentence_id), statements.get(remark.statement_id)
    if sentence is None or statement is None or remark.statement_quote not in statement.text:
        return None
    at = sentence.text.find(remark.message_quote)
    if at < 0 or not remark.message_quote.strip():
        return None
    return Finding(
        statement_id=statement.id,
        source=Source.MODEL,
        relation=Relation(remark.relation),
        severity=_severity(remark.relation, statement),
        start=sentence.start + at,
        end=sentence.start + at + len(remark.message_quote),
        quote=remark.message_quote,
        statement=remark.statement_quote,
        why=remark.why,
        suggestion=remark.rewrite,
    )


def _severity(relation: ModelRelation, statement: JudgedStatement) -> Severity:
    if relation is ModelRelation.CONTRADICTS:
        return Severity.HIGH
    if relation is ModelRelation.OVERPROMISES and statement.kind is Kind.NEVER:
        return Severity.HIGH
    return Severity.LOW if relation is ModelRelation.OFF_TONE else Severity.MEDIUM
