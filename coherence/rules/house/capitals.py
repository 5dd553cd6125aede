"""Tell whether a heading or a sentence is written in the case that a house asks for."""

import re
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"[^\W_][\w'-]*+")
_LONG: Final = 4
# Longer ones that title case leaves small.
_SMALL: Final = frozenset(["from", "into", "onto", "over", "than", "upon", "when", "with"])
# Capitalised in running text too; other names are for the rule's exceptions.
_DAYS_AND_MONTHS: Final = frozenset(
    [
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ]
)


def words_in(text: str) -> list[str]:
    """Return the words whose case may be changed: no numbers, abbreviations, or names such as iPhone."""
    return [word for word in _WORD.findall(text) if _is_plain(word)]


def is_in_case(case: str, words: Sequence[str], names: frozenset[str]) -> bool:
    """Say whether the words of a passage, of which some are names, are written in one of CASES."""
    match case:
        case "$title":
            return _is_title(words, names)
        case "$sentence":
            return _is_sentence(words, names | _DAYS_AND_MONTHS)
        case "$lower":
            return not any(word[0].isupper() for word in words if word not in names)
        case _:
            return not any(word.islower() or word.istitle() for word in words if word not in names)


def _is_title(words: Sequence[str], names: frozenset[str]) -> bool:
    last = len(words) - 1
    return not any(
        word[0].islower() and word not in names and (n in {0, last} or _is_major(word))
        for n, word in enumerate(words)
    )


def _is_sentence(words: Sequence[str], names: frozenset[str]) -> bool:
    """Say whether the first word has a capital and most of the others have none.

    Nobody can list every name, so that some capitals are let pass.
    """
    if words and words[0][0].islower() and words[0] not in names:
        return False
    others = [word for word in words[1:] if word not in names and word != "I"]
    capitalised = sum(word[0].isupper() for word in others)
    return 2 * capitalised <= len(others)


def _is_major(word: str) -> bool:
    return len(word) >= _LONG and word not in _SMALL


def _is_plain(word: str) -> bool:
    letters = word.replace("'", "").replace("-", "")
    if not letters.isalpha() or not (letters[0].isupper() or letters[0].islower()):
        return False
    return letters.islower() or letters[1:].islower() or len(letters) == 1 or "-" in word
