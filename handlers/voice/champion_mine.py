"""One's own duty, in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from coherence.champion.leave import Consequence, Days, Effect
from coherence.champion.member import MemberState
from coherence.champion.mine import MyDuty, MyRota
from coherence.rota.term import Source, Term
from coherence.working_days import place_name
from handlers.voice.champion_cadence import how_often_at
from handlers.voice.champion_rota import people
from handlers.voice.dates import day, plain_day
from handlers.voice.mrkdwn import escape

TITLE: Final = "My duty"
LEAVE_TITLE: Final = "When you're away"
COUNTRY_TITLE: Final = "Your public holidays"
CLOSE: Final = "Close"
CANCEL: Final = "Cancel"
SAVE: Final = "Save"

PAUSE: Final = "Pause"
RESUME: Final = "Resume"
LEAVE_ROTA: Final = "Leave the rota"
LEAVE_ROTA_TITLE: Final = "Leave the rota?"
LEAVE_ROTA_YES: Final = "Leave"
LEAVE_ROTA_NO: Final = "Stay"
ADD_LEAVE: Final = "Add days away"
REMOVE: Final = "Remove"
CHANGE: Final = "Change"
SWITCH_OFF: Final = "Switch off"
SWITCH_ON: Final = "Switch on"
ASK_FOR_COVER: Final = "Ask for cover"

FIRST: Final = "First day away"
LAST: Final = "Last day away"
LAST_HINT: Final = "Both days count. Nobody is told why."
COUNTRY: Final = "Country"
COUNTRY_HINT: Final = (
    "Two letters, such as GB or DE. Leave empty if no public holidays should count."
)
COUNTRY_PLACEHOLDER: Final = "GB"

AWAY: Final = "*When you're away*"
NO_LEAVE: Final = (
    "*When you're away*\nNothing noted. Your turns keep their place while you're away."
)

_MOST_CONSEQUENCES: Final = 8


def loading() -> str:
    """While it is on its way."""
    return "One moment …"


def nothing() -> str:
    """To somebody who is in no rota."""
    return "You take no turns in any rota. If you'd like to, a steward can ask you."


def rota(mine: MyRota, now: datetime) -> str:
    """One rota and one's place in it."""
    lines = [f"*{escape(mine.journey)}*, handed over {how_often_at(mine.settings)}"]
    match mine.state:
        case MemberState.ASKED:
            return "\n".join([*lines, "You're asked whether you'd take turns."])
        case MemberState.DECLINED:
            return "\n".join(
                [*lines, "You'd rather not take turns. If you change your mind, join here."]
            )
    if mine.paused_from is not None:
        lines.append("Paused: you take no new terms until you resume.")
    terms = [_term(term, mine.settings.zone, now) for term in mine.terms]
    return "\n".join([*lines, *(terms or ([] if mine.paused_from else ["No term planned yet."]))])


def leaving() -> str:
    """In the dialog that asks once more."""
    return (
        "You take no more turns, and swaps or cover arranged with you for later are undone. "
        "A term that has begun stays yours until the next handover."
    )


def days(away: Days, now: datetime) -> str:
    """Days away."""
    if away.first == away.last:
        return plain_day(away.first, now)
    return f"{plain_day(away.first, now)} to {plain_day(away.last, now)}"


def holidays(country: str | None) -> str:
    """Whose public holidays count."""
    said = escape(place_name(country)) if country else "none count"
    return f"*Public holidays*: {said}. They matter for terms of one day."


def messages(duty: MyDuty) -> str:
    """Whether the bot writes unasked."""
    if duty.messages:
        return "*Messages*: I remind you of your terms and ask for notes at their end."
    return "*Messages*: I don't write to you unasked. You still get answers to what you do here."


def saved_leave(away: Days, found: Sequence[Consequence], now: datetime) -> str:
    """What follows from days away."""
    lines = [f"Noted: {days(away, now)}."]
    if not found:
        lines.append("None of your terms falls into it.")
    lines += [_consequence(each, now) for each in found[:_MOST_CONSEQUENCES]]
    rest = len(found) - _MOST_CONSEQUENCES
    return "\n".join([*lines, *([f"… and {rest} more terms"] if rest > 0 else [])])


def removed_leave() -> str:
    """Days away are taken back."""
    return "Removed; you're in the order on those days again."


def paused(has_begun: bool) -> str:  # noqa: FBT001 - the only thing it depends on
    """Resting from now on."""
    rest = (
        " The term that has begun stays yours; ask for cover if you need it." if has_begun else ""
    )
    return f"Paused. Others take your turns until you resume.{rest}"


def resumed() -> str:
    """Taking turns again."""
    return "Welcome back. You're in the order again."


def left(journey: str) -> str:
    """Out of the rota."""
    return f"You've left the rota of *{escape(journey)}*. Thank you for your turns."


def _term(term: Term, zone: str, now: datetime) -> str:
    when = f"{day(term.start, zone, now)} to {day(term.end, zone, now)}"
    arranged = {
        Source.COVER: ", as cover",
        Source.SWAP: ", swapped",
        Source.OVERRIDE: ", arranged by hand",
    }
    on_duty = " (now)" if term.start <= now else ""
    return f"• {when}{arranged.get(term.source, '')}{on_duty}"


def _consequence(found: Consequence, now: datetime) -> str:
    start, end = (day(each, found.zone, now) for each in (found.term.start, found.term.end))
    journey = escape(found.journey)
    match found.effect:
        case Effect.GOES_ON:
            return f"• {journey}, {start} to {end}: {people(found.users)} instead of you; you keep your place."
        case Effect.VACANT:
            return f"• {journey}, {start} to {end}: nobody else is there, so this term has no champion. That's all right."
    if found.has_begun:
        return f"• {journey}: you're on duty now, until {end}. Ask somebody to cover for you."
    return f"• {journey}, {start} to {end}: this was arranged with you, so it stays yours. Ask somebody to cover for you."
