"""Fold a text so that phrases match what a reader sees, and find the way back to what was typed.

Folding applies NFKC and case folding, makes curly quotes straight and hyphens plain, turns each run of white
space into one space (a paragraph break into a line feed) and drops characters that nobody sees. Where the
form is kept, so are the case and the line feeds after which a line does not simply carry on a sentence.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final

PLACEHOLDER: Final = "\ufffc"
"""Stands in the folded text for something that is not prose; no phrase can contain it."""

# The last plain character before a non-ASCII one goes with it: it may carry a mark.
_PIECE: Final = re.compile(
    r"(?P<plain>[!-~]+(?: [!-~]+)*(?![^\s\x00-\x7f]))|(?P<space>\s+)|(?P<cluster>[!-~]?[^\s!-~]+)"
)
_LINE_END: Final = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_QUOTES_AND_DASHES: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02b9\u00b4\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u2043\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2015\ufe58", "—"),
    }
)
# They decorate the word before them; folded to letters or digits they would become part of it.
_KEPT_AS_TYPED: Final = frozenset("™℠²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# Unicode's Stream-Safe Text Format allows as many; sorting longer sequences takes quadratic time.
_MOST_MARKS: Final = 30
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_EMPHASIS: Final = re.compile(r"[*_]+")
_NUMBER_GAP: Final = re.compile(r"(?<=\d)\s+(?=%|/\s*\d)|(?<=/)\s+(?=\d)")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; spans in it lead back to the text as given."""

    text: str
    line_starts: tuple[int, ...]
    """Where in `text` a new line of the original begins that does not simply carry on a sentence."""
    _starts: tuple[int, ...]
    _origins: tuple[tuple[int, int, bool], ...]

    def folded_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of `text` that these code points of the original became; it may be empty."""
        return self._arrival(start), self._arrival(end)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the code points of the original that the non-empty span `text[start:end]` came from."""
        return self._origin(start)[0], self._origin(end - 1)[1]

    def _arrival(self, offset: int) -> int:
        segment = bisect_right(self._origins, offset, key=itemgetter(1))
        if segment == len(self._origins):
            return len(self.text)
        start, _, one_to_one = self._origins[segment]
        return self._starts[segment] + (max(0, offset - start) if one_to_one else 0)

    def _origin(self, index: int) -> tuple[int, int]:
        segment = bisect_right(self._starts, index) - 1
        start, end, one_to_one = self._origins[segment]
        if not one_to_one:
            return start, end
        start += index - self._starts[segment]
        return start, start + 1


def fold(
    text: str, cuts: Iterable[tuple[int, int, str]] = (), *, keep_form: bool = False
) -> Folded:
    """Fold a text, with each cut `(start, end, replacement)` replaced first.

    Cuts are sorted and do not overlap; a replacement is empty or PLACEHOLDER.
    """
    folder = _Folder(text, keep_form=keep_form)
    at = 0
    for start, end, replacement in cuts:
        folder.take(at, start)
        if replacement:
            folder.put(replacement, start, end)
        at = end
    folder.take(at, len(text))
    return folder.result()


def fold_phrase(phrase: str, *, keep_form: bool = False) -> tuple[str, bool]:
    """Fold a phrase of the stack; return it without its trailing `*`, and whether it had one."""
    folded = fold(phrase, keep_form=keep_form).text.strip()
    body = folded.rstrip("* ") if folded.endswith("*") else folded
    cuts = [(start, end, "") for start, end in ornaments(body)]
    plain = fold(body, cuts, keep_form=keep_form).text.strip()
    return plain, body != folded


def is_blank_phrase(phrase: str) -> bool:
    """Say whether nothing of a phrase is left to look for, as with `*` or zero-width characters alone."""
    return not fold_phrase(phrase)[0]


def ornaments(text: str) -> list[tuple[int, int]]:
    """Find what is typed in more than one way and means the same: emphasis, and the space in “100 %”."""
    gaps = [match.span() for match in _NUMBER_GAP.finditer(text)]
    return sorted([*_emphasis_marks(text), *gaps])


def _emphasis_marks(text: str) -> Iterator[tuple[int, int]]:
    """Find the asterisks and underscores that set letters off; an underscore inside a word is its own."""
    for match in _EMPHASIS.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        inside = "_" in match[0] and is_word_character(before) and is_word_character(after)
        alone = not before.strip() and not after.strip()
        if not inside and not alone:
            yield start, end


def without_unseen(text: str) -> str:
    """Return a text without the characters that nobody sees; white space stays."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c.isspace() or not _is_unseen(c))


def is_word_character(character: str) -> bool:
    """Say whether a character belongs to a word: a letter, a digit, a combining mark or an underscore."""
    return (
        character.isalnum() or character == "_" or (not character.isascii() and _is_mark(character))
    )


class _Folder:
    """Collects the folded text piece by piece, with where each piece came from."""

    def __init__(self, text: str, *, keep_form: bool) -> None:
        self._text = text
        self._keep_form = keep_form
        self._parts: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._origins: list[tuple[int, int, bool]] = []
        self._line_starts: list[int] = []
        self._space_from: int | None = None

    def take(self, start: int, end: int) -> None:
        for piece in _PIECE.finditer(self._text, start, end):
            if piece.lastgroup == "plain":
                plain = piece[0] if self._keep_form else piece[0].lower()
                self._append(plain, piece.start(), piece.end(), one_to_one=True)
            elif piece.lastgroup == "space":
                self._space(piece.start(), piece.end())
            else:
                self._clusters(piece.start(), piece.end())

    def put(self, folded: str, start: int, end: int) -> None:
        self._append(folded, start, end, one_to_one=False)

    def result(self) -> Folded:
        return Folded(
            _SURROGATE.sub("\ufffd", "".join(self._parts)),
            tuple(self._line_starts),
            tuple(self._starts),
            tuple(self._origins),
        )

    def _append(self, folded: str, start: int, end: int, *, one_to_one: bool) -> None:
        self._space_from = None
        self._parts.append(folded)
        last = self._origins[-1] if self._origins else None
        if one_to_one and last and last[2] and last[1] == start:
            self._origins[-1] = (last[0], end, True)
        else:
            self._starts.append(self._length)
            self._origins.append((start, end, one_to_one))
        self._length += len(folded)

    def _space(self, start: int, end: int) -> None:
        if self._space_from is not None:
            start = self._space_from
            self._drop_space()
        lines = len(_LINE_END.findall(self._text, start, end))
        begins_line = bool(lines) and not self._text[end : end + 1].islower()
        breaks = lines > 1 or (begins_line and self._keep_form)
        self._append("\n" if breaks else " ", start, end, one_to_one=False)
        self._space_from = start
        if begins_line:
            self._line_starts.append(self._length)

    def _drop_space(self) -> None:
        if self._line_starts and self._line_starts[-1] == self._length:
            self._line_starts.pop()
        self._parts.pop()
        self._starts.pop()
        self._origins.pop()
        self._length -= 1

    def _clusters(self, start: int, end: int) -> None:
        text = self._text
        cluster, folded, first, last = "", "", start, start
        for index in range(start, end):
            character = text[index]
            alone, joins = _look_up(character, self._keep_form)
            if not alone:
                continue
            if joins and 0 < len(cluster) <= _MOST_MARKS:
                cluster += character
            else:
                self._cluster(cluster, folded, first, last)
                cluster, folded, first = character, alone, index
            last = index + 1
        self._cluster(cluster, folded, first, last)

    def _cluster(self, cluster: str, alone: str, start: int, end: int) -> None:
        if cluster:
            folded = alone if len(cluster) == 1 else _canonical(cluster, self._keep_form)
            self._append(folded, start, end, one_to_one=len(folded) == 1 == end - start)


@lru_cache(maxsize=16_384)
def _look_up(character: str, keep_form: bool) -> tuple[str, bool]:  # noqa: FBT001 - cached by position
    """Return a character folded on its own, empty if unseen, and whether it joins the one before it."""
    if _is_unseen(character):
        return "", False
    folded = character if character in _KEPT_AS_TYPED else _canonical(character, keep_form)
    return folded, _joins(character)


def _canonical(cluster: str, keep_form: bool) -> str:  # noqa: FBT001 - as its caller
    straight = cluster.translate(_QUOTES_AND_DASHES)
    composed = unicodedata.normalize("NFKC", straight)
    cased = composed if keep_form else composed.casefold()
    folded = unicodedata.normalize("NFKC", cased).translate(_QUOTES_AND_DASHES)
    # A spacing accent becomes a space and a mark: not the gap between two words.
    return straight if " " in folded else folded


@lru_cache(maxsize=16_384)
def _is_unseen(character: str) -> bool:
    if _UNSEEN.match(character):
        return True
    return unicodedata.category(character) in {"Cc", "Cf"}


@lru_cache(maxsize=8_192)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[:1] == "M"


def _joins(character: str) -> bool:
    """Say whether a character may combine with the one before it."""
    return _is_mark(character) or "\u1160" <= character <= "\u11ff" or character in "\uff9e\uff9f"
