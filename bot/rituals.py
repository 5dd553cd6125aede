"""Puts rituals together."""

from collections.abc import Sequence

from bot.champion import Foundation
from bot.clock import system_clock
from bot.worker import Round
from coherence.rituals.access import RitualAccess
from coherence.rituals.setup import RitualSetup
from coherence.rituals.summary import RitualSummaries
from coherence.schedules import ScheduleKind, Schedules, next_time_by_rule
from handlers.outbox import DeliveryKind
from handlers.pictures import Pictures
from handlers.ritual_listeners import RitualUseCases


def make_rituals(on: Foundation) -> RitualUseCases:
    """The use cases of rituals."""
    access = RitualAccess(on.database, on.now, on.stewards)
    schedules = Schedules(on.database, on.now, system_clock, (), next_time_by_rule)
    return RitualUseCases(
        access=access,
        setup=RitualSetup(on.database, on.now, access, schedules),
        summaries=RitualSummaries(on.database, on.now),
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
    return []
