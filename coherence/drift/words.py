"""The words that reports are found by and compared by, in any script."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import regex

from coherence.rules.folding import fold

MAX_LETTERS: Final = 40
"""Letters of one word; the rest of a longer one finds nothing."""

MAX_TEXT: Final = 200_000
"""Letters of all words of a report: a tsvector of PostgreSQL may hold 1 MB."""

_TELLING: Final = 3
"""Plain letters from which on a word tells something of what a text is about."""

_NAMED: Final = regex.compile(r"<[@#!][^>]*>")
_WORD: Final = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_UNSPACED: Final = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
)


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in its order; mentions of people and channels are left out.

    Scripts that put no spaces between words give each pair of neighbouring letters.
    """
    folded = fold(_NAMED.sub(" ", text)).text
    return [word for found in _WORD.finditer(folded) for word in _split(found[0])]


def search_words(texts: Collection[str]) -> list[str]:
    """What a report with these texts is found by."""
    kept: list[str] = []
    room = MAX_TEXT
    for text in texts:
        for word in words_of(text):
            room -= len(word) + 1
            if room < 0:
                return kept
            kept.append(word)
    return kept


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """How much two lists of words have in common: 0 nothing, 1 the same words.

    The Sørensen–Dice coefficient, 2·|A∩B| / (|A|+|B|), over the sets of words (Dice 1945). Words of one
    or two plain letters say too little to count.
    """
    a, b = (
        {word for word in words if len(word) >= _TELLING or not word.isascii()}
        for words in (one, other)
    )
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _split(run: str) -> Iterator[str]:
    """A run of letters as words, those of scripts without spaces in pairs."""
    if run.isascii():
        yield run[:MAX_LETTERS]
        return
    at, before = 0, ""
    for letter in _UNSPACED.finditer(run):
        if at < letter.start():
            yield from filter(None, (before, run[at : letter.start()][:MAX_LETTERS]))
            before = ""
        if before:
            yield before + letter[0]
        before, at = letter[0], letter.end()
    # The last letter stands alone too: all others are found at the beginning of a pair.
    yield from filter(None, (before, run[at:][:MAX_LETTERS]))
