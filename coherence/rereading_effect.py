"""What a new version of the narrative does to texts that were written before it: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coherence.findings import Finding, Severity, Source
from coherence.stack.document import Stack, Touchpoint

_WEIGHTS = {Severity.LOW: 1, Severity.MEDIUM: 2, Severity.HIGH: 3}
_MATTERS = _WEIGHTS[Severity.MEDIUM]


@dataclass(frozen=True)
class Clash:
    """A line of the narrative that a text clashes with; `start` and `end` are equal for what is absent."""

    line: str
    severity: Severity
    by_model: bool
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Shift:
    """Lines that a text clashes with more than it did, and those that it clashes with less or no longer."""

    worse: tuple[str, ...] = ()
    better: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """What clashes with a line: the quote is empty where something is missing."""

    line: str
    statement: str
    quote: str


@dataclass(frozen=True)
class TouchpointEffect:
    """A touchpoint whose copy clashes now where it did not, or no longer does."""

    touchpoint: Touchpoint
    worse: tuple[Passage, ...]
    better: tuple[str, ...]


@dataclass(frozen=True)
class CheckEffect:
    """How many of the checks would clash now, and how many no longer do; never whose or with what words.

    `most_often` is the line that most of those that clash now clash with, with its words.
    """

    worse: int = 0
    better: int = 0
    most_often: Passage | None = None


def clashes_of(findings: Iterable[Finding]) -> tuple[Clash, ...]:
    """The lines that findings name, with where in the text."""
    return tuple(
        Clash(
            finding.statement_id or finding.rule_id or "",
            finding.severity,
            finding.source is Source.MODEL,
            finding.start,
            finding.end,
        )
        for finding in findings
    )


def shift(before: Iterable[Clash], after: Iterable[Clash]) -> Shift:
    """Compare what a text clashes with by two versions, both found in the same way.

    What matters little counts only where the verdict changes with it.
    """
    then, now = _weights(before), _weights(after)
    worst_then, worst_now = _verdict(then), _verdict(now)
    return Shift(
        worse=_heavier(then, now, counts_all=worst_now > worst_then),
        better=_heavier(now, then, counts_all=worst_now < worst_then),
    )


def stored(clashes: Iterable[Clash], *, with_places: bool) -> list[dict[str, Any]]:
    """Clashes as plain JSON; without places nothing tells how long a text was."""
    return [
        {"line": clash.line, "severity": clash.severity.value, "by_model": clash.by_model}
        | ({"start": clash.start, "end": clash.end} if with_places else {})
        for clash in clashes
    ]


def read_clashes(rows: Iterable[Mapping[str, Any]]) -> tuple[Clash, ...]:
    """Clashes from plain JSON."""
    return tuple(Clash(**{**row, "severity": Severity(row["severity"])}) for row in rows)


def touchpoint_effect(
    stack: Stack, touchpoint: Touchpoint, found: Sequence[Clash], change: Shift
) -> TouchpointEffect:
    """What to say of a touchpoint: the worst passage for each line that its copy clashes with now."""
    words = touchpoint.live_text or ""
    worst = sorted(found, key=lambda clash: -_WEIGHTS[clash.severity])
    first = {clash.line: clash for clash in reversed(worst)}
    statements = statements_by_id(stack)
    passages = tuple(
        Passage(line, statements.get(line, ""), words[first[line].start : first[line].end])
        for line in change.worse
        if line in first
    )
    return TouchpointEffect(touchpoint, passages, change.better)


def check_effect(stack: Stack, shifts: Iterable[Shift]) -> CheckEffect:
    """Count what happens to checks."""
    changed = [each for each in shifts if each.worse or each.better]
    worse = [each for each in changed if each.worse]
    lines = Counter(line for each in worse for line in each.worse)
    most = lines.most_common(1)
    statements = statements_by_id(stack)
    return CheckEffect(
        worse=len(worse),
        better=len(changed) - len(worse),
        most_often=Passage(most[0][0], statements.get(most[0][0], ""), "") if most else None,
    )


def statements_by_id(stack: Stack) -> dict[str, str]:
    """What each line of a narrative says: its text, else the word to use, else its name."""
    return {
        item.id: next(
            (
                value
                for key in ("text", "use", "name", "why")
                if (value := getattr(item, key, None))
            ),
            "",
        )
        for item in stack.items()
    }


def _weights(clashes: Iterable[Clash]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for clash in clashes:
        weights[clash.line] = max(weights.get(clash.line, 0), _WEIGHTS[clash.severity])
    return weights


def _verdict(weights: Mapping[str, int]) -> int:
    """0 where nothing was found, 1 for suggestions, 2 for a conflict."""
    if not weights:
        return 0
    return 2 if max(weights.values()) == _WEIGHTS[Severity.HIGH] else 1


def _heavier(
    before: Mapping[str, int], after: Mapping[str, int], *, counts_all: bool
) -> tuple[str, ...]:
    return tuple(
        line
        for line, weight in after.items()
        if weight > before.get(line, 0) and (counts_all or weight >= _MATTERS)
    )
