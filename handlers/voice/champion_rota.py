"""Setting up a rota, in words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from coherence.champion.rotas import RotaForm, RotaPreview, RotaSaved
from coherence.champion.settings import RotaSettings
from coherence.rota.changes import Move
from handlers.voice.champion_cadence import how_often_at
from handlers.voice.dates import day
from handlers.voice.mrkdwn import escape, in_a_row, person

SET_UP_TITLE: Final = "Set up the rota"
EDIT_TITLE: Final = "Edit the rota"
PREVIEW_TITLE: Final = "Before you save"
SAVED_TITLE: Final = "The rota is saved"
CHOOSE_TITLE: Final = "Which journey?"
CLOSE: Final = "Close"
CANCEL: Final = "Cancel"
BACK: Final = "Back"
PREVIEW: Final = "Preview"
SAVE: Final = "Save"

MEMBERS: Final = "Who takes turns"
MEMBERS_HINT: Final = "I ask new people first; they take turns once they say yes. You can change the order in the preview."
MEMBERS_PLACEHOLDER: Final = "Choose people"
CADENCE: Final = "How often the duty is handed over"
START: Final = "First handover"
START_HINT: Final = "Weeks and months are counted from this day."
HANDOVER: Final = "Time of each handover"
ZONE: Final = "Time zone"
ZONE_HINT: Final = "A large city will do, such as Berlin."
CHANNEL: Final = "Channel in which handovers are told"
CHANNEL_HINT: Final = "Invite me there, so that I can post."
CHANNEL_PLACEHOLDER: Final = "Choose a channel"
PER_TERM: Final = "How many serve at a time"
PER_TERM_CHOICES: Final = {"1": "One person", "2": "Two: a lead and a buddy"}
WEEKDAYS: Final = "Days on which a handover may fall"
WEEKDAYS_HINT: Final = (
    "One that would fall on another day moves to the next of these. Leave empty for any day."
)
GAP: Final = "Rest between two turns of the same person"
NO_GAP: Final = "As it comes"
MOST: Final = "Turns of one person in a year, at most"
NO_MOST: Final = "As many as come"
REST_HINT: Final = "I shorten the rest before I leave a term empty."
COUNTRY: Final = "Country whose public holidays count"
COUNTRY_HINT: Final = "Two letters, such as GB. It matters for terms of one day only, and everybody can choose their own."

WORKING_DAY: Final = "Every working day (Monday to Friday)"

MOVE_UP: Final = "Move up"
MOVE_DOWN: Final = "Move down"
TOGETHER: Final = "Serve with the one above"
ALONE: Final = "Serve alone"

_MOST_MOVES: Final = 10


def loading() -> str:
    """While the form is on its way."""
    return "One moment …"


def choose_journey() -> str:
    """Above the journeys to choose from."""
    return "Each journey has a rota of its own. Which one is this about?"


def changed_meanwhile() -> str:
    """Somebody else was faster."""
    return (
        "*Somebody else has changed this rota meanwhile.* This is how it stands now; please make your change once "
        "more and look at the preview again."
    )


def about(form: RotaForm) -> str:
    """Above the form."""
    if form.is_new:
        return f"The champion of *{escape(form.journey)}* keeps an eye on its story for a while, then hands over."
    return f"The rota of *{escape(form.journey)}*. Terms that have begun stay as they are."


def rhythm(settings: RotaSettings) -> str:
    """How the duty goes round."""
    seats = " Two serve at a time." if settings.per_term > 1 else ""
    return f"Handed over {how_often_at(settings)}.{seats}"


def order_heading() -> str:
    """Above the people."""
    return "*The order.* It counts for those who haven't served yet; after that, who has waited longest is next."


def members_of(number: int, users: Sequence[str], preview: RotaPreview) -> str:
    """One place in the order: who, and whether they are still to answer."""
    return f"{number}. {' and '.join(_member(user_id, preview) for user_id in users)}"


def asking(preview: RotaPreview) -> str | None:
    """Who would be asked, or taken out, by saving."""
    said = []
    if preview.asked:
        said.append(f"When you save, I ask {people(preview.asked)} whether they'd like to.")
    if preview.going:
        said.append(f"{people(preview.going)} would take no more turns.")
    return " ".join(said) or None


def moves(preview: RotaPreview, now: datetime) -> str:
    """What follows in the next half year."""
    zone = preview.plan.settings.zone
    foresight = preview.foresight
    if_all = " if everybody says yes" if preview.asked or preview.waiting else ""
    if foresight.first:
        lines = [
            f"• from {day(each.start, zone, now)}: {_who(each.users)}" for each in foresight.first
        ]
        return "\n".join([f"*The first terms{if_all}*", *lines])
    if foresight.only_hours:
        return f"*Only the time of handovers moves* in the next six months{if_all}."
    if not foresight.moves:
        return f"*Nothing moves* in the next six months{if_all}."
    shown = [_move(each, zone, now) for each in foresight.moves[:_MOST_MOVES]]
    rest = len(foresight.moves) - len(shown)
    more = [f"… and {rest} more"] if rest else []
    return "\n".join([f"*What moves in the next six months{if_all}*", *shown, *more])


def saved(done: RotaSaved) -> str:
    """It is kept."""
    said = [f"The rota of *{escape(done.journey)}* is saved."]
    if done.asked:
        said.append(
            f"I've asked {people(done.asked)}, and will tell you in one message how they answer."
        )
    if done.going:
        said.append(f"{people(done.going)} {_is(done.going)} not in it any more.")
    return " ".join(said)


def gap(terms: int) -> str:
    """A choice of rest."""
    return "At least 1 term" if terms == 1 else f"At least {terms} terms"


def people(user_ids: Iterable[str]) -> str:
    """Names in a row."""
    return in_a_row([person(user_id) for user_id in user_ids])


def _member(user_id: str, preview: RotaPreview) -> str:
    if user_id in preview.asked:
        return f"{person(user_id)} _(will be asked)_"
    if user_id in preview.waiting:
        return f"{person(user_id)} _(hasn't answered yet)_"
    return person(user_id)


def _move(move: Move, zone: str, now: datetime) -> str:
    when = f"{day(move.start, zone, now)} to {day(move.end, zone, now)}"
    return f"• {when}: {_who(move.after)} instead of {_who(move.before)}"


def _who(users: Sequence[str]) -> str:
    return people(users) or "nobody"


def _is(users: Sequence[str]) -> str:
    return "is" if len(users) == 1 else "are"
