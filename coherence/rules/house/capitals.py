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
    """Return the words of a text, in order."""
    return _WORD.findall(text)


def is_in_case(case: str, text: str, names: frozenset[str]) -> bool:
    """Say whether a passage, in which some words are names, is written in one of CASES.

    Numbers, abbreviations and words such as iPhone are right in any case.
    """
    words = words_in(text)
    plain = [word for word in words if _is_plain(word) and word not in names]
    match case:
        case "$title":
            return not any(_is_major(word, words) and word[0].islower() for word in plain)
        case "$sentence":
            return _is_sentence(words, plain)
        case "$lower":
            return not any(word[0].isupper() for word in plain)
        case _:
            return not any(word != word.upper() for word in plain)


def _is_sentence(words: Sequence[str], plain: Sequence[str]) -> bool:
    """Say whether the first word has a capital and most of the others have none.

    Nobody can list every name, so that some capitals are let pass.
    """
    if words[:1] == plain[:1] and words and words[0][0].islower():
        return False
    others = plain[1:] if words[:1] == plain[:1] else plain
    others = [word for word in others if word != "I" and word not in _DAYS_AND_MONTHS]
    return 2 * sum(word[0].isupper() for word in others) <= len(others)


def _is_major(word: str, words: Sequence[str]) -> bool:
    is_edge = word in {words[0], words[-1]}
    return is_edge or (len(word) >= _LONG and word not in _SMALL)


def _is_plain(word: str) -> bool:
    letters = word.replace("'", "").replace("-", "")
    if not letters.isalpha() or not (letters[0].isupper() or letters[0].islower()):
        return False
    return letters.islower() or letters[1:].islower() or len(letters) == 1 or "-" in word
