"""Change a rota so that what has begun stays as it is."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.loading import change_rota, load_rota
from coherence.champion.resolved import ResolvedRota
from coherence.rota.term import Term
from storage.champion import ChampionRota, ChampionTerm


async def rota_to_change(
    session: AsyncSession, workspace_id: str, journey_id: str, *, now: datetime
) -> tuple[ChampionRota, ResolvedRota]:
    """A rota that this transaction alone changes, and as it is by now. Raises NoRota.

    Terms that have begun by now are on record then: whatever the change, it moves only those after them.
    """
    row = await change_rota(session, workspace_id, journey_id, now=now)
    rota = await load_rota(session, workspace_id, journey_id)
    begun = rota.planned(now)
    if not begun:
        return row, rota
    session.add_all(term_row(rota, term) for term in begun)
    await session.flush()
    return row, await load_rota(session, workspace_id, journey_id)


def term_row(rota: ResolvedRota, term: Term) -> ChampionTerm:
    """A term of a rota that has begun, to be put on record."""
    return ChampionTerm(
        workspace_id=rota.workspace_id,
        journey_id=rota.journey_id,
        start=term.start,
        end=term.end,
        users=list(term.users),
        source=term.source.value,
        why=term.why,
        turn=None if term.turn is None else list(term.turn),
    )
