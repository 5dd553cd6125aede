"""The digests of drift, in words. They name nobody."""

from collections.abc import Mapping, Sequence

from coherence.drift.digest import Digest, Some
from coherence.drift.digest_times import WEEKLY
from coherence.drift.report import Report, Resolution, Severity
from coherence.stack.document import Layer
from handlers.voice.mrkdwn import as_read, escape, one_line

WEEKLY_TITLE = "the weekly digest of drift"
MONTHLY_TITLE = "the monthly digest of drift"
"""What stewards know the deliveries by."""

NEW = "New"
RESOLVED = "Resolved"
WAITING = "Open the longest"

_SHOWN = 150
_AS_STEWARD = "You get this each Monday as a steward."

_LAYERS = {
    Layer.VISION: "vision",
    Layer.NARRATIVE: "narrative",
    Layer.SYSTEM: "system",
    Layer.TOUCHPOINT: "touchpoints",
    None: "no layer named yet",
}
_ENDS = {
    Resolution.FIXED: "fixed",
    Resolution.NARRATIVE_CHANGED: "the narrative was changed",
    Resolution.ACCEPTED: "accepted as it is",
    Resolution.NOT_DRIFT: "not drift",
}
_SEVERITIES = {
    Severity.SMALL: "small",
    Severity.NOTICEABLE: "noticeable",
    Severity.SERIOUS: "serious",
}


def heading(digest: Digest) -> str:
    """Above the digest; also what a phone shows."""
    counted = (
        f"{digest.new.count:,} new, {digest.resolved.count:,} resolved, {digest.open_count:,} open"
    )
    return f"Drift in {escape(digest.journey)}, {_when(digest)}: {counted}"


def new(some: Some) -> str:
    """What was reported, the most serious first."""
    return _list(NEW, some, [_line(each, _SEVERITIES[each.severity]) for each in some.reports])


def resolved(some: Some) -> str:
    """What ended, and how."""
    lines = [_line(each, _ENDS[each.resolution]) for each in some.reports if each.resolution]
    return _list(RESOLVED, some, lines)


def waiting(digest: Digest) -> str:
    """What has been open for longest."""
    lines = [_line(each, _days((digest.now - each.reported_at).days)) for each in digest.waiting]
    return _list(WAITING, Some(len(lines), digest.waiting), lines)


def by_layer(counts: Mapping[Layer | None, int]) -> str:
    """How what is open spreads over the layers."""
    shown = [f"{name} {counts[layer]:,}" for layer, name in _LAYERS.items() if counts.get(layer)]
    return f"*Open, by layer*: {', '.join(shown)}"


def more(digest: Digest) -> str:
    """Where the rest is, and why this came."""
    where = "`/coherence drift` lists all of them."
    if digest.kind != WEEKLY:
        return where
    reason = "You get this as the champion on duty." if digest.to_champion else _AS_STEWARD
    return f"{where} {reason}"


def _when(digest: Digest) -> str:
    return "last week" if digest.kind == WEEKLY else "last month"


def _list(title: str, some: Some, lines: Sequence[str]) -> str:
    rest = some.count - len(lines)
    tail = [f"… and {rest:,} more"] if rest > 0 else []
    return "\n".join([f"*{title}*", *lines, *tail])


def _line(report: Report, what: str) -> str:
    return f"• Drift {report.number}, {what}: {one_line(as_read(report.summary), _SHOWN)}"


def _days(days: int) -> str:
    if days < 1:
        return "since today"
    return "for 1 day" if days == 1 else f"for {days:,} days"
