"""The post that asks, in words."""

from collections.abc import Iterator
from typing import Final

from coherence.rituals.prompts import Prompt
from coherence.rituals.ritual import FEWEST_SHOWN, Ritual, RitualKind, Visibility
from handlers.voice.dates import on_own_clock
from handlers.voice.mrkdwn import as_read, bold, escape, one_line
from handlers.voice.ritual_words import people, who_sees

PROMPT_TITLE: Final = "a ritual's question"
TROUBLE_TITLE: Final = "that a ritual can't be posted"
"""What stewards know the deliveries by."""

ANSWER: Final = "Answer"
RATE: Final = "Rate the layers"
REMIND: Final = "Remind me"
CLOSE: Final = "Close now"
REVEAL: Final = "Reveal"
NOT_YET: Final = "Not yet"
OPEN: Final = "Look at the ritual"

_ON_A_PHONE: Final = 150


def line(prompt: Prompt) -> str:
    """As a phone shows it."""
    name = escape(prompt.ritual.name)
    questions = prompt.asked.questions
    if len(questions) == 1:
        return f"{name}: {one_line(as_read(questions[0].text), _ON_A_PHONE)}"
    return f"{name}: {len(questions)} questions"


def heading(prompt: Prompt) -> str:
    """Above the questions."""
    return bold(escape(prompt.ritual.name))


def questions(prompt: Prompt) -> Iterator[str]:
    """Each question on its own line."""
    asked = prompt.asked.questions
    for number, each in enumerate(asked, 1):
        text = " ".join(each.text.split())
        yield f">{escape(text)}" if len(asked) == 1 else f"{number}. {escape(text)}"


def about(prompt: Prompt) -> str:
    """Who leads it, until when it is open, and who sees what."""
    champions = prompt.asked.champions
    role = "Champion" if len(champions) < 2 else "Champions"  # noqa: PLR2004 - one or more
    who = f"{role}: {people(champions)}." if champions else "Nobody is champion right now."
    until = (
        f"Open until {on_own_clock(prompt.asked.closes_at, zone=prompt.ritual.recurrence.zone)}."
    )
    return f"{who} {until}\n{who_sees(prompt.asked.visibility, champions)}"


def progress(prompt: Prompt) -> str:
    """How many have answered so far; nothing while nobody has."""
    if not prompt.answered:
        return ""
    return "1 has answered." if prompt.answered == 1 else f"{prompt.answered:,} have answered."


def close_label(kind: RitualKind) -> str:
    """The button that ends a round early."""
    return REVEAL if kind is RitualKind.MONTHLY_REVIEW else CLOSE


def close_asked(kind: RitualKind, visibility: Visibility) -> tuple[str, str]:
    """A title and what follows from it, before a round is closed early."""
    if kind is RitualKind.MONTHLY_REVIEW:
        title, follows = "Reveal the ratings?", "Everybody in the channel sees them then."
    else:
        title, follows = "Close it now?", "Everybody in the channel sees then what came of it."
    if visibility is Visibility.ANONYMOUS:
        follows += (
            f" Where fewer than {FEWEST_SHOWN} have answered, their answers will never be shown, and "
            "nobody can answer later."
        )
    return title, f"{follows} This can't be taken back."


def closed() -> str:
    """To who closed it."""
    return "It has closed. In a moment the message says what came of it."


def closed_before() -> str:
    """To who pressed after somebody else, or after its time."""
    return "It had closed already, so nothing changes."


def trouble_line(ritual: Ritual) -> str:
    """To stewards, as a phone shows it."""
    return f"I can't ask {escape(ritual.name)}"


def trouble(ritual: Ritual, error: str) -> str:
    """To stewards, once: what is wrong, and what helps."""
    where, country = f"<#{ritual.channel_id}>", ritual.recurrence.country or ""
    whys = {
        "is_archived": f"{where} is archived",
        "not_in_channel": f"I am not in {where}; `/invite` me there",
        "channel_not_found": "its channel is gone, or I am not in it",
        "nobody_there": f"nobody but me is left in {where}",
        "unknown_zone": f"its time zone, {escape(ritual.recurrence.zone)}, no longer exists",
        "unknown_holidays": f"the holidays of {escape(country)} are no longer known",
    }
    why = whys.get(error, f"I may not post in {where}")
    cures = {"unknown_zone": "Choose another zone", "unknown_holidays": "Choose other holidays"}
    cure = cures.get(error, "Put that right, or choose another channel")
    return (
        f"I can't ask {bold(escape(ritual.name))}: {why}. I have paused it. {cure}, then resume it."
    )
