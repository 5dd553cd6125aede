"""The digests of drift, in words. They name nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coherence.drift.digest import Digest, Some
from coherence.drift.digest_times import WEEKLY
from coherence.drift.report import Report, Resolution, Severity, State
from coherence.stack.document import Layer
from handlers.voice.mrkdwn import as_read, escape, one_line

WEEKLY_TITLE = "the weekly digest of drift"
MONTHLY_TITLE = "the monthly digest of drift"
"""What stewards know the deliveries by."""

NEW = "New"
RESOLVED = "Resolved"
WAITING = "Still open from before"

_SHOWN = 150

_LAYERS = {
    Layer.VISION: "vision",
    Layer.NARRATIVE: "narrative",
    Layer.SYSTEM: "system",
    Layer.TOUCHPOINT: "touchpoints",
    None: "no layer named yet",
}
_ENDS = {
    Resolution.FIXED: "fixed",
    Resolution.NARRATIVE_CHANGED: "narrative changed",
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
    new = f"{digest.new.count:,} new" if digest.new.count else "nothing new"
    resolved = [f"{digest.resolved.count:,} resolved"] if digest.resolved.count else []
    still_open = f"{digest.open_count:,} open" if digest.open_count else "none open"
    counted = ", ".join([new, *resolved, still_open])
    return f"Drift in {escape(digest.journey)}, {_when(digest)}: {counted}"


def new(some: Some) -> str:
    """What was reported, the most serious first."""
    return _list(NEW, some, [_line(each, _SEVERITIES[each.severity]) for each in some.reports])


def resolved(some: Some) -> str:
    """What ended, and how."""
    lines = [_line(each, _ENDS[each.resolution]) for each in some.reports if each.resolution]
    return _list(RESOLVED, some, lines)


def waiting(digest: Digest) -> str:
    """What was open before already, the oldest first."""
    lines = [_line(each, _since(each, digest.now)) for each in digest.waiting.reports]
    return _list(WAITING, digest.waiting, lines)


def by_layer(digest: Digest) -> str:
    """How what is open spreads over the layers, and how much of it rests."""
    counts = digest.open_by_layer
    shown = [f"{name} {counts[layer]:,}" for layer, name in _LAYERS.items() if counts.get(layer)]
    resting = f" · {digest.put_off:,} put off" if digest.put_off else ""
    return f"*Open, by layer*: {', '.join(shown)}{resting}"


def more(digest: Digest) -> str:
    """Where the rest is, and why this came."""
    where = "`/coherence drift` shows the log."
    if digest.kind != WEEKLY:
        return where
    role = "the champion on duty" if digest.to_champion else "a steward"
    return f"{where} You get this on Mondays as {role}, when there is something to say."


def _when(digest: Digest) -> str:
    # A day in, it is the same month in every zone.
    return "last week" if digest.kind == WEEKLY else f"in {digest.since + timedelta(days=1):%B}"


def _list(title: str, some: Some, lines: Sequence[str]) -> str:
    rest = some.count - len(lines)
    tail = [f"… and {rest:,} more"] if rest > 0 else []
    return "\n".join([f"*{title}*", *lines, *tail])


def _line(report: Report, what: str) -> str:
    return f"• Drift {report.number}, {what}: {one_line(as_read(report.summary), _SHOWN)}"


def _since(report: Report, now: datetime) -> str:
    # Not for how long it has been open: it may have been resolved in between.
    said = f"reported {(now - report.reported_at).days:,} days ago"
    return f"reopened, {said}" if report.state is State.REOPENED else said
