"""What the parts of the narrative are called, wherever the bot speaks of them."""

from coherence.stack.diff import ChangeKind
from coherence.stack.editing import touchpoint_of
from handlers.voice.mrkdwn import clip, escape, quoted

LAYERS = {
    "vision": "Vision",
    "narrative": "Narrative arc",
    "promises": "Promises",
    "never": "What nobody says",
    "tone": "Tone",
    "terms": "Terms",
    "principles": "Principles",
    "system": "System",
    "touchpoints": "Touchpoints",
    "examples": "Examples",
}

_QUESTIONS = {
    "vision": "The change we want to make in the customer's life; vivid, not a slogan.",
    "narrative": "From where the customer starts to where they want to be, step by step.",
    "promises": "What we may claim, and how far it goes.",
    "never": "What nobody may say, and the phrases that say it.",
    "tone": "How we sound, and the words that don't.",
    "terms": "The words we use, and those they replace.",
    "principles": "What everyone who designs a touchpoint keeps to.",
    "system": "What makes it hold: data, measures, owners.",
    "touchpoints": "Each interaction, with its owner, its milestone and a short checklist.",
    "examples": "Messages with the verdict they should get. They show how well the check works.",
    "checklist": "What this touchpoint has to do. A draft is checked against it where it is used.",
}

_SECTIONS = {
    "narrative.from": "Where the customer starts",
    "narrative.milestones": "Milestones",
    "narrative.to": "Where the customer wants to be",
    "rules": "House rules",
    "journey": "Journey",
    "language": "Language",
}

_ONE = {
    "vision": "a vision line",
    "narrative.from": "the start",
    "narrative.to": "the end",
    "narrative.milestones": "a milestone",
    "promises": "a promise",
    "never": "a line",
    "tone": "a line on tone",
    "terms": "a term",
    "principles": "a principle",
    "system": "a piece",
    "touchpoints": "a touchpoint",
    "checklist": "a checklist line",
    "examples": "an example",
}

_LABELS = {
    "text": "Text",
    "name": "Name",
    "obstacle": "What stands in the way",
    "feeling": "How it should feel",
    "limits": "Limits: how far it goes",
    "patterns": "Phrases that say it",
    "avoid": "Words to avoid",
    "use": "The word we use",
    "instead_of": "Instead of",
    "why": "Why",
    "owner": "Owner",
    "milestone": "Milestone it serves",
    "max_words": "Word limit",
    "copy": "Live text",
    "requires": "At least one of these must appear",
    "forbids": "None of these may appear",
    "verdict": "Verdict",
    "touchpoint": "Touchpoint",
    "statements": "Lines it refers to",
}

KINDS = {
    ChangeKind.ADDED: "added",
    ChangeKind.REMOVED: "retired",
    ChangeKind.CHANGED: "changed",
    ChangeKind.MOVED: "moved",
}

SHOWN_VALUE = 600


def kind_of(section: str) -> str:
    """The kind of a section's items: the section itself, or "checklist"."""
    return "checklist" if touchpoint_of(section) is not None else section


def label(key: str) -> str:
    """What a key of an item is called."""
    return _LABELS.get(key, key)


def short_label(key: str) -> str:
    """The same without its explanation."""
    return label(key).partition(":")[0]


def place_title(section: str, touchpoint: str = "") -> str:
    """The heading of a layer, or of a touchpoint's checklist; plain text."""
    return f"Checklist: {touchpoint}" if kind_of(section) == "checklist" else LAYERS[section]


def section_title(section: str) -> str:
    """What a section is called in a sentence; escaped."""
    touchpoint_id = touchpoint_of(section)
    if touchpoint_id is not None:
        return f"Checklist of {escape(touchpoint_id)}"
    return _SECTIONS.get(section) or LAYERS.get(section, section)


def question(section: str) -> str:
    """What a layer holds."""
    return _QUESTIONS[kind_of(section)]


def add(section: str) -> str:
    """The button that adds an item."""
    return f"Add {_ONE[kind_of(section)]}"


def form_title(section: str, item_id: str | None) -> str:
    """The title of an item's form."""
    return clip(add(section) if item_id is None else f"Edit {item_id}", 24)


def layer_option(name: str, count: int) -> str:
    """A layer in the menu, with how many items it has."""
    return f"{LAYERS[name]} ({count})"


def value_text(value: object) -> str:
    """A value of an item in words."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def count_changes(number: int) -> str:
    """A number of changes."""
    return "1 change" if number == 1 else f"{number} changes"


def quoted_value(value: object) -> str:
    """A value in quotation marks."""
    return quoted(value_text(value), SHOWN_VALUE) if value else "nothing"
