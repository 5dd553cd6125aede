"""What the bot says when something did not work: what happened, and what to do."""

from collections.abc import Sequence

from coherence.errors import AmbiguousJourney, CoherenceError, NotASteward, NotLeading
from handlers.voice.mrkdwn import escape

_NAMED = 5

TITLE = "That did not work"


def expected(error: CoherenceError) -> str:
    """An error that the person can do something about."""
    if isinstance(error, NotASteward):
        return not_a_steward(error.to_ask)
    if isinstance(error, NotLeading):
        return not_leading(error.to_ask)
    sentence = escape(str(error))
    if isinstance(error, AmbiguousJourney):
        return f"{sentence} `/coherence check` without a text lets you choose."
    return sentence


def not_a_steward(to_ask: Sequence[str]) -> str:
    """Whom to ask for a change; `to_ask` are user ids."""
    names = ", ".join(f"<@{user_id}>" for user_id in to_ask[:_NAMED])
    if not names:
        return "Only a steward can do this. Ask a workspace admin."
    return f"Only a steward can do this. Ask a steward: {names}."


def not_leading(to_ask: Sequence[str]) -> str:
    """Who can do what the champion or a steward does; `to_ask` are user ids."""
    names = ", ".join(f"<@{user_id}>" for user_id in to_ask[:_NAMED])
    only = "Only the champion on duty or a steward can do this."
    return f"{only} Ask {names}." if names else f"{only} Ask a workspace admin."


def unexpected(reference: str) -> str:
    """A failure of ours."""
    return (
        f"Something went wrong on our side. Please try again; if it happens again, tell the person who "
        f"runs this bot the reference {reference}."
    )
