"""What the bot says when it shows the narrative."""

from coherence.prompt import MAX_STATEMENT_CHARACTERS, MAX_STATEMENTS
from coherence.stack.document import Milestone, Promise, Term, Tone, Touchpoint
from coherence.stack.versions import PublishedStack
from handlers.voice.mrkdwn import escape, one_line, person

MODAL_TITLE = "Our narrative"
CLOSE = "Close"
EDIT = "Edit"
HISTORY = "History"
VISION = "Where this is going"
STORY = "The story"
PROMISES = "What we promise, and how far"
NEVER = "What nobody says"
TONE = "How we sound"
TERMS = "Our words"
PRINCIPLES = "Design principles"
SYSTEM = "What makes it hold"


def title(published: PublishedStack) -> str:
    """The page's title; plain text, not mrkdwn."""
    return f"Playbook: {published.stack.journey}"


def version_line(published: PublishedStack) -> str:
    """Which version this is, by whom, when, and why."""
    day = published.published_at.date().isoformat()
    author = person(published.author)
    note = one_line(published.note, 300)
    return (
        f"Version {published.number}, published {day} by {author}: {note}\n"
        "The ids in brackets are what the answer to a check refers to."
    )


def start(text: str) -> str:
    """Where the customer starts."""
    return f"*From:* {escape(text)}"


def end(text: str) -> str:
    """Where the customer wants to be."""
    return f"*To:* {escape(text)}"


def milestone(number: int, step: Milestone) -> str:
    """A milestone, with what stands in the way and how it should feel."""
    lines = [f"*{number}. {escape(step.name)}* ({step.id}) {escape(step.text)}"]
    if step.obstacle:
        lines.append(f"In the way: {escape(step.obstacle)}")
    if step.feeling:
        lines.append(f"Feeling: {escape(step.feeling)}")
    return "\n".join(lines)


def item(item_id: str, text: str) -> str:
    """One line of a list, with the id that findings refer to."""
    return f"• {escape(text)} ({item_id})"


def promise(promise: Promise) -> str:
    """A promise and its limits."""
    limits = f" _Limits: {escape(promise.limits)}_" if promise.limits else ""
    return f"• {escape(promise.text)} ({promise.id}){limits}"


def tone(tone: Tone) -> str:
    """How we sound, and the words that don't."""
    words = ", ".join(phrase.removesuffix("*") for phrase in tone.avoid)
    avoid = f" _Not: {escape(words)}_" if words else ""
    return f"• {escape(tone.text)} ({tone.id}){avoid}"


def term(term: Term) -> str:
    """A term and what it stands in for."""
    others = escape(", ".join(term.instead_of))
    return f"• *{escape(term.use)}*, not {others} ({term.id})"


def owned(text: str, owner: str | None) -> str:
    """A text with its owner."""
    return f"{text} ({owner})" if owner else text


def checklist_title(touchpoint: Touchpoint) -> str:
    """The heading of a touchpoint's checklist; plain text."""
    return owned(f"Checklist: {touchpoint.name}", touchpoint.owner)


def max_words(limit: int) -> str:
    """A touchpoint's word limit."""
    return f"• At most {limit} words"


def loading() -> str:
    """While the playbook is on its way."""
    return "One moment, opening the playbook…"


def rest_not_shown() -> str:
    """The playbook is longer than a Slack window."""
    return (
        "The playbook goes on; “coherence stack show” prints all of it. A shorter one is read more."
    )


def no_checklist() -> str:
    """A touchpoint without a checklist."""
    return "No checklist yet."


def too_long_to_judge() -> str:
    """Before a narrative is published that no model can judge by."""
    return (
        f"This narrative is longer than a model can judge by with care: up to {MAX_STATEMENTS} statements and "
        f"{MAX_STATEMENT_CHARACTERS:,} characters. Drafts would be checked by the rules alone. A few dozen "
        "statements are easier to keep true."
    )
