"""What somebody can do about the duty right now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coherence.champion.resolved import ResolvedRota
from coherence.rota.term import Source, Term


class Offered(StrEnum):
    """Things to do, those that matter most first."""

    TERMS = "terms"
    """See the coming terms."""
    STEP_IN = "step_in"
    """Serve from now on until the term ends."""
    WHY = "why"
    COVER = "cover"
    SIT_OUT = "sit_out"
    SWAP = "swap"
    MINE = "mine"
    """See one's own turns, leave and messages."""
    CALENDAR = "calendar"
    SET_UP = "set_up"
    SURFACES = "surfaces"
    """Choose the handle and the topic that follow the duty."""


@dataclass(frozen=True)
class Offer:
    """Something to do, about the term that begins at `start` if it is about one.

    `has_begun` says of such a term whether it has.
    """

    what: Offered
    start: datetime | None = None
    has_begun: bool = False


def offers_to(
    user_id: str, rota: ResolvedRota, now: datetime, *, is_steward: bool
) -> tuple[Offer, ...]:
    """What a person can do; a part of it is only for who serves, takes turns or is a steward."""
    made = [*_of_rota(user_id, rota, now), *_of_own_terms(user_id, rota, now)]
    if is_steward:
        made += [Offer(Offered.SET_UP), Offer(Offered.SURFACES)]
    order = list(Offered)
    return tuple(sorted(made, key=lambda offer: order.index(offer.what)))


def _of_rota(user_id: str, rota: ResolvedRota, now: datetime) -> Iterator[Offer]:
    ahead = rota.coming(now, 2)
    if ahead:
        yield Offer(Offered.TERMS)
        yield Offer(Offered.CALENDAR)
    if not rota.is_member(user_id):
        return
    yield Offer(Offered.MINE)
    if ahead and ahead[0].start <= now and user_id not in ahead[0].users:
        yield Offer(Offered.STEP_IN, ahead[0].start, has_begun=True)


def _of_own_terms(user_id: str, rota: ResolvedRota, now: datetime) -> Iterator[Offer]:
    own = rota.coming_of(user_id, now, 2)
    soon = [term for term in rota.coming(now, 2) if user_id in term.users]
    if soon:
        yield _about(Offered.WHY, soon[0], now)
    if own:
        yield _about(Offered.COVER, own[0], now)
    if ahead := _not_begun(own, now):
        if ahead.source is Source.ROTA:
            # What was arranged isn't a turn in the order, and so can't be passed on in it.
            yield _about(Offered.SIT_OUT, ahead, now)
        yield _about(Offered.SWAP, ahead, now)


def _not_begun(own: Sequence[Term], now: datetime) -> Term | None:
    return next((term for term in own if term.start > now), None)


def _about(what: Offered, term: Term, now: datetime) -> Offer:
    return Offer(what, term.start, has_begun=term.start <= now)
