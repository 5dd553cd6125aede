"""Being asked to take turns, in words."""

from datetime import datetime
from typing import Final

from coherence.champion.invitations import Answered, Answers, Invitation
from handlers.voice.champion_cadence import how_often_at
from handlers.voice.champion_rota import people
from handlers.voice.dates import day
from handlers.voice.mrkdwn import escape, person

INVITATION_TITLE: Final = "an invitation to a rota"
ANSWERS_TITLE: Final = "how people answered to an invitation"
REMOVED_TITLE: Final = "a note that somebody is out of a rota"
"""What stewards know the deliveries by."""

JOIN: Final = "I'm in"
DECLINE: Final = "Rather not"


def heading(asked: Invitation) -> str:
    """What a phone shows."""
    return f"Would you take turns as champion of {escape(asked.journey)}?"


def invitation(asked: Invitation) -> str:
    """What it is, how often, and with whom."""
    who = f"{person(asked.asked_by)} asks" if asked.asked_by else "You're asked"
    return (
        f"{who} whether you'd take turns as champion of *{escape(asked.journey)}*. The champion keeps an eye on its "
        "story for one term: looks at drift that people report, answers questions, and hands over with a few notes.\n"
        f"The duty is handed over {how_often_at(asked.settings)}. {_others(asked.others)}"
    )


def freedom() -> str:
    """Under the buttons."""
    return (
        "No reason needed either way. If you join, you can pass on a term, pause or leave whenever you like, and "
        "tell me when you're away."
    )


def answered(done: Answered, now: datetime) -> str:
    """In the place of the question, once it is answered."""
    journey = escape(done.journey)
    if not done.joined:
        return f"All right, you won't take turns in *{journey}*. Thanks for letting me know."
    if done.first is None:
        return f"Thanks, you take turns in *{journey}* now. I'll tell you before your first term."
    when = day(done.first.start, done.zone, now)
    return (
        f"Thanks, you take turns in *{journey}* now. As it looks today, your first term begins on {when}; "
        "I'll remind you before."
    )


def answers_heading(answers: Answers) -> str:
    """What a phone shows."""
    return f"Who takes turns in {escape(answers.journey)}"


def answers_text(answers: Answers) -> str:
    """How those who were asked have answered by now."""
    lines = [
        f"*{answers_heading(answers)}*",
        *([f"• {people(answers.joined)} joined"] if answers.joined else []),
        *([f"• {people(answers.declined)} would rather not"] if answers.declined else []),
        *([f"• still to answer: {people(answers.waiting)}"] if answers.waiting else []),
    ]
    return "\n".join(lines)


def removed(journey: str, by: str | None) -> str:
    """To somebody who is out of a rota by a steward's hand."""
    who = f"{person(by)} has" if by else "A steward has"
    return (
        f"{who} changed the rota of *{escape(journey)}*: you take no more turns in it. A term of yours that has begun "
        "stays yours until the next handover."
    )


def _others(count: int) -> str:
    if not count:
        return "You'd be among the first."
    return "One other takes turns already." if count == 1 else f"{count} others take turns already."
