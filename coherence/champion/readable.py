"""Read many rotas, a hundred at once; one that can't be read is left out and logged."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.loading import load_rotas
from coherence.champion.resolved import ResolvedRota
from coherence.errors import CoherenceError

AT_ONCE: Final = 100
"""Rotas that are read together."""

UNREADABLE: Final = (CoherenceError, ValueError, TypeError, LookupError)
"""What a row raises that is not as it should be."""

log = structlog.get_logger(__name__)


async def read_rotas(
    session: AsyncSession, workspace_id: str, journey_ids: Sequence[str]
) -> Mapping[str, ResolvedRota]:
    """Read rotas, a hundred at once, so that nobody who waits for an answer waits for all of them."""
    found: dict[str, ResolvedRota] = {}
    for first in range(0, len(journey_ids), AT_ONCE):
        some = journey_ids[first : first + AT_ONCE]
        found.update(await read_together(session, workspace_id, some))
        # What was read is large: let go of the rows, and let others in.
        session.expunge_all()
        await asyncio.sleep(0)
    return found


async def read_together(
    session: AsyncSession, workspace_id: str, journey_ids: Sequence[str]
) -> Mapping[str, ResolvedRota]:
    """Read rotas together; where one can't be read, one after the other, without it."""
    try:
        found = await load_rotas(session, workspace_id, journey_ids)
    except UNREADABLE:
        found = [
            rota for each in journey_ids for rota in await _read_rota(session, workspace_id, each)
        ]
    return {rota.journey_id: rota for rota in found}


async def _read_rota(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> Sequence[ResolvedRota]:
    try:
        return await load_rotas(session, workspace_id, [journey_id])
    except UNREADABLE:
        log.exception("rota_unreadable", journey_id=journey_id)
        return []
