"""What the one post of a round says when it is sent, and what of it is no longer worth sending."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from coherence.champion.letters import mark
from coherence.outbox import Claim, Method, NewDelivery, message_to_change
from coherence.rituals import letters
from coherence.rituals.ritual import Ritual, Round, ritual_value, round_value
from storage import rituals as table
from storage.database import Database
from storage.rituals import RitualRound

SHOWN_AT: Final = "shown_at"
"""Among the facts of an update that says how many have answered: since when that is so."""


@dataclass(frozen=True)
class Prompt:
    """A round's post: `answered` people have so far; `ts` is the post to change, None for a new one."""

    ritual: Ritual
    asked: Round
    answered: int
    ts: str | None


class RitualPrompts:
    """Reads what posts have to say."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, claim: Claim) -> Prompt | None:
        """What a delivery has to say now; None if that is nothing. Raises NotSentYet."""
        workspace_id, round_id = claim.workspace_id, str(claim.facts["round_id"])
        async with self._database.reading() as session:
            row = await table.find_round(session, workspace_id, round_id)
            if row is None or _is_out_of_date(row, claim):
                return None
            ritual = await table.find_ritual(session, workspace_id, row.ritual_id)
            ts = await message_to_change(session, claim, letters.prompt_key(row.id))
            if ritual is None or (claim.method is Method.UPDATE and ts is None):
                return None
            return Prompt(ritual_value(ritual), round_value(row), row.shown, ts)

    async def resting(self, workspace_id: str, ritual_id: str, error: str) -> Ritual | None:
        """A ritual that rests for this trouble, or None."""
        async with self._database.reading() as session:
            row = await table.find_ritual(session, workspace_id, ritual_id)
            if row is None or row.ended_at is not None or row.paused_for != error:
                return None
            return ritual_value(row)


def progress(row: RitualRound, now: datetime) -> NewDelivery:
    """The post with how many have answered by now, which the row says already."""
    again = letters.prompt_again(row, f"{row.shown}@{mark(now)}")
    return replace(again, facts={**again.facts, SHOWN_AT: mark(now)}, useful_until=row.closes_at)


def _is_out_of_date(row: RitualRound, claim: Claim) -> bool:
    """Whether what is to be said has been overtaken: a later delivery says it."""
    if row.closed_at is not None:
        return claim.method is Method.POST or SHOWN_AT in claim.facts
    return _shown_at(claim.facts) < mark(row.shown_at) if row.shown_at else False


def _shown_at(facts: Mapping[str, Any]) -> str:
    """When a delivery's number was counted; one without a number is never out of date."""
    return str(facts.get(SHOWN_AT, "9999"))
