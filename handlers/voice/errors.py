"""What the bot says when something did not work: what happened, and what to do."""

from coherence.errors import AmbiguousJourney, CoherenceError
from handlers.voice.mrkdwn import escape

TITLE = "That did not work"


def expected(error: CoherenceError) -> str:
    """An error that the person can do something about."""
    sentence = escape(str(error))
    if isinstance(error, AmbiguousJourney):
        return f"{sentence} `/coherence check` without a text lets you choose."
    return sentence


def unexpected(reference: str) -> str:
    """A failure of ours."""
    return (
        f"Something went wrong on our side. Please try again; if it happens again, tell the person who "
        f"runs this bot the reference {reference}."
    )
