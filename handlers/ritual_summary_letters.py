"""The summary of a round in its thread, written when it is sent."""

from coherence.outbox import Claim, Method
from coherence.rituals.letters import Letter
from coherence.rituals.summary import RitualSummaries, Summary
from handlers.blocks.ritual_summary import thread_message
from handlers.outbox import Arguments, DeliveryKind
from handlers.pictures import Picture, Pictures
from handlers.voice import ritual_chart as chart_voice
from handlers.voice.ritual_summary import TITLE


class RitualSummaryLetters:
    """Writes summaries; a review's has a chart of its layers over time, and is whole without it."""

    def __init__(self, summaries: RitualSummaries, pictures: Pictures) -> None:
        self._summaries = summaries
        self._pictures = pictures

    @property
    def kind(self) -> DeliveryKind:
        """As the outbox knows it."""
        return DeliveryKind(Letter.SUMMARY, TITLE, self.render)

    async def render(self, claim: Claim) -> Arguments | None:
        """The message, or what it says now. Raises NotSentYet while it may be on its way."""
        ts = await self._summaries.posted(claim)
        if claim.method is Method.UPDATE and ts is None:
            return None
        summary = await self._summaries.of(claim.workspace_id, str(claim.facts["round_id"]))
        if summary is None:
            return None
        return thread_message(summary, await self._picture(summary)).payload(ts)

    async def _picture(self, summary: Summary) -> Picture | None:
        review = summary.review
        if review is None or not review.over_time.is_worth_showing:
            return None
        chart = chart_voice.chart(summary.ritual, review.over_time)
        alt_text = chart_voice.alt_text(summary.ritual, review.over_time)
        picture = await self._pictures.of(chart, alt_text)
        return picture if isinstance(picture, Picture) else None
