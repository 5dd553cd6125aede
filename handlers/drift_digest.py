"""The digests of drift: written when they are sent, so that they say what is so then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from coherence.drift.digest import CHAMPION, Digest, DriftDigests
from coherence.drift.digest_times import MONTHLY, WEEKLY
from coherence.drift.over_time import DriftOverTime, Scope
from coherence.errors import NoJourney
from coherence.outbox import Claim
from handlers.blocks.drift_digest import digest_message
from handlers.outbox import Arguments, DeliveryKind
from handlers.pictures import Picture, Pictures
from handlers.voice import drift_chart as chart_voice
from handlers.voice import drift_digest as voice
from handlers.voice.drift_chart import By


class DigestLetters:
    """Writes digests."""

    def __init__(self, digests: DriftDigests, over_time: DriftOverTime, pictures: Pictures) -> None:
        self._digests = digests
        self._over_time = over_time
        self._pictures = pictures

    @property
    def kinds(self) -> Sequence[DeliveryKind]:
        """A week's and a month's."""
        return (
            DeliveryKind(WEEKLY, voice.WEEKLY_TITLE, self.render),
            DeliveryKind(MONTHLY, voice.MONTHLY_TITLE, self.render),
        )

    async def render(self, claim: Claim) -> Arguments | None:
        """The message; None where there is nothing to say."""
        journey_id = claim.facts["journey_id"]
        digest = await self._digests.digest(
            claim.workspace_id, journey_id, claim.kind, claim.due_at
        )
        if digest is None:
            return None
        digest = replace(digest, to_champion=bool(claim.facts.get(CHAMPION)))
        picture = None
        if claim.kind == MONTHLY:
            picture = await self._picture(claim.workspace_id, journey_id, digest)
        return digest_message(digest, picture).payload()

    async def _picture(self, workspace_id: str, journey_id: str, digest: Digest) -> Picture | None:
        """The months up to the one that the digest is about; a digest does without, too."""
        # In any zone, the middle of a month is in that month.
        last = (digest.since + timedelta(days=15)).date()
        try:
            over_time = await self._over_time.of(workspace_id, Scope(journey_id), last=last)
        except NoJourney:
            return None
        if not over_time.total:
            return None
        chart, alt_text = chart_voice.chart(over_time, *By), chart_voice.alt_text(over_time, *By)
        picture = await self._pictures.of(chart, alt_text)
        return picture if isinstance(picture, Picture) else None
