"""Read what stands around a phrase, and tell whether the words alone are enough to speak up."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import Final, NamedTuple

from coherence.rules.compiled import Role
from coherence.rules.cues import cues_for
from coherence.rules.denial import denies_list, is_denied
from coherence.rules.folding import Folded
from coherence.rules.mention import is_mentioned, is_near_mention
from coherence.rules.names import is_company, is_part_of_name
from coherence.rules.quotations import Quotations
from coherence.rules.senses import has_everyday_sense

_BEFORE: Final = 240
_AFTER: Final = 160
_ANSWER: Final = 50
_MOST_ITEMS: Final = 20
_LEAD: Final = 120
_ITEM: Final = re.compile(r"\s*(?:[-•◦▪*]|\d{1,3}[.)])\s")
SENTENCE_END: Final = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\binc)(?<!\bltd)(?<!\bno)(?<!\bvs)[.!?]+[\"')\]]*(?=\s|$)|\n",
    re.IGNORECASE,
)
"""Ends a sentence in a folded text."""


class Sentence(NamedTuple):
    """The folded sentence around a phrase, cut to a window on both sides."""

    before: str
    phrase: str
    after: str
    is_question: bool
    answer: str
    """How the text goes on after a question."""
    lead: str
    """What opens the list, up to its colon, where the sentence stands in one."""


class Reader:
    """Reads one text; the work is done only around the phrases it is asked about."""

    def __init__(self, language: str, text: str, prose: Folded) -> None:
        self._cues = cues_for(language)
        self._is_english = language == "en"
        self._text = text
        self._prose = prose
        self._turned: dict[tuple[Role, Sentence], bool] = {}

    def leaves_to_model(
        self, role: Role, start: int, end: int, *, minds_names: bool = True
    ) -> bool:
        """Say whether only a reader of meaning can tell what the phrase at these folded offsets does.

        True for what is denied, spoken of rather than said, somebody else's words, a name, or another sense
        of the word. What a checklist forbids is forbidden in any sense; a house rule is about the words, so
        that a denial does not excuse them.
        """
        if role in {Role.FORBIDDEN, Role.REQUIRED}:
            return False
        sentence = self._sentence(start, end)
        if (role, sentence) not in self._turned:
            self._turned[role, sentence] = self._is_turned(role, sentence)
        if self._turned[role, sentence]:
            return True
        span = self._prose.original_span(start, end)
        is_name = minds_names and self._is_name(role, span)
        return is_name or self._quotations.is_mention(*span)

    def _is_name(self, role: Role, span: tuple[int, int]) -> bool:
        is_part = role is not Role.NEVER and is_part_of_name(self._text, *span)
        return is_part or is_company(self._text, *span)

    @cached_property
    def _quotations(self) -> Quotations:
        return Quotations(self._text, self._cues)

    def _is_turned(self, role: Role, sentence: Sentence) -> bool:
        before, phrase, after, *_ = sentence
        if is_mentioned(before, after, self._cues) or self._is_mentioned_in_list(sentence):
            return True
        if role is Role.TERM:
            everyday = self._is_english and has_everyday_sense(before, phrase, after)
            return everyday or is_near_mention(before, self._cues)
        if self._is_attributed(before, after):
            return True
        return role is not Role.HOUSE and self._is_denied(role, sentence)

    def _is_denied(self, role: Role, sentence: Sentence) -> bool:
        if is_denied(sentence.before, sentence.after, self._cues):
            return True
        if denies_list(sentence.lead, self._cues):
            return True
        if sentence.is_question and self._cues.answered.match(sentence.answer):
            return True
        return role is Role.NEVER and self._asks(sentence)

    def _is_mentioned_in_list(self, sentence: Sentence) -> bool:
        return bool(sentence.lead) and is_mentioned(f"{sentence.lead}:", "", self._cues)

    def _is_attributed(self, before: str, after: str) -> bool:
        clause = _last_clause(before)
        return bool(self._cues.attributes.search(clause) or self._cues.said_after.match(after))

    def _asks(self, sentence: Sentence) -> bool:
        """Say whether the sentence asks for a fact, rather than invites: “is it …?”, not “want …?”."""
        asks = sentence.is_question and self._cues.asks.match(sentence.before)
        return bool(asks) and not self._cues.invites.search(sentence.before)

    def _sentence(self, start: int, end: int) -> Sentence:
        text, lines = self._prose.text, self._prose.line_starts
        line = bisect_right(lines, start)
        first = max(start - _BEFORE, lines[line - 1] if line else 0)
        last = min(end + _AFTER, lines[line] if line < len(lines) else len(text))
        for mark in SENTENCE_END.finditer(text, first, start):
            first = mark.end()
        stop = SENTENCE_END.search(text, end, max(last, end))
        after = text[end : stop.start() if stop else max(last, end)]
        asked = stop.end() if stop and "?" in stop[0] else 0
        answer = text[asked : asked + _ANSWER] if asked else ""
        lead = self._list_lead(line)
        return Sentence(text[first:start], text[start:end], after, bool(asked), answer, lead)

    def _list_lead(self, line: int) -> str:
        """Return what opens the list that a line is an item of, without its colon; empty if nothing does."""
        text, lines = self._prose.text, self._prose.line_starts
        begin = lines[line - 1] if line else 0
        for number in range(line, max(line - _MOST_ITEMS, 0), -1):
            if not _ITEM.match(text, begin):
                return ""
            end, begin = begin, lines[number - 2] if number > 1 else 0
            lead = text[max(begin, end - _LEAD) : end].rstrip()
            if lead.endswith(":"):
                return lead[:-1]
        return ""


def _last_clause(before: str) -> str:
    """What leads up to a phrase since the last comma; what a colon announces belongs to its announcement."""
    return before.rpartition(";")[2].rpartition(",")[2]
