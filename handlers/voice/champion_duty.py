"""Who is on duty, in words. Days and times are those of the rota's zone, which is named once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from coherence.champion.duty import ComingTerms, Duty, Why
from coherence.champion.offers import Offer, Offered
from coherence.rota import wording
from coherence.rota.term import Source, Term
from coherence.zones import zone_info
from handlers.voice.dates import moment, on_own_clock, plain_day
from handlers.voice.mrkdwn import escape, person

TITLE = "Coherence champion"
TERMS_TITLE = "Coming terms"
WHY_TITLE = "Why me?"
CLOSE = "Close"
MORE = "More"
DETAILS = "Details"
EARLIER = "Earlier terms"
LATER = "Later terms"
SUMMARY = "Who is on duty in each journey"

_TURN: Final = {
    wording.in_order(passed_over=False, rest_shortened=False): (
        "It is your turn: whoever has served goes to the end of the order, and you had come to its front."
    ),
    wording.in_order(passed_over=True, rest_shortened=False): (
        "You are the first in the order who can serve in this term. Who is passed over keeps their place and comes next."
    ),
    wording.in_order(passed_over=False, rest_shortened=True): (
        "Nobody who has had their full rest can serve in this term. So that it isn't left without a champion, you come a "
        "little earlier than usual."
    ),
}
_ARRANGED: Final = {
    Source.OVERRIDE: "This was arranged by hand. Your place in the order stays as it was.",
    Source.COVER: "You are covering for somebody. Your place in the order stays as it was.",
    Source.SWAP: "You swapped with somebody. Your place in the order stays as it was.",
}
_LABELS: Final = {
    Offered.TERMS: "Coming terms",
    Offered.STEP_IN: "Step in now",
    Offered.WHY: "Why me?",
    Offered.MINE: "My duty",
    Offered.CALENDAR: "Calendar",
    Offered.SURFACES: "Handle and topic",
}


def loading() -> str:
    """While the answer is on its way."""
    return "One moment…"


def summary(duty: Duty, reader: str) -> str:
    """The card on one line, as a phone shows it."""
    return f"{escape(duty.journey)}: {lines(duty, reader)[0]}"


def heading(duty: Duty) -> str:
    """Above the card."""
    day = f", {plain_day(duty.day, duty.now)}" if duty.day else ""
    return f"*Coherence champion · {escape(duty.journey)}*{day}"


def lines(duty: Duty, reader: str) -> list[str]:
    """Who serves, why, and who comes next; the first line says the most."""
    if duty.zone is None:
        return ["There is no rota yet, so nobody is on duty."]
    if not duty.has_members and not duty.terms:
        return [
            "Nobody has joined the rota yet. It begins when the first of those who were asked says yes."
        ]
    served = [_serves(term, duty, reader) for term in duty.terms] or [_not_begun(duty)]
    reasons = [_reason(term) for term in duty.terms] if len(duty.terms) == 1 else []
    return [*served, *reasons, *_next(duty, reader)]


def times(duty: Duty) -> str | None:
    """Which zone the times are in, and the next handover by the reader's own clock; None without a rota."""
    if duty.zone is None:
        return None
    handover = duty.terms[-1].end if duty.terms else duty.following and duty.following.start
    zone = f"Times are those of {duty.zone}"
    if not handover or handover <= duty.now:
        return f"{zone}."
    return f"{zone}. The handover by your own clock: {on_own_clock(handover, zone=duty.zone)}."


def brief(duty: Duty, reader: str) -> str:
    """One journey of several."""
    return f"*{escape(duty.journey)}*\n{lines(duty, reader)[0]}"


def label(offer: Offer, duty: Duty) -> str:
    """What a button says; of those about a term, which term."""
    match offer.what:
        case Offered.SET_UP:
            return "Edit the rota" if duty.zone else "Set up the rota"
        case Offered.COVER if offer.has_begun:
            return "Ask for cover"
        case Offered.COVER | Offered.SIT_OUT | Offered.SWAP if offer.start and duty.zone:
            what = {Offered.COVER: "Cover", Offered.SWAP: "Swap"}.get(offer.what, "Sit out")
            start = offer.start.astimezone(zone_info(duty.zone))
            return f"{what}: {start.day} {start:%b}"
    return _LABELS[offer.what]


def no_terms() -> str:
    """The rota has none to come."""
    return "No terms are planned: nobody has joined the rota yet, or it has ended."


def which_journey(error: str) -> str:
    """How to name a journey, after the sentence that says which there are."""
    return f"{escape(error)} Put its name before “table”, as in `/coherence champion Onboarding table`."


def not_a_journey(user_id: str) -> str:
    """Somebody's name stands where a journey's is expected."""
    return (
        f"I look the duty up by journey and by day, not by person. When {person(user_id)} serves is in "
        "`/coherence champion table`."
    )


def terms_intro(coming: ComingTerms) -> str:
    """Above the coming terms."""
    return f"*{escape(coming.journey)}*: who hands over to whom. Times are those of {coming.zone}."


def term_row(term: Term, coming: ComingTerms, reader: str) -> tuple[str, str]:
    """When a term begins, and who serves in it: the two columns of a row."""
    zone = zone_info(coming.zone)
    since = coming.since.astimezone(zone).date()
    start = term.start.astimezone(zone)
    begun = term.start <= coming.since
    when = f"*{plain_day(start.date(), since)}*, {start:%H:%M}{' (now)' if begun else ''}"
    arranged = {Source.OVERRIDE: "arranged", Source.COVER: "cover", Source.SWAP: "swap"}
    how = arranged.get(term.source)
    who = _names(term.users, reader) if term.users else "nobody"
    return when, f"{who} · {how}" if how else who


def until(coming: ComingTerms) -> str:
    """Below the last of a page: when it ends."""
    zone = zone_info(coming.zone)
    end = coming.terms[-1].end
    return f"Until {moment(end, zone.key, coming.since)}."


def why(reason: Why) -> list[str]:
    """Why somebody serves, and when they did and will again."""
    term, zone, now = reason.term, reason.zone, reason.now
    verb = "serve" if term.start > now else "are on duty"
    stretch = f"from {moment(term.start, zone, now)} until {moment(term.end, zone, now)}"
    said = [
        f"You {verb} in *{escape(reason.journey)}* {stretch} ({zone}).",
        _ARRANGED.get(term.source) or _TURN.get(term.why, escape(term.why)),
    ]
    if reason.before:
        said.append(f"Your last term: {_days(reason.before, zone, now)}.")
    if reason.after:
        said.append(
            f"Your next one after this: {_days(reason.after, zone, now)}, as planned today."
        )
    return said


def why_not() -> str:
    """Somebody who serves in no term any more asks why they do."""
    return "You don't serve in any coming term as it is planned now."


def _serves(term: Term, duty: Duty, reader: str) -> str:
    start, end = (moment(each, _zone(duty), duty.now) for each in (term.start, term.end))
    begun = duty.day is None and term.start <= duty.now
    stretch = f"until {end} (since {start})" if begun else f"from {start} until {end}"
    if not term.users:
        return f"There is no champion {stretch}, and that is all right: stewards look after what comes up."
    verb = "is" if len(term.users) == 1 else "are"
    if term.users == (reader,):
        return f"You are on duty {stretch}."
    return f"{_capital(_names(term.users, reader))} {verb} on duty {stretch}."


def _reason(term: Term) -> str:
    return f"Why: {escape(term.why[:1].lower() + term.why[1:])}"


def _not_begun(duty: Duty) -> str:
    if duty.following is None:
        return "No term is planned then."
    return f"The first term begins on {moment(duty.following.start, _zone(duty), duty.now)}."


def _next(duty: Duty, reader: str) -> list[str]:
    term = duty.following
    if term is None:
        return []
    who = _names(term.users, reader) if term.users else "nobody, as planned today"
    return [f"Next: {who}, from {moment(term.start, _zone(duty), duty.now)}."]


def _names(users: Sequence[str], reader: str) -> str:
    named = ["you" if user == reader else person(user) for user in users]
    return " and ".join(sorted(named, key=lambda name: name != "you"))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _zone(duty: Duty) -> str:
    return duty.zone or "UTC"


def _days(term: Term, zone: str, now: datetime) -> str:
    return f"{moment(term.start, zone, now)} to {moment(term.end, zone, now)}"
