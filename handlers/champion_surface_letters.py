"""The letter to stewards about a handle or a topic that can't follow the duty."""

from coherence.champion.surfaces import ChampionSurfaces
from coherence.outbox import Claim
from handlers.blocks.champion_surfaces import trouble_message
from handlers.outbox import Arguments


class SurfaceTroubleLetters:
    """Writes the letters; what they are about begins with the kind of place."""

    def __init__(self, surfaces: ChampionSurfaces) -> None:
        self._surfaces = surfaces

    async def render(self, claim: Claim) -> Arguments | None:
        """The letter; None where it is put right by now."""
        trouble = await self._surfaces.trouble(
            claim.workspace_id, str(claim.facts["journey_id"]), str(claim.facts["about"])
        )
        return trouble_message(trouble).payload() if trouble else None
