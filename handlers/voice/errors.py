"""What the bot says when something did not work: what happened, and what to do."""

from collections.abc import Sequence

from coherence.errors import (
    AmbiguousJourney,
    CoherenceError,
    NotASteward,
    NotLeading,
    NotTheirDrift,
    NotTheirEvidence,
)
from handlers.voice.mrkdwn import escape

_NAMED = 5

TITLE = "That did not work"
NOT_THEIRS = "Ask somebody else"

_NOT_THEIRS = (NotASteward, NotLeading, NotTheirDrift, NotTheirEvidence)


def title(error: Exception) -> str:
    """Above what a person is told; where it is others' to do, nothing went wrong."""
    return NOT_THEIRS if isinstance(error, _NOT_THEIRS) else TITLE


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
    whom = f"Ask a steward: {_people(to_ask)}." if to_ask else _ask_an_admin(())
    return f"Only a steward can do this. {whom}"


def not_leading(to_ask: Sequence[str], admins: Sequence[str] = ()) -> str:
    """Who can do what the champion or a steward does; all are user ids.

    Where there is neither, `admins` can, and can name stewards.
    """
    only = "Only the champion on duty or a steward can do this"
    if to_ask:
        return f"{only}. Ask {_people(to_ask)}."
    return f"{only}, and there is neither at the moment. {_ask_an_admin(admins)}"


def _ask_an_admin(admins: Sequence[str]) -> str:
    whom = f": {_people(admins)}" if admins else ""
    return f"Ask a workspace admin{whom}. Admins can do it too, and name stewards with `/coherence setup`."


def _people(user_ids: Sequence[str]) -> str:
    return ", ".join(f"<@{user_id}>" for user_id in user_ids[:_NAMED])


def unexpected(reference: str) -> str:
    """A failure of ours."""
    return (
        f"Something went wrong on our side. Please try again; if it happens again, tell the person who "
        f"runs this bot the reference {reference}."
    )
