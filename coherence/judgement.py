"""Turn a model's reply into what is shown: findings whose quotes hold, and a wording that may be used."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from coherence.assessment import Assessment
from coherence.findings import Finding, Relation, Severity, Source
from coherence.grounding import Grounded, Grounding
from coherence.judge import ModelRelation, Remark, Reply
from coherence.rewrite import guarded_rewrite, rewritten_draft
from coherence.rules import CompiledStack
from coherence.rules.folding import without_unseen
from coherence.rules.markup import Kind as Markup
from coherence.rules.markup import not_prose
from coherence.sentences import Sentence
from coherence.statements import JudgedStatement, Kind

MOST_FINDINGS: Final = 12
"""Of a model's findings on one draft: more than a person would read."""

_MOST_WORDS: Final = 25
_MOST_CHARACTERS: Final = 200
_FIT: Final = frozenset({ModelRelation.CONSISTENT, ModelRelation.NOT_MENTIONED})
_WORST_FIRST: Final = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)
_PLAINLY: Final = {
    Relation.CONTRADICTS: "This says something else than this line of the narrative.",
    Relation.OVERPROMISES: "This promises more than this line of the narrative allows.",
    Relation.DRIFTS: "This leads away from this line of the narrative.",
    Relation.OFF_TONE: "This doesn't sound the way this line asks for.",
    Relation.TERM: "We have another word for this.",
    Relation.CHECKLIST: "This line of the checklist is not met here.",
}
_MARKS: Final = re.compile(r"[*_~`<>|\[\]{}]+")
_UNREADABLE: Final = frozenset(
    {Markup.CODE, Markup.ADDRESS, Markup.MENTION, Markup.SHELL, Markup.EMOJI}
)


@dataclass(frozen=True)
class Settled:
    """What is shown once a model has answered.

    `findings` are those of the rules and those of the model, by position, with what is absent last;
    `rewrite` is the whole draft in a wording that passes the rules; `left_out` counts what does not hold.
    """

    findings: tuple[Finding, ...]
    rewrite: str | None
    left_out: int


@dataclass(frozen=True)
class _Found:
    remark: Remark
    sentence: Sentence
    statement: JudgedStatement
    grounded: Grounded
    relation: Relation
    severity: Severity

    @property
    def rank(self) -> tuple[int, int, int]:
        return _WORST_FIRST.index(self.severity), self.grounded.start, self.grounded.end


def settle(  # noqa: PLR0917 - the check has them all at hand
    assessment: Assessment,
    reply: Reply,
    sentences: Mapping[str, Sentence],
    statements: Mapping[str, JudgedStatement],
    compiled: CompiledStack,
    touchpoint_id: str | None,
) -> Settled:
    """Add to an assessment by the rules what a model's reply says and both texts bear out.

    Pure. Every finding of the rules stays. Sentences and statements go by their ids. Raises NoTouchpoint.
    """
    claims = [r for r in reply.assessments if reply.status != "ok" or r.relation not in _FIT]
    sound = list(_sound(reply, sentences, statements, compiled.language))
    new = [f for f in sound if not any(_says_again(f, rule) for rule in assessment.findings)]
    kept = list(_once_each(sorted(new, key=lambda f: f.rank)))[:MOST_FINDINGS]
    shown = [(f, _wording(f, compiled, touchpoint_id)) for f in kept]
    findings = [*assessment.findings, *(_finding(f, wording) for f, wording in shown)]
    return Settled(
        findings=tuple(sorted(findings, key=_position)),
        rewrite=_whole(assessment.text, shown, compiled, touchpoint_id),
        left_out=reply.skipped + len(claims) - len(sound),
    )


def _sound(
    reply: Reply,
    sentences: Mapping[str, Sentence],
    statements: Mapping[str, JudgedStatement],
    language: str,
) -> Iterator[_Found]:
    """Yield what both texts bear out."""
    if reply.status != "ok":
        return
    grounding = Grounding(sentences, statements, language)
    fit = defaultdict(list)
    for remark in reply.assessments:
        if remark.relation in _FIT:
            fit[_pair(remark)].append(remark)
    for remark in reply.assessments:
        if remark.relation in _FIT or any(_same_words(remark, each) for each in fit[_pair(remark)]):
            continue
        if (grounded := grounding.find(remark)) is None:
            continue
        statement = statements[remark.statement_id]
        kind = _classed(ModelRelation(remark.relation), statement)
        yield _Found(remark, sentences[remark.sentence_id], statement, grounded, *kind)


def _same_words(remark: Remark, other: Remark) -> bool:
    """Say whether one quotes what the other does: who says both of the same words has not understood them."""
    one, two = (" ".join(each.message_quote.split()) for each in (remark, other))
    return one in two or two in one


def _pair(remark: Remark) -> tuple[str, str]:
    return remark.sentence_id, remark.statement_id


def _classed(said: ModelRelation, statement: JudgedStatement) -> tuple[Relation, Severity]:
    """Decide how much it matters; checklists, tone and terms weigh the same as where the rules find them."""
    if statement.kind is Kind.CHECKLIST:
        return Relation.CHECKLIST, Severity.MEDIUM
    if statement.kind is Kind.TONE:
        return Relation.OFF_TONE, Severity.LOW
    if statement.kind is Kind.TERM:
        return Relation.TERM, Severity.LOW
    relation = Relation(said.value)
    if said is ModelRelation.CONTRADICTS:
        return relation, Severity.HIGH
    if said is ModelRelation.OVERPROMISES and statement.kind is Kind.NEVER:
        return relation, Severity.HIGH
    return relation, Severity.LOW if said is ModelRelation.OFF_TONE else Severity.MEDIUM


def _says_again(found: _Found, rule: Finding) -> bool:
    overlaps = found.grounded.start < rule.end and rule.start < found.grounded.end
    same = found.statement.id == rule.statement_id
    if same and not rule.quote:  # a line of the checklist that nothing in the draft meets
        return True
    never_or_tone = {Relation.OVERPROMISES, Relation.OFF_TONE}
    return overlaps and (
        same or (found.relation is rule.relation and rule.relation in never_or_tone)
    )


def _once_each(found: Iterable[_Found]) -> Iterator[_Found]:
    """Yield the worst for each pair of sentence and statement, given them worst first."""
    seen: set[tuple[str, str]] = set()
    for each in found:
        if _pair(each.remark) not in seen:
            seen.add(_pair(each.remark))
            yield each


def _wording(found: _Found, compiled: CompiledStack, touchpoint_id: str | None) -> str | None:
    return guarded_rewrite(
        found.remark.rewrite,
        found.sentence,
        found.grounded,
        found.statement,
        compiled,
        touchpoint_id,
    )


def _finding(found: _Found, wording: str | None) -> Finding:
    grounded = found.grounded
    return Finding(
        statement_id=found.statement.id,
        source=Source.MODEL,
        relation=found.relation,
        severity=found.severity,
        start=grounded.start,
        end=grounded.end,
        quote=grounded.quote,
        statement=grounded.statement,
        why=_plain_why(found.remark.why) or _PLAINLY[found.relation],
        suggestion=wording,
    )


def _position(finding: Finding) -> tuple[bool, int, int]:
    # The rules list what is absent in an order of their own, which a stable sort keeps.
    return (False, finding.start, finding.end) if finding.quote else (True, 0, 0)


def _whole(
    draft: str,
    shown: Iterable[tuple[_Found, str | None]],
    compiled: CompiledStack,
    touchpoint_id: str | None,
) -> str | None:
    """Return the draft with the wording for each flagged sentence's worst finding, if there is any."""
    wordings: dict[str, tuple[Sentence, str | None]] = {}
    for found, wording in shown:
        wordings.setdefault(found.sentence.id, (found.sentence, wording))
    chosen = [(sentence, wording) for sentence, wording in wordings.values() if wording]
    return rewritten_draft(draft, chosen, compiled, touchpoint_id) if chosen else None


def _plain_why(why: str) -> str:
    """Make a model's reason one short line without markup, addresses or mentions."""
    line = " ".join(without_unseen(why.replace("\0", " ")).split())[: 4 * _MOST_CHARACTERS]
    # Once more, because taking marks out may join what they have parted.
    line = _without_entities(_MARKS.sub("", _without_entities(line)))
    return _shortened(line.split()) if any(map(str.isalnum, line)) else ""


def _without_entities(line: str) -> str:
    for span in reversed(not_prose(line)):
        if span.kind in _UNREADABLE:
            line = f"{line[: span.start]} {line[span.end :]}"
    return line


def _shortened(words: list[str]) -> str:
    line = " ".join(words[:_MOST_WORDS])
    if len(words) <= _MOST_WORDS and len(line) <= _MOST_CHARACTERS:
        return line
    return f"{line[: _MOST_CHARACTERS - 1].rstrip(' .,;:')}…"
