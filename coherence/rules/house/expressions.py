"""Regular expressions that somebody else wrote: compiled once, and never allowed to take long."""

from collections.abc import Iterator
from time import monotonic
from typing import Final

import regex

RULE_SECONDS: Final = 0.2
"""How long one rule may look at one text."""

TEXT_SECONDS: Final = 1.0
"""How long the rules with regular expressions may look at one text together."""

# Where an expression can match without taking a character, it does so here.
_SAMPLE: Final = "Some words, 12 of them (and more):\n\nThat's it. OK!"


class UnusableExpression(Exception):
    """A regular expression that no rule can use; the text says why, as the end of a sentence."""


class Stopwatch:
    """The time that is left for one rule, and for all rules over one text; it reads no clock time."""

    def __init__(
        self, rule_seconds: float = RULE_SECONDS, text_seconds: float = TEXT_SECONDS
    ) -> None:
        self._rule_seconds = rule_seconds
        self._text_ends = monotonic() + text_seconds
        self._rule_ends = self._text_ends

    def begin_rule(self) -> None:
        """Give the next rule its time."""
        self._rule_ends = min(monotonic() + self._rule_seconds, self._text_ends)

    def left(self) -> float:
        """The seconds that are left for this rule. Raises TimeoutError where there are none."""
        left = self._rule_ends - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def compile_expression(expression: str, *, ignorecase: bool) -> regex.Pattern[str]:
    """Compile an expression. Raises UnusableExpression."""
    flags = regex.V1 | regex.MULTILINE | (regex.IGNORECASE if ignorecase else 0)
    try:
        return regex.compile(expression, flags, cache_pattern=False)
    except regex.error as error:
        raise UnusableExpression(f"is not a regular expression: {error}") from None
    except (RecursionError, OverflowError, MemoryError, ValueError, KeyError, IndexError):
        raise UnusableExpression("is too involved to be used") from None


def require_substance(pattern: regex.Pattern[str]) -> None:
    """Refuse a pattern that matches where nothing stands. Raises UnusableExpression."""
    stopwatch = Stopwatch()
    for sample in ("", _SAMPLE):
        try:
            found = pattern.finditer(sample, timeout=stopwatch.left(), concurrent=True)
            empty = any(match.start() == match.end() for match in found)
        except TimeoutError:
            raise UnusableExpression("takes too long even on a short text") from None
        if empty:
            raise UnusableExpression("matches the empty text, and so everywhere") from None


def find_all(
    pattern: regex.Pattern[str], text: str, stopwatch: Stopwatch
) -> Iterator[regex.Match[str]]:
    """Yield the matches that take at least a character. Raises TimeoutError."""
    for match in pattern.finditer(text, timeout=stopwatch.left(), concurrent=True):
        stopwatch.left()
        if match.end() > match.start():
            yield match


def is_whole_match(pattern: regex.Pattern[str], text: str, stopwatch: Stopwatch) -> bool:
    """Say whether a pattern matches all of a text. Raises TimeoutError."""
    return bool(pattern.fullmatch(text, timeout=stopwatch.left(), concurrent=True))
