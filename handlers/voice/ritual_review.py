"""The words of the form that concludes a review."""

from typing import Final

CONCLUDE_TITLE: Final = "Conclude the review"
SAVE: Final = "Conclude"
CANCEL: Final = "Cancel"
CLOSE: Final = "Close"

DRIFTED_LABEL: Final = "Which layer drifted most?"
NONE_DRIFTED: Final = "None of them"
CONCLUSION_LABEL: Final = "What did you find, in a sentence?"
CONCLUSION_HINT: Final = "Everybody in the channel reads it."
OWNER_LABEL: Final = "Who takes care of it?"
DUE_LABEL: Final = "Until when?"
ACTION_LAYER_LABEL: Final = "For which layer?"
OWNER_PLACEHOLDER: Final = "Choose a person"
LAYER_PLACEHOLDER: Final = "Choose a layer"


def loading() -> str:
    """While the form is on its way."""
    return "One moment…"


def action_label(slot: int) -> str:
    """Above one of the actions."""
    return f"Action {slot}: what is to be done?"


def actions_intro() -> str:
    """Above the actions."""
    return (
        "*Actions*, three at most. Each comes back in the next review until it is done or dropped."
    )


def concluded() -> str:
    """After the form was sent."""
    return "Thank you. The summary in the thread and the message in the channel say it now."


def changed_meanwhile() -> str:
    """Somebody else has concluded it while the form was open; under a field, so plain."""
    return (
        "Somebody has concluded this review meanwhile. Your words are still here: look at the summary, "
        "and open the form again to change it."
    )
