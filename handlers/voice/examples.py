"""What the bot says when a message is pinned as an example."""

from coherence.examples import Pinned
from coherence.stack.document import Example, Verdict
from handlers.voice.evaluation import verdict_word
from handlers.voice.mrkdwn import escape, quoted

TITLE = "Pin as an example"
PIN = "Pin as an example…"
CLOSE = "Close"
CANCEL = "Cancel"
SAVE = "Save to draft"
OPEN_DRAFT = "Open the draft"
WHICH_JOURNEY = "Choose a journey"


def loading() -> str:
    """While the form is on its way."""
    return "One moment…"


def intro(journey: str) -> str:
    """What an example is for."""
    return (
        f"An example of *{escape(journey)}*: a message, and the verdict it should get. "
        "The narrative is tested with all of them."
    )


def pinned_already(example: Example) -> str:
    """The same text is an example already."""
    return (
        f"*This message is example {escape(example.id)} already* "
        f"({verdict_word(Verdict(example.verdict))}). You can change what it should get."
    )


def long_text(length: int, limit: int) -> str:
    """A text that no field takes."""
    return (
        f"The message has {length:,} characters, more than the {limit:,} that can be changed in a form. "
        "It is kept whole, as it stands here:"
    )


def which_journey() -> str:
    """Several journeys, and nothing says which."""
    return "Which journey's narrative should this be an example of?"


def pinned(result: Pinned) -> str:
    """An example is in the draft, and when it counts."""
    example, desk = result.example, result.saved.desk
    what = f"*{escape(example.id)}*, {verdict_word(Verdict(example.verdict))}: {quoted(example.text, 160)}"
    if not result.saved.is_new:
        return f"Nothing to save: the draft has it like this already.\n{what}"
    return (
        f"Saved to the draft of *{escape(desk.stack.journey)}*. "
        f"It counts from the next time the narrative is published.\n{what}"
    )
