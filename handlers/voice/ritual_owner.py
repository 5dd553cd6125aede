"""What somebody hears who was named as the owner of an action."""

from typing import Final

from coherence.rituals.action import Action
from coherence.rituals.owners import Naming
from handlers.voice.mrkdwn import bold, brief, escape, one_line, person
from handlers.voice.ritual_summary import ENDS, LAYERS, due

OWNER_TITLE: Final = "a message to the owner of an action"
"""What stewards know the delivery by."""

_TEXT: Final = 200


def line(naming: Naming) -> str:
    """As a phone shows it."""
    name, action = escape(naming.ritual.name), naming.action
    if action is None or not naming.is_theirs:
        return f"{name}: there is nothing for you to do any more"
    return f"{name}: {one_line(action.text, _TEXT)}, by {due(action)}"


def named(naming: Naming) -> str:
    """Who named them, and where."""
    return f"{person(naming.named_by)} named you to take care of this, {_from(naming)}:"


def task(action: Action) -> str:
    """What is to be done, and until when."""
    layer = f" · {LAYERS[action.layer]}" if action.layer else ""
    return f">{brief(action.text, _TEXT)}\nBy {due(action)}{layer}"


def how_it_goes_on(naming: Naming, action: Action) -> str:
    """What comes of it."""
    if action.is_open:
        return "The next review comes back to it, until it is done or dropped."
    by = action.settled_by
    said = ENDS[action.state].capitalize()
    return f"{said}, as {person(by)} noted." if by and by != naming.owner else f"{said}."


def not_theirs(naming: Naming) -> str:
    """Somebody else does it now, or nobody."""
    if naming.action is None:
        return (
            f"What {person(naming.named_by)} named you to take care of, {_from(naming)}, is no longer "
            "on the list. There is nothing for you to do."
        )
    return (
        f"“{brief(naming.action.text, _TEXT)}”, {_from(naming)}, is no longer yours: "
        f"{person(naming.action.owner)} takes care of it."
    )


def _from(naming: Naming) -> str:
    return f"from {bold(escape(naming.ritual.name))} in <#{naming.asked.channel_id}>"
