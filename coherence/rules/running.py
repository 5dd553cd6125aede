"""Run the rules over one text: what the words alone show, with the exact span of each finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from coherence.errors import NoTouchpoint
from coherence.findings import Finding, Relation, Severity, Source
from coherence.rules import wording
from coherence.rules.compiled import CompiledStack, Hit, HouseOwner, Owner, Role, merge_overlaps
from coherence.rules.context import Reader
from coherence.rules.folding import Folded
from coherence.rules.house.running import run_house_rules
from coherence.rules.house.view import Span, TextView
from coherence.rules.markup import (
    LITERAL_SKIPS,
    count_words,
    fold_prose,
    not_prose,
    requirement_skips,
)
from coherence.stack.document import ChecklistItem, Never, Term, Tone, Touchpoint


@dataclass(frozen=True)
class RulePass:
    """What the rules find, and the ids of the house rules that took too long on this text."""

    findings: tuple[Finding, ...]
    not_run: tuple[str, ...] = ()


def run_rules(
    compiled: CompiledStack, text: str, touchpoint_id: str | None = None
) -> tuple[Finding, ...]:
    """Return what the rules find in a text; see pass_rules."""
    return pass_rules(compiled, text, touchpoint_id).findings


def pass_rules(compiled: CompiledStack, text: str, touchpoint_id: str | None = None) -> RulePass:
    """Hold a text against all rules; findings come by position, with what is absent last.

    Never-phrases, tone words, terms and house rules always count; a checklist and a word limit only if their
    touchpoint is named. Pure: the same input gives the same findings, unless an expression runs out of time.
    Raise NoTouchpoint if the stack has no touchpoint of that id.
    """
    touchpoint = compiled.stack.touchpoint(touchpoint_id) if touchpoint_id is not None else None
    if touchpoint_id is not None and touchpoint is None:
        raise NoTouchpoint(f"The narrative has no touchpoint “{touchpoint_id}”.")
    check = _Check(compiled, text, touchpoint)
    house, not_run = check.house_rules()
    found = [*check.passages(), *(finding for finding in house if finding.quote)]
    absent = [*check.absences(), *(finding for finding in house if not finding.quote)]
    return RulePass((*sorted(found, key=lambda f: (f.start, f.end)), *absent), not_run)


class _Check:
    """One run over one text; each view of the text is made once, and only if something asks for it."""

    def __init__(self, compiled: CompiledStack, text: str, touchpoint: Touchpoint | None) -> None:
        self._compiled = compiled
        self._text = text
        self._touchpoint = touchpoint
        self._spans = not_prose(text)

    def passages(self) -> Iterator[Finding]:
        """Yield what stands in the text and should not, by the stack's own lines."""
        reader = self._reader
        for owner, hit in self._active(self._prose_hits):
            if not reader.leaves_to_model(owner.role, hit.start, hit.end):
                yield self._passage(owner, self._prose, hit)
        for owner, hit in self._active(self._literal_hits):
            yield self._passage(owner, self._literal, hit)

    def house_rules(self) -> tuple[list[Finding], tuple[str, ...]]:
        """Return what the house rules find, and which of them could not be run."""
        if not self._compiled.house:
            return [], ()
        view = TextView(
            self._text,
            partial(fold_prose, self._text, self._spans, keep_form=True),
            self._house_hits(),
            self._is_ours,
        )
        return run_house_rules(self._compiled.house, view)

    def absences(self) -> Iterator[Finding]:
        """Yield what the touchpoint asks for and the text as a whole does not give."""
        if self._touchpoint is None:
            return
        for index, owner in enumerate(self._compiled.owners):
            if isinstance(owner, Owner) and self._asks(owner):
                yield from self._missing(index, owner)
        yield from self._too_long(self._touchpoint)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._compiled.language, self._text, self._prose)

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

    def _asks(self, owner: Owner) -> bool:
        return owner.role is Role.REQUIRED and owner.touchpoint is self._touchpoint

    def _active(self, hits: list[Hit]) -> Iterator[tuple[Owner, Hit]]:
        for hit in hits:
            owner = self._compiled.owners[hit.owner]
            if isinstance(owner, HouseOwner) or owner.role is Role.REQUIRED:
                continue
            if owner.touchpoint in {None, self._touchpoint}:
                yield owner, hit

    def _house_hits(self) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = {}
        for folded, hits in ((self._prose, self._prose_hits), (self._literal, self._literal_hits)):
            for hit in hits:
                if isinstance(self._compiled.owners[hit.owner], HouseOwner):
                    span = Span(*folded.original_span(hit.start, hit.end))
                    found.setdefault(hit.owner, []).append(span)
        return {owner: sorted(spans) for owner, spans in found.items()}

    def _is_ours(self, span: Span, *, in_any_case: bool) -> bool:
        start, end = self._prose.folded_span(*span)
        return not self._reader.leaves_to_model(Role.HOUSE, start, end, minds_names=in_any_case)

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
