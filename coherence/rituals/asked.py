"""Reads a round with its ritual, and what a ritual has asked so far."""

from collections.abc import Sequence
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.errors import NoRitual, NoRound
from storage.rituals import Ritual, RitualRound, find_ritual, find_round, list_rounds

_LOOKED_BACK: Final = 60
"""Rounds in which a question's last turn is looked for: more than there are questions."""


async def find_asked(
    session: AsyncSession, workspace_id: str, round_id: str
) -> tuple[RitualRound, Ritual]:
    """A round and its ritual, which may have ended. Raises NoRound or NoRitual."""
    row = await find_round(session, workspace_id, round_id)
    if row is None:
        raise NoRound
    ritual = await find_ritual(session, workspace_id, row.ritual_id)
    if ritual is None:
        raise NoRitual
    return row, ritual


async def asked_before(
    session: AsyncSession, workspace_id: str, ritual_id: str
) -> Sequence[Sequence[str]]:
    """The ids of the questions of earlier rounds, newest first, as `choose_questions` takes them."""
    rounds = await list_rounds(session, workspace_id, ritual_id, limit=_LOOKED_BACK)
    return [[str(each["id"]) for each in asked.questions] for asked in rounds]
