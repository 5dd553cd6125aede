"""Who can stand in for somebody, and what they can give in exchange."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from coherence.champion.arrangements import stand_in
from coherence.champion.resolved import ResolvedRota
from coherence.rota.availability import Availability, Days
from coherence.rota.term import Term, clip
from coherence.zones import zone_info

_DAY: Final = timedelta(days=1)
_TO_CHOOSE_FROM: Final = 12


class Obstacle(StrEnum):
    """Why somebody can't take over a stretch of the duty."""

    NOT_ON_ROTA = "not_on_rota"
    AWAY = "away"
    ON_DUTY = "on_duty"


def obstacle(rota: ResolvedRota, user_id: str, start: datetime, end: datetime) -> Obstacle | None:
    """What keeps a person from serving from one moment to another; None if nothing does."""
    if rota.rota is None or not rota.is_member(user_id) or rota.people[user_id].gone_at:
        return Obstacle.NOT_ON_ROTA
    member = rota.rota.people()[user_id]
    if not Availability(rota.rota).can_serve(member, days_of(rota, start, end)):
        return Obstacle.AWAY
    if any(user_id in term.users for term in clip(rota.served(end), start, end)):
        return Obstacle.ON_DUTY
    return None


def days_of(rota: ResolvedRota, start: datetime, end: datetime) -> Days:
    """The days of a stretch; as with a term, its last morning up to the handover is not one of them."""
    first, until = local_day(rota, start), end.astimezone(zone_info(rota.zone))
    handover = rota.rota.handover if rota.rota else until.time()
    last = until.date() if until.time() > handover else until.date() - _DAY
    return Days(first, max(first, last), holidays_count=False)


def local_day(rota: ResolvedRota, moment: datetime) -> date:
    """The day of a moment, by the clock of the rota's zone."""
    return moment.astimezone(zone_info(rota.zone)).date()


def who_could(rota: ResolvedRota, but: str, start: datetime, end: datetime) -> Sequence[str]:
    """Everybody else who can take over a stretch and may be written to, in the order of the rota."""
    return [
        member.user_id
        for member in rota.members
        if member.user_id != but
        and member.messages
        and obstacle(rota, member.user_id, start, end) is None
    ]


def to_give(
    rota: ResolvedRota, gives: str, takes: str, asked: tuple[datetime, datetime], now: datetime
) -> Term | None:
    """The next term of `gives` that has not begun and that `takes` can have in exchange, or None."""
    ahead = (term for term in rota.coming_of(gives, now, _TO_CHOOSE_FROM) if term.start > now)
    apart = (term for term in ahead if term.end <= asked[0] or term.start >= asked[1])
    fits = (term for term in apart if obstacle(rota, takes, term.start, term.end) is None)
    return next(fits, None)


def stretches(
    rota: ResolvedRota, gives: str, takes: str, start: datetime, end: datetime
) -> list[Term]:
    """What `takes` serves when they stand in for `gives` from one moment to another."""
    return stand_in(rota.served(end), gives, takes, start, end)


def covers(pieces: Iterable[Term], start: datetime, end: datetime) -> bool:
    """Whether pieces, in order, fill a stretch without a gap."""
    reached = start
    for piece in pieces:
        if piece.start != reached:
            return False
        reached = piece.end
    return reached == end
