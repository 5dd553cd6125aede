"""What the bot says where people pass, swap, cover and step in. Times are those of the rota's zone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from coherence.champion.announcing import NEXT, RELIEVED
from coherence.champion.letters import Letter
from coherence.champion.passing import Pass
from coherence.champion.requests import Request, RequestKind, RequestState
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stepping_in import SteppedIn
from coherence.champion.swaps import Exchange
from coherence.champion.telling import ChangedLetter, GoneLetter, RequestLetter
from coherence.rota.term import Term
from handlers.voice.dates import day, moment
from handlers.voice.mrkdwn import escape, person

TITLES: Final = {
    Letter.REQUEST: "a request to swap or to cover",
    Letter.SETTLED: "what became of a request to swap or to cover",
    Letter.CHANGED: "a change of somebody's term as champion",
    Letter.STEWARDS: "news for stewards about a champion's rota",
}
"""What stewards know the deliveries by."""

CLOSE: Final = "Close"
CANCEL: Final = "Cancel"
ASK: Final = "Ask"
WITHDRAW: Final = "Withdraw"

SIT_OUT_TITLE: Final = "Sit this one out?"
SIT_OUT: Final = "Sit it out"
KEEP: Final = "Keep it"
ASK_FOR_COVER: Final = "Ask somebody to cover"

SWAP_TITLE: Final = "Swap a term"
COVER_TITLE: Final = "Ask for cover"
TERM_LABEL: Final = "Which of your terms?"
WHOM_LABEL: Final = "Whom do you ask?"
WHOM_HINT: Final = "Leave it empty to ask everybody who can. The first to say yes has it."
WHOM_PLACEHOLDER: Final = "Everybody who can"
FIRST_LABEL: Final = "From"
LAST_LABEL: Final = "Until"
PICKER_HINT: Final = "By your own clock."

ACCEPT_TITLE: Final = "Take it over?"
ACCEPT_SWAP: Final = "Swap"
ACCEPT_COVER: Final = "Take it"
YES_SWAP: Final = "Yes, if it fits"
YES_COVER: Final = "Yes, I can"
NO: Final = "I can't"

STEP_IN_TITLE: Final = "Step in now"
STEP_IN: Final = "Step in"
HAND_BACK: Final = "Hand it back"

_TIMES: Final = "_Times are those of {zone}._"


def loading() -> str:
    """While a window is on its way."""
    return "One moment …"


def offer_pass(found: Pass) -> str:
    """Before somebody sits a term out."""
    lines = [
        f"Your turn as champion for *{escape(found.rota.journey)}*: {_term(found.term, found.rota)}.",
        (
            "If it doesn't suit you, the next in the order has it instead: I tell them, and they may pass in "
            "turn. You keep your place, so your turn comes soon after. There is nothing to explain."
        ),
    ]
    if found.is_near:
        lines.append(
            "If only some of the days don't suit you, you can ask somebody to cover those."
        )
    return _with_zone(lines, found.rota)


def passed(found: Pass) -> str:
    """After somebody has sat a term out."""
    said = f"You sit out {_term(found.term, found.rota)}, as champion for *{escape(found.rota.journey)}*."
    if found.next_turn is None:
        return f"{said} You keep your place in the order."
    begins = moment(found.next_turn.start, found.rota.zone)
    return _with_zone(
        [f"{said} You keep your place: your next turn begins on {begins}."], found.rota
    )


def passed_line(found: Pass) -> str:
    """The same, as a phone shows it."""
    return f"You sit out your turn as champion: {escape(found.rota.journey)}"


def asking(rota: ResolvedRota, kind: RequestKind) -> str:
    """Above the form."""
    if kind is RequestKind.SWAP:
        said = "somebody takes a term of yours, and you take one of theirs."
    else:
        said = "somebody takes a part of your term, or all of it. The order stays as it is."
    return f"*{escape(rota.journey)}*: {said}"


def covered_term(term: Term, rota: ResolvedRota) -> str:
    """Which term a part of is to be covered."""
    return _with_zone([f"Your term: {_term(term, rota)}."], rota)


def term_option(term: Term, rota: ResolvedRota, now: datetime) -> str:
    """A term to choose, in plain text."""
    return f"{day(term.start, rota.zone, now)} to {day(term.end, rota.zone, now)}"


def nothing_to_swap() -> str:
    """No term is theirs to swap."""
    return "You have no coming term to swap. For one that runs already, ask for cover."


def nothing_to_cover() -> str:
    """No term is theirs to have covered."""
    return "You have no term at the moment or to come, so there is nothing to cover."


def open_request(request: Request, rota: ResolvedRota) -> str:
    """What somebody has asked for and nobody has answered yet."""
    what = "swap" if request.kind is RequestKind.SWAP else "cover"
    who = person(request.asked_of) if request.asked_of else "everybody who can"
    return f"You have asked {who} to {what} {_span(request.start, request.end, rota)}."


def asked(request: Request) -> str:
    """After a request was made."""
    count = len(request.asked)
    whom = person(request.asked[0]) if count == 1 else f"the {count} people who could"
    return (
        f"I have asked {whom}. You hear from me as soon as somebody says yes, or when nobody can. Until then "
        "it stays with you."
    )


def has_asked(request: Request, rota: ResolvedRota) -> str:
    """In the place of the buttons that it began with."""
    said = f"*{escape(rota.journey)}*: {_lower(open_request(request, rota))}"
    return _with_zone([f"{said} Until somebody says yes it stays with you."], rota)


def has_asked_line(rota: ResolvedRota) -> str:
    """The same, as a phone shows it."""
    return f"You have asked about your turn as champion: {escape(rota.journey)}"


def withdrawn() -> str:
    """After a request was withdrawn."""
    return "Withdrawn. It stays with you, and whoever was asked sees that it isn't needed any more."


def offered(exchange: Exchange) -> str:
    """What accepting means, before it is done."""
    request, rota = exchange.request, exchange.rota
    asker = person(request.user_id)
    lines = [f"*{escape(rota.journey)}*"]
    lines += [f"You take: {_term(piece, rota)}" for piece in exchange.takes]
    if exchange.gives is not None:
        lines.append(f"{asker} takes from you: {_term(exchange.gives, rota)}")
    elif request.kind is RequestKind.SWAP:
        lines.append(
            f"None of your coming terms fits {asker}'s days, so you would take this one without giving one."
        )
    return _with_zone(lines, rota)


def offer_changed() -> str:
    """The term to give is another one by now."""
    return "*The rota has changed meanwhile.* This is what it would be now:"


def accepted(exchange: Exchange) -> str:
    """After somebody has accepted."""
    return f"Done, thank you. {person(exchange.request.user_id)} hears of it from me."


def request(letter: RequestLetter) -> str:
    """To somebody who is asked, as things stand for them."""
    asker, rota = person(letter.request.user_id), letter.rota
    span = _span(letter.request.start, letter.request.end, rota)
    asks = {
        RequestKind.SWAP: f"{asker} would like to swap: could you be champion for",
        RequestKind.COVER: f"{asker} would like to be covered: could you be champion for",
    }[letter.request.kind]
    lines = [f"{asks} *{escape(rota.journey)}* from {span}?"]
    if (closing := _closing(letter)) is not None:
        return "\n".join([f"{asker} asked about {span}, *{escape(rota.journey)}*.", closing])
    if letter.request.kind is RequestKind.SWAP:
        lines.append(
            f"{asker} takes a term of yours for it; I show you which before anything changes."
        )
    if letter.request.asked_of is None:
        lines.append(
            "I have asked everybody who could. Saying no is fine, and is not shown around."
        )
    else:
        lines.append("Saying no is fine.")
    return _with_zone(lines, rota)


def request_line(letter: RequestLetter) -> str:
    """The same, as a phone shows it."""
    what = "a swap" if letter.request.kind is RequestKind.SWAP else "cover"
    return f"{person(letter.request.user_id)} asks for {what}: {escape(letter.rota.journey)}"


def is_answerable(letter: RequestLetter) -> bool:
    """Whether there is still something to answer."""
    return _closing(letter) is None


def settled(letter: RequestLetter) -> str:
    """To who asked: how it ended."""
    found, rota = letter.request, letter.rota
    span, journey = _span(found.start, found.end, rota), escape(rota.journey)
    match found.state:
        case RequestState.ACCEPTED:
            takes = f"{person(found.answered_by or '')} takes *{journey}* from {span}."
            return _with_zone([takes, *_in_return(found, rota)], rota)
        case RequestState.REFUSED:
            said = f"Nobody I asked can take *{journey}* from {span}, so it stays with you."
        case _:
            said = f"Nobody has said yes in time, so *{journey}* stays with you from {span}."
    return _with_zone([said, "Other days or a part of it may be easier; or tell a steward."], rota)


def settled_line(letter: RequestLetter) -> str:
    """The same, as a phone shows it."""
    if letter.request.state is RequestState.ACCEPTED:
        return f"{person(letter.request.answered_by or '')} takes over from you as you asked"
    return "About what you asked for: nobody could take it over"


def step_in(rota: ResolvedRota, term: Term) -> str:
    """Before somebody steps in."""
    until = moment(term.end, rota.zone)
    if not term.users:
        said = f"Nobody is champion for *{escape(rota.journey)}* until {until}."
    else:
        said = f"{people(term.users)} {_is(term.users)} champion for *{escape(rota.journey)}* until {until}."
    lines = [said, "If you step in, it is you from now on. The order stays as it is."]
    if term.users:
        stays = [f"{people(term.users[1:])} stays with you."] if term.users[1:] else []
        lines.append(" ".join([_told(rota, term.users[0]), *stays]))
    return _with_zone(lines, rota)


def stepped_in(stepped: SteppedIn, rota: ResolvedRota) -> str:
    """After somebody has stepped in."""
    relieved = (
        f" {people(stepped.relieved)} {_is(stepped.relieved)} free until then."
        if stepped.relieved
        else ""
    )
    return _with_zone(
        [f"You have the duty until {moment(stepped.made.end, rota.zone)}.{relieved}"], rota
    )


def handed_back() -> str:
    """After somebody has undone it."""
    return "Handed back: the duty is as it was before."


def changed_since() -> str:
    """What is to be undone has been changed."""
    return "The duty has been arranged anew meanwhile, so I have changed nothing."


def changed(letter: ChangedLetter) -> str:
    """To somebody whose term has moved, or who was relieved."""
    rota, journey = letter.rota, escape(letter.rota.journey)
    if letter.what == RELIEVED:
        return _relieved(letter, journey)
    begins = moment(letter.start, rota.zone)
    if letter.term is not None and letter.what == NEXT:
        instead = (
            f" instead of {moment(letter.instead_of, rota.zone)}"
            if letter.instead_of is not None
            else ""
        )
        lines = [
            (
                f"You're next as champion for *{journey}*: from {begins}{instead} until "
                f"{moment(letter.term.end, rota.zone)}. If that suits you, there is nothing to do."
            )
        ]
        return _with_zone(lines, rota)
    lines = [f"Your turn as champion for *{journey}* on {begins} isn't yours any more."]
    if letter.next_turn is not None:
        lines.append(f"Your next one begins on {moment(letter.next_turn.start, rota.zone)}.")
    return _with_zone(lines, rota)


def changed_line(letter: ChangedLetter) -> str:
    """The same, as a phone shows it."""
    if letter.what == RELIEVED:
        return f"Your duty as champion: {escape(letter.rota.journey)}"
    if letter.what == NEXT:
        return f"You're next as champion, from {moment(letter.start, letter.rota.zone)}"
    return f"Your turn as champion on {moment(letter.start, letter.rota.zone)} has moved"


def gone(letter: GoneLetter) -> str:
    """To stewards: somebody can't serve any more, and what follows."""
    lines = [
        (
            f"{person(letter.person)} can't take turns as champion any more: Slack says that the account is "
            "deactivated, or that they are a guest now. I pass them over."
        )
    ]
    for rota, current, following in letter.rotas:
        goes_on = current is not None and following is not None and current.users == following.users
        then = "" if goes_on else _then(following, rota)
        lines.append(f"• *{escape(rota.journey)}*: {_now(current, rota)}{then}")
    lines.append("If they come back, their turns come again by themselves.")
    return "\n".join(lines)


def gone_line(letter: GoneLetter) -> str:
    """The same, as a phone shows it."""
    return f"{person(letter.person)} can't take turns as champion any more"


def people(user_ids: Sequence[str]) -> str:
    """Names in a row."""
    return " and ".join(person(each) for each in user_ids)


def _closing(letter: RequestLetter) -> str | None:
    """What there is to say instead of a question; None while there is something to answer."""
    found = letter.request
    match found.state:
        case RequestState.ACCEPTED:
            return _taken(letter)
        case RequestState.WITHDRAWN | RequestState.MOVED:
            return f"{person(found.user_id)} doesn't need it any more. Thank you all the same."
    if letter.reader in found.refused:
        return "You can't this time, and that is fine."
    is_open = found.state is RequestState.OPEN and found.over_at > letter.now
    return None if is_open else "The time for it is over."


def _taken(letter: RequestLetter) -> str:
    found = letter.request
    if found.answered_by != letter.reader:
        return f"{person(found.answered_by or '')} has taken it. Thank you all the same."
    return f"*You take it.* {_given(found, letter.rota) or 'Thank you.'}"


def _given(found: Request, rota: ResolvedRota) -> str | None:
    if found.return_start is None:
        return None
    begins = moment(found.return_start, rota.zone)
    return f"{person(found.user_id)} takes your term that begins on {begins}. Thank you."


def _in_return(found: Request, rota: ResolvedRota) -> list[str]:
    if found.return_start is None:
        return ["You owe nobody a term for it."]
    return [
        f"In exchange you take their term that begins on {moment(found.return_start, rota.zone)}."
    ]


def _relieved(letter: ChangedLetter, journey: str) -> str:
    if letter.by is None or letter.until is None:
        return f"What had been arranged for *{journey}* was taken back, so the duty is as it was before."
    end = moment(letter.until, letter.rota.zone)
    return _with_zone(
        [
            f"{person(letter.by)} has stepped in for you as champion for *{journey}*, until {end}.",
            "There is nothing you need to do. Thank you for what you have done so far.",
        ],
        letter.rota,
    )


def _told(rota: ResolvedRota, user_id: str) -> str:
    member = rota.people.get(user_id)
    if member is not None and member.messages:
        return f"I tell {person(user_id)} right away."
    return f"{person(user_id)} gets no messages from me, so please tell them yourself."


def _now(current: Term | None, rota: ResolvedRota) -> str:
    if current is None:
        return "it has not begun yet."
    end = moment(current.end, rota.zone)
    if not current.users:
        return f"nobody is champion until {end}; `/coherence champion` lets somebody step in."
    return f"{people(current.users)} {_is(current.users)} champion until {end}."


def _then(following: Term | None, rota: ResolvedRota) -> str:
    if following is None or not following.users:
        return ""
    return f" {people(following.users)} comes next, from {moment(following.start, rota.zone)}."


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _is(users: Sequence[str]) -> str:
    return "is" if len(users) == 1 else "are"


def _term(term: Term, rota: ResolvedRota) -> str:
    return _span(term.start, term.end, rota)


def _span(start: datetime, end: datetime, rota: ResolvedRota) -> str:
    return f"{moment(start, rota.zone)} to {moment(end, rota.zone)}"


def _with_zone(lines: Sequence[str], rota: ResolvedRota) -> str:
    return "\n".join([*lines, _TIMES.format(zone=rota.zone)])
