"""Hold what a model quotes against the texts: only what stands there word for word may be shown."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from coherence.judge import Remark
from coherence.rules.context import SENTENCE_END
from coherence.rules.cues import Cues, cues_for
from coherence.rules.denial import denies_list, is_denied
from coherence.rules.folding import Folded, fold, is_word_character, ornaments
from coherence.rules.markup import Kind, fold_prose, not_prose
from coherence.sentences import Sentence, list_marker
from coherence.statements import JudgedStatement

_BEFORE: Final = 240
_AFTER: Final = 160
_MOST_ITEMS: Final = 20
_MOST_PLACES: Final = 8
# Quoted and struck-through lines stay readable: a model may be right about them.
_UNREADABLE: Final = frozenset(Kind) - {Kind.QUOTED, Kind.STRUCK}
_SIGNS_BEFORE: Final = frozenset("€$£¥#+-±<≤≥")
_SIGNS_AFTER: Final = frozenset("%‰°€$£¥")


@dataclass(frozen=True)
class Grounded:
    """Two quotes that hold: `draft[start:end] == quote`, and `statement` as the statement writes it."""

    start: int
    end: int
    quote: str
    statement: str


def ground(
    remark: Remark,
    sentences: Mapping[str, Sentence],
    statements: Mapping[str, JudgedStatement],
    language: str,
) -> Grounded | None:
    """Find both quotes of a remark in the sentence and the statement it names, or return None.

    Quotes count as found despite typographic quotes and dashes, white space, characters that nobody sees and
    marks of emphasis; case counts, no word may be cut or altered, and none left out that denies the quote.
    """
    return Grounding(sentences, statements, language).find(remark)


class Grounding:
    """Grounds the remarks of one reply; each text is read once."""

    def __init__(
        self,
        sentences: Mapping[str, Sentence],
        statements: Mapping[str, JudgedStatement],
        language: str,
    ) -> None:
        self._sentences = sentences
        self._statements = statements
        self._cues = cues_for(language.partition("-")[0].lower())
        self._read: dict[str, _Text] = {}
        self._places: dict[tuple[str, str, bool], tuple[int, int] | None] = {}

    def find(self, remark: Remark) -> Grounded | None:
        """See ground."""
        sentence = self._sentences.get(remark.sentence_id)
        statement = self._statements.get(remark.statement_id)
        if sentence is None or statement is None:
            return None
        said = self._in_sentence(sentence, remark.message_quote)
        stated = said and self._place(statement.text, remark.statement_quote, strictly=True)
        if said is None or stated is None:
            return None
        start, end = sentence.start + said[0], sentence.start + said[1]
        return Grounded(start, end, sentence.text[slice(*said)], statement.text[slice(*stated)])

    def _in_sentence(self, sentence: Sentence, quote: str) -> tuple[int, int] | None:
        place = self._place(sentence.text, quote)
        return None if place and self._is_denied_by_list(sentence) else place

    def _place(self, whole: str, quote: str, *, strictly: bool = False) -> tuple[int, int] | None:
        """Return where a quote stands undenied in a text; remarks often share their quotes."""
        key = (whole, quote, strictly)
        if key not in self._places:
            text = self._text(whole)
            first = islice(text.places(quote), _MOST_PLACES)
            holds = (place for place in first if not self._is_denied(text, *place, strictly))
            self._places[key] = next(holds, None)
        return self._places[key]

    def _text(self, text: str) -> "_Text":
        if text not in self._read:
            self._read[text] = _Text(text)
        return self._read[text]

    def _is_denied(self, text: "_Text", start: int, end: int, strictly: bool) -> bool:  # noqa: FBT001 - private
        before, passage, after = text.around(start, end)
        # A statement may well be one denial from end to end: only what stands right beside the quote counts.
        if strictly:
            denied = bool(self._cues.denied_after.match(after))
        else:
            denied = is_denied(before, after, self._cues, passage)
        if denied:
            return True
        return _clips_before(before, self._cues) or _clips_after(after, self._cues, strictly)

    def _is_denied_by_list(self, sentence: Sentence) -> bool:
        lead = self._list_lead(sentence)
        return bool(lead) and denies_list(self._text(lead).lowered, self._cues)

    def _list_lead(self, sentence: Sentence) -> str:
        """Return what opens the list that a sentence is a line of, without its colon; empty if nothing."""
        if not list_marker(sentence.text).strip():
            return ""
        earlier = [each for each in self._sentences.values() if each.start < sentence.start]
        for each in reversed(earlier[-_MOST_ITEMS:]):
            if each.text.endswith(":"):
                return each.text[:-1]
            if not list_marker(each.text).strip():
                return ""
        return ""


class _Text:
    """A text to look for quotes in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = _fold(text)

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """Yield where a quote stands between word boundaries, in code points of the text as given."""
        text = _one_line(self._folded)
        wanted = _one_line(_fold(quote)).strip()
        if not any(map(str.isalnum, wanted)):
            return
        start = text.find(wanted)
        while start >= 0:
            end = start + len(wanted)
            if not (_goes_on(text, start) or _goes_on(text, end)):
                yield self._folded.original_span(start, end)
            start = text.find(wanted, start + 1)

    @property
    def lowered(self) -> str:
        """The text as cues are looked for in it."""
        return self._prose.text

    def around(self, start: int, end: int) -> tuple[str, str, str]:
        """Return what leads up to a span, the span and what follows it, as cues are looked for in them."""
        start, end = self._prose.folded_span(start, end)
        text, lines = self._prose.text, self._prose.line_starts
        line = bisect_right(lines, start)
        # What ends a clause inside the quote parts it from what follows.
        end = start + len(text[start:end].rstrip(" .,;:!?"))
        last = next((at for at in lines[line:] if at >= end), len(text))
        before = text[max(0, start - _BEFORE, lines[line - 1] if line else 0) : start]
        after = text[end : min(end + _AFTER, last)]
        return _last_sentence(before), text[start:end], SENTENCE_END.split(after, 1)[0]

    @cached_property
    def _prose(self) -> Folded:
        return fold_prose(self._text, not_prose(self._text), _UNREADABLE)


def _last_sentence(before: str) -> str:
    ends = [mark.end() for mark in SENTENCE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def _fold(text: str) -> Folded:
    return fold(text, [(start, end, "") for start, end in ornaments(text)], keep_form=True)


def _one_line(folded: Folded) -> str:
    return folded.text.replace("\n", " ")


def _goes_on(text: str, at: int) -> bool:
    """Say whether a word or a number goes on at an offset, so that a quote can't begin or end there."""
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    if not before or not after:
        return False
    if is_word_character(before) and is_word_character(after):
        return True
    if (before in _SIGNS_BEFORE and after.isdigit()) or (
        before.isdigit() and after in _SIGNS_AFTER
    ):
        return True
    return _joins(text, at - 1) or _joins(text, at)


def _joins(text: str, at: int) -> bool:
    """Say whether the character here joins what is on both sides: “can't”, “3.5”, “non-binding”."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if text[at] in "'-":
        return before.isalnum() and after.isalnum()
    return text[at] in ".,:/" and before.isdigit() and after.isdigit()


def _clips_before(before: str, cues: Cues) -> bool:
    """Say whether the last word before a quote denies it."""
    stem = before.rstrip(" \n\"'(-")
    return any(
        mark.end() == len(stem)
        for denies in (cues.denies, cues.denies_briefly)
        for mark in denies.finditer(before)
    )


def _clips_after(after: str, cues: Cues, strictly: bool) -> bool:  # noqa: FBT001 - private
    """Say whether the first word after a quote denies it; strictly, also one that denies what comes next."""
    start = len(after) - len(after.lstrip(" \n\"')"))
    if cues.denies.match(after, start):
        return not cues.affirms.match(after, start)
    briefly = strictly and cues.denies_briefly.match(after, start)
    return bool(briefly) and not cues.contrasts.match(after, start)
