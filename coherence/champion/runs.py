"""How long somebody has the duty without a break, over however many terms."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from coherence.champion.resolved import ResolvedRota
from coherence.champion.stints import lasting
from coherence.rota.term import Term
from coherence.zones import zone_info

_AHEAD: Final = timedelta(days=62)


@dataclass(frozen=True)
class Run:
    """One person's service; `end` is None where it lies further ahead than is looked."""

    start: datetime
    end: datetime | None

    def ends_soon(self, zone: str, now: datetime) -> bool:
        """Whether it ends today or tomorrow, by the clock of a zone."""
        if self.end is None:
            return False
        here = zone_info(zone)
        return self.end.astimezone(here).date() - now.astimezone(here).date() <= timedelta(days=1)


def run_of(rota: ResolvedRota, user_id: str, now: datetime) -> Run | None:
    """The service that somebody is in at a moment, or None."""
    terms = lasting(rota.served(now + _AHEAD))
    begun = [term for term in terms if term.start <= now]
    if not begun or now >= begun[-1].end or user_id not in begun[-1].users:
        return None

    def serves(term: Term) -> bool:
        return user_id in term.users

    first = list(takewhile(serves, reversed(begun)))[-1]
    coming = terms[len(begun) :]
    others = next((term for term in coming if not serves(term)), None)
    return Run(first.start, others.start if others else None)
