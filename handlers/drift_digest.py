"""The digests of drift: written when they are sent, so that they say what is so then."""

from collections.abc import Sequence
from dataclasses import replace

from coherence.drift.digest import CHAMPION, DriftDigests
from coherence.drift.digest_times import MONTHLY, WEEKLY
from coherence.outbox import Claim
from handlers.blocks.drift_digest import digest_message
from handlers.outbox import Arguments, DeliveryKind
from handlers.voice import drift_digest as voice


class DigestLetters:
    """Writes digests."""

    def __init__(self, digests: DriftDigests) -> None:
        self._digests = digests

    @property
    def kinds(self) -> Sequence[DeliveryKind]:
        """A week's and a month's."""
        return (
            DeliveryKind(WEEKLY, voice.WEEKLY_TITLE, self.render),
            DeliveryKind(MONTHLY, voice.MONTHLY_TITLE, self.render),
        )

    async def render(self, claim: Claim) -> Arguments | None:
        """The message; None where there is nothing to say."""
        digest = await self._digests.digest(
            claim.workspace_id, claim.facts["journey_id"], claim.kind, claim.due_at
        )
        if digest is None:
            return None
        to_champion = bool(claim.facts.get(CHAMPION))
        return digest_message(replace(digest, to_champion=to_champion)).payload()
