"""What the bot says while a steward edits the narrative."""

from collections.abc import Mapping
from typing import Any

from coherence.stack.document import Verdict
from coherence.stack.drafts import Clash, Desk, Saved
from coherence.stack.merge import WHOLE_ITEM
from handlers.voice.mrkdwn import clip, escape, one_line, person
from handlers.voice.stack_words import (
    KINDS,
    count_changes,
    label,
    quoted_value,
    short_label,
    value_text,
)

TITLE = "Edit the narrative"
CLOSE = "Close"
CANCEL = "Cancel"
SAVE = "Save to draft"
EDIT = "Edit"
MOVE_UP = "Move up"
MOVE_DOWN = "Move down"
RETIRE = "Retire"
PREVIOUS = "Previous"
NEXT = "Next"
LAYER = "Layer"
CHANGES = "See what changes"
HISTORY = "History"
DISCARD = "Discard draft"
DISCARD_TITLE = "Discard this draft?"
KEEP = "Keep it"
BACK_TO_TOUCHPOINTS = "Back to touchpoints"


_PHRASES_HINT = "One phrase per line, in any case. A * at the end matches any ending: guarantee*"

_SHOWN_CHANGES = 4

_VERDICTS = {
    Verdict.FITS: "Fits our story",
    Verdict.SUGGESTIONS: "Suggestions: could be said better",
    Verdict.CONFLICT: "Conflict: may not go out like this",
}


def which_journey(sentence: str) -> str:
    """Several journeys, and the channel belongs to none; `sentence` names them."""
    return f"{escape(sentence)} For example `/coherence edit` and the journey's name."


def phrases_hint() -> str:
    """How phrases are written."""
    return _PHRASES_HINT


def checklist_button(count: int) -> str:
    """The button that leads to a touchpoint's checklist."""
    return f"Checklist ({count})"


def nothing_yet() -> str:
    """A section without items."""
    return "_Nothing here yet._"


def page_line(first: int, last: int, total: int) -> str:
    """Which part of a long list is shown."""
    return f"{first} to {last} of {total}"


def item(entry: Mapping[str, Any]) -> str:
    """An item as it stands in the list: its id, its words, and what else it says."""
    title = entry.get("name") or entry.get("use")
    # Examples are whole messages, long ones too.
    words = entry.get("text", "")
    words = one_line(words, 300) if "verdict" in entry else escape(words)
    text = " ".join(filter(None, [f"*{escape(title)}*" if title else "", words]))
    rest = [
        f"_{short_label(key)}:_ {one_line(value_text(value), 160)}"
        for key, value in entry.items()
        if key not in ("id", "name", "use", "text", "checklist")
    ]
    return clip("\n".join([f"*{entry['id']}*  {text}", *rest]), 2_900)


def banner(desk: Desk) -> str:
    """Where the steward is: at a draft, or at the version that it would begin from."""
    where = f"*{escape(desk.stack.journey)}* · "
    if desk.draft is None:
        if desk.published is None:
            return f"{where}nothing published yet. Your first change begins a draft."
        return f"{where}version {desk.published.number}, as published. Your first change begins a draft."
    since = f"since version {desk.published.number}" if desk.published else "so far"
    who = person(desk.draft.author)
    return f"{where}draft with {count_changes(len(desk.changes))} {since}, last edited by {who}."


def discard_text(desk: Desk) -> str:
    """What discarding loses; plain text."""
    return (
        f"{count_changes(len(desk.changes))} will be gone for everybody who edits it. "
        "The published narrative stays as it is."
    )


def saved(result: Saved, item_id: str) -> str:
    """An item was saved, and what others have changed meanwhile."""
    if not result.is_new:
        return f"Nothing to save: {item_id} says this already."
    return f"Saved {item_id} to the draft.{_meanwhile(result)}"


def added(result: Saved) -> str:
    """An item was added."""
    return f"Added to the draft.{_meanwhile(result)}"


def retired(result: Saved, item_id: str) -> str:
    """An item was retired."""
    if not result.is_new:
        return f"{item_id} is already retired."
    return f"Retired {item_id} in the draft. Its id stays reserved.{_meanwhile(result)}"


def not_retired(clash: Clash, item_id: str) -> str:
    """An item was not retired, since somebody has just changed it."""
    return (
        f"{item_id} was not retired: {_who(clash)} changed it since you opened this list. "
        "Here is how it reads now."
    )


def moved(result: Saved, item_id: str) -> str:
    """An item was moved, or is where it was to be put."""
    return (
        f"Moved {item_id}.{_meanwhile(result)}" if result.is_new else f"{item_id} is already there."
    )


def not_moved(clash: Clash, item_id: str) -> str:
    """An item was not moved, since what is around it has just changed."""
    return f"{item_id} was not moved: {_who(clash)} changed this meanwhile. This is how it is now."


def discarded() -> str:
    """The draft is gone."""
    return "The draft is discarded. This is the published narrative."


def not_discarded(desk: Desk) -> str:
    """The draft was not discarded, since it is another by now."""
    if desk.draft is None:
        return "There is no draft any more: somebody has published or discarded it."
    who = person(desk.draft.author)
    return (
        f"The draft was not discarded: {who} changed it since you looked. This is how it reads now."
    )


def clash(result: Clash, item_id: str | None) -> list[str]:
    """Theirs beside yours, a paragraph each, and how to choose."""
    name = item_id or "this"
    if any(conflict.key == WHOLE_ITEM for conflict in result.conflicts):
        return [
            f"*{_who(result)} retired {name} while you were writing.*",
            "Save to put it back with your words, or cancel to leave it retired.",
        ]
    theirs = [
        f"*{label(conflict.key)}*, theirs:\n>{quoted_value(conflict.theirs)}"
        for conflict in result.conflicts
    ]
    return [
        f"*{_who(result)} changed {name} while you were writing.* Nothing is saved yet.",
        *theirs,
        "The form below has yours, and theirs wherever they do not clash.",
        "Save to keep what the form says, or cancel to keep theirs.",
    ]


def too_long_for_a_form(key: str, limit: int) -> str:
    """A value that no form takes."""
    return (
        f"*{label(key)}* is longer than the {limit:,} characters that fit into a form. It stays as it is; "
        "change it in the stack file."
    )


def no_milestone() -> str:
    """No milestone is chosen."""
    return "No milestone"


def no_touchpoint() -> str:
    """No touchpoint is chosen."""
    return "No particular touchpoint"


def verdict_option(verdict: Verdict) -> str:
    """A verdict to choose for an example, and what it means."""
    return _VERDICTS[verdict]


def whole_number() -> str:
    """A number was asked for."""
    return "Please enter a whole number."


def loading() -> str:
    """While a window is on its way."""
    return "One moment…"


def _who(result: Clash) -> str:
    return person(result.desk.draft.author) if result.desk.draft else "Somebody"


def _meanwhile(result: Saved) -> str:
    if not result.others:
        return ""
    named = [f"{change.id} ({KINDS[change.kind]})" for change in result.others[:_SHOWN_CHANGES]]
    more = len(result.others) - len(named)
    rest = f" and {more} more" if more else ""
    who = f" by {person(result.by)}" if result.by else ""
    return f" It also holds what was changed{who} meanwhile: {escape(', '.join(named))}{rest}."
