"""Puts rituals together."""

from collections.abc import Sequence

from bot.champion import Foundation
from bot.worker import Round
from coherence.rituals.access import RitualAccess
from coherence.rituals.review import RitualReviews
from coherence.rituals.summary import IsHere, RitualSummaries
from coherence.schedules import ScheduleKind
from handlers.outbox import DeliveryKind
from handlers.pictures import Pictures
from handlers.ritual_listeners import RitualUseCases
from handlers.ritual_summary_letters import RitualSummaryLetters


def make_rituals(on: Foundation, is_here: IsHere) -> RitualUseCases:
    """The use cases of rituals."""
    access = RitualAccess(on.database, on.now, on.stewards)
    return RitualUseCases(
        access=access,
        summaries=RitualSummaries(on.database, on.now, is_here),
        reviews=RitualReviews(on.database, on.now, on.outbox, access, is_here),
        now=on.now,
    )


def ritual_schedules(rituals: RitualUseCases) -> Sequence[ScheduleKind]:
    """The kinds of schedules that rituals have."""
    return []


def ritual_rounds(rituals: RitualUseCases) -> Sequence[Round]:
    """What looks after rounds at each tick."""
    return []


def ritual_deliveries(rituals: RitualUseCases, pictures: Pictures) -> Sequence[DeliveryKind]:
    """What rituals have sent, and how each becomes words."""
    return [RitualSummaryLetters(rituals.summaries, pictures).kind]
