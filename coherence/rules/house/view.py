"""One text as the house rules see it: phrases found, expressions matched, and the passages to look at."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from coherence.rules.context import SENTENCE_END
from coherence.rules.folding import PLACEHOLDER, Folded
from coherence.rules.house.compiled import CompiledRule
from coherence.rules.house.expressions import Stopwatch, find_all

_PARAGRAPH_BREAK: Final = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*+(?:\r\n|\r|\n)\s*")
_HEADING: Final = re.compile(
    r"""
    ^[ \t]*+
    (?: \#{1,6}[ \t]++ (?P<marked> [^\r\n]++ )
      | \* (?P<bold> [^*\r\n]++ ) \* (?=[ \t]*+:?[ \t]*+\r?$)
      | (?:subject|betreff|objet|asunto)[ \t]*+:[ \t]*+ (?P<subject> [^\r\n]++ )
    )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)


class Span(NamedTuple):
    """Code points of the text as given."""

    start: int
    end: int


class IsOurs(Protocol):
    """Tells whether words are said here; a rule that minds their case does not ask about names."""

    def __call__(self, span: Span, *, in_any_case: bool) -> bool:
        """Say whether the words at a span are the writer's own."""


class TextView:
    """The text of one check; each way of looking at it is prepared when first asked for."""

    def __init__(
        self,
        text: str,
        cased: Callable[[], Folded],
        hits: Mapping[int, Sequence[Span]],
        is_ours: IsOurs,
    ) -> None:
        self.text = text
        self.stopwatch = Stopwatch()
        self._fold_cased = cased
        self._hits = hits
        self._is_ours = is_ours
        self._passages: dict[str, list[Span]] = {}

    @cached_property
    def cased(self) -> Folded:
        """The prose with its case and its lines."""
        return self._fold_cased()

    def words_of(self, span: Span) -> str:
        """What the prose says at a span, with its case."""
        start, end = self.cased.folded_span(*span)
        return self.cased.text[start:end]

    def listed(self, compiled: CompiledRule, part: str = "") -> list[Span]:
        """Where a part's phrases stand, in order."""
        owner = compiled.parts.get(part)
        spans = self._hits.get(owner, ()) if owner is not None else ()
        phrases = compiled.cased.get(part)
        if phrases is not None:
            spans = [span for span in spans if self.words_of(span).startswith(phrases)]
        return self._unexcepted(compiled, spans)

    def matches(
        self, compiled: CompiledRule, expressions: slice = slice(None)
    ) -> Iterator[tuple[Span, str]]:
        """Where a rule's expressions match, with the text of their first group, or of all without one.

        Raises TimeoutError.
        """
        for pattern in compiled.expressions[expressions]:
            for match in find_all(pattern, self.cased.text, self.stopwatch):
                told = match[1] if pattern.groups and match[1] is not None else match[0]
                span = Span(*self.cased.original_span(*match.span()))
                if PLACEHOLDER not in match[0] and self._unexcepted(compiled, [span]):
                    yield span, told

    def appearances(self, compiled: CompiledRule) -> list[Span]:
        """Where a rule's tokens or expressions stand, the longest of those that overlap.

        Raises TimeoutError.
        """
        return longest([*self.listed(compiled), *(span for span, _ in self.matches(compiled))])

    def is_ours(self, span: Span, *, in_any_case: bool = True) -> bool:
        """Say whether words are said here, not spoken of, quoted, or part of a name."""
        return self._is_ours(span, in_any_case=in_any_case)

    def is_excepted(self, compiled: CompiledRule, span: Span) -> bool:
        """Say whether a span lies in what a rule leaves alone."""
        return not self._unexcepted(compiled, [span])

    def passages(self, scope: str) -> list[Span]:
        """The headings, sentences or paragraphs of the text, or all of it, without white space around."""
        if scope not in self._passages:
            self._passages[scope] = self._find_passages(scope)
        return self._passages[scope]

    def _find_passages(self, scope: str) -> list[Span]:
        match scope:
            case "heading":
                spans = [Span(*m.span(m.lastgroup or 0)) for m in _HEADING.finditer(self.text)]
            case "sentence":
                return self._sentences()
            case "paragraph":
                spans = _between(_PARAGRAPH_BREAK.finditer(self.text), len(self.text))
            case _:
                spans = [Span(0, len(self.text))]
        return [trimmed for span in spans if (trimmed := self._trimmed(span))]

    def _sentences(self) -> list[Span]:
        text = self.cased.text
        starts = [0, *(match.end() for match in SENTENCE_END.finditer(text))]
        spans = [Span(*edges) for edges in zip(starts, [*starts[1:], len(text)], strict=True)]
        return [
            Span(*self.cased.original_span(*folded))
            for span in spans
            if (folded := _said(text, span))
        ]

    def _trimmed(self, span: Span) -> Span | None:
        folded = _said(self.cased.text, Span(*self.cased.folded_span(*span)))
        return Span(*self.cased.original_span(*folded)) if folded else None

    def _unexcepted(self, compiled: CompiledRule, spans: Sequence[Span]) -> list[Span]:
        excepted = self._hits.get(compiled.excepted, ()) if compiled.excepted is not None else ()
        return [span for span in spans if not _is_within(span, excepted)]


def longest(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, of overlapping ones the first and longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def within(spans: Sequence[Span], passage: Span) -> Sequence[Span]:
    """Return those of the spans, which are in order, that begin in a passage."""
    first = bisect_left(spans, (passage.start,))
    return spans[first : bisect_left(spans, (passage.end,))]


def _is_within(span: Span, others: Sequence[Span]) -> bool:
    at = bisect_left(others, (span.start + 1,)) - 1
    return at >= 0 and others[at].end >= span.end


def _between(breaks: Iterable[re.Match[str]], end: int) -> list[Span]:
    at = 0
    spans = []
    for gap in breaks:
        spans.append(Span(at, gap.start()))
        at = gap.end()
    return [*spans, Span(at, end)]


def _said(text: str, span: Span) -> Span | None:
    """Return a folded span without white space and what is not prose around it; None without a word."""
    said = text[span.start : span.end]
    kept = said.strip(f" \n{PLACEHOLDER}")
    if not any(map(str.isalnum, kept)):
        return None
    start = span.start + said.index(kept)
    return Span(start, start + len(kept))
