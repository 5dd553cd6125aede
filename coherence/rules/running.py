"""Run the rules over one text: what the words alone show, with the exact span of each finding."""

from collections.abc import Iterator
from functools import cached_property

from coherence.errors import NoTouchpoint
from coherence.findings import Finding, Relation, Severity, Source
from coherence.rules import wording
from coherence.rules.compiled import CompiledStack, Hit, Owner, Role, merge_overlaps
from coherence.rules.context import Reader
from coherence.rules.folding import Folded
from coherence.rules.markup import (
    LITERAL_SKIPS,
    count_words,
    fold_prose,
    not_prose,
    requirement_skips,
)
from coherence.stack.document import ChecklistItem, Never, Term, Tone, Touchpoint


def run_rules(
    compiled: CompiledStack, text: str, touchpoint_id: str | None = None
) -> tuple[Finding, ...]:
    """Return what the rules find in a text, by position, with what is absent last.

    Never-phrases, tone words and terms always count; a checklist and a word limit only if their touchpoint
    is named. Pure: the same input gives the same findings.
    Raise NoTouchpoint if the stack has no touchpoint of that id.
    """
    touchpoint = compiled.stack.touchpoint(touchpoint_id) if touchpoint_id is not None else None
    if touchpoint_id is not None and touchpoint is None:
        raise NoTouchpoint(f"The narrative has no touchpoint “{touchpoint_id}”.")
    check = _Check(compiled, text, touchpoint)
    return (*sorted(check.passages(), key=lambda f: (f.start, f.end)), *check.absences())


class _Check:
    """One run over one text; each view of the text is made once, and only if something asks for it."""

    def __init__(self, compiled: CompiledStack, text: str, touchpoint: Touchpoint | None) -> None:
        self._compiled = compiled
        self._text = text
        self._touchpoint = touchpoint
        self._spans = not_prose(text)

    def passages(self) -> Iterator[Finding]:
        """Yield what stands in the text and should not."""
        reader = Reader(self._compiled.language, self._text, self._prose)
        for hit in self._active(self._prose_hits):
            owner = self._compiled.owners[hit.owner]
            if not reader.leaves_to_model(owner.role, hit.start, hit.end):
                yield self._passage(owner, self._prose, hit)
        for hit in self._active(self._literal_hits):
            yield self._passage(self._compiled.owners[hit.owner], self._literal, hit)

    def absences(self) -> Iterator[Finding]:
        """Yield what the touchpoint asks for and the text as a whole does not give."""
        if self._touchpoint is None:
            return
        for index, owner in enumerate(self._compiled.owners):
            if owner.role is Role.REQUIRED and owner.touchpoint is self._touchpoint:
                yield from self._missing(index, owner)
        yield from self._too_long(self._touchpoint)

    @cached_property
    def _prose(self) -> Folded:
        return fold_prose(self._text, self._spans)

    @cached_property
    def _literal(self) -> Folded:
        return fold_prose(self._text, self._spans, LITERAL_SKIPS)

    @cached_property
    def _prose_hits(self) -> list[Hit]:
        return merge_overlaps(self._compiled.prose.find(self._prose))

    @cached_property
    def _literal_hits(self) -> list[Hit]:
        finder = self._compiled.literal
        return merge_overlaps(finder.find(self._literal)) if finder.has_phrases else []

    @cached_property
    def _met(self) -> frozenset[int]:
        """The owners with a phrase anywhere in what the text itself says."""
        skips = requirement_skips(self._text, self._spans)
        seen = fold_prose(self._text, self._spans, skips)
        hits = (*self._compiled.prose.find(seen), *self._literal_hits)
        return frozenset(hit.owner for hit in hits)

    def _active(self, hits: list[Hit]) -> Iterator[Hit]:
        for hit in hits:
            owner = self._compiled.owners[hit.owner]
            if owner.role is not Role.REQUIRED and owner.touchpoint in {None, self._touchpoint}:
                yield hit

    def _passage(self, owner: Owner, folded: Folded, hit: Hit) -> Finding:
        start, end = folded.original_span(hit.start, hit.end)
        return _passage_finding(owner, self._text[start:end], start, end)

    def _missing(self, index: int, owner: Owner) -> Iterator[Finding]:
        item, touchpoint = owner.statement, owner.touchpoint
        if index in self._met or touchpoint is None or not isinstance(item, ChecklistItem):
            return
        yield _absence(
            item.id,
            statement=item.text,
            why=wording.missing_why(touchpoint, item),
            suggestion=wording.missing_suggestion(item),
        )

    def _too_long(self, touchpoint: Touchpoint) -> Iterator[Finding]:
        if touchpoint.max_words is None:
            return
        words = count_words(self._text, self._spans)
        if words > touchpoint.max_words:
            yield _absence(
                touchpoint.id,
                statement=wording.limit_statement(touchpoint),
                why=wording.limit_why(touchpoint, words),
                suggestion=wording.limit_suggestion(touchpoint, words),
            )


def _passage_finding(owner: Owner, quote: str, start: int, end: int) -> Finding:
    relation, severity, statement, why, suggestion = _put(owner)
    return Finding(
        statement_id=owner.statement.id,
        source=Source.RULE,
        relation=relation,
        severity=severity,
        start=start,
        end=end,
        quote=quote,
        statement=statement,
        why=why,
        suggestion=suggestion,
    )


def _put(owner: Owner) -> tuple[Relation, Severity, str, str, str]:
    """Put a passage into the words of its kind of statement."""
    line = owner.statement
    match line:
        case Never():
            kind = (Relation.OVERPROMISES, Severity.HIGH)
            return (*kind, line.text, wording.never_why(), wording.never_suggestion())
        case Tone():
            kind = (Relation.OFF_TONE, Severity.LOW)
            return (*kind, line.text, wording.tone_why(), wording.tone_suggestion())
        case Term():
            kind = (Relation.TERM, Severity.LOW)
            why, suggestion = wording.term_why(line), wording.term_suggestion(line)
            return (*kind, wording.term_statement(line), why, suggestion)
        case ChecklistItem():
            kind = (Relation.CHECKLIST, Severity.MEDIUM)
            why = wording.forbidden_why(owner.touchpoint)
            return (*kind, line.text, why, wording.forbidden_suggestion())


def _absence(statement_id: str, *, statement: str, why: str, suggestion: str) -> Finding:
    return Finding(
        statement_id=statement_id,
        source=Source.RULE,
        relation=Relation.CHECKLIST,
        severity=Severity.MEDIUM,
        start=0,
        end=0,
        quote="",
        statement=statement,
        why=why,
        suggestion=suggestion,
    )
