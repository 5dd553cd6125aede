"""Tell whether a quotation is somebody's words spoken of, or copy about to be used."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from coherence.rules.cues import Cues
from coherence.rules.denial import is_denied
from coherence.rules.folding import fold
from coherence.rules.mention import is_mentioned

_CLOSERS: Final = {
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    '"': '"',
    "\u2018": "\u2019",
    "\u201a": "\u2018\u2019",
    "'": "'\u2019",
}
_SINGLES: Final = "\u2018\u201a'\u2019"
_DOUBLE: Final = re.compile(r'[\u201c\u201d\u201e\u00ab\u00bb"]|\n\s*\n')
_SINGLE: Final = re.compile(r"[\u2018\u2019\u201a']|\n\s*\n")
_LONGEST: Final = 1_000
_LEAD: Final = 200
_FOLLOW: Final = 80
_FEW_WORDS: Final = 3
_EMOJI: Final = re.compile(r":[a-z0-9_+'-]{1,80}:")
_EMPHASIS: Final = re.compile(r"[*_~]")
_SENTENCE_END: Final = re.compile(r"[.!?]+[\"')\]]*\s+|\n+")


class _Quotation(NamedTuple):
    start: int
    end: int


class Quotations:
    """The quotations of one text; each is weighed once, when first asked about."""

    def __init__(self, text: str, cues: Cues) -> None:
        self._text = text
        self._cues = cues
        self._found = sorted({*_pairs(text, _DOUBLE), *_pairs(text, _SINGLE)})
        self._starts = [quotation.start for quotation in self._found]
        said = _EMOJI.sub(lambda emoji: " " * len(emoji[0]), text)
        indexes = [index for index, character in enumerate(said) if character.isalnum()]
        self._first_word, self._last_word = (indexes[0], indexes[-1]) if indexes else (0, 0)
        self._cued: dict[tuple[str, str], bool | None] = {}
        self._weighed: dict[_Quotation, bool] = {}

    def is_mention(self, start: int, end: int) -> bool:
        """Say whether this span of the text stands in a quotation that is not our own copy."""
        quotation = self._around(start, end)
        if quotation is None:
            return False
        if quotation not in self._weighed:
            self._weighed[quotation] = self._weigh(quotation)
        return self._weighed[quotation]

    def _around(self, start: int, end: int) -> _Quotation | None:
        index = bisect_right(self._starts, start) - 1
        for quotation in self._found[max(index - 1, 0) : index + 1]:
            if quotation.start < start and end < quotation.end:
                return quotation
        return None

    def _weigh(self, quotation: _Quotation) -> bool:
        lead, after = self._lead(quotation), self._after(quotation)
        if (lead, after) not in self._cued:
            self._cued[lead, after] = _weigh_cues(lead, after, self._cues)
        cued = self._cued[lead, after]
        return cued if cued is not None else self._weigh_alone(quotation, lead)

    def _weigh_alone(self, quotation: _Quotation, lead: str) -> bool:
        """Without a cue: a text that is one quotation is copy, and so are a few words in our own sentence."""
        if quotation.start <= self._first_word and self._last_word < quotation.end:
            return False
        words = len(self._text[quotation.start : quotation.end].split())
        return words > _FEW_WORDS or not self._cues.scare_quoted.search(lead)

    def _lead(self, quotation: _Quotation) -> str:
        """The sentence that leads into a quotation; where it starts one, the sentence before."""
        begin = max(0, quotation.start - _LEAD)
        lead = _EMPHASIS.sub("", self._text[begin : quotation.start])
        sentences = [part for part in _SENTENCE_END.split(lead) if any(map(str.isalpha, part))]
        return fold(sentences[-1] if sentences else lead).text

    def _after(self, quotation: _Quotation) -> str:
        text = self._text[quotation.end : quotation.end + _FOLLOW]
        return fold(_SENTENCE_END.split(text, 1)[0]).text


def _weigh_cues(lead: str, after: str, cues: Cues) -> bool | None:
    """Say what the words around a quotation make of it; None if they leave it open."""
    if is_denied(lead, "", cues) or is_mentioned(lead, after, cues):
        return True
    if cues.proposed.search(lead):
        return False
    weighed = _weigh_words(lead, cues)
    return weighed if weighed is not None else _weigh_words(after, cues)


def _weigh_words(text: str, cues: Cues) -> bool | None:
    if cues.attributes.search(text) or cues.testimony.search(text):
        return True
    if cues.drafts.search(text):
        return bool(cues.former.search(text))
    if cues.speaks.search(text):
        return True
    return None


def _pairs(text: str, marks: re.Pattern[str]) -> Iterator[_Quotation]:
    opened: re.Match[str] | None = None
    for mark in marks.finditer(text):
        if mark[0].isspace():
            opened = None
        elif opened and mark.start() - opened.start() > _LONGEST:
            opened = mark if _opens(text, mark) else None
        elif opened and mark[0] in _CLOSERS[opened[0]] and _closes(text, mark):
            yield _Quotation(opened.start(), mark.end())
            opened = None
        elif opened is None and _opens(text, mark):
            opened = mark


def _opens(text: str, mark: re.Match[str]) -> bool:
    before, after = text[max(mark.start() - 1, 0) : mark.start()], text[mark.end() : mark.end() + 1]
    return mark[0] in _CLOSERS and not before.isalnum() and not after.isspace() and after != ""


def _closes(text: str, mark: re.Match[str]) -> bool:
    before, after = text[mark.start() - 1], text[mark.end() : mark.end() + 1]
    return not before.isspace() and not (mark[0] in _SINGLES and after.isalnum())
