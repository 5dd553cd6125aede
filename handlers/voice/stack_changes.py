"""What the bot says about drafts and versions: what changes, publishing, history."""

from collections.abc import Sequence

from coherence.stack.consistency import Problem
from coherence.stack.diff import Change, ChangeKind
from coherence.stack.drafts import Desk
from coherence.stack.versions import PublishedStack
from handlers.voice.dates import on_own_clock
from handlers.voice.mrkdwn import escape, one_line, person, quoted
from handlers.voice.rereading import to_be_read
from handlers.voice.stack_words import (
    KINDS,
    SHOWN_VALUE,
    count_changes,
    label,
    quoted_value,
    section_title,
    value_text,
)

_SHOWN_BEFORE = 30
"""Characters shown before the place where two long texts begin to differ."""

CHANGES_TITLE = "What changes"
PUBLISH = "Publish"
NOT_YET = "Back to editing"
NOTE_LABEL = "Why does it change?"
NOTE_PLACEHOLDER = "Clearer about fees, after three questions in support"
PUBLISHED_TITLE = "Published"
HISTORY_TITLE = "History"
VIEW = "View"
OLDER = "Older"
NEWER = "Newer"
BACK_TO_HISTORY = "Back to history"
RESTORE = "Restore as a draft"
BACK = "Back"


def summary(desk: Desk) -> str:
    """How much a draft changes, compared to what."""
    if desk.published is None:
        return f"*{count_changes(len(desk.changes))}*, and nothing is published yet."
    return f"*{count_changes(len(desk.changes))}* to version {desk.published.number}."


def nothing_changes() -> str:
    """There is nothing to publish."""
    return "The draft says what the published narrative says. There is nothing to publish."


def problems(found: Sequence[tuple[str | None, Problem]]) -> str:
    """What has to be put right first; each with the id of its item."""
    lines = [
        f"• {f'*{escape(item_id)}*: ' if item_id else ''}{escape(problem.sentence)}"
        for item_id, problem in found
    ]
    return "\n".join(["*Before this can be published:*", *lines])


def not_shown(number: int) -> str:
    """The diff is longer than a window."""
    return f"{number} more not shown here; “coherence stack diff” prints all of them."


def note_missing() -> str:
    """A note of blanks."""
    return "Please say in a few words why it changes."


def published(version: PublishedStack) -> str:
    """A version was published."""
    said = (
        f"*Version {version.number} is published.* From now on messages are checked against it.\n"
        f">{one_line(version.note, 300)}"
    )
    planned = version.to_reread
    return f"{said}\n{to_be_read(planned)}" if planned and planned.from_version else said


def already_said(version: PublishedStack) -> str:
    """Nothing new was published."""
    return f"Nothing changed: version {version.number} says the same already."


def overtaken(desk: Desk) -> str:
    """The draft that was to be published is gone."""
    if desk.published is None:
        return "Somebody has discarded this draft meanwhile."
    return (
        "This draft is no longer there: somebody has published or discarded it meanwhile. "
        f"The newest version is {desk.published.number}, by {person(desk.published.author)}: "
        f"{one_line(desk.published.note, 300)}"
    )


def version_entry(version: PublishedStack) -> str:
    """A version in the history: number, date, author, note."""
    return (
        f"*Version {version.number}* · {on_own_clock(version.published_at)} · {person(version.author)}\n"
        f"{one_line(version.note, 300)}"
    )


def restored(number: int) -> str:
    """An older version is the draft now."""
    return (
        f"*Version {number} is a draft now.* Nobody is checked against it until you publish it. "
        "Go back to see what it changes."
    )


def change(change: Change) -> str:
    """A change to the published narrative, in words."""
    if change.section in ("journey", "language"):
        heading = f"*{section_title(change.section)}* changed"
    else:
        heading = f"*{escape(change.id)}* {KINDS[change.kind]} · {section_title(change.section)}"
    return "\n".join([heading, *_details(change)])


def _details(change: Change) -> Sequence[str]:
    if change.kind is ChangeKind.MOVED:
        return []
    if change.kind is ChangeKind.CHANGED:
        keys = dict.fromkeys([*change.before, *change.after])
        return [_changed_key(key, change.before.get(key), change.after.get(key)) for key in keys]
    held = change.after or change.before
    return [
        f"{label(key)}: {quoted(value_text(value), SHOWN_VALUE)}"
        for key, value in held.items()
        if key != "id"
    ]


def _changed_key(key: str, before: object, after: object) -> str:
    was, now = before or [], after or []
    if isinstance(was, list) and isinstance(now, list):
        return f"{label(key)}: {_phrase_changes(was, now)}"
    if before is None:
        return f"{label(key)}, new: {quoted_value(after)}"
    if after is None:
        return f"{label(key)}, taken out: {quoted_value(before)}"
    old, new = _from_first_difference(value_text(before), value_text(after))
    return (
        f"{label(key)}, before: {quoted(old, SHOWN_VALUE)}\n"
        f"{label(key)}, now: {quoted(new, SHOWN_VALUE)}"
    )


def _from_first_difference(before: str, after: str) -> tuple[str, str]:
    """Both texts, without most of a long beginning that they share: what differs must be seen."""
    pairs = enumerate(zip(before, after, strict=False))
    shared = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    cut = shared - _SHOWN_BEFORE if max(len(before), len(after)) > SHOWN_VALUE else 0
    return (f"…{before[cut:]}", f"…{after[cut:]}") if cut > 0 else (before, after)


def _phrase_changes(before: Sequence[str], after: Sequence[str]) -> str:
    added = [phrase for phrase in after if phrase not in before]
    gone = [phrase for phrase in before if phrase not in after]
    parts = [
        f"{word} {one_line(', '.join(phrases), SHOWN_VALUE)}"
        for word, phrases in (("added", added), ("taken out", gone))
        if phrases
    ]
    return "; ".join(parts) or "in another order"
