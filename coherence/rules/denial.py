"""Tell whether the clause around a phrase denies it."""

import re
from typing import Final

from coherence.rules.cues import Cues

_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_REACH: Final = 12
_FARTHEST: Final = 120
_BRIEF_REACH: Final = 4
_JOINED_REACH: Final = 6
_PARENTHETICAL: Final = 45
_LIST_REACH: Final = 3


def is_denied(before: str, after: str, cues: Cues, passage: str = "") -> bool:
    """Say whether a phrase is denied, given the rest of its sentence on both sides.

    A denial in another clause does not count, nor one that claims after all (“not only”, “don't worry”).
    A passage that is more than a phrase is given too: its first words tell whether it is a clause of its own.
    """
    if cues.denied_after.match(after):
        return True
    if cues.owned.search(before):
        return False
    clause, carried = clause_before(before, passage + after, cues)
    return carried or _denies(clause, cues, opening=" ".join(passage.split()[:1]))


def denies_list(lead: str, cues: Cues) -> bool:
    """Say whether the line that opens a list denies its items: “What we do not promise”."""
    clause, _ = clause_before(lead, "", cues)
    if cues.condition.match(clause) or cues.elsewhere.search(clause):
        return False
    return any(_reaches(mark, _LIST_REACH, clause, cues) for mark in cues.denies.finditer(clause))


def clause_before(before: str, after: str, cues: Cues) -> tuple[str, bool]:
    """Cut what leads up to a phrase to its own clause; say whether a denial carries over into it."""
    flat = cues.remark.sub("", _PARENTHESES.sub(" ", before).rpartition("(")[2])
    for mark in reversed(list(cues.breaks.finditer(flat))):
        left, rest = flat[: mark.start()], flat[mark.end() :]
        if mark[0] in {",", "—", " - "}:
            if _ends_in_denial(left, cues):
                return rest, True
            if _is_listed(rest, after, cues):
                continue
        if cues.conjunction.fullmatch(mark[0]) and not _starts_clause(rest, after, cues):
            continue
        return rest, False
    return flat, False


def _is_listed(rest: str, after: str, cues: Cues) -> bool:
    """Say whether a comma stands in a list under one denial: “not a, b or c”."""
    following = " ".join(after.split()[:2])
    return _words_in(rest) <= _JOINED_REACH and bool(cues.joins.search(f"{rest} {following}"))


def _denies(clause: str, cues: Cues, opening: str) -> bool:
    start = max(0, len(clause) - _FARTHEST)
    marks = [(m, _REACH) for m in cues.denies.finditer(clause, start)]
    marks += [(m, _BRIEF_REACH) for m in cues.denies_briefly.finditer(clause, start)]
    return any(_reaches(mark, reach, clause, cues, opening) for mark, reach in marks)


def _reaches(mark: re.Match[str], reach: int, clause: str, cues: Cues, opening: str = "") -> bool:
    rest = clause[mark.end() :] + opening
    if _words_in(rest) > reach or cues.affirms.match(clause, mark.start()):
        return False
    if reach == _BRIEF_REACH:
        listed = "," not in rest or cues.joins.search(rest)
        return bool(listed) and not (cues.new_clause.search(rest) or cues.conjunction.search(rest))
    if not cues.condition.match(clause[: mark.start()]):
        return True
    return not (cues.subject.search(rest) or cues.new_clause.match(opening))


def _ends_in_denial(left: str, cues: Cues) -> bool:
    """Say whether a denial stands right before a comma, or before the remark between two commas."""
    if _last_word_denies(left, cues):
        return True
    head, comma, remark = left.rpartition(",")
    return bool(comma) and len(remark) <= _PARENTHETICAL and _last_word_denies(head, cues)


def _last_word_denies(text: str, cues: Cues) -> bool:
    tail = text.rstrip()
    return any(
        mark.end() == len(tail)
        for mark in cues.denies.finditer(tail[-_PARENTHETICAL:].rjust(len(tail)))
    )


def _starts_clause(rest: str, after: str, cues: Cues) -> bool:
    following = " ".join(after.split()[:4])
    return bool(cues.new_clause.search(rest) or cues.new_clause.search(following))


def _words_in(text: str) -> int:
    return len(text.split())
